"""What the crowd knows to be true, held against each mix; and how long scores take. Pure; ``now`` is an argument."""

from collections import deque
from collections.abc import Sequence
from typing import Final

from kuuki.limits import SURE_MIN
from kuuki.mood.frames import Mix, State
from kuuki.mood.labels import LABELS, WHOLE
from kuuki.times import SEAT_EXPIRES_S

SETTLED_S: Final = 1.0
"""Mixes are judged when nothing has changed for this long: every gateway and the mixer have heard it all by then."""

_ROUNDING_S: Final = 0.002
"""The age and the round trip come in whole milliseconds; a score must have been early by more than that."""


class Sums:
    """The newest score of everyone in a crowd, or in a part of one, as integer sums; and since when they stand still.

    ``settles_at``: what has changed is in every mix from then on.
    """

    def __init__(self) -> None:
        self._scores: dict[int, tuple[int, ...]] = {}
        self.sums = (0,) * len(LABELS)
        self.settles_at = float("-inf")

    @property
    def sensing(self) -> int:
        """How many have a score that counts."""
        return len(self._scores)

    def score(self, person: int, weights: tuple[int, ...], sure: int, now: float) -> None:
        """A person's newest score has been sent."""
        self._set(person, weights if sure >= SURE_MIN else None, now)

    def came_or_went(self, person: int, now: float, *, by_handover: bool = False) -> None:
        """A person's peer has opened or was lost: the room changes, and the person has no score in it.

        ``by_handover``: the seat comes from another gateway, so for up to SEAT_EXPIRES_S it may be left out.
        """
        self._set(person, None, now)
        self._unsettle(now, now + (SEAT_EXPIRES_S if by_handover else 0.0))

    def _set(self, person: int, weights: tuple[int, ...] | None, now: float) -> None:
        former = self._scores.get(person)
        if weights == former:
            return
        self._unsettle(now, now)
        self._scores.pop(person, None)
        if weights is not None:
            self._scores[person] = weights
        for sign, score in ((-1, former), (1, weights)):
            if score is not None:
                self.sums = tuple(total + sign * weight for total, weight in zip(self.sums, score, strict=True))

    def _unsettle(self, now: float, until: float) -> None:
        """Something is about to change at ``now``, and goes on changing until then."""
        self.settles_at = max(self.settles_at, until + SETTLED_S)

    @property
    def weights(self) -> tuple[float, ...] | None:
        """The exact mean; None while nobody senses."""
        return mean(self.sums, self.sensing)

    def hear(self, mix: Mix, now: float) -> None:
        """A mix was received at ``now``."""


class Truth(Sums):
    """A whole crowd's, and the worst error of a mix against it.

    ``is_alone``: whether nobody else can be in the room; if not, mixes that count others are left out.
    """

    def __init__(self, *, is_exact: bool, is_alone: bool) -> None:
        super().__init__()
        self._is_exact = is_exact
        self._is_alone = is_alone
        self.judged = 0
        self._error_max = 0.0

    @property
    def error_max(self) -> float | None:
        """The largest error of a label's weight, 0..1; None when no mix could be judged."""
        return self._error_max if self.judged else None

    def hear(self, mix: Mix, now: float) -> None:
        """Judge a mix received at ``now``, if it can be judged."""
        if not self._is_exact or now < self.settles_at:
            return
        expected = self.weights
        if expected is None or (not self._is_alone and mix.at_least != self.sensing):
            return
        self.judged += 1
        self._error_max = max(self._error_max, error_of(said_by(mix), expected))


def mean(sums: Sequence[int], sensing: int) -> tuple[float, ...] | None:
    """The exact mean of so many scores with these sums; None of none."""
    return tuple(total / (WHOLE * sensing) for total in sums) if sensing else None


def said_by(mix: Mix) -> tuple[float, ...] | None:
    """The weights that a mix shows; None if it shows none."""
    return mix.body.weights if mix.state is State.LIVE and mix.body is not None else None


def error_of(said: Sequence[float] | None, expected: Sequence[float]) -> float:
    """The largest error of a label; 1 where people are sensing and the mix does not say so."""
    return 1.0 if said is None else max(abs(found - true) for found, true in zip(said, expected, strict=True))


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
