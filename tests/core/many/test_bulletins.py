"""Messages on the bus come back whole, in both versions that are read; what is not one is a BadMessage."""

import struct

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.errors import BadMessage
from kuuki.limits import BULLETIN_BYTES
from kuuki.many import bulletins
from kuuki.many.bulletins import READER, SHARDS, VERSION, VERSIONS, MixBulletin, PartialsBulletin, Policy, Roster, Stamp
from kuuki.many.partials import decode_partial, from_version_2, to_version_2
from kuuki.mood.growth import FIRST
from kuuki.mood.mix import NO_SET, NOBODY, Partial, SetSums, Sums
from kuuki.mood.privacy import Privacy, Rule
from tests.bulletins import message_of, mix_message, partials_of

counts = st.integers(0, 2**48)
names = st.text(max_size=20)
stamps = st.builds(Stamp, names, counts)
terms = st.integers(0, 2**32 - 1)
rules = st.builds(Rule, st.just(Privacy.STANDARD), st.integers(1, 1000)) | st.just(Rule(Privacy.EXACT))
sums = st.just(NOBODY) | st.tuples(counts, st.tuples(*[counts] * 7), counts).map(
    lambda each: Sums(each[0], each[1], sum(each[1]) + each[2])
)
sets = st.just(NO_SET) | st.builds(SetSums, st.integers(0, 2**32 - 1), sums)
partials = st.builds(Partial, counts, st.tuples(*[counts] * 4), sums, sets, st.tuples(sets, sets))
policies = st.builds(Policy, rules, st.booleans())
held_rooms = st.dictionaries(names, st.tuples(policies, partials), max_size=4)
versions = st.sampled_from(VERSIONS)
partials_messages = st.builds(
    lambda gateway, seq, rooms, term, version: message_of(gateway, seq, rooms, term=term, version=version),
    names,
    counts,
    held_rooms,
    terms,
    versions,
)
mixes = st.tuples(names, st.binary(max_size=128), st.lists(stamps, max_size=4).map(tuple))
mix_messages = mixes.map(lambda mix: mix_message(mix[0], mix[1], *mix[2]))

NUMBERS = [1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 255, 0, 0, 0, 65025, 0xABCD, 0x1234, 1, 0, 0, 0, 255, 0, 0, 0, 65025]
BODY = struct.pack(">29I", *NUMBERS)
NUMBERS_2 = [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 255, 0, 0, 0, 64770, 0, 0, 255, 0, 0, 0]
BODY_2 = struct.pack(">21I", *NUMBERS_2)
ROSTER = msgpack.packb([["a"], [[5, False]]])
STEPS = struct.pack(">I", FIRST)
PARTIALS = [3, "g", 1, 2, ROSTER, [BODY], STEPS]
PARTIALS_2 = [2, "g", 1, 2, ROSTER, [BODY_2]]
MIX = [2, "a", b"frame", 7, [["g", 1]]]
MIX_1 = [1, "a", b"frame", [["g", 1]]]

ONE = Sums(1, (0, 0, 0, 255, 0, 0, 0), 65025)
ROOMS = {
    "b": (Policy(Rule(Privacy.EXACT), True), Partial(0, (0, 0, 0, 0))),
    "a": (Policy(Rule(min_group=5)), Partial(1, (0, 0, 0, 0), ONE, SetSums(0xABCD1234, ONE))),
}
GOLDEN = {
    3: "9703a16707cd0190c40d9292a161a162929205c292c0c392c474"
    + BODY.hex()
    + "c424"
    + bytes(36).hex()
    + "c408"
    + 2 * "00000001",
    2: "9602a16707cd0190c40d9292a161a162929205c292c0c392c454" + BODY_2.hex() + "c414" + bytes(20).hex(),
}


@pytest.mark.parametrize("version", VERSIONS)
def test_partials_to_the_byte_in_both_versions(version):
    message = bytes.fromhex(GOLDEN[version])
    assert message_of("g", 7, ROOMS, term=400, version=version) == message
    bulletin = bulletins.decode_partials(message)
    assert (bulletin.stamp, bulletin.term) == (Stamp("g", 7), 400)
    assert bulletin.roster.rooms == ("a", "b"), "sorted"
    assert bulletin.steps == (struct.pack(">2I", FIRST, FIRST) if version == VERSION else None)
    assert {room: each.inner for room, each in partials_of(bulletin).items()} == {"a": ONE, "b": NOBODY}
    assert partials_of(bulletin)["a"].counted == SetSums(0xABCD1234 if version == VERSION else 1, ONE)
    assert dict(zip(bulletin.roster.rooms, bulletin.roster.policies, strict=True)) == {
        room: policy for room, (policy, _) in ROOMS.items()
    }


