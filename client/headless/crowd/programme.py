"""The show that a crowd plays without a cue sheet: stand-up, by the statistics of real laughs.

The gaps between two laughs of a filmed show: 5, 25, 50, 75 and 95 % are below 3.7, 5.4, 7.6, 11.0 and 18.9 s
(14,668 laugh times of the seinfeld-laugh-corpus on PyPI; only these five figures are used).
"""

from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Final

from client.headless.crowd.cues import Cue, CueSheet, Event

LENGTH_S: Final = 240.0
_ACT_S: Final = 80.0
_GAPS: Final = ((0.0, 2.8), (0.05, 3.7), (0.25, 5.4), (0.50, 7.6), (0.75, 11.0), (0.95, 18.9), (1.0, 24.0))
_STILL_EVERY_S: Final = 10.0
_STILL_FROM_S: Final = 5.0
_STILL_FOR_S: Final = 4.0


def laugh_gap_s(share: float) -> float:
    """The gap that this share (0..1) of all gaps is below: linear between the known quantiles.

    >>> laugh_gap_s(0.5), laugh_gap_s(0.95)
    (7.6, 18.9)
    """
    for (low, low_s), (high, high_s) in pairwise(_GAPS):
        if share <= high:
            return low_s + (high_s - low_s) * (share - low) / (high - low)
    return _GAPS[-1][1]


def make_sheet(seed: int, *, with_stills: bool) -> CueSheet:
    """A show of LENGTH_S that repeats. ``with_stills``: all hold 4 s in every 10, so that mixes can be judged."""
    dice = Random(f"show {seed}")  # noqa: S311 - a simulation
    cues = [*_laughs(dice), *_acts(dice)]
    if with_stills:
        holds = int(LENGTH_S / _STILL_EVERY_S)
        cues += [Cue(i * _STILL_EVERY_S + _STILL_FROM_S, Event.STILL, _STILL_FOR_S, 1.0, 1.0) for i in range(holds)]
    return CueSheet(tuple(sorted(cues, key=lambda cue: cue.at)), LENGTH_S)


def _laughs(dice: Random) -> list[Cue]:
    cues, at = [], 2.0
    while at < LENGTH_S - 8.0:
        strength = dice.betavariate(2.5, 1.8)
        laugh = Cue(at, Event.LAUGH, 1.2 + 2.2 * strength, 0.35 + 0.65 * strength, 0.3 + 0.65 * strength)
        cues += [laugh, replace(laugh, event=Event.SMILE, lasts=laugh.lasts + 2.5, intensity=0.4, spread=0.85)]
        at += laugh_gap_s(dice.random())
    return cues


def _acts(dice: Random) -> list[Cue]:
    """Each act begins quietly, has one surprise, and ends in applause."""
    cues = []
    for act in range(int(LENGTH_S / _ACT_S)):
        begins, ends = act * _ACT_S, (act + 1) * _ACT_S
        cues.append(Cue(ends - 6.0, Event.APPLAUSE, 5.0, dice.uniform(0.7, 1.0), dice.uniform(0.6, 0.9)))
        cues.append(Cue(begins + dice.uniform(25.0, 50.0), Event.WOW, 2.0, dice.uniform(0.6, 1.0), 0.6))
        if act:
            cues.append(Cue(begins, Event.QUIET, 6.0, 0.6, 0.9))
    return cues
