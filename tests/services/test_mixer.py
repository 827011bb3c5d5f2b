"""The mixer: newest partials in, exact mixes out, in order, in time."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.many.bulletins import Stamp
from kuuki.mood.frames import Beat, Presence, Score, State
from kuuki.mood.mix import Calibration, Partial, Sums, merge
from kuuki.mood.privacy import Rule
from kuuki.mood.room import Role, Room
from kuuki.times import LIVE_HOLD_S, MIX_SPACING_S, MIX_WAIT_S, PARTIAL_EXPIRES_S, TICK_S
from services.aggregator.mixer import Mixer
from tests.bulletins import EXACT, all_counted, bulletin_of

HAPPY = (0, 0, 0, 255, 0, 0, 0)
SAD = (0, 0, 0, 0, 255, 0, 0)


def fold(*scores, present=None):
    """A gateway's partial of these scores. All of them count in the published mix."""
    room = Room()
    for number, weights in enumerate(scores):
        room.sit(str(number), Role.AUDIENCE, 0.0)
        room.receive(str(number), Score(1, weights, 255), 0.0)
    for number in range(len(scores), present or 0):
        room.sit(str(number), Role.AUDIENCE, 0.0)
    return all_counted(room.fold(0.0), len(scores))


def bulletin(gateway, seq, rule=EXACT, **rooms):
    return bulletin_of(gateway, seq, rooms, rule)


def mixer():
    return Mixer(Calibration(), b"veil")


def people(mixes):
    return {mixed.room: mixed.inner.sensing for mixed in mixes}


def test_the_newest_of_each_gateway_counts_and_each_gateway_once():
    mixer_ = mixer()
    assert mixer_.accept(bulletin("g", 1, room=fold(HAPPY, HAPPY)), 0.0)
    assert mixer_.accept(bulletin("h", 1, room=fold(SAD)), 0.01)
    assert mixer_.accept(bulletin("g", 2, room=fold(HAPPY)), 0.02)
    assert people(mixer_.mixes(1, 0.03)) == {"room": 2}
    assert people(mixer_.mixes(1, 0.23)) == {"room": 2}


@pytest.mark.parametrize("seq", [5, 4, 0])
def test_what_is_late_changes_nothing(seq):
    mixer_ = mixer()
    assert mixer_.accept(bulletin("g", 5, room=fold(HAPPY)), 0.0)
    assert not mixer_.accept(bulletin("g", seq, room=fold(HAPPY, HAPPY)), 0.1)
    assert people(mixer_.mixes(1, 0.1)) == {"room": 1}


def test_mixes_are_due_when_all_live_gateways_were_heard_and_at_the_latest_after_the_wait():
    mixer_ = mixer()
    assert mixer_.due_at(0.0) is None
    mixer_.accept(bulletin("g", 1, room=fold(HAPPY)), 0.0)
    assert mixer_.due_at(0.0) == 0.0, "the only gateway was heard"
    list(mixer_.mixes(1, 0.0))
    mixer_.accept(bulletin("h", 1, room=fold(SAD)), 0.19)
    assert mixer_.due_at(0.19) == pytest.approx(0.19 + MIX_WAIT_S), "g is waited for, not for ever"
    mixer_.accept(bulletin("g", 2, room=fold(HAPPY)), 0.2)
    assert mixer_.due_at(0.2) == 0.2
    list(mixer_.mixes(1, 0.2))
    assert mixer_.due_at(0.21) is None, "a round ends with its mixes"


def test_a_round_that_comes_too_soon_after_the_last_mixes_waits():
    mixer_ = mixer()
    mixer_.accept(bulletin("g", 1, room=fold(HAPPY)), 0.0)
    list(mixer_.mixes(1, 0.0))
    mixer_.accept(bulletin("h", 1, room=fold(SAD)), 0.07)
    due_at = pytest.approx(MIX_SPACING_S + MIX_WAIT_S)
    assert mixer_.due_at(0.07) == due_at, "g is not yet heard: a tick after the last, and a little"
    mixer_.accept(bulletin("g", 2, room=fold(HAPPY)), 0.1)
    assert mixer_.due_at(0.1) == MIX_SPACING_S


