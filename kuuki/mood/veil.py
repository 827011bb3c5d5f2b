"""The veil: what a room shows follows what its people do, and hardly who they are.

Two rules. As long as the same people count, what is shown changes exactly as their mean does: a laugh is seen as it is.
And of who counts, nobody can learn more than from one *noisy mean* of each set of people: the exact one plus noise that
is a function of the room's secret and of the set, as large as the parts of several people. It is equal as often as the
same set comes back, so it does not average out.

So large a noise would hide the room as well. Therefore a noisy mean is not shown itself: what is shown goes a small
part of the way there, as far as is best to be near the truth (a Kalman filter whose state is the level that is shown).
That adds nothing to what is known, and takes the mean of some eight sets' noise. And it goes there when the set
*ends*, not when it begins: so one person who comes or goes changes nothing that is shown, until somebody else does.
(But where many come or go at once, it goes to the new set's as well, or a room that fills would be shown as the few
who were there first.) R. E. Kalman, "A new approach to linear filtering and prediction problems", Journal of Basic
Engineering 82 (1960) 35-45.

A set has a number: the keyed hashes of its seats, added mod 2**32. Gateways add up those of their own seats, so it
names the set whatever gateways that is spread over. docs/mix.md has what was measured.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from operator import add, sub
from statistics import NormalDist
from typing import Final, NamedTuple

from kuuki.limits import FRESH, SEQ_MAX, VEIL
from kuuki.mood.labels import LABELS
from kuuki.mood.mix import Means

_PART: Final = 0.43
"""How much (sd) the *happy* weights of two people differ, as read: who comes or goes moves the mean by this part of
one."""

_MANY: Final = 3
"""So many who come or go at once are not one person whom it could be about."""

_STRANGE: Final = 4.0
"""From so many times what is to be expected on, more people must have changed than their number says."""

_LOST: Final = 0.5
"""When others count, what the rest did in that moment is not known apart: it is taken for what they did in the one
before. That is wrong by about this part of it (of its square)."""

_STILL: Final = (0.0,) * (len(LABELS) + 1)

_FREE: Final = (len(LABELS) - 1) / len(LABELS)
"""Of a variance, what is left in weights that sum to 1."""

_SMALL: Final = 20
_LARGE: Final = 50
_RISE: Final = 0.25
"""Between these the noise grows from FRESH people's parts to a fourth more: in larger rooms it costs less."""

_NORMAL: Final = NormalDist()
_CHUNK: Final = 8
_BITS: Final = 52
"""Of each number drawn: so many that the half which is added (neither 0 nor 1 may come out) is not rounded away."""

Level = tuple[float, ...]
"""The weights and the likeness of a room: exact, noisy, or as they are shown."""


class VeilState(NamedTuple):
    """Where a veil stands as long as the same people count: their set's number, how many they are, the draw, by how
    much what is shown is off (each weight, and the likeness), and how sure that is.
    """

    number: int
    people: int
    draw: int
    off: Level
    variance: float
    is_met: bool


