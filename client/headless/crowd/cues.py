"""Cue sheets: what happens in a show, and when. Pure text, one cue a line; docs/library.md describes the format.

# at   event     for   intensity  spread
4.0    smile     3.0   0.5        0.9
9.5    laugh     2.5   0.8        0.7   "the ferry"
30     applause  4
late   0.3 2 20
leave  0.1 28 34
repeat 60
"""

import math
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Final

from client.headless.errors import BadCueSheet
from kuuki.limits import MARK_CHARS

_COLUMNS: Final = 'at event [for [intensity [spread]]] ["name"]'
_AT_MAX_S: Final = 24 * 3600.0
_LINE: Final = re.compile(r'(?P<columns>[^"#]*)(?:"(?P<name>[^"]*)"\s*)?(?P<rest>#.*)?')


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
    """One line: from ``at`` for ``lasts`` seconds; ``intensity`` and ``spread`` (the share that reacts) 0..1.

    ``name``: what is told, and marked, when it comes; at most MARK_CHARS.
    """

    at: float
    event: Event
    lasts: float = 2.0
    intensity: float = 0.7
    spread: float = 0.8
    name: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Stream:
    """A share of the people (0..1) that comes or goes, one by one, between two times of the sheet, in seconds."""

    share: float
    begins: float
    ends: float


@dataclass(frozen=True)
class CueSheet:
    """Cues by their time; after ``repeat_s`` (if any) it begins again. ``late`` come, and ``leavers`` go, while it is
    on."""

    cues: tuple[Cue, ...]
    repeat_s: float | None = None
    late: Stream | None = None
    leavers: Stream | None = None

    def clock(self, t: float) -> float:
        """Where in the sheet the show is, ``t`` seconds after its start: standing while a STILL cue lasts."""
        t = self.place(t)
        stills = self.stills
        i = bisect_right(stills, t, key=lambda cue: cue.at) - 1
        return stills[i].at if i >= 0 and t < stills[i].at + stills[i].lasts else t

    def place(self, t: float) -> float:
        """Where in the sheet ``t`` is, stills or not."""
        return t if self.repeat_s is None else math.fmod(t, self.repeat_s)

    def named(self) -> Iterator[tuple[float, Cue]]:
        """The cues that have a name, with their seconds after the show's start; without end if the sheet repeats."""
        named = [cue for cue in self.cues if cue.name]
        for turn in count() if self.repeat_s and named else range(1):
            for cue in named:
                yield turn * (self.repeat_s or 0.0) + cue.at, cue

    @cached_property
    def ends_s(self) -> float:
        """When the last cue is over."""
        return max(cue.at + cue.lasts for cue in self.cues)

    @cached_property
    def stills(self) -> tuple[Cue, ...]:
        """The cues that hold everybody's score."""
        return tuple(cue for cue in self.cues if cue.event is Event.STILL)


def read_cues(path: Path) -> CueSheet:
    """The cue sheet in this file. Raises BadCueSheet, which names the file."""
    try:
        return parse_cues(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadCueSheet(f"The cue sheet {path} cannot be read: {error}.") from error
    except BadCueSheet as error:
        raise BadCueSheet(f"{path}: {error}") from error


def parse_cues(text: str) -> CueSheet:
    """A cue sheet from its text. Raises BadCueSheet, which names the line and what is expected there."""
    cues: list[Cue] = []
    repeat_s: float | None = None
    streams: dict[str, Stream] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words, name = _parts(line, number)
        if not words:
            continue
        if words[0] == "repeat":
            repeat_s = _parse_repeat(words, number)
        elif words[0] in ("late", "leave"):
            streams[words[0]] = _parse_stream(words, number)
        else:
            cues.append(_parse_cue(words, name, number))
    if not cues:
        raise BadCueSheet(f"The cue sheet has no cue. A line is: {_COLUMNS}, for example “9.5 laugh 2.5 0.8 0.7”.")
    cues.sort(key=lambda cue: cue.at)
    sheet = CueSheet(tuple(cues), repeat_s, streams.get("late"), streams.get("leave"))
    _check(sheet)
    return sheet


def _check(sheet: CueSheet) -> None:
    streams = [stream for stream in (sheet.late, sheet.leavers) if stream is not None]
    if sum(stream.share for stream in streams) > 1.0:
        raise BadCueSheet("“late” and “leave” are shares of all people: together they are more than 1.")
    if sheet.repeat_s is None:
        return
    if sheet.repeat_s < sheet.cues[-1].at:
        raise BadCueSheet(
            f"The sheet repeats after {sheet.repeat_s:g} s, but its last cue is at {sheet.cues[-1].at:g} s."
        )
    if any(stream.ends > sheet.repeat_s for stream in streams):
        raise BadCueSheet(f"The sheet repeats after {sheet.repeat_s:g} s, but people come or go after that.")


def _parts(line: str, number: int) -> tuple[list[str], str]:
    """The columns of a line, and the name behind them; a comment is left out."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise BadCueSheet(f"Line {number}: a name stands in quotes, behind the columns: {_COLUMNS}.")
    name = (found["name"] or "").strip()
    if len(name) > MARK_CHARS or not name.isprintable():
        raise BadCueSheet(f"Line {number}: a name has at most {MARK_CHARS} characters, all of them printable.")
    words = found["columns"].split()
    if name and (not words or words[0] in ("repeat", "late", "leave")):
        raise BadCueSheet(f"Line {number}: only cues have names.")
    return words, name


def _parse_repeat(words: list[str], number: int) -> float:
    if len(words) != 2:
        raise BadCueSheet(f"Line {number}: “repeat” takes one number, the seconds after which the sheet begins again.")
    return _number(words[1], "repeat", number, 1.0, _AT_MAX_S)


def _parse_stream(words: list[str], number: int) -> Stream:
    if len(words) != 4:
        raise BadCueSheet(
            f"Line {number}: “{words[0]}” takes a share of the people and two times: “{words[0]} 0.3 2 20”."
        )
    share = _number(words[1], "share", number, 0.0, 1.0)
    begins = _number(words[2], "from", number, 0.0, _AT_MAX_S)
    return Stream(share, begins, _number(words[3], "to", number, begins, _AT_MAX_S))


def _parse_cue(words: list[str], name: str, number: int) -> Cue:
    if not 2 <= len(words) <= 5:
        raise BadCueSheet(f"Line {number}: {len(words)} columns; a line is: {_COLUMNS}.")
    at = _number(words[0], "at", number, 0.0, _AT_MAX_S)
    if words[1] not in set(Event):
        raise BadCueSheet(f"Line {number}: {words[1]!r} is no event; there are {', '.join(Event)}.")
    limits = (("for", 0.1, 3600.0), ("intensity", 0.0, 1.0), ("spread", 0.0, 1.0))
    rest = [_number(word, each, number, low, high) for word, (each, low, high) in zip(words[2:], limits, strict=False)]
    return Cue(at, Event(words[1]), *rest, name=name)


def _number(word: str, name: str, number: int, low: float, high: float) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not low <= value <= high:  # also false for nan
        raise BadCueSheet(f"Line {number}: {name!r} is {word!r}; a number from {low:g} to {high:g} is expected.")
    return value
