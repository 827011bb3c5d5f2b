"""A room as one gateway sees it: who is present, the newest score of each seat, and their fold.

A seat counts once, whatever its peers do: a newer peer takes the seat over. All times are ``now``, monotonic
seconds of this process; no clock of a client is ever read.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import Final

from kuuki.admission import Bucket
from kuuki.errors import DropReason
from kuuki.limits import SEQ_MAX, SURE_MIN, TAPS_BURST, TAPS_PER_S
from kuuki.mood.frames import Beat, Presence, Score, Tap
from kuuki.mood.growth import last_moment, open_moment
from kuuki.mood.mix import NO_SET, NO_TAPS, NOBODY, Partial, SetSums, Sums
from kuuki.times import HELD_S, PRESENT_S, SCORE_STALE_S, STEP_KNOWN_S, TAP_WINDOW_S, TAPPED_S, TICK_S

NEVER: Final = (-inf,) * len(NO_TAPS)

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

    ``weights``: of the newest score that was sure enough, at ``scored_at``; ``is_read``: no newer one was unsure.
    ``tapped_at``: when each kind was tapped last. ``number``: the keyed hash by which it is a part of a set's number.
    ``moment``: from which on it counts in the published mix; None while it does not share, or has been given none.
    """

    role: Role
    heard_at: float
    taps_left: Bucket
    number: int = 0
    presence: Presence = Presence.WATCHING
    seq: int = 0
    weights: tuple[int, ...] | None = None
    scored_at: float = 0.0
    is_read: bool = False
    moment: int | None = None
    tap_seq: int = 0
    tap_counts: tuple[int, ...] = NO_TAPS
    tapped_at: tuple[float, ...] = NEVER
    is_counted: bool = True

    def is_present(self, now: float) -> bool:
        """Whether the peer was heard within PRESENT_S and has not said bye."""
        return self.presence is not Presence.BYE and now - self.heard_at <= PRESENT_S

    def live_weights(self, now: float) -> tuple[int, ...] | None:
        """The weights that count at ``now``, if any: sensing, and not stale."""
        if self.presence is not Presence.SENSING or not self.is_read or now - self.scored_at > SCORE_STALE_S:
            return None
        return self.weights

    def held_weights(self, now: float) -> tuple[int, ...] | None:
        """The weights with which it counts in the published mix, if it shares: a face that is not read keeps its
        last."""
        if self.presence is not Presence.SENSING or now - self.heard_at > PRESENT_S or now - self.scored_at > HELD_S:
            return None
        return self.weights


