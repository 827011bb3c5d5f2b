"""How long to wait before something is tried again: the one backoff that everything here uses.

It keeps the pause itself and not the number of tries, so that no power overflows, however long an outage is.
The same in client/web/src/core/backoff.ts.
"""

from collections.abc import Callable

from kuuki.times import RETRY_FIRST_S, RETRY_MAX_S, RETRY_MIN_S

Uniform = Callable[[float, float], float]
"""The source of randomness: a number between two, as ``random.Random().uniform`` gives."""


class Doubling:
    """A pause that doubles from ``first_s`` up to ``most_s``, and stays there."""

    __slots__ = ("_first_s", "_most_s", "_next_s")

    def __init__(self, first_s: float, most_s: float) -> None:
        self._first_s = min(first_s, most_s)
        self._most_s = most_s
        self._next_s = self._first_s

    def begin_anew(self) -> None:
        """It succeeded: the next pause is the first one again."""
        self._next_s = self._first_s

    def next_s(self) -> float:
        """The pause after another try that failed, in seconds."""
        pause_s = self._next_s
        self._next_s = min(2.0 * pause_s, self._most_s)
        return pause_s


class Backoff:
    """Full jitter (M. Brooker, Exponential Backoff And Jitter, 2015): a thousand that lost the same gateway must not
    come back at once.

    The first wait is uniform in 0..``first_s``; each later one in ``least_s``..ceiling, which doubles from
    2 × ``first_s`` up to ``most_s``.
    """

    __slots__ = ("_ceiling", "_is_first", "_least_s", "_uniform")

    def __init__(
        self,
        uniform: Uniform,
        first_s: float = RETRY_FIRST_S,
        least_s: float = RETRY_MIN_S,
        most_s: float = RETRY_MAX_S,
    ) -> None:
        self._uniform = uniform
        self._least_s = least_s
        self._ceiling = Doubling(first_s, most_s)
        self._is_first = True

    def succeeded(self) -> None:
        """It succeeded: the next wait is the first one again."""
        self._ceiling.begin_anew()
        self._is_first = True

    def next_s(self, at_least_s: float = 0.0) -> float:
        """How long to wait now, in seconds. ``at_least_s``: what the other side asked for; the jitter comes on top."""
        low_s = 0.0 if self._is_first else self._least_s
        self._is_first = False
        return at_least_s + self._uniform(low_s, self._ceiling.next_s())
