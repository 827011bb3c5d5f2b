"""How long to wait before another try: spread, doubling, bounded however long it goes on."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from kuuki.backoff import Backoff, Doubling
from kuuki.times import RETRY_MAX_S, RETRY_MIN_S


def lowest(least, most):
    return least


def highest(least, most):
    return most


def test_a_pause_doubles_up_to_the_longest_and_begins_anew():
    pause = Doubling(0.2, 1.0)
    assert [pause.next_s() for _ in range(5)] == [0.2, 0.4, 0.8, 1.0, 1.0]
    pause.begin_anew()
    assert pause.next_s() == 0.2


def test_a_first_pause_is_never_beyond_the_longest():
    pause = Doubling(5.0, 1.0)
    assert [pause.next_s(), pause.next_s()] == [1.0, 1.0]


def test_the_first_wait_is_within_a_second_and_later_ones_between_half_a_second_and_a_doubling_ceiling():
    low, high = Backoff(lowest), Backoff(highest)
    assert [low.next_s() for _ in range(3)] == [0.0, 0.5, 0.5]
    assert [high.next_s() for _ in range(7)] == [1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0]


def test_what_the_other_side_asks_for_comes_before_the_jitter_and_success_begins_anew():
    backoff = Backoff(Random(1).uniform)
    assert 7.0 <= backoff.next_s(7.0) <= 8.0
    for _ in range(20):
        backoff.next_s()
    backoff.succeeded()
    assert backoff.next_s() <= 1.0


def test_a_thousand_who_lost_the_same_gateway_come_back_spread():
    waits = [Backoff(Random(seed).uniform) for seed in range(200)]
    rounds = [[wait.next_s() for wait in waits] for _ in range(8)]
    assert max(rounds[0]) - min(rounds[0]) > 0.8
    assert max(rounds[7]) > 15.0


@given(st.floats(0.001, 10.0), st.floats(0.0, 10.0), st.floats(0.001, 100.0), st.integers())
def test_no_number_of_tries_leads_beyond_the_bounds(first_s, least_s, most_s, seed):
    backoff = Backoff(Random(seed).uniform, first_s, min(least_s, most_s), most_s)
    for _ in range(5000):  # a power of two would have overflowed after 1,024
        assert 0.0 <= backoff.next_s() <= max(first_s, most_s)


def test_an_outage_of_hours_is_waited_for_with_the_longest_ceiling():
    backoff = Backoff(highest)
    waits = [backoff.next_s() for _ in range(5000)]
    assert waits[-1] == RETRY_MAX_S
    assert min(waits) >= RETRY_MIN_S