def test_the_wait_counts_from_the_first_bulletin_of_the_round_not_from_each():
    mixer_ = mixer()
    for gateway in "ghi":
        mixer_.accept(bulletin(gateway, 1, room=fold(HAPPY)), 0.0)
    list(mixer_.mixes(1, 0.0))
    mixer_.accept(bulletin("g", 2, room=fold(HAPPY)), 0.2)
    mixer_.accept(bulletin("h", 2, room=fold(HAPPY)), 0.23)
    assert mixer_.due_at(0.23) == pytest.approx(0.2 + MIX_WAIT_S)


def test_a_silent_gateway_expires_and_is_waited_for_no_more():
    mixer_ = mixer()
    mixer_.accept(bulletin("g", 1, room=fold(HAPPY)), 0.0)
    mixer_.accept(bulletin("h", 1, room=fold(SAD, SAD)), 0.0)
    assert people(mixer_.mixes(1, 0.0)) == {"room": 3}
    seen = []
    for seq in range(2, 9):
        now = (seq - 1) * TICK_S
        mixer_.accept(bulletin("h", seq, room=fold(SAD, SAD)), now)
        waits = mixer_.due_at(now) > now
        seen.append((round(now, 1), people(mixer_.mixes(1, now))["room"], waits))
    expected = [(now, 3, True) for now in (0.2, 0.4, 0.6, 0.8, 1.0)] + [(1.2, 2, False), (1.4, 2, False)]
    assert seen == expected


def test_who_was_heard_and_expired_within_a_round_is_gone():
    mixer_ = mixer()
    mixer_.accept(bulletin("g", 1, room=fold(HAPPY)), 0.0)
    assert list(mixer_.mixes(1, PARTIAL_EXPIRES_S + 0.01)) == []
    assert not mixer_.gateways(PARTIAL_EXPIRES_S + 0.01)


def test_a_room_that_is_missing_from_the_newest_bulletin_is_gone_there():
    mixer_ = mixer()
    mixer_.accept(bulletin("g", 1, a=fold(HAPPY), b=fold(SAD)), 0.0)
    mixer_.accept(bulletin("h", 1, b=fold(SAD)), 0.0)
    assert people(mixer_.mixes(1, 0.0)) == {"a": 1, "b": 2}
    mixer_.accept(bulletin("g", 2, b=fold(SAD)), 0.2)
    assert people(mixer_.mixes(1, 0.2)) == {"b": 2}
    mixer_.accept(bulletin("g", 3), 0.4)
    mixer_.accept(bulletin("h", 2), 0.4)
    assert list(mixer_.mixes(1, 0.4)) == []


def test_the_strictest_rule_that_a_gateway_knows_holds():
    mixer_ = mixer()
    for gateway, rule in (("g", EXACT), ("h", Rule(min_group=3)), ("i", Rule(min_group=2))):
        mixer_.accept(bulletin(gateway, 1, rule, room=fold(HAPPY)), 0.0)
    assert [mixed.mix.at_most for mixed in mixer_.mixes(1, 0.0)] == [2], "fewer than three until they held for a while"
    for gateway in "gi":
        mixer_.accept(bulletin(gateway, 2, EXACT, room=fold(HAPPY)), 1.5)
    assert [mixed.mix.at_least for mixed in mixer_.mixes(1, 1.5)] == [2]


def test_a_mix_names_exactly_the_stamps_that_are_in_it():
    mixer_ = mixer()
    mixer_.accept(bulletin("g", 7, a=fold(HAPPY)), 0.0)
    mixer_.accept(bulletin("h", 9, a=fold(HAPPY), b=fold(SAD)), 0.0)
    contains = {mixed.room: set(mixed.contains) for mixed in mixer_.mixes(1, 0.0)}
    assert contains == {"a": {Stamp("g", 7), Stamp("h", 9)}, "b": {Stamp("h", 9)}}


def test_order_never_runs_backwards_whatever_rooms_come_and_go():
    mixer_ = mixer()
    newest: dict[str, tuple[int, int]] = {}
    for seq, term in zip(range(1, 40), [1] * 20 + [2] * 19, strict=True):
        rooms = {room: fold(HAPPY) for room in "abc" if seq % (ord(room) - 95)}
        mixer_.accept(bulletin("g", seq, **rooms), seq * TICK_S)
        for mixed in mixer_.mixes(term, seq * TICK_S):
            order = (mixed.mix.term, mixed.mix.seq)
            assert order > newest.get(mixed.room, (0, 0))
            newest[mixed.room] = order
    assert newest.keys() == set("abc")


