"""Handover step by step: each rule alone."""

from typing import Any

import pytest

from kuuki.many import answers as module
from kuuki.many.handover import ALL, Handover
from kuuki.many.notices import Claim, Claimed, Left, Place, Places
from kuuki.many.seats import Ask, Count, Hold, Outcome, Settle, Tell, Yield
from kuuki.times import (
    BUS_BEAT_S,
    SEAT_ASK_MAX_S,
    SEAT_ASK_S,
    SEAT_EXPIRES_S,
    SEAT_LEFT_S,
    SEAT_OWED_S,
    SEAT_REPEAT_S,
    TICK_S,
)

ME, OTHER, THIRD = "gateway1", "gateway2", "gateway3"
SEAT = "a" * 32


class Here:
    """A handover with its clock."""

    def __init__(self):
        self.handover = Handover(ME)
        self.now = 0.0

    def open(self, is_shown=True):
        (ask,) = self.handover.opened(SEAT, "room", self.now, is_shown=is_shown)
        assert isinstance(ask, Ask)
        return ask

    def answer(self, ask, epoch, formers):
        return self.handover.answered(SEAT, ask.number, epoch, formers, self.now)

    def sit(self, epoch=10, formers=frozenset(), is_shown=True):
        return self.answer(self.open(is_shown), epoch, formers)

    def claimed(self, epoch, sender=OTHER, **how):
        return self.handover.heard(Claimed(sender, (Claim(SEAT, epoch),)), self.now, **how)

    def left(self, epoch, sender=OTHER):
        return self.handover.heard(Left(sender, (Claim(SEAT, epoch),)), self.now)

    def wait(self, seconds, tells=True):
        """Ticks; each ``Claimed`` has its place at once if it ``tells``."""
        effects = []
        until = self.now + seconds
        while self.now < until - 1e-9:
            self.now += TICK_S
            for effect in self.handover.tick(self.now):
                if isinstance(effect, Tell) and isinstance(effect.notice, Claimed) and tells:
                    self.handover.told(effect.gateway, effect.notice, self.now, self.now)
                effects.append(effect)
        return effects

    def publish(self):
        return self.handover.published(self.handover.fold())


def approximately(seconds: float) -> Any:
    return pytest.approx(seconds)


def wanted(epoch=10, gateway=OTHER):
    return Tell(gateway, Claimed(ME, (Claim(SEAT, epoch),)))


def answer_to(epoch, gateway=OTHER):
    return Tell(gateway, Left(ME, (Claim(SEAT, epoch),)))


def counts(effects):
    return [effect.outcome for effect in effects if isinstance(effect, Count)]


@pytest.fixture
def here():
    return Here()


def test_a_seat_that_nobody_had_counts_at_once(here):
    assert here.sit(formers=None, is_shown=False) == [Count(SEAT, Outcome.NEW, 0.0)]
    assert (here.handover.counted, here.handover.uncounted) == (1, 0)
    assert here.wait(1) == []


def test_one_that_is_shown_and_not_known_is_asked_of_everybody_and_counts_when_it_has_expired(here):
    assert here.sit(formers=None) == [wanted(gateway=ALL)]
    assert here.left(10) == [], "one answer says nothing of the others"
    effects = here.wait(SEAT_EXPIRES_S)
    assert counts(effects) == []
    effects = here.wait(2 * TICK_S)
    assert counts(effects) == [Outcome.EXPIRED]
    assert Settle(SEAT, 10) in effects
    assert here.wait(1) == []


def test_whoever_had_it_is_told_at_each_tick_until_it_has_left(here):
    assert here.sit(formers=frozenset([OTHER, ME])) == [wanted()]
    assert here.wait(1) == [wanted()] * 5
    for epoch, sender in ((9, OTHER), (11, OTHER), (10, THIRD)):
        assert here.left(epoch, sender) == []
    assert here.left(10) == [Count(SEAT, Outcome.ANSWERED, approximately(1.0)), Settle(SEAT, 10)]
    assert here.left(10) == []
    assert here.wait(1) == []


def test_all_who_may_count_it_must_have_left(here):
    assert here.sit(formers=frozenset([OTHER, THIRD])) == [wanted(), wanted(gateway=THIRD)]
    assert here.left(10, THIRD) == []
    assert counts(here.left(10)) == [Outcome.ANSWERED]