def test_a_mix_to_the_byte_as_both_versions_have_it_and_as_a_gateway_of_version_1_reads_it():
    stamps = Stamp("g", 7), Stamp("h", 400)
    reader = READER.encode()
    contains = b"\x93\x92\xa1g\x07\x92\xa1h\xcd\x01\x90\x92" + bytes([0xA0 + len(reader)]) + reader + b"\x03"
    assert mix_message("a", b"frame", *stamps, step=9) == b"\x95\x02\xa1a\xc4\x05frame\x09" + contains
    message = mix_message("a", b"frame", *stamps, step=None)
    assert message == b"\x94\x01\xa1a\xc4\x05frame" + contains
    version, room, frame, contains = msgpack.unpackb(message)
    assert (version, room, frame) == (1, "a", b"frame")
    assert all(type(gateway) is str and type(seq) is int and seq >= 0 for gateway, seq in contains)


@given(names, counts, held_rooms, terms, versions)
def test_partials_come_back(gateway, seq, rooms, term, version):
    bulletin = bulletins.decode_partials(message_of(gateway, seq, rooms, term=term, version=version))
    assert (bulletin.stamp, bulletin.term) == ((gateway, seq), term)
    assert bulletin.roster == Roster.of({room: policy for room, (policy, _) in rooms.items()})
    assert partials_of(bulletin) == {room: as_version(version, partial) for room, (_, partial) in rooms.items()}


def as_version(version, partial):
    """What is left of a partial that travels in that version."""
    return partial if version == VERSION else decode_partial(from_version_2(to_version_2(partial)))


@given(st.lists(st.integers(0, 2**32 - 1)))
def test_steps_come_back(steps):
    assert bulletins.unpack_steps(bulletins.pack_steps(steps)) == tuple(steps)


@given(mixes, st.integers(0, 2**32 - 1))
def test_a_mix_with_its_stamps_comes_back_and_says_what_its_aggregator_reads(mix, step):
    room, frame, contains = mix
    message = mix_message(room, frame, *contains, step=step)
    assert bulletins.decode_mix(message) == MixBulletin(room, frame, contains, VERSION, step)
    message = mix_message(room, frame, *contains, step=None)
    assert bulletins.decode_mix(message) == MixBulletin(room, frame, contains, VERSION, None)
    assert bulletins.decode_mix(msgpack.packb([1, room, frame, contains])) == MixBulletin(room, frame, contains, 2)


@given(st.dictionaries(names, policies, max_size=6), st.randoms(use_true_random=False))
def test_the_same_rooms_make_the_same_roster_in_whatever_order(rooms, random):
    shuffled = list(rooms.items())
    random.shuffle(shuffled)
    roster = Roster.of(rooms)
    assert Roster.of(dict(shuffled)) == roster
    assert roster.rooms == tuple(sorted(rooms))


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


@given(partials_messages, mix_messages, st.integers(0), st.integers(0, 255))
def test_a_damaged_bulletin_is_a_bulletin_or_a_bad_message(held, mixed, at, byte):
    for decode, sent in ((bulletins.decode_partials, bytearray(held)), (bulletins.decode_mix, bytearray(mixed))):
        sent[at % len(sent)] = byte
        decoded = outcome(decode, bytes(sent))
        assert decoded == "bad" or isinstance(decoded, PartialsBulletin | MixBulletin)


def with_room(room="a", policy=(5, False), body=BODY):
    return [*PARTIALS[:4], msgpack.packb([[room], [policy]]), [body], STEPS]


def with_roster(*columns):
    return [*PARTIALS[:4], msgpack.packb(columns), [BODY], STEPS]


def test_the_unchanged_messages_are_good():
    good = bulletins.decode_partials(msgpack.packb(PARTIALS))
    wide = bulletins.decode_partials(msgpack.packb(with_room(body=struct.pack(">29Q", *NUMBERS))))
    partial = ROOMS["a"][1]
    assert partials_of(good) == partials_of(wide) == {"a": partial}
    for version, items in ((3, PARTIALS), (2, PARTIALS_2)):
        assert message_of("g", 1, {"a": (Policy(Rule()), partial)}, term=2, version=version) == msgpack.packb(items)
        assert bulletins.decode_partials(msgpack.packb(items)).roster.policies == (Policy(Rule(min_group=5)),)
    assert bulletins.decode_mix(msgpack.packb(MIX)) == MixBulletin("a", b"frame", (Stamp("g", 1),), 2, 7)
    assert bulletins.decode_mix(msgpack.packb(MIX_1)) == MixBulletin("a", b"frame", (Stamp("g", 1),), 2, None)


@pytest.mark.parametrize(
    ("item", "policy"),
    [
        ([None, False], Policy(Rule(Privacy.EXACT), False)),
        ([None, True], Policy(Rule(Privacy.EXACT), True)),
        ([1, False], Policy(Rule(Privacy.STANDARD, 1), False)),
        ([5, True], Policy(Rule(Privacy.STANDARD, 5), True)),
    ],
)
def test_a_rooms_policy_is_two_items(item, policy):
    assert bulletins.decode_partials(msgpack.packb(with_room(policy=item))).roster.policies == (policy,)


