"""What travels on the bus: a gateway's partials of one shard and tick, and a mix with what it contains.

Like frames: msgpack arrays, strictly decoded, each the whole truth at its seq. A bulletin of partials names every
room that its gateway holds in the shard; a room that is missing from it is empty there. A gateway's id is made anew
at each start, so it is the epoch too: seq orders all that comes under one id.

A bulletin of partials stands in columns: a *roster*, which is the same bytes from tick to tick and at every gateway
that has the same rooms, and an encoded partial for each of its rooms. Whoever hears 100,000 partials a second so learns
the rooms and their policies once, and makes no object of each partial.

Versions. Bulletins of partials are read in VERSION and in the one before, and written in VERSION only while the
aggregator that mixes them says that it reads it: a deployment replaces gateways and aggregators one by one, in either
order, and may be taken back. It says so in its mixes. Gateways of version 1 refuse a mix with an item more, so it
stands where they read past it: as the last stamp, of an origin (READER) that is no gateway's. docs/protocol.md has the
layouts.
"""

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from kuuki.errors import BadMessage
from kuuki.limits import BULLETIN_BYTES, SEQ_MAX
from kuuki.many.partials import encode_partial, layout
from kuuki.mood.mix import Partial
from kuuki.mood.privacy import Privacy, Rule
from kuuki.strict import Unfit, array, flag, integer, octets, pack, pack_but_last, require, text, unpacker

VERSION: Final = 2
"""Of the bulletins of partials that are written for whoever reads them."""

VERSIONS: Final = (2, 1)
"""Of the bulletins of partials that are read, the newest first. The last is written for whoever announces nothing."""

MIX_VERSION: Final = 1
"""Of bulletins of mixes."""

READER: Final = "kuuki.reader"
"""Who stamps a mix with the newest version of partials that its aggregator reads. No gateway's id has a dot."""

_unpack_message: Final = unpacker(BULLETIN_BYTES)

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

    ``packed``: as they travel, in a bulletin of this ``version``.
    """

    version: int
    packed: bytes
    rooms: tuple[str, ...]
    policies: tuple[Policy, ...]

    @classmethod
    def of(cls, policies: Mapping[str, Policy], version: int = VERSION) -> "Roster":
        """The roster of these rooms. Whoever has the same rooms makes the same bytes, whatever their order here."""
        rooms = tuple(sorted(policies))
        in_order = tuple([policies[room] for room in rooms])
        item = _policy_item if version == VERSION else _policy_number
        return cls(version, pack((rooms, [item(policy) for policy in in_order])), rooms, in_order)


class PartialsBulletin(NamedTuple):
    """One gateway, one shard, one tick: an encoded partial for each of the roster's rooms, in its order.

    ``term``: the highest under which this gateway has taken a mix of this shard (0: none), so that an aggregator that
    lost its memory begins above it. ``encoded``: each of a length that partials.layout knows.
    """

    stamp: Stamp
    term: int
    roster: Roster
    encoded: tuple[bytes, ...]


Known = Callable[[str], Roster | None]
"""The roster that was last heard of a gateway, if it is remembered."""


class MixBulletin(NamedTuple):
    """One room's published mix (a Mix frame) and the stamps of the partials that it contains.

    ``reads``: the newest version of bulletins of partials that its aggregator reads.
    """

    room: str
    frame: bytes
    contains: tuple[Stamp, ...]
    reads: int = VERSIONS[-1]


def shard_of(room: str) -> int:
    """The shard of a room, 0..SHARDS-1."""
    return zlib.crc32(room.encode()) % SHARDS


def partials_topic(shard: int) -> str:
    """The bus topic of a shard's partials."""
    return f"kuuki.partials.{shard}"


def mixes_topic(room: str) -> str:
    """The bus topic of a room's mixes."""
    return f"kuuki.mixes.{room}"


def version_for(reads: int) -> int:
    """The version to write for an aggregator that reads all up to ``reads``, and the one before it."""
    return max(VERSIONS[-1], min(VERSION, reads))


# --- partials


