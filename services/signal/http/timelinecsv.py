"""A room's record as CSV (RFC 4180) for spreadsheets: a line for each row and each mark, by time."""

import csv
import datetime
import io
import re
from collections.abc import Sequence
from typing import Final

from kuuki.mood.frames import TAPS, Mix
from kuuki.mood.labels import LABELS
from kuuki.mood.waves import Source, Wave
from kuuki.times import ROW_S
from services.runtime.timeline import Entry, Mark, Page

COLUMNS: Final = (
    *("at", "mark", "state", "people_at_least", "people_at_most", "coverage"),
    *("smiling", "warmth", "energy", "agreement"),
    *LABELS,
    *(f"taps_{kind}" for kind in TAPS),
    "draw",
    *("wave", "wave_rise"),
)
_LINE_END: Final = "\r\n"
HEAD: Final = "\ufeff" + ",".join(COLUMNS) + _LINE_END
"""Begins with a byte order mark: spreadsheets need it to read Japanese."""

_FORMULA: Final = re.compile("[=+\\-@\t\r＝＋－＠]")
"""Spreadsheets take a cell that begins so for a formula; what somebody wrote is never one."""

_NO_TEXT: Final = "(mark)"
_ONLY_LIVE: Final = (None,) * (1 + 4 + len(LABELS) + len(TAPS))
"""The empty cells of a row that is not live: from coverage to the taps."""

Cell = str | int | float | None


def lines_of(page: Page) -> str:
    """The page's rows and marks as lines, by time."""
    timed = [(entry.at_s, _row(entry)) for entry in page.rows] + [(mark.at_s, _mark(mark)) for mark in page.marks]
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator=_LINE_END).writerows(cells for _, cells in sorted(timed, key=lambda line: line[0]))
    return file.getvalue()


def rfc3339(unix_s: float) -> str:
    """A time in UTC; with milliseconds unless it is a whole second."""
    at = datetime.datetime.fromtimestamp(unix_s, datetime.UTC).replace(tzinfo=None)
    return at.isoformat(timespec="milliseconds" if unix_s % 1 else "seconds") + "Z"


def _row(entry: Entry) -> Sequence[Cell]:
    mix = entry.mix
    head = (rfc3339(entry.at_s), None, mix.state.name.lower(), mix.at_least, mix.at_most)
    return [*head, *_numbers(mix), mix.draw, *_wave(mix)]


def _numbers(mix: Mix) -> Sequence[Cell]:
    body = mix.body
    if body is None:
        return _ONLY_LIVE
    return (mix.coverage, body.smiling, body.warmth, body.energy, body.agreement, *body.weights, *body.taps)


def _wave(mix: Mix) -> tuple[Cell, Cell]:
    """The newest wave that goes on or ended in the second of this row: a spreadsheet has one line a second, and no
    wave once more in the lines after its end."""
    newest = next(filter(_is_of_this_second, reversed(mix.waves)), None)
    if newest is None:
        return None, None
    kind = newest.kind.name.lower()
    return f"{kind} tapped" if newest.source is Source.TAPS else kind, newest.rise


def _is_of_this_second(wave: Wave) -> bool:
    return wave.lasts_ms is None or wave.began_ms - wave.lasts_ms < ROW_S * 1000


def _mark(mark: Mark) -> Sequence[Cell]:
    text = mark.text or _NO_TEXT
    said = (rfc3339(mark.at_s), f"'{text}" if _FORMULA.match(text) else text)
    return [*said, *[None] * (len(COLUMNS) - len(said))]
