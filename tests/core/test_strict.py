"""Strict decoding: what is accepted is of exactly its type and size; anything else is Unfit, with a static reason."""

import contextlib

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.limits import SEQ_MAX
from kuuki.strict import Unfit, array, flag, integer, octets, pack, pack_but_last, require, text, unpacker

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.binary(max_size=9) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=9,
)


@given(st.lists(plain, max_size=20))
def test_what_is_packed_unpacks(items):
    assert unpacker(10_000)(pack(items)) == items


@given(st.lists(plain, max_size=20), plain)
def test_an_array_whose_last_item_is_appended_is_the_whole_array(items, last):
    assert pack_but_last(items) + msgpack.packb(last) == pack([*items, last])


@given(st.binary(max_size=40))
def test_any_bytes_unpack_or_are_unfit(data):
    with contextlib.suppress(Unfit):
        unpacker(40)(data)


@pytest.mark.parametrize(
    "data", [b"", b"\xc1", b"\x80\x00", msgpack.packb({1: 2}), msgpack.packb(msgpack.Timestamp(1))]
)
def test_what_is_no_msgpack_of_ours(data):
    with pytest.raises(Unfit, match="not_msgpack"):
        unpacker(100)(data)


def test_limits_are_the_callers():
    assert unpacker(1)(b"\x01") == 1
    with pytest.raises(Unfit, match="too_large"):
        unpacker(1)(b"\xcc\x01")
    with pytest.raises(Unfit, match="not_msgpack"):
        unpacker(100, max_array_len=2)(pack([1, 2, 3]))


@pytest.mark.parametrize(
    ("check", "good", "bad", "reason"),
    [
        (integer, [0, 1, SEQ_MAX], [-1, SEQ_MAX + 1, True, 1.0, None, "1"], "integer"),
        (lambda value: integer(value, -2, 2), [-2, 2], [-3, 3, False], "integer"),
        (array, [[], [1]], [(), b"", None, "a"], "not_an_array"),
        (lambda value: array(value, 1), [[1]], [[], [1, 2]], "length"),
        (octets, [b"", b"a"], ["", None, [1], bytearray(1)], "bytes"),
        (lambda value: octets(value, 1), [b"a"], [b"", b"ab", "a"], "bytes"),
        (text, ["", "a"], [b"", None, 1], "text"),
        (flag, [True, False], [0, 1, None, "true"], "flag"),
    ],
)
def test_checks_compare_types_exactly(check, good, bad, reason):
    for value in good:
        assert check(value) is value
    for value in bad:
        with pytest.raises(Unfit, match=reason) as raised:
            check(value)
        assert raised.value.reason == reason


def test_what_is_required_holds_or_is_unfit():
    require(True, "why")
    with pytest.raises(Unfit, match="why"):
        require(False, "why")