def test_the_minimum_group_holds_over_gateways_and_has_hysteresis():
    mixer_, rule = mixer(), Rule(min_group=3)
    seqs = count(1)

    def state_at(now, *, ours, theirs):
        seq = next(seqs)
        mixer_.accept(bulletin("g", seq, rule, room=fold(*ours)), now)
        mixer_.accept(bulletin("h", seq, rule, room=fold(*theirs)), now)
        (mixed,) = mixer_.mixes(1, now)
        assert (mixed.mix.body is not None) is (mixed.mix.state is State.LIVE)
        return mixed.mix.state

    assert state_at(0.0, ours=[HAPPY], theirs=[HAPPY, SAD]) is State.FEW, "enough, but not for long enough"
    assert state_at(LIVE_HOLD_S - 0.1, ours=[HAPPY], theirs=[HAPPY, SAD]) is State.FEW
    assert state_at(LIVE_HOLD_S, ours=[HAPPY], theirs=[HAPPY, SAD]) is State.LIVE
    assert state_at(1.2, ours=[], theirs=[HAPPY, SAD]) is State.FEW, "shut at once"
    assert state_at(1.4, ours=[HAPPY], theirs=[HAPPY, SAD]) is State.FEW, "and not open again at once"
    assert state_at(1.4 + LIVE_HOLD_S, ours=[HAPPY], theirs=[HAPPY, SAD]) is State.LIVE


def test_a_room_that_was_gone_starts_its_minimum_group_anew():
    mixer_ = mixer()
    states = []
    for seq, now in enumerate((0.0, 0.5, 1.0), 1):
        mixer_.accept(bulletin("g", seq, Rule(min_group=1), **({"room": fold(HAPPY)} if now != 0.5 else {})), now)
        states += [mixed.mix.state for mixed in mixer_.mixes(1, now)]
    assert states == [State.FEW, State.FEW]


scores = st.lists(st.integers(0, 255), min_size=6, max_size=6).map(
    lambda cuts: tuple(high - low for low, high in zip([0, *sorted(cuts)], [*sorted(cuts), 255], strict=True))
)
gateways = st.sampled_from("ghij")
audiences = st.lists(scores, max_size=5)


@given(st.lists(st.tuples(gateways, st.integers(1, 9), st.dictionaries(st.sampled_from("ab"), audiences)), max_size=12))
def test_the_inner_mix_is_exactly_the_fold_of_the_newest_scores(told):
    """Integers, tolerance 0: gateways tell of overlapping rooms in any order, with duplicates and late ones."""
    mixer_ = mixer()
    newest: dict[str, tuple[int, dict[str, list[tuple[int, ...]]]]] = {}
    for gateway, seq, rooms in told:
        partials = {room: fold(*audience, present=len(audience) + 2) for room, audience in rooms.items()}
        taken = mixer_.accept(bulletin(gateway, seq, **partials), 0.0)
        assert taken is (seq > newest.get(gateway, (0, {}))[0])
        if taken:
            newest[gateway] = (seq, rooms)
    expected: dict[str, list[tuple[int, ...]]] = {}
    present: dict[str, int] = {}
    for _, rooms in newest.values():
        for room, audience in rooms.items():
            expected.setdefault(room, []).extend(audience)
            present[room] = present.get(room, 0) + len(audience) + 2
    mixes = {mixed.room: mixed for mixed in mixer_.mixes(1, 0.0)}
    assert mixes.keys() == expected.keys()
    for room, audience in expected.items():
        assert mixes[room].inner == merge([fold(*audience, present=present[room])])
        if audience:
            happy = sum(score[3] for score in audience) / (255 * len(audience))
            assert mixes[room].mix.body.weights[3] == pytest.approx(happy, abs=0.5e-4)
            assert mixes[room].mix.coverage == len(audience) / present[room]


def test_a_room_of_which_something_implausible_is_said_is_left_out():
    more, less = ((0, 0, 0, sum_, 0, 0, 0) for sum_ in (256, 254))
    odd = {name: Partial(1, (0,) * 4, Sums(1, sums, 65025)) for name, sums in (("more", more), ("less", less))}
    mixer_ = mixer()
    mixer_.accept(bulletin("g", 1, good=fold(HAPPY), **odd), 0.0)
    mixer_.accept(bulletin("h", 1, good=fold(SAD), more=fold(SAD)), 0.0)
    assert people(mixer_.mixes(1, 0.01)) == {"good": 2}
    assert mixer_.left_out == 2
    mixer_.accept(bulletin("g", 2, good=fold(HAPPY)), 0.2)
    assert people(mixer_.mixes(1, 0.21)) == {"good": 2, "more": 1}
    assert mixer_.left_out == 0


