"""The people of a crowd: pure, and the same for the same seed. Each has a temperament; none of them is real.

A person is a function of the show's clock: ``weights(t)`` needs no state, so two runs of a seed, on whatever machine
and however late their timers, send the same scores for the same instants.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from client.headless.crowd.cues import Cue, CueSheet, Event

CAMERA_OFF: Final = 0.12
"""The share of people who only tap."""

_ATTACK_S: Final = 0.35
_DECAY_S: Final = 0.9
_TAIL_S: Final = 6.0
_TAPPED: Final = {Event.SMILE: 0.08, Event.LAUGH: 0.35, Event.WOW: 0.4, Event.APPLAUSE: 0.8}
"""How likely it is that someone who reacts to an event also taps."""


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
    """How one person takes one cue: from ``at`` (their delay included) for ``lasts`` seconds, 0..1 strong."""

    at: float
    lasts: float
    event: Event
    strength: float

    def level(self, t: float) -> float:
        """The envelope at ``t``: up within a third of a second, held, then fading."""
        since = t - self.at
        if since <= 0:
            return 0.0
        if since <= self.lasts:
            return self.strength * min(1.0, since / _ATTACK_S)
        return self.strength * math.exp((self.lasts - since) / _DECAY_S)


@dataclass(frozen=True, slots=True)
class Person:
    """One of the audience. ``phase`` (0..1) is where in a tick this one's device sends."""

    temperament: Temperament
    phase: float
    reactions: tuple[Reaction, ...]
    taps: tuple[tuple[float, str], ...]
    _starts: tuple[float, ...]

    def weights(self, t: float) -> tuple[float, ...]:
        """The seven weights (0..1, sum 1, order of LABELS) at the show's clock ``t``, in seconds."""
        level = dict.fromkeys(Event, 0.0)
        for reaction in self._current(t):
            level[reaction.event] = max(level[reaction.event], reaction.level(t))
        mind = self.temperament
        sway = 0.5 + 0.5 * math.sin(t / mind.sway_s * math.tau + mind.sway_phase)
        calm = 1.0 - level[Event.QUIET]
        delight = max(level[Event.LAUGH], 0.75 * level[Event.SMILE], 0.85 * level[Event.APPLAUSE])
        happy = min(0.97, mind.cheer * (0.4 + 0.6 * sway) * calm + delight * calm * mind.liveliness)
        surprise = (1.0 - happy) * min(0.9, 0.03 * sway + level[Event.WOW] * mind.liveliness)
        rest = 1.0 - happy - surprise
        dull = rest * mind.gloom * (1.0 - 0.5 * sway)
        return (0.25 * dull, 0.1 * dull, 0.15 * dull, happy, 0.5 * dull, surprise, rest - dull)

    def sure(self, t: float) -> int:
        """How sure the detector would be (0..255): high, but for moments of looking away."""
        mind = self.temperament
        away = math.sin(t / (mind.sway_s * 4.7) * math.tau + 2.0 * mind.sway_phase) > 1.0 - 0.06 * mind.restless
        return 64 if away else 214 + int(40 * (1.0 - mind.restless))

    def tapped(self, after: float, until: float) -> list[str]:
        """The kinds tapped in the half-open time ``after`` < t <= ``until``."""
        first = bisect_right(self.taps, after, key=_time_of)
        return [kind for _, kind in self.taps[first : bisect_right(self.taps, until, key=_time_of)]]

    def _current(self, t: float) -> Iterator[Reaction]:
        first = bisect_left(self._starts, t - 30.0)
        for reaction in self.reactions[first : bisect_right(self._starts, t)]:
            if t < reaction.at + reaction.lasts + _TAIL_S:
                yield reaction


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
    return Person(mind, dice.random(), tuple(reactions), tuple(sorted(taps)), starts)


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
    return Reaction(cue.at + mind.delay_s, cue.lasts * linger, cue.event, min(1.0, cue.intensity * strength))


def _taps(took: Reaction, mind: Temperament, dice: Random) -> list[tuple[float, str]]:
    """Taps in the first seconds of a reaction; those without a camera tap three times as readily."""
    likely = _TAPPED.get(took.event, 0.0) * (3.0 if mind.camera_off else 1.0)
    if dice.random() > likely:
        return []
    count = 1 + int(dice.random() * (5 if took.event is Event.APPLAUSE else 2))
    return [(took.at + 0.3 + 0.4 * i, took.event.value) for i in range(count)]
