"""When to join again: full jitter, so that a thousand clients of a lost gateway do not come back at once."""

from random import Random

from kuuki.times import RETRY_FIRST_S, RETRY_MAX_S, RETRY_MIN_S


class Retry:
    """Waits between attempts. ``dice`` is the source of randomness."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._attempts = 0

    def succeeded(self) -> None:
        """Begin anew."""
        self._attempts = 0

    def next_s(self, at_least_s: float = 0.0) -> float:
        """How long to wait now: first 0..1 s, then between 0.5 s and a ceiling that doubles up to 20 s.

        ``at_least_s`` is what the server asked for (Retry-After); the jitter comes on top of it.
        """
        if self._attempts == 0:
            wait_s = self._dice.uniform(0.0, RETRY_FIRST_S)
        else:
            ceiling_s = min(RETRY_MAX_S, RETRY_FIRST_S * 2.0 ** min(self._attempts, 10))
            wait_s = self._dice.uniform(RETRY_MIN_S, ceiling_s)
        self._attempts += 1
        return at_least_s + wait_s
