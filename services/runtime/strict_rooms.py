"""Rooms as strangers may enter them: a store may hold some that were made where nobody else was."""

from collections.abc import Callable
from dataclasses import replace

from typing_extensions import override

from kuuki.limits import MIN_GROUP_LEAST
from kuuki.mood.privacy import Privacy, Rule
from services.runtime.rooms import RoomRecord, Rooms
from services.runtime.settings import Settings


class StrictRooms(Rooms):
    """The same rooms, none of them exact and none with a smaller minimum group than strangers may ask for."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    @override
    async def add(self, record: RoomRecord) -> None:
        await self._rooms.add(_strict(record))

    @override
    async def get(self, room: str) -> RoomRecord:
        return _strict(await self._rooms.get(room))

    @override
    async def remove(self, room: str) -> None:
        await self._rooms.remove(room)

    @override
    def touch(self, record: RoomRecord) -> None:
        self._rooms.touch(record)

    @override
    def on_removed(self, listener: Callable[[str], None]) -> None:
        self._rooms.on_removed(listener)


def rooms_of(settings: Settings, rooms: Rooms) -> Rooms:
    """The rooms of a store as they may be entered here."""
    return rooms if settings.open_to_all else StrictRooms(rooms)


def _strict(record: RoomRecord) -> RoomRecord:
    least = max(record.rule.min_group, MIN_GROUP_LEAST)
    rule = Rule(Privacy.STANDARD, least)
    return record if record.rule == rule else replace(record, rule=rule)
