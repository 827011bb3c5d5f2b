"""How far each of a room's people smiles, tick by tick: on their own, and at jokes. Vectors over people and ticks."""

from random import Random
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from client.headless.crowd.programme import laugh_gap_s
from kuuki.times import TICK_S

Floats = NDArray[np.float64]
Dice = np.random.Generator

SMILES: Final = 0.15
"""The share of people who smile at any time without a joke."""

BOUT_S: Final = 2.0
"""How long each does, on average."""

_ATTACK_S: Final = 0.35
_DECAY_S: Final = 0.9
_OWN_DECAY_S: Final = 0.5
_LONGEST_S: Final = 14.0


class Joke(NamedTuple):
    """When, how long and how far people laugh, and which share of them does."""

    at: float
    lasts: float
    strength: float
    spread: float


def jokes(seed: int, seconds: float) -> list[Joke]:
    """Jokes with the gaps of real laughs (median 7.6 s), weak and strong ones."""
    dice, found, at = Random(f"jokes {seed}"), [], 4.0
    while at < seconds - 10.0:
        strength = dice.betavariate(2.5, 1.8)
        found.append(Joke(at, 1.2 + 2.2 * strength, 0.35 + 0.65 * strength, 0.3 + 0.65 * strength))
        at += laugh_gap_s(dice.random())
    return found


def smiles(people: int, seconds: float, said: list[Joke], dice: Dice, share: float = SMILES) -> Floats:
    """How far each of ``people`` smiles at each tick, 0..1: a row a person. ``share``: of those who smile without a
    joke."""
    levels = np.zeros((people, round(seconds / TICK_S)))
    liveliness, delays = dice.uniform(0.55, 1.0, people), 0.15 + np.minimum(1.2, dice.exponential(1 / 3, people))
    for joke in said:
        _laugh(levels, joke, liveliness, delays, dice)
    for row in levels:
        _smile(row, seconds, share, dice)
    return levels


def _laugh(levels: Floats, joke: Joke, liveliness: Floats, delays: Floats, dice: Dice) -> None:
    who = np.flatnonzero(dice.random(len(levels)) < joke.spread)
    height = np.minimum(1.0, joke.strength * dice.uniform(0.7, 1.15, len(who))) * liveliness[who]
    lasts = joke.lasts * dice.uniform(0.8, 1.3, len(who))
    start = round(joke.at / TICK_S)
    ticks = np.arange(start, min(levels.shape[1], start + round(_LONGEST_S / TICK_S)))
    since = ticks * TICK_S - (joke.at + delays[who])[:, None]
    shape = height[:, None] * _envelope(since, lasts[:, None], _DECAY_S)
    levels[np.ix_(who, ticks)] = np.maximum(levels[np.ix_(who, ticks)], shape)


def _smile(row: Floats, seconds: float, share: float, dice: Dice) -> None:
    pause_s = BOUT_S * (1 - share) / share
    at = 0.0 if dice.random() < share else dice.exponential(pause_s)
    while at < seconds:
        lasts, height = dice.exponential(BOUT_S), dice.uniform(0.6, 1.0)
        ticks = np.arange(int(np.ceil(at / TICK_S)), min(len(row), int((at + lasts + 3.0) / TICK_S)))
        row[ticks] = np.maximum(
            row[ticks],
            height * _envelope(np.asarray(ticks * TICK_S - at, dtype=np.float64), np.float64(lasts), _OWN_DECAY_S),
        )
        at += lasts + dice.exponential(pause_s)


def _envelope(since: Floats, lasts: Floats | np.float64, decay_s: float) -> Floats:
    """0 before, up within _ATTACK_S, held, then fading."""
    up = np.clip(np.asarray(since) / _ATTACK_S, 0.0, 1.0)
    return np.asarray(up * np.exp(np.minimum(0.0, (lasts - since) / decay_s)))
