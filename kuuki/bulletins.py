"""What travels on the bus: a gateway's partials of one shard and tick, and a mix with what it contains.

Like frames: msgpack arrays, strictly decoded, each the whole truth at its seq. A PartialsBulletin names every
room that its gateway holds in the shard; a room that is missing from it is empty there. A gateway's id is made anew
at each start, so it is the epoch too: seq orders all that comes under one id.
"""

import zlib
from dataclasses import dataclass
from typing import Any, Final

import msgpack

from kuuki.errors import BadMessage
from kuuki.frames import TAPS
from kuuki.labels import LABELS
from kuuki.limits import BULLETIN_BYTES, SEQ_MAX
from kuuki.mix import Cohort, Partial
from kuuki.privacy import Privacy, Rule

VERSION: Final = 1
SHARDS: Final = 64
"""Rooms are spread over this many topics of partials. Fixed: every process must agree."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which partial of which gateway."""

    gateway: str
    seq: int


@dataclass(frozen=True, slots=True)
class RoomPartial:
    """One gateway's fold of a room, and the room's privacy rule: whoever mixes needs no other source for it."""

    rule: Rule
    partial: Partial


@dataclass(frozen=True, slots=True)
class PartialsBulletin:
    """One gateway, one shard, one tick: the partials of all its rooms there.

    ``term``: the highest under which this gateway has taken a mix of this shard (0: none), so that an aggregator that
    lost its memory begins above it.
    """

    stamp: Stamp
    term: int
    rooms: dict[str, RoomPartial]


@dataclass(frozen=True, slots=True)
class MixBulletin:
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
    return _pack([VERSION, *_stamp_items(bulletin.stamp), bulletin.term, rooms])


def decode_partials(message: bytes) -> PartialsBulletin:
    """The bulletin in these bytes; raises BadMessage."""
    items = _unpack(message)
    try:
        version, gateway, seq, term, rooms = items
        _require(_is_version(version) and type(term) is int and 0 <= term <= SEQ_MAX)
        return PartialsBulletin(_stamp(gateway, seq), term, dict(_room_partial(*room) for room in rooms))
    except (TypeError, ValueError) as error:
        raise BadMessage("partials") from error


def encode_mix(bulletin: MixBulletin) -> bytes:
    """A mix bulletin's bytes."""
    contains = [_stamp_items(stamp) for stamp in bulletin.contains]
    return _pack([VERSION, bulletin.room, bulletin.frame, contains])


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


def _stamp_items(stamp: Stamp) -> list[Any]:
    return [stamp.gateway, stamp.seq]


def _stamp(gateway: Any, seq: Any) -> Stamp:
    _require(type(gateway) is str)
    return Stamp(gateway, *_counts([seq], 1))


def _room_items(room: str, each: RoomPartial) -> list[Any]:
    partial = each.partial
    cohorts = [[part.cohort, part.sensing, part.sums, part.squares] for part in partial.cohorts]
    return [room, _rule_item(each.rule), partial.present, partial.taps, cohorts]


def _room_partial(room: Any, rule: Any, present: Any, taps: Any, cohorts: Any) -> tuple[str, RoomPartial]:
    _require(type(room) is str)
    parts = tuple(_cohort(*cohort) for cohort in cohorts)
    partial = Partial(_counts([present], 1)[0], _counts(taps, len(TAPS)), parts)
    return room, RoomPartial(_rule(*_counts([rule], 1)), partial)


def _rule_item(rule: Rule) -> int:
    """A rule as one integer: 0 is exact, anything else the minimum group."""
    return 0 if rule.privacy is Privacy.EXACT else rule.min_group


def _rule(item: int) -> Rule:
    return Rule(Privacy.EXACT) if item == 0 else Rule(Privacy.STANDARD, item)


def _cohort(cohort: Any, sensing: Any, sums: Any, squares: Any) -> Cohort:
    number, people = _counts([cohort, sensing], 2)
    return Cohort(number, people, _counts(sums, len(LABELS)), _counts(squares, len(LABELS)))


def _counts(values: Any, length: int) -> tuple[int, ...]:
    _require(isinstance(values, list) and len(values) == length)
    _require(all(type(value) is int and value >= 0 for value in values))
    return tuple(values)


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("not as a bulletin is")
