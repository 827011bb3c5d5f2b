"""What travels on the bus: a gateway's partials of one shard and tick, and a mix with what it contains.

Like frames: msgpack arrays, strictly decoded, each the whole truth at its seq. A PartialsBulletin names every
room that its gateway holds in the shard; a room that is missing from it is empty there. A gateway's id is made anew
at each start, so it is the epoch too: seq orders all that comes under one id.

A PartialsBulletin stands in columns: a *roster*, which is the same bytes from tick to tick, and a row for each of its
rooms. Who hears 100,000 rows a second so learns the rooms and their terms once, and makes nothing new of each.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgpack

from kuuki.errors import BadMessage
from kuuki.limits import BULLETIN_BYTES, SEQ_MAX
from kuuki.many.partials import form, pack, unpack
from kuuki.mood.mix import Partial
from kuuki.mood.privacy import Privacy, Rule

VERSION: Final = 1
SHARDS: Final = 64
"""Rooms are spread over this many topics of partials. Fixed: every process must agree."""

_OF_FOUR: Final = b"\x94"
"""The first byte of an array of four, in msgpack."""


class Stamp(NamedTuple):
    """Which partial of which gateway."""

    gateway: str
    seq: int


class RoomPartial(NamedTuple):
    """One gateway's fold of a room, and what whoever mixes must know of the room, so that no other source is needed.

    ``row``: the partial as kuuki.many.partials has it. ``is_recorded``: whether the room's published mixes are kept.
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


class Terms(NamedTuple):
    """A room's rule, and whether its published mixes are kept."""

    rule: Rule
    is_recorded: bool


class Roster(NamedTuple):
    """The rooms of a bulletin and the terms of each; ``packed``: as they travel."""

    packed: bytes
    rooms: tuple[str, ...]
    terms: tuple[Terms, ...]


class PartialsBulletin(NamedTuple):
    """One gateway, one shard, one tick: the partials of all its rooms there, a row for each in the roster's order.

    ``term``: the highest under which this gateway has taken a mix of this shard (0: none), so that an aggregator that
    lost its memory begins above it.
    """

    stamp: Stamp
    term: int
    roster: Roster
    rows: tuple[bytes, ...]

    @classmethod
    def of(cls, stamp: Stamp, term: int, rooms: Mapping[str, RoomPartial]) -> "PartialsBulletin":
        """The same, room by room."""
        terms = [_terms_item(each.rule, each.is_recorded) for each in rooms.values()]
        return cls(stamp, term, _roster(_pack([[*rooms], terms])), tuple([each.row for each in rooms.values()]))

    @property
    def rooms(self) -> dict[str, RoomPartial]:
        """What is said of each room."""
        columns = zip(self.roster.rooms, self.roster.terms, self.rows, strict=True)
        return {room: RoomPartial(terms.rule, row, terms.is_recorded) for room, terms, row in columns}


Known = Callable[[str], Roster | None]
"""The roster that was last heard of a gateway, if it is remembered."""


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


def _nobodys(_: str) -> None:
    """Nothing is remembered."""


def encode_partials(bulletin: PartialsBulletin) -> bytes:
    """A partials bulletin's bytes."""
    return _pack([VERSION, *bulletin.stamp, bulletin.term, bulletin.roster.packed, bulletin.rows])


def decode_partials(message: bytes, known: Known = _nobodys) -> PartialsBulletin:
    """The bulletin in these bytes; raises BadMessage. ``known`` is asked for the gateway's last roster."""
    items = _unpack(message)
    try:
        version, gateway, seq, term, packed, rows = items
        _require(_is_version(version) and type(term) is int and 0 <= term <= SEQ_MAX and type(packed) is bytes)
        stamp = _stamp(gateway, seq)
        roster = known(gateway)
        if roster is None or roster.packed != packed:
            roster = _roster(packed)
        _require(type(rows) is list and len(rows) == len(roster.rooms) and set(map(type, rows)) <= {bytes})
        for length in set(map(len, rows)):
            form(length)
        return PartialsBulletin(stamp, term, roster, tuple(rows))
    except (TypeError, ValueError) as error:
        raise BadMessage("partials") from error


def encode_mix(bulletin: MixBulletin) -> bytes:
    """A mix bulletin's bytes."""
    return join_mix(bulletin.room, bulletin.frame, pack_stamps(bulletin.contains))


def pack_stamps(stamps: Sequence[Stamp]) -> bytes:
    """What a mix contains, as ``join_mix`` takes it: mostly the same for all rooms of a shard."""
    return _pack(stamps)


def join_mix(room: str, frame: bytes, stamps: bytes) -> bytes:
    """A mix bulletin's bytes, of which some are packed already."""
    return _OF_FOUR + _pack([VERSION, room, frame])[1:] + stamps


def decode_mix(message: bytes) -> MixBulletin:
    """The bulletin in these bytes; raises BadMessage. The frame in it is not decoded."""
    items = _unpack(message)
    try:
        version, room, frame, contains = items
        _require(_is_version(version) and type(room) is str and type(frame) is bytes)
        return MixBulletin(room, frame, tuple(_stamp(*stamp) for stamp in contains))
    except (TypeError, ValueError) as error:
        raise BadMessage("mix") from error


def _pack(items: Sequence[Any]) -> bytes:
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


def _roster(packed: bytes) -> Roster:
    """Raises ValueError, TypeError, BadMessage."""
    rooms, terms = _unpack(packed)
    _require(type(rooms) is list and type(terms) is list and len(rooms) == len(terms))
    _require(set(map(type, rooms)) <= {str} and len(set(rooms)) == len(rooms) and set(map(type, terms)) <= {int})
    return Roster(packed, tuple(rooms), tuple(map(_terms, terms)))


def _terms_item(rule: Rule, is_recorded: bool) -> int:
    """A room's terms as one integer: the minimum group (0: exact), doubled, plus one if the room is recorded."""
    return 2 * (0 if rule.privacy is Privacy.EXACT else rule.min_group) + is_recorded


@lru_cache(maxsize=64)
def _terms(item: int) -> Terms:
    _require(item >= 0)
    min_group, is_recorded = divmod(item, 2)
    return Terms(Rule(Privacy.STANDARD, min_group) if min_group else Rule(Privacy.EXACT), bool(is_recorded))


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("not as a bulletin is")