def test_time_counts_from_when_the_take_had_its_place_and_anew_after_a_gap(here):
    here.sit(formers=frozenset([OTHER]))
    assert counts(here.wait(2 * SEAT_EXPIRES_S, tells=False)) == []
    here.wait(SEAT_EXPIRES_S - 1)
    assert counts(here.wait(SEAT_EXPIRES_S, tells=False)) == []
    assert counts(here.wait(SEAT_EXPIRES_S)) == []
    assert counts(here.wait(2 * TICK_S)) == [Outcome.EXPIRED]


def test_a_take_that_was_sent_long_before_it_had_its_place_was_a_gap(here):
    here.sit(formers=frozenset([OTHER]))
    for number in range(40):
        at = number * TICK_S
        here.handover.told(OTHER, Claimed(ME, (Claim(SEAT, 10),)), at - SEAT_REPEAT_S - TICK_S, at)
        assert counts(here.handover.tick(at)) == []
    here.handover.told(OTHER, Claimed(ME, (Claim(SEAT, 10),)), 0.0, 8.0)
    assert counts(here.handover.tick(8.0)) == []


def test_who_is_not_in_the_mix_any_more_need_not_answer(here):
    here.sit(formers=frozenset([OTHER]))
    here.wait(TICK_S)
    told_at = here.now
    here.wait(SEAT_LEFT_S)
    mixed = here.handover.mixed
    mixed("room", frozenset([ME]), told_at + SEAT_LEFT_S - 0.01, here.now)
    mixed("other", frozenset([ME]), here.now, here.now)
    assert counts(here.wait(BUS_BEAT_S + TICK_S)) == []
    mixed("room", frozenset([ME]), told_at + SEAT_LEFT_S, here.now)
    assert counts(here.handover.tick(here.now + BUS_BEAT_S - 0.01)) == []
    effects = here.wait(BUS_BEAT_S + TICK_S)
    assert counts(effects) == [Outcome.ABSENT]
    assert Settle(SEAT, 10) not in effects
    assert here.wait(TICK_S) == [wanted()], "it may only have been out of step"
    assert here.left(10) == [Settle(SEAT, 10)]
    assert here.wait(TICK_S) == []


def test_who_comes_back_into_the_mix_is_waited_for(here):
    here.sit(formers=frozenset([OTHER]))
    here.wait(SEAT_LEFT_S + TICK_S)
    here.handover.mixed("room", frozenset([ME]), here.now, here.now)
    here.handover.mixed("room", frozenset([ME, OTHER]), here.now, here.now)
    assert counts(here.wait(BUS_BEAT_S + TICK_S)) == []


def test_nobody_is_told_for_ever(here):
    here.sit(formers=frozenset([OTHER]))
    here.wait(SEAT_EXPIRES_S + 1)
    effects = here.wait(SEAT_OWED_S)
    assert Settle(SEAT, 10) in effects
    assert here.wait(1) == []


def test_a_newer_claim_ends_it_and_is_answered_after_the_next_publication(here):
    here.sit()
    fold = here.handover.fold()
    assert here.claimed(11) == [Yield(SEAT)]
    assert here.handover.published(fold) == [], "that one was folded before"
    assert here.handover.is_awaited
    assert here.publish() == [answer_to(11)]
    assert not here.handover.is_awaited
    assert here.publish() == []
    assert here.handover.counted == 0


def test_one_who_does_not_hold_it_says_so_after_a_publication_too(here):
    assert here.claimed(11) == []
    assert here.claimed(12) == []
    assert here.claimed(5, THIRD) == []
    assert here.publish() == [answer_to(12), answer_to(5, THIRD)]


def test_a_repeated_claim_is_answered_as_the_first(here):
    here.sit()
    here.claimed(11)
    fold = here.handover.fold()
    assert here.claimed(11) == []
    assert here.handover.published(fold) == [answer_to(11)], "or gateways that tick together would never answer"


def test_who_counts_the_seat_again_does_not_say_that_it_left(here):
    here.sit()
    here.claimed(11)
    here.sit(12, frozenset([ME]))
    assert here.publish() == []


def test_a_claim_to_all_is_heeded_and_not_answered_and_ones_own_is_not_heard(here):
    here.sit()
    assert here.claimed(11, ME, by_all=True) == []
    assert here.claimed(11, by_all=True) == [Yield(SEAT)]
    assert here.publish() == []


