"""Newcomers come in together, at moments apart; whatever gateways know of it, nobody comes in between."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.mood.growth import FIRST, UNKNOWN, Growth, last_moment, open_moment
from kuuki.times import MOMENT_CLOSES_S, MOMENT_S, STEP_KNOWN_S, TICK_S

NOBODY = (False, False)
EVEN, ODD = (True, False), (False, True)


@pytest.mark.parametrize(
    ("step", "opened", "last"), [(1, 0, -1), (2, 1, -1), (3, 1, 0), (4, 2, 0), (5, 2, 1), (6, 3, 1), (7, 3, 2)]
)
def test_an_even_step_closes_a_moment_and_the_odd_one_after_it_is_when_that_has_come(step, opened, last):
    assert (open_moment(step), last_moment(step)) == (opened, last)


@given(st.integers(FIRST, 2**32 - 2))
def test_every_moment_is_opened_then_closed_then_comes(step):
    if step % 2:
        assert (open_moment(step + 1), last_moment(step + 1)) == (open_moment(step) + 1, last_moment(step))
    else:
        assert (open_moment(step + 1), last_moment(step + 1)) == (open_moment(step), last_moment(step) + 1)
    assert 1 <= open_moment(step) - last_moment(step) <= 2, "at most two moments are not over"


def test_in_a_quiet_room_a_newcomer_waits_until_all_gateways_know():
    growth = Growth()
    growth.lead(FIRST, NOBODY, True, 100.0)
    assert growth.step == FIRST, "nobody waits"
    growth.lead(FIRST, EVEN, True, 100.2)
    assert (growth.step, growth.late) == (2, None), "closed"
    growth.lead(FIRST, EVEN, True, 100.4)
    assert growth.step == 2, "a gateway may still give somebody this moment"
    growth.lead(2, EVEN, True, 100.6)
    assert (growth.step, growth.late) == (3, 0), "moment 0 has come: who was given it counts also where that is unknown"
    growth.lead(3, NOBODY, True, 200.0)
    assert growth.step == 3


def test_one_that_never_says_so_is_not_waited_for_for_ever():
    growth = Growth(step=2, since=0.0)
    growth.lead(UNKNOWN, EVEN, True, MOMENT_CLOSES_S - 0.01)
    assert growth.step == 2
    growth.lead(UNKNOWN, EVEN, True, MOMENT_CLOSES_S)
    assert growth.step == 3


def test_whoever_does_not_hear_gives_no_moment_that_has_passed():
    """A gateway believes a step for STEP_KNOWN_S; its partial may be a tick old when it is mixed."""
    assert STEP_KNOWN_S + TICK_S < MOMENT_CLOSES_S


def test_moments_are_apart_unless_nothing_is_shown():
    growth = Growth(step=3, since=10.0)
    growth.lead(3, ODD, True, 10.0 + MOMENT_S - 0.01)
    assert growth.step == 3
    growth.lead(3, ODD, True, 10.0 + MOMENT_S)
    assert growth.step == 4
    hidden = Growth(step=3, since=10.0)
    hidden.lead(3, ODD, False, 10.2)
    assert hidden.step == 4, "a room of few shows no numbers: nothing is told by who comes"


def test_only_who_waits_for_the_open_moment_opens_the_next():
    growth = Growth(step=3, since=0.0)
    growth.lead(3, EVEN, True, 100.0)
    assert growth.step == 3, "those of the last moment count already"


def test_whoever_takes_over_stands_where_gateways_say_and_never_goes_back():
    growth = Growth()
    growth.follow(7, 8, 5.0)
    assert (growth.step, growth.since) == (8, 5.0), "not all gateways know yet"
    growth.hear(7, 6.0)
    growth.follow(UNKNOWN, UNKNOWN, 7.0)
    assert (growth.step, growth.since) == (8, 5.0)
    growth.lead(8, NOBODY, True, 5.0)
    assert growth.step == 9, "all know: what was being closed comes"


def test_whoever_follows_takes_newcomers_in_with_the_one_who_leads():
    growth = Growth(step=7, since=0.0)
    growth.follow(8, 8, 5.0)
    assert growth.step == 9, "all know that a moment is closed: it comes at once"
    growth.follow(8, 8, 5.2)
    assert growth.step == 9
    growth.follow(9, 9, 5.4)
    assert growth.step == 9, "but it closes none"


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.booleans(), st.booleans()), max_size=300))
def test_moments_that_are_shown_are_never_closer_however_gateways_lag(told):
    growth, came, now = Growth(), [], 0.0
    for lag, even, odd, _ in told:
        now += TICK_S
        before = last_moment(growth.step)
        growth.lead(max(UNKNOWN, growth.step - lag), (even, odd), True, now)
        assert last_moment(growth.step) - before in (0, 1)
        came += [now] if last_moment(growth.step) > before else []
    assert all(later - earlier >= MOMENT_S - 1e-9 for earlier, later in pairwise(came))
