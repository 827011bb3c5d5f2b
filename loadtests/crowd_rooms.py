"""What rooms of the seeded crowd look like beside rooms of real photos: ``python -m loadtests.crowd_rooms``.

Kuuki's own fold, rounding and description, without the veil. docs/library.md has the table; a test says that it is so.
"""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Final

from client.headless.crowd.cues import CueSheet, Event
from client.headless.crowd.faces import readings_of
from client.headless.crowd.people import Person, make_person
from client.headless.crowd.programme import make_sheet
from client.headless.crowd.truth import quantile
from kuuki.mood.frames import Body, Score
from kuuki.mood.labels import to_integers
from kuuki.mood.mix import Calibration, describe, finish
from kuuki.mood.privacy import rounded
from kuuki.mood.room import Role, Room
from kuuki.times import TICK_S

PEOPLE: Final = 30
SHOWS: Final = (1, 2, 3)
"""Seeds of crowds and shows."""

SECONDS: Final = 600.0
PHOTO_ROOMS: Final = 2000
_SHARES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
_RISEN_S: Final = 1.0
_FADED_S: Final = 3.0
_CALIBRATION: Final = Calibration()

_Moment = tuple[float, Body]
"""Where in its sheet a show is, and the room's mood then."""


def play(seed: int, seconds: float = SECONDS) -> Iterator[_Moment]:
    """A show of so many seconds, tick by tick."""
    sheet, room = make_sheet(seed, with_stills=False), Room()
    people = [make_person(seed, index, sheet) for index in range(PEOPLE)]
    for index in range(PEOPLE):
        room.sit(str(index), Role.AUDIENCE, 0.0)
    for tick in range(1, round(seconds / TICK_S) + 1):
        _say(room, people, sheet, tick)
        yield sheet.place(tick * TICK_S), _mood(room, tick * TICK_S)


def _say(room: Room, people: Iterable[Person], sheet: CueSheet, tick: int) -> None:
    for index, person in enumerate(people):
        at = (tick - 1 + person.phase) * TICK_S
        if not person.temperament.camera_off:
            t = sheet.clock(at)
            room.receive(str(index), Score(tick, to_integers(person.weights(t)), person.sure(t)), at)


def photo_rooms(rooms: int = PHOTO_ROOMS) -> Iterator[Body]:
    """Rooms of real photos: in each a share smiles that is uniform in 0..1, and the others are neutral."""
    dice, smiles, calm = Random("rooms of photos"), readings_of("happy"), readings_of("neutral")
    for _ in range(rooms):
        share, room = dice.random(), Room()
        for index in range(PEOPLE):
            photos = smiles if dice.random() < share else calm
            room.sit(str(index), Role.AUDIENCE, 0.0)
            room.receive(str(index), Score(1, photos[int(dice.random() * len(photos))], 255), 0.0)
        yield _mood(room, 0.0)


def _mood(room: Room, now: float) -> Body:
    partial = room.fold(now)
    return describe(rounded(finish(partial.inner, partial.present, partial.taps)), _CALIBRATION)


def is_laughing(sheet: CueSheet, t: float) -> bool:
    """Whether a laugh is under way at ``t``, its first second left out."""
    return any(cue.event is Event.LAUGH and cue.at + _RISEN_S <= t <= cue.at + cue.lasts for cue in sheet.cues)


def is_resting(sheet: CueSheet, t: float) -> bool:
    """Whether at ``t`` nothing happens, nor has for some seconds."""
    return not any(cue.at <= t <= cue.at + cue.lasts + _FADED_S for cue in sheet.cues)


def table() -> str:
    """The table in Markdown."""
    told = [(make_sheet(seed, with_stills=False), moment) for seed in SHOWS for moment in play(seed)]
    crowd, photos = [body for _, (_, body) in told], list(photo_rooms())
    lines = [
        f"| | {' | '.join(f'{share:.0%}'.replace('%', ' %') for share in _SHARES)} |",
        "|---|" + "---|" * len(_SHARES),
    ]
    for name in ("agreement", "energy", "warmth"):
        lines.append(_row(f"{name}, the crowd", [getattr(body, name) for body in crowd]))
        lines.append(_row(f"{name}, photos", [getattr(body, name) for body in photos]))
    lines.append(_row("smiling, the crowd", [body.smiling for body in crowd]))
    lines.append(_row("in a laugh", [body.smiling for sheet, (t, body) in told if is_laughing(sheet, t)]))
    lines.append(_row("at rest", [body.smiling for sheet, (t, body) in told if is_resting(sheet, t)]))
    return "\n".join(lines)


def _row(name: str, values: list[float]) -> str:
    told = [quantile(values, share) for share in _SHARES]
    return f"| {name} | {' | '.join(f'{value:.2f}' for value in told if value is not None)} |"


if __name__ == "__main__":
    print(table())
