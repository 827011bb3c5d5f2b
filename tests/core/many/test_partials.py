"""Sums of encoded partials are the merged partials, whatever stands in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.limits import SEQ_MAX
from kuuki.many.partials import (
    decode_partial,
    encode_partial,
    from_version_2,
    layout,
    sum_by_room,
    sum_partials,
    to_version_2,
)
from kuuki.mood.mix import EMPTY, LENGTHS, NO_SET, NOBODY, Partial, SetSums, Sums, merge

small = st.integers(0, 300)
edges = st.sampled_from([2**24 - 1, 2**24, 2**31 - 1, 2**31, SEQ_MAX, SEQ_MAX + 1, 2**40])


def partials(numbers):
    sums = st.just(NOBODY) | st.builds(Sums, numbers, st.tuples(*[numbers] * 7), numbers)
    sets = st.just(NO_SET) | st.builds(SetSums, st.integers(0, SEQ_MAX), sums)
    kinds = st.tuples(*[numbers] * 4)
    return st.builds(Partial, numbers, kinds, sums, sets, st.tuples(sets, sets), kinds)


@given(st.lists(partials(small), max_size=12))
def test_partials_add_up(many):
    assert sum_partials([encode_partial(each) for each in many]) == merge(many)


@given(st.lists(partials(small | edges), max_size=12))
def test_partials_add_up_however_large(many):
    assert sum_partials([encode_partial(each) for each in many]) == merge(many)


@pytest.mark.parametrize("many", [1, 2, 3, 4, 5, 16, 17, 256, 257])
@pytest.mark.parametrize("number", [SEQ_MAX, SEQ_MAX // 2, SEQ_MAX // 16, 2**24 - 1, 2**24])
def test_no_digit_overflows_into_the_next(many, number):
    one = full_of(number)
    assert sum_partials([encode_partial(one)] * many) == merge([one] * many)


def full_of(number):
    sums = Sums(number, (number,) * 7, number)
    each = SetSums(number & SEQ_MAX, sums)
    return Partial(number, (number,) * 4, sums, each, (each, each), (number,) * 4)


@given(st.integers(0, 6), st.data())
def test_columns_add_up_room_by_room(rooms, data):
    each = data.draw(st.sampled_from((partials(small), partials(small | edges))))
    many = data.draw(st.lists(st.lists(each, min_size=rooms, max_size=rooms), min_size=1, max_size=4))
    added = sum_by_room([[encode_partial(partial) for partial in column] for column in many])
    assert added == [merge(column[room] for column in many) for room in range(rooms)]


@pytest.mark.parametrize("columns", [1, 2, 3, 17])
@pytest.mark.parametrize("number", [SEQ_MAX, SEQ_MAX // 2, SEQ_MAX // 16])
def test_no_room_overflows_into_the_next(columns, number):
    large, quiet = encode_partial(full_of(number)), encode_partial(EMPTY)
    for column in ([large, quiet] * 4, [quiet, large] * 4):
        assert sum_by_room([column] * columns) == [sum_partials([each] * columns) for each in column]


def test_nothing_is_nobody():
    assert sum_partials([]) == sum_partials([encode_partial(EMPTY)]) == EMPTY


@given(partials(small | edges))
def test_an_encoded_partial_comes_back(partial):
    assert decode_partial(encode_partial(partial)) == partial


@pytest.mark.parametrize("length", [0, 4, 20, 35, 40, 56, 73, 100, 200, 288, 412])
def test_no_partial_has_another_length(length):
    with pytest.raises(ValueError, match="length"):
        layout(length)


def test_the_length_of_an_encoded_partial_tells_how_it_is_laid_out():
    lengths = [*(4 * count for count in LENGTHS), *(8 * count for count in LENGTHS[1:])]
    assert len(set(lengths)) == len(lengths)
    assert [layout(length).size for length in lengths] == lengths


def test_a_head_that_needs_wide_numbers_has_room_for_more():
    partial = Partial(2**40, (0, 0, 0, 1), tapped=(1, 2, 3, 4))
    assert len(encode_partial(partial)) == 8 * LENGTHS[1]
    assert decode_partial(encode_partial(partial)) == partial


# --- version 2


@given(partials(small | edges))
def test_version_2_knows_who_is_read_and_counts_them_at_once(partial):
    """By hand, as an aggregator of version 2 reads it: the head, then one cohort, whose squares are by label."""
    inner = partial.inner._replace(squares=partial.inner.squares + sum(partial.inner.weights))
    partial = Partial(partial.present, partial.taps, inner, partial.counted, partial.waiting)
    encoded = to_version_2(partial)
    width = 4 if len(encoded) in (20, 84) else 8
    numbers = [int.from_bytes(encoded[at : at + width]) for at in range(0, len(encoded), width)]
    assert numbers[:5] == [partial.present, *partial.taps]
    if partial.sensing:
        assert numbers[5:14] == [0, partial.sensing, *partial.inner.weights]
        assert sum(numbers[14:]) == partial.inner.squares
        assert len(numbers) == 21
    else:
        assert len(numbers) == 5


@given(partials(small), st.integers(1, 300))
def test_what_comes_of_version_2_counts_everyone_and_its_number_is_how_many(partial, people):
    sums = Sums(people, partial.inner.weights, sum(partial.inner.weights) + partial.inner.squares)
    read = Partial(partial.present, partial.taps, sums)
    back = decode_partial(from_version_2(to_version_2(read)))
    assert back == Partial(partial.present, partial.taps, sums, SetSums(people, sums))


@pytest.mark.parametrize("length", [0, 4, 56, 83, 88, 100])
def test_no_partial_of_version_2_has_another_length(length):
    with pytest.raises(ValueError, match="length"):
        from_version_2(bytes(length))


def test_what_is_too_large_for_today_is_no_partial_of_version_2():
    """Wide numbers whose sum of squares has no place."""
    numbers = [1, 0, 0, 0, 0, 0, 1, *[0] * 7, *[2**64 - 1] * 7]
    with pytest.raises(ValueError, match="large"):
        from_version_2(b"".join(number.to_bytes(8) for number in numbers))
