"""From partials to the mix: sums that merge exactly, and the numbers that a room's mood is made of.

A Partial holds integer sums only, so merging is exactly associative and commutative with EMPTY as identity,
whatever the order of arrival. Fractions appear once, at the end, in finish.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import mul
from typing import Final, NamedTuple

from kuuki.frames import GRID, TAPS, Body
from kuuki.labels import AROUSAL, HAPPY, LABELS, VALENCE, WHOLE
from kuuki.times import TAP_WINDOW_S

ZEROS: Final = (0,) * len(LABELS)
NO_TAPS: Final = (0,) * len(TAPS)
_CALMEST: Final = min(AROUSAL)
_LIVELIEST: Final = max(AROUSAL)


class Cohort(NamedTuple):
    """Integer sums over ``sensing`` scores: of their weights and of the weights' squares, per label."""

    cohort: int
    sensing: int
    sums: tuple[int, ...]
    squares: tuple[int, ...]


class Partial(NamedTuple):
    """One gateway's fold of one room, or several merged.

    ``present``: participants with the audience role. ``taps``: taps of each kind in the last TAP_WINDOW_S.
    ``cohorts``: sorted by id, none of them empty; one cohort (0) unless the room's rule asks for more.
    """

    present: int
    taps: tuple[int, ...]
    cohorts: tuple[Cohort, ...]

    @property
    def total(self) -> Cohort:
        """All cohorts as one."""
        return _add(0, self.cohorts)


EMPTY: Final = Partial(0, NO_TAPS, ())


def _add(cohort: int, parts: Sequence[Cohort]) -> Cohort:
    if not parts:
        return Cohort(cohort, 0, ZEROS, ZEROS)
    if len(parts) == 1 and parts[0].cohort == cohort:
        return parts[0]
    _, sensing, sums, squares = zip(*parts, strict=True)
    return Cohort(cohort, sum(sensing), _columns(sums), _columns(squares))


def _columns(rows: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rows, strict=True)))


def merge(partials: Iterable[Partial]) -> Partial:
    """The sum of partials; EMPTY for none. Order does not matter, and merging merged ones gives the same."""
    present, taps, cohorts = zip(EMPTY, *partials, strict=True)
    by_cohort: dict[int, list[Cohort]] = {}
    for part in chain.from_iterable(cohorts):
        by_cohort.setdefault(part[0], []).append(part)
    return Partial(sum(present), _columns(taps), tuple([_add(id_, by_cohort[id_]) for id_ in sorted(by_cohort)]))


@dataclass(frozen=True, slots=True)
class Calibration:
    """From the mean *happy* weight of a room to the share of it that smiles: clip((mean - offset) / gain, 0, 1).

    Fitted for the default expression model (models/manifest.json has the same figures; docs/models.md the
    error: 4.6, 3.0 and 1.8 percentage points for 20, 50 and 200 people). For rooms, never for one face.
    """

    offset: float = 0.072
    gain: float = 0.760

    def smiling(self, happy: float) -> float:
        """Share of people who smile, 0..1, from the mean weight of *happy*, 0..1."""
        return min(1.0, max(0.0, (happy - self.offset) / self.gain))


@dataclass(frozen=True, slots=True)
class Means:
    """What a partial says as fractions. ``weights`` sum to 1; ``likeness`` is the mean of each score's sum of squares.

    ``taps``: per kind, taps per present person and minute. ``coverage``: sensing / present, 0..1.
    """

    sensing: int
    coverage: float
    weights: tuple[float, ...]
    likeness: float
    taps: tuple[float, ...]


def finish(partial: Partial) -> Means:
    """The exact means of a partial; weights and likeness are zeros when nobody is sensing."""
    total = partial.total
    people = max(total.sensing, 1)
    present = max(partial.present, total.sensing, 1)
    windows_per_minute = 60 / TAP_WINDOW_S
    return Means(
        total.sensing,
        coverage=total.sensing / present,
        weights=tuple([sum_ / (WHOLE * people) for sum_ in total.sums]),
        likeness=sum(total.squares) / (WHOLE * WHOLE * people),
        taps=tuple([count * windows_per_minute / present for count in partial.taps]),
    )


def describe(means: Means, calibration: Calibration) -> Body:
    """The body of a live mix. Every number but the taps comes from ``weights`` and ``likeness`` alone.

    So when those were rounded for publication, nothing here can undo it.
    """
    return Body(
        smiling=_on_grid(calibration.smiling(means.weights[HAPPY])),
        weights=tuple([round(weight * GRID) / GRID for weight in means.weights]),
        warmth=_on_grid(_dot(means.weights, VALENCE)),
        energy=_on_grid(energy(means.weights)),
        agreement=_on_grid(agreement(means.weights, means.likeness)),
        taps=tuple([round(rate * 100) / 100 for rate in means.taps]),
    )


def energy(weights: tuple[float, ...]) -> float:
    """Arousal of the mean expression, stretched linearly so that the calmest label is 0 and the most aroused 1."""
    return (_dot(weights, AROUSAL) - _CALMEST * sum(weights)) / (_LIVELIEST - _CALMEST)


def agreement(weights: tuple[float, ...], likeness: float) -> float:
    """How alike the room is, 0..1: Simpson's index of two people picked at random, stretched to 0..1.

    1 - (total variance of the weights) is the mean of 1 - |a - b|^2 / 2 over pairs of scores; for sure scores
    it is the chance that two people wear the same label (E. H. Simpson, Nature 163 (1949) 688). Seven labels in
    equal parts give 1/7, which is stretched to 0.
    """
    variance = likeness - _dot(weights, weights)
    labels = len(LABELS)
    return min(1.0, max(0.0, 1.0 - variance * labels / (labels - 1)))


def _dot(left: tuple[float, ...], right: tuple[float, ...]) -> float:
    product: float = sum(map(mul, left, right))
    return product


def _on_grid(fraction: float) -> float:
    return round(fraction * GRID) / GRID
