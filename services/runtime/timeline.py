"""The timeline: the record of published mixes, one row a second and room, and of marks set by hand.

Nothing else of kuuki keeps the time of day. What every form of it guarantees (tests/services/timeline_contract.py holds
each form to it):

- ``append`` and ``mark`` return when what they were given survives the loss of power or, for Redis, what its
  appendfsync promises; whatever they raise, nothing was acknowledged
- cursors of a room's rows and marks only grow, whatever any clock does; a room has one row a second, whoever writes it
- rows older than the retention are not read, and let go
- what was deleted is gone for good, and so is what was still on its way
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from typing_extensions import override

from kuuki.errors import NotRecorded
from kuuki.mood.frames import Mix
from kuuki.times import CLOCK_STEP_S


class Refusal(StrEnum):
    """Why nothing is recorded although it should be."""

    NO_AOF = "no_aof"
    DISK = "disk"
    FULL = "full"
    READ_ONLY = "read_only"
    UNAVAILABLE = "unavailable"


class Row(NamedTuple):
    """A published mix to record: the room as it is now."""

    room: str
    mix: Mix


class Entry(NamedTuple):
    """A row as it was recorded: ``at_s`` is unix time, a whole second; ``cursor`` orders the room's rows and marks."""

    at_s: int
    cursor: str
    mix: Mix


class Mark(NamedTuple):
    """A moment somebody marked: ``id`` is its cursor, ``at_s`` unix time."""

    id: str
    at_s: float
    text: str


class Page(NamedTuple):
    """Rows and marks, each oldest first; ``next`` is the cursor to go on after, None if this was all."""

    rows: tuple[Entry, ...] = ()
    marks: tuple[Mark, ...] = ()
    next: str | None = None


class Timeline(Protocol):
    """The record of all rooms' published mixes. Every coroutine raises Unavailable while the store cannot be asked."""

    @property
    def retention_s(self) -> int:
        """How long a row is kept, in seconds; 0: nothing is ever recorded here."""
        ...

    def refusal(self) -> Refusal | None:
        """Why nothing can be recorded now, as far as is known; None if it can."""
        ...

    async def append(self, rows: Sequence[Row]) -> int:
        """Record these mixes, at most one of a room; how many were new: a room's second is recorded once.

        Raises NotRecorded or Unavailable: then none of them is acknowledged.
        """
        ...

    async def mark(self, room: str, text: str) -> Mark:
        """Mark this moment. Raises NotRecorded or Unavailable."""
        ...

    async def read(self, room: str, after: str | None, limit: int, within_s: float | None = None) -> Page:
        """At most ``limit`` rows and marks after a cursor (None: from the oldest on), none older than ``within_s``.

        Raises Malformed for a cursor that is none.
        """
        ...

    async def delete(self, room: str, *, for_good: bool = False) -> None:
        """Delete all of the room's rows and marks. ``for_good``: the room is closed, none are written any more."""
        ...


class NoTimeline(Timeline):
    """Nothing is recorded here."""

    retention_s = 0

    @override
    def refusal(self) -> Refusal | None:
        return None

    @override
    async def append(self, rows: Sequence[Row]) -> int:
        raise NotRecorded("off")

    @override
    async def mark(self, room: str, text: str) -> Mark:
        raise NotRecorded("off")

    @override
    async def read(self, room: str, after: str | None, limit: int, within_s: float | None = None) -> Page:
        return Page()

    @override
    async def delete(self, room: str, *, for_good: bool = False) -> None:
        """Nothing is recorded, so there is nothing to delete."""


class NewestRow(NamedTuple):
    """The newest row of a room: its second and its mix's order."""

    at_s: int
    term: int
    seq: int


def record_second(second: int, term: int, seq: int, last: NewestRow | None) -> int | None:
    """The second under which to record a mix, or None: it is recorded already, or the mix is older than what is.

    ``second`` is the wall clock's. One writer's rows (one term) are as many as its own clock says: the first of two in
    one second of the wall clock leaves the second one the next. Of two writers', at a take-over, the first counts.
    """
    if last is None or abs(second - last.at_s) > CLOCK_STEP_S:
        return second
    if (term, seq) <= (last.term, last.seq) or second < last.at_s:
        return None
    if second > last.at_s:
        return second
    return second + 1 if term == last.term else None
