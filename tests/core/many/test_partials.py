"""Sums of encoded partials are the merged partials, whatever stands in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.limits import SEQ_MAX
from kuuki.many.partials import decode_partial, encode_partial, layout, sum_by_room, sum_partials
from kuuki.mood.mix import EMPTY, Cohort, Partial, merge

small = st.integers(0, 300)
edges = st.sampled_from([2**24 - 1, 2**24, 2**31 - 1, 2**31, SEQ_MAX, SEQ_MAX + 1, 2**40])


def partials(numbers, ids):
    sevens = st.tuples(*[numbers] * 7)
    cohorts = st.lists(st.builds(Cohort, ids, st.integers(1, 50) | numbers, sevens, sevens), max_size=2)
    in_order = cohorts.map(lambda many: tuple(sorted({each.cohort: each for each in many if each.sensing}.values())))
    return st.builds(Partial, numbers, st.tuples(*[numbers] * 4), in_order)


@given(st.lists(partials(small, st.just(0)), max_size=12))
def test_partials_of_one_cohort_add_up(many):
    assert sum_partials([encode_partial(each) for each in many]) == merge(many)


@given(st.lists(partials(small | edges, st.just(0) | st.integers(0, 3)), max_size=12))
def test_partials_add_up_however_large_and_whatever_their_cohorts(many):
    assert sum_partials([encode_partial(each) for each in many]) == merge(many)


@pytest.mark.parametrize("many", [1, 2, 3, 4, 5, 16, 17, 256, 257])
@pytest.mark.parametrize("number", [SEQ_MAX, SEQ_MAX // 2, SEQ_MAX // 16, 2**24 - 1, 2**24])
def test_no_digit_overflows_into_the_next(many, number):
    one = Partial(number, (number,) * 4, (Cohort(0, number, (number,) * 7, (number,) * 7),))
    assert sum_partials([encode_partial(one)] * many) == merge([one] * many)


@given(st.integers(0, 6), st.data())
def test_columns_add_up_room_by_room(rooms, data):
    kinds = (partials(small, st.just(0)), partials(small | edges, st.just(0) | st.integers(0, 3)))
    each = data.draw(st.sampled_from(kinds))
    many = data.draw(st.lists(st.lists(each, min_size=rooms, max_size=rooms), min_size=1, max_size=4))
    added = sum_by_room([[encode_partial(partial) for partial in column] for column in many])
    assert added == [merge(column[room] for column in many) for room in range(rooms)]


@pytest.mark.parametrize("columns", [1, 2, 3, 17])
@pytest.mark.parametrize("number", [SEQ_MAX, SEQ_MAX // 2, SEQ_MAX // 16])
def test_no_room_overflows_into_the_next(columns, number):
    large = encode_partial(Partial(number, (number,) * 4, (Cohort(0, number, (number,) * 7, (number,) * 7),)))
    quiet = encode_partial(EMPTY)
    for column in ([large, quiet] * 4, [quiet, large] * 4):
        assert sum_by_room([column] * columns) == [sum_partials([each] * columns) for each in column]


def test_zeros_but_an_id_are_nobody():
    assert sum_partials([]) == sum_partials([encode_partial(EMPTY)]) == EMPTY


@given(partials(small | edges, st.integers(0, 9)))
def test_an_encoded_partial_comes_back(partial):
    assert decode_partial(encode_partial(partial)) == partial


@pytest.mark.parametrize("length", [0, 4, 19, 20 + 4, 84 + 4, 83])
def test_no_partial_has_another_length(length):
    with pytest.raises(ValueError, match="length"):
        layout(length)
