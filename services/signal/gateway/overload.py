"""Whether this gateway has more to do than it can: how late it is, at each tick, and what follows from that.

Peers that are here go on being served, each with the newest mix there is, less often. A client that wants to join is
told to try again later, or elsewhere. The gateway stays ready all the same: a balancer that took it out would send its
load to the next gateway, which would be late too, and so one after the other.
"""

from collections.abc import Callable, Mapping

from kuuki.errors import Overloaded
from kuuki.lateness import Lateness
from services.runtime.metrics import Metrics
from services.signal.gateway.hall import Hall

WaitedS = Callable[[float], float]
"""How long, by now, what came from the network has waited at most, in seconds."""


class Overload:
    """How late a tick is: the most of its timer, of the oldest datagram that waits, and of a fan-out that is behind."""

    def __init__(self, halls: Mapping[str, Hall], waited_s: WaitedS, metrics: Metrics) -> None:
        self._halls = halls
        self._waited_s = waited_s
        self._metrics = metrics
        self._lateness = Lateness()
        self._own = Lateness()

    def tick(self, late_s: float, now: float) -> None:
        """Once a tick. ``late_s``: by how much its timer was late."""
        fan_outs = (hall.fan_out.waited_s(now) for hall in self._halls.values())
        own_s = max(late_s, self._waited_s(now))
        self._own.tick(own_s, now)
        self._lateness.tick(max((own_s, *fan_outs)), now)
        self._metrics.overloaded.set(self.is_late)

    @property
    def is_late(self) -> bool:
        """Whether joins are refused."""
        return self._lateness.is_late

    @property
    def reads_late(self) -> bool:
        """Whether the process reads late, and so hears its own beats on the bus late, though the bus is well."""
        return self._own.is_late

    def refuse_if_late(self) -> None:
        """Raises Overloaded."""
        if self.is_late:
            raise Overloaded
