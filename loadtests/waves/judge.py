"""What is true of a simulated night, and how what was said and shown stands against it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

import numpy as np

from kuuki.mood.frames import Mix
from kuuki.mood.labels import HAPPY
from kuuki.mood.level import Level, Shown
from kuuki.mood.surges import Surges
from kuuki.mood.waves import Wave
from kuuki.times import TICK_S
from loadtests.privacy.faces import NEUTRAL, SMILING
from loadtests.waves.crowd import Dice, Floats, Joke, smiles
from loadtests.waves.venue import CALIBRATION

CROWD: Final = 1000
"""So many people with the same cues are the truth."""

RISES: Final = 0.15
"""A laugh of theirs rises so far above the valley before it."""

SPREADS: Final = 3
"""In a room of n a laugh must rise so many spreads of n people for its loss to count."""

_BACK_LEAST: Final = 0.05
_BEGINS: Final = 0.2
_EARLY_S: Final = 0.6
_LATE_S: Final = 1.2
_WAVE_WORDS: Final = ("applause", "laughter", "wow", "smiles")
SEEN: Final = 0.8
"""A laugh is shown when the level has gone this part of its height; it has left when it is back by as much."""

SOON_S: Final = 0.4
LEAVES_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Laugh:
    """A laugh of the crowd: seconds of its beginning and its peak; the share in the valley before, and how far it
    rose."""

    began: float
    peak: float
    valley: float
    rise: float

    def is_clear(self, people: int) -> bool:
        """Whether it stands out of what so many people do by chance."""
        rest = max(self.valley, 0.05)
        return bool(self.rise >= SPREADS * np.sqrt(rest * (1 - rest) / people))


@dataclass(frozen=True, slots=True)
class Found:
    """A wave that was said: when it began by its own word, when it was said first, and as it was said last."""

    began: float
    said: float
    wave: Wave


@dataclass(slots=True)
class Told:
    """What a night told: mixes with their waves, the waves, what was shown."""

    mixes: list[Mix] = field(default_factory=list)
    waves: list[Found] = field(default_factory=list)
    shown: list[Shown | None] = field(default_factory=list)


def truth(said: list[Joke], seconds: float, dice: Dice) -> list[Laugh]:
    """The laughs of a crowd of CROWD who hear these jokes."""
    levels = smiles(CROWD, seconds, said, dice)
    neutral = NEUTRAL[dice.integers(0, len(NEUTRAL), CROWD), HAPPY]
    smile = SMILING[dice.integers(0, len(SMILING), CROWD), HAPPY]
    happy = (neutral[:, None] + levels * (smile - neutral)[:, None]).mean(0)
    return laughs(np.array([CALIBRATION.smiling(float(each)) for each in happy]))


def laughs(curve: Floats) -> list[Laugh]:
    """The rises of a curve by RISES and more from the valley before; each ends when a third of it is gone."""
    found: list[Laugh] = []
    valley, peak, is_up = 0, 0, False
    for at, share in enumerate(curve):
        if not is_up:
            valley = at if share < curve[valley] else valley
            is_up, peak = share - curve[valley] >= RISES, at
            continue
        peak = at if share > curve[peak] else peak
        rise = float(curve[peak] - curve[valley])
        if curve[peak] - share >= max(_BACK_LEAST, rise / 3):
            edge = curve[valley] + _BEGINS * rise
            began = valley + int(np.argmax(curve[valley : peak + 1] >= edge))
            found.append(Laugh(began * TICK_S, peak * TICK_S, float(curve[valley]), rise))
            valley, is_up = at, False
    return found


def tell(mixes: Sequence[Mix]) -> Told:
    """The waves and the level of these mixes, one a tick."""
    surges, level, told = Surges(), Level(), Told()
    known: dict[int, Found] = {}
    for tick, mix in enumerate(mixes):
        now = tick * TICK_S
        waved = replace(mix, waves=surges.hear(mix, 0, now)) if mix.body else mix
        told.mixes.append(waved)
        told.shown.append(level.hear(waved, now))
        for wave in waved.waves:
            first = known.get(wave.number, Found(now - wave.began_ms / 1000, now, wave))
            known[wave.number] = replace(first, wave=wave)
    told.waves = list(known.values())
    return told


@dataclass(slots=True)
class Score:
    """Of one night or several. ``clear``: laughs that count; ``late``: of those found, how many were shown or had left
    too late, by number and by word."""

    clear: int = 0
    found: int = 0
    waves: int = 0
    true: int = 0
    errors_s: list[float] = field(default_factory=list)
    said_s: list[float] = field(default_factory=list)
    shown_s: list[float] = field(default_factory=list)
    left_s: list[float] = field(default_factory=list)
    word_left_s: list[float] = field(default_factory=list)


def judge(told: Told, true: list[Laugh], inner: Floats, people: int, score: Score) -> None:
    """Hold a night's waves against the true laughs: each wave is for one laugh at most."""
    left = list(told.waves)
    score.waves += len(left)
    for laugh, following in zip(true, [*true[1:], None], strict=True):
        is_clear = laugh.is_clear(people)
        score.clear += is_clear
        own = [wave for wave in left if laugh.began - _EARLY_S <= wave.said <= laugh.peak + _LATE_S]
        if not own:
            continue
        left.remove(own[0])
        score.true += 1
        score.found += is_clear
        score.errors_s.append(abs(own[0].began - laugh.began))
        score.said_s.append(own[0].said - laugh.began)
        until = following.began if following else laugh.peak + 20.0
        _watch(told, inner, (laugh.began, until), score)


def _watch(told: Told, inner: Floats, span: tuple[float, float], score: Score) -> None:
    """How soon the number shows a laugh after the mix that has it, and how soon it and the word are gone after the room
    has left it: within 10 % of its height. Only laughs after which the room comes back before the next one."""
    start, end = (round(at / TICK_S) for at in span)
    published = np.array([mix.body.smiling if mix.body else np.nan for mix in told.mixes[start:end]])
    shares = np.array([each.share if each else np.nan for each in told.shown[start:end]])
    if len(published) < 2 or np.isnan(published).any() or np.isnan(shares).any():
        return
    low, peak = float(published[0]), int(published.argmax())
    edge = low + SEEN * (published[peak] - low)
    has_it = int(np.argmax(published >= edge))
    score.shown_s.append(_first(shares[has_it:] >= low + SEEN * (published[has_it] - low)))
    bottom, top = float(inner[start]), float(inner[start : start + peak + 1].max())
    back = peak + _index(inner[start + peak : end] <= bottom + 0.1 * (top - bottom))
    if back < len(shares) and top > bottom:
        score.left_s.append(_first(shares[back:] <= low + (1 - SEEN) * (published[peak] - low)))
        words = np.array([each is not None and each.word in _WAVE_WORDS for each in told.shown[start + back : end]])
        score.word_left_s.append(_first(~words))


def _index(holds: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    return int(np.argmax(holds)) if holds.any() else len(holds)


def _first(holds: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    """Seconds until it holds; as many as were looked at, if it never does."""
    return _index(holds) * TICK_S


def changes_a_minute(values: Sequence[object]) -> float:
    """How often a series of things that are shown changes."""
    there = [value for value in values if value is not None]
    return sum(one != other for one, other in pairwise(there)) / (len(there) * TICK_S / 60)
