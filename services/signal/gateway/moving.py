"""Make before break: the clients of a gateway that goes away are asked to move, at a pace that others can take."""

from collections.abc import Iterable
from dataclasses import dataclass

from kuuki.limits import MOVES_PER_S
from kuuki.times import MOVE_S, TICK_S
from services.runtime.metrics import Metrics
from services.signal.gateway.member import Member


@dataclass(slots=True)
class Moving:
    """Asks members to move. ``pace``: how many a second."""

    pace: float
    metrics: Metrics
    _left: float = 0.0

    @classmethod
    def of(cls, members: int, drain_s: float, metrics: Metrics) -> "Moving":
        """Spread over half of the time there is: each who moves is out of the mix for two ticks or three."""
        return cls(max(MOVES_PER_S, members / max(TICK_S, drain_s / 2)), metrics)

    def ask(self, members: Iterable[Member], now: float) -> None:
        """Ask as many as the pace allows in a tick. A beat says so, at once and from then on."""
        self._left = min(self._left + self.pace * TICK_S, max(1.0, self.pace * TICK_S))
        for member in members:
            if self._left < 1:
                return
            if member.is_open and not member.is_leaving and member.move_by is None:
                member.move_by, member.beat_at = now + MOVE_S, now
                self._left -= 1
                self.metrics.moves.inc()
