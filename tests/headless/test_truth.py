"""The crowd's own measure: errors against the truth, and end-to-end times that never flatter."""

import pytest

from client.headless.crowd.truth import SETTLED_S, Truth, Waits, quantile
from kuuki.mood.frames import Body, Mix, State
from kuuki.times import SEAT_EXPIRES_S

HAPPY = (0, 0, 0, 255, 0, 0, 0)
HALF = (0, 0, 0, 128, 0, 0, 127)
NEUTRAL = (0, 0, 0, 0, 0, 0, 255)


def live(weights, people=2):
    body = Body(0.0, tuple(weights), 0.0, 0.0, 1.0, (0.0,) * 4)
    return Mix(1, 1, State.LIVE, 1.0, people, people, body)


def told(*, is_alone=True, is_exact=True):
    truth = Truth(is_exact=is_exact, is_alone=is_alone)
    truth.score(0, HAPPY, 255, 0.0)
    truth.score(1, NEUTRAL, 255, 0.5)
    return truth


def test_the_truth_is_the_mean_of_the_newest_scores_that_count():
    truth = told()
    assert truth.weights == (0, 0, 0, 0.5, 0, 0, 0.5)
    truth.score(2, HAPPY, 127, 0.6)
    assert truth.weights == (0, 0, 0, 0.5, 0, 0, 0.5)
    truth.score(1, HALF, 128, 0.7)
    assert truth.weights[3] == pytest.approx(383 / 510)
    truth.came_or_went(0, 0.8)
    assert truth.weights[3] == pytest.approx(128 / 255)


def test_an_exact_mix_has_no_error_and_a_wrong_one_has_its_own():
    truth = told()
    truth.hear(live(truth.weights), 2.0)
    assert (truth.judged, truth.error_max) == (1, 0.0)
    truth.hear(live((0, 0, 0.1, 0.4, 0, 0, 0.5)), 2.1)
    assert (truth.judged, truth.error_max) == (2, pytest.approx(0.1))


def test_a_mix_that_hides_people_is_wholly_wrong():
    truth = told()
    truth.hear(Mix(1, 1, State.FEW, 0.0, at_most=0), 2.0)
    assert truth.error_max == 1.0


def test_nothing_is_judged_before_all_has_settled():
    truth = told()
    truth.hear(live((1, 0, 0, 0, 0, 0, 0)), 0.5 + SETTLED_S - 0.01)
    assert (truth.judged, truth.error_max) == (0, None)
    truth.score(0, HAPPY, 255, 1.4)  # the same again is no change
    truth.hear(live(truth.weights), 0.5 + SETTLED_S)
    assert truth.judged == 1
    truth.came_or_went(2, 1.6)
    truth.hear(live(truth.weights), 1.7)
    assert truth.judged == 1


def test_a_seat_that_comes_from_another_gateway_may_be_left_out_for_its_hand_over():
    truth = told()
    truth.came_or_went(0, 2.0, by_handover=True)
    truth.score(0, HAPPY, 255, 2.1)
    truth.hear(live(truth.weights), 2.0 + SEAT_EXPIRES_S + SETTLED_S - 0.01)
    assert truth.judged == 0
    truth.hear(live(truth.weights), 2.0 + SEAT_EXPIRES_S + SETTLED_S)
    assert (truth.judged, truth.error_max) == (1, 0.0)


def test_rounded_rooms_are_not_judged():
    truth = told(is_exact=False)
    truth.hear(live((1, 0, 0, 0, 0, 0, 0)), 9.0)
    assert truth.error_max is None


def test_where_others_may_be_only_mixes_of_the_crowd_alone_are_judged():
    truth = told(is_alone=False)
    truth.hear(live((1, 0, 0, 0, 0, 0, 0), people=3), 9.0)
    assert truth.judged == 0
    truth.hear(live(truth.weights, people=2), 9.0)
    assert truth.judged == 1


def test_a_wait_ends_with_the_first_mix_whose_fold_had_the_score():
    waits = Waits()
    waits.sent(10.000)
    assert waits.hear(10.050, age_ms=45, rtt_ms=4) is None  # folded at 10.005 - way down; up may have taken 4 ms
    assert waits.hear(10.250, age_ms=45, rtt_ms=4) == pytest.approx(0.250)
    assert waits.hear(10.450, age_ms=45, rtt_ms=4) is None  # nothing new in it


def test_a_score_on_the_edge_counts_for_the_next_mix():
    waits = Waits()
    waits.sent(10.000)
    assert waits.hear(10.012, age_ms=8, rtt_ms=3) is None


def test_an_overtaken_score_is_in_no_mix():
    waits = Waits()
    waits.sent(10.0)
    waits.sent(10.2)
    assert waits.hear(10.5, age_ms=10, rtt_ms=2) == pytest.approx(0.3)
    assert waits.hear(10.7, age_ms=10, rtt_ms=2) is None


def test_without_a_round_trip_nothing_is_claimed():
    waits = Waits()
    waits.sent(10.0)
    assert waits.hear(11.0, age_ms=0, rtt_ms=None) is None
    assert waits.hear(11.2, age_ms=0, rtt_ms=1) == pytest.approx(1.2)


def test_quantiles_are_values_that_occurred():
    assert quantile([], 0.5) is None
    assert quantile([5.0], 0.99) == 5.0
    assert quantile([float(i) for i in range(1, 101)], 0.99) == 99.0
    assert quantile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0
