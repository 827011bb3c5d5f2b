"""Cue sheets: what happens in a show, and when. Pure text, one cue a line; docs/library.md describes the format.

# at   event     for   intensity  spread
4.0    smile     3.0   0.5        0.9
9.5    laugh     2.5   0.8        0.7
30     applause  4
repeat 60
"""

import math
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from client.headless.errors import BadCueSheet

_COLUMNS = "at event [for [intensity [spread]]]"
_AT_MAX_S = 24 * 3600.0


class Event(StrEnum):
    """What happens. QUIET takes expressions back; STILL holds everybody's score, so that a mix can be judged."""

    SMILE = "smile"
    LAUGH = "laugh"
    WOW = "wow"
    APPLAUSE = "applause"
    QUIET = "quiet"
    STILL = "still"


@dataclass(frozen=True, slots=True)
class Cue:
    """One line: from ``at`` for ``lasts`` seconds; ``intensity`` and ``spread`` (the share that reacts) 0..1."""

    at: float
    event: Event
    lasts: float = 2.0
    intensity: float = 0.7
    spread: float = 0.8


@dataclass(frozen=True)
class CueSheet:
    """Cues by their time; after ``repeat_s`` (if any) it begins again."""

    cues: tuple[Cue, ...]
    repeat_s: float | None = None

    def clock(self, t: float) -> float:
        """Where in the sheet the show is, ``t`` seconds after its start: standing while a STILL cue lasts."""
        t = self.place(t)
        stills = self.stills
        i = bisect_right(stills, t, key=lambda cue: cue.at) - 1
        return stills[i].at if i >= 0 and t < stills[i].at + stills[i].lasts else t

    def place(self, t: float) -> float:
        """Where in the sheet ``t`` is, stills or not."""
        return t if self.repeat_s is None else math.fmod(t, self.repeat_s)

    @cached_property
    def stills(self) -> tuple[Cue, ...]:
        """The cues that hold everybody's score."""
        return tuple(cue for cue in self.cues if cue.event is Event.STILL)


def parse_cues(text: str) -> CueSheet:
    """A cue sheet from its text. Raises BadCueSheet, which names the line and what is expected there."""
    cues: list[Cue] = []
    repeat_s: float | None = None
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if words[0] == "repeat":
            repeat_s = _parse_repeat(words, number)
        else:
            cues.append(_parse_cue(words, number))
    if not cues:
        raise BadCueSheet(f"The cue sheet has no cue. A line is: {_COLUMNS}, for example “9.5 laugh 2.5 0.8 0.7”.")
    cues.sort(key=lambda cue: cue.at)
    if repeat_s is not None and repeat_s < cues[-1].at:
        raise BadCueSheet(f"The sheet repeats after {repeat_s:g} s, but its last cue is at {cues[-1].at:g} s.")
    return CueSheet(tuple(cues), repeat_s)


def _parse_repeat(words: list[str], number: int) -> float:
    if len(words) != 2:
        raise BadCueSheet(f"Line {number}: “repeat” takes one number, the seconds after which the sheet begins again.")
    return _number(words[1], "repeat", number, 1.0, _AT_MAX_S)


def _parse_cue(words: list[str], number: int) -> Cue:
    if not 2 <= len(words) <= 5:
        raise BadCueSheet(f"Line {number}: {len(words)} columns; a line is: {_COLUMNS}.")
    at = _number(words[0], "at", number, 0.0, _AT_MAX_S)
    if words[1] not in set(Event):
        raise BadCueSheet(f"Line {number}: {words[1]!r} is no event; there are {', '.join(Event)}.")
    limits = (("for", 0.1, 3600.0), ("intensity", 0.0, 1.0), ("spread", 0.0, 1.0))
    rest = [_number(word, name, number, low, high) for word, (name, low, high) in zip(words[2:], limits, strict=False)]
    return Cue(at, Event(words[1]), *rest)


def _number(word: str, name: str, number: int, low: float, high: float) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not low <= value <= high:  # also false for nan
        raise BadCueSheet(f"Line {number}: {name!r} is {word!r}; a number from {low:g} to {high:g} is expected.")
    return value
