"""Rooms that survive a restart of their one process: all are in memory, and each change is in the file too."""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Final, Self

import structlog
from typing_extensions import override

from kuuki.errors import Malformed, RoomUnknown, TooMany, Unavailable
from kuuki.limits import ROOMS
from kuuki.times import ROOM_IDLE_S, ROOM_TOUCH_S
from services.runtime.rooms import RoomRecord, Rooms, parse_record, serialize_record
from services.runtime.sqlite.store import Store

_PUT: Final = "INSERT OR REPLACE INTO rooms (room, record, used_s) VALUES (?, ?, ?)"

log = structlog.get_logger(__name__)


class SqliteRooms(Rooms):
    """Rooms in SQLite. How long a room was idle is measured on a clock that goes on only while the file is in use."""

    def __init__(self, store: Store, clock: Callable[[], float] | None = None, idle_s: float = ROOM_IDLE_S) -> None:
        self._store = store
        self._clock = clock or asyncio.get_running_loop().time
        self._idle_s = idle_s
        self._began_s = 0.0
        self._files = store.files
        self._records: dict[str, RoomRecord] = {}
        self._used_s: dict[str, float] = {}
        self._unwritten: dict[str, None] = {}
        self._closing: set[str] = set()
        self._listeners: list[Callable[[str], None]] = []

    @classmethod
    async def open(cls, store: Store, clock: Callable[[], float] | None = None, idle_s: float = ROOM_IDLE_S) -> Self:
        """The rooms in the file, except those that were kept only for the process before. Raises Unavailable."""
        rooms = cls(store, clock, idle_s)
        open_s, found = await store.run(_load)
        rooms._began_s = open_s - rooms._clock()
        for record, used_s in found:
            rooms._records[record.room] = record
            rooms._used_s[record.room] = used_s
        return rooms

    async def run(self) -> None:
        """Every ROOM_TOUCH_S, write which rooms are in use and close the idle ones, until cancelled."""
        while True:
            await asyncio.sleep(ROOM_TOUCH_S)
            try:
                await self._write_use()
                await self._sweep()
            except Unavailable:
                continue  # the store logs it; what was not written is written next time

    @override
    async def add(self, record: RoomRecord) -> None:
        """Idle rooms are closed first."""
        await self._sweep()
        if record.room not in self._records and len(self._records) >= ROOMS:
            raise TooMany("rooms")
        used_s = self._now()
        row = (record.room, serialize_record(record), used_s)
        await self._store.run(lambda connection: _write(connection, [row], used_s))
        self._records[record.room], self._used_s[record.room] = record, used_s

    @override
    async def get(self, room: str) -> RoomRecord:
        record = self._records.get(room)
        if record is None:
            raise RoomUnknown(room)
        return record

    @override
    def touch(self, record: RoomRecord) -> None:
        if record.room in self._records:
            self._used_s[record.room] = self._now()
            self._unwritten[record.room] = None

    @override
    async def remove(self, room: str) -> None:
        """A room that could not be deleted from the file is not closed: it would come back."""
        if room not in self._records:
            raise RoomUnknown(room)
        await self._close([room])

    async def _close(self, rooms: list[str]) -> None:
        each = [(room,) for room in rooms]
        self._closing.update(rooms)  # else a use that is being written would bring them back
        try:
            await self._store.run(lambda connection: connection.executemany("DELETE FROM rooms WHERE room = ?", each))
        finally:
            self._closing.difference_update(rooms)
        for room in rooms:
            self._forget(room)

    def _forget(self, room: str) -> None:
        if self._records.pop(room, None) is None:
            return  # two calls closed it at the same time
        del self._used_s[room]
        self._unwritten.pop(room, None)
        for listener in self._listeners:
            listener(room)

    @override
    def on_removed(self, listener: Callable[[str], None]) -> None:
        self._listeners.append(listener)

    async def _write_use(self) -> None:
        """Write which rooms were used; all records, if the file is a new one."""
        files = self._store.files
        rooms = [*(self._unwritten if files == self._files else self._records).keys() - self._closing]
        rows = [(room, serialize_record(self._records[room]), self._used_s[room]) for room in rooms]
        open_s = self._now()
        await self._store.run(lambda connection: _write(connection, rows, open_s))
        for room in rooms:
            self._unwritten.pop(room, None)
        if files == self._store.files:
            self._files = files

    async def _sweep(self) -> None:
        """Close the rooms that were not touched for ``idle_s``."""
        now = self._now()
        idle = [room for room, record in self._records.items() if not record.is_kept and self._is_idle(room, now)]
        if idle:
            await self._close(idle)

    def _is_idle(self, room: str, now: float) -> bool:
        return now - self._used_s[room] > self._idle_s

    def _now(self) -> float:
        return self._began_s + self._clock()

    def __len__(self) -> int:
        return len(self._records)


def _load(connection: sqlite3.Connection) -> tuple[float, list[tuple[RoomRecord, float]]]:
    (open_s,) = connection.execute("SELECT open_s FROM clock").fetchone()
    found = [(_parse(record), used_s) for record, used_s in connection.execute("SELECT record, used_s FROM rooms")]
    kept = [(record.room,) for record, _ in found if record is not None and record.is_kept]
    connection.executemany("DELETE FROM rooms WHERE room = ?", kept)
    return open_s, [(record, used_s) for record, used_s in found if record is not None and not record.is_kept]


def _parse(text: str) -> RoomRecord | None:
    try:
        return parse_record(text)
    except Malformed:
        log.warning("a room in the store is none that this kuuki knows")
        return None


def _write(connection: sqlite3.Connection, rows: list[tuple[str, str, float]], open_s: float) -> None:
    connection.executemany(_PUT, rows)
    connection.execute("UPDATE clock SET open_s = ?", (open_s,))
