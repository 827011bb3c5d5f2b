"""What published mixes tell of one person who joins: ``python -m loadtests.newcomer``; one JSON line for each room.

Simulated rooms, kuuki's own sums and rounding. Somebody who knows how many are there, and what faces are like on
average, looks at the mixes just before and just after one person joins, and guesses the newcomer's strongest label by
Bayes: by one mix on each side, and by the mean of fifty, between which faces waver a little.
"""

import json
import sys
from typing import Any, Final

import numpy as np

from kuuki.mood.labels import LABELS, WHOLE
from kuuki.mood.mix import NO_TAPS, Cohort, Partial, finish
from kuuki.mood.privacy import rounded

FACES: Final = (0.3, 0.15, 0.15, 1.0, 0.3, 0.3, 1.5)
"""Parameters of the Dirichlet distribution that weights are drawn from: mostly neutral and happy, as audiences are."""

WAVER: Final = 0.01
"""By how much (sd) each weight differs from mix to mix."""

TRIALS: Final = 1000
CANDIDATES: Final = 5000
"""Faces that the guesser imagines: a sample of the distribution."""

Dice = np.random.Generator
Array = Any


def scores_of(faces: Array, dice: Dice) -> Array:
    """What devices send at one instant: integers that sum to 255 for each person, by largest remainder."""
    weights = np.clip(faces + dice.normal(0, WAVER, faces.shape), 0, None)
    parts = weights / weights.sum(1, keepdims=True) * WHOLE
    whole = np.floor(parts).astype(int)
    missing = WHOLE - whole.sum(1, keepdims=True)
    rank = np.argsort(np.argsort(whole - parts, axis=1), axis=1)
    return whole + (rank < missing)


def published(faces: Array, dice: Dice) -> Array:
    """The weights of one published mix of these people."""
    scores = scores_of(faces, dice)
    sums, squares = (tuple(map(int, each.sum(0))) for each in (scores, scores**2))
    partial = Partial(len(faces), NO_TAPS, (Cohort(0, len(faces), sums, squares),))
    return np.array(rounded(finish(partial)).weights)


def difference(faces: Array, newcomer: Array, looks: int, dice: Dice) -> Array:
    """What the mixes say that the newcomer's weights are: with them less without them, times the people."""
    everybody = np.vstack((faces, newcomer))
    before = np.mean([published(faces, dice) for _ in range(looks)], axis=0)
    after = np.mean([published(everybody, dice) for _ in range(looks)], axis=0)
    return len(everybody) * after - len(faces) * before


def guessed_right(people: int, looks: int, dice: Dice, trials: int = TRIALS) -> float:
    """The share of newcomers whose strongest label is guessed right. ``people``: with the newcomer."""
    newcomers = dice.dirichlet(FACES, trials)
    seen = np.array([difference(dice.dirichlet(FACES, people - 1), each, looks, dice) for each in newcomers])
    errors = (seen - newcomers).std(0) + 1e-6  # the guesser can simulate this too
    imagined = dice.dirichlet(FACES, CANDIDATES)
    likely = -0.5 * (((seen[:, None] - imagined) / errors) ** 2).sum(2)
    likely = np.exp(likely - likely.max(1, keepdims=True))
    by_label = np.array([np.bincount(imagined.argmax(1), each, len(LABELS)) for each in likely])
    return float((by_label.argmax(1) == newcomers.argmax(1)).mean())


def main() -> None:
    """Print a line for each room."""
    dice = np.random.default_rng(1)
    blind = np.bincount(dice.dirichlet(FACES, 100_000).argmax(1)).max() / 100_000
    for people in (5, 20, 50, 200):
        one, fifty = (guessed_right(people, looks, dice) for looks in (1, 50))
        row = {"people": people, "one_look": round(one, 2), "fifty": round(fifty, 2), "blind": round(float(blind), 2)}
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
