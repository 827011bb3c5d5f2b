"""Where veils stand, from aggregator to aggregator: round trips, and nothing else decodes."""

import struct

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.errors import BadMessage
from kuuki.limits import BULLETIN_BYTES, SEQ_MAX
from kuuki.many.veils import decode_veils, encode_veils, veils_topic
from kuuki.mood.mix import Means
from kuuki.mood.veil import Veil, VeilState

integers = st.integers(0, SEQ_MAX)
offs = st.tuples(*[st.floats(-1, 1)] * 8)
states = st.builds(VeilState, integers, st.integers(1, SEQ_MAX), integers, offs, st.floats(0, 1), st.booleans())
NUMBERS = struct.pack(">9d", *[0.125] * 9)
STATE = VeilState(7, 20, 5, (0.125,) * 8, 0.125, True)
GOOD = [1, 3, [["room", 7, 20, 5, True, NUMBERS]]]


@given(integers, st.dictionaries(st.text(max_size=20), states, max_size=5))
def test_veils_come_back(term, veils):
    assert decode_veils(encode_veils(term, veils)) == (term, veils)


def test_the_layout():
    assert decode_veils(msgpack.packb(GOOD)) == (3, {"room": STATE})
    assert encode_veils(3, {"room": STATE}) == msgpack.packb(GOOD)
    assert veils_topic(3) == "kuuki.veils.3"


def of_room(*items):
    return [1, 3, [list(items)]]


@pytest.mark.parametrize(
    "items",
    [
        None,
        {},
        [],
        GOOD[:2],
        [*GOOD, 0],
        [2, *GOOD[1:]],
        [True, *GOOD[1:]],
        [1, -1, []],
        [1, 3, None],
        [1, 3, [None]],
        of_room("room", 7, 20, 5, NUMBERS),
        of_room("room", 7, 20, 5, 1, NUMBERS),
        of_room("room", 7, 20, 5, None, NUMBERS),
        of_room("room", 7, 20, 5, True, NUMBERS, 0),
        of_room(b"room", 7, 20, 5, True, NUMBERS),
        of_room("room", -1, 20, 5, True, NUMBERS),
        of_room("room", 7, 0, 5, True, NUMBERS),
        of_room("room", 7, 20.0, 5, True, NUMBERS),
        of_room("room", 7, 20, 2**32, True, NUMBERS),
        of_room("room", 7, 20, 5, True, NUMBERS[:-1]),
        of_room("room", 7, 20, 5, True, [0.125] * 9),
        of_room("room", 7, 20, 5, True, struct.pack(">9d", *[0.125] * 8, -0.1)),
        of_room("room", 7, 20, 5, True, struct.pack(">9d", *[0.125] * 8, 1.01)),
        of_room("room", 7, 20, 5, True, struct.pack(">9d", *[0.125] * 8, float("nan"))),
        of_room("room", 7, 20, 5, True, struct.pack(">9d", float("inf"), *[0.125] * 8)),
    ],
)
def test_what_are_no_veils_is_refused(items):
    with pytest.raises(BadMessage, match="veils"):
        decode_veils(msgpack.packb(items))


def test_what_is_no_msgpack_or_too_large_is_refused():
    with pytest.raises(BadMessage, match="not_msgpack"):
        decode_veils(b"\xc1")
    with pytest.raises(BadMessage, match="too_large"):
        decode_veils(b"\0" * (BULLETIN_BYTES + 1))


# --- and from veil to veil


def means(happy, people=20):
    rest = (1 - happy) / 6
    return Means(people, 1.0, (rest, rest, rest, happy, rest, rest, rest), 0.5, (0.0,) * 4)


def test_a_veil_that_began_later_goes_on_where_the_other_stands():
    one, later = Veil.of(b"key", "room"), Veil.of(b"key", "room")
    for number in range(9):
        one.see(number, means(0.4), True)
    one.see(8, means(0.4), True)
    later.see(8, means(0.4), False)
    assert one.state is not None
    later.adopt(decode_veils(encode_veils(1, {"room": one.state}))[1]["room"])
    for number, happy in ((8, 0.5), (9, 0.5), (10, 0.4)):
        for veil in (one, later):
            veil.see(number, means(happy), True)
        assert later.over(means(happy)).weights == pytest.approx(one.over(means(happy)).weights)
        assert later.draw == one.draw


def test_a_veil_of_other_people_is_not_taken_over():
    one, other = Veil.of(b"key", "room"), Veil.of(b"key", "room")
    one.see(1, means(0.4), True)
    for number, people in ((2, 20), (1, 21)):
        other.see(number, means(0.4, people), True)
        before = other.over(means(0.4, people))
        assert one.state is not None
        other.adopt(one.state)
        assert other.over(means(0.4, people)) == before


def test_a_room_that_nearly_everybody_leaves_can_be_told():
    veil = Veil.of(b"key", "room")
    for number, people in enumerate((20, 1, 2, 20, 1)):
        veil.see(number, means(0.4, people), True)
        assert veil.state is not None
        assert decode_veils(encode_veils(1, {"room": veil.state})) == (1, {"room": veil.state})


def test_a_veil_that_shows_nothing_stands_nowhere():
    veil = Veil.of(b"key", "room")
    assert veil.state is None
    veil.see(1, means(0.4), False)
    assert veil.state is None
