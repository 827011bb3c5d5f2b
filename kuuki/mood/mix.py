"""From partials to the mix: sums that merge exactly, and the numbers that a room's mood is made of.

A Partial holds integer sums only, so merging is exactly associative and commutative with EMPTY as identity,
whatever the order of arrival. Fractions appear once, at the end, in finish.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from operator import mul
from typing import Final, NamedTuple

from kuuki.limits import SEQ_MAX
from kuuki.mood.frames import GRID, TAPS, Body
from kuuki.mood.labels import AROUSAL, HAPPY, LABELS, VALENCE, WHOLE
from kuuki.times import TAP_WINDOW_S

NO_TAPS: Final = (0,) * len(TAPS)
_CALMEST: Final = min(AROUSAL)
_LIVELINESS: Final = max(AROUSAL) - _CALMEST


class Sums(NamedTuple):
    """Integer sums over the scores of ``people``: of their weights per label, and of all their weights' squares."""

    people: int
    weights: tuple[int, ...]
    squares: int


class SetSums(NamedTuple):
    """Sums over seats, and their set's *number*: the seats' keyed hashes, added mod 2**32."""

    number: int
    sums: Sums


NOBODY: Final = Sums(0, (0,) * len(LABELS), 0)
NO_SET: Final = SetSums(0, NOBODY)


class Partial(tuple[int, ...]):
    """One gateway's fold of one room, or several merged.

    ``present``: participants with the audience role. ``taps``: taps of each kind in the last TAP_WINDOW_S; ``tapped``:
    how many people tapped each kind in the last TAPPED_S. ``inner``: everyone who is read now. ``counted``: the seats
    that count in the published mix; ``waiting``: those that will, by the parity of their moment (kuuki/mood/growth.py).
    An exact room has no sets.

    It is the tuple of its numbers, in this order and without the groups of zeros at its end; a set's number as two
    halves of 16 bits, whose sums fit where they stand. So it travels as it is, and partials are merged number by
    number: a mixer may do so with 100,000 a second.
    """

    __slots__ = ()

    def __new__(
        cls,
        present: int,
        taps: tuple[int, ...],
        inner: Sums = NOBODY,
        counted: SetSums = NO_SET,
        waiting: tuple[SetSums, SetSums] = (NO_SET, NO_SET),
        tapped: tuple[int, ...] = NO_TAPS,
    ) -> "Partial":
        """The partial of these sums."""
        numbers = [present, *taps, *tapped, inner.people, *inner.weights, inner.squares]
        for number, (people, weights, squares) in (counted, *waiting):
            numbers += (number >> _HALF, number & _HALF_MASK, people, *weights, squares)
        return cls.of(numbers)

    @classmethod
    def of(cls, numbers: Iterable[int]) -> "Partial":
        """The partial that these are the numbers of; groups of zeros may be missing at the end, or be there."""
        whole = tuple(numbers)
        if whole[-1]:  # the squares of its last group: nothing is to be left out
            return tuple.__new__(cls, whole)
        return tuple.__new__(cls, whole[: next(length for length in LENGTHS if not any(whole[length:]))])

    @property
    def present(self) -> int:
        """How many participants with the audience role are present."""
        return self[0]

    @property
    def taps(self) -> tuple[int, ...]:
        """How many taps of each kind came in the last TAP_WINDOW_S."""
        return self[1:_TAPPED]

    @property
    def tapped(self) -> tuple[int, ...]:
        """How many people tapped each kind in the last TAPPED_S."""
        return self[_TAPPED:HEAD]

    @property
    def inner(self) -> Sums:
        """Everyone who is read now, exactly."""
        return _sums(self[HEAD:_INNER])

    @property
    def sensing(self) -> int:
        """How many are read now."""
        return self[HEAD] if len(self) > HEAD else 0

    @property
    def counted(self) -> SetSums:
        """The seats that every gateway knows to count."""
        return _set(self[_INNER:_COUNTED])

    @property
    def waiting(self) -> tuple[SetSums, SetSums]:
        """The seats whose moment is even, and those whose moment is odd."""
        return _set(self[_COUNTED:_EVEN]), _set(self[_EVEN:])

    @property
    def waits(self) -> tuple[bool, bool]:
        """Whether anyone waits for an even, an odd moment. Mostly nobody does."""
        if len(self) <= _COUNTED:
            return False, False
        return self[_COUNTED + 2] > 0, len(self) > _EVEN and self[_EVEN + 2] > 0

    @property
    def is_plausible(self) -> bool:
        """Whether scores can sum up to this: the weights of each sum to WHOLE. Else its mix would not fit a frame."""
        for start, end in _GROUPS[: LENGTHS.index(len(self))]:
            people, squares = self[start], self[end - 1]
            whole = WHOLE * people
            if people > SEQ_MAX or sum(self[start + 1 : end - 1]) != whole or not whole <= squares <= WHOLE * whole:
                return False
        return True


