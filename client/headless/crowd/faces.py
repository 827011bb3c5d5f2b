"""Faces as kuuki reads them: each person has readings of real photos of their own, for rest, a smile, surprise, gloom.

READINGS are what the pipeline read in 1,997 grey photos of people: one a row, the label that people gave and the seven
weights as they would be sent (docs/models.md). No picture can be made of them. A resting face that is read as sad, a
smile of which only half is seen: both are in there as often as in a real room.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from client.headless.crowd.wavering import Waver, make_waver
from kuuki.mood.labels import HAPPY, LABELS

READINGS: Final = Path(__file__).parent / "readings.csv"

Reading = tuple[int, ...]
"""Seven integers in the order of LABELS, of sum WHOLE."""

_GLOOMY: Final = ("angry", "disgust", "fear", "sad")


@cache
def readings_of(*labels: str) -> tuple[Reading, ...]:
    """The recorded readings of photos with one of these labels, in the file's order; of all photos if none is named."""
    with READINGS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not labels or row["label"] in labels]
    return tuple(tuple(int(row[label]) for label in LABELS) for row in rows)


@dataclass(frozen=True, slots=True)
class Face:
    """What is read in one person's face. ``parts``: label by label, its weight at rest, in gloom, in a smile and in
    surprise."""

    parts: tuple[tuple[int, int, int, int], ...]
    waver: Waver

    def weights(self, t: float, gloom: float, smile: float, surprise: float) -> tuple[float, ...]:
        """The seven weights (0..1, sum 1) at ``t``. A smile (0..1) takes its part of the whole, surprise of what is
        left of it, gloom of the rest."""
        other = 1.0 - smile
        amazed = other * surprise
        other -= amazed
        dull = other * gloom
        calm = other - dull
        angry, disgust, fear, happy, sad, surprised, neutral = [
            (calm * at_rest + dull * low + smile * high + amazed * wide) * factor
            for (at_rest, low, high, wide), factor in zip(self.parts, self.waver.factors(t), strict=True)
        ]
        # Not sum(): it compensates from Python 3.12 on, and a score would depend on the version.
        total = angry + disgust + fear + happy + sad + surprised + neutral
        return (
            angry / total,
            disgust / total,
            fear / total,
            happy / total,
            sad / total,
            surprised / total,
            neutral / total,
        )


def make_face(dice: Random) -> Face:
    """A face of four photos. The happier of the first two is the smile: nobody's laugh takes a smile away."""
    drawn = _one(dice, readings_of("neutral")), _one(dice, readings_of("happy"))
    at_rest, smile = sorted(drawn, key=_happy_of)
    gloom, surprise = _one(dice, readings_of(*_GLOOMY)), _one(dice, readings_of("surprise"))
    return Face(tuple(zip(at_rest, gloom, smile, surprise, strict=True)), make_waver(dice))


def _one(dice: Random, readings: Sequence[Reading]) -> Reading:
    return readings[int(dice.random() * len(readings))]  # not choice(): only random() is promised to stay as it is


def _happy_of(reading: Reading) -> int:
    return reading[HAPPY]
