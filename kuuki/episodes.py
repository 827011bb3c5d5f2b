"""Bursts of events of which only the first is logged. Time is an argument."""

from dataclasses import dataclass

from kuuki.times import EPISODE_S


@dataclass(slots=True)
class Episode:
    """A run of events, none of them EPISODE_S or more after the one before it."""

    last_at: float | None = None

    def begins(self, now: float) -> bool:
        """An event at ``now``; whether it is the first of its run."""
        is_first = self.last_at is None or now - self.last_at >= EPISODE_S
        self.last_at = now
        return is_first
