"""What the veil costs: how wrong *smiling* is by it, and how well the shown changes follow those of the room."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from client.headless.crowd.people import Person, make_person
from client.headless.crowd.programme import LENGTH_S, make_sheet
from kuuki.mood.frames import Body, Mix
from kuuki.mood.labels import HAPPY, WHOLE, to_integers
from kuuki.mood.mix import Calibration, describe
from kuuki.mood.privacy import rounded
from kuuki.times import TICK_S
from loadtests.privacy.acting import ideal
from loadtests.privacy.faces import FACES, Dice
from loadtests.privacy.venue import Venue

_CALIBRATION: Final = Calibration()
_SETTLED_S: Final = 20.0
"""By then everybody counts: who looks away at the beginning comes at a later moment."""

_ROW: Final = 5
"""Ticks in a second."""

ERROR_LIMITS: Final = {20: 0.05, 50: 0.025, 200: 0.01}
"""Of *smiling*, by people."""


def smiling_error(people: int, rooms: int, dice: Dice) -> float:
    """The mean of |smiling as published less smiling of the same set, rounded alone|, in so many rooms of real
    faces."""
    return float(np.mean([_error(people, dice) for _ in range(rooms)]))


def _error(people: int, dice: Dice) -> float:
    venue = Venue(dice.bytes(16))
    faces = [tuple(face) for face in FACES[dice.integers(len(FACES), size=people)].tolist()]
    return abs(_fill(venue, faces).smiling - unveiled(venue).smiling)


def grown(counts: Sequence[int], rooms: int, dice: Dice) -> float:
    """The same error in a still room that has grown to the last of these counts, in one moment each."""
    return float(np.mean([_grown(counts, dice) for _ in range(rooms)]))


def _grown(counts: Sequence[int], dice: Dice) -> float:
    venue = Venue(dice.bytes(16))
    faces = [tuple(face) for face in FACES[dice.integers(len(FACES), size=counts[-1])].tolist()]
    bodies = [_fill(venue, faces[:count]) for count in counts]
    return abs(bodies[-1].smiling - unveiled(venue).smiling)


def _fill(venue: Venue, faces: Sequence[tuple[int, ...]]) -> Body:
    """People with these faces are there, those who are not there yet come: the first mix in which all count."""
    for i in range(len(venue), len(faces)):
        venue.come(str(i))
    while True:
        for i, face in enumerate(faces):
            venue.say(str(i), face)
        mix = venue.tick()
        if mix.body is not None and venue.counted.sums.people == len(faces):
            return mix.body


def unveiled(venue: Venue) -> Body:
    """What would be published of the same set, were there no veil: it is rounded alone."""
    return describe(rounded(venue.publication.means), _CALIBRATION)


def followed(people: int, seed: int) -> float:
    """The correlation of changes over one second, published against inner, while ``people`` of the seeded crowd watch
    a show, with ideal faces: laughs, quiet, looks away. Nobody comes or goes."""
    sheet = make_sheet(seed, with_stills=False)
    crowd = [make_person(seed, index, sheet) for index in range(people)]
    venue = Venue(f"{seed}".encode())
    for index in range(people):
        venue.come(str(index))
    shown, true, draws = [], [], set()
    for tick in range(round(LENGTH_S / TICK_S)):
        mix = _play(venue, crowd, tick * TICK_S)
        if tick * TICK_S < _SETTLED_S or tick % _ROW:
            continue
        assert mix.body is not None
        assert venue.inner is not None
        draws.add(mix.draw)
        inner = venue.inner.inner
        shown.append(mix.body.smiling)
        true.append(_CALIBRATION.smiling(inner.weights[HAPPY] / (WHOLE * inner.people)))
    assert len(draws) == 1, "one set"
    changes = np.diff(np.array([shown, true]))
    return float(np.corrcoef(changes)[0, 1])


def _play(venue: Venue, crowd: list[Person], t: float) -> Mix:
    for index, person in enumerate(crowd):
        venue.say(str(index), to_integers(ideal(person, t)), person.sure(t))
    return venue.tick()
