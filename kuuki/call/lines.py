"""A line: one page's end of signaling, with its legs. Everything that a line decides is decided in here, without I/O.

Two rules. What comes in leads to a list of effects, and nothing else happens: a message of the page (page_requests), a
note of another line (partner_notes), the clock (line_clock). And every leg has a deadline: a partner that was not heard
of for long enough is gone.

A line is lost without harm: its page says on every connection what call it is in (signaling.Standing). That is a
page's word and no more: it leads to nobody whose line does not know the call too.

A code is good for one answered call. The line itself sees to that, whatever a store still says: a ring by another code
than the one that is good now is answered as if there were no such code.
"""

from collections.abc import Mapping

from kuuki.call.effects import Effect
from kuuki.call.legs import Leg
from kuuki.call.line_clock import LineClock
from kuuki.call.line_state import LineState
from kuuki.call.notes import CallNote
from kuuki.call.page_requests import PageRequests
from kuuki.call.partner_notes import PartnerNotes
from kuuki.call.signaling import Hello, Message


class Line:
    """One line, by its id. ``now`` is monotonic seconds everywhere; effects must be performed in their order."""

    def __init__(self, line_id: str, now: float) -> None:
        self._state = LineState(line_id)
        self._page = PageRequests(self._state, now)
        self._partners = PartnerNotes(self._state)
        self._clock = LineClock(self._state)

    @property
    def id(self) -> str:
        """The line's id, which others may know."""
        return self._state.id

    @property
    def legs(self) -> Mapping[str, Leg]:
        """The calls that are on or ring, by their ids."""
        return self._state.legs

    @property
    def code(self) -> str:
        """The code that is good now, "" for none. Whoever holds the code for the line sets it."""
        return self._state.code

    @code.setter
    def code(self, code: str) -> None:
        self._state.code = code

    @property
    def may_connect(self) -> bool | None:
        """Whether there is a call for which its page connects. None: there is one by its page's word alone, so far."""
        legs = [leg for leg in self.legs.values() if leg.needs_connection]
        return True if any(leg.is_confirmed for leg in legs) else None if legs else False

    def page_connected(self, hello: Hello, now: float) -> list[Effect]:
        """A page came, or came back: its name, and the call that it stands in. It is sent where every leg stands."""
        self._page.connect(hello, now)
        return self._state.take_effects()

    def message_received(self, message: Message, now: float) -> list[Effect]:
        """Any message of the page but Hello and Ask."""
        self._page.receive(message, now)
        return self._state.take_effects()

    def code_looked_up(self, call: str, partner: str | None, now: float) -> list[Effect]:
        """The answer to LookUpCode: the line that has the code. None: no line has it, or this one may not know."""
        self._page.code_looked_up(call, partner, now)
        return self._state.take_effects()

    def close(self, now: float) -> list[Effect]:
        """The page said bye: every leg is hung up."""
        self._page.hang_up_all(now)
        return self._state.take_effects()

    def note_received(self, note: CallNote, now: float) -> list[Effect]:
        """A note of another line."""
        self._partners.receive(note, now)
        return self._state.take_effects()

    def note_undelivered(self, line: str, note: CallNote, now: float) -> list[Effect]:
        """No process had the line ``line`` for a note of SendNote."""
        self._partners.undelivered(line, note, now)
        return self._state.take_effects()

    def tick(self, now: float) -> list[Effect]:
        """Once a second: deadlines, and signs of life for partners."""
        self._clock.tick(now)
        return self._state.take_effects()

    def timer_fired(self, call: str, now: float) -> list[Effect]:
        """The time of SetTimer has come."""
        self._clock.timer_fired(call, now)
        return self._state.take_effects()

    def page_disconnected(self) -> list[Effect]:
        """The page's connection died; another one may come for LINE_GRACE_S."""
        self._clock.page_disconnected()
        return self._state.take_effects()

    def expire(self, now: float) -> list[Effect]:
        """The page stayed away for LINE_GRACE_S: every leg ends."""
        self._clock.expire(now)
        return self._state.take_effects()