def test_a_lesser_claim_is_contradicted_and_waited_for(here):
    here.sit()
    assert here.claimed(9) == [Hold(SEAT), wanted()]
    assert here.publish() == []
    assert here.wait(TICK_S) == [wanted()]
    assert here.claimed(9) == [wanted()]
    assert here.left(10) == [Count(SEAT, Outcome.ANSWERED, approximately(TICK_S)), Settle(SEAT, 10)]


def test_of_equal_epochs_the_greater_gateway_has_it(here):
    here.sit()
    assert here.claimed(10, "gateway0") == [Hold(SEAT), wanted(gateway="gateway0")]
    assert here.claimed(10, OTHER) == [Yield(SEAT)]


def test_while_the_store_is_asked_a_newer_claim_holds_the_seat_and_the_answer_decides(here):
    here.sit()
    ask = here.open()
    assert here.claimed(11) == [Hold(SEAT)]
    assert here.publish() == [answer_to(11)]
    assert here.answer(ask, 12, frozenset([ME, OTHER])) == [wanted(12)]
    assert counts(here.left(12)) == [Outcome.ANSWERED]
    ask = here.open()
    here.claimed(20)
    assert here.answer(ask, 19, frozenset([ME])) == [Yield(SEAT)]


def test_a_newer_peer_here_goes_on_counting(here):
    here.sit()
    ask = here.open()
    assert here.handover.counted == 1
    assert here.answer(ask, 12, frozenset([ME])) == []
    assert here.left(12) == []


def test_a_newer_peer_here_waits_for_who_came_between(here):
    here.sit()
    assert here.answer(here.open(), 12, frozenset([ME, OTHER])) == [Hold(SEAT), wanted(12)]


def test_who_was_waited_for_already_is_not_waited_for_again(here):
    here.sit(formers=frozenset([OTHER]))
    here.wait(SEAT_EXPIRES_S + 1)
    assert here.answer(here.open(), 12, frozenset([ME, OTHER])) == []
    assert here.wait(TICK_S) == [wanted(12)]


def test_the_store_is_asked_again_with_growing_pauses_and_above_what_was_seen(here):
    ask = here.open()
    assert (ask.above, ask.is_shown) == (0, True)
    here.claimed(77, by_all=True)
    pauses = []
    for _ in range(5):
        failed_at = here.now
        here.handover.failed(SEAT, ask.number, here.now)
        here.handover.failed(SEAT, ask.number + 1, here.now)
        while not (effects := here.wait(TICK_S)):
            pass
        pauses.append(here.now - failed_at)
        assert effects == [Ask(SEAT, ask.number, 77, True)]
    assert pauses == pytest.approx([SEAT_ASK_S, *[SEAT_ASK_MAX_S] * 4])
    here.handover.failed("b" * 32, 1, here.now)
    assert here.handover.uncounted == 1


def test_answers_for_who_has_gone_change_nothing(here):
    first = here.open()
    here.handover.closed(SEAT)
    assert here.answer(first, 10, frozenset()) == []
    second = here.open(is_shown=False)
    assert here.answer(first, 11, frozenset()) == []
    here.handover.told(OTHER, Claimed(ME, (Claim("b" * 32, 1), Claim(SEAT, 1))), 0.0, 0.0)
    assert here.left(10) == []
    assert counts(here.answer(second, 12, frozenset([ME]))) == [Outcome.NEW]


def test_who_may_have_missed_something_is_silent_until_it_was_said_again(here):
    assert here.handover.may_publish(0.0)
    here.handover.lost(5.0)
    assert not here.handover.may_publish(5.0 + SEAT_REPEAT_S - 0.01)
    assert here.handover.may_publish(5.0 + SEAT_REPEAT_S)


def test_answers_that_wait_are_bounded(here, monkeypatch):
    monkeypatch.setattr(module, "_ANSWERS", 3)
    for number in range(5):
        here.handover.heard(Claimed(OTHER, (Claim(f"{number:032x}", 1),)), 0.0)
    (tell,) = here.publish()
    assert [claim.seat for claim in tell.notice.claims] == [f"{number:032x}" for number in (2, 3, 4)]


