"""A leg: one line's side of a call; and the effects that a line answers with."""

from dataclasses import dataclass
from typing import Any, Final

from kuuki.call.calling import Event, LegState, Side, follow
from kuuki.call.signaling import Note
from kuuki.times import CALL_ANSWER_S, CALL_RING_S

_LATE_S: Final = 3.0
"""The callee's clock gives the caller's this much time to say that it rang long enough."""


@dataclass(frozen=True, slots=True)
class Say:
    """A message for the line's page. ``is_news``: not a state that was said before."""

    message: dict[str, Any]
    is_news: bool = True


@dataclass(frozen=True, slots=True)
class Tell:
    """A note for another line. If nobody is there, ``Line.untold`` must hear of it."""

    line: str
    note: Note


@dataclass(frozen=True, slots=True)
class Find:
    """Whose code is this? ``Line.found`` must hear the answer."""

    call: str
    code: str


@dataclass(frozen=True, slots=True)
class Renew:
    """The line's code was good for the call that was just answered: it is spent, and the line needs another."""


@dataclass(frozen=True, slots=True)
class Later:
    """``Line.wake`` must be asked about this call at ``at`` (monotonic seconds)."""

    call: str
    at: float


Effect = Say | Tell | Find | Renew | Later


@dataclass(slots=True)
class Leg:
    """One line's side of a call. ``partner``: the other line's id, None while its code is looked up.

    ``name``: the partner's, "" until they answered. ``by_code``: the code that it was rung by, "" if by none, True if
    it is not known by which (restored, or rung by a process of the version before). ``entered_at``: when the state
    began. ``bad_news``: what is kept back. ``met_at``: when one last met the partner, if not in this very call: it was
    rung again, or restored. ``is_sure``: False while it is only its page's word, which no other line has confirmed.
    """

    call: str
    side: Side
    state: LegState
    partner: str | None
    entered_at: float
    heard_at: float
    name: str = ""
    by_code: str | bool = ""
    partner_is: str = "here"
    stilled_at: float = 0.0
    bad_news: Event | None = None
    met_at: float | None = None
    is_sure: bool = True

    def message(self) -> dict[str, Any]:
        """The leg's whole state for its page. An unreachable one is nobody's: the answer is equal for every reason."""
        return {
            "type": "state",
            "call": self.call,
            "side": self.side.value,
            "state": self.state.value,
            "partner": None if self.state is LegState.UNREACHABLE else self.partner,
            "name": self.name,
            "partner_is": self.partner_is,
        }

    def came_as(self, other: "Leg") -> bool:
        """Whether this one may have been rung by the same code."""
        codes = (self.by_code, other.by_code)
        return all(codes) and (True in codes or codes[0] == codes[1])

    @property
    def connects(self) -> bool:
        """Whether two pages make a connection for it, or make ready for one."""
        return self.state in (LegState.RINGING, LegState.INCOMING, LegState.TALKING)

    @property
    def is_ringing_out(self) -> bool:
        """Nobody has answered it yet."""
        return self.state in (LegState.CALLING, LegState.RINGING, LegState.WAITING)

    @property
    def deadline_s(self) -> float:
        """How long it may stay in its state without an answer."""
        if self.state is LegState.CALLING:
            return CALL_ANSWER_S
        return CALL_RING_S + (_LATE_S if self.side is Side.CALLEE else 0.0)

    def is_bad_news(self, event: Event) -> bool:
        """Whether it would tell that nobody was rung, and so something of the code."""
        if self.state is not LegState.CALLING:
            return False
        return follow(self.state, event) is LegState.UNREACHABLE or (event is Event.IS_BUSY and self.partner is None)


def broken(state: LegState) -> LegState:
    """Where a leg ends whose line or partner is not there."""
    return LegState.LOST if state is LegState.TALKING else follow(state, Event.GONE)
