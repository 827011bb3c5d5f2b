"""The people of a crowd: pure, and the same for the same seed. Each has a temperament and a face; none of them is real.

A person is a function of the show's clock: ``weights(t)`` needs no state, so two runs of a seed, on whatever machine
and however late their timers, send the same scores for the same instants.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from client.headless.crowd.bouts import Bouts, make_bouts
from client.headless.crowd.cues import Cue, CueSheet, Event
from client.headless.crowd.faces import Face, make_face

CAMERA_OFF: Final = 0.12
"""The share of people who only tap."""

_ATTACK_S: Final = 0.35
_DECAY_S: Final = 0.9
_TAIL_S: Final = 6.0
_TAPPED: Final = {Event.SMILE: 0.08, Event.LAUGH: 0.35, Event.WOW: 0.4, Event.APPLAUSE: 0.8}
"""How likely it is that someone who reacts to an event also taps."""

_ALONE: Final = 1.6
"""Of ``cheer``: the share of the time in which someone smiles by themselves. The mean over people is 0.15."""

_SMILING: Final = {Event.SMILE: 0.75, Event.LAUGH: 1.0, Event.APPLAUSE: 0.85}
"""How much of a full smile each event brings."""

_READ_FROM: Final = 0.2
_READ_BY: Final = 0.5
"""Weaker than the first, an expression is not read; stronger than the second, it is read whole."""


@dataclass(frozen=True, slots=True)
class Temperament:
    """What a person is like. Shares 0..1; ``delay_s`` is how long a joke takes to arrive; ``sway_*`` idle motion."""

    camera_off: bool
    cheer: float
    liveliness: float
    delay_s: float
    gloom: float
    restless: float
    sway_s: float
    sway_phase: float


@dataclass(frozen=True, slots=True)
class Reaction:
    """How one person takes one cue: from ``at`` (their delay included) for ``lasts`` seconds, 0..1 strong.

    ``shows``: how much of it is read in the face at its height, 0..1.
    """

    at: float
    lasts: float
    event: Event
    strength: float
    shows: float

    def envelope(self, t: float) -> float:
        """Its share of the height at ``t``: up within a third of a second, held, then fading."""
        since = t - self.at
        if since <= 0:
            return 0.0
        if since <= self.lasts:
            return min(1.0, since / _ATTACK_S)
        return math.exp((self.lasts - since) / _DECAY_S)


@dataclass(frozen=True, slots=True)
class Person:
    """One of the audience. ``phase`` (0..1) is where in a tick this one's device sends."""

    temperament: Temperament
    face: Face
    bouts: Bouts
    phase: float
    reactions: tuple[Reaction, ...]
    taps: tuple[tuple[float, str], ...]
    _starts: tuple[float, ...]
    _longest_s: float

    def weights(self, t: float) -> tuple[float, ...]:
        """The seven weights (0..1, sum 1, order of LABELS) that are read at the show's clock ``t``, in seconds."""
        smile, surprise, quiet = self.bouts.level(t), 0.0, 0.0
        for reaction in self.current(t):
            level = reaction.shows * reaction.envelope(t)
            if reaction.event is Event.QUIET:
                quiet = max(quiet, level)
            elif reaction.event is Event.WOW:
                surprise = max(surprise, level)
            else:
                smile = max(smile, level)
        gloom = self.temperament.gloom * (1.0 - 0.5 * self.sway(t))
        return self.face.weights(t, gloom, smile * (1.0 - quiet), surprise)

    def current(self, t: float) -> Iterator[Reaction]:
        """The reactions that have hold of this person at ``t``."""
        first = bisect_left(self._starts, t - self._longest_s)
        for reaction in self.reactions[first : bisect_right(self._starts, t)]:
            if t < reaction.at + reaction.lasts + _TAIL_S:
                yield reaction

    def sway(self, t: float) -> float:
        """Idle motion, 0..1."""
        mind = self.temperament
        return 0.5 + 0.5 * math.sin(t / mind.sway_s * math.tau + mind.sway_phase)

    def sure(self, t: float) -> int:
        """How sure the detector would be (0..255): high, but for moments of looking away."""
        mind = self.temperament
        away = math.sin(t / (mind.sway_s * 4.7) * math.tau + 2.0 * mind.sway_phase) > 1.0 - 0.06 * mind.restless
        return 64 if away else 214 + int(40 * (1.0 - mind.restless))

    def tapped(self, after: float, until: float) -> list[str]:
        """The kinds tapped in the half-open time ``after`` < t <= ``until``."""
        first = bisect_right(self.taps, after, key=_time_of)
        return [kind for _, kind in self.taps[first : bisect_right(self.taps, until, key=_time_of)]]


