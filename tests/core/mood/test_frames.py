"""Frames: round trips, and no bytes whatever raise anything but BadFrame."""

import dataclasses

import msgpack
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kuuki.errors import BadFrame
from kuuki.limits import FRAME_BYTES, MIX_FRAME_BYTES, SEQ_MAX
from kuuki.mood import frames
from kuuki.mood.frames import AGE_MAX_MS, Beat, Body, Mix, Presence, Score, State, Tap
from kuuki.mood.labels import to_integers

u32 = st.integers(0, SEQ_MAX)
percent_of_hundredth = st.integers(0, 10_000).map(lambda n: n / 10_000)
seven = st.lists(st.floats(0, 1), min_size=7, max_size=7).filter(lambda w: sum(w) > 0)
scores = st.builds(Score, u32, seven.map(to_integers), st.integers(0, 255))
taps = st.builds(Tap, u32, st.tuples(u32, u32, u32, u32))
beats = st.builds(Beat, u32, st.sampled_from(Presence), u32, u32, u32, u32)
bodies = st.builds(
    Body,
    smiling=percent_of_hundredth,
    weights=st.tuples(*[percent_of_hundredth] * 7),
    warmth=st.integers(-10_000, 10_000).map(lambda n: n / 10_000),
    energy=percent_of_hundredth,
    agreement=percent_of_hundredth,
    taps=st.tuples(*[st.integers(0, 0xFFFF).map(lambda n: n / 100)] * 4),
)
bounds = st.none() | u32
ages = st.integers(0, AGE_MAX_MS)
few = st.builds(
    Mix, u32, u32, st.sampled_from([State.EMPTY, State.FEW]), percent_of_hundredth, bounds, bounds, st.none(), ages
)
live = st.builds(Mix, u32, u32, st.just(State.LIVE), percent_of_hundredth, bounds, bounds, bodies, ages)
mixes = few | live
any_frame = scores | taps | beats | mixes

SCORE = Score(1, (0, 0, 0, 255, 0, 0, 0), 200)
BODY = Body(0.5, (0.0, 0.0, 0.0, 0.6, 0.0, 0.1, 0.3), -0.5, 0.5, 0.7, (0.0, 1.5, 0.0, 0.5))
LIVE = Mix(1, 7, State.LIVE, 0.8, 10, 19, BODY, 31)


def items(frame):
    return msgpack.unpackb(frames.encode(frame), raw=True)


def from_client(*parts):
    return frames.decode_from_client(msgpack.packb(list(parts)))


def from_gateway(*parts):
    return frames.decode_from_gateway(msgpack.packb(list(parts)))


# --- round trips


@given(scores | taps | beats)
def test_a_clients_frame_comes_back_and_fits(frame):
    sent = frames.encode(frame)
    assert len(sent) <= FRAME_BYTES
    assert frames.decode_from_client(sent) == frame


@given(beats | mixes)
def test_a_gateways_frame_comes_back_and_fits(frame):
    sent = frames.encode(frame)
    assert len(sent) <= MIX_FRAME_BYTES
    assert frames.decode_from_gateway(sent) == frame


@given(scores)
def test_a_score_is_at_most_nineteen_bytes(score):
    assert len(frames.encode(score)) <= 19


@given(any_frame)
def test_encoding_is_canonical(frame):
    decode = frames.decode_from_gateway if isinstance(frame, Mix) else frames.decode_from_client
    sent = frames.encode(frame)
    assert frames.encode(decode(sent)) == sent


@given(any_frame)
def test_nothing_but_integers_bytes_nil_and_arrays_is_sent(frame):
    for item in items(frame):
        assert type(item) in (int, bytes, type(None), list)


@given(mixes, st.integers(-5, 2 * AGE_MAX_MS))
def test_another_age_changes_the_age_and_nothing_else(mix, age_ms):
    aged = frames.with_age(frames.encode(mix), age_ms)
    clipped = min(max(age_ms, 0), AGE_MAX_MS)
    assert frames.decode_from_gateway(aged) == dataclasses.replace(mix, age_ms=clipped)
    assert len(aged) == len(frames.encode(mix))


def test_a_tap_rate_beyond_the_frames_range_is_cut():
    body = dataclasses.replace(BODY, taps=(1e9, 0.0, 0.0, 655.35))
    mix = frames.decode_from_gateway(frames.encode(dataclasses.replace(LIVE, body=body)))
    assert isinstance(mix, Mix)
    assert mix.body is not None
    assert mix.body.taps == (655.35, 0.0, 0.0, 655.35)


