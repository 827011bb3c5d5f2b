"""Rooms that exist: their record, their secrets, their end.

The record says what a room is for and how its mix may be published; nothing in it is about a participant.
"""

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


@dataclass(slots=True)
class RoomRecord:
    """One room. The secrets are the keys in its links' fragments; overlays use the audience's.

    A room that ``is_kept`` stays even when nobody uses it.
    """

    room: str
    purpose: Purpose = "event"
    language: Language = "en"
    rule: Rule = field(default_factory=Rule)
    show: str | None = None
    audience_secret: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    stage_secret: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    used_at: float = 0.0
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
    """The registry of rooms, shared by gateways and aggregators."""

    def add(self, record: RoomRecord, now: float) -> None:
        """Keep a new room; TooMany when full."""
        ...

    def get(self, room: str) -> RoomRecord:
        """The record, or RoomUnknown."""
        ...

    def remove(self, room: str) -> None:
        """Close a room: everyone who listens is told. RoomUnknown if there is none."""
        ...

    def on_removed(self, listener: Callable[[str], None]) -> None:
        """Call ``listener`` with the id of each room that is closed."""
        ...


def new_room_id() -> str:
    """A fresh id that cannot be guessed (31^12, 59 bits) and can be read aloud: three groups of four."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


class InProcessRooms:
    """The registry of one process, in memory."""

    def __init__(self) -> None:
        self._records: dict[str, RoomRecord] = {}
        self._listeners: list[Callable[[str], None]] = []

    def add(self, record: RoomRecord, now: float) -> None:
        """See Rooms. Rooms that nobody used for a day are closed first."""
        self.sweep(now)
        if len(self._records) >= ROOMS:
            raise TooMany("rooms")
        record.used_at = now
        self._records[record.room] = record

    def get(self, room: str) -> RoomRecord:
        """See Rooms."""
        record = self._records.get(room)
        if record is None:
            raise RoomUnknown(room)
        return record

    def remove(self, room: str) -> None:
        """See Rooms."""
        if self._records.pop(room, None) is None:
            raise RoomUnknown(room)
        for listener in self._listeners:
            listener(room)

    def on_removed(self, listener: Callable[[str], None]) -> None:
        """See Rooms."""
        self._listeners.append(listener)

    def sweep(self, now: float) -> None:
        """Close the rooms that nobody used for ROOM_IDLE_S."""
        for record in list(self._records.values()):
            if not record.is_kept and now - record.used_at > ROOM_IDLE_S:
                self.remove(record.room)

    def __len__(self) -> int:
        return len(self._records)
