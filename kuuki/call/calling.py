"""The state table of a call. A call joins two lines; each line's side of it is a *leg*, and this is a leg's table.

Two rules. What is not in TABLE changes nothing: messages that cross or come twice are harmless. And a leg knows only
its own state: what happens to one leg reaches the other as an event (TELLS), and neither ever reads the other's state.

The browser's table is generated from this one, and so is the diagram in docs/protocol.md.
"""

from enum import StrEnum
from typing import Final


class Side(StrEnum):
    """Which end of the call a leg is. The callee is the polite one when offers collide (perfect negotiation, W3C WebRTC
    section 10.7).
    """

    CALLER = "caller"
    CALLEE = "callee"


class LegState(StrEnum):
    """Where a leg stands. The first six are on; the others are ends, and nothing leads out of them."""

    CALLING = "calling"
    """The caller has asked; nothing was heard yet."""
    RINGING = "ringing"
    """The callee's page rings; the caller hears ringback."""
    WAITING = "waiting"
    """Busy: the callee is in a call and was told of this one; the caller may wait."""
    INCOMING = "incoming"
    """The callee's page rings: the callee's side of RINGING."""
    KNOCKING = "knocking"
    """Someone calls while another call is on: the callee's side of WAITING."""
    TALKING = "talking"

    DECLINED = "declined"
    BUSY = "busy"
    """Busy, and someone else waits already."""
    TIMED_OUT = "timed_out"
    """It rang, and nobody answered."""
    CANCELLED = "cancelled"
    """The caller gave up before an answer."""
    UNREACHABLE = "unreachable"
    """No such code, or nobody there: the answers are equal."""
    MISSED = "missed"
    """The callee's page rang, and the caller stopped or went before an answer."""
    CROSSED = "crossed"
    """Both called each other: this leg gave way to the other call, which both talk in."""
    ENDED = "ended"
    LOST = "lost"
    """It broke, and did not come back."""

    @property
    def is_end(self) -> bool:
        """Whether the leg is over."""
        return self in ENDS


class Event(StrEnum):
    """What may happen to a leg."""

    RINGS = "rings"
    WAITS = "waits"
    IS_BUSY = "is_busy"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    HUNG_UP = "hung_up"
    """Those six were told by the partner's leg."""
    ACCEPT = "accept"
    DECLINE = "decline"
    HANG_UP = "hang_up"
    LOSE = "lose"
    """Those four were asked by one's own page; LOSE: media and signaling of the partner are gone."""
    GONE = "gone"
    """The partner's line is not there (any more)."""
    TIMEOUT = "timeout"
    """CALL_RING_S without an answer."""
    FREED = "freed"
    """The call that was on is over: the one that knocked may ring."""
    CROSS = "cross"
    """The partner's own call to this line takes this one's place."""


_S, _E = LegState, Event
_RUNG_OUT: Final = {
    _E.ACCEPTED: _S.TALKING,
    _E.DECLINED: _S.DECLINED,
    _E.IS_BUSY: _S.BUSY,
    _E.HUNG_UP: _S.UNREACHABLE,
    _E.GONE: _S.UNREACHABLE,
    _E.HANG_UP: _S.CANCELLED,
    _E.CROSS: _S.CROSSED,
}
_RUNG_IN: Final = {
    _E.ACCEPT: _S.TALKING,
    _E.DECLINE: _S.DECLINED,
    _E.HANG_UP: _S.DECLINED,
    _E.HUNG_UP: _S.MISSED,
    _E.GONE: _S.MISSED,
    _E.TIMEOUT: _S.MISSED,
    _E.CROSS: _S.CROSSED,
}

TABLE: Final[dict[LegState, dict[Event, LegState]]] = {
    _S.CALLING: {**_RUNG_OUT, _E.RINGS: _S.RINGING, _E.WAITS: _S.WAITING, _E.TIMEOUT: _S.UNREACHABLE},
    _S.RINGING: {**_RUNG_OUT, _E.TIMEOUT: _S.TIMED_OUT},
    _S.WAITING: {**_RUNG_OUT, _E.RINGS: _S.RINGING, _E.TIMEOUT: _S.TIMED_OUT},
    _S.INCOMING: _RUNG_IN,
    _S.KNOCKING: {**_RUNG_IN, _E.FREED: _S.INCOMING},
    _S.TALKING: {_E.HANG_UP: _S.ENDED, _E.HUNG_UP: _S.ENDED, _E.LOSE: _S.LOST},
}
"""Where each event leads from each state. GONE does not end TALKING: media may well go on without signaling."""

ENDS: Final = frozenset(LegState) - frozenset(TABLE)

TELLS: Final[dict[Event, Event]] = {
    _E.ACCEPT: _E.ACCEPTED,
    _E.DECLINE: _E.DECLINED,
    _E.HANG_UP: _E.HUNG_UP,
    _E.LOSE: _E.HUNG_UP,
    _E.TIMEOUT: _E.HUNG_UP,
    _E.FREED: _E.RINGS,
}
"""What the partner's leg is told when an event of this side changed the state."""


def follow(state: LegState, event: Event) -> LegState:
    """The state after an event: the same if the event means nothing there."""
    return TABLE.get(state, {}).get(event, state)


def told(state: LegState, event: Event) -> Event | None:
    """The event that the partner's leg must be told of; None if nothing changed, or if it came from the partner."""
    if follow(state, event) is state:
        return None
    if state in (LegState.INCOMING, LegState.KNOCKING):
        # A callee tells no timeout, for the caller's own clock says when it rang long enough. And a callee who hangs up
        # before an answer declines.
        return {Event.TIMEOUT: None, Event.HANG_UP: Event.DECLINED}.get(event, TELLS.get(event))
    return TELLS.get(event)


SEEN: Final[dict[LegState, Event]] = {
    LegState.INCOMING: Event.RINGS,
    LegState.KNOCKING: Event.WAITS,
    LegState.TALKING: Event.ACCEPTED,
}
"""What a caller's leg learns from the callee's state. Lines say their state again and again, so the next time heals a
message that was lost."""


def diagram() -> str:
    """The table as a Mermaid state diagram, for docs/protocol.md."""
    first = {LegState.CALLING: "ring", LegState.INCOMING: "rung", LegState.KNOCKING: "rung while in a call"}
    lines = ["stateDiagram-v2", *(f"  [*] --> {state}: {why}" for state, why in first.items())]
    for state, row in TABLE.items():
        by_next: dict[LegState, list[str]] = {}
        for event, after in row.items():
            by_next.setdefault(after, []).append(event)
        lines += [f"  {state} --> {after}: {', '.join(events)}" for after, events in by_next.items()]
    return "\n".join(lines)
