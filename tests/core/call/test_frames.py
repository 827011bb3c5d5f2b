import contextlib

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.call.frames import HELD_MAX_MS, STEP_BYTES, Check, Picture, Sign, Step, decode, encode
from kuuki.errors import BadFrame
from kuuki.limits import FRAME_BYTES, SEQ_MAX
from kuuki.mood.frames import Beat, Presence, Score, Tap
from kuuki.mood.frames import encode as encode_in_room

_SEQS = st.integers(0, SEQ_MAX)
_SIGNS = st.builds(
    Sign,
    _SEQS,
    st.sampled_from(Presence),
    _SEQS,
    st.integers(0, HELD_MAX_MS),
    st.booleans(),
    st.sampled_from(Picture),
)
_CHECKS = st.sampled_from(Step).flatmap(
    lambda step: st.builds(Check, _SEQS, st.just(step), st.binary(min_size=STEP_BYTES[step], max_size=STEP_BYTES[step]))
)
_SCORES = st.builds(Score, _SEQS, st.just((0, 0, 0, 255, 0, 0, 0)), st.integers(0, 255))


@given(_SIGNS | _CHECKS | _SCORES)
def test_frames_come_as_they_went_and_are_small(frame):
    data = encode(frame)
    assert len(data) <= FRAME_BYTES
    assert decode(data) == frame


@given(st.binary(max_size=80))
def test_any_bytes_are_a_frame_or_none(data):
    with contextlib.suppress(BadFrame):
        decode(data)


@given(st.lists(st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=40), max_size=9))
def test_any_array_is_a_frame_or_none(items):
    with contextlib.suppress(BadFrame):
        decode(msgpack.packb([1, *items])) if all(not isinstance(i, int) or abs(i) < 2**63 for i in items) else None


def test_what_is_held_longer_than_a_minute_is_said_as_the_most():
    sign = decode(encode(Sign(1, Presence.SENSING, 1, 10**9, sound=True, picture=Picture.ON)))
    assert isinstance(sign, Sign)
    assert sign.held_ms == HELD_MAX_MS


@pytest.mark.parametrize("frame", [Tap(1, (0, 0, 0, 0)), Beat(1, Presence.BYE)])
def test_a_call_has_no_taps_and_no_beats(frame):
    with pytest.raises(BadFrame) as caught:
        decode(encode_in_room(frame))
    assert caught.value.reason == "wrong_kind"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x00" * 65, "too_large"),
        (b"\xc1", "not_msgpack"),
        (b"\x01", "not_an_array"),
        (msgpack.packb([1, 5]), "not_an_array"),
        (msgpack.packb([2, 5, 1]), "version"),
        (msgpack.packb([True, 5, 1]), "version"),
        (msgpack.packb([1, None, 1]), "version"),
        (msgpack.packb([1, 5, 1]), "length"),
        (msgpack.packb([1, 5, 1, 4, 0, 0, 0, 0]), "integer"),
        (msgpack.packb([1, 5, 1, 1, 0, 0, True, 0]), "integer"),
        (msgpack.packb([1, 5, -1, 1, 0, 0, 0, 0]), "integer"),
        (msgpack.packb([1, 5, 1, 1, 0, HELD_MAX_MS + 1, 0, 0]), "integer"),
        (msgpack.packb([1, 6, 1, 1]), "length"),
        (msgpack.packb([1, 6, 1, 4, b""]), "integer"),
        (msgpack.packb([1, 6, 2**32, 1, b""]), "integer"),
        (msgpack.packb([1, 6, 1, True, bytes(32)]), "integer"),
        (msgpack.packb([1, 6, 1, 1, bytes(31)]), "bytes"),
        (msgpack.packb([1, 6, 1, 2, 7]), "bytes"),
        (msgpack.packb([1, 9, 1]), "kind"),
    ],
)
def test_what_is_no_frame(data, reason):
    with pytest.raises(BadFrame) as caught:
        decode(data)
    assert caught.value.reason == reason
