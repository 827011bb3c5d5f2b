"""Rooms that exist: their record, their secrets, their end.

The record says what a room is for and how its mix may be published; nothing in it is about a participant.

What every form of the registry guarantees (tests/services/rooms_contract.py holds each form to it):

- what was added anywhere is known everywhere at once, and what was removed anywhere is gone for good
- every listener in every process hears of each removed room; once, unless a message was lost and heard again
- a room that nobody used for ROOM_IDLE_S (or as long as the form was told) is gone, unless it ``is_kept``
"""

import asyncio
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, NamedTuple, Protocol, Self, get_args

from typing_extensions import override

from kuuki.errors import Malformed, RoomUnknown, TooMany
from kuuki.limits import ROOMS
from kuuki.mood.privacy import Privacy, Rule
from kuuki.mood.room import Role
from kuuki.times import ROOM_IDLE_S

Purpose = Literal["event", "performance", "private"]
Language = Literal["en", "ja"]

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No i, l, o, 0, 1: an id may be read aloud."""


class Secrets(NamedTuple):
    """The keys in a room's two links, made once and shown once; overlays use the audience's."""

    audience: str
    stage: str

    @classmethod
    def fresh(cls) -> Self:
        """Two new ones, of 128 bits: so many that a plain digest of them tells nothing."""
        return cls(secrets.token_urlsafe(16), secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """One room, for good. Of its secrets only digests are kept: nobody who reads the store can open the room.

    Without secrets it opens to nobody but an admin. A room that ``is_kept`` stays for as long as the process that made
    it (a deployment of many: for as long as the store), even when nobody uses it;
    ``is_recorded``: its published mixes are kept, wherever that is possible.
    """

    room: str
    purpose: Purpose = "event"
    language: Language = "en"
    rule: Rule = field(default_factory=Rule)
    show: str | None = None
    audience_digest: str = ""
    stage_digest: str = ""
    is_recorded: bool = False
    is_kept: bool = False

    def opened_by(self, secrets_: Secrets) -> Self:
        """The same room, which these secrets open."""
        return replace(self, audience_digest=digest_of(secrets_.audience), stage_digest=digest_of(secrets_.stage))

    def allows(self, secret: str, role: Role) -> bool:
        """Whether this secret opens the room for that role. The stage's secret opens everything."""
        shown = digest_of(secret)
        if is_same(shown, self.stage_digest):
            return True
        return role is not Role.STAGE and is_same(shown, self.audience_digest)


def digest_of(secret: str) -> str:
    """SHA-256, in hexadecimal; of whatever bytes a header held."""
    return hashlib.sha256(secret.encode(errors="surrogateescape")).hexdigest()


def is_same(shown: str, secret: str) -> bool:
    """Whether a request showed this secret; in constant time, and whatever bytes its header held."""
    return hmac.compare_digest(shown.encode(errors="surrogateescape"), secret.encode())


def serialize_record(record: RoomRecord) -> str:
    """The record as JSON, for a store."""
    rule = {"privacy": record.rule.privacy, "min_group": record.rule.min_group}
    return json.dumps(asdict(record) | {"rule": rule}, separators=(",", ":"))


def parse_record(text: str | bytes) -> RoomRecord:
    """The record in this JSON; what a newer version added is passed over. Raises Malformed."""
    try:
        said = json.loads(text)
        rule = Rule(Privacy(said["rule"]["privacy"]), int(said["rule"]["min_group"]))
        known = {each.name: said[each.name] for each in fields(RoomRecord) if each.name in said}
        return _checked(RoomRecord(**known | {"rule": rule}))
    except (ValueError, TypeError, KeyError) as error:
        raise Malformed("record") from error


def _checked(record: RoomRecord) -> RoomRecord:
    texts: list[Any] = [record.room, record.audience_digest, record.stage_digest]
    if record.show is not None:
        texts.append(record.show)
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text is none")
    if record.purpose not in get_args(Purpose) or record.language not in get_args(Language):
        raise ValueError("not one of those")
    return record


class Rooms(Protocol):
    """The registry of rooms, shared by all gateways; see the module's guarantees.

    Everything async raises Unavailable while it cannot be known or kept.
    """

    async def add(self, record: RoomRecord) -> None:
        """Keep a new room, in place of one with the same id; TooMany when full."""
        ...

    async def get(self, room: str) -> RoomRecord:
        """The record, or RoomUnknown."""
        ...

    async def remove(self, room: str) -> None:
        """Close a room for good: everyone who listens is told, in every process. RoomUnknown if there is none."""
        ...

    def touch(self, record: RoomRecord) -> None:
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


class InProcessRooms(Rooms):
    """The registry of one process, in memory. ``clock``: monotonic seconds."""

    def __init__(self, clock: Callable[[], float] | None = None, idle_s: float = ROOM_IDLE_S) -> None:
        self._clock = clock or _loop_time
        self._idle_s = idle_s
        self._records: dict[str, RoomRecord] = {}
        self._used_at: dict[str, float] = {}
        self._listeners: list[Callable[[str], None]] = []

    @override
    async def add(self, record: RoomRecord) -> None:
        """Rooms that nobody used for so long are closed first."""
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
        """Close the rooms that nobody used for so long."""
        for record in list(self._records.values()):
            if not record.is_kept and now - self._used_at[record.room] > self._idle_s:
                await self.remove(record.room)

    def __len__(self) -> int:
        return len(self._records)


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
