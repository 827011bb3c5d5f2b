"""Make before break: clients are asked to move to another gateway, at a pace that others can take.

All of them when this one goes away; as many as it has too many when others have fewer (docs/adr/0009).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from math import floor

from kuuki.limits import MOVES_PER_S, MOVES_PER_S_MAX
from kuuki.many.balance import Balance
from kuuki.many.membership import Move, MoveEvent
from kuuki.mood.room import Role
from kuuki.times import EVEN_OUT_S, TICK_S
from services.runtime.metrics import Metrics
from services.signal.gateway.hall import Hall
from services.signal.gateway.halls import Halls
from services.signal.gateway.member import Member

MayGo = Callable[[Hall, Member], bool]
"""Whether a member could move now without being missed in the mix meanwhile."""


@dataclass(slots=True)
class Moving:
    """Makes one request of members, so many a second (``pace``)."""

    pace: float
    metrics: Metrics
    request: MoveEvent
    _left: float = 0.0

    @classmethod
    def of(cls, members: int, drain_s: float, metrics: Metrics) -> "Moving":
        """All ``members`` are asked within half of ``drain_s``, and move in the other half.

        They are not asked at once: each is missing from the mix for two or three ticks while it moves.
        """
        return cls(max(MOVES_PER_S, members / max(TICK_S, drain_s / 2)), metrics, MoveEvent.REQUIRE)

    def ask(self, members: Iterable[Member], now: float) -> None:
        """Ask as many as the pace allows in a tick. A beat says so, at once and from then on."""
        step = self.pace * TICK_S
        self._left = min(self._left + step, step + 1.0)  # what is less than one is for the next tick
        for member in members:
            if self._left < 1:
                return
            if member.membership.ask(self.request, now):
                member.beat_at = now
                self._left -= 1
                self.metrics.moves.inc()


@dataclass(slots=True)
class EveningOut:
    """Asks those to move whom a gateway has more than the others. ``peers``: how many it had at the last tick."""

    balance: Balance
    metrics: Metrics
    may_go: MayGo
    peers: int = 0
    _moving: Moving = field(init=False)

    def __post_init__(self) -> None:
        self._moving = Moving(MOVES_PER_S, self.metrics, MoveEvent.ASK)

    def tick(self, halls: Iterable[Hall], now: float) -> None:
        """Once a tick. Only audience that ``may_go`` is asked; a member that came back after it was asked stays."""
        served = [(hall, each) for hall in halls for each in hall.members.values() if each.membership.is_served]
        self.peers = len(served)
        surplus = self.balance.surplus(self.peers, sum(member.membership.is_asked for _, member in served), now)
        if surplus >= 1:
            asked = (member for hall, member in served if self._may_be_asked(hall, member))
            pace = min(MOVES_PER_S_MAX, max(MOVES_PER_S, surplus / EVEN_OUT_S))
            self._moving.pace = floor(pace * TICK_S) / TICK_S  # whole ones a tick
            self._moving.ask(islice(asked, int(surplus)), now)

    def _may_be_asked(self, hall: Hall, member: Member) -> bool:
        stays = member.role is Role.AUDIENCE and member.membership.move is Move.STAYS
        return stays and self.may_go(hall, member)


class Moves:
    """Which members are asked at a tick: those that are too many, or all once this gateway drains."""

    def __init__(self, halls: Halls, balance: Balance, may_go: MayGo, metrics: Metrics) -> None:
        self._halls = halls
        self._metrics = metrics
        self._evening_out = EveningOut(balance, metrics, may_go)
        self._draining: Moving | None = None

    @property
    def peers(self) -> int:
        """How many were open at the last tick before this gateway drains."""
        return self._evening_out.peers

    def drain(self, drain_s: float) -> None:
        """Everyone must go, within ``drain_s``."""
        self._draining = Moving.of(len(self._halls.members), drain_s, self._metrics)

    def tick(self, now: float) -> None:
        """Ask those whose turn it is."""
        if self._draining is not None:
            self._draining.ask(self._halls.members, now)
        else:
            self._evening_out.tick(self._halls.values(), now)
