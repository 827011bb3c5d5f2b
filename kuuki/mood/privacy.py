"""From the inner mix to the published one: the minimum group, rounding, buckets.

The inner mix (exact integer sums) never leaves the aggregator. What is published obeys the room's rule: enough people,
of a set that grows at moments only (growth.py), with noise (veil.py), rounded. Every number in it is computed from
values that have been through all of that.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from kuuki.limits import MIN_GROUP, SEQ_MAX, TAPPED_MAX
from kuuki.mood.frames import Mix, State
from kuuki.mood.growth import Growth
from kuuki.mood.mix import NOTHING, Calibration, Means, Partial, SetSums, describe, finish, merge_sets
from kuuki.mood.surges import Surges
from kuuki.mood.veil import Veil
from kuuki.times import LIVE_HOLD_S, OPEN_S

_PERCENT = 100
_COVERAGE_STEPS = 20


class Privacy(StrEnum):
    """STANDARD: minimum group, moments, veil, rounding, buckets. EXACT: none of it; only where kuuki is bound to
    loopback."""

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

    def is_open(self, people: int, now: float) -> bool:
        """Whether ``people`` contributors at ``now`` may be published."""
        if people < self.rule.fewest:
            self.enough_since = None
            return False
        if self.enough_since is None:
            self.enough_since = now
        return now - self.enough_since >= self.hold_s

    @property
    def hold_s(self) -> float:
        """How long there must have been enough."""
        return 0.0 if self.rule.privacy is Privacy.EXACT else LIVE_HOLD_S


@dataclass(slots=True)
class Publication:
    """What is to be known of a room, from mix to mix, to publish it.

    ``means``: of who counts in the published mix, exact. ``is_shown``: whether they may be shown. ``is_open``:
    everybody counts at once, until all who are read have a place: in a room that begins, and where a gateway of the
    version before, which knows of no places, was in it; OPEN_S at most, or who comes again and again could keep it
    open. ``tapped``: how many tap in this moment as it may be shown; None where fewer than the minimum group are there
    to tap, whether or not they share anything else.
    """

    gate: Gate
    veil: Veil
    growth: Growth = field(default_factory=Growth)
    means: Means = NOTHING
    is_shown: bool = False
    is_open: bool = True
    surges: Surges = field(default_factory=Surges)
    tapped: tuple[int, ...] | None = None
    looked_at: float = 0.0
    _open_since: float | None = None
    _tap_gate: Gate = field(init=False)

    def __post_init__(self) -> None:
        self._tap_gate = Gate(self.gate.rule)

    def lead(self, inner: Partial, steps: tuple[int, int], now: float, *, is_latest: bool = True) -> None:
        """A mix is about to be made here: newcomers are taken in if their moment has come. ``steps``: of the growth,
        the one that every gateway knows of at least, and the newest that one of them knows of. ``is_latest``: all
        gateways know of places."""
        self.growth.hear(steps[1], now)
        self.growth.lead(steps[0], inner.waits, self.is_shown and not self.is_open, now)
        self._open(inner, is_latest, now)
        self.look(inner, now)

    def follow(self, inner: Partial, steps: tuple[int, int], now: float, *, is_latest: bool = True) -> None:
        """A mix is made by another mixer, of the same."""
        self.growth.follow(*steps, now)
        self._open(inner, is_latest, now)
        self.look(inner, now)

    def _open(self, inner: Partial, is_latest: bool, now: float) -> None:
        if not is_latest or self._open_since is None or not inner.sensing:
            self.is_open, self._open_since = self.is_open or not is_latest, now
        elif self.is_open:
            self.is_open = self._placed(inner).sums.people < inner.sensing and now - self._open_since < OPEN_S

    def vanish(self) -> None:
        """No gateway has the room now. It may come back soon: its noise and its growth are kept, not that there were
        enough people."""
        self.gate.enough_since, self.is_shown = None, False
        self._tap_gate.enough_since = None

    def look(self, inner: Partial, now: float) -> None:
        """Take note of who counts now, for the minimum group and the veil."""
        is_exact = self.gate.rule.privacy is Privacy.EXACT
        counted = SetSums(0, inner.inner) if is_exact else self.counted(inner)
        self.means = finish(counted.sums, inner.present, inner.taps)
        self.is_shown, self.looked_at = self.gate.is_open(self.means.people, now), now
        self.tapped = self._show_taps(inner, now)
        if not is_exact:
            self.veil.see(counted.number, self.means, self.is_shown)

    def _show_taps(self, inner: Partial, now: float) -> tuple[int, ...] | None:
        if self._tap_gate.rule is not self.gate.rule:
            self._tap_gate = Gate(self.gate.rule)
        if not self._tap_gate.is_open(inner.present, now):
            return None
        counts = tuple([min(count, TAPPED_MAX) for count in inner.tapped])
        return counts if self.gate.rule.privacy is Privacy.EXACT else tuple(map(lower_edge, counts))

    def counted(self, inner: Partial) -> SetSums:
        """The set that counts in the published mix."""
        if not self.is_open:
            return self._placed(inner)
        everybody = merge_sets((inner.counted, *inner.waiting))
        if everybody.sums.people >= inner.sensing:
            return everybody
        return SetSums((everybody.number + inner.sensing) & SEQ_MAX, inner.inner)  # of some, no number is known

    def _placed(self, inner: Partial) -> SetSums:
        """Those who have a place from a moment on that has come."""
        late = self.growth.late
        if late is None or not inner.waits[late]:
            return inner.counted
        return merge_sets((inner.counted, inner.waiting[late]))


def publish(inner: Partial, room: Publication, order: tuple[int, int], calibration: Calibration) -> Mix:
    """The published mix of a merged partial that ``room`` has looked at. ``order`` is its (term, seq)."""
    mix = replace(_publish(inner, room, order, calibration), tapped=room.tapped)
    return replace(mix, waves=room.surges.hear(mix, lower_edge(inner.present), room.looked_at))


def _publish(inner: Partial, room: Publication, order: tuple[int, int], calibration: Calibration) -> Mix:
    means = room.means
    if room.gate.rule.privacy is Privacy.EXACT:
        return _publish_exact(inner, means, order, calibration)
    draw = room.veil.draw
    if inner.present == 0 and means.people == 0:
        return Mix(*order, State.EMPTY, 0.0, at_most=0, draw=draw)
    if not room.is_shown:
        return Mix(*order, State.FEW, 0.0, at_most=room.gate.rule.min_group - 1, draw=draw)
    shown = rounded(room.veil.over(means))
    bounds = bucket(means.people, room.gate.rule.min_group)
    return Mix(*order, State.LIVE, shown.coverage, *bounds, describe(shown, calibration), draw=draw)


def _publish_exact(inner: Partial, means: Means, order: tuple[int, int], calibration: Calibration) -> Mix:
    people = means.people
    if people == 0:
        state = State.FEW if inner.present else State.EMPTY
        return Mix(*order, state, 0.0, at_most=0)
    return Mix(*order, State.LIVE, means.coverage, people, people, describe(means, calibration))


def rounded(means: Means) -> Means:
    """Whole percents (the weights still sum to 1, by largest remainder); tap rates in halves, coverage in
    twentieths."""
    return Means(
        means.people,
        coverage=round(means.coverage * _COVERAGE_STEPS) / _COVERAGE_STEPS,
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


@lru_cache(maxsize=4096)
def bucket(people: int, min_group: int) -> tuple[int, int]:
    """The bucket that ``people`` (>= min_group) fall in: edges at 1, 2, 5, 10, 20, 50, ..., cut at min_group.

    >>> bucket(12, 5), bucket(5, 5), bucket(250, 5)
    ((10, 19), (5, 9), (200, 499))
    """
    high = min(edge for edge in _edges(people) if edge > people)
    return max(lower_edge(people), min_group), high - 1


@lru_cache(maxsize=4096)
def lower_edge(count: int) -> int:
    """The lower edge of the bucket that a count (>= 0) is in, at the same edges; 0 is a bucket of its own.

    >>> [lower_edge(count) for count in (0, 1, 4, 7, 30)]
    [0, 1, 2, 5, 20]
    """
    return max((edge for edge in _edges(count) if edge <= count), default=0)


def _edges(count: int) -> list[int]:
    decade = 10 ** (len(str(count)) - 1)
    return [decade * step for step in (1, 2, 5, 10)]
