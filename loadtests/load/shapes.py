"""How many users there are at which time, for the shapes that can be asked for. Pure; times in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """``users`` more every ``every_s``, up to ``most``; over after ``seconds``."""

    users: int
    every_s: float
    most: int
    seconds: float

    def at(self, t: float) -> int | None:
        """How many users there are ``t`` after the start; None: it is over.

        >>> [Step(20, 10.0, 50, 40.0).at(t) for t in (0, 9.9, 10, 25, 40)]
        [20, 20, 40, 50, None]
        """
        return None if t >= self.seconds else min(self.most, self.users * (1 + int(t / self.every_s)))


@dataclass(frozen=True, slots=True)
class Spike:
    """``base`` users, ``times`` as many from ``after_s`` on for ``lasts_s``, then ``base`` again."""

    base: int
    times: float
    after_s: float
    lasts_s: float
    seconds: float

    def at(self, t: float) -> int | None:
        """How many users there are ``t`` after the start; None: it is over.

        >>> [Spike(10, 3.0, 20.0, 10.0, 60.0).at(t) for t in (0, 20, 29.9, 30, 60)]
        [10, 30, 30, 10, None]
        """
        if t >= self.seconds:
            return None
        return round(self.base * self.times) if self.after_s <= t < self.after_s + self.lasts_s else self.base
