"""How the reading of a face wavers while its owner does nothing: slowly, and from frame to frame. A function of time.

Noise multiplies: a weight that is near 0 or 1 hardly moves, one of a half moves most, as it is with a softmax. It is
looked up in one small table, at places that are the person's own, so it costs little and needs no state.
"""

from dataclasses import dataclass
from random import Random
from typing import Final

from kuuki.mood.labels import LABELS
from kuuki.times import TICK_S

_ROWS: Final = 512
_PLACE: Final = _ROWS - 1
"""A mask: rows are counted modulo their number, a power of two, which any odd stride visits all of."""

_JITTER_STRIDE: Final = 197
_SCALE: Final = 3.0**0.5
"""The sum of four uniform numbers has a variance of 1/3; times this it has 1, and is never beyond 2 * _SCALE."""


def _normal(dice: Random) -> float:
    """Nearly normal, of sd 1 and within ±3.5: by additions alone, so it is the same on any machine."""
    return (dice.random() + dice.random() + dice.random() + dice.random() - 2.0) * _SCALE


def _make_rows() -> tuple[tuple[float, ...], ...]:
    dice = Random("how faces waver")  # noqa: S311 - a simulation
    return tuple(tuple(_normal(dice) for _ in LABELS) for _ in range(_ROWS))


_NOISE: Final = _make_rows()


@dataclass(frozen=True, slots=True)
class Waver:
    """One person's. ``depth``, ``jitter``: sd of the slow and the quick noise, in shares of a weight; together at most
    0.28, so that a factor stays above 0. Slow noise has a new value every ``key_s`` seconds and is smooth between."""

    depth: float
    jitter: float
    key_s: float
    start: int
    stride: int

    def factors(self, t: float) -> list[float]:
        """What the seven weights are to be multiplied with at ``t`` (>= 0); the same all through a tick of jitter."""
        keys = t / self.key_s
        key = int(keys)
        part = keys - key
        after = self.depth * part * part * (3.0 - 2.0 * part)
        before, jitter = self.depth - after, self.jitter
        place = self.start + self.stride * key
        quick = self.start + _JITTER_STRIDE * int(t / TICK_S)
        return [
            1.0 + before * one + after * other + jitter * third
            for one, other, third in zip(
                _NOISE[place & _PLACE], _NOISE[(place + self.stride) & _PLACE], _NOISE[quick & _PLACE], strict=True
            )
        ]


def make_waver(dice: Random) -> Waver:
    """A waver of some person."""
    return Waver(
        depth=dice.uniform(0.04, 0.2),
        jitter=dice.uniform(0.01, 0.06),
        key_s=dice.uniform(0.4, 1.0),
        start=int(dice.random() * _ROWS),
        stride=1 + 2 * int(dice.random() * _ROWS / 2),
    )