def encode_partials(stamp: Stamp, term: int, roster: Roster, partials: Iterable[Partial]) -> bytes:
    """A bulletin's bytes: a partial for each of the roster's rooms, in its order."""
    return pack((roster.version, *stamp, term, roster.packed, [encode_partial(partial) for partial in partials]))


def _remember_nothing(_: str) -> None:
    """The rosters of all gateways are decoded anew."""


def decode_partials(message: bytes, known: Known = _remember_nothing) -> PartialsBulletin:
    """The bulletin in these bytes; raises BadMessage. ``known`` is asked for the gateway's last roster."""
    items = _unpack(message)
    try:
        version, gateway, seq, term, packed, encoded = items
        require(type(version) is int and version in VERSIONS, "version")
        stamp = _stamp(gateway, seq)
        integer(term)
        roster = known(gateway)
        if roster is None or roster.packed != octets(packed) or roster.version != version:
            roster = _decode_roster(version, octets(packed))
        require(len(array(encoded)) == len(roster.rooms) and set(map(type, encoded)) <= {bytes}, "partials")
        for length in set(map(len, encoded)):
            layout(length)
        return PartialsBulletin(stamp, term, roster, tuple(encoded))
    except (TypeError, ValueError) as error:
        raise BadMessage("partials") from error


def _decode_roster(version: int, packed: bytes) -> Roster:
    """Raises ValueError, TypeError, BadMessage."""
    rooms, policies = _unpack(packed)
    require(len(array(rooms)) == len(array(policies)), "length")
    require(set(map(type, rooms)) <= {str} and len(set(rooms)) == len(rooms), "rooms")
    decode = _decode_policy if version == VERSION else _decode_policy_number
    return Roster(version, packed, tuple(rooms), tuple(map(decode, policies)))


def _policy_item(policy: Policy) -> tuple[int | None, bool]:
    """A room's policy as it travels: the minimum group (nil: the room is exact), and whether the room is recorded."""
    return None if policy.rule.privacy is Privacy.EXACT else policy.rule.min_group, policy.is_recorded


def _decode_policy(item: Any) -> Policy:
    min_group, is_recorded = array(item, 2)
    return _policy(0 if min_group is None else integer(min_group, 1), flag(is_recorded))


def _policy_number(policy: Policy) -> int:
    """As in version 1: the minimum group (0: the room is exact), doubled, plus one if the room is recorded."""
    min_group, is_recorded = _policy_item(policy)
    return 2 * (min_group or 0) + is_recorded


def _decode_policy_number(item: Any) -> Policy:
    min_group, is_recorded = divmod(integer(item, 0, 2 * SEQ_MAX + 1), 2)
    return _policy(min_group, bool(is_recorded))


@lru_cache(maxsize=64)
def _policy(min_group: int, is_recorded: bool) -> Policy:
    """One object for all rooms with the same policy. 0: the room is exact."""
    return Policy(Rule(Privacy.STANDARD, min_group) if min_group else Rule(Privacy.EXACT), is_recorded)


# --- mixes


def encode_contents(stamps: Sequence[Stamp]) -> bytes:
    """What a mix contains, as ``encode_mix`` takes it: mostly the same for all rooms of a shard."""
    return pack((*stamps, (READER, VERSION)))


def encode_mix(room: str, frame: bytes, contents: bytes) -> bytes:
    """The bytes of one room's mix bulletin. ``contents``: what ``encode_contents`` gave."""
    return pack_but_last((MIX_VERSION, room, frame)) + contents


def decode_mix(message: bytes) -> MixBulletin:
    """The bulletin in these bytes; raises BadMessage. The frame in it is not decoded."""
    items = _unpack(message)
    try:
        version, room, frame, contains = items
        integer(version, MIX_VERSION, MIX_VERSION)
        stamps = [_stamp(*stamp) for stamp in array(contains)]
        reads = stamps.pop().seq if stamps and stamps[-1].gateway == READER else VERSIONS[-1]
        return MixBulletin(text(room), octets(frame), tuple(stamps), reads)
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
