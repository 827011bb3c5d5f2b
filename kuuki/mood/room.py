"""A room as one gateway sees it: who is present, the newest score of each seat, and their fold.

A seat counts once, whatever its peers do: a newer peer takes the seat over. All times are ``now``, monotonic
seconds of this process; no clock of a client is ever read.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kuuki.admission import Bucket
from kuuki.errors import DropReason
from kuuki.limits import SURE_MIN, TAPS_BURST, TAPS_PER_S
from kuuki.mood.frames import Beat, Presence, Score, Tap
from kuuki.mood.mix import NO_TAPS, Cohort, Partial
from kuuki.times import PRESENT_S, SCORE_STALE_S, TAP_WINDOW_S, TICK_S

_TAP_SLOTS: Final = 2 + round(TAP_WINDOW_S / TICK_S)
"""Taps are kept as one sum a tick: this many cover the window, however many people tap."""


class Role(StrEnum):
    """What a peer is for. Only the audience is counted and may publish; the others watch."""

    AUDIENCE = "audience"
    STAGE = "stage"
    OVERLAY = "overlay"


@dataclass(slots=True)
class Seat:
    """One participant's place: the newest truth that was heard from it.

    ``seq`` is the newest of scores and beats: each of them says whether the participant is sensing. A seat that is not
    counted is heard as any other, and is in no fold: another gateway may still count it.
    """

    role: Role
    heard_at: float
    taps_left: Bucket
    presence: Presence = Presence.WATCHING
    seq: int = 0
    weights: tuple[int, ...] | None = None
    scored_at: float = 0.0
    tap_seq: int = 0
    tap_counts: tuple[int, ...] = NO_TAPS
    is_counted: bool = True

    def is_present(self, now: float) -> bool:
        """Whether the peer was heard within PRESENT_S and has not said bye."""
        return self.presence is not Presence.BYE and now - self.heard_at <= PRESENT_S

    def live_weights(self, now: float) -> tuple[int, ...] | None:
        """The weights that count at ``now``, if any: sensing, and not stale."""
        if self.presence is not Presence.SENSING or now - self.scored_at > SCORE_STALE_S:
            return None
        return self.weights


@dataclass(slots=True)
class Room:
    """Seats by their id (an opaque string), and the taps of the last seconds, summed by tick."""

    seats: dict[str, Seat] = field(default_factory=dict)
    recent_taps: deque[tuple[float, tuple[int, ...]]] = field(default_factory=lambda: deque(maxlen=_TAP_SLOTS))

    def sit(self, seat_id: str, role: Role, now: float, *, is_counted: bool = True) -> None:
        """A peer takes a seat: what the seat's former peer said is forgotten, but not how much of its taps was spent.

        ``is_counted`` is for a seat that was empty; whether one that was taken is counted does not change.
        """
        former = self.seats.get(seat_id)
        taps_left = former.taps_left if former else Bucket.full(TAPS_PER_S, TAPS_BURST, now)
        is_counted = former.is_counted if former else is_counted
        self.seats[seat_id] = Seat(role, now, taps_left, is_counted=is_counted)

    def count(self, seat_id: str, *, is_counted: bool) -> None:
        """Whether a seat is in the folds from now on. An empty seat is left as it is."""
        seat = self.seats.get(seat_id)
        if seat is not None:
            seat.is_counted = is_counted

    def leave(self, seat_id: str) -> None:
        """The seat is empty at once. Leaving an empty seat changes nothing."""
        self.seats.pop(seat_id, None)

    def receive(self, seat_id: str, frame: Score | Tap | Beat, now: float) -> DropReason | None:
        """A frame came from a seat's peer; why it was dropped, if it was."""
        seat = self.seats.get(seat_id)
        if seat is None:
            return DropReason.NO_SEAT
        seat.heard_at = max(seat.heard_at, now)
        if isinstance(frame, Beat):
            return _receive_beat(seat, frame)
        if seat.role is not Role.AUDIENCE:
            return DropReason.WRONG_ROLE
        return _receive_score(seat, frame, now) if isinstance(frame, Score) else self._receive_tap(seat, frame, now)

    def _receive_tap(self, seat: Seat, tap: Tap, now: float) -> DropReason | None:
        if tap.seq <= seat.tap_seq:
            return DropReason.LATE
        wanted = [max(0, new - old) for new, old in zip(tap.counts, seat.tap_counts, strict=True)]
        counted = tuple(seat.taps_left.consume_up_to(now, count) for count in wanted)
        seat.tap_seq = tap.seq
        seat.tap_counts = tuple(map(max, tap.counts, seat.tap_counts))  # a count that shrank must not count twice
        if seat.is_counted and any(counted):
            self._keep_taps(counted, now)
        return DropReason.OVER_RATE if sum(counted) < sum(wanted) else None

    def _keep_taps(self, counted: tuple[int, ...], now: float) -> None:
        if self.recent_taps and now - self.recent_taps[-1][0] < TICK_S:
            now, before = self.recent_taps.pop()
            counted = tuple(map(int.__add__, before, counted))
        self.recent_taps.append((now, counted))

    def fold(self, now: float) -> Partial:
        """Everything that counts at ``now``, as integer sums; each seat at most once, stale ones left out."""
        seats = [seat for seat in self.seats.values() if seat.is_counted]
        live = [weights for seat in seats if (weights := seat.live_weights(now)) is not None]
        present = sum(seat.role is Role.AUDIENCE and seat.is_present(now) for seat in seats)
        return Partial(present, self._fold_taps(now), (_fold_cohort(live),) if live else ())

    def _fold_taps(self, now: float) -> tuple[int, ...]:
        while self.recent_taps and now - self.recent_taps[0][0] > TAP_WINDOW_S:
            self.recent_taps.popleft()
        counts = [counts for _, counts in self.recent_taps]
        return tuple(map(sum, zip(*counts, strict=True))) if counts else NO_TAPS


def _receive_beat(seat: Seat, beat: Beat) -> DropReason | None:
    if beat.seq <= seat.seq:
        return DropReason.LATE
    if seat.role is not Role.AUDIENCE and beat.presence is Presence.SENSING:
        return DropReason.WRONG_ROLE
    seat.presence, seat.seq = beat.presence, beat.seq
    if beat.presence is not Presence.SENSING:
        seat.weights = None  # pausing withdraws the score at once, it does not only hide it
    return None


def _receive_score(seat: Seat, score: Score, now: float) -> DropReason | None:
    if score.seq <= seat.seq:
        return DropReason.LATE
    seat.seq, seat.presence = score.seq, Presence.SENSING
    if score.sure < SURE_MIN:
        seat.weights = None
        return DropReason.NOT_SURE
    seat.weights, seat.scored_at = score.weights, now
    return None


def _fold_cohort(live: list[tuple[int, ...]]) -> Cohort:
    columns = list(zip(*live, strict=True))
    sums = tuple(map(sum, columns))
    squares = tuple(sum(weight * weight for weight in column) for column in columns)
    return Cohort(0, len(live), sums, squares)
