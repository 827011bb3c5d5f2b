"""Whether a process is overloaded: its ticks come later than they are due. Time is an argument.

One or two late ticks mean nothing: a burst of joins, a slow disk. A process is late when five ticks in a row (those of
a second) were later than half a tick on average, each counted as one tick at most; or when one was later than a second.
It is in time again when its ticks were in time for LATE_OVER_S: else joins would be refused and accepted in turns while
the load is near the edge.
"""

from collections import deque
from typing import Final

from kuuki.times import LATE_OVER_S, TICK_S

_TICKS: Final = 5
_LATE_S: Final = TICK_S / 2
_TOO_LATE_S: Final = 1.0


class Lateness:
    """Judges the last second's ticks. A process is in time at its start."""

    def __init__(self) -> None:
        self._last = deque([0.0] * _TICKS, maxlen=_TICKS)
        self._late_until: float | None = None

    def tick(self, late_s: float, now: float) -> None:
        """A tick came ``late_s`` seconds after it was due, ticks that were left out meanwhile included."""
        self._last.append(min(TICK_S, max(0.0, late_s)))
        if late_s > _TOO_LATE_S or sum(self._last) / _TICKS > _LATE_S:
            self._late_until = now + LATE_OVER_S
        elif self._late_until is not None and now >= self._late_until:
            self._late_until = None

    @property
    def is_late(self) -> bool:
        """Whether it is late, as of the last tick."""
        return self._late_until is not None
