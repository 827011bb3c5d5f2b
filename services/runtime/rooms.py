"""Rooms that exist: their record, their secrets, their end.

The record says what a room is for and how its mix may be published; nothing in it is about a participant.
"""

import asyncio
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from kuuki.errors import RoomUnknown, TooMany
from kuuki.limits import ROOMS
from kuuki.privacy import Rule
from kuuki.room import Role
from kuuki.times import ROOM_IDLE_S

Purpose = Literal["event", "performance", "private"]
Language = Literal["en", "ja"]

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No i, l, o, 0, 1: an id may be read aloud."""


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """One room, for good. The secrets are the keys in its links' fragments; overlays use the audience's.

    A room that ``is_kept`` stays even when nobody uses it.
    """

    room: str
    purpose: Purpose = "event"
    language: Language = "en"
    rule: Rule = field(default_factory=Rule)
    show: str | None = None
    audience_secret: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    stage_secret: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    is_kept: bool = False

    def allows(self, secret: str, role: Role) -> bool:
        """Whether this secret opens the room for that role. The stage's secret opens everything."""
        if is_same(secret, self.stage_secret):
            return True
        return role is not Role.STAGE and is_same(secret, self.audience_secret)


def is_same(shown: str, secret: str) -> bool:
    """Whether a request showed this secret; in constant time, and whatever bytes its header held."""
    return hmac.compare_digest(shown.encode(errors="surrogateescape"), secret.encode())


class Rooms(Protocol):
    """The registry of rooms, shared by all gateways. What was added anywhere is known everywhere at once.

    Everything async raises Unavailable while it cannot be known or kept.
    """

    async def add(self, record: RoomRecord) -> None:
        """Keep a new room; TooMany when full."""
        ...

    async def get(self, room: str) -> RoomRecord:
        """The record, or RoomUnknown."""
        ...

    async def remove(self, room: str) -> None:
        """Close a room for good: everyone who listens is told, in every process. RoomUnknown if there is none."""
        ...

    def keep(self, record: RoomRecord) -> None:
        """Somebody is in this room: it is not idle, and is written again if it was lost (unless it was closed).

        Returns at once; called often.
        """
        ...

    def on_removed(self, listener: Callable[[str], None]) -> None:
        """Call ``listener`` with the id of each room that is closed, wherever that was."""
        ...


def new_room_id() -> str:
    """A fresh id that cannot be guessed (31^12, 59 bits) and can be read aloud: three groups of four."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


class InProcessRooms:
    """The registry of one process, in memory. ``clock``: monotonic seconds."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or _loop_time
        self._records: dict[str, RoomRecord] = {}
        self._used_at: dict[str, float] = {}
        self._listeners: list[Callable[[str], None]] = []

    async def add(self, record: RoomRecord) -> None:
        """See Rooms. Rooms that nobody used for a day are closed first."""
        await self._sweep(self._clock())
        if len(self._records) >= ROOMS:
            raise TooMany("rooms")
        self._records[record.room] = record
        self._used_at[record.room] = self._clock()

    async def get(self, room: str) -> RoomRecord:
        """See Rooms."""
        record = self._records.get(room)
        if record is None:
            raise RoomUnknown(room)
        return record

    def keep(self, record: RoomRecord) -> None:
        """See Rooms."""
        if record.room in self._records:
            self._used_at[record.room] = self._clock()

    async def remove(self, room: str) -> None:
        """See Rooms."""
        if self._records.pop(room, None) is None:
            raise RoomUnknown(room)
        del self._used_at[room]
        for listener in self._listeners:
            listener(room)

    def on_removed(self, listener: Callable[[str], None]) -> None:
        """See Rooms."""
        self._listeners.append(listener)

    async def _sweep(self, now: float) -> None:
        """Close the rooms that nobody used for ROOM_IDLE_S."""
        for record in list(self._records.values()):
            if not record.is_kept and now - self._used_at[record.room] > ROOM_IDLE_S:
                await self.remove(record.room)

    def __len__(self) -> int:
        return len(self._records)


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