@dataclass(slots=True)
class Room:
    """Seats by their id (an opaque string), the taps of the last seconds, summed by tick, and who tapped last when.

    ``step``: where the growth of the published set stands (kuuki/mood/growth.py), as a mix said at ``step_at``; None
    before the first. ``is_veiled``: whether the room has such a set: an exact one has none.
    """

    is_veiled: bool = True
    seats: dict[str, Seat] = field(default_factory=dict)
    tappers: dict[str, float] = field(default_factory=dict)
    recent_taps: deque[tuple[float, tuple[int, ...]]] = field(default_factory=lambda: deque(maxlen=_TAP_SLOTS))
    step: int | None = None
    step_at: float = 0.0

    def sit(self, seat_id: str, role: Role, now: float, *, number: int = 0, is_counted: bool = True) -> None:
        """A peer takes a seat: what the seat's former peer said is forgotten, but not how much of its taps was spent,
        nor its place in the published mix. That it gives up when it says that it does not share.

        ``is_counted`` is for a seat that was empty; whether one that was taken is counted does not change.
        """
        former = self.seats.get(seat_id)
        taps_left = former.taps_left if former else Bucket.full(TAPS_PER_S, TAPS_BURST, now)
        seat = self.seats[seat_id] = Seat(role, now, taps_left, number, is_counted=is_counted)
        if former is not None:
            seat.is_counted, seat.moment = former.is_counted, former.moment
            seat.presence, seat.weights, seat.scored_at = former.presence, former.weights, former.scored_at

    def count(self, seat_id: str, *, is_counted: bool, moment: int | None = None) -> int | None:
        """Whether a seat is in the folds from now on. An empty seat is left as it is.

        ``moment``: that it was given at the gateway which counted it before. The answer is the one that it has now.
        """
        seat = self.seats.get(seat_id)
        if seat is None:
            return None
        seat.is_counted = is_counted
        seat.moment = seat.moment if moment is None else moment
        return seat.moment

    def grow(self, step: int, now: float) -> None:
        """A mix says where the growth of the published set stands. It never falls back: a mixer that knows less hears
        of it by this gateway's partials."""
        self.step, self.step_at = max(step, self.step or step), now

    def waits(self, seat_id: str, now: float) -> bool:
        """Whether a seat shares, and is to be in the published mix from the next moment on."""
        seat = self.seats.get(seat_id)
        if not self.is_veiled or seat is None or seat.held_weights(now) is None:
            return False
        return self._knows(now) and not self._has_come(seat)

    def _knows(self, now: float) -> bool:
        """Whether it was heard just now where the growth stands."""
        return self.step is not None and now - self.step_at <= STEP_KNOWN_S

    def _has_come(self, seat: Seat) -> bool:
        return seat.moment is not None and self.step is not None and seat.moment <= last_moment(self.step)

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
        if isinstance(frame, Score):
            return _receive_score(seat, frame, now)
        return self._receive_tap(seat_id, seat, frame, now)

    def _receive_tap(self, seat_id: str, seat: Seat, tap: Tap, now: float) -> DropReason | None:
        if tap.seq <= seat.tap_seq:
            return DropReason.LATE
        wanted = [max(0, new - old) for new, old in zip(tap.counts, seat.tap_counts, strict=True)]
        counted = tuple(seat.taps_left.consume_up_to(now, count) for count in wanted)
        seat.tap_seq = tap.seq
        seat.tap_counts = tuple(map(max, tap.counts, seat.tap_counts))  # a count that shrank must not count twice
        seat.tapped_at = tuple([now if count else at for count, at in zip(counted, seat.tapped_at, strict=True)])
        if seat.is_counted and any(counted):
            self._keep_taps(counted, now)
            self.tappers[seat_id] = now
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
        counted, waiting = self._fold_sets(seats, now) if self.is_veiled else (NO_SET, (NO_SET, NO_SET))
        return Partial(present, self._fold_taps(now), _sum(live), counted, waiting, self._fold_tappers(now))

    def _fold_sets(self, seats: list[Seat], now: float) -> tuple[SetSums, tuple[SetSums, SetSums]]:
        """Who counts in the published mix, and who waits for an even, an odd moment."""
        opened = open_moment(self.step) if self.step is not None and self._knows(now) else None
        counted: list[Seat] = []
        waiting: tuple[list[Seat], list[Seat]] = ([], [])
        for seat in seats:
            if seat.held_weights(now) is None:
                seat.moment = None
                continue
            if seat.moment is None:
                seat.moment = opened
            if self._has_come(seat):
                counted.append(seat)
            elif seat.moment is not None:
                waiting[seat.moment % 2].append(seat)
        even, odd = map(_sum_set, waiting)
        return _sum_set(counted), (even, odd)

    def _fold_taps(self, now: float) -> tuple[int, ...]:
        while self.recent_taps and now - self.recent_taps[0][0] > TAP_WINDOW_S:
            self.recent_taps.popleft()
        counts = [counts for _, counts in self.recent_taps]
        return tuple(map(sum, zip(*counts, strict=True))) if counts else NO_TAPS

    def _fold_tappers(self, now: float) -> tuple[int, ...]:
        """How many people tapped each kind in this moment: one who taps fast is one."""
        self.tappers = {seat_id: at for seat_id, at in self.tappers.items() if now - at <= TAPPED_S}
        seats = [seat for seat_id in self.tappers if (seat := self.seats.get(seat_id)) is not None and seat.is_counted]
        if not seats:
            return NO_TAPS
        return tuple(
            [
                sum(now - at <= TAPPED_S for at in times)
                for times in zip(*[seat.tapped_at for seat in seats], strict=True)
            ]
        )


def _receive_beat(seat: Seat, beat: Beat) -> DropReason | None:
    if beat.seq <= seat.seq:
        return DropReason.LATE
    if seat.role is not Role.AUDIENCE and beat.presence is Presence.SENSING:
        return DropReason.WRONG_ROLE
    seat.presence, seat.seq = beat.presence, beat.seq
    if beat.presence is not Presence.SENSING:
        seat.weights = None  # pausing withdraws the score at once, it does not only hide it
        seat.moment = None
    return None


def _receive_score(seat: Seat, score: Score, now: float) -> DropReason | None:
    if score.seq <= seat.seq:
        return DropReason.LATE
    seat.seq, seat.presence = score.seq, Presence.SENSING
    seat.is_read = score.sure >= SURE_MIN
    if not seat.is_read:
        return DropReason.NOT_SURE
    seat.weights, seat.scored_at = score.weights, now
    return None


def _sum(scores: list[tuple[int, ...]]) -> Sums:
    if not scores:
        return NOBODY
    columns = tuple(zip(*scores, strict=True))
    squares = sum([weight * weight for column in columns for weight in column])
    return Sums(len(scores), tuple(map(sum, columns)), squares)


def _sum_set(seats: list[Seat]) -> SetSums:
    if not seats:
        return NO_SET
    number = sum([seat.number for seat in seats]) & SEQ_MAX
    return SetSums(number, _sum([seat.weights for seat in seats if seat.weights is not None]))
