"""The registry of rooms in memory alone, for benches and tests: what ``kuuki serve`` keeps in a file is lost here."""

import asyncio
from collections.abc import Callable

from typing_extensions import override

from kuuki.errors import RoomUnknown, TooMany
from kuuki.limits import ROOMS
from kuuki.times import ROOM_IDLE_S
from services.runtime.rooms import RoomRecord, Rooms


class InProcessRooms(Rooms):
    """The registry of one process, in memory. ``clock``: monotonic seconds, the loop's unless told.

    When a room is added, those that nobody used for ``idle_s`` seconds are closed first.
    """

    def __init__(self, clock: Callable[[], float] | None = None, idle_s: float = ROOM_IDLE_S) -> None:
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._idle_s = idle_s
        self._records: dict[str, RoomRecord] = {}
        self._used_at: dict[str, float] = {}
        self._listeners: list[Callable[[str], None]] = []

    @override
    async def add(self, record: RoomRecord) -> None:
        await self._sweep(self._clock())
        if record.room not in self._records and len(self._records) >= ROOMS:
            raise TooMany("rooms")
        self._records[record.room] = record
        self._used_at[record.room] = self._clock()

    @override
    async def get(self, room: str) -> RoomRecord:
        record = self._records.get(room)
        if record is None:
            raise RoomUnknown(room)
        return record

    @override
    def touch(self, record: RoomRecord) -> None:
        if record.room in self._records:
            self._used_at[record.room] = self._clock()

    @override
    async def remove(self, room: str) -> None:
        if self._records.pop(room, None) is None:
            raise RoomUnknown(room)
        del self._used_at[room]
        for listener in self._listeners:
            listener(room)

    @override
    def on_removed(self, listener: Callable[[str], None]) -> None:
        self._listeners.append(listener)

    async def _sweep(self, now: float) -> None:
        for record in list(self._records.values()):
            if not record.is_kept and now - self._used_at[record.room] > self._idle_s:
                await self.remove(record.room)

    def __len__(self) -> int:
        return len(self._records)
