"""What travels on the bus: a gateway's partials of one shard and tick, and a mix with what it contains.

Like frames: msgpack arrays, strictly decoded, each the whole truth at its seq. A bulletin of partials names every
room that its gateway holds in the shard; a room that is missing from it is empty there. A gateway's id is made anew
at each start, so it is the epoch too: seq orders all that comes under one id.

A bulletin of partials stands in columns: a *roster*, which is the same bytes from tick to tick and at every gateway
that has the same rooms, an encoded partial for each of its rooms, and the step of each room's growth that the gateway
knows of (kuuki/mood/growth.py). Whoever hears 100,000 partials a second so learns the rooms and their policies once,
and makes no object of each partial.

A partial is exact, and no rule of privacy has touched it: a gateway that holds one participant of a room publishes that
person's weights. So who hears partials reads people: aggregators alone may (deploy/redis/redis.acl), and what leaves a
host goes by TLS.

Versions. Bulletins of partials are read in VERSION and in the one before. A gateway writes VERSION to an aggregator
that says in its mixes that it reads it, the one before to any other, and both, the newest first, while it does not
know who mixes: a deployment replaces gateways and aggregators one by one, in either order, and may be taken back. An
aggregator writes mixes of MIX_VERSION where all gateways write VERSION, and else the one before, which ends with a
stamp of an origin (READER) that is no gateway's: so gateways of the version before read past it. docs/protocol.md has
the layouts.
"""

import struct
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from kuuki.errors import BadMessage
from kuuki.limits import BULLETIN_BYTES, SEQ_MAX
from kuuki.many.partials import encode_partial, from_version_2, layout, to_version_2
from kuuki.mood.mix import Partial
from kuuki.mood.privacy import Privacy, Rule
from kuuki.strict import Unfit, array, flag, integer, octets, pack, pack_but_last, require, text, unpacker

VERSION: Final = 3
"""Of the bulletins of partials that are written for whoever reads them."""

VERSIONS: Final = (3, 2)
"""Of the bulletins of partials that are read, the newest first. The last is written for whoever announces nothing."""

MIX_VERSION: Final = 2
"""Of the bulletins of mixes that are written where all gateways read them."""

READER: Final = "kuuki.reader"
"""Who stamps a mix with the newest version of partials that its aggregator reads. No gateway's id has a dot."""

_unpack_message: Final = unpacker(BULLETIN_BYTES)

_STEP_BYTES: Final = 4

SHARDS: Final = 64
"""Rooms are spread over this many topics of partials. Fixed: every process must agree."""


class Stamp(NamedTuple):
    """Which partial of which gateway."""

    gateway: str
    seq: int


class Policy(NamedTuple):
    """What the mixer must know of a room: its privacy rule, and whether its published mixes are kept."""

    rule: Rule
    is_recorded: bool = False


class Roster(NamedTuple):
    """The rooms of a bulletin, sorted by their id where it is made here, and the policy of each.

    ``packed``: as they travel.
    """

    packed: bytes
    rooms: tuple[str, ...]
    policies: tuple[Policy, ...]

    @classmethod
    def of(cls, policies: Mapping[str, Policy]) -> "Roster":
        """The roster of these rooms. Whoever has the same rooms makes the same bytes, whatever their order here."""
        rooms = tuple(sorted(policies))
        in_order = tuple([policies[room] for room in rooms])
        return cls(pack((rooms, [_policy_item(policy) for policy in in_order])), rooms, in_order)


class PartialsBulletin(NamedTuple):
    """One gateway, one shard, one tick: an encoded partial for each of the roster's rooms, in its order.

    ``term``: the highest under which this gateway has taken a mix of this shard (0: none), so that an aggregator that
    lost its memory begins above it. ``encoded``: each of a length that partials.layout knows. ``steps``: for each room
    the step of its growth that the gateway has heard of, packed as ``pack_steps`` does; None in version 2.
    """

    stamp: Stamp
    term: int
    roster: Roster
    encoded: tuple[bytes, ...]
    steps: bytes | None


Known = Callable[[str], Roster | None]
"""The roster that was last heard of a gateway, if it is remembered."""


class MixBulletin(NamedTuple):
    """One room's published mix (a Mix frame) and the stamps of the partials that it contains.

    ``reads``: the newest version of bulletins of partials that its aggregator reads. ``step``: where the room's growth
    stands; None in version 1.
    """

    room: str
    frame: bytes
    contains: tuple[Stamp, ...]
    reads: int = VERSIONS[-1]
    step: int | None = None


def shard_of(room: str) -> int:
    """The shard of a room, 0..SHARDS-1."""
    return zlib.crc32(room.encode()) % SHARDS


def partials_topic(shard: int) -> str:
    """The bus topic of a shard's partials."""
    return f"kuuki.partials.{shard}"


def mixes_topic(room: str) -> str:
    """The bus topic of a room's mixes."""
    return f"kuuki.mixes.{room}"


# --- partials


def pack_steps(steps: Iterable[int]) -> bytes:
    """Steps of rooms' growth in 4 bytes each, modulo 2**32: at one moment in 5 s they last for centuries."""
    each = [step & SEQ_MAX for step in steps]
    return struct.pack(f">{len(each)}I", *each)


