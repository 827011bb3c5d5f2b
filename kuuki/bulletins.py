"""What travels on the bus: a gateway's partials of one shard and tick, and a mix with what it contains.

Like frames: msgpack arrays, strictly decoded, each the whole truth at its seq. A PartialsBulletin names every
room that its gateway holds in the shard; a room that is missing from it is empty there.
"""

import zlib
from dataclasses import dataclass
from typing import Any, Final

import msgpack

from kuuki.errors import BadMessage
from kuuki.frames import TAPS
from kuuki.labels import LABELS
from kuuki.limits import BULLETIN_BYTES
from kuuki.mix import Cohort, Partial

VERSION: Final = 1
SHARDS: Final = 64
"""Rooms are spread over this many topics of partials. Fixed: every process must agree."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which partial of which gateway: (epoch, seq) orders a gateway's bulletins; a restart is a new epoch."""

    gateway: str
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class PartialsBulletin:
    """One gateway, one shard, one tick: the partials of all its rooms there."""

    stamp: Stamp
    partials: dict[str, Partial]


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
    rooms = [_partial_items(room, partial) for room, partial in bulletin.partials.items()]
    return _pack([VERSION, *_stamp_items(bulletin.stamp), rooms])


def decode_partials(message: bytes) -> PartialsBulletin:
    """The bulletin in these bytes; raises BadMessage."""
    items = _unpack(message)
    try:
        version, gateway, epoch, seq, rooms = items
        _require(_is_version(version))
        return PartialsBulletin(_stamp(gateway, epoch, seq), dict(_partial(*room) for room in rooms))
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
    return [stamp.gateway, stamp.epoch, stamp.seq]


def _stamp(gateway: Any, epoch: Any, seq: Any) -> Stamp:
    _require(type(gateway) is str)
    epoch, seq = _counts([epoch, seq], 2)
    return Stamp(gateway, epoch, seq)


def _partial_items(room: str, partial: Partial) -> list[Any]:
    cohorts = [[part.cohort, part.sensing, part.sums, part.squares] for part in partial.cohorts]
    return [room, partial.present, partial.taps, cohorts]


def _partial(room: Any, present: Any, taps: Any, cohorts: Any) -> tuple[str, Partial]:
    _require(type(room) is str)
    parts = tuple(_cohort(*cohort) for cohort in cohorts)
    return room, Partial(_counts([present], 1)[0], _counts(taps, len(TAPS)), parts)


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