@pytest.mark.parametrize(
    "items",
    [
        None,
        [],
        PARTIALS[:4],
        PARTIALS[:5],
        PARTIALS[:6],
        [*PARTIALS, 0],
        [*PARTIALS_2, STEPS],
        [0, *PARTIALS[1:]],
        [1, *PARTIALS_2[1:]],
        [2, *PARTIALS[1:]],
        [3, *PARTIALS_2[1:]],
        [4, *PARTIALS[1:]],
        [True, *PARTIALS[1:]],
        [3.0, *PARTIALS[1:]],
        [*PARTIALS_2[:5], [BODY]],
        [*PARTIALS[:5], [BODY_2], STEPS],
        [*PARTIALS[:6], None],
        [*PARTIALS[:6], STEPS.decode()],
        [*PARTIALS[:6], b""],
        [*PARTIALS[:6], STEPS[:-1]],
        [*PARTIALS[:6], STEPS * 2],
        [*PARTIALS[:6], [FIRST]],
        [3, b"g", 1, 2, ROSTER, [BODY], STEPS],
        [3, "g", -1, 2, ROSTER, [BODY], STEPS],
        [3, "g", 1, 2.0, ROSTER, [BODY], STEPS],
        [3, "g", 1, -1, ROSTER, [BODY], STEPS],
        [3, "g", 1, 2**32, ROSTER, [BODY], STEPS],
        [3, "g", 1, 2, None, [BODY], STEPS],
        [3, "g", 1, 2, ROSTER.decode("latin-1"), [BODY], STEPS],
        [3, "g", 1, 2, [["a"], [[5, False]]], [BODY], STEPS],
        [3, "g", 1, 2, msgpack.packb(None), [BODY], STEPS],
        [3, "g", 1, 2, msgpack.packb(["ab", "cd"]), [BODY], STEPS],
        [3, "g", 1, 2, ROSTER, None, STEPS],
        [3, "g", 1, 2, ROSTER, [], STEPS],
        [3, "g", 1, 2, ROSTER, [BODY, BODY], STEPS],
        [3, "g", 1, 2, ROSTER, BODY, STEPS],
        with_roster(["a"]),
        with_roster(["a"], []),
        with_roster([], [[5, False]]),
        with_roster(["a"], [[5, False]], []),
        with_roster("a", [[5, False]]),
        with_roster(["a", "a"], [[5, False], [5, False]]),
        with_room(room=1),
        with_room(policy=10),
        with_room(policy=None),
        with_room(policy=[]),
        with_room(policy=[5]),
        with_room(policy=[5, False, 0]),
        with_room(policy=[0, False]),
        with_room(policy=[-1, False]),
        with_room(policy=[5.0, False]),
        with_room(policy=[True, False]),
        with_room(policy=["5", False]),
        with_room(policy=[2**32, False]),
        with_room(policy=[5, 0]),
        with_room(policy=[5, None]),
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
        with_room(body=bytes(4 * 21)),
        [*with_roster(["a", "a"], [[5, False], [5, False]])[:5], [BODY, BODY], STEPS * 2],
    ],
)
def test_partials_that_are_none(items):
    with pytest.raises(BadMessage, match="partials"):
        bulletins.decode_partials(msgpack.packb(items))


def test_a_roster_that_is_no_msgpack_is_none():
    with pytest.raises(BadMessage, match="not_msgpack"):
        bulletins.decode_partials(msgpack.packb([*PARTIALS[:4], b"\xc1", [BODY], STEPS]))


@given(partials_messages, partials_messages)
def test_what_is_known_of_a_gateway_saves_work_and_changes_nothing(message, former):
    bulletin = bulletins.decode_partials(message)
    for known in (bulletins.decode_partials(former).roster, bulletin.roster):
        remembered = {bulletin.stamp.gateway: known}
        assert bulletins.decode_partials(message, remembered.get) == bulletin
    assert bulletins.decode_partials(message, lambda _: bulletin.roster).roster is bulletin.roster


@pytest.mark.parametrize(
    "items",
    [
        None,
        MIX[:4],
        MIX_1[:3],
        [3, *MIX[1:]],
        [0, *MIX_1[1:]],
        [1, *MIX[1:]],
        [2, *MIX_1[1:]],
        [True, *MIX_1[1:]],
        [2, "a", b"frame", -1, []],
        [2, "a", b"frame", 1.0, []],
        [2, "a", b"frame", None, []],
        [2, "a", b"frame", 2**32, []],
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
    sums = Sums(2000, (255 * 2000,) * 7, 65025 * 2000)
    each = SetSums(2**32 - 1, sums)
    partial = Partial(2000, (120_000,) * 4, sums, each, (each, each))
    rooms = {f"room-{number:012}": (Policy(Rule()), partial) for number in range(10_000)}
    assert len(message_of("g" * 40, 2**40, rooms, term=2**32 - 1)) < BULLETIN_BYTES


@given(names)
def test_a_room_has_one_shard_and_topics_of_its_own(room):
    assert 0 <= bulletins.shard_of(room) < SHARDS
    assert bulletins.shard_of(room) == bulletins.shard_of(room)
    assert bulletins.mixes_topic(room).endswith(room)


def test_shards_are_the_same_in_every_process_and_spread():
    assert bulletins.shard_of("abcd-efgh-jkmn") == 2
    assert {bulletins.shard_of(f"room-{number}") for number in range(1000)} == set(range(SHARDS))
    assert len({bulletins.partials_topic(shard) for shard in range(SHARDS)}) == SHARDS