def test_settled_is_who_is_counted_and_known_to_be_alone(here):
    assert not here.handover.is_settled(SEAT)
    here.sit(formers=frozenset([OTHER]))
    assert not here.handover.is_settled(SEAT)
    here.left(10)
    assert here.handover.is_settled(SEAT)


def test_one_whose_former_gave_no_answer_is_settled_when_it_is_not_told_any_more(here):
    here.sit(formers=frozenset([OTHER]))
    here.wait(SEAT_EXPIRES_S + 2 * TICK_S)
    assert here.handover.counted == 1
    assert not here.handover.is_settled(SEAT)
    here.wait(SEAT_OWED_S + TICK_S)
    assert here.handover.is_settled(SEAT)


# --- a seat's place in the published mix


def place_of(here, moment, epoch=11, sender=OTHER):
    return here.handover.heard(Places(sender, (Place(SEAT, epoch, moment),)), here.now)


def test_the_place_goes_before_the_answer(here):
    here.sit()
    assert here.claimed(11) == [Yield(SEAT)]
    here.handover.gave_up(SEAT, 7)
    assert here.publish() == [Tell(OTHER, Places(ME, (Place(SEAT, 11, 7),))), answer_to(11)]
    assert here.publish() == []


def test_a_seat_without_a_place_is_only_left(here):
    here.sit()
    here.claimed(11)
    here.handover.gave_up(SEAT, None)
    assert here.publish() == [answer_to(11)]


def test_a_place_of_a_seat_that_nobody_asked_for_is_not_kept(here):
    here.sit()
    here.handover.gave_up(SEAT, 7)
    here.claimed(11)
    assert here.publish() == [answer_to(11)]


def test_a_seat_is_counted_with_the_place_that_it_had(here):
    here.sit(epoch=11, formers={OTHER})
    assert place_of(here, 7) == []
    assert here.left(11)[0] == Count(SEAT, Outcome.ANSWERED, 0.0, moment=7)


@pytest.mark.parametrize(("epoch", "sender"), [(10, OTHER), (12, OTHER), (11, THIRD), (11, ME)])
def test_a_place_under_another_claim_or_of_who_is_not_waited_for_is_none(here, epoch, sender):
    here.sit(epoch=11, formers={OTHER})
    assert place_of(here, 7, epoch, sender) == []
    assert here.left(11)[0] == Count(SEAT, Outcome.ANSWERED, 0.0)


def test_a_place_of_a_seat_that_is_not_here_changes_nothing(here):
    assert place_of(here, 7) == []


def test_a_seat_that_is_counted_again_leaves_no_place(here):
    here.sit(formers={THIRD})
    here.claimed(9)
    here.handover.gave_up(SEAT, 7)
    here.left(10, THIRD)
    here.left(10)
    assert [effect for effect in here.publish() if isinstance(effect.notice, Places)] == []


def test_a_place_is_used_once(here):
    here.sit(epoch=11, formers={OTHER})
    place_of(here, 7)
    assert here.left(11)[0].moment == 7
    here.claimed(9, THIRD, by_all=True)
    assert [each.moment for each in here.left(11, THIRD) if isinstance(each, Count)] == [None]


def test_a_newer_peer_has_the_place_that_the_one_before_was_waiting_with(here):
    here.sit(epoch=11, formers={OTHER})
    place_of(here, 7)
    here.answer(here.open(), 12, frozenset({OTHER}))
    assert here.left(12)[0] == Count(SEAT, Outcome.ANSWERED, 0.0, moment=7)


def test_all_who_asked_hear_of_the_place(here):
    here.sit()
    here.claimed(11)
    here.claimed(12, THIRD)
    here.handover.gave_up(SEAT, 7)
    told = [
        (effect.gateway, effect.notice.places[0].moment)
        for effect in here.publish()
        if hasattr(effect.notice, "places")
    ]
    assert told == [(OTHER, 7), (THIRD, 7)]
    assert here.publish() == []


def test_a_place_goes_on_to_the_third_gateway_when_the_second_never_counted_it(here):
    here.sit(epoch=11, formers={OTHER})
    place_of(here, 7)
    assert here.claimed(12, THIRD) == [Yield(SEAT)]
    here.handover.gave_up(SEAT, None)
    assert here.publish()[0] == Tell(THIRD, Places(ME, (Place(SEAT, 12, 7),)))
