"""Smiles that nobody on stage caused: bouts of about two seconds, now and then. A function of time."""

from dataclasses import dataclass
from random import Random
from typing import Final

_RISE_S: Final = 0.35
_FALL_S: Final = 0.9
_LASTS_S: Final = (1.8, 3.4)
"""From the first trace to the last. Less half of the rise and of the fall it is a full smile of 2 s on average."""

_MEAN_S: Final = sum(_LASTS_S) / 2 - (_RISE_S + _FALL_S) / 2

_PLACE: Final = 511
"""A mask: dice are counted modulo their number, a power of two."""


def _make_dice() -> tuple[float, ...]:
    dice = Random("when people smile")  # noqa: S311 - a simulation
    return tuple(dice.random() for _ in range(_PLACE + 1))


_DICE: Final = _make_dice()


@dataclass(frozen=True, slots=True)
class Bouts:
    """One person's: one bout in each ``every_s`` seconds, somewhere in them. ``start``: where their dice lie."""

    every_s: float
    start: int

    def level(self, t: float) -> float:
        """How much they smile at ``t`` by themselves, 0..1."""
        turn = int(t / self.every_s)
        place = self.start + 2 * turn
        lasts = _LASTS_S[0] + (_LASTS_S[1] - _LASTS_S[0]) * _DICE[place & _PLACE]
        since = t - turn * self.every_s - (self.every_s - lasts) * _DICE[(place + 1) & _PLACE]
        if not 0.0 < since < lasts:
            return 0.0
        return min(1.0, since / _RISE_S, (lasts - since) / _FALL_S)


def make_bouts(share: float, dice: Random) -> Bouts:
    """Bouts that take this share of the time, 0 < share <= 0.58: beyond that they would not fit."""
    return Bouts(_MEAN_S / share, int(dice.random() * len(_DICE)))
