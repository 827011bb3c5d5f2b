"""What the crowd knows to be true, held against each mix; and how long scores take. Pure; ``now`` is an argument."""

from collections import deque
from typing import Final

from kuuki.frames import Mix, State
from kuuki.labels import LABELS, WHOLE
from kuuki.limits import SURE_MIN
from kuuki.times import SEAT_EXPIRES_S

SETTLED_S: Final = 1.0
"""Mixes are judged when nothing has changed for this long: every gateway and the mixer have heard it all by then."""

_ROUNDING_S: Final = 0.002
"""The age and the round trip come in whole milliseconds; a score must have been early by more than that."""


class Truth:
    """The newest score of everyone in the crowd, as integer sums, and the worst error of a mix against them.

    ``is_alone``: whether nobody else can be in the room; if not, mixes that count others are left out.
    """

    def __init__(self, people: int, *, is_exact: bool, is_alone: bool) -> None:
        self._scores: list[tuple[int, ...] | None] = [None] * people
        self._sums = [0] * len(LABELS)
        self._sensing = 0
        self._unsettled_until = float("-inf")
        self._is_exact = is_exact
        self._is_alone = is_alone
        self.judged = 0
        self._error_max = 0.0

    @property
    def error_max(self) -> float | None:
        """The largest error of a label's weight, 0..1; None when no mix could be judged."""
        return self._error_max if self.judged else None

    def score(self, person: int, weights: tuple[int, ...], sure: int, now: float) -> None:
        """A person's newest score has been sent."""
        self._set(person, weights if sure >= SURE_MIN else None, now)

    def came_or_went(self, person: int, now: float, *, by_handover: bool = False) -> None:
        """A person's peer has opened or was lost: the room changes, and the person has no score in it.

        ``by_handover``: the seat comes from another gateway, so for up to SEAT_EXPIRES_S it may be left out.
        """
        self._set(person, None, now)
        self._unsettled_until = max(self._unsettled_until, now + (SEAT_EXPIRES_S if by_handover else 0.0))

    def _set(self, person: int, weights: tuple[int, ...] | None, now: float) -> None:
        former = self._scores[person]
        if weights == former:
            return
        self._scores[person] = weights
        self._unsettled_until = max(self._unsettled_until, now)
        for sign, score in ((-1, former), (1, weights)):
            if score is not None:
                self._sensing += sign
                self._sums = [total + sign * weight for total, weight in zip(self._sums, score, strict=True)]

    @property
    def weights(self) -> tuple[float, ...] | None:
        """The exact mean; None while nobody senses."""
        if self._sensing == 0:
            return None
        return tuple(total / (WHOLE * self._sensing) for total in self._sums)

    def hear(self, mix: Mix, now: float) -> None:
        """Judge a mix received at ``now``, if it can be judged."""
        if not self._is_exact or now - self._unsettled_until < SETTLED_S:
            return
        expected = self.weights
        if expected is None or (not self._is_alone and mix.at_least != self._sensing):
            return
        self.judged += 1
        self._error_max = max(self._error_max, _error(mix, expected))


def _error(mix: Mix, expected: tuple[float, ...]) -> float:
    if mix.state is not State.LIVE or mix.body is None:
        return 1.0  # people are sensing, and the mix does not say so
    return max(abs(found - true) for found, true in zip(mix.body.weights, expected, strict=True))


class Waits:
    """One person's scores on their way: from a score's send to the first mix received that contains it.

    A mix contains the gateway's fold of ``received - way down - age``; the score was there at ``sent + way up``. Both
    ways together are the round trip, so a score is contained when ``sent + rtt <= received - age``; one on the edge
    counts for the next mix. A score that a newer one overtook before the fold is in no mix, and is not counted.
    """

    def __init__(self) -> None:
        self._sent: deque[float] = deque(maxlen=64)

    def sent(self, now: float) -> None:
        """A score was sent."""
        self._sent.append(now)

    def hear(self, received_at: float, age_ms: int, rtt_ms: int | None) -> float | None:
        """How long the score waited that this mix is the first to contain, in seconds; None if there is none."""
        if rtt_ms is None:
            return None
        heard_until = received_at - (age_ms + rtt_ms) / 1000 - _ROUNDING_S
        newest = None
        while self._sent and self._sent[0] <= heard_until:
            newest = self._sent.popleft()
        return None if newest is None else received_at - newest


def quantile(values: list[float], share: float) -> float | None:
    """The smallest value that ``share`` (0..1) of all values do not exceed (nearest rank); None for no values.

    >>> quantile([3.0, 1.0, 2.0], 0.5)
    2.0
    """
    if not values:
        return None
    ordered = sorted(values)
    rank = -int(-share * len(ordered) // 1)
    return ordered[min(len(ordered), max(1, rank)) - 1]
