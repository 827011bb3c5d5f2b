"""How far another process's clock is from one's own, from questions and answers. Pure; times in seconds."""

from dataclasses import dataclass
from math import inf


@dataclass
class Clocks:
    """The best of several answers: the one that came soonest is the most exact (NTP, RFC 5905 section 8)."""

    offset: float = 0.0
    rtt: float = inf

    def answered(self, asked: float, theirs: float, now: float) -> None:
        """Asked and answered at these times of one's own clock; ``theirs``: what the other one's said in between."""
        if now - asked < self.rtt:
            self.rtt = now - asked
            self.offset = theirs - (asked + now) / 2
