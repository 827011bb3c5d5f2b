"""A room: the newest truth of each seat wins, whatever the order; each seat counts once; taps count at most once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.errors import DropReason
from kuuki.limits import SEQ_MAX, SURE_MIN, TAPS_BURST, TAPS_PER_S
from kuuki.mood.frames import Beat, Presence, Score, Tap
from kuuki.mood.labels import WHOLE, to_integers
from kuuki.mood.mix import EMPTY, NO_TAPS, Partial
from kuuki.mood.room import Role, Room
from kuuki.times import PRESENT_S, SCORE_STALE_S, TAP_WINDOW_S, TICK_S

HAPPY = (0, 0, 0, 255, 0, 0, 0)
SAD = (0, 0, 0, 0, 255, 0, 0)
SURE, UNSURE = 255, SURE_MIN - 1

weights = st.lists(st.floats(0, 1), min_size=7, max_size=7).filter(lambda w: sum(w) > 0).map(to_integers)
sayings = st.one_of(
    st.tuples(st.just("score"), weights, st.integers(0, 255)),
    st.tuples(st.just("beat"), st.sampled_from(Presence)),
)


def frame_of(seq, saying):
    return Score(seq, *saying[1:]) if saying[0] == "score" else Beat(seq, saying[1])


def room_with(*seats, role=Role.AUDIENCE, now=0.0):
    room = Room()
    for seat_id in seats:
        room.sit(seat_id, role, now)
    return room


def sensing(room, now):
    return room.fold(now).inner.people


# --- the newest wins


@given(st.lists(sayings, min_size=1, max_size=8), st.data())
def test_any_order_loss_of_older_and_duplication_end_in_what_the_newest_frame_says(said, data):
    frames = [frame_of(seq, saying) for seq, saying in enumerate(said, 1)]
    older = data.draw(st.lists(st.sampled_from(frames), max_size=12))
    heard = data.draw(st.permutations([*older, frames[-1]]))
    room, told_only_the_newest = room_with("a"), room_with("a")
    for frame in heard:
        room.receive("a", frame, 1.0)
    told_only_the_newest.receive("a", frames[-1], 1.0)
    seat, expected = room.seats["a"], told_only_the_newest.seats["a"]
    assert (seat.presence, seat.seq) == (expected.presence, expected.seq)
    if said[-1] == ("beat", Presence.SENSING):  # it says nothing of the score: one that came in time goes on
        assert seat.weights is None or seat.weights in [frame.weights for frame in older if isinstance(frame, Score)]
    else:
        assert seat.live_weights(1.0) == expected.live_weights(1.0)
        assert room.fold(1.0) == told_only_the_newest.fold(1.0)


def test_a_late_or_repeated_frame_is_dropped_and_says_so():
    room = room_with("a")
    assert room.receive("a", Score(5, HAPPY, SURE), 0.0) is None
    assert room.receive("a", Score(5, SAD, SURE), 0.0) is DropReason.LATE
    assert room.receive("a", Score(4, SAD, SURE), 0.0) is DropReason.LATE
    assert room.receive("a", Beat(5, Presence.PAUSED), 0.0) is DropReason.LATE
    assert room.fold(0.0).inner.weights == HAPPY


def test_seq_zero_is_before_the_first():
    assert room_with("a").receive("a", Score(0, HAPPY, SURE), 0.0) is DropReason.LATE


def test_a_forged_seq_silences_its_own_seat_only():
    room = room_with("a", "b")
    room.receive("a", Score(SEQ_MAX, HAPPY, SURE), 0.0)
    assert room.receive("a", Score(1, HAPPY, SURE), 0.0) is DropReason.LATE
    assert room.receive("b", Score(1, HAPPY, SURE), 0.0) is None


# --- pause, bye, resume


@pytest.mark.parametrize("presence", [Presence.PAUSED, Presence.BYE, Presence.WATCHING])
def test_who_stops_sensing_is_out_at_once_and_the_score_is_forgotten(presence):
    room = room_with("a")
    room.receive("a", Score(1, HAPPY, SURE), 0.0)
    assert room.receive("a", Beat(2, presence), 0.1) is None
    assert sensing(room, 0.1) == 0
    assert room.seats["a"].weights is None
    room.receive("a", Beat(3, Presence.SENSING), 0.2)
    assert sensing(room, 0.2) == 0  # resuming brings no old score back


def test_a_score_from_before_the_pause_does_not_undo_it():
    room = room_with("a")
    room.receive("a", Beat(2, Presence.PAUSED), 0.0)
    assert room.receive("a", Score(1, HAPPY, SURE), 0.1) is DropReason.LATE
    assert sensing(room, 0.1) == 0


def test_a_score_after_a_pause_resumes():
    room = room_with("a")
    room.receive("a", Beat(2, Presence.PAUSED), 0.0)
    assert room.receive("a", Score(3, HAPPY, SURE), 0.1) is None
    assert sensing(room, 0.1) == 1
    assert room.seats["a"].presence is Presence.SENSING


def test_who_said_bye_is_not_present():
    room = room_with("a")
    room.receive("a", Beat(1, Presence.BYE), 0.0)
    assert room.fold(0.0) == EMPTY


def test_a_sensing_beat_keeps_the_score():
    room = room_with("a")
    room.receive("a", Score(1, HAPPY, SURE), 0.0)
    room.receive("a", Beat(2, Presence.SENSING), 0.1)
    assert sensing(room, 0.1) == 1


# --- sure, stale, present


def test_sureness_decides_whether_a_score_counts_never_how_much():
    room = room_with("a", "b")
    assert room.receive("a", Score(1, HAPPY, SURE_MIN), 0.0) is None
    assert room.receive("b", Score(1, SAD, 255), 0.0) is None
    total = room.fold(0.0).inner
    assert total.weights == (0, 0, 0, 255, 255, 0, 0)


@pytest.mark.parametrize("sure", [0, UNSURE])
def test_an_unsure_score_withdraws_the_last_one(sure):
    room = room_with("a")
    room.receive("a", Score(1, HAPPY, SURE), 0.0)
    assert room.receive("a", Score(2, SAD, sure), 0.1) is DropReason.NOT_SURE
    assert sensing(room, 0.1) == 0
    assert room.receive("a", Score(3, SAD, SURE), 0.2) is None
    assert room.fold(0.2).inner.weights == SAD


def test_a_score_counts_until_it_is_stale_and_only_a_score_refreshes_it():
    room = room_with("a")
    room.receive("a", Score(1, HAPPY, SURE), 1.0)
    room.receive("a", Beat(2, Presence.SENSING), 2.5)
    assert sensing(room, 1.0 + SCORE_STALE_S) == 1
    assert sensing(room, 1.0 + SCORE_STALE_S + 0.001) == 0
    assert room.fold(1.0 + SCORE_STALE_S + 0.001).present == 1


def test_someone_is_present_until_not_heard_for_long_and_is_back_with_the_next_frame():
    room = room_with("a", now=1.0)
    assert room.fold(1.0 + PRESENT_S).present == 1
    assert room.fold(1.0 + PRESENT_S + 0.001).present == 0
    room.receive("a", Tap(1, NO_TAPS), 9.0)
    assert room.fold(9.0).present == 1


def test_a_late_frame_is_still_a_sign_of_life():
    room = room_with("a")
    room.receive("a", Beat(9, Presence.WATCHING), 0.0)
    assert room.receive("a", Beat(8, Presence.WATCHING), 5.0) is DropReason.LATE
    assert room.fold(5.0).present == 1


def test_a_clock_that_steps_back_ages_nothing():
    room = room_with("a", now=5.0)
    room.receive("a", Score(1, HAPPY, SURE), 5.0)
    room.receive("a", Tap(1, (1, 0, 0, 0)), 5.0)
    room.receive("a", Tap(2, (2, 0, 0, 0)), 4.0)
    folded = room.fold(4.0)
    assert (folded.present, folded.inner.people, folded.taps) == (1, 1, (2, 0, 0, 0))
    assert room.seats["a"].heard_at == 5.0


# --- seats and roles


def test_a_frame_without_a_seat_changes_nothing():
    room = Room()
    assert room.receive("nobody", Score(1, HAPPY, SURE), 0.0) is DropReason.NO_SEAT
    assert room == Room()


def test_leaving_takes_the_score_along_and_leaving_twice_is_the_same():
    room = room_with("a", "b")
    for seat_id in ("a", "b"):
        room.receive(seat_id, Score(1, HAPPY, SURE), 0.0)
    room.leave("a")
    room.leave("a")
    assert (room.fold(0.0).present, sensing(room, 0.0)) == (1, 1)


def test_a_seat_that_is_taken_over_counts_once_and_starts_anew():
    room = room_with("a")
    room.receive("a", Score(900, HAPPY, SURE), 0.0)
    room.receive("a", Tap(901, (1, 0, 0, 0)), 0.0)
    room.sit("a", Role.AUDIENCE, 0.1)
    assert (room.fold(0.1).present, sensing(room, 0.1)) == (1, 0)
    assert room.receive("a", Score(1, SAD, SURE), 0.2) is None
    assert room.receive("a", Tap(2, (1, 0, 0, 0)), 0.2) is None
    assert room.fold(0.2).inner.weights == SAD
    assert room.fold(0.2).taps == (2, 0, 0, 0)


@pytest.mark.parametrize("role", [Role.STAGE, Role.OVERLAY])
def test_only_the_audience_publishes_and_is_counted(role):
    room = room_with("a", role=role)
    assert room.receive("a", Score(1, HAPPY, SURE), 0.0) is DropReason.WRONG_ROLE
    assert room.receive("a", Tap(2, (1, 0, 0, 0)), 0.0) is DropReason.WRONG_ROLE
    assert room.receive("a", Beat(3, Presence.SENSING), 0.0) is DropReason.WRONG_ROLE
    assert room.receive("a", Beat(4, Presence.WATCHING), 0.0) is None
    assert room.fold(0.0) == EMPTY


@given(st.lists(st.tuples(st.integers(0, 3), sayings), max_size=40))
def test_the_fold_counts_each_seat_once_with_its_newest_score(said):
    room, newest = room_with("0", "1", "2", "3"), {}
    for seq, (seat, saying) in enumerate(said, 1):
        room.receive(str(seat), frame_of(seq, saying), 1.0)
        newest[seat] = saying
    folded = room.fold(1.0)
    counted = [_counts(seat, said) for seat in range(4)]
    live = [score for score in counted if score is not None]
    gone = list(newest.values()).count(("beat", Presence.BYE))
    assert folded.present == 4 - gone
    assert folded.inner.people == len(live)
    assert folded.inner.weights == tuple(map(sum, zip((0,) * 7, *live, strict=True)))
    assert sum(folded.inner.weights) == WHOLE * len(live)
    assert folded.inner.people <= folded.present


def _counts(seat, said):
    """The weights that count for a seat, found the slow way: back to the last word that gives or takes them."""
    for who, saying in reversed(said):
        if who == seat and saying != ("beat", Presence.SENSING):
            return saying[1] if saying[0] == "score" and saying[2] >= SURE_MIN else None
    return None


def test_an_empty_room_folds_to_empty():
    assert Room().fold(0.0) == EMPTY


def test_folding_changes_nothing():
    room = room_with("a")
    room.receive("a", Score(1, HAPPY, SURE), 0.0)
    room.receive("a", Tap(2, (1, 2, 0, 0)), 0.0)
    assert room.fold(0.5) == room.fold(0.5)


# --- taps


@given(
    st.lists(st.tuples(*[st.integers(0, 1)] * 4), min_size=1, max_size=5),
    st.data(),
)
def test_taps_are_counted_at_most_once_and_completely_when_the_newest_frame_came(added, data):
    """Counts are cumulative: any loss, order or repetition adds up to what the newest frame that came says."""
    frames, sums = [], (0, 0, 0, 0)
    for seq, more in enumerate(added, 1):
        sums = (sums[0] + more[0], sums[1] + more[1], sums[2] + more[2], sums[3] + more[3])
        frames.append(Tap(seq, sums))
    heard = data.draw(st.lists(st.sampled_from(frames), min_size=1, max_size=15))
    room = room_with("a")
    for number, frame in enumerate(heard):
        room.receive("a", frame, number * 0.6)
    newest = max(heard, key=lambda frame: frame.seq)
    assert room.seats["a"].tap_counts == newest.counts
    assert room.fold(len(heard) * 0.6).taps == newest.counts


@given(st.lists(st.tuples(st.integers(0, 30), st.tuples(*[st.integers(0, SEQ_MAX)] * 4)), max_size=30))
def test_whatever_is_claimed_taps_are_never_negative_nor_beyond_the_cap(claims):
    room, now = room_with("a"), 0.0
    for seq, (wait, counts) in enumerate(claims, 1):
        now += wait / 10
        room.receive("a", Tap(seq, counts), now)
        folded = room.fold(now).taps
        assert min(folded) >= 0
        assert sum(folded) <= TAPS_BURST + TAPS_PER_S * min(now, TAP_WINDOW_S)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12))
def test_counts_that_shrink_and_grow_again_count_once(claims):
    room = room_with("a")
    for seq, count in enumerate(claims, 1):
        room.receive("a", Tap(seq, (count, 0, 0, 0)), 0.0)
    assert room.fold(0.0).taps == (max(claims), 0, 0, 0)
    assert room.seats["a"].tap_counts == (max(claims), 0, 0, 0)


def test_taps_over_the_rate_are_dropped_for_good_and_it_is_said():
    room = room_with("a")
    assert room.receive("a", Tap(1, (0, 0, 0, 1000)), 0.0) is DropReason.OVER_RATE
    assert room.fold(0.0).taps == (0, 0, 0, TAPS_BURST)
    assert room.receive("a", Tap(2, (0, 0, 0, 1000)), 5.0) is None
    assert room.fold(5.0).taps == (0, 0, 0, TAPS_BURST)


def test_a_thumb_as_fast_as_the_rate_is_counted_whole():
    room = room_with("a")
    for second in range(60):
        counts = (6 * second + 6, 0, 0, 0)
        assert room.receive("a", Tap(second + 1, counts), float(second)) is None


def test_taking_the_seat_again_refills_no_taps():
    room = room_with("a")
    room.receive("a", Tap(1, (TAPS_BURST, 0, 0, 0)), 0.0)
    for seq in range(5):
        room.sit("a", Role.AUDIENCE, 0.0)
        assert room.receive("a", Tap(seq + 1, (TAPS_BURST, 0, 0, 0)), 0.0) is DropReason.OVER_RATE
    assert room.fold(0.0).taps == (TAPS_BURST, 0, 0, 0)


def test_taps_and_scores_have_seqs_of_their_own():
    room = room_with("a")
    room.receive("a", Score(9, HAPPY, SURE), 0.0)
    assert room.receive("a", Tap(3, (1, 0, 0, 0)), 0.0) is None
    assert room.receive("a", Tap(3, (2, 0, 0, 0)), 0.0) is DropReason.LATE
    assert room.receive("a", Score(10, SAD, SURE), 0.0) is None


def test_taps_stay_for_the_window_give_or_take_a_tick():
    room = room_with("a")
    room.receive("a", Tap(1, (1, 0, 0, 0)), 0.0)
    room.receive("a", Tap(2, (1, 1, 0, 0)), TICK_S * 0.9)
    room.receive("a", Tap(3, (1, 1, 1, 0)), TICK_S * 1.5)
    assert room.fold(TAP_WINDOW_S).taps == (1, 1, 1, 0)
    assert room.fold(TAP_WINDOW_S + 0.01).taps == (0, 0, 1, 0)
    assert room.fold(TAP_WINDOW_S + TICK_S * 1.5).taps == (0, 0, 1, 0)
    assert room.fold(TAP_WINDOW_S + TICK_S * 1.5 + 0.01) == Partial(0, NO_TAPS)


def test_a_storm_of_taps_that_nobody_folds_stays_small_and_is_counted_whole():
    room = room_with("a", "b", "c")
    for number in range(3000):
        now = number / 50
        for seat_id in ("a", "b", "c"):
            room.receive(seat_id, Tap(number + 1, (number // 10, 0, 0, 0)), now)
    assert len(room.recent_taps) <= TAP_WINDOW_S / TICK_S + 2
    per_second = 3 * 5
    assert room.fold(now).taps[0] == pytest.approx(per_second * TAP_WINDOW_S, rel=0.04)


def test_a_seat_that_is_not_counted_is_heard_and_in_no_fold():
    room = Room()
    room.sit("a", Role.AUDIENCE, 0.0, is_counted=False)
    room.receive("a", Score(1, (0, 0, 0, 255, 0, 0, 0), 255), 0.0)
    assert room.receive("a", Tap(2, (3, 0, 0, 0)), 0.0) is None
    assert room.fold(0.1) == Partial(0, NO_TAPS)
    room.count("a", is_counted=True)
    room.receive("a", Tap(3, (4, 0, 0, 0)), 0.2)
    fold = room.fold(0.2)
    assert (fold.present, fold.inner.people, fold.taps) == (1, 1, (1, 0, 0, 0))
    room.sit("a", Role.AUDIENCE, 0.3, is_counted=False)
    assert room.seats["a"].is_counted, "a newer peer of a counted seat is counted"
    room.count("a", is_counted=False)
    room.sit("a", Role.AUDIENCE, 0.4)
    assert not room.seats["a"].is_counted
    room.count("nobody", is_counted=True)
    assert set(room.seats) == {"a"}


def tapped_room(*people):
    room = Room()
    for person in people:
        room.sit(person, Role.AUDIENCE, 0.0)
    return room


def test_who_taps_fast_is_one_person_of_this_moment():
    room = tapped_room("a", "b")
    for seq, count in enumerate((1, 2, 3), 1):
        room.receive("a", Tap(seq, (0, count, 0, 0)), 0.1 * seq)
    room.receive("b", Tap(1, (0, 1, 0, 1)), 0.3)
    assert room.fold(0.4).tapped == (0, 2, 0, 1)
    assert room.fold(0.4).taps == (0, 4, 0, 1)


def test_the_moment_of_a_tap_passes():
    room = tapped_room("a")
    room.receive("a", Tap(1, (1, 0, 0, 0)), 0.0)
    room.receive("a", Tap(2, (1, 0, 1, 0)), 0.9)
    assert room.fold(1.0).tapped == (1, 0, 1, 0)
    assert room.fold(1.1).tapped == (0, 0, 1, 0)
    assert room.fold(2.0).tapped == NO_TAPS
    assert room.tappers == {}


def test_who_left_or_is_counted_elsewhere_taps_here_no_more():
    room = tapped_room("a", "b", "c")
    for person in "abc":
        room.receive(person, Tap(1, (0, 0, 0, 1)), 0.0)
    room.leave("a")
    room.count("b", is_counted=False)
    assert room.fold(0.1).tapped == (0, 0, 0, 1)


def test_taps_that_were_too_many_are_not_of_this_moment():
    room = tapped_room("a")
    room.receive("a", Tap(1, (0, 0, 0, TAPS_BURST)), 0.0)
    room.receive("a", Tap(2, (0, 9, 0, TAPS_BURST)), 0.0)
    assert room.fold(0.0).tapped == (0, 0, 0, 1)
