"""Quotas and token buckets: how many there may be of something, and how often something may happen. Time is an
argument."""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(slots=True)
class Bucket:
    """A token bucket: ``rate`` tokens a second, ``burst`` at most, full at the start.

    ``now`` is monotonic seconds; a ``now`` that runs backwards adds nothing.
    """

    rate: float
    burst: float
    tokens: float
    filled_at: float

    @classmethod
    def full(cls, rate: float, burst: float, now: float) -> "Bucket":
        """A bucket with all its tokens."""
        return cls(rate, burst, burst, now)

    def consume(self, now: float, tokens: float = 1.0) -> bool:
        """Take this many tokens out of the bucket; if there are fewer, take none and return False."""
        self._fill(now)
        if tokens > self.tokens:
            return False
        self.tokens -= tokens
        return True

    def refund(self) -> None:
        """Put back one token that was consumed."""
        self.tokens = min(self.burst, self.tokens + 1.0)

    def consume_up_to(self, now: float, tokens: int) -> int:
        """Take as many whole tokens as there are, at most ``tokens``. Returns how many were taken."""
        self._fill(now)
        taken = min(tokens, int(self.tokens))
        self.tokens -= taken
        return taken

    def _fill(self, now: float) -> None:
        if now > self.filled_at:
            self.tokens = min(self.burst, self.tokens + (now - self.filled_at) * self.rate)
            self.filled_at = now

    def next_s(self, now: float) -> float:
        """How long until there is a whole token, in seconds; 0 if there is one."""
        self._fill(now)
        return max(0.0, (1.0 - self.tokens) / self.rate)

    def is_full(self, now: float) -> bool:
        """Whether it would be full by ``now``: a full bucket may be forgotten."""
        return self.tokens + max(0.0, now - self.filled_at) * self.rate >= self.burst


class Buckets:
    """One bucket for each key, made at its first use and forgotten when it is full again, so that their number is
    bounded."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._buckets: dict[Hashable, Bucket] = {}
        self._sweep_at = 0.0

    def consume(self, key: Hashable, now: float) -> bool:
        """Take one token out of that key's bucket; False if there is none."""
        self._sweep(now)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket.full(self._rate, self._burst, now)
        return bucket.consume(now)

    def refund(self, key: Hashable) -> None:
        """Put back one token that was consumed; a bucket that was forgotten is full already."""
        if key in self._buckets:
            self._buckets[key].refund()

    def _sweep(self, now: float) -> None:
        if now < self._sweep_at:
            return
        self._sweep_at = now + max(1.0, 1 / self._rate)
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if not bucket.is_full(now)}

    def __len__(self) -> int:
        return len(self._buckets)


class Quota:
    """How many of something are held: in all, and for each key (an address, say)."""

    def __init__(self, in_all: int, per_key: int) -> None:
        self._in_all = in_all
        self._per_key = per_key
        self._held: Counter[Hashable] = Counter()

    def admit(self, key: Hashable) -> bool:
        """Hold one more for ``key`` if both caps allow it. The key None has no cap of its own."""
        if self._held.total() >= self._in_all or (key is not None and self._held[key] >= self._per_key):
            return False
        self._held[key] += 1
        return True

    def release(self, key: Hashable) -> None:
        """Give one of ``key``'s back. Releasing what is not held changes nothing."""
        if self._held[key] <= 1:
            del self._held[key]
        else:
            self._held[key] -= 1

    def __len__(self) -> int:
        return self._held.total()
