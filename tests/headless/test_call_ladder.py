"""When a call gets a new connection."""

from random import Random

import pytest

from client.headless.call.ladder import Ladder, Link
from kuuki.times import ICE_RESTART_S, SIGNS_LOST_S

STEP = 0.1


class Still(Random):
    def random(self):
        return 0.0


class Call:
    """A ladder, asked ten times a second."""

    def __init__(self):
        self.now = 100.0
        self.ladder = Ladder(Still(), self.now)

    def run(self, seconds, *, hears=False, is_reachable=True):
        """Run on; when it said to begin a new connection, in seconds from now."""
        began, renewals = self.now, []
        for _ in range(round(seconds / STEP)):
            self.now += STEP
            if hears:
                self.ladder.heard(self.now)
            if self.ladder.tick(self.now, is_reachable):
                renewals.append(round(self.now - began, 1))
        return renewals


def opened():
    call = Call()
    call.run(1, hears=True)
    assert call.ladder.link is Link.OPEN
    return call


def test_the_first_connection_has_eight_seconds_then_others_follow_ever_more_slowly():
    assert Call().run(60) == pytest.approx([8, 12, 20, 36, 56], abs=0.6)


def link_of(call: Call) -> Link:
    return call.ladder.link


def test_a_call_that_hears_its_partner_needs_nothing():
    assert opened().run(60, hears=True) == []


def test_silence_for_three_seconds_begins_a_new_connection():
    call = opened()
    assert call.run(SIGNS_LOST_S + 0.2) == pytest.approx([SIGNS_LOST_S], abs=0.15)
    assert link_of(call) is Link.RENEWING
    assert call.run(1, hears=True) == []
    assert link_of(call) is Link.OPEN


def test_after_it_was_well_again_patience_begins_anew():
    call = opened()
    call.run(40)
    call.run(1, hears=True)
    assert call.run(8) == pytest.approx([SIGNS_LOST_S, SIGNS_LOST_S + ICE_RESTART_S], abs=0.3)


def test_while_the_partners_page_is_away_nothing_is_begun_and_then_it_is_given_a_moment():
    call = opened()
    assert call.run(20, is_reachable=False) == []
    assert call.run(3) == pytest.approx([2.1], abs=0.15)


def test_a_page_that_comes_back_begins_by_itself():
    call = opened()
    call.run(20, is_reachable=False)
    call.run(1)
    call.ladder.renewed(call.now)
    assert call.run(3.5) == []
    assert call.run(1) != []


def test_a_partners_new_connection_during_the_first_does_not_prolong_it():
    call = Call()
    call.run(4)
    call.ladder.renewed(call.now)
    assert call.run(5) == pytest.approx([4], abs=0.2)
    assert call.ladder.link is Link.CONNECTING


def test_what_cannot_be_taken_leads_to_a_new_connection_but_not_over_and_over():
    call = opened()
    call.ladder.broken(call.now)
    assert call.run(0.5) == pytest.approx([0.1])
    call.ladder.broken(call.now)
    assert call.run(3) == []


def test_a_machine_that_slept_asks_before_it_acts():
    call = opened()
    call.now += 60
    assert call.run(2) == []