def test_who_paused_or_left_is_in_no_mix():
    room = Room()
    room.sit("a", Role.AUDIENCE, 0.0)
    room.receive("a", Score(1, HAPPY, 255), 0.0)
    room.receive("a", Beat(2, Presence.PAUSED), 0.0)
    mixer_ = mixer()
    mixer_.accept(bulletin("g", 1, room=room.fold(0.0)), 0.0)
    assert people(mixer_.mixes(1, 0.0)) == {"room": 0}


def test_what_was_missed_is_forgotten_and_nobody_is_left_out_of_the_next_mixes():
    mixer_ = mixer()
    for gateway in "gh":
        mixer_.accept(bulletin(gateway, 1, room=fold(HAPPY)), 0.0)
    mixer_.forget()
    assert mixer_.due_at(0.0) is None
    assert not mixer_.gateways(0.0)
    mixer_.accept(bulletin("g", 9, room=fold(HAPPY)), 5.0)
    assert mixer_.due_at(5.0) == pytest.approx(5.0 + TICK_S + MIX_WAIT_S), "h may yet be heard"
    mixer_.accept(bulletin("h", 9, room=fold(SAD, SAD)), 5.19)
    mixer_.accept(bulletin("g", 10, room=fold(HAPPY)), 5.2)
    due_at = mixer_.due_at(5.2)
    assert due_at == pytest.approx(5.0 + TICK_S + MIX_WAIT_S), "bounded: not later because of who came later"
    assert people(mixer_.mixes(1, due_at)) == {"room": 3}
    mixer_.accept(bulletin("g", 11, room=fold(HAPPY)), 5.4)
    mixer_.accept(bulletin("h", 10, room=fold(HAPPY)), 5.45)
    assert mixer_.due_at(5.45) == pytest.approx(5.45), "only the first mixes wait"


def test_a_mixer_that_follows_opens_its_minimum_groups_in_time_and_shuts_them():
    rule = Rule(min_group=2)
    mixer_ = mixer()
    for seq, audience in enumerate(([HAPPY, SAD], [HAPPY, SAD]), 1):
        mixer_.accept(bulletin("g", seq, rule, room=fold(*audience)), seq)
        assert mixer_.due_at(seq) == seq
        mixer_.follow(seq)
        assert mixer_.due_at(seq) is None
    mixer_.accept(bulletin("g", 3, rule, room=fold(HAPPY, SAD)), 2.2)
    assert [mixed.mix.state for mixed in mixer_.mixes(1, 2.2)] == [State.LIVE], "the first mix of a standby"
    mixer_.accept(bulletin("g", 4, rule, room=fold(HAPPY)), 2.4)
    mixer_.follow(2.4)
    mixer_.accept(bulletin("g", 5, rule, room=fold(HAPPY, SAD)), 2.6)
    assert [mixed.mix.state for mixed in mixer_.mixes(2, 2.6)] == [State.FEW]


def test_a_bulletin_that_was_long_under_way_is_as_old_as_it_may_be():
    mixer_ = mixer()
    assert mixer_.accept(bulletin("dead", 1, room=fold(HAPPY)), 10.0, 10.0 - PARTIAL_EXPIRES_S - 0.01)
    assert mixer_.accept(bulletin("new", 1, room=fold(HAPPY)), 10.0, 9.9)
    assert mixer_.due_at(10.0) is not None
    (mix,) = mixer_.mixes(1, 10.0)
    assert mix.inner.sensing == 1
    assert mixer_.gateways(9.9 + PARTIAL_EXPIRES_S) == {"new"}
    assert mixer_.gateways(9.91 + PARTIAL_EXPIRES_S) == set()


def test_what_comes_between_ticks_does_not_cut_the_wait_short():
    mixer_ = mixer()
    for gateway in ("g", "h"):
        mixer_.accept(bulletin(gateway, 1, room=fold(HAPPY)), 1.0)
    list(mixer_.mixes(1, 1.0))
    mixer_.accept(bulletin("g", 2, room=fold(HAPPY)), 1.1)
    assert mixer_.due_at(1.1) >= 1.0 + TICK_S + 0.01
