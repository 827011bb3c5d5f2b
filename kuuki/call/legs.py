"""A leg: one line's side of a call."""

from dataclasses import dataclass
from typing import Final

from kuuki.call.calling import Event, LegState, Side, follow
from kuuki.call.line_messages import LegStatus, PartnerIs
from kuuki.call.notes import RungCode, UnknownCode
from kuuki.times import CALL_ANSWER_S, CALL_RING_S

_CALLEE_EXTRA_S: Final = 3.0
"""The callee's leg rings this much longer, so that the caller's is the one to say that it rang long enough."""


@dataclass(slots=True)
class Leg:
    """One line's side of a call. All ``_at`` are monotonic seconds.

    ``partner``: the other line's id, None while its code is looked up. ``name``: the partner's, "" until they
    answered. ``rung_code``: the code that the call was rung by. ``entered_at``: when the state began. ``heard_at``:
    when the partner's line last gave a sign of life. ``still_sent_at``: when one was last sent to it.

    ``withheld``: an event that has happened and is not shown before its time (see ``reveals_code``). ``met_at``: when
    the two last talked, if not in this very call, because it was rung again or restored; None for a call of its own.
    ``is_confirmed``: False for a call that its page alone says it is in, until the partner's line speaks of it too.
    """

    call: str
    side: Side
    state: LegState
    partner: str | None
    entered_at: float
    heard_at: float
    name: str = ""
    rung_code: RungCode = None
    partner_is: PartnerIs = "here"
    still_sent_at: float = 0.0
    withheld: Event | None = None
    met_at: float | None = None
    is_confirmed: bool = True

    def message(self) -> LegStatus:
        """The leg's whole state for its page. An unreachable partner is not named: the answer is equal for every
        reason.
        """
        partner = None if self.state is LegState.UNREACHABLE else self.partner
        return LegStatus(self.call, self.side, self.state, partner, self.name, self.partner_is)

    def may_share_code_with(self, other: "Leg") -> bool:
        """Whether both legs were rung by a code, and it may be the same one."""
        codes = (self.rung_code, other.rung_code)
        return all(codes) and (UnknownCode.UNKNOWN in codes or codes[0] == codes[1])

    @property
    def needs_connection(self) -> bool:
        """Whether the two pages make a connection for it, or get ready for one."""
        return self.state in (LegState.RINGING, LegState.INCOMING, LegState.TALKING)

    @property
    def is_ringing_out(self) -> bool:
        """Whether it is a caller's leg that was not answered yet."""
        return self.state in (LegState.CALLING, LegState.RINGING, LegState.WAITING)

    @property
    def deadline_s(self) -> float:
        """How long it may stay in its state without an answer."""
        if self.state is LegState.CALLING:
            return CALL_ANSWER_S
        return CALL_RING_S + (_CALLEE_EXTRA_S if self.side is Side.CALLEE else 0.0)

    def reveals_code(self, event: Event) -> bool:
        """Whether this event would tell that the ring reached nobody, and so something of the code that was rung."""
        if self.state is not LegState.CALLING:
            return False
        return follow(self.state, event) is LegState.UNREACHABLE or (event is Event.IS_BUSY and self.partner is None)


def broken_end(state: LegState) -> LegState:
    """The end of a leg in this state whose line or partner is not there (any more)."""
    return LegState.LOST if state is LegState.TALKING else follow(state, Event.GONE)
