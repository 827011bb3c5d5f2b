"""The registry of rooms: their records, their secrets, and how they end.

The record says what a room is for and how its mix may be published; nothing in it is about a participant.

What every form of the registry guarantees (tests/services/rooms_contract.py holds each form to it):

- once ``add`` or ``remove`` has returned, every process knows it: a removed room does not come back
- every listener in every process is called for each removed room; once, unless a message was lost and sent again
- a room that was not touched for ROOM_IDLE_S (or the time that the form was given) is removed, unless it ``is_kept``
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, NamedTuple, Protocol, Self, get_args

from kuuki.errors import Malformed
from kuuki.mood.privacy import Privacy, Rule
from kuuki.mood.room import Role

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
        """Two new secrets of 128 bits each: too many to be guessed from a plain digest."""
        return cls(secrets.token_urlsafe(16), secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """What is decided about a room when it is made. Of its secrets it has only digests: a store opens no room.

    Without secrets only an admin may enter. ``is_kept``: the room stays although nobody uses it, as long as the process
    that made it, or as the store that several processes share. ``is_recorded``: its published mixes are recorded, where
    there is a timeline.
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
        """The same record with the digests of these secrets."""
        return replace(self, audience_digest=digest_of(secrets_.audience), stage_digest=digest_of(secrets_.stage))

    def allows(self, secret: str, role: Role) -> bool:
        """Whether this secret opens the room for that role. The stage's secret opens everything."""
        shown = digest_of(secret)
        if is_same(shown, self.stage_digest):
            return True
        return role is not Role.STAGE and is_same(shown, self.audience_digest)


def digest_of(secret: str) -> str:
    """SHA-256 in hexadecimal, of any text that came in a header, undecodable bytes included."""
    return hashlib.sha256(secret.encode(errors="surrogateescape")).hexdigest()


def is_same(shown: str, secret: str) -> bool:
    """Whether ``shown`` is this secret; compared in constant time, undecodable bytes included."""
    return hmac.compare_digest(shown.encode(errors="surrogateescape"), secret.encode())


def serialize_record(record: RoomRecord) -> str:
    """The record as JSON, for a store."""
    rule = {"privacy": record.rule.privacy, "min_group": record.rule.min_group}
    return json.dumps(asdict(record) | {"rule": rule}, separators=(",", ":"))


def parse_record(text: str | bytes) -> RoomRecord:
    """The record in this JSON; fields that a newer version added are ignored. Raises Malformed."""
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
    """The registry of rooms, shared by all gateways, with the guarantees that this module names.

    Every coroutine ends within 2 × STORE_S and raises Unavailable if the store cannot be asked or did not answer by
    then; the change may have been made nevertheless, and so it may when the caller is cancelled. All may be repeated.
    """

    async def add(self, record: RoomRecord) -> None:
        """Keep a new room, in the place of one with the same id. Raises TooMany when there are ROOMS, Unavailable."""
        ...

    async def get(self, room: str) -> RoomRecord:
        """The room's record. Raises RoomUnknown, Unavailable."""
        ...

    async def remove(self, room: str) -> None:
        """Close a room for good: listeners are called in every process. Raises RoomUnknown if there is none,
        Unavailable.

        Listeners in other processes are called by the bus, so later, and again if a message may have been lost.
        """
        ...

    def touch(self, record: RoomRecord) -> None:
        """Say that somebody uses this room now: it is not idle. Never raises, and returns at once: it is called often.

        A store that lost the room gets its record again, unless the room was closed.
        """
        ...

    def on_removed(self, listener: Callable[[str], None]) -> None:
        """Call ``listener`` on the event loop with the id of each room that is closed, whichever process closed it."""
        ...


def new_room_id() -> str:
    """A random id that can be read aloud, three groups of four characters, and cannot be guessed (31^12, 59 bits)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
