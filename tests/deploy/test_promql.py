"""Which selectors an expression has."""

import pytest

from tests.deploy.promql import selectors


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("up", ["up"]),
        ("sum(up)", ["up"]),
        ('up{job="a", x!~"b{2}"}', ['up{job="a",x!~"b{2}"}']),
        ("sum by (job, le) (rate(a_total[5m]))", ["a_total"]),
        ("rate(a[$__rate_interval]) / on (x) group_left (y) b offset 5m", ["a", "b"]),
        ('a == 0 and on () max(b) == bool 1 or absent(c{d="e"})', ["a", "b", 'c{d="e"}']),
        ("max_over_time(sum(a)[15s:5s]) > 1.02 * 1e3", ["a"]),
        ("histogram_quantile(0.99, sum without (x) (rate(job:b_bucket[1h30m])))", ["job:b_bucket"]),
        ("topk(3, inf * -a)", ["a"]),
    ],
)
def test_selectors(expression, expected):
    assert selectors(expression) == expected


def test_what_is_no_promql_is_refused():
    with pytest.raises(ValueError, match="not PromQL"):
        selectors("up ? 1")