def _time_of(tap: tuple[float, str]) -> float:
    return tap[0]


def make_person(seed: int, index: int, sheet: CueSheet) -> Person:
    """The person of this seed and index, with all that they will do in this show."""
    dice = Random(f"person {seed} {index}")  # noqa: S311 - a simulation
    mind = _temperament(dice)
    reactions: list[Reaction] = []
    taps: list[tuple[float, str]] = []
    for cue in sheet.cues:
        took = _react(cue, mind, dice)
        if took is not None:
            reactions.append(took)
            taps += _taps(took, mind, dice)
    reactions.sort(key=lambda reaction: reaction.at)
    starts = tuple(reaction.at for reaction in reactions)
    phase = dice.random()
    looks = Random(f"face {seed} {index}")  # noqa: S311 - a simulation
    face, bouts = make_face(looks), make_bouts(_ALONE * mind.cheer, looks)
    longest_s = max((reaction.lasts for reaction in reactions), default=0.0) + _TAIL_S
    return Person(mind, face, bouts, phase, tuple(reactions), tuple(sorted(taps)), starts, longest_s)


def _temperament(dice: Random) -> Temperament:
    return Temperament(
        camera_off=dice.random() < CAMERA_OFF,
        cheer=0.02 + 0.3 * dice.betavariate(1.3, 4.0),
        liveliness=dice.uniform(0.55, 1.0),
        delay_s=0.15 + min(1.2, dice.expovariate(3.0)),
        gloom=0.25 * dice.betavariate(1.2, 4.0),
        restless=dice.random(),
        sway_s=dice.uniform(5.0, 17.0),
        sway_phase=dice.uniform(0.0, math.tau),
    )


def _react(cue: Cue, mind: Temperament, dice: Random) -> Reaction | None:
    """Always takes the same number of dice, so that one cue's outcome does not move the others'."""
    chance, strength, linger = dice.random(), dice.uniform(0.7, 1.15), dice.uniform(0.8, 1.3)
    if cue.event is Event.STILL or chance > cue.spread:
        return None
    strength = min(1.0, cue.intensity * strength)
    shows = strength if cue.event is Event.QUIET else _read(strength * mind.liveliness * _SMILING.get(cue.event, 1.0))
    return Reaction(cue.at + mind.delay_s, cue.lasts * linger, cue.event, strength, shows)


def _read(strength: float) -> float:
    """How much is read of an expression of that strength, 0..1: models turn quickly from one label to the other.

    Of the photos of smiles and of neutral faces behind READINGS, one in seven is read as *happy* by 0.2 to 0.8.
    """
    part = min(1.0, max(0.0, (strength - _READ_FROM) / (_READ_BY - _READ_FROM)))
    return part * part * (3.0 - 2.0 * part)


def _taps(took: Reaction, mind: Temperament, dice: Random) -> list[tuple[float, str]]:
    """Taps in the first seconds of a reaction; those without a camera tap three times as readily."""
    likely = _TAPPED.get(took.event, 0.0) * (3.0 if mind.camera_off else 1.0)
    if dice.random() > likely:
        return []
    count = 1 + int(dice.random() * (5 if took.event is Event.APPLAUSE else 2))
    return [(took.at + 0.3 + 0.4 * i, took.event.value) for i in range(count)]
