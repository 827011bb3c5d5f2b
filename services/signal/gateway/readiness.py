"""Whether this gateway takes joins: it ticks, is in step with the others, has time, and does not go away."""

from typing import Final

from kuuki.errors import Unavailable
from services.runtime.bus import Bus
from services.signal.gateway.overload import Overload

_STUCK_S: Final = 10.0
"""A gateway whose loop answers and whose last tick is older than this does not tick at all."""


class Readiness:
    """What a balancer asks, and what refuses joins and watchers."""

    def __init__(self, bus: Bus, overload: Overload) -> None:
        self._bus = bus
        self._overload = overload
        self._is_going_away = False
        self.ticked_at: float | None = None

    def ticked(self, late_s: float, now: float) -> None:
        """A tick begins, ``late_s`` after it was due."""
        self._overload.tick(late_s, now)
        self.ticked_at = now

    def go_away(self) -> None:
        """Refuse all joins and watchers from now on."""
        self._is_going_away = True

    def refuse_if_going_away(self) -> None:
        """Raises Unavailable if this gateway goes away."""
        if self._is_going_away:
            raise Unavailable("going_away")

    def refuse_if_busy(self) -> None:
        """Raises Unavailable if this gateway goes away, Overloaded if it is late."""
        self.refuse_if_going_away()
        self._overload.refuse_if_late()

    def is_ready(self, now: float) -> bool:
        """Whether joins make sense: ticking, in step with the others, and not going away.

        One that is late stays ready. Its joins are refused, each with when to try again; out of a balancer, it would
        leave its load to the next one, which would follow. It hears itself late too, which is no fault of the bus.
        """
        is_ticking = self.ticked_at is not None and now - self.ticked_at < _STUCK_S
        return not self._is_going_away and is_ticking and (self._bus.is_well or self._overload.reads_late)

    @property
    def is_late(self) -> bool:
        """Whether ticks are late, and joins refused for that."""
        return self._overload.is_late
