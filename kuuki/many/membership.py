"""The state table of a member: one peer at its gateway, from its join until nothing is kept of it. Time is an argument.

Two rules. What is not in TABLE changes nothing: a transport may say twice that it has closed, and a room may be closed
while a peer is told goodbye. And a deadline belongs to a state: outside of that state it does not exist.

Beside the state stands the *move*, whose table is MOVES: whether the gateway has asked its client to join another one.

The diagrams in docs/architecture.md are made from the two tables.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kuuki.errors import CloseCode
from kuuki.times import BEAT_S, GOODBYE_AGAIN_S, GOODBYE_S, MOVE_S, PEER_SILENT_S, SIT_S


class MemberState(StrEnum):
    """Where a member stands."""

    PENDING = "pending"
    """Its join is being answered, or was and its channel is not open yet. kuuki/pending.py has the deadlines."""
    OPEN = "open"
    """Its channel is open: it gets mixes and beats. It has not asked for its seat; the stage and overlays never do."""
    SEATED = "seated"
    """It has asked for its seat. Only in this state can the seat be counted: kuuki/many/handover.py says when."""
    LEAVING = "leaving"
    """It counts no more and gets no more mixes; its transport is kept until it has been told why."""
    GONE = "gone"
    """Nothing here belongs to it any more."""


class MemberEvent(StrEnum):
    """What may happen to a member."""

    OPENED = "opened"
    """Its channel is open."""
    SIT = "sit"
    """It said something of itself, or SIT_S went by."""
    LEAVE = "leave"
    """It went by itself, or it must go: then there is a close code."""
    TOLD = "told"
    """Its close code was sent."""
    FORGET = "forget"
    """The time for its goodbye is over, or its join has failed."""


class Move(StrEnum):
    """Whether a member was asked to join another gateway (docs/adr/0009)."""

    STAYS = "stays"
    """It was not asked."""
    CAME_BACK = "came_back"
    """It joined here again though it had been asked, and had had its time: it finds no other gateway, and may stay."""
    ASKED = "asked"
    """It was asked, because others have fewer. It may stay."""
    MUST_GO = "must_go"
    """It was asked, because this gateway goes away. After MOVE_S it is closed."""


class MoveEvent(StrEnum):
    """What a gateway wants of a member."""

    ASK = "ask"
    """Others have fewer."""
    REQUIRE = "require"
    """This gateway goes away."""


_S, _E = MemberState, MemberEvent
_OPEN, _SEATED = _S.OPEN, _S.SEATED  # asked of every member at every tick: a name is found sooner than an enum's member
TABLE: Final[dict[MemberState, dict[MemberEvent, MemberState]]] = {
    _S.PENDING: {_E.OPENED: _S.OPEN, _E.LEAVE: _S.LEAVING, _E.FORGET: _S.GONE},
    _S.OPEN: {_E.SIT: _S.SEATED, _E.LEAVE: _S.LEAVING, _E.FORGET: _S.GONE},
    _S.SEATED: {_E.LEAVE: _S.LEAVING, _E.FORGET: _S.GONE},
    _S.LEAVING: {_E.TOLD: _S.LEAVING, _E.FORGET: _S.GONE},
}
"""Where each event leads from each state. Nothing leads out of GONE, and nothing back from LEAVING."""

MOVES: Final[dict[Move, dict[MoveEvent, Move]]] = {
    Move.STAYS: {MoveEvent.ASK: Move.ASKED, MoveEvent.REQUIRE: Move.MUST_GO},
    Move.CAME_BACK: {MoveEvent.REQUIRE: Move.MUST_GO},
    Move.ASKED: {MoveEvent.REQUIRE: Move.MUST_GO},
}
"""Where a request leads. It is made of members that are open or seated, and of no others."""


@dataclass(slots=True)
class Membership:
    """One member's state and move, and the times on which their deadlines rest (monotonic seconds).

    Its events are its methods; those that may mean nothing answer whether they changed anything. ``code``: why it
    leaves, None when it went by itself; ``unsaid``: the same, until it was told.
    """

    move: Move = Move.STAYS
    state: MemberState = field(default=MemberState.PENDING, init=False)
    code: CloseCode | None = field(default=None, init=False)
    unsaid: CloseCode | None = field(default=None, init=False)
    opened_at: float | None = field(default=None, init=False)
    heard_at: float = field(default=0.0, init=False)
    _left_at: float = field(default=0.0, init=False)
    _move_by: float | None = field(default=None, init=False)

    # --- the events

    def opened(self, now: float) -> bool:
        """Its channel is open."""
        if not self._follow(MemberEvent.OPENED):
            return False
        self.opened_at = self.heard_at = now
        return True

    def sit(self) -> bool:
        """It asks for its seat."""
        return self._follow(MemberEvent.SIT)

    def leave(self, code: CloseCode | None, now: float) -> bool:
        """It leaves, and ``code`` is what it must be told, if its channel is open."""
        is_served = self.is_served
        if not self._follow(MemberEvent.LEAVE):
            return False
        self.code, self._left_at = code, now
        self.unsaid = code if is_served else None
        return True

    def told(self) -> None:
        """It was told why it leaves."""
        if self._follow(MemberEvent.TOLD):
            self.unsaid = None

    def forget(self) -> bool:
        """Nothing here belongs to it any more."""
        return self._follow(MemberEvent.FORGET)

    def heard(self, now: float) -> None:
        """Its client has said something."""
        if self.is_served:
            self.heard_at = now

    def forgive(self, late_s: float) -> None:
        """Do not count that this process stood still for so long: its client was not silent, it was not read."""
        if self.is_served:
            self.heard_at += late_s

    def ask(self, event: MoveEvent, now: float) -> bool:
        """The gateway wants it to move, within MOVE_S."""
        moves = MOVES.get(self.move, {})
        if not self.is_served or event not in moves:
            return False
        self.move, self._move_by = moves[event], now + MOVE_S
        return True

    def _follow(self, event: MemberEvent) -> bool:
        after = TABLE.get(self.state, {}).get(event)
        self.state = after or self.state
        return after is not None

    # --- what follows from them

    @property
    def is_served(self) -> bool:
        """Whether it gets mixes and beats, and is heard."""
        return self.state is _OPEN or self.state is _SEATED

    @property
    def is_over(self) -> bool:
        """Whether it leaves or has left."""
        return self.state is MemberState.LEAVING or self.state is MemberState.GONE

    @property
    def is_asked(self) -> bool:
        """Whether it was asked to move."""
        return self._move_by is not None

    def is_moving(self, now: float) -> bool:
        """Whether it was asked to move, still has time, and was heard on its old channel within two beats."""
        return self._move_by is not None and now < self._move_by and now - self.heard_at < 2 * BEAT_S

    def _is_past_moving(self, now: float) -> bool:
        return self._move_by is not None and now >= self._move_by

    def move_of_next(self, now: float) -> Move:
        """The move of a newer peer that this member's participant joins with, here again."""
        has_come_back = self.move is Move.CAME_BACK or self._is_past_moving(now)
        return Move.CAME_BACK if has_come_back else Move.STAYS

    # --- the deadlines

    def overdue(self, now: float) -> CloseCode | None:
        """OPEN and SEATED: why its time here is over, if it is: it was silent, or had to move and has not."""
        if not self.is_served:
            return None
        if now - self.heard_at > PEER_SILENT_S:
            return CloseCode.SILENT
        if self._move_by is None or now < self._move_by or self.move is not Move.MUST_GO:
            return None
        return CloseCode.GOING_AWAY

    def is_seat_due(self, now: float) -> bool:
        """OPEN: whether it asks for its seat now, though it has said nothing of itself."""
        return self.state is _OPEN and self.opened_at is not None and now - self.opened_at >= SIT_S

    def is_goodbye_over(self, now: float) -> bool:
        """LEAVING: whether its transport may be closed. At once if there is nothing that it could have been told."""
        if self.state is not MemberState.LEAVING:
            return False
        kept_s = GOODBYE_S if self.opened_at is not None and self.code is not None else 0.0
        return now >= self._left_at + kept_s + (GOODBYE_AGAIN_S if self.unsaid is not None else 0.0)


def diagram() -> str:
    """TABLE as a Mermaid state diagram, for docs/architecture.md."""
    return "\n".join(["stateDiagram-v2", f"  [*] --> {MemberState.PENDING}: join", *_arrows(TABLE)])


def move_diagram() -> str:
    """MOVES as a Mermaid state diagram, for docs/architecture.md."""
    first = {Move.STAYS: "join", Move.CAME_BACK: "join after it had its time to move"}
    starts = [f"  [*] --> {move}: {why}" for move, why in first.items()]
    return "\n".join(["stateDiagram-v2", *starts, *_arrows(MOVES)])


def _arrows(
    table: Mapping[MemberState, Mapping[MemberEvent, MemberState]] | Mapping[Move, Mapping[MoveEvent, Move]],
) -> Iterable[str]:
    for state, row in table.items():
        by_next: dict[str, list[str]] = {}
        for event, after in row.items():
            by_next.setdefault(after, []).append(event)
        yield from (f"  {state} --> {after}: {', '.join(events)}" for after, events in by_next.items())
