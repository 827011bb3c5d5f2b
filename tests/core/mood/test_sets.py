"""Who counts in the published mix, as one gateway folds it: places that are kept, moments that are waited for."""

import pytest

from kuuki.limits import SEQ_MAX
from kuuki.mood.frames import Beat, Presence, Score
from kuuki.mood.growth import FIRST
from kuuki.mood.mix import EMPTY, NO_SET, NOBODY, SetSums, Sums
from kuuki.mood.room import Role, Room
from kuuki.times import HELD_S, PRESENT_S, STEP_KNOWN_S

HAPPY = (0, 0, 0, 255, 0, 0, 0)
SAD = (0, 0, 0, 0, 255, 0, 0)
ONE_HAPPY = Sums(1, HAPPY, 255 * 255)
ONE_SAD = Sums(1, SAD, 255 * 255)


class Told:
    """A room with seats that say something, at a time of its own."""

    def __init__(self, step=FIRST, **numbers):
        self.room, self.now, self.seq = Room(), 100.0, 0
        if step is not None:
            self.room.grow(step, self.now)
        for seat, number in numbers.items():
            self.room.sit(seat, Role.AUDIENCE, self.now, number=number)

    def score(self, seat, weights=HAPPY, sure=255):
        self.seq += 1
        return self.room.receive(seat, Score(self.seq, weights, sure), self.now)

    def be(self, seat, presence):
        self.seq += 1
        return self.room.receive(seat, Beat(self.seq, presence), self.now)

    def grow(self, step):
        self.room.grow(step, self.now)

    def fold(self, after_s=0.0):
        self.now += after_s
        return self.room.fold(self.now)


def counted_one(number=7, weights=HAPPY):
    """One who counts."""
    told = Told(a=number)
    told.score("a", weights)
    told.fold()
    told.grow(FIRST + 2)
    return told


def test_who_comes_waits_and_counts_from_the_moment_on_that_was_given():
    told = Told(a=7)
    told.score("a")
    waits = told.fold()
    assert (waits.inner, waits.counted, waits.waiting) == (ONE_HAPPY, NO_SET, (SetSums(7, ONE_HAPPY), NO_SET))
    assert told.room.waits("a", told.now)
    told.grow(FIRST + 1)
    assert told.fold() == waits, "a moment that is closed has not come"
    told.grow(FIRST + 2)
    came = told.fold()
    assert (came.inner, came.counted, came.waiting) == (ONE_HAPPY, SetSums(7, ONE_HAPPY), (NO_SET, NO_SET))
    assert not told.room.waits("a", told.now)


def test_who_comes_while_a_moment_is_closed_waits_for_the_one_after_it():
    told = Told(a=7, b=8)
    told.score("a")
    told.fold()
    told.grow(FIRST + 1)
    told.score("b", SAD)
    assert told.fold().waiting == (SetSums(7, ONE_HAPPY), SetSums(8, ONE_SAD))


def test_a_sets_number_is_the_sum_of_its_seats_numbers():
    told = Told(a=SEQ_MAX, b=3)
    told.score("a")
    told.score("b", SAD)
    assert told.fold().waiting[0] == SetSums(2, Sums(2, (0, 0, 0, 255, 255, 0, 0), 2 * 255 * 255))


def test_without_a_fresh_step_nobody_is_given_a_moment():
    told = Told(step=None, a=7)
    told.score("a")
    assert told.fold().waiting == (NO_SET, NO_SET)
    assert told.fold().inner == ONE_HAPPY
    assert not told.room.waits("a", told.now), "nothing is known of moments: an older aggregator may count all at once"
    told.grow(5)
    assert told.room.waits("a", told.now)
    told.fold(STEP_KNOWN_S + 0.01)
    told.score("a")
    assert told.fold().waiting == (NO_SET, NO_SET), "what was heard is old by now"
    told.grow(9)
    assert told.fold().waiting == (SetSums(7, ONE_HAPPY), NO_SET), "moment 4 is open"


