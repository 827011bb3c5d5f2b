"""Faces as the pipeline reads them: the crowd's readings of 1,997 real photos, and how they waver.

A person's strongest expression is the label with the greatest weight (the first of equals). The *prior* is the share of
the commonest one in this population: who guesses that, without looking at any mix, is right so often.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from client.headless.crowd.faces import readings_of
from kuuki.mood.labels import LABELS, WHOLE

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Dice = np.random.Generator

WAVER: Final = 0.01
"""By how much (sd) each weight of a face differs from mix to mix."""

DRIFT: Final = 0.01
"""By how much (sd) it has moved for good after DRIFT_S: a random walk."""

DRIFT_S: Final = 10.0

FACES: Final[Ints] = np.array(readings_of(), dtype=np.int64)
"""One face a row: seven integers that sum to WHOLE."""

SMILING: Final[Floats] = np.array(readings_of("happy")) / WHOLE
NEUTRAL: Final[Floats] = np.array(readings_of("neutral")) / WHOLE
"""Those that people called so, as weights that sum to 1."""

STRONGEST: Final = FACES.argmax(1)
"""The index of each face's strongest expression."""

PRIOR: Final = float(np.bincount(STRONGEST).max() / len(FACES))


def scores_of(weights: Floats) -> Ints:
    """What devices would send of these weights (rows, of any sum): integers of sum WHOLE, by largest remainder."""
    parts = np.clip(weights, 0.0, None)
    parts = parts / parts.sum(-1, keepdims=True) * WHOLE
    whole = np.floor(parts).astype(np.int64)
    missing = WHOLE - whole.sum(-1, keepdims=True)
    rank = np.argsort(np.argsort(whole - parts, axis=-1, kind="stable"), axis=-1)
    return np.asarray(whole + (rank < missing), dtype=np.int64)


def wavering(faces: Ints, dice: Dice) -> Ints:
    """These faces a moment later or earlier."""
    return scores_of(faces / WHOLE + dice.normal(0, WAVER, faces.shape))


def wavering_sums(sums: Ints, people: int, mixes: int, dice: Dice, apart_s: float) -> Ints:
    """The sums of ``people`` faces over so many mixes, ``apart_s`` seconds apart, which waver and drift one by one: a
    row for each mix. What is drawn is the waver of the sum, as many small ones add up to a normal one."""
    shape = (mixes, len(LABELS))
    walk = dice.normal(0, DRIFT * (apart_s / DRIFT_S) ** 0.5, shape).cumsum(0)
    moved = (dice.normal(0, WAVER, shape) + walk) * (people**0.5 * WHOLE)
    moved -= moved.mean(1, keepdims=True)
    rows = np.clip(np.rint(sums + moved), 0, None).astype(np.int64)
    rows[np.arange(mixes), rows.argmax(1)] += sums.sum() - rows.sum(1)
    return np.asarray(rows, dtype=np.int64)
