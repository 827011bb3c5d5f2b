"""The timeline: the record of published mixes, one row a second and room, and of marks that somebody set.

Nothing else in kuuki records the time of day. What every form of it guarantees (tests/services/timeline_contract.py
holds each form to it):

- ``append`` and ``mark`` return when what they were given survives a loss of power or, in Redis, what its appendfsync
  promises; if they raise, nothing was acknowledged, though it may be there later
- cursors of a room's rows and marks only grow, whatever any clock does; a room has one row a second, whoever writes it
- rows older than the retention are not read, and are deleted in time
- what was deleted does not come back, nor does what was being written at that moment
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from typing_extensions import override

from kuuki.errors import BadFrame, NotRecorded
from kuuki.mood.frames import VERSION, Mix, decode_from_gateway, encode
from kuuki.mood.waves import Wave, unpack_waves
from kuuki.strict import Unfit
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
    """The record of all rooms' published mixes.

    Every coroutine raises Unavailable while the store cannot be asked. None blocks the event loop. Each waits with a
    deadline: STORE_S for a file; in Redis REDIS_COMMAND_S for a command, and AOF_SYNC_S + STORE_S until it is durable.
    Cancelling does not undo a write.
    """

    @property
    def retention_s(self) -> int:
        """How long a row is kept, in seconds; 0: nothing is ever recorded here."""
        ...

    def refusal(self) -> Refusal | None:
        """Why nothing can be recorded now, as of the last write or look at the store; None if it can. Returns at
        once."""
        ...

    async def append(self, rows: Sequence[Row]) -> int:
        """Record these mixes, at most one of each room. Returns how many were new: a room's second is recorded once.

        Raises NotRecorded or Unavailable: then none of them is acknowledged, and some may be recorded. May be repeated.
        """
        ...

    async def mark(self, room: str, text: str) -> Mark:
        """Mark this moment. Raises NotRecorded or Unavailable; repeated, it makes another mark."""
        ...

    async def read(self, room: str, after: str | None, limit: int, within_s: float | None = None) -> Page:
        """At most ``limit`` rows and marks after a cursor (None: from the oldest on), none older than ``within_s``
        seconds.

        Raises Malformed for a text that is no cursor, Unavailable.
        """
        ...

    async def delete(self, room: str, *, for_good: bool = False) -> None:
        """Delete all of the room's rows and marks. ``for_good``: the room is closed, and none are written any more.

        Raises Unavailable or NotRecorded if it is not known to be durable. May be repeated.
        """
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
    """The newest row of a room: its second in unix time, and the term and seq of its mix."""

    at_s: int
    term: int
    seq: int


def record_second(second: int, term: int, seq: int, newest: NewestRow | None) -> int | None:
    """The second under which to record a mix; None if its second is recorded, or the mix is older than the newest row.

    ``second`` is the wall clock's, in unix time. One writer (one term) sends a row a second by its monotonic clock; if
    the wall clock puts two of them into one second, the later one gets the next second, so that none is left out. Of
    two writers, at a take-over, the first row of a second counts. A wall clock that is off by more than CLOCK_STEP_S
    was set, and is believed.
    """
    if newest is None or abs(second - newest.at_s) > CLOCK_STEP_S:
        return second
    if (term, seq) <= (newest.term, newest.seq) or second < newest.at_s:
        return None
    if second > newest.at_s:
        return second
    return second + 1 if term == newest.term else None


def to_frame(mix: Mix) -> bytes:
    """The mix as a row has it: in the version of frames that every kuuki reads. Its draw and its waves have no place
    there and are kept beside it; who tapped in that moment is not kept."""
    return encode(mix, VERSION)


def to_mix(frame: bytes, draw: int, packed_waves: Any) -> Mix | None:
    """The mix of a row; None if another version wrote it in a form that this one does not know. Waves that are none to
    this version are passed over: the rest of the row is as good."""
    try:
        mix = decode_from_gateway(frame)
    except BadFrame:
        return None
    return replace(mix, draw=draw, waves=_waves(packed_waves)) if isinstance(mix, Mix) else None


def _waves(packed: Any) -> tuple[Wave, ...]:
    try:
        return unpack_waves(packed)
    except Unfit:
        return ()
