"""What travels on the bus: a gateway's partials of one shard and tick, and a mix with what it contains.

Like frames: msgpack arrays, strictly decoded, each the whole truth at its seq. A PartialsBulletin names every
room that its gateway holds in the shard; a room that is missing from it is empty there. A gateway's id is made anew
at each start, so it is the epoch too: seq orders all that comes under one id.
"""

import zlib
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgpack

from kuuki.errors import BadMessage
from kuuki.limits import BULLETIN_BYTES, SEQ_MAX
from kuuki.mix import Partial
from kuuki.privacy import Privacy, Rule
from kuuki.rows import form, pack, unpack

VERSION: Final = 1
SHARDS: Final = 64
"""Rooms are spread over this many topics of partials. Fixed: every process must agree."""


class Stamp(NamedTuple):
    """Which partial of which gateway."""

    gateway: str
    seq: int


class RoomPartial(NamedTuple):
    """One gateway's fold of a room, and what whoever mixes must know of the room, so that no other source is needed.

    ``row``: the partial as kuuki.rows has it. ``is_recorded``: whether the room's published mixes are kept.
    """

    rule: Rule
    row: bytes
    is_recorded: bool = False

    @classmethod
    def of(cls, rule: Rule, partial: Partial, is_recorded: bool = False) -> "RoomPartial":
        """The same with the partial itself."""
        return cls(rule, pack(partial), is_recorded)

    @property
    def partial(self) -> Partial:
        """What is in the row."""
        return unpack(self.row)


class PartialsBulletin(NamedTuple):
    """One gateway, one shard, one tick: the partials of all its rooms there.

    ``term``: the highest under which this gateway has taken a mix of this shard (0: none), so that an aggregator that
    lost its memory begins above it.
    """

    stamp: Stamp
    term: int
    rooms: dict[str, RoomPartial]


class MixBulletin(NamedTuple):
    """One room's published mix (a Mix frame) and the stamps of the partials that it contains."""

    room: str
    frame: bytes
    contains: tuple[Stamp, ...]


def shard_of(room: str) -> int:
    """The shard of a room, 0..SHARDS-1."""
    return zlib.crc32(room.encode()) % SHARDS


def partials_topic(shard: int) -> str:
    """The bus topic of a shard's partials."""
    return f"kuuki.partials.{shard}"


def mixes_topic(room: str) -> str:
    """The bus topic of a room's mixes."""
    return f"kuuki.mixes.{room}"


def encode_partials(bulletin: PartialsBulletin) -> bytes:
    """A partials bulletin's bytes."""
    rooms = [_room_items(room, each) for room, each in bulletin.rooms.items()]
    return _pack([VERSION, *bulletin.stamp, bulletin.term, rooms])


def decode_partials(message: bytes) -> PartialsBulletin:
    """The bulletin in these bytes; raises BadMessage."""
    items = _unpack(message)
    try:
        version, gateway, seq, term, rooms = items
        _require(_is_version(version) and type(term) is int and 0 <= term <= SEQ_MAX)
        return PartialsBulletin(_stamp(gateway, seq), term, _room_partials(rooms))
    except (TypeError, ValueError) as error:
        raise BadMessage("partials") from error


def encode_mix(bulletin: MixBulletin) -> bytes:
    """A mix bulletin's bytes."""
    return _pack([VERSION, bulletin.room, bulletin.frame, bulletin.contains])


def decode_mix(message: bytes) -> MixBulletin:
    """The bulletin in these bytes; raises BadMessage. The frame in it is not decoded."""
    items = _unpack(message)
    try:
        version, room, frame, contains = items
        _require(_is_version(version) and type(room) is str and type(frame) is bytes)
        return MixBulletin(room, frame, tuple(_stamp(*stamp) for stamp in contains))
    except (TypeError, ValueError) as error:
        raise BadMessage("mix") from error


def _pack(items: list[Any]) -> bytes:
    packed: bytes = msgpack.packb(items)
    return packed


def _unpack(message: bytes) -> Any:
    if len(message) > BULLETIN_BYTES:
        raise BadMessage("too_large")
    try:
        return msgpack.unpackb(message, max_map_len=0, max_ext_len=0)
    except Exception as error:  # msgpack raises a dozen types, some of them private; all mean the same here
        raise BadMessage("not_msgpack") from error


def _is_version(value: Any) -> bool:
    return type(value) is int and value == VERSION


def _stamp(gateway: Any, seq: Any) -> Stamp:
    _require(type(gateway) is str and type(seq) is int and seq >= 0)
    return Stamp(gateway, seq)


def _room_items(room: str, each: RoomPartial) -> list[Any]:
    return [room, _terms_item(each.rule, each.is_recorded), each.row]


def _room_partials(rooms: Any) -> dict[str, RoomPartial]:
    """In one loop, and made without their own constructor: a mixer decodes 100,000 a second."""
    found: dict[str, RoomPartial] = {}
    for room, terms, row in rooms:
        if type(room) is not str or type(terms) is not int or type(row) is not bytes:
            raise ValueError("not as a room is")
        form(len(row))
        rule, is_recorded = _terms(terms)
        found[room] = tuple.__new__(RoomPartial, (rule, row, is_recorded))
    return found


def _terms_item(rule: Rule, is_recorded: bool) -> int:
    """A room's terms as one integer: the minimum group (0: exact), doubled, plus one if the room is recorded."""
    return 2 * (0 if rule.privacy is Privacy.EXACT else rule.min_group) + is_recorded


@lru_cache(maxsize=64)
def _terms(item: int) -> tuple[Rule, bool]:
    _require(item >= 0)
    min_group, is_recorded = divmod(item, 2)
    return Rule(Privacy.STANDARD, min_group) if min_group else Rule(Privacy.EXACT), bool(is_recorded)


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("not as a bulletin is")
