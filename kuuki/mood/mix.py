"""From partials to the mix: sums that merge exactly, and the numbers that a room's mood is made of.

A Partial holds integer sums only, so merging is exactly associative and commutative with EMPTY as identity,
whatever the order of arrival. Fractions appear once, at the end, in finish.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import le, lt, mul
from typing import Final, NamedTuple

from kuuki.limits import SEQ_MAX
from kuuki.mood.frames import GRID, TAPS, Body
from kuuki.mood.labels import AROUSAL, HAPPY, LABELS, VALENCE, WHOLE
from kuuki.times import TAP_WINDOW_S

NO_TAPS: Final = (0,) * len(TAPS)
_CALMEST: Final = min(AROUSAL)
_LIVELINESS: Final = max(AROUSAL) - _CALMEST


class Cohort(NamedTuple):
    """Integer sums over ``sensing`` scores: of their weights and of the weights' squares, per label."""

    cohort: int
    sensing: int
    sums: tuple[int, ...]
    squares: tuple[int, ...]


class Partial(tuple[int, ...]):
    """One gateway's fold of one room, or several merged.

    ``present``: participants with the audience role. ``taps``: taps of each kind in the last TAP_WINDOW_S.
    ``cohorts``: sorted by id, none of them empty; one cohort (0) unless the room's rule asks for more.

    It is the tuple of its numbers: present, taps, then of each cohort its id, sensing, sums and squares. So it travels
    as it is, and partials are merged number by number: a mixer may do so with 100,000 a second.
    """

    __slots__ = ()

    def __new__(cls, present: int, taps: tuple[int, ...], cohorts: tuple[Cohort, ...]) -> "Partial":
        """The partial of these sums."""
        numbers = [present, *taps]
        for cohort, sensing, sums, squares in cohorts:
            numbers += (cohort, sensing, *sums, *squares)
        return cls.of(numbers)

    @classmethod
    def of(cls, numbers: Iterable[int]) -> "Partial":
        """The partial that these are the numbers of."""
        return tuple.__new__(cls, numbers)

    @property
    def present(self) -> int:
        """How many participants with the audience role are present."""
        return self[0]

    @property
    def taps(self) -> tuple[int, ...]:
        """How many taps of each kind came in the last TAP_WINDOW_S."""
        return self[1:HEAD]

    @property
    def cohorts(self) -> tuple[Cohort, ...]:
        """Its cohorts, sorted by id."""
        return tuple([_cohort(self[at : at + COHORT]) for at in range(HEAD, len(self), COHORT)])

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of its cohorts."""
        return self[HEAD::COHORT]

    @property
    def sensing(self) -> int:
        """How many scores are in it, of all cohorts."""
        return sum(self[HEAD + 1 :: COHORT])

    @property
    def total(self) -> Cohort:
        """All cohorts as one."""
        if len(self) <= HEAD + COHORT:
            return _cohort((0, *(self[HEAD + 1 :] or _NOBODY)))
        each = [self[at + 1 : at + COHORT] for at in range(HEAD, len(self), COHORT)]
        return _cohort((0, *map(sum, zip(*each, strict=True))))

    @property
    def is_plausible(self) -> bool:
        """Whether scores can sum up to this: the weights of each sum to WHOLE. Else its mix would not fit a frame."""
        ids = self.ids
        if len(ids) > 1 and not all(map(lt, ids, ids[1:])):
            return False
        return all(_are_sums(self[at : at + COHORT]) for at in range(HEAD, len(self), COHORT))


HEAD: Final = 1 + len(TAPS)
COHORT: Final = 2 + 2 * len(LABELS)
"""Numbers before the first cohort, and of each."""

_SQUARES: Final = 2 + len(LABELS)
_NOBODY: Final = (0,) * (COHORT - 1)
EMPTY: Final = Partial(0, NO_TAPS, ())


def _cohort(numbers: tuple[int, ...]) -> Cohort:
    return Cohort(numbers[0], numbers[1], numbers[2:_SQUARES], numbers[_SQUARES:])


def _are_sums(numbers: tuple[int, ...]) -> bool:
    """Whether a cohort's numbers can be the sums of as many scores as it says."""
    sensing, sums, squares = numbers[1], numbers[2:_SQUARES], numbers[_SQUARES:]
    return (
        0 < sensing <= SEQ_MAX
        and sum(sums) == WHOLE * sensing
        and sum(squares) <= WHOLE * WHOLE * sensing
        and all(map(le, sums, squares))
    )


def merge(partials: Iterable[Partial]) -> Partial:
    """The sum of partials; EMPTY for none. Order does not matter, and merging merged ones gives the same."""
    parts = list(partials) or [EMPTY]
    kinds = {part[HEAD::COHORT] for part in parts}
    ids = parts[0].ids
    if len(kinds) > 1:
        ids = tuple(sorted(set().union(*kinds)))
        parts = [_widened(part, ids) for part in parts]
    numbers = list(map(sum, zip(*parts, strict=True)))
    numbers[HEAD::COHORT] = ids
    return Partial.of(numbers)


def _widened(partial: Partial, ids: Iterable[int]) -> Partial:
    """The same partial with all these cohorts; those that it has not are empty."""
    by_id = {part.cohort: part for part in partial.cohorts}
    return Partial(partial.present, partial.taps, tuple([by_id.get(id_) or _cohort((id_, *_NOBODY)) for id_ in ids]))


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


class Means(NamedTuple):
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
    whole = WHOLE * people
    windows_per_minute = 60 / TAP_WINDOW_S
    return Means(
        total.sensing,
        coverage=total.sensing / present,
        weights=tuple([sum_ / whole for sum_ in total.sums]),
        likeness=sum(total.squares) / (WHOLE * whole),
        taps=tuple([count * windows_per_minute / present for count in partial.taps]),
    )


def describe(means: Means, calibration: Calibration) -> Body:
    """The body of a live mix. Every number but the taps comes from ``weights`` and ``likeness`` alone.

    So when those were rounded for publication, nothing here can undo it.
    """
    return Body(
        smiling=round(calibration.smiling(means.weights[HAPPY]) * GRID) / GRID,
        weights=tuple([round(weight * GRID) / GRID for weight in means.weights]),
        warmth=round(_dot(means.weights, VALENCE) * GRID) / GRID,
        energy=round(energy(means.weights) * GRID) / GRID,
        agreement=round(agreement(means.weights, means.likeness) * GRID) / GRID,
        taps=tuple([round(rate * 100) / 100 for rate in means.taps]),
    )


def energy(weights: tuple[float, ...]) -> float:
    """Arousal of the mean expression, stretched linearly so that the calmest label is 0 and the most aroused 1."""
    return (_dot(weights, AROUSAL) - _CALMEST * sum(weights)) / _LIVELINESS


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
