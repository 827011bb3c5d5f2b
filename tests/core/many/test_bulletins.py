"""Messages on the bus come back whole; what is not one is a BadMessage."""

import struct

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.errors import BadMessage
from kuuki.limits import BULLETIN_BYTES
from kuuki.many import bulletins
from kuuki.many.bulletins import SHARDS, MixBulletin, PartialsBulletin, RoomPartial, Stamp
from kuuki.mood.mix import Cohort, Partial
from kuuki.mood.privacy import Privacy, Rule

counts = st.integers(0, 2**48)
names = st.text(max_size=20)
stamps = st.builds(Stamp, names, counts)
terms = st.integers(0, 2**32 - 1)
rules = st.builds(Rule, st.just(Privacy.STANDARD), st.integers(1, 1000)) | st.just(Rule(Privacy.EXACT))
sevens = st.tuples(*[counts] * 7)
partials = st.builds(
    Partial,
    counts,
    st.tuples(*[counts] * 4),
    st.lists(st.builds(Cohort, counts, counts, sevens, sevens), max_size=3).map(tuple),
)
room_partials = st.builds(RoomPartial.of, rules, partials, st.booleans())
partials_bulletins = st.builds(PartialsBulletin.of, stamps, terms, st.dictionaries(names, room_partials, max_size=4))
mix_bulletins = st.builds(MixBulletin, names, st.binary(max_size=128), st.lists(stamps, max_size=4).map(tuple))

NUMBERS = [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 65025, 0, 0, 0]
BODY = struct.pack(">21I", *NUMBERS)
ROSTER = msgpack.packb([["a"], [10]])
PARTIALS = [1, "g", 1, 2, ROSTER, [BODY]]
MIX = [1, "a", b"frame", [["g", 1]]]


@given(partials_bulletins)
def test_partials_come_back(bulletin):
    assert bulletins.decode_partials(bulletins.encode_partials(bulletin)) == bulletin


@given(mix_bulletins)
def test_a_mix_with_its_stamps_comes_back(bulletin):
    assert bulletins.decode_mix(bulletins.encode_mix(bulletin)) == bulletin


def outcome(decode, message):
    try:
        return decode(message)
    except BadMessage:
        return "bad"


hostile = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.binary(max_size=9) | st.text(),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=30,
).map(msgpack.packb)


@given(st.binary(max_size=100) | hostile)
def test_any_bytes_are_a_bulletin_or_a_bad_message(message):
    for decode, kind in ((bulletins.decode_partials, PartialsBulletin), (bulletins.decode_mix, MixBulletin)):
        decoded = outcome(decode, message)
        assert decoded == "bad" or isinstance(decoded, kind)


@given(partials_bulletins, mix_bulletins, st.integers(0), st.integers(0, 255))
def test_a_damaged_bulletin_is_a_bulletin_or_a_bad_message(held, mixed, at, byte):
    for decode, sent in (
        (bulletins.decode_partials, bytearray(bulletins.encode_partials(held))),
        (bulletins.decode_mix, bytearray(bulletins.encode_mix(mixed))),
    ):
        sent[at % len(sent)] = byte
        decoded = outcome(decode, bytes(sent))
        assert decoded == "bad" or isinstance(decoded, PartialsBulletin | MixBulletin)


def with_room(room="a", terms=10, body=BODY):
    return [*PARTIALS[:4], msgpack.packb([[room], [terms]]), [body]]


def with_roster(*columns):
    return [*PARTIALS[:4], msgpack.packb(columns), [BODY]]


def test_the_unchanged_messages_are_good():
    cohort = Cohort(0, 1, (0, 0, 0, 255, 0, 0, 0), (0, 0, 0, 65025, 0, 0, 0))
    room = RoomPartial.of(Rule(min_group=5), Partial(1, (0, 0, 0, 0), (cohort,)))
    good = PartialsBulletin.of(Stamp("g", 1), 2, {"a": room})
    wide = bulletins.decode_partials(msgpack.packb(with_room(body=struct.pack(">21Q", *NUMBERS))))
    assert bulletins.decode_partials(msgpack.packb(PARTIALS)) == good
    assert wide.rooms["a"].partial == room.partial
    assert bulletins.encode_partials(good) == msgpack.packb(PARTIALS)
    assert bulletins.decode_mix(msgpack.packb(MIX)) == MixBulletin("a", b"frame", (Stamp("g", 1),))


@pytest.mark.parametrize(
    ("terms", "rule", "is_recorded"),
    [
        (0, Rule(Privacy.EXACT), False),
        (1, Rule(Privacy.EXACT), True),
        (2, Rule(Privacy.STANDARD, 1), False),
        (10, Rule(Privacy.STANDARD, 5), False),
        (11, Rule(Privacy.STANDARD, 5), True),
    ],
)
def test_a_rooms_rule_and_whether_it_is_recorded_are_one_number(terms, rule, is_recorded):
    room = bulletins.decode_partials(msgpack.packb(with_room(terms=terms))).rooms["a"]
    assert (room.rule, room.is_recorded) == (rule, is_recorded)


