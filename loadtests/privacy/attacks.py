"""The attacks: which trials each runs, and what of them is guessed by."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from unittest.mock import patch

import numpy as np

from kuuki.mood.mix import Means
from kuuki.mood.veil import Veil
from loadtests.privacy.crowd import WINDOWS_S, Told, watch
from loadtests.privacy.events import Cell, Looks, look
from loadtests.privacy.faces import Floats, Ints
from loadtests.privacy.guessing import Guessed, best
from loadtests.privacy.price import ERROR_LIMITS
from loadtests.privacy.table import Figure, Line

PEOPLE: Final = (6, 10, 20, 50, 200)
ONE: Final = 0.05
MANY: Final = 0.10
_BARE: Final = 0.1
"""Without the veil so many of the trials are enough: nearly all are guessed."""


@contextmanager
def bare() -> Iterator[None]:
    """Meanwhile there is no veil: what is shown is the mean, rounded."""
    with patch.object(Veil, "over", _as_it_is):
        yield


def _as_it_is(_: Veil, means: Means) -> Means:
    return means


def one_person(people: int, trials: int, seed: int) -> list[Line]:
    """One person joins; one leaves or pauses; and the same from everything that is there beside the mixes."""
    return [
        *_one_person("joins", Cell(people, comes=True), trials, seed),
        *_one_person("leaves or pauses", Cell(people), trials, seed),
    ]


def _one_person(name: str, cell: Cell, trials: int, seed: int, limit: float | None = ONE) -> list[Line]:
    looks = look(cell, trials, np.random.default_rng([seed, cell.people, cell.comes]))
    room = best({"level": looks.levels[:, 1 if cell.comes else 0]}, looks.face)
    also = {"all": np.concatenate((_flat(looks.levels), _flat(looks.marks)), 1)}
    return [
        Line(name, cell.people, _guess(looks), room, limit, _guess(_plain(cell, trials, seed))),
        Line(f"{name}, with coverage and the bucket", cell.people, best(also, looks.face), room, limit),
    ]


def _plain(cell: Cell, trials: int, seed: int) -> Looks:
    """The same without the veil."""
    with bare():
        return look(cell, max(300, round(trials * _BARE)), np.random.default_rng([seed + 1, cell.people, cell.comes]))


def own_devices(people: int, draws: int, trials: int, seed: int, limit: float | None) -> list[Line]:
    """Own devices make so many sets before a person leaves, and after."""
    line = f"leaves, {draws} draws on each side"
    return [_with_draws(line, Cell(people, draws, 12 if draws < 12 else 6), trials, seed, limit)]


def escorted(people: int, devices: int, trials: int, seed: int) -> list[Line]:
    """Own devices come in the very moment in which a person joins: many at once change what is shown at once."""
    cell = Cell(people, comes=True, escort=devices)
    return _one_person(f"joins, and {devices} own devices in the same moment", cell, trials, seed, limit=None)[:1]


def taken_over(people: int, trials: int, seed: int) -> list[Line]:
    """Twice while a person is there, and twice after it has gone, somebody publishes who begins anew."""
    cell = Cell(people, 2, 12, is_cold=True)
    return [_with_draws("leaves, two cold takeovers on each side", cell, trials, seed, None)]


def at_border(people: int, trials: int, seed: int) -> list[Line]:
    """Own devices make up the minimum group by turns: between two sets nothing is shown, nor after a person left."""
    cell = Cell(people, 4, 12, is_at_border=True)
    return [_with_draws("leaves where few are live, 4 draws on each side", cell, trials, seed, MANY)]


def _with_draws(name: str, cell: Cell, trials: int, seed: int, limit: float | None) -> Line:
    looks = look(cell, trials, np.random.default_rng([seed, cell.people, cell.draws]))
    plain: Guessed | None = None
    if limit is not None:
        rest = _plain(cell, trials, seed)
        plain = best(_of_draws(rest, cell.draws)[0], rest.face)
    both, room = _of_draws(looks, cell.draws)
    return Line(name, cell.people, best(both, looks.face), best(room, looks.face), limit, plain)


def _of_draws(looks: Looks, draws: int) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """What is guessed by: of the sets with the person and those after it went; and of the former alone."""
    levels = looks.levels
    with_, without = levels[:, :draws], levels[:, draws:]
    both = {
        "means": np.concatenate((with_.mean(1), without.mean(1)), 1),
        "next to it": _flat(levels[:, draws - 1 : draws + 1]),
        "every set": _flat(levels[:, max(0, draws - 12) : draws + 12]),
    }
    return both, {"means": with_.mean(1), "last": with_[:, -1]}  # their order would tell of the person's coming


def _guess(looks: Looks) -> Guessed:
    return best({"levels": _flat(looks.levels), "difference": looks.levels[:, 1] - looks.levels[:, 0]}, looks.face)


def _flat(levels: Floats) -> Floats:
    return levels.reshape(len(levels), -1)


def crowd(people: int, is_lively: bool, trials: int, seed: int) -> tuple[list[Line], list[Figure]]:
    """Ten minutes of the seeded crowd, as often as it takes."""
    told = _watched(people, is_lively, trials, seed)
    with bare():
        plain = _watched(people, is_lively, max(300, round(trials * _BARE)), seed + 1)
    mood = "lively" if is_lively else "still"
    both, room = _of_crowd(told)
    line = Line(
        f"ten minutes of a {mood} crowd",
        people,
        best(both, *_victims(told)),
        best(room, *_victims(told)),
        MANY,
        best(_of_crowd(plain)[0], *_victims(plain)),
        shows_power=not is_lively,  # laughs cover the face that is asked for, veil or not
    )
    return [line], _figures(told, people, mood)


def _victims(told: Told) -> tuple[Ints, Ints]:
    return np.array(told.face), np.array(told.came, dtype=np.int64)


def _watched(people: int, is_lively: bool, trials: int, seed: int) -> Told:
    told, dice = Told(), np.random.default_rng([seed, people, is_lively])
    while len(told.face) < trials:
        told.add(watch(people, is_lively, dice))
    return told


def _of_crowd(told: Told) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """What is guessed by: of the windows on both sides of an event, and of those with the person alone."""
    with_, without = np.array(told.with_), np.array(told.without)
    names = [f"{window_s:g} s" for window_s in WINDOWS_S]
    both = {name: np.concatenate((with_[:, i], without[:, i]), 1) for i, name in enumerate(names)}
    both |= {f"{name} apart": with_[:, i] - without[:, i] for i, name in enumerate(names)}
    both["set by set"] = _flat(np.nan_to_num(np.array(told.sets)))
    both["all windows"] = np.concatenate((_flat(with_), _flat(without)), 1)
    return both, {name: with_[:, i] for i, name in enumerate(names)}


def _figures(told: Told, people: int, mood: str) -> list[Figure]:
    drawn = sum(told.draws[why] for why in ("leave", "away", "moment"))
    shares = [
        Figure(f"share of them: {why}, {mood}", people, told.draws[why] / max(1, drawn))
        for why in ("leave", "away", "moment")
    ]
    return [
        Figure(
            f"error of *smiling*, ten minutes, {mood}", people, float(np.mean(told.errors)), ERROR_LIMITS.get(people)
        ),
        Figure(f"sets a minute, {mood}", people, drawn / told.minutes),
        *shares,
    ]
