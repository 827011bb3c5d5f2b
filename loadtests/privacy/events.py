"""One person joins, and leaves or pauses: what an attacker gets to see of it, trial by trial.

He knows how many are there, the moment of the event, everything but the secrets, and how faces are distributed. *Own
devices*: he may bring some along, whose faces he knows; that they come and go makes another set of who counts, while
the victim's face stays. He looks at as many mixes of each set as he likes. Faces only waver: nobody laughs meanwhile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kuuki.limits import MIN_GROUP
from kuuki.mood.labels import LABELS, WHOLE
from kuuki.times import MOMENT_S, TICK_S
from loadtests.privacy.faces import FACES, Dice, Floats, Ints, wavering, wavering_sums
from loadtests.privacy.venue import Venue, shown

VICTIM: Final = "victim"
KEPT: Final = len(LABELS) + 1
"""Of what is shown: the weights, and the likeness."""

_STEP_S: Final = 2.0
"""Time passes in steps of this where nothing happens: shorter than anyone is given up for."""

_OWN_FACE: Final = np.array([37, 36, 36, 37, 36, 36, 37])
"""Own devices send what helps most: a bit of everything, so that little is cut off at 0."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of trial. ``people``: with the victim, without own devices. ``draws``: sets that own devices make, each
    before the victim comes, while it is there and after. ``mixes``: that are averaged, of each set. ``is_cold``: the
    draws are made by aggregators that take the room over and know nothing of it. ``comes``: whether the victim comes;
    else it was there from the first mix on, and goes. ``escort``: own devices that come in the victim's very moment.
    ``is_at_border``: own devices make up the minimum group, so that nothing is shown between two sets."""

    people: int
    draws: int = 1
    mixes: int = 50
    is_cold: bool = False
    comes: bool = False
    escort: int = 0
    is_at_border: bool = False

    @property
    def devices(self) -> int:
        """Own devices: the subsets of them are so many sets; or those that make up the minimum group by turns."""
        if self.is_at_border:
            return self.draws + MIN_GROUP - self.people
        return 0 if self.is_cold else (self.draws - 1).bit_length()


@dataclass(frozen=True, slots=True)
class Looks:
    """What was seen in all trials of a cell. ``face``: of the victim, a row of FACES. ``levels``: for each trial and
    set, in their order, how many count times what is shown of them, less own devices: weights and likeness, in people's
    parts. ``marks``: coverage and the ends of the bucket, of each set. The first half of the sets is before the
    event."""

    face: Ints
    levels: Floats
    marks: Floats


def look(cell: Cell, trials: int, dice: Dice) -> Looks:
    """Run the trials."""
    face = dice.integers(len(FACES), size=trials)
    rows = np.array([_Trial(cell, int(each), dice).run(pauses=bool(i % 2)) for i, each in enumerate(face)])
    return Looks(face, rows[:, :, :KEPT], rows[:, :, KEPT:])


class _Trial:
    def __init__(self, cell: Cell, face: int, dice: Dice) -> None:
        self._cell, self._dice = cell, dice
        self._venue = Venue(dice.bytes(16))
        self._others = [str(i) for i in range(cell.people - 1)]
        others = FACES[dice.integers(len(FACES), size=cell.people - 1)]
        self._faces = {VICTIM: FACES[face], **dict(zip(self._others, others, strict=True))}
        self._escort = [f"own {i}" for i in range(cell.devices, cell.devices + cell.escort)]
        self._faces |= {f"own {i}": _OWN_FACE for i in range(cell.devices + cell.escort)}
        self._there: list[str] = []
        self._rows: list[Floats] = []

    def run(self, pauses: bool) -> list[Floats]:
        """A row for each set. ``pauses``: instead of leaving."""
        self._come(self._others if self._cell.comes else [*self._others, VICTIM])
        self._bring_all(range(self._cell.draws))
        if self._cell.comes:
            self._come([VICTIM, *self._escort])
        else:
            (self._venue.pause if pauses else self._venue.leave)(VICTIM)
            self._there.remove(VICTIM)
        self._bring_all(range(self._cell.draws)[::-1])
        return self._rows

    def _bring_all(self, draws: range) -> None:
        """Own devices make one set after the other."""
        for draw in draws:
            if self._cell.is_cold:
                self._venue.take_over()
                self._wait()
            wanted = [f"own {i}" for i in self._wanted(draw)] + [each for each in self._escort if each in self._there]
            for person in [each for each in self._there if each.startswith("own") and each not in wanted]:
                self._go(person)
            self._come([each for each in wanted if each not in self._there])
            self._look()

    def _wanted(self, draw: int) -> Sequence[int]:
        """The own devices that make this set."""
        if self._cell.is_at_border:
            others = sum(not person.startswith("own") for person in self._there)
            return range(draw, draw + MIN_GROUP - others)
        return [i for i in range(self._cell.devices) if draw >> i & 1]

    def _come(self, people: list[str]) -> None:
        if not people:
            return
        for person in people:
            self._venue.come(person)
        self._there += people
        self._pass(MOMENT_S)
        self._wait()

    def _wait(self) -> None:
        """Until all count, and are shown if they are enough."""
        self._pass(TICK_S)
        least, venue = len(self._there), self._venue
        while venue.counted.sums.people < least or venue.publication.is_shown != (least >= MIN_GROUP):
            self._pass(TICK_S)

    def _go(self, person: str) -> None:
        self._venue.leave(person)
        self._there.remove(person)

    def _pass(self, seconds: float) -> None:
        """Everybody goes on sharing meanwhile; the last mix comes as soon after the one before as they do."""
        for after_s in (*_steps(seconds), TICK_S):
            faces = wavering(np.array([self._faces[person] for person in self._there]), self._dice)
            for person, face in zip(self._there, faces.tolist(), strict=True):
                self._venue.say(person, tuple(face))
            self._venue.tick(after_s)

    def _look(self) -> None:
        """What the mixes of the set say that all in it add up to, less own devices."""
        self._pass(TICK_S)
        people = self._venue.counted.sums.people
        assert people == len(self._there), "the attacker knows who counts"
        faces = np.array([self._faces[person] for person in self._there])
        row = self._average(faces)
        own = faces[[person.startswith("own") for person in self._there]]
        row[:KEPT] *= people
        row[:KEPT] -= np.append(own.sum(0) / WHOLE, (own**2).sum() / WHOLE**2)
        self._rows.append(row)

    def _average(self, faces: Ints) -> Floats:
        mixes, people = self._cell.mixes, len(faces)
        sums = wavering_sums(faces.sum(0), people, mixes, self._dice, TICK_S)
        squares = (faces**2).sum() * (1 + self._dice.normal(0, 0.02 / people**0.5, mixes))
        looks = zip(sums, np.rint(squares).astype(int).tolist(), strict=True)
        return np.asarray(np.mean([shown(self._venue.again(row, each, TICK_S)) for row, each in looks], 0))


def _steps(seconds: float) -> Iterator[float]:
    while seconds > TICK_S:
        yield min(_STEP_S, seconds - TICK_S)
        seconds -= _STEP_S