@pytest.mark.parametrize(
    "items",
    [
        None,
        [],
        PARTIALS[:4],
        PARTIALS[:5],
        [*PARTIALS, 0],
        [2, *PARTIALS[1:]],
        [True, *PARTIALS[1:]],
        [1.0, *PARTIALS[1:]],
        [1, b"g", 1, 2, ROSTER, [BODY]],
        [1, "g", -1, 2, ROSTER, [BODY]],
        [1, "g", 1, 2.0, ROSTER, [BODY]],
        [1, "g", 1, -1, ROSTER, [BODY]],
        [1, "g", 1, 2**32, ROSTER, [BODY]],
        [1, "g", 1, 2, None, [BODY]],
        [1, "g", 1, 2, ROSTER.decode("latin-1"), [BODY]],
        [1, "g", 1, 2, [["a"], [10]], [BODY]],
        [1, "g", 1, 2, msgpack.packb(None), [BODY]],
        [1, "g", 1, 2, msgpack.packb(["ab", "cd"]), [BODY]],
        [1, "g", 1, 2, ROSTER, None],
        [1, "g", 1, 2, ROSTER, []],
        [1, "g", 1, 2, ROSTER, [BODY, BODY]],
        [1, "g", 1, 2, ROSTER, BODY],
        with_roster(["a"]),
        with_roster(["a"], []),
        with_roster([], [10]),
        with_roster(["a"], [10], []),
        with_roster("a", [10]),
        with_roster(["a", "a"], [10, 10]),
        with_room(room=1),
        with_room(terms=-1),
        with_room(terms=None),
        with_room(terms=True),
        with_room(body=None),
        with_room(body=BODY.decode("latin-1")),
        with_room(body=list(BODY)),
        with_room(body=b""),
        with_room(body=BODY[:-1]),
        with_room(body=BODY[:-4]),
        with_room(body=BODY + bytes(4)),
        with_room(body=BODY * 3),
        with_room(body=BODY[:16]),
        with_room(body=bytes(8 * 4)),
        with_room(body=bytes(8 * 20)),
        [*with_roster(["a", "a"], [10, 10])[:5], [BODY, BODY]],
    ],
)
def test_partials_that_are_none(items):
    with pytest.raises(BadMessage, match="partials"):
        bulletins.decode_partials(msgpack.packb(items))


def test_a_roster_that_is_no_msgpack_is_none():
    with pytest.raises(BadMessage, match="not_msgpack"):
        bulletins.decode_partials(msgpack.packb([*PARTIALS[:4], b"\xc1", [BODY]]))


@given(partials_bulletins, partials_bulletins)
def test_what_is_known_of_a_gateway_saves_work_and_changes_nothing(bulletin, former):
    message = bulletins.encode_partials(bulletin)
    for known in (former.roster, bulletin.roster):
        remembered = {bulletin.stamp.gateway: known}
        assert bulletins.decode_partials(message, remembered.get) == bulletin
    assert bulletins.decode_partials(message, lambda _: bulletin.roster).roster is bulletin.roster


@pytest.mark.parametrize(
    "items",
    [
        None,
        MIX[:3],
        [2, *MIX[1:]],
        [True, *MIX[1:]],
        [1, 1, b"frame", []],
        [1, "a", "frame", []],
        [1, "a", b"frame", None],
        [1, "a", b"frame", [["g", 1, 2]]],
        [1, "a", b"frame", [["g", -2]]],
    ],
)
def test_a_mix_that_is_none(items):
    with pytest.raises(BadMessage, match="mix"):
        bulletins.decode_mix(msgpack.packb(items))


def test_a_large_message_is_refused_unread():
    for decode in (bulletins.decode_partials, bulletins.decode_mix):
        with pytest.raises(BadMessage, match="too_large"):
            decode(bytes(BULLETIN_BYTES + 1))
        with pytest.raises(BadMessage, match="not_msgpack"):
            decode(b"\x91" * 5000)


def test_a_full_gateways_bulletin_fits_with_room_to_spare():
    seven = (255 * 2000,) * 7
    partial = Partial(2000, (120_000,) * 4, (Cohort(0, 2000, seven, tuple(255 * sum_ for sum_ in seven)),))
    rooms = {f"room-{number:012}": RoomPartial.of(Rule(), partial) for number in range(10_000)}
    full = PartialsBulletin.of(Stamp("g" * 40, 2**40), 2**32 - 1, rooms)
    assert len(bulletins.encode_partials(full)) < BULLETIN_BYTES


@given(names)
def test_a_room_has_one_shard_and_topics_of_its_own(room):
    assert 0 <= bulletins.shard_of(room) < SHARDS
    assert bulletins.shard_of(room) == bulletins.shard_of(room)
    assert bulletins.mixes_topic(room).endswith(room)


def test_shards_are_the_same_in_every_process_and_spread():
    assert bulletins.shard_of("abcd-efgh-jkmn") == 2
    assert {bulletins.shard_of(f"room-{number}") for number in range(1000)} == set(range(SHARDS))
    assert len({bulletins.partials_topic(shard) for shard in range(SHARDS)}) == SHARDS
