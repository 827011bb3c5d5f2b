"""A simulated room: how far people smile becomes scores, sums, and mixes through kuuki's own veil and rounding."""

import hmac
from dataclasses import replace
from enum import Enum
from typing import Final

import numpy as np

from kuuki.limits import SEQ_MAX
from kuuki.mood.frames import Mix
from kuuki.mood.labels import HAPPY
from kuuki.mood.mix import EMPTY, NO_TAPS, Calibration, Partial, SetSums, Sums, describe
from kuuki.mood.privacy import Gate, Publication, Rule, publish, rounded
from kuuki.mood.veil import Veil
from kuuki.times import MOMENT_S, TICK_S
from loadtests.privacy.faces import NEUTRAL, SMILING, Ints, scores_of
from loadtests.waves.crowd import Dice, Floats

CALIBRATION: Final = Calibration()
STAY_S: Final = 600.0
"""How long people stay on average; then somebody else comes."""

_EMPTY_S: Final = 5.0
_WAVER: Final = 0.012
_KEEPS: Final = 0.8
"""Each weight of a face wavers from tick to tick, and keeps so much of where it was."""


class _Seats:
    """Who sits where: each with an own neutral and an own smile, until they go and somebody else comes."""

    def __init__(self, people: int, dice: Dice) -> None:
        self._dice = dice
        self.neutral, self.smile = self._faces(people), self._faces(people, SMILING)
        self.numbers = dice.integers(0, SEQ_MAX, people)
        self.since = np.zeros(people)
        self._until = dice.exponential(STAY_S, people)

    def _faces(self, count: int, of: Floats = NEUTRAL) -> Floats:
        return np.asarray(of[self._dice.integers(0, len(of), count)])

    def come_and_go(self, now: float) -> None:
        gone = np.flatnonzero(self._until < now)
        if not len(gone):
            return
        self.neutral[gone], self.smile[gone] = self._faces(len(gone)), self._faces(len(gone), SMILING)
        self.numbers[gone] = self._dice.integers(0, SEQ_MAX, len(gone))
        back = now + self._dice.exponential(_EMPTY_S, len(gone))
        self.since[gone] = np.ceil(back / MOMENT_S) * MOMENT_S
        self._until[gone] = back + self._dice.exponential(STAY_S, len(gone))


class Cover(Enum):
    """What lies between the inner mix and the shown one. The buckets are those of the published mix in all."""

    NOTHING = "exact"
    ROUNDING = "rounded"
    VEIL = "veiled and rounded"


def play(levels: Floats, dice: Dice) -> tuple[dict[Cover, list[Mix]], Floats]:
    """A night of people who smile so far (a row a person, a column a tick): its mixes tick by tick, under each cover,
    and the share that smiles by the inner mix."""
    seats, waver = _Seats(len(levels), dice), np.zeros((len(levels), 7))
    room = Publication(Gate(Rule()), Veil.of(hmac.digest(dice.bytes(16), b"veil", "sha256"), "room"))
    mixes: dict[Cover, list[Mix]] = {cover: [] for cover in Cover}
    inner = []
    for tick in range(levels.shape[1]):
        seats.come_and_go(tick * TICK_S)
        waver = _KEEPS * waver + dice.normal(0, _WAVER, waver.shape)
        weights = seats.neutral + levels[:, tick, None] * (seats.smile - seats.neutral) + waver
        room.look(_partial(scores_of(weights), seats, tick * TICK_S), tick * TICK_S)
        inner.append(CALIBRATION.smiling(room.means.weights[HAPPY]))
        veiled = publish(EMPTY, room, (1, tick), CALIBRATION)
        mixes[Cover.VEIL].append(veiled)
        for cover, means in ((Cover.NOTHING, room.means), (Cover.ROUNDING, rounded(room.means))):
            body = describe(means, CALIBRATION) if veiled.body else None
            mixes[cover].append(replace(veiled, body=body, draw=0))
    return mixes, np.array(inner)


def _partial(scores: Ints, seats: _Seats, now: float) -> Partial:
    there = seats.since <= now
    counted = scores[there]
    sums = Sums(len(counted), tuple(counted.sum(0).tolist()), int((counted * counted).sum()))
    number = int(seats.numbers[there].sum()) & SEQ_MAX
    return Partial(len(scores), NO_TAPS, sums, SetSums(number, sums))