_TAPPED: Final = 1 + len(TAPS)
HEAD: Final = _TAPPED + len(TAPS)
_HALF: Final = 16
_HALF_MASK: Final = (1 << _HALF) - 1
_SUMS: Final = 2 + len(LABELS)
_INNER: Final = HEAD + _SUMS
_COUNTED: Final = _INNER + 2 + _SUMS
_EVEN: Final = _COUNTED + 2 + _SUMS
_ODD: Final = _EVEN + 2 + _SUMS
LENGTHS: Final = (HEAD, _INNER, _COUNTED, _EVEN, _ODD)
"""How many numbers a partial may have: its head, and one to four groups of sums."""

_GROUPS: Final = tuple((end - _SUMS, end) for end in LENGTHS[1:])
EMPTY: Final = Partial(0, NO_TAPS)


def _sums(numbers: tuple[int, ...]) -> Sums:
    return Sums(numbers[0], numbers[1:-1], numbers[-1]) if numbers else NOBODY


def _set(numbers: tuple[int, ...]) -> SetSums:
    """The number of a set is the sum of its seats' hashes, and may be that of several such sums."""
    if not numbers:
        return NO_SET
    return SetSums(((numbers[0] << _HALF) + numbers[1]) & SEQ_MAX, _sums(numbers[2:]))


def merge_sets(sets: Iterable[SetSums]) -> SetSums:
    """The set of all their seats; they have none in common."""
    numbers, sums = zip(*sets, strict=True)
    people, weights, squares = zip(*sums, strict=True)
    return SetSums(sum(numbers) & SEQ_MAX, Sums(sum(people), tuple(map(sum, zip(*weights, strict=True))), sum(squares)))


def merge(partials: Iterable[Partial]) -> Partial:
    """The sum of partials; EMPTY for none. Order does not matter, and merging merged ones gives the same."""
    return Partial.of(map(sum, zip_longest(EMPTY, *partials, fillvalue=0)))


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

    ``taps``: per kind, taps per present person and minute. ``coverage``: people / present, 0..1.
    """

    people: int
    coverage: float
    weights: tuple[float, ...]
    likeness: float
    taps: tuple[float, ...]


NOTHING: Final = Means(0, 0.0, (0.0,) * len(LABELS), 0.0, (0.0,) * len(TAPS))
"""The means of nobody."""


def finish(sums: Sums, present: int, taps: tuple[int, ...]) -> Means:
    """The exact means of these sums in a room of ``present`` people; weights and likeness are zeros when nobody is in
    them. ``taps``: per kind, in the last TAP_WINDOW_S."""
    people = max(sums.people, 1)
    present = max(present, people)
    whole = WHOLE * people
    windows_per_minute = 60 / TAP_WINDOW_S
    return Means(
        sums.people,
        coverage=sums.people / present,
        weights=tuple([weight / whole for weight in sums.weights]),
        likeness=sums.squares / (WHOLE * whole),
        taps=tuple([count * windows_per_minute / present for count in taps]),
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
