"""What is judged of Locust's own statistics."""

from typing import Any

import pytest

from loadtests.load.events import Name
from loadtests.load.shares import Truths

with pytest.MonkeyPatch.context() as patch:
    patch.setenv("LOCUST_SKIP_MONKEY_PATCH", "yes")  # else it would make this process, with all of its tests, gevent's
    from locust.stats import RequestStats

    from loadtests.load.summary import as_json, figures_of, table


def figures(stats):
    return figures_of(stats, Truths(is_exact=False, is_alone=False))


def stats_of(*times_ms, name=Name.AGE, problem=None):
    stats = RequestStats()
    without_time: Any = None  # as Locust has it, whatever its types say
    for ms in times_ms:
        stats.log_request("room", str(name), ms, 0)
    if problem:
        stats.log_request("room", str(name), without_time, 0)
        stats.log_error("room", str(name), problem)
    return stats


def test_a_percentile_is_the_most_that_it_can_have_been_but_no_more_than_the_longest():
    assert figures(stats_of(*[992.0] * 200, 1200.0)).age_ms == 995
    assert figures(stats_of(*[998.0] * 200, 1200.0)).age_ms == 1050
    assert figures(stats_of(*[998.0] * 200)).age_ms == 998.0
    assert figures(stats_of()).age_ms is None


def test_failures_are_counted_and_named_and_have_no_time():
    stats = stats_of(10.0, problem="overloaded", name=Name.ANSWERED)
    found = figures(stats)
    assert (found.events, found.failures, found.join_ms) == (2, 1, None)
    said = as_json(stats, found, [])
    assert said["failures"] == [{"name": "join: offer answered", "problem": "overloaded", "count": 1}]
    assert [line.split()[:1] for line in table(stats)] == [["count"], ["join:"]]
