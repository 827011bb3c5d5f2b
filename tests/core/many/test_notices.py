"""Notices: round trips, and nothing else decodes."""

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.errors import BadMessage, CloseCode
from kuuki.limits import BULLETIN_BYTES, NOTICE_SEATS
from kuuki.many.notices import (
    ALL_GATEWAYS,
    EPOCH_MAX,
    Claim,
    Claimed,
    Left,
    Load,
    Place,
    Places,
    Remove,
    decode_notice,
    encode_notice,
    gateway_of,
    gateway_topic,
    participant_id,
    parts_of,
)

SEAT = "0123456789abcdef" * 2
GATEWAYS = st.text("AZaz09_-", min_size=8, max_size=8)
CLAIMS = st.builds(Claim, st.text("0189af", min_size=32, max_size=32), st.integers(1, EPOCH_MAX))
SOME = st.lists(CLAIMS, min_size=1, max_size=5).map(tuple)
REMOVES = st.builds(
    Remove,
    st.from_regex(r"[a-z0-9]{4}(-[a-z0-9]{4}){0,3}", fullmatch=True),
    st.builds(participant_id, GATEWAYS, st.text("AZaz09_-", min_size=1, max_size=64)),
    st.sampled_from(CloseCode),
)

PLACES = st.builds(
    Place, st.text("0189af", min_size=32, max_size=32), st.integers(1, EPOCH_MAX), st.integers(0, 2**32 - 1)
)
LEFT_PLACES = st.builds(Places, GATEWAYS, st.lists(PLACES, min_size=1, max_size=5).map(tuple))
LOADS = st.builds(Load, GATEWAYS, st.integers(0, 2**32 - 1))


@given(st.builds(Claimed, GATEWAYS, SOME) | st.builds(Left, GATEWAYS, SOME) | LEFT_PLACES | REMOVES | LOADS)
def test_a_notice_comes_back_as_it_went(notice):
    assert decode_notice(encode_notice(notice)) == notice


@given(st.binary(max_size=200))
def test_bytes_decode_or_are_refused(message):
    try:
        notice = decode_notice(message)
    except BadMessage:
        return
    assert decode_notice(encode_notice(notice)) == notice


GOOD = [
    [1, 1, "g" * 8, [[SEAT, 7]]],
    [1, 2, "g" * 8, [[SEAT, 7]]],
    [1, 3, "room", "gggggggg.secret", 3504],
    [1, 4, "g" * 8, 7],
    [1, 5, "g" * 8, [[SEAT, 7, 0]]],
]


@pytest.mark.parametrize("items", GOOD)
def test_the_layout(items):
    assert encode_notice(decode_notice(msgpack.packb(items))) == msgpack.packb(items)


BAD = [
    [],
    7,
    None,
    [1],
    [1, 1],
    [2, *GOOD[0][1:]],
    [True, *GOOD[0][1:]],
    [1, 0, *GOOD[0][2:]],
    [1, 4, *GOOD[0][2:]],
    [1, 4, "g" * 7, 7],
    [1, 4, 7, 7],
    [1, 4, "g" * 8],
    [1, 4, "g" * 8, 7, 7],
    [1, 4, "g" * 8, -1],
    [1, 4, "g" * 8, 2**32],
    [1, 4, "g" * 8, 7.0],
    [1, 4, "g" * 8, True],
    [1, 5, "g" * 8, 7],
    [1, 5, "g" * 8, []],
    [1, 5, "g" * 7, [[SEAT, 7, 0]]],
    [1, 5, "g" * 8, [[SEAT, 7]]],
    [1, 5, "g" * 8, [[SEAT, 7, 0, 0]]],
    [1, 5, "g" * 8, [[SEAT, 0, 0]]],
    [1, 5, "g" * 8, [[SEAT[1:], 7, 0]]],
    [1, 5, "g" * 8, [[SEAT, 7, -1]]],
    [1, 5, "g" * 8, [[SEAT, 7, 2**32]]],
    [1, 5, "g" * 8, [[SEAT, 7, None]]],
    [1, 5, "g" * 8, [[SEAT, 7, 0]] * (NOTICE_SEATS + 1)],
    [1, 6, "g" * 8, 7],
    [1, True, *GOOD[0][2:]],
    [1, [], *GOOD[0][2:]],
    [1, 1, "g" * 8],
    [*GOOD[0], 1],
    [1, 1, "g" * 7, [[SEAT, 7]]],
    [1, 1, "g" * 8 + "\n", [[SEAT, 7]]],
    [1, 1, b"g" * 8, [[SEAT, 7]]],
    [1, 1, "g" * 8, []],
    [1, 1, "g" * 8, [[SEAT, 7]] * (NOTICE_SEATS + 1)],
    [1, 1, "g" * 8, "claims"],
    [1, 1, "g" * 8, [[SEAT]]],
    [1, 1, "g" * 8, [[SEAT, 7, 7]]],
    [1, 1, "g" * 8, [7]],
    [1, 1, "g" * 8, [[SEAT, 0]]],
    [1, 1, "g" * 8, [[SEAT, True]]],
    [1, 1, "g" * 8, [[SEAT, 2**63]]],
    [1, 1, "g" * 8, [[SEAT, 7.0]]],
    [1, 1, "g" * 8, [[SEAT.upper(), 7]]],
    [1, 1, "g" * 8, [[SEAT[1:], 7]]],
    [1, 1, "g" * 8, [[7, 7]]],
    [1, 3, "Room", "gggggggg.secret", 3504],
    [1, 3, 7, "gggggggg.secret", 3504],
    [1, 3, "room", "gggggggg", 3504],
    [1, 3, "room", 7, 3504],
    [1, 3, "room", "gggggggg.secret", 9],
    [1, 3, "room", "gggggggg.secret", True],
    [1, 3, "room", "gggggggg.secret"],
]


@pytest.mark.parametrize("items", BAD)
def test_what_is_not_a_notice_is_refused(items):
    with pytest.raises(BadMessage):
        decode_notice(msgpack.packb(items))


def test_a_notice_has_a_largest_size():
    with pytest.raises(BadMessage, match="too_large"):
        decode_notice(b"\0" * (BULLETIN_BYTES + 1))


def test_many_claims_go_in_several_notices():
    claims = [Claim(SEAT, epoch) for epoch in range(1, 2 * NOTICE_SEATS + 2)]
    parts = list(parts_of(claims))
    assert [len(part) for part in parts] == [NOTICE_SEATS, NOTICE_SEATS, 1]
    assert [claim for part in parts for claim in part] == claims
    assert list(parts_of([])) == []
    assert len(encode_notice(Claimed("g" * 8, (Claim(SEAT, EPOCH_MAX),) * NOTICE_SEATS))) <= 22_600


@pytest.mark.parametrize("participant", ["", "secret", ".secret", "gggggggg.", "gggggggg.a.b", "gggggggg.é", "g*g.s"])
def test_what_is_no_participants_id(participant):
    assert gateway_of(participant) is None


def test_a_participants_id_says_whose_it_is():
    assert gateway_of(participant_id("abcd-_12", "s3cret")) == "abcd-_12"
    assert gateway_topic("abcd-_12") == f"{ALL_GATEWAYS}.abcd-_12"
