"""Lateness: hiccups are none, a late second is, and it is over only after a while in time."""

import pytest

from kuuki.lateness import Lateness
from kuuki.times import LATE_OVER_S, TICK_S


def run(lateness, lates, began=0.0):
    """Whether it is late after each of these ticks; a tick later than TICK_S leaves others out."""
    now, said = began, []
    for late_s in lates:
        now += TICK_S * (1 + late_s // TICK_S)
        lateness.tick(late_s, now)
        said.append(lateness.is_late)
    return said, now


def test_it_begins_in_time():
    assert not Lateness().is_late


@pytest.mark.parametrize("lates", [[0.0] * 50, [-0.01] * 50, [TICK_S / 2] * 50, [0.9, 0.9, 0, 0, 0] * 10])
def test_hiccups_and_small_delays_are_not_late(lates):
    assert not any(run(Lateness(), lates)[0])


def test_a_second_of_ticks_that_are_later_than_half_a_tick_is_late():
    said, _ = run(Lateness(), [0.15] * 10)
    assert said == [False] * 3 + [True] * 7


def test_one_that_is_later_than_a_second_is_enough():
    assert run(Lateness(), [0.0, 1.01])[0] == [False, True]


def test_it_is_over_after_a_while_in_time_and_not_before():
    lateness = Lateness()
    _, began = run(lateness, [0.3] * 10)
    ticks_left = 2  # so long the mean still has too many of the late ones in it
    said, _ = run(lateness, [0.0] * 30, began)
    assert said.index(False) == pytest.approx(ticks_left + LATE_OVER_S / TICK_S, abs=1)
    assert not any(said[said.index(False) :])


def test_what_is_late_again_and_again_stays_late():
    lateness = Lateness()
    _, now = run(lateness, [0.3] * 10)
    assert all(run(lateness, ([0.3] * 3 + [0.0] * 10) * 10, now)[0])
