"""A room's record as CSV (RFC 4180) for spreadsheets: a line for each row and each mark, by time."""

import datetime
import re
from collections.abc import Sequence
from typing import Final

from kuuki.mood.frames import TAPS, Body
from kuuki.mood.labels import LABELS
from services.runtime.timeline import Entry, Mark, Page

COLUMNS: Final = (
    *("at", "mark", "state", "people_at_least", "people_at_most", "coverage"),
    *("smiling", "warmth", "energy", "agreement"),
    *LABELS,
    *(f"taps_{kind}" for kind in TAPS),
)
HEAD: Final = "\ufeff" + ",".join(COLUMNS) + "\r\n"
"""Begins with a byte order mark: spreadsheets need it to read Japanese."""

_FORMULA: Final = re.compile("[=+\\-@\t\r＝＋－＠]")
"""Spreadsheets take a cell that begins so for a formula; what somebody wrote is never one."""

_EMPTY: Final = "(mark)"

Cell = str | int | float | None


def lines_of(page: Page) -> str:
    """The page's rows and marks as lines, by time."""
    lines = [(entry.at_s, _row(entry)) for entry in page.rows] + [(mark.at_s, _mark(mark)) for mark in page.marks]
    return "".join(line for _, line in sorted(lines, key=lambda line: line[0]))


def rfc3339(unix_s: float) -> str:
    """A time in UTC; with milliseconds unless it is a whole second."""
    at = datetime.datetime.fromtimestamp(unix_s, datetime.UTC).replace(tzinfo=None)
    return at.isoformat(timespec="milliseconds" if unix_s % 1 else "seconds") + "Z"


def _row(entry: Entry) -> str:
    mix = entry.mix
    head = (rfc3339(entry.at_s), None, mix.state.name.lower(), mix.at_least, mix.at_most, mix.coverage)
    return _line([*head, *_body(mix.body)])


def _body(body: Body | None) -> Sequence[Cell]:
    if body is None:
        return ()
    return (body.smiling, body.warmth, body.energy, body.agreement, *body.weights, *body.taps)


def _mark(mark: Mark) -> str:
    return _line([rfc3339(mark.at_s), mark.text or _EMPTY])


def _line(cells: Sequence[Cell]) -> str:
    empty = [None] * (len(COLUMNS) - len(cells))
    return ",".join(map(_quoted, [*cells, *empty])) + "\r\n"


def _quoted(cell: Cell) -> str:
    if not isinstance(cell, str):
        return "" if cell is None else str(cell)
    safe = f"'{cell}" if _FORMULA.match(cell) else cell
    return '"{}"'.format(safe.replace('"', '""')) if re.search('[",\r\n]', safe) else safe
