from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.mood import labels
from kuuki.mood.labels import LABELS, WHOLE, to_integers

weights_of_a_model = st.lists(st.floats(0, 1e6), min_size=7, max_size=7).filter(lambda w: sum(w) > 0)


def test_the_order_of_the_labels_is_the_protocols():
    assert LABELS == ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
    assert LABELS[labels.HAPPY] == "happy"


@pytest.mark.parametrize("table", [labels.VALENCE, labels.AROUSAL, labels.EMOTIONML])
def test_every_table_has_one_entry_a_label(table):
    assert len(table) == len(LABELS)


def test_the_circumplex_has_neutral_at_its_origin_and_stays_in_its_range():
    assert labels.VALENCE[-1] == labels.AROUSAL[-1] == 0
    assert all(-1 <= number <= 1 for number in labels.VALENCE + labels.AROUSAL)


@given(weights_of_a_model)
def test_integers_sum_to_the_whole_and_are_within_one_of_the_exact_share(weights):
    integers = to_integers(weights)
    total = sum(map(Fraction, weights))
    assert sum(integers) == WHOLE
    for integer, weight in zip(integers, weights, strict=True):
        assert type(integer) is int
        assert 0 <= integer <= WHOLE
        assert abs(integer - Fraction(weight) / total * WHOLE) < 1 + Fraction(1, 10**9)


@given(weights_of_a_model)
def test_a_heavier_label_never_gets_less(weights):
    integers = to_integers(weights)
    for i in range(7):
        for j in range(7):
            if weights[i] > weights[j] * (1 + 1e-12):  # closer ones have the same share in doubles: a tie
                assert integers[i] >= integers[j]


@given(st.lists(st.integers(0, WHOLE), min_size=6, max_size=6).map(sorted))
def test_integers_that_sum_to_the_whole_stay_as_they_are(cuts):
    whole = [high - low for low, high in pairwise([0, *cuts, WHOLE])]
    assert to_integers(whole) == tuple(whole)


def test_ties_go_to_the_earlier_label():
    assert to_integers([1.0] * 7) == (37, 37, 37, 36, 36, 36, 36)
    assert to_integers([0, 1, 0, 0, 1, 0, 0]) == (0, 128, 0, 0, 127, 0, 0)


def test_the_smallest_floats_are_shared_out_too():
    assert to_integers([5e-324] * 7) == to_integers([1.0] * 7)
    assert to_integers([0, 0, 0, 5e-324, 0, 0, 0]) == (0, 0, 0, 255, 0, 0, 0)


@given(st.lists(st.floats(0, 1, width=32), min_size=7, max_size=7).filter(lambda w: sum(w) > 0))
def test_a_models_float32_gives_the_same_as_its_doubles(weights):
    assert to_integers(list(np.array(weights, np.float32))) == to_integers(weights)


def test_float32_weights_are_not_shared_out_in_float32():
    weights = np.array([0.625, 1.0, 0.225, 0.35, 1.0, 0.225, 0.825], np.float32)
    assert to_integers(list(weights)) == (38, 60, 14, 21, 60, 13, 49)


def test_the_total_is_taken_from_left_to_right_as_the_browser_does():
    # With the correctly rounded total, sad and neutral would get 27 and 113.
    assert to_integers([1.9, 1.6, 3.2, 2.8, 2.5, 0.9, 10.2]) == (21, 18, 35, 31, 28, 10, 112)


nan, inf = float("nan"), float("inf")


@pytest.mark.parametrize(
    "weights",
    [
        [],
        [1.0] * 6,
        [1.0] * 8,
        [0.0] * 7,
        [1, 1, 1, 1, 1, 1, -0.001],
        [nan, 1, 1, 1, 1, 1, 1],
        [1, 1, 1, 1, 1, 1, nan],
        [nan] * 7,
        [inf, 0, 0, 0, 0, 0, 0],
        [inf, -inf, 0, 0, 0, 0, 0],
        [1e308] * 7,
    ],
)
def test_weights_that_have_no_shares_are_refused(weights):
    with pytest.raises(ValueError, match="seven finite numbers"):
        to_integers(weights)