@dataclass(slots=True)
class Veil:
    """The veil of one room. ``secret``: of this room, the same for all who may publish it.

    ``draw`` counts the sets that were shown one after the other; it begins anywhere.
    """

    secret: bytes
    draw: int = 0
    _number: int | None = None
    _people: int = 0
    _exact: Level = ()
    _moved: Level = _STILL
    _guessed: Level | None = None
    _shown: Level | None = None
    _variance: float = 0.0
    _is_met: bool = False
    _drawn: tuple[int | None, int] | None = None

    @classmethod
    def of(cls, key: bytes, room: str) -> "Veil":
        """The veil of a room. ``key``: the secret of all aggregators."""
        return cls(hmac.digest(key, room.encode(), "sha256"))

    def see(self, number: int, means: Means, is_shown: bool) -> None:
        """These are the means of who counts now, and their set's number. ``is_shown``: whether this mix shows them.

        Until the first mix that does, there is nothing to go on from; nor when everybody had gone.
        """
        exact = (*means.weights, means.likeness)
        if not means.people:
            self._shown = None
        if (number, means.people) != (self._number, self._people):
            self._change(number, means.people, exact)
        elif self._shown is not None:
            self._move(self._shown, tuple(map(sub, exact, self._exact)))
        self._exact = exact
        if is_shown:
            self._show()

    @property
    def seen(self) -> tuple[int | None, int]:
        """Who was seen last: their set's number, and how many they are."""
        return self._number, self._people

    def _show(self) -> None:
        """A mix shows it. In a room of few nothing is shown, nor how often others came or went meanwhile."""
        if self._shown is None:
            self._begin()
        if self._drawn != self.seen:
            self.draw = (self.draw + 1 if self._drawn is not None else self._seed(self._number or 0)) & SEQ_MAX
            self._drawn = self.seen

    def _change(self, number: int, people: int, exact: Level) -> None:
        """Others count than before."""
        changed = max(1, abs(people - self._people))
        if self._shown is not None and not self._is_met:
            self._meet()
        self._number, self._people, self._exact, self._is_met = number, people, exact, False
        if self._shown is not None:
            self._doubt(changed)
            if changed >= _MANY:
                self._meet()
        self._moved = _STILL

    def _move(self, shown: Level, moved: Level) -> None:
        """The same people count, and moved. Before, in the moment in which they came to be those who count, what they
        did was guessed from what was before it; now it is known what was after it too."""
        if self._guessed is not None:
            shown = tuple(
                [level + (now - then) / 2 for level, now, then in zip(shown, moved, self._guessed, strict=True)]
            )
        self._guessed, self._moved = None, moved
        self._shown = tuple(map(add, shown, moved))

    def _begin(self) -> None:
        sd = VEIL / self._people
        self._shown = tuple(map(add, self._exact, self._noise(b"first", sd)))
        self._variance = _FREE * sd * sd

    def _doubt(self, changed: int) -> None:
        """What is shown goes on as it moved in the moment before; by how much it is off now is less sure."""
        self._shown, self._guessed = tuple(map(add, self._shown or _STILL, self._moved)), self._moved
        doubt = self._variance + changed * (_PART / self._people) ** 2 + _LOST * _mean_square(self._moved)
        self._variance = min(doubt, 1.0)  # no weight can be off by more

    def _meet(self) -> None:
        """Go from what is shown a part of the way to the noisy mean of this set; once for each."""
        self._is_met = True
        shown, sd = self._shown or _STILL, spread(self._people)
        off = tuple(map(sub, map(add, self._exact, self._noise(b"later", sd)), shown))
        doubt, noise, seen = self._variance, _FREE * sd * sd, _mean_square(off)
        if seen > _STRANGE * (doubt + noise):  # as many came as went
            doubt = min(seen, 1.0)
        part = doubt / (doubt + noise)
        self._shown = tuple([level + part * each for level, each in zip(shown, off, strict=True)])
        self._variance = doubt * (1 - part)

    def _seed(self, number: int) -> int:
        return int.from_bytes(hmac.digest(self.secret, b"draw" + number.to_bytes(4), "sha256")[:4])

    def _noise(self, kind: bytes, sd: float) -> Level:
        """The noise of this set. That of a first mix is none of the others': one number in two sizes would give both
        the noise and what is under it away."""
        return _noise(hmac.digest(self.secret, kind + (self._number or 0).to_bytes(4), "sha512"), sd)

    @property
    def state(self) -> VeilState | None:
        """Where it stands; None while nothing is shown."""
        if self._number is None or self._shown is None:
            return None
        off = tuple(map(sub, self._shown, self._exact))
        return VeilState(self._number, self._people, self.draw, off, self._variance, self._is_met)

    def adopt(self, state: VeilState) -> None:
        """Stand where another veil of this room does, if that is of the same people."""
        if (state.number, state.people) == (self._number, self._people):
            self.draw, self._variance, self._is_met = state.draw, state.variance, state.is_met
            self._shown, self._drawn = tuple(map(add, self._exact, state.off)), self.seen

    def over(self, means: Means) -> Means:
        """The means that were seen last, as they are shown: weights that sum to 1, none below 0."""
        if self._shown is None:
            return means
        likeness = min(1.0, max(1 / len(LABELS), self._shown[-1]))
        return Means(means.people, means.coverage, _shares(self._shown[:-1]), likeness, means.taps)


def spread(people: int) -> float:
    """The sd of the noise of a set of so many people, on each weight of their mean."""
    return float(FRESH / people * (min(max(people, _SMALL), _LARGE) / _SMALL) ** _RISE)


def _mean_square(change: Level) -> float:
    """Of a change of the weights, which are free to change but for their sum."""
    return fsum([each * each for each in change[:-1]]) / (len(LABELS) - 1)


def _noise(digest: bytes, sd: float) -> Level:
    """A number for each label, which together are 0, and one for the likeness; of 64 bytes that nobody can foresee.

    What all labels have in common would be lost when the weights are made to sum to 1.
    """
    chunks = [digest[at : at + _CHUNK] for at in range(0, len(digest), _CHUNK)]
    drawn = [_NORMAL.inv_cdf(((int.from_bytes(chunk) >> (8 * _CHUNK - _BITS)) + 0.5) / 2**_BITS) for chunk in chunks]
    *labels, likeness = drawn
    common = fsum(labels) / len(labels)
    return (*[sd * (each - common) for each in labels], sd * likeness)


def _shares(weights: Sequence[float]) -> tuple[float, ...]:
    """Of weights that sum to 1 the nearest of which none is below 0: the same is taken from all that are left.

    So a change of one of them stays what it was; scaling would make it smaller. (Projection onto the simplex:
    J. Duchi et al., "Efficient projections onto the l1-ball", ICML 2008.)
    """
    while min(weights) < 0:
        left = [weight for weight in weights if weight > 0]
        taken = (sum(left) - 1) / len(left)
        weights = [weight - taken if weight > 0 else 0.0 for weight in weights]
    return tuple(weights)
