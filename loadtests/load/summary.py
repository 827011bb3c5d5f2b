"""What a run came to, from Locust's statistics: the figures that are judged, and the table that is printed."""

from typing import Any

from locust.stats import RequestStats, StatsEntry

from loadtests.load.events import Event, Name
from loadtests.load.shares import Truths
from loadtests.load.verdict import Check, Figures, upper_ms


def figures_of(stats: RequestStats, truths: Truths) -> Figures:
    """The figures. Percentiles at the upper edge of what Locust rounds, and at most the longest that there was."""
    return Figures(
        events=stats.total.num_requests,
        failures=stats.total.num_failures,
        join_ms=_p99_ms(stats, Name.JOIN),
        wait_ms=_p99_ms(stats, Name.WAIT),
        age_ms=_p99_ms(stats, Name.AGE),
        is_exact=truths.is_exact,
        error_max=truths.error_max,
        error_mean=truths.error_mean,
        judged=truths.judged,
    )


def table(stats: RequestStats) -> list[str]:
    """A row for each name that occurred, in the order of what happens to a person."""
    lines = [f"{'':32}{'count':>9}{'failed':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}  ms"]
    return lines + [_row(name, entry) for name in Name if (entry := _entry(stats, name)) is not None]


def in_words(stats: RequestStats, checks: list[Check]) -> str:
    """The table and the verdict."""
    verdict = "passed" if all(check.is_met for check in checks) else "FAILED"
    return "\n".join(["", *table(stats), "", *map(str, checks), "", f"kuuki load: {verdict}"])


def as_json(stats: RequestStats, figures: Figures, checks: list[Check]) -> dict[str, Any]:
    """The same for programs."""
    rows = {name.value: _percentiles(entry) for name in Name if (entry := _entry(stats, name)) is not None}
    errors = [
        {"name": error.name, "problem": str(error.error), "count": error.occurrences} for error in stats.errors.values()
    ]
    return {
        "passed": all(check.is_met for check in checks),
        "checks": [{"what": check.what, "is_met": check.is_met} for check in checks],
        "rows_ms": rows,
        "failures": errors,
        "truth_error_max": figures.error_max,
        "truth_error_mean": figures.error_mean,
        "truth_judged": figures.judged,
    }


def _entry(stats: RequestStats, name: Name) -> StatsEntry | None:
    entry: StatsEntry | None = stats.entries.get((str(name), Event(name).kind))
    return entry


def _p99_ms(stats: RequestStats, name: Name) -> float | None:
    entry = _entry(stats, name)
    if entry is None or not entry.response_times:
        return None
    return min(upper_ms(entry.get_response_time_percentile(0.99)), entry.max_response_time)  # that one is exact


def _percentiles(entry: StatsEntry) -> dict[str, float]:
    shares = {"p50": 0.50, "p95": 0.95, "p99": 0.99}
    times = {name: entry.get_response_time_percentile(share) for name, share in shares.items()}
    longest = round(entry.max_response_time, 1)
    return {"count": entry.num_requests, "failed": entry.num_failures, **times, "max": longest}


def _row(name: Name, entry: StatsEntry) -> str:
    cells = _percentiles(entry)
    times = (cells[key] for key in ("p50", "p95", "p99", "max"))
    return f"{name:32}{entry.num_requests:9}{entry.num_failures:8}" + "".join(f"{ms:8g}" for ms in times)
