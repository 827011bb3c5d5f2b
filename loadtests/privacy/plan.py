"""What ``make privacy`` does, as many pieces of work; and how a process does one."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import numpy as np

import kuuki.mood.veil
from kuuki.limits import MIN_GROUP
from loadtests.privacy.attacks import MANY, PEOPLE, at_border, crowd, escorted, one_person, own_devices, taken_over
from loadtests.privacy.price import ERROR_LIMITS, followed, grown, smiling_error
from loadtests.privacy.table import Figure, Line

TRIALS: Final = 10_000
_UNLIMITED: Final = 0.2
"""What has no limit needs no narrow interval: so many of the trials."""

_ROOMS: Final = 2000
_SHOWS: Final = range(1, 9)
_FOLLOWED_LEAST: Final = 0.98
_SEED: Final = 1

Found = tuple[Sequence[Line], Sequence[Figure]]
Work = Callable[[], Found]


def _one(people: int, trials: int) -> Found:
    return one_person(people, trials, _SEED), ()


def _own(people: int, draws: int, trials: int, limit: float | None) -> Found:
    return own_devices(people, draws, trials, _SEED, limit), ()


def _crowd(people: int, is_lively: bool, trials: int) -> Found:
    return crowd(people, is_lively, trials, _SEED)


def _error(people: int, rooms: int) -> Found:
    error = smiling_error(people, rooms, np.random.default_rng([_SEED, people]))
    return (), [Figure("error of *smiling*, first mix", people, error, ERROR_LIMITS.get(people))]


def _cold(people: int, trials: int) -> Found:
    return taken_over(people, trials, _SEED), ()


def _border(people: int, trials: int) -> Found:
    return at_border(people, trials, _SEED), ()


def _escorted(people: int, devices: int, trials: int) -> Found:
    return escorted(people, devices, trials, _SEED), ()


def _grown(counts: Sequence[int], rooms: int) -> Found:
    error = grown(counts, rooms, np.random.default_rng([_SEED, *counts]))
    were = ", then ".join(map(str, counts[:-1]))
    return (), [Figure(f"error of *smiling*, still, {were} before", counts[-1], error)]


def _followed(people: int, shows: Sequence[int]) -> Found:
    least = _FOLLOWED_LEAST if people == 20 else None
    value = float(np.mean([followed(people, seed) for seed in shows]))
    return (), [
        Figure("correlation of changes in a second, shown and true, one set", people, value, least, is_least=True)
    ]


def works(trials: int) -> list[Work]:
    """All that is to be done, what takes long first."""
    few, rooms = max(100, round(trials * _UNLIMITED)), max(50, round(_ROOMS * trials / TRIALS))
    shows = _SHOWS if trials == TRIALS else _SHOWS[:1]
    return [
        *[partial(_one, people, trials) for people in reversed(PEOPLE)],
        *[partial(_own, people, 4, trials, MANY) for people in reversed(PEOPLE)],
        partial(_border, MIN_GROUP - 1, trials),
        *[partial(_crowd, people, is_lively, trials) for is_lively in (True, False) for people in PEOPLE],
        *[partial(_own, people, 12, few, None) for people in (20, 50)],
        partial(_own, 20, 40, few // 3, None),
        *[partial(_escorted, 20, devices, few) for devices in (2, 5)],
        *[partial(_cold, people, few) for people in (20, 50)],
        *[partial(_error, people, rooms) for people in PEOPLE],
        *[partial(_grown, counts, rooms) for counts in ((5, 20), (5, 20, 100), (5, 50), (50, 200))],
        *[partial(_followed, people, shows) for people in (10, 20, 50)],
    ]


def do(numbered: tuple[int, Work]) -> tuple[int, Found]:
    """One piece of work, and its number."""
    number, work = numbered
    return number, work()


def set_veil(values: dict[str, float]) -> None:
    """Explore: other constants of the veil, in this process."""
    for name, value in values.items():
        setattr(kuuki.mood.veil, name, value)
