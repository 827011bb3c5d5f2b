"""Whether a run passes: its figures against limits. Pure."""

from dataclasses import dataclass
from typing import Final

NO_LIMIT: Final = -1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may at most show; NO_LIMIT: whatever it is. Times in milliseconds, errors 0..1."""

    failures: float
    join_ms: float
    wait_ms: float
    age_ms: float
    error: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run showed. ``*_ms``: 99th percentiles, None where nothing was measured.

    ``failures`` of ``events``. ``error_max``, ``error_mean``: of a label in the ``judged`` mixes (one mix counts for
    each who received it). ``is_exact``: whether mixes of this room can be judged at all.
    """

    events: int
    failures: int
    join_ms: float | None
    wait_ms: float | None
    age_ms: float | None
    is_exact: bool
    error_max: float | None
    error_mean: float | None
    judged: int


@dataclass(frozen=True, slots=True)
class Check:
    """One claim, and whether it holds."""

    what: str
    is_met: bool

    def __str__(self) -> str:
        return f"{'pass' if self.is_met else 'FAIL'}  {self.what}"


def judge(figures: Figures, limits: Limits) -> list[Check]:
    """Every claim that has a limit. What was not measured is not met: nothing passes by having done nothing."""
    checks = [
        _within("join, p99", figures.join_ms, limits.join_ms, "ms"),
        _within("from a score to the mix that contains it, p99", figures.wait_ms, limits.wait_ms, "ms"),
        _within("age of a mix when it was sent, p99", figures.age_ms, limits.age_ms, "ms"),
        _within(f"failures of {figures.events} events", figures.failures, limits.failures, ""),
        _truth(figures, limits.error),
    ]
    return [check for check in checks if check is not None]


def _within(what: str, value: float | None, limit: float, unit: str) -> Check | None:
    if limit == NO_LIMIT:
        return None
    unit = unit and f" {unit}"
    if value is None:
        return Check(f"{what}: nothing was measured", False)
    return Check(f"{what}: {value:g}{unit}, at most {limit:g}{unit}", value <= limit)


def _truth(figures: Figures, limit: float) -> Check | None:
    if limit == NO_LIMIT or not figures.is_exact:
        return None
    if figures.error_max is None or figures.error_mean is None:
        return Check("truth: no mix could be judged (it takes ten seconds and more with everybody there)", False)
    what = (
        f"truth, the largest error of a label: {figures.error_max:.5f}, at most {limit:g} "
        f"(mean {figures.error_mean:.5f}, {figures.judged} mixes received and judged)"
    )
    return Check(what, figures.error_max <= limit)


def upper_ms(rounded: float) -> float:
    """The most that a response time can have been which Locust keeps as this: it rounds to two digits from 100 on.

    >>> upper_ms(42), upper_ms(250), upper_ms(1000)
    (42, 255, 1050)
    """
    if rounded < 100:
        return rounded
    return rounded + (5 if rounded < 1000 else 50 if rounded < 10_000 else 500)
