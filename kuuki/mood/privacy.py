"""From the inner mix to the published one: the minimum group, rounding, buckets.

The inner mix (exact integer sums) never leaves the aggregator. What is published obeys the room's rule, and
every number in it is computed from values that were rounded before.
"""

from dataclasses import dataclass
from enum import StrEnum

from kuuki.limits import MIN_GROUP
from kuuki.mood.frames import Mix, State
from kuuki.mood.mix import Calibration, Means, Partial, describe, finish
from kuuki.times import LIVE_HOLD_S

_PERCENT = 100
_COVERAGE_STEPS = 20


class Privacy(StrEnum):
    """STANDARD: minimum group, rounding, buckets. EXACT: none of it; only where kuuki is bound to loopback."""

    STANDARD = "standard"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Rule:
    """A room's privacy rule."""

    privacy: Privacy = Privacy.STANDARD
    min_group: int = MIN_GROUP

    @property
    def fewest(self) -> int:
        """Contributors that a live mix needs."""
        return 1 if self.privacy is Privacy.EXACT else self.min_group

    @property
    def strictness(self) -> tuple[bool, int]:
        """Rules in their order: the greater one is the stricter one."""
        return self.privacy is not Privacy.EXACT, self.fewest


@dataclass(slots=True)
class Gate:
    """The minimum group with hysteresis: shut at once below it, open only after it held for LIVE_HOLD_S.

    A room at the edge of its minimum group would else flicker, and each flicker would tell that one person
    came or went.
    """

    rule: Rule
    enough_since: float | None = None

    def is_open(self, sensing: int, now: float) -> bool:
        """Whether ``sensing`` contributors at ``now`` may be published."""
        if sensing < self.rule.fewest:
            self.enough_since = None
            return False
        if self.enough_since is None:
            self.enough_since = now
        hold_s = 0.0 if self.rule.privacy is Privacy.EXACT else LIVE_HOLD_S
        return now - self.enough_since >= hold_s


def publish(partial: Partial, gate: Gate, order: tuple[int, int], now: float, calibration: Calibration) -> Mix:
    """The published mix of a merged partial. ``order`` is its (term, seq)."""
    means = finish(partial)
    is_open = gate.is_open(means.sensing, now)
    if gate.rule.privacy is Privacy.EXACT:
        return _publish_exact(partial, means, order, calibration)
    if partial.present == 0 and means.sensing == 0:
        return Mix(*order, State.EMPTY, 0.0, at_most=0)
    coverage = round(means.coverage * _COVERAGE_STEPS) / _COVERAGE_STEPS
    if not is_open:
        return Mix(*order, State.FEW, coverage, at_most=gate.rule.min_group - 1)
    at_least, at_most = bucket(means.sensing, gate.rule.min_group)
    return Mix(*order, State.LIVE, coverage, at_least, at_most, describe(rounded(means), calibration))


def _publish_exact(partial: Partial, means: Means, order: tuple[int, int], calibration: Calibration) -> Mix:
    people = means.sensing
    if people == 0:
        state = State.FEW if partial.present else State.EMPTY
        return Mix(*order, state, 0.0, at_most=0)
    return Mix(*order, State.LIVE, means.coverage, people, people, describe(means, calibration))


def rounded(means: Means) -> Means:
    """Whole percents (the weights still sum to 1, by largest remainder); tap rates in halves."""
    return means._replace(
        weights=_to_percents(means.weights),
        likeness=round(means.likeness * _PERCENT) / _PERCENT,
        taps=tuple([round(rate * 2) / 2 for rate in means.taps]),
    )


def _to_percents(weights: tuple[float, ...]) -> tuple[float, ...]:
    percents = [weight * _PERCENT for weight in weights]
    whole = [int(percent) for percent in percents]
    missing = _PERCENT - sum(whole)
    if missing > 0:
        below = [each - percent for each, percent in zip(whole, percents, strict=True)]
        for i in sorted(range(len(below)), key=below.__getitem__)[:missing]:  # the first of equals
            whole[i] += 1
    return tuple([percent / _PERCENT for percent in whole])


def bucket(people: int, min_group: int) -> tuple[int, int]:
    """The bucket that ``people`` (>= min_group) fall in: edges at 1, 2, 5, 10, 20, 50, ..., cut at min_group.

    >>> bucket(12, 5), bucket(5, 5), bucket(250, 5)
    ((10, 19), (5, 9), (200, 499))
    """
    decade = 10 ** (len(str(people)) - 1)
    edges = [decade * step for step in (1, 2, 5, 10)]
    low = max(edge for edge in edges if edge <= people)
    high = min(edge for edge in edges if edge > people)
    return max(low, min_group), high - 1
