"""What the stand concludes from the mixes that it saw."""

import math

import pytest

from loadtests.faults.watch import Seen, Watch, at_share


def watched(*counts, every=0.2):
    return Watch(
        "room", [Seen(number * every, "v", 1, number, people, "live", 0) for number, people in enumerate(counts)]
    )


def test_who_was_out_for_a_tick_is_not_lost_for_a_second():
    watch = watched(*[300] * 5, 298, 299, *[300] * 10)
    assert watch.least(0.0) == 298
    assert watch.least_for(1.0, 0.0) == 300


def test_who_was_out_for_a_second_is_lost():
    assert watched(*[300] * 5, *[298] * 7, *[300] * 10).least_for(1.0, 0.0) == 298
    assert watched(*[300] * 5, 298, 297, 298, 299, 297, 298, 298, *[300] * 10).least_for(1.0, 0.0) == 299


def test_when_each_of_those_hit_was_counted_for_good():
    backs = watched(300, 200, 200, 250, 249, 280, 300).recounted(300, 100, 0.0)
    assert len(backs) == 100
    assert [backs[0], backs[48], backs[49], backs[-1]] == pytest.approx([0.6, 0.6, 1.0, 1.2])
    assert watched(300, 200, 299).recounted(300, 100, 0.0)[-1] == math.inf


def test_a_share_is_of_all():
    assert at_share([1.0] * 95 + [9.0] * 5, 0.95) == 1.0
    assert at_share([1.0] * 94 + [9.0] * 6, 0.95) == 9.0
    assert at_share([], 0.95) == math.inf
