"""A page's half of a line, without I/O or a clock: docs/protocol.md, "Calls".

One rule: the line says where every call stands, whole, at each change, so that the next message heals a lost one. A
call that this page is not in (any more) is answered with hang_up.
"""

from dataclasses import dataclass, field
from typing import Final

from client.headless.call.messages import Said, act, hello, ring
from kuuki.call.calling import Event, LegState, Side
from kuuki.call.line_messages import LegStatus, LineMessage, NewCode, Welcome

RINGING_OUT: Final = (LegState.CALLING, LegState.RINGING, LegState.WAITING)


@dataclass(slots=True)
class LineDialog:
    """One line over all its connections.

    ``leg``: the call that this page is in, rings, or is rung by. ``answers``: whether others may call. If not, their
    calls are declined, except the partner's whom this page is calling itself: then both calls become one.
    """

    name: str
    language: str
    answers: bool = True
    secret: str | None = None
    code: str | None = None
    code_index: int | None = None
    leg: LegStatus | None = None
    _may_be_spent: bool = False
    _rung: str = ""
    _is_crossed: bool = False
    _to_say: list[Said] = field(default_factory=list)

    def hello(self) -> Said:
        """The first message of each connection."""
        index = None if self._may_be_spent else self.code_index
        return hello(self.name, self.language, self.secret, index, self.leg)

    def ring(self, call: str, code: str) -> Said:
        """Call this code; ``call`` is the new call's id."""
        self.leg, self._rung, self._is_crossed = LegStatus(call, Side.CALLER, LegState.CALLING), code, False
        return ring(call, code)

    def act(self, event: Event) -> Said | None:
        """Accept, decline, hang up or lose the call that is on; None without one."""
        if event is Event.ACCEPT:
            self._may_be_spent = True  # whether the answer came may be lost with the line
        return None if self.leg is None else act(event, self.leg.call)

    def leave(self) -> None:
        """The call is over for this side, whatever the line still says."""
        self.leg = None

    def hear(self, message: LineMessage) -> tuple[LegStatus | None, list[Said]]:
        """A message came: the leg that changed, if it is ours, and what to say to the line."""
        changed = None
        if isinstance(message, Welcome):
            self._welcome(message)
        elif isinstance(message, NewCode):
            self._set_code(message.code, message.code_index)
        elif isinstance(message, LegStatus):
            changed = self._hear_leg(message)
        said, self._to_say = self._to_say, []
        return changed, said

    def _welcome(self, welcome: Welcome) -> None:
        self.secret = welcome.line
        self._set_code(welcome.code, welcome.code_index)
        if self.leg is not None and self.leg.partner is None and self.leg.state is LegState.CALLING:
            self._to_say.append(ring(self.leg.call, self._rung))  # twice is one call

    def _set_code(self, code: str | None, index: int | None) -> None:
        self.code, self.code_index, self._may_be_spent = code, index, False

    def _hear_leg(self, leg: LegStatus) -> LegStatus | None:
        own = self.leg
        if leg.state is LegState.TALKING:  # that its code is spent would have been said before
            self._may_be_spent = False
        if own is not None and own.call == leg.call:
            self.leg = None if leg.state.is_end else leg
            self._is_crossed = leg.state is LegState.CROSSED
            return leg
        if leg.state.is_end:
            return None
        if self._may_take(leg):
            self.leg, self._is_crossed = leg, False
            return leg
        if leg.state is LegState.KNOCKING and (self.answers or (own is not None and own.state in RINGING_OUT)):
            return None  # it rings when the call that is on is over, or turns out to be the other half of ours
        event = Event.DECLINE if leg.state in (LegState.INCOMING, LegState.KNOCKING) else Event.HANG_UP
        self._to_say.append(act(event, leg.call))
        return None

    def _may_take(self, leg: LegStatus) -> bool:
        own = self.leg
        if leg.state is LegState.INCOMING:
            return own is None and self.answers
        if leg.state is LegState.TALKING:  # both called each other: the other one's call is the one
            return self._is_crossed or (own is not None and own.state in RINGING_OUT)
        return False
