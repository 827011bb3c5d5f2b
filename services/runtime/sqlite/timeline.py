"""The timeline of one process: all rooms' rows of a second in one commit."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from typing_extensions import override

from kuuki.errors import Malformed, NotRecorded, Unavailable
from kuuki.mood.waves import pack_waves
from kuuki.times import PRUNE_S, ROOM_CLOSED_S, STORE_S, TIMELINE_QUIET_S
from services.runtime.sqlite.store import Store, StoreFailed, T, Work
from services.runtime.timeline import (
    Entry,
    Mark,
    NewestRow,
    Page,
    Refusal,
    Row,
    Timeline,
    record_second,
    to_frame,
    to_mix,
)

_LAST: Final = "SELECT at, term, seq FROM entries WHERE room = ? AND frame IS NOT NULL ORDER BY id DESC LIMIT 1"
_ROW: Final = "INSERT INTO entries (room, at, term, seq, frame, draw, waves) VALUES (?, ?, ?, ?, ?, ?, ?)"
_MARK: Final = "INSERT INTO entries (room, at, mark) VALUES (?, ?, ?)"
_READ: Final = (
    "SELECT id, at, frame, mark, draw, waves FROM entries WHERE room = ? AND id > ? AND at >= ? ORDER BY id LIMIT ?"
)
_CURSOR_DIGITS: Final = 18


class SqliteTimeline(Timeline):
    """The timeline in SQLite. ``wall``: unix seconds; ``clock``: monotonic ones.

    In a store without a file nothing is recorded, as it would not survive a restart.
    """

    def __init__(
        self,
        store: Store,
        retention_s: int,
        wall: Callable[[], float] = time.time,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._store = store
        self._retention_s = retention_s if store.path is not None else 0
        self._wall = wall
        self._clock = clock or asyncio.get_running_loop().time
        self._refusal: Refusal | None = None
        self._quiet_until: dict[str, float] = {}

    @property
    @override
    def retention_s(self) -> int:
        return self._retention_s

    @override
    def refusal(self) -> Refusal | None:
        """As of the last write."""
        return self._refusal

    async def run(self) -> None:
        """Every PRUNE_S, delete what is too old; after a failure, try again every STORE_S. Until cancelled."""
        while True:
            try:
                if await self._write(self._prune):
                    await self._store.scrub()  # what was too old is overwritten too
            except (NotRecorded, Unavailable):
                await asyncio.sleep(STORE_S)
            else:
                await asyncio.sleep(PRUNE_S)

    @override
    async def append(self, rows: Sequence[Row]) -> int:
        """One transaction for all rows."""
        self._require_on()
        now = self._clock()
        self._quiet_until = {room: until for room, until in self._quiet_until.items() if until > now}
        rows = [row for row in rows if row.room not in self._quiet_until]
        second = int(self._wall())
        return await self._write(lambda connection: sum(_append(connection, row, second) for row in rows))

    @override
    async def mark(self, room: str, text: str) -> Mark:
        self._require_on()
        at_s = round(self._wall(), 3)
        cursor = await self._write(lambda connection: connection.execute(_MARK, (room, at_s, text)).lastrowid)
        return Mark(str(cursor), at_s, text)

    @override
    async def read(self, room: str, after: str | None, limit: int, within_s: float | None = None) -> Page:
        oldest = self._wall() - min(self._retention_s, within_s if within_s is not None else self._retention_s)
        asked = (room, _id_of(after), oldest, limit + 1)
        found = await self._store.run(lambda connection: connection.execute(_READ, asked).fetchall(), writes=False)
        return _page(found, limit)

    @override
    async def delete(self, room: str, *, for_good: bool = False) -> None:
        """Returns when the rows are out of the write-ahead log too, however long that takes."""
        quiet_s = ROOM_CLOSED_S if for_good else TIMELINE_QUIET_S
        self._quiet_until[room] = self._clock() + quiet_s
        await self._store.run(lambda connection: connection.execute("DELETE FROM entries WHERE room = ?", (room,)))
        await self._store.scrub()

    def _require_on(self) -> None:
        if not self._retention_s:
            raise NotRecorded("off")

    async def _write(self, work: Work[T]) -> T:
        try:
            result = await self._store.run(work)
        except StoreFailed as failure:
            self._refusal = failure.refusal
            if failure.refusal is Refusal.UNAVAILABLE:
                raise
            raise NotRecorded(failure.refusal) from failure
        self._refusal = None
        return result

    def _prune(self, connection: sqlite3.Connection) -> int:
        """Delete what is too old; how many rows that were. It writes in any case, and so shows whether writing
        works."""
        gone = connection.execute("DELETE FROM entries WHERE at < ?", (self._wall() - self._retention_s,)).rowcount
        connection.execute("UPDATE clock SET open_s = open_s")
        return gone


def _append(connection: sqlite3.Connection, row: Row, second: int) -> bool:
    found = connection.execute(_LAST, (row.room,)).fetchone()
    mix = row.mix
    at_s = record_second(second, mix.term, mix.seq, NewestRow(int(found[0]), found[1], found[2]) if found else None)
    if at_s is None:
        return False
    kept = to_frame(mix), mix.draw, pack_waves(mix.waves)
    connection.execute(_ROW, (row.room, at_s, mix.term, mix.seq, *kept))
    return True


def _id_of(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= _CURSOR_DIGITS):
        raise Malformed("cursor")
    return int(cursor)


def _page(found: list[Any], limit: int) -> Page:
    kept = found[:limit]
    rows = [(id_, at, to_mix(frame, *beside)) for id_, at, frame, _, *beside in kept if frame is not None]
    return Page(
        rows=tuple(Entry(int(at), str(id_), mix) for id_, at, mix in rows if mix is not None),
        marks=tuple(Mark(str(id_), at, mark) for id_, at, frame, mark, *_ in kept if frame is None),
        next=str(kept[-1][0]) if len(found) > limit else None,
    )