def unpack_steps(steps: bytes) -> tuple[int, ...]:
    """What ``pack_steps`` packed."""
    return struct.unpack(f">{len(steps) // _STEP_BYTES}I", steps)


def encode_partials(stamp: Stamp, term: int, roster: Roster, partials: Iterable[Partial], steps: bytes) -> bytes:
    """A bulletin's bytes: a partial and a step for each of the roster's rooms, in its order."""
    encoded = [encode_partial(partial) for partial in partials]
    return pack((VERSION, *stamp, term, roster.packed, encoded, steps))


def encode_partials_2(stamp: Stamp, term: int, roster: Roster, partials: Iterable[Partial]) -> bytes:
    """The bytes of a bulletin of version 2."""
    return pack((2, *stamp, term, roster.packed, [to_version_2(partial) for partial in partials]))


def _remember_nothing(_: str) -> None:
    """The rosters of all gateways are decoded anew."""


def decode_partials(message: bytes, known: Known = _remember_nothing) -> PartialsBulletin:
    """The bulletin in these bytes; raises BadMessage. ``known`` is asked for the gateway's last roster."""
    items = _unpack(message)
    try:
        version, gateway, seq, term, packed, encoded, *steps = items
        require(type(version) is int and version in VERSIONS, "version")
        stamp = _stamp(gateway, seq)
        integer(term)
        roster = known(gateway)
        if roster is None or roster.packed != octets(packed):
            roster = _decode_roster(octets(packed))
        require(len(array(encoded)) == len(roster.rooms) and set(map(type, encoded)) <= {bytes}, "partials")
        decode = _decode_partials if version == VERSION else _decode_partials_2
        return PartialsBulletin(stamp, term, roster, *decode(encoded, *steps))
    except (TypeError, ValueError) as error:
        raise BadMessage("partials") from error


def _decode_partials(encoded: list[bytes], steps: Any) -> tuple[tuple[bytes, ...], bytes]:
    for length in set(map(len, encoded)):
        layout(length)
    return tuple(encoded), octets(steps, _STEP_BYTES * len(encoded))


def _decode_partials_2(encoded: list[bytes]) -> tuple[tuple[bytes, ...], None]:
    return tuple(map(from_version_2, encoded)), None


def _decode_roster(packed: bytes) -> Roster:
    """Raises ValueError, TypeError, BadMessage."""
    rooms, policies = _unpack(packed)
    require(len(array(rooms)) == len(array(policies)), "length")
    require(set(map(type, rooms)) <= {str} and len(set(rooms)) == len(rooms), "rooms")
    return Roster(packed, tuple(rooms), tuple(map(_decode_policy, policies)))


def _policy_item(policy: Policy) -> tuple[int | None, bool]:
    """A room's policy as it travels: the minimum group (nil: the room is exact), and whether the room is recorded."""
    return None if policy.rule.privacy is Privacy.EXACT else policy.rule.min_group, policy.is_recorded


def _decode_policy(item: Any) -> Policy:
    min_group, is_recorded = array(item, 2)
    return _policy(0 if min_group is None else integer(min_group, 1), flag(is_recorded))


@lru_cache(maxsize=64)
def _policy(min_group: int, is_recorded: bool) -> Policy:
    """One object for all rooms with the same policy. 0: the room is exact."""
    return Policy(Rule(Privacy.STANDARD, min_group) if min_group else Rule(Privacy.EXACT), is_recorded)


# --- mixes


def encode_contents(stamps: Sequence[Stamp]) -> bytes:
    """What a mix contains, as ``encode_mix`` takes it: mostly the same for all rooms of a shard."""
    return pack((*stamps, (READER, VERSION)))


def encode_mix(room: str, frame: bytes, contents: bytes, step: int | None) -> bytes:
    """The bytes of one room's mix bulletin. ``contents``: what ``encode_contents`` gave. ``step``: None in version
    1."""
    if step is None:
        return pack_but_last((1, room, frame)) + contents
    return pack_but_last((MIX_VERSION, room, frame, step)) + contents


def decode_mix(message: bytes) -> MixBulletin:
    """The bulletin in these bytes; raises BadMessage. The frame in it is not decoded."""
    items = _unpack(message)
    try:
        version, room, frame, *steps, contains = items
        integer(version, 1, MIX_VERSION)
        require(len(steps) == version - 1, "length")
        stamps = [_stamp(*stamp) for stamp in array(contains)]
        reads = stamps.pop().seq if stamps and stamps[-1].gateway == READER else VERSIONS[-1]
        return MixBulletin(text(room), octets(frame), tuple(stamps), reads, *map(integer, steps))
    except (TypeError, ValueError) as error:
        raise BadMessage("mix") from error


# --- both


def _unpack(message: bytes) -> Any:
    try:
        return _unpack_message(message)
    except Unfit as error:
        raise BadMessage(error.reason) from error


def _stamp(gateway: Any, seq: Any) -> Stamp:
    if type(gateway) is not str or type(seq) is not int or seq < 0:  # a thousand in a mix: checked in one step
        raise Unfit("stamp")
    return Stamp(gateway, seq)