# --- any bytes


def outcome(decode, data):
    """The frame, or "bad"; anything else that is raised fails the test."""
    try:
        return decode(data)
    except BadFrame:
        return "bad"


hostile = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.binary(max_size=40) | st.text(),
    lambda inner: st.lists(inner, max_size=12) | st.dictionaries(st.integers(-9, 9) | st.text(), inner, max_size=3),
    max_leaves=20,
).map(msgpack.packb)


@given(st.binary(max_size=200) | hostile)
@example(b"")
@example(b"\xc1")  # never used by msgpack
@example(b"\x91" * 64)  # nesting
@example(b"\xdd\xff\xff\xff\xff")  # an array that claims 4 G items
@example(b"\xc6\xff\xff\xff\xff")  # bytes that claim 4 GB
@example(b"\xdf\xff\xff\xff\xff")  # a map of 4 G
@example(b"\xc7\x00\xff")  # an empty timestamp
@example(b"\xd7\xff" + bytes(8))  # a timestamp
@example(b"\x81" + b"\x91" * 60)  # an unhashable key
@example(b"\x95\x01\xa0\x01\x01\x01")  # an empty string for the kind
@example(b"\x95\x01\xc3\x01\xc4\x07" + bytes([255, 0, 0, 0, 0, 0, 0]) + b"\xcc\xff")  # true for the kind
def test_any_bytes_are_a_frame_or_a_bad_frame(data):
    for decode, kinds in ((frames.decode_from_client, Score | Tap | Beat), (frames.decode_from_gateway, Beat | Mix)):
        decoded = outcome(decode, data)
        assert decoded == "bad" or isinstance(decoded, kinds)


@given(any_frame, st.lists(st.tuples(st.integers(0, 127), st.integers(0, 255)), min_size=1, max_size=4), st.data())
def test_a_damaged_frame_is_a_frame_or_a_bad_frame(frame, damage, data):
    sent = bytearray(frames.encode(frame))
    for at, byte in damage:
        sent[at % len(sent)] = byte
    cut = data.draw(st.integers(0, len(sent)))
    for decode in (frames.decode_from_client, frames.decode_from_gateway):
        for mutant in (bytes(sent), bytes(sent[:cut]), bytes(sent) + b"\x00"):
            decoded = outcome(decode, mutant)
            if decoded != "bad":
                assert outcome(decode, frames.encode(decoded)) == decoded  # what was accepted is whole


@given(any_frame)
def test_a_truncated_frame_is_bad(frame):
    sent = frames.encode(frame)
    for end in range(len(sent)):
        assert outcome(frames.decode_from_client, sent[:end]) == "bad"
        assert outcome(frames.decode_from_gateway, sent[:end]) == "bad"


def test_a_large_message_is_refused_before_it_is_read():
    for decode, most in ((frames.decode_from_client, FRAME_BYTES), (frames.decode_from_gateway, MIX_FRAME_BYTES)):
        with pytest.raises(BadFrame, match="too_large"):
            decode(b"\xc4" * (most + 1))
        with pytest.raises(BadFrame, match="not_msgpack"):
            decode(b"\xc4" * most)
        with pytest.raises(BadFrame, match="too_large"):
            decode(bytes(5_000_000))


