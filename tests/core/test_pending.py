"""Pending offers: who is dropped when, who gives way to whom, and that lateness of ours is nobody's fault."""

from random import Random

import pytest

from kuuki.limits import JOINS_BURST, JOINS_PER_S, PENDING_PER_GATEWAY
from kuuki.pending import Ended, PendingOffers
from kuuki.times import JOIN_PATIENCE_S, OFFER_CHECKED_S, OFFER_SURE_S, PENDING_OFFER_S, TICK_S


class Desk:
    """Pending offers, and a clock that ticks as it should."""

    def __init__(self, in_all=4):
        self.offers, self.now, self.ended = PendingOffers[str](in_all), 0.0, {}

    def come(self, owner, address="a", *, is_checked=False):
        self.offers.add(owner, address, self.now)
        self.offers.answered(owner, self.now)
        if is_checked:
            self.offers.checked(owner)

    def wait(self, seconds):
        until = self.now + seconds
        while self.now + TICK_S <= until + 1e-9:
            self.now += TICK_S
            self.tick()

    def tick(self):
        for owner, end in self.offers.tick(self.now):
            self.ended[owner] = (end, round(self.now, 3))
            self.offers.discard(owner)


def test_who_is_never_checked_is_dropped_first_who_never_opens_later():
    desk = Desk()
    desk.offers.add("unanswered", "a", 0.0)
    desk.come("ghost")
    desk.come("stuck", is_checked=True)
    desk.wait(12)
    assert [desk.ended[owner][0] for owner in ("ghost", "stuck", "unanswered")] == [
        Ended.UNCHECKED,
        Ended.EXPIRED,
        Ended.EXPIRED,
    ]
    assert OFFER_CHECKED_S <= desk.ended["ghost"][1] <= OFFER_CHECKED_S + TICK_S + 0.001
    for owner in ("stuck", "unanswered"):
        assert PENDING_OFFER_S <= desk.ended[owner][1] <= PENDING_OFFER_S + TICK_S + 0.001
    assert len(desk.offers) == 0


def test_its_time_begins_with_the_answer_not_with_the_request():
    desk = Desk()
    desk.offers.add("slowly answered", "a", 0.0)
    desk.wait(5)
    desk.offers.answered("slowly answered", desk.now)
    desk.wait(OFFER_CHECKED_S - TICK_S)
    assert list(desk.offers) == ["slowly answered"]


def test_who_is_gone_changes_nothing():
    desk = Desk()
    for tell in (desk.offers.checked, desk.offers.discard, lambda owner: desk.offers.answered(owner, 0.0)):
        tell("nobody")
    desk.come("here")
    desk.offers.discard("here")
    desk.offers.discard("here")
    assert (len(desk.offers), list(desk.offers)) == (0, [])


@pytest.mark.parametrize("late_s", [1.0, 5.0, 60.0])
def test_a_tick_that_is_late_drops_nobody_whose_check_may_wait_in_the_socket(late_s):
    desk = Desk(in_all=2)
    desk.wait(1)
    desk.come("old")
    desk.wait(OFFER_SURE_S - TICK_S)
    desk.come("new")
    desk.now += late_s
    assert desk.offers.place() == (False, None)
    desk.tick()
    assert desk.ended == {}
    desk.wait(OFFER_CHECKED_S - OFFER_SURE_S - TICK_S)
    assert desk.ended == {}
    desk.wait(4 * TICK_S)
    assert set(desk.ended) == {"old"}


def test_what_was_answered_during_the_lateness_is_not_older_than_that():
    desk = Desk()
    desk.wait(1)
    desk.now += 4
    desk.come("just now")
    desk.now += 1
    desk.tick()
    desk.wait(OFFER_CHECKED_S + 2 * TICK_S)
    assert desk.ended["just now"][0] is Ended.UNCHECKED


def test_while_there_is_room_nobody_gives_way():
    desk = Desk(in_all=2)
    assert desk.offers.place() == (True, None)
    desk.come("one")
    desk.wait(2)
    assert desk.offers.place() == (True, None)


def test_the_oldest_unchecked_goes_first_and_nobody_who_just_came():
    desk = Desk(in_all=3)
    desk.come("checked", is_checked=True)
    desk.come("older")
    desk.wait(2 * TICK_S)
    desk.come("newer")
    desk.wait(OFFER_SURE_S - TICK_S)
    assert desk.offers.place() == (True, "older")
    desk.offers.discard("older")
    desk.come("young")
    assert desk.offers.place() == (False, None), "newer may be heard of yet"
    desk.wait(2 * TICK_S)
    assert desk.offers.place() == (True, "newer")


def test_who_is_being_answered_gives_way_to_none():
    desk = Desk(in_all=1)
    desk.offers.add("being answered", "a", 0.0)
    desk.wait(8)
    assert desk.offers.place() == (False, None)


def test_who_was_checked_gives_way_when_a_client_would_have_made_another():
    desk = Desk(in_all=2)
    desk.come("stuck", is_checked=True)
    desk.wait(TICK_S)
    desk.come("younger", is_checked=True)
    desk.wait(JOIN_PATIENCE_S - 2 * TICK_S)
    assert desk.offers.place() == (False, None)
    desk.wait(2 * TICK_S)
    assert desk.offers.place() == (True, "stuck")


def test_ghosts_of_one_address_do_not_push_out_anothers_even_if_that_is_older():
    desk = Desk(in_all=4)
    desk.come("honest, on a slow network", "b")
    desk.wait(0.4)
    for number in range(3):
        desk.come(f"ghost {number}", "a")
        desk.wait(TICK_S)
    desk.wait(OFFER_SURE_S)
    assert desk.offers.place() == (True, "ghost 0")


@pytest.mark.parametrize("checked", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_at_the_rate_of_a_gateway_whoever_comes_finds_a_place(checked):
    desk, dice = Desk(PENDING_PER_GATEWAY), Random(1)
    for number in range(600):
        address, is_checked = dice.choice([None, "a", "b"]), dice.random() < checked
        desk.wait(max(0.0, (number - JOINS_BURST) / JOINS_PER_S - desk.now))
        is_free, other = desk.offers.place()
        assert is_free
        if other is not None:
            desk.offers.discard(other)
        desk.come(str(number), address, is_checked=is_checked)
        assert len(desk.offers) <= PENDING_PER_GATEWAY