def test_a_face_that_is_not_read_keeps_its_place_and_its_last_score():
    told = counted_one()
    told.score("a", SAD, sure=10)
    assert (told.fold().inner, told.fold().counted) == (NOBODY, SetSums(7, ONE_HAPPY))
    told.grow(FIRST + 2)
    for _ in range(9):
        told.now += 1
        told.be("a", Presence.SENSING)
    assert told.fold(HELD_S - 9).counted == SetSums(7, ONE_HAPPY)
    told.be("a", Presence.SENSING)
    assert told.fold(0.01).counted == NO_SET
    told.score("a")
    assert told.fold().counted == NO_SET, "it has lost its place"
    assert told.fold().inner == ONE_HAPPY


@pytest.mark.parametrize("presence", [Presence.PAUSED, Presence.WATCHING, Presence.BYE])
def test_who_does_not_share_any_more_is_out_at_once_and_waits_anew(presence):
    told = counted_one()
    told.be("a", presence)
    assert told.fold() == EMPTY if presence is Presence.BYE else told.fold().counted == NO_SET
    assert not told.room.waits("a", told.now)
    told.be("a", Presence.SENSING)
    assert told.fold().counted == NO_SET, "nothing of before is kept"
    told.score("a")
    assert told.fold().counted == NO_SET
    assert told.room.waits("a", told.now)


def test_who_is_heard_no_more_is_out_and_who_leaves_is():
    told = counted_one()
    assert told.fold(PRESENT_S).counted == SetSums(7, ONE_HAPPY)
    assert told.fold(0.01).counted == NO_SET
    told = counted_one()
    told.room.leave("a")
    assert told.fold() == EMPTY
    assert not told.room.waits("a", told.now)


def test_a_newer_peer_in_the_seat_keeps_its_place_until_it_says_otherwise():
    told = counted_one()
    told.room.sit("a", Role.AUDIENCE, told.now, number=7)
    told.seq = 0
    assert (told.fold().inner, told.fold().counted) == (NOBODY, SetSums(7, ONE_HAPPY))
    told.score("a", SAD)
    assert told.fold().counted == SetSums(7, ONE_SAD)
    told.room.sit("a", Role.AUDIENCE, told.now, number=7)
    told.seq = 0
    told.be("a", Presence.WATCHING)
    assert told.fold().counted == NO_SET


def test_a_seat_that_is_counted_elsewhere_is_in_no_set_and_takes_its_place_along():
    told = counted_one()
    assert told.room.count("a", is_counted=False) == 0
    assert told.fold() == EMPTY
    there = Told(step=FIRST + 2, a=7)
    there.score("a", SAD)
    assert there.room.count("a", is_counted=True, moment=0) == 0
    assert there.fold().counted == SetSums(7, ONE_SAD)
    assert there.room.count("nobody", is_counted=True, moment=0) is None


def test_a_place_that_has_not_come_is_waited_for_elsewhere_too():
    there = Told(step=FIRST + 2, a=7)
    there.score("a")
    there.room.count("a", is_counted=True, moment=1)
    assert there.fold().waiting == (NO_SET, SetSums(7, ONE_HAPPY))


def test_an_exact_room_has_no_sets():
    room = Room(is_veiled=False)
    room.grow(FIRST, 0.0)
    room.sit("a", Role.AUDIENCE, 0.0, number=7)
    room.receive("a", Score(1, HAPPY, 255), 0.0)
    assert room.fold(0.0).counted == NO_SET
    assert room.fold(0.0).waiting == (NO_SET, NO_SET)
    assert not room.waits("a", 0.0)


def test_the_stage_counts_nowhere():
    told = Told()
    told.room.sit("s", Role.STAGE, told.now, number=7)
    told.score("s")
    assert told.fold() == EMPTY


def test_who_is_not_read_for_long_does_not_wait_for_a_moment():
    told = Told(a=7)
    told.score("a")
    assert told.room.waits("a", told.now)
    for _ in range(11):
        told.now += 1
        told.be("a", Presence.SENSING)
    told.grow(FIRST)
    assert not told.room.waits("a", told.now)


def test_the_growth_never_falls_back():
    told = counted_one()
    told.grow(FIRST)
    assert told.room.step == FIRST + 2
    assert told.fold().counted == SetSums(7, ONE_HAPPY)
