"""Whether a process is late: what is due at its ticks, it does later than it should. Time is an argument.

One late tick is a hiccup, and so are two: a burst of joins, a slow disk. It is late when five in a row, a second's,
were later than half a tick on average, where none counts for more than a tick; or when one was later than a second. It
is in time again when they were in time for LATE_OVER_S, so joins are not refused and taken by turns as the load goes up
and down.
"""

from collections import deque
from typing import Final

from kuuki.times import LATE_OVER_S, TICK_S

_TICKS: Final = 5
_LATE_S: Final = TICK_S / 2
_TOO_LATE_S: Final = 1.0


class Lateness:
    """The last second's ticks, and what follows from them. It begins in time."""

    def __init__(self) -> None:
        self._last = deque([0.0] * _TICKS, maxlen=_TICKS)
        self._late_until: float | None = None

    def tick(self, late_s: float, now: float) -> None:
        """A tick, and by how much it was late, in seconds; ticks that were left out are part of that."""
        self._last.append(min(TICK_S, max(0.0, late_s)))
        if late_s > _TOO_LATE_S or sum(self._last) / _TICKS > _LATE_S:
            self._late_until = now + LATE_OVER_S
        elif self._late_until is not None and now >= self._late_until:
            self._late_until = None

    @property
    def is_late(self) -> bool:
        """Whether it is late, as of the last tick."""
        return self._late_until is not None