# --- what is refused, and why


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([], "version"),
        ([1, 1], "version"),
        ([2, 1, 1, bytes(7), 0], "version"),
        ([True, 1, 1, bytes(7), 0], "version"),
        ([1.0, 1, 1, bytes(7), 0], "version"),
        ([1, 0, 1], "kind"),
        ([1, 5, 1], "kind"),
        ([1, True, 1, SCORE.weights, 0], "kind"),
        ([1, 1.0, 1], "kind"),
        ([1, None, 1], "kind"),
        ([1, [], 1], "kind"),
        ([1, 1, 1, bytes(SCORE.weights)], "length"),
        ([1, 1, 1, bytes(SCORE.weights), 200, 0], "length"),
        ([1, 1, 1, bytes(7), 200], "sum"),
        ([1, 1, 1, bytes([255, 0, 0, 0, 0, 0, 1]), 200], "sum"),
        ([1, 1, 1, bytes([255, 255, 1, 0, 0, 0, 0]), 200], "sum"),  # 255 modulo 256
        ([1, 1, 1, bytes([85, 85, 85, 0, 0, 0]), 200], "bytes"),
        ([1, 1, 1, bytes([85, 85, 85, 0, 0, 0, 0, 0]), 200], "bytes"),
        ([1, 1, 1, [0, 0, 0, 255, 0, 0, 0], 200], "bytes"),
        ([1, 1, 1, None, 200], "bytes"),
        ([1, 1, -1, bytes(SCORE.weights), 200], "integer"),
        ([1, 1, SEQ_MAX + 1, bytes(SCORE.weights), 200], "integer"),
        ([1, 1, 1.0, bytes(SCORE.weights), 200], "integer"),
        ([1, 1, True, bytes(SCORE.weights), 200], "integer"),
        ([1, 1, None, bytes(SCORE.weights), 200], "integer"),
        ([1, 1, 1, bytes(SCORE.weights), 256], "integer"),
        ([1, 1, 1, bytes(SCORE.weights), float("nan")], "integer"),
        ([1, 1, 1, bytes(SCORE.weights), 1e308], "integer"),
        ([1, 2, 1, 0, 0, 0], "length"),
        ([1, 2, 1, 0, 0, 0, 0, 0], "length"),
        ([1, 2, 1, 0, 0, 0, -1], "integer"),
        ([1, 2, 1, 0, 0, float("inf"), 0], "integer"),
        ([1, 3, 1, 4, 0, 0, 0, 0], "integer"),
        ([1, 3, 1, 0, 0, 0, 0], "length"),
        ([1, 3, 1, 0, 0, 0, 0, None], "integer"),
        ([1] * 11, "not_msgpack"),
        (["1", 1, 1], "not_msgpack"),
    ],
)
def test_a_clients_malformed_frame_says_why(parts, reason):
    with pytest.raises(BadFrame) as caught:
        from_client(*parts)
    assert caught.value.reason == reason


def mix_parts(**changes):
    names = ("version", "kind", "term", "seq", "state", "coverage", "low", "high", "body", "age")
    parts = dict(zip(names, items(LIVE), strict=True))
    return [*(parts | changes).values()]


def body_parts(**changes):
    parts = dict(zip(("smiling", "warmth", "energy", "agreement", "numbers"), items(LIVE)[8], strict=True))
    return [*(parts | changes).values()]


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (mix_parts(state=3), "integer"),  # stale is found by the receiver, never sent
        (mix_parts(state=-1), "integer"),
        (mix_parts(body=None), "body"),
        (mix_parts(state=1), "body"),
        (mix_parts(body=b""), "body"),
        (mix_parts(body=[]), "length"),
        (mix_parts(coverage=10_001), "integer"),
        (mix_parts(coverage=0.8), "integer"),
        (mix_parts(low=-1), "integer"),
        (mix_parts(high=True), "integer"),
        (mix_parts(age=0x10000), "integer"),
        (mix_parts(term=None), "integer"),
        (mix_parts(seq=2**32), "integer"),
        (mix_parts()[:-1], "length"),
        (mix_parts(body=body_parts(smiling=10_001)), "integer"),
        (mix_parts(body=body_parts(smiling=-1)), "integer"),
        (mix_parts(body=body_parts(warmth=-10_001)), "integer"),
        (mix_parts(body=body_parts(energy=10_001)), "integer"),
        (mix_parts(body=body_parts(agreement=None)), "integer"),
        (mix_parts(body=body_parts(numbers=bytes(21))), "bytes"),
        (mix_parts(body=body_parts(numbers=b"\x27\x11" + bytes(20))), "weight"),
    ],
)
def test_a_gateways_malformed_mix_says_why(parts, reason):
    with pytest.raises(BadFrame) as caught:
        from_gateway(*parts)
    assert caught.value.reason == reason


def test_the_unchanged_parts_are_the_mix():
    assert from_gateway(*mix_parts(body=body_parts())) == LIVE


@pytest.mark.parametrize("value", [None, 1, b"\x01\x01\x01", "", {}])
def test_what_is_no_array_is_no_frame(value):
    with pytest.raises(BadFrame, match="not_an_array"):
        frames.decode_from_client(msgpack.packb(value))


def test_each_side_takes_only_what_the_other_may_send():
    with pytest.raises(BadFrame, match="wrong_kind"):
        frames.decode_from_client(frames.encode(dataclasses.replace(LIVE, state=State.FEW, body=None)))
    for frame in (SCORE, Tap(1, (0, 0, 0, 0))):
        with pytest.raises(BadFrame, match="wrong_kind"):
            frames.decode_from_gateway(frames.encode(frame))
