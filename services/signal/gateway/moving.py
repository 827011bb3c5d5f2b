"""Make before break: clients are asked to move to another gateway, at a pace that others can take.

All of them when this one goes away; as many as it has too many when others have fewer (docs/adr/0009).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from math import floor

from kuuki.limits import MOVES_PER_S, MOVES_PER_S_MAX
from kuuki.many.balance import Loads
from kuuki.mood.room import Role
from kuuki.times import EVEN_OUT_S, MOVE_S, TICK_S
from services.runtime.metrics import Metrics
from services.signal.gateway.hall import Hall
from services.signal.gateway.member import Member


@dataclass(slots=True)
class Moving:
    """Asks members to move. ``pace``: how many a second. Who ``must_go`` is closed when it has not."""

    pace: float
    metrics: Metrics
    must_go: bool = True
    _left: float = 0.0

    @classmethod
    def of(cls, members: int, drain_s: float, metrics: Metrics) -> "Moving":
        """Spread over half of the time there is: each who moves is out of the mix for two ticks or three."""
        return cls(max(MOVES_PER_S, members / max(TICK_S, drain_s / 2)), metrics)

    def ask(self, members: Iterable[Member], now: float) -> None:
        """Ask as many as the pace allows in a tick. A beat says so, at once and from then on."""
        step = self.pace * TICK_S
        self._left = min(self._left + step, step + 1.0)  # what is less than one is for the next tick
        for member in members:
            if self._left < 1:
                return
            if member.is_open and not member.is_leaving and (member.move_by is None or self.must_go > member.must_go):
                member.move_by, member.beat_at, member.must_go = now + MOVE_S, now, self.must_go
                self._left -= 1
                self.metrics.moves.inc()


@dataclass(slots=True)
class EveningOut:
    """Asks those to move whom a gateway has more than the others.

    ``may_go``: whether a member would not be missed meanwhile. ``peers``: how many there are, at the last tick.
    """

    loads: Loads
    metrics: Metrics
    may_go: Callable[[Hall, Member], bool]
    peers: int = 0
    _moving: Moving = field(init=False)

    def __post_init__(self) -> None:
        self._moving = Moving(MOVES_PER_S, self.metrics, must_go=False)

    def tick(self, halls: Iterable[Hall], now: float) -> None:
        """Once a tick. Only audience that ``may_go`` is asked; who came back after it was asked stays."""
        places = [
            (hall, each) for hall in halls for each in hall.members.values() if each.is_open and not each.is_leaving
        ]
        self.peers = len(places)
        surplus = self.loads.surplus(self.peers, sum(member.move_by is not None for _, member in places), now)
        if surplus >= 1:
            asked = (member for hall, member in places if self._may_be_asked(hall, member))
            pace = min(MOVES_PER_S_MAX, max(MOVES_PER_S, surplus / EVEN_OUT_S))
            self._moving.pace = floor(pace * TICK_S) / TICK_S  # whole ones a tick
            self._moving.ask(islice(asked, int(surplus)), now)

    def _may_be_asked(self, hall: Hall, member: Member) -> bool:
        is_free = member.role is Role.AUDIENCE and member.move_by is None and not member.came_back
        return is_free and self.may_go(hall, member)
