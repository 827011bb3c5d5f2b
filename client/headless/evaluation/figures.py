"""The statistics of the model card, of nothing but labels and weights. docs/models.md says what each one means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from client.headless.evaluation.labelled_pictures import Read
from kuuki.mood.labels import HAPPY, LABELS
from models.manifest import Calibration

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ROOM_SIZES: Final = (20, 50, 200)
ROOMS: Final = 10_000
"""Drawn for each size: the mean error is then known to about 0.03 percentage points."""
SMILES: Final = 0.5
"""A face whose *happy* weight is at least so much counts as a smile, where one has to be yes or no."""
_SEED: Final = 20
_TWO_SIDED_95: Final = 1.96


@dataclass(frozen=True)
class Room:
    """Mean errors of the share that smiles in rooms of this size, in percentage points; the true share is uniform.

    ``calibrated``: with the manifest's calibration, or None. ``fitted``: with the one that fits these faces.
    """

    size: int
    raw: float
    calibrated: float | None
    fitted: float


@dataclass(frozen=True)
class Smile:
    """How *happy* tells smiles from the rest. ``found`` and ``alarms``: shares of smiles, and of others, above SMILES.

    ``offset`` and ``gain``: a room's mean is offset + gain x the share that smiles.
    """

    auc_rest: float
    auc_neutral: float | None
    found: float
    alarms: float
    offset: float
    gain: float
    rooms: tuple[Room, ...]


@dataclass(frozen=True)
class Figures:
    """What one choice of models read in some faces. Shares are 0..1; None where there is nothing to say it of.

    ``confusion``: rows are what people saw, columns the top label, in the order of LABELS. ``error``: half of the 95 %
    interval of ``accuracy``. ``top_weight``: the mean of the top label's weight.
    """

    faces: int
    accuracy: float
    error: float
    top_weight: float
    counts: Mapping[str, int]
    recall: Mapping[str, float | None]
    confusion: tuple[tuple[int, ...], ...]
    smile: Smile | None


def figures(read: Sequence[Read], calibration: Calibration | None) -> Figures:
    """Of the readings of one choice, at least one."""
    seen = np.array([LABELS.index(one.label) for one in read])
    weights = np.array([one.weights for one in read])
    confusion = np.zeros((len(LABELS), len(LABELS)), np.int64)
    np.add.at(confusion, (seen, weights.argmax(1)), 1)
    accuracy = float(confusion.trace() / len(read))
    return Figures(
        faces=len(read),
        accuracy=accuracy,
        error=_TWO_SIDED_95 * sqrt(accuracy * (1 - accuracy) / len(read)),
        top_weight=float(weights.max(1).mean()),
        counts={label: int(confusion[i].sum()) for i, label in enumerate(LABELS)},
        recall={label: _recall(confusion[i], i) for i, label in enumerate(LABELS)},
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
        smile=_smile(weights[:, HAPPY], seen, calibration),
    )


def _recall(row: Integers, i: int) -> float | None:
    return float(row[i] / row.sum()) if row.sum() else None


def _smile(happy: Floats, seen: Integers, calibration: Calibration | None) -> Smile | None:
    smiles, rest, neutral = happy[seen == HAPPY], happy[seen != HAPPY], happy[seen == LABELS.index("neutral")]
    if not len(smiles) or not len(rest):
        return None
    offset = float(rest.mean())
    gain = float(smiles.mean()) - offset
    return Smile(
        auc_rest=area_under_curve(smiles, rest),
        auc_neutral=area_under_curve(smiles, neutral) if len(neutral) else None,
        found=float((smiles >= SMILES).mean()),
        alarms=float((rest >= SMILES).mean()),
        offset=offset,
        gain=gain,
        rooms=tuple(_room(size, smiles, rest, calibration, (offset, gain)) for size in ROOM_SIZES),
    )


def area_under_curve(higher: Floats, lower: Floats) -> float:
    """How often one of ``higher`` is above one of ``lower``; equal ones count half. Neither may be empty."""
    ordered = np.sort(lower)
    below, upto = np.searchsorted(ordered, higher, "left"), np.searchsorted(ordered, higher, "right")
    return float((below + upto).mean() / (2 * len(lower)))


def _room(size: int, smiles: Floats, rest: Floats, calibration: Calibration | None, fit: tuple[float, float]) -> Room:
    share, mean = _rooms(size, smiles, rest)
    told = None if calibration is None else _error(share, mean, calibration.offset, calibration.gain)
    return Room(size, _error(share, mean, 0.0, 1.0), told, _error(share, mean, *fit))


def _rooms(size: int, smiles: Floats, rest: Floats) -> tuple[Floats, Floats]:
    """The true share and the mean *happy* weight of each room: each seat smiles with the room's chance, 0..1."""
    random = np.random.default_rng(_SEED)
    chance = random.random((ROOMS, 1))
    is_smile = random.random((ROOMS, size)) < chance
    faces = np.where(is_smile, random.choice(smiles, (ROOMS, size)), random.choice(rest, (ROOMS, size)))
    return is_smile.mean(1), faces.mean(1)


def _error(share: Floats, mean: Floats, offset: float, gain: float) -> float:
    """Percentage points. A gain of nothing (the models see no smiles at all) says 0 for everybody."""
    said = np.clip((mean - offset) / gain, 0, 1) if gain > 0 else np.zeros_like(mean)
    return float(np.abs(said - share).mean() * 100)
