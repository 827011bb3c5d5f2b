from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuuki.call.calling import Event, LegState, Side
from kuuki.call.notes import EventNote, Liveness, LivenessNote, RingNote, SignalNote, UnknownCode
from kuuki.call.signaling import Act, Again, Ring, Signal, Standing
from kuuki.times import AGAIN_S, CALL_ANSWER_S, CALL_RING_S, LINE_AWAY_S, LINE_GRACE_S
from tests.core.call.pages import World
from tests.core.call.switchboard import Switchboard, call_id

E = Event
UNKNOWN = UnknownCode.UNKNOWN
END_OF_CANDIDATES = {"candidate": "", "sdpMid": None, "sdpMLineIndex": None, "usernameFragment": None}


@pytest.fixture
def board():
    return Switchboard()


def talk(board, who="a", whom="b", n=1):
    call = board.ring(who, whom, n)
    board.act(whom, E.ACCEPT, call)
    assert board.last(who, call)["state"] == board.last(whom, call)["state"] == "talking"
    return call


def test_a_call_from_ring_to_end(board):
    call = board.ring("a", "b", 1)
    assert board.states("a", call) == ["calling", "ringing"]
    assert board.states("b", call) == ["incoming"]
    board.act("b", E.ACCEPT, call)
    board.act("a", E.HANG_UP, call)
    assert board.states("a", call) == ["calling", "ringing", "talking", "ended"]
    assert board.states("b", call) == ["incoming", "talking", "ended"]
    assert not board.lines["a"].legs
    assert not board.lines["b"].legs
    assert [board.lines[who].id for who in "ab"] == ["a", "b"]


def test_a_code_does_not_tell_whose_it_is(board):
    call = board.ring("a", "b", 1)
    board.wait(10)
    assert all(not message["name"] for message in board.heard["a"])
    assert board.last("b", call)["name"] == "A"
    board.act("b", E.ACCEPT, call)
    assert board.last("a", call)["name"] == "B"


def test_a_declined_call_tells_no_name(board):
    call = board.ring("a", "b", 1)
    board.act("b", E.DECLINE, call)
    assert board.last("a", call)["state"] == "declined"
    assert board.last("a", call)["name"] == ""


def test_a_code_is_spent_by_an_answer_and_by_nothing_else(board):
    board.act("b", E.DECLINE, board.ring("a", "b", 1))
    assert board.renewed == []
    talk(board, n=2)
    assert board.renewed == ["b"]


def test_a_code_that_is_spent_rings_nobody_until_there_is_another(board):
    board.has_store = False
    board.act("a", E.HANG_UP, talk(board))
    codes: list[Any] = ["b", UNKNOWN]
    for n, code in enumerate(codes, start=2):
        board.note("b", RingNote("c", call_id(n), code=code))
        assert board.states("b", call_id(n)) == []
    assert board.last("c", board.ring("c", "b", 4))["state"] == "unreachable"
    board.lines["b"].code = "b"
    assert board.last("c", board.ring("c", "b", 5))["state"] == "ringing"


def test_a_line_without_a_code_can_be_called_again(board):
    call = talk(board)
    board.lines["b"].code = ""
    board.act("a", E.HANG_UP, call)
    board.say("a", Again(call_id(2), call))
    assert board.last("b", call_id(2))["state"] == "incoming"
    board.act("b", E.ACCEPT, call_id(2))
    assert board.renewed == ["b"]  # by the first call


@pytest.mark.parametrize(
    ("codes", "knocking"),
    [
        (("b", "b"), "missed"),
        ((UNKNOWN, "b"), "missed"),
        (("b", UNKNOWN), "missed"),
        (("b", None), "knocking"),
        ((None, "b"), "knocking"),
    ],
)
def test_of_two_who_ring_by_one_code_one_is_answered(board, codes, knocking):
    calls = [call_id(1), call_id(2)]
    for who, call, code in zip("ac", calls, codes, strict=True):
        board.note("b", RingNote(who, call, code=code))
    board.act("b", E.ACCEPT, calls[0])
    assert [board.last("b", call)["state"] for call in calls] == ["talking", knocking]


def test_who_is_not_answered_because_the_code_is_spent_hears_busy(board):
    board.ring("a", "b", 1)
    board.ring("c", "b", 2)
    assert board.last("c", call_id(2))["state"] == "waiting"
    board.act("b", E.ACCEPT, call_id(1))
    assert board.last("c", call_id(2))["state"] == "busy"


def test_an_older_code_that_is_answered_spends_no_newer_one(board):
    call = board.ring("a", "b", 1)
    board.lines["b"].code = "newer"
    board.act("b", E.ACCEPT, call)
    assert (board.renewed, board.lines["b"].code) == ([], "newer")


def test_a_call_that_was_restored_may_have_come_by_the_code(board):
    call = board.ring("a", "b", 1)
    board.restart("b", Standing(call, "a", Side.CALLEE, LegState.INCOMING))
    board.act("b", E.ACCEPT, call)
    assert board.last("a", call)["state"] == "talking"
    assert board.renewed == ["b"]


def test_a_line_connects_while_it_rings_and_talks_and_not_before_or_after(board):
    lines = [board.lines[who] for who in "ab"]
    assert [line.may_connect for line in lines] == [False, False]
    call = board.ring("a", "b", 1)
    assert [line.may_connect for line in lines] == [True, True]
    board.act("b", E.ACCEPT, call)
    assert [line.may_connect for line in lines] == [True, True]
    board.act("a", E.HANG_UP, call)
    assert [line.may_connect for line in lines] == [False, False]


def test_a_call_that_only_its_page_knows_of_is_not_sure(board):
    board.deaf.add("a")
    board.restart("b", Standing(call_id(1), "a", Side.CALLEE, LegState.TALKING))
    assert board.lines["b"].may_connect is not True
    board.deaf.clear()
    call = talk(board, n=2)
    board.restart("b", Standing(call, "a", Side.CALLEE, LegState.TALKING))
    assert board.lines["b"].may_connect is True, "the partner's line knows of it"


@pytest.mark.parametrize(
    ("who", "event", "caller", "callee"),
    [
        ("b", E.DECLINE, "declined", "declined"),
        ("b", E.HANG_UP, "declined", "declined"),
        ("a", E.HANG_UP, "cancelled", "missed"),
    ],
)
def test_ends_of_ringing(board, who, event, caller, callee):
    call = board.ring("a", "b", 1)
    board.act(who, event, call)
    assert (board.last("a", call)["state"], board.last("b", call)["state"]) == (caller, callee)


def test_nobody_answers(board):
    call = board.ring("a", "b", 1)
    board.wait(CALL_RING_S)
    assert board.last("a", call)["state"] == "ringing"
    board.wait(1)
    assert (board.last("a", call)["state"], board.last("b", call)["state"]) == ("timed_out", "missed")


def test_a_callee_whose_caller_never_says_so_gives_up_soon_after(board):
    call = board.ring("a", "b", 1)
    board.lines["a"].legs[call].entered_at = 1e9  # a caller that never stops
    board.wait(CALL_RING_S + 5)
    assert board.last("b", call)["state"] == "missed"


@pytest.mark.parametrize("code", ["nobody", "a"])
def test_a_wrong_code_and_ones_own_are_unreachable(board, code):
    call = board.ring("a", code, 1)
    assert board.last("a", call)["state"] == "unreachable"
    assert not board.lines["a"].legs


def test_a_line_without_anybody_is_unreachable(board):
    board.deaf.add("b")
    assert board.last("a", board.ring("a", "b", 1))["state"] == "unreachable"


def test_a_call_of_which_nothing_is_heard_is_unreachable(board):
    board.holds_notes = True
    call = board.ring("a", "b", 1)
    board.wait(CALL_ANSWER_S)
    assert board.last("a", call)["state"] == "calling"
    board.wait(1)
    assert board.last("a", call)["state"] == "unreachable"
    board.deliver()
    assert board.last("b", call)["state"] == "missed"


def test_an_answer_to_a_look_up_that_nobody_waits_for_changes_nothing(board):
    board.holds_finds = True
    call = board.ring("a", "b", 1)
    board.act("a", E.HANG_UP, call)
    board.find()
    assert board.states("a", call) == ["calling", "cancelled"]
    assert board.heard["b"] == []


def test_ringing_twice_is_one_call(board):
    call = board.ring("a", "b", 1)
    board.ring("a", "b", 1)
    assert board.states("b", call) == ["incoming"]
    board.note("b", RingNote("a", call, "A"))
    assert board.states("b", call) == ["incoming"]


def test_a_line_rings_only_so_often(board):
    for n in range(10):
        board.act("b", E.DECLINE, board.ring("a", "b", n))
    assert board.last("a", board.ring("a", "b", 10))["state"] == "unreachable"
    board.wait(2)
    assert board.last("a", board.ring("a", "b", 11))["state"] == "ringing"


def test_who_is_in_a_call_cannot_ring(board):
    talk(board)
    assert board.last("a", board.ring("a", "c", 2))["state"] == "busy"
    assert board.heard["c"] == []


# --- both at once


@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 1)])
def test_both_call_at_once_and_it_is_one_call(board, first, second):
    board.holds_notes = True
    calls = {"a": board.ring("a", "b", first), "b": board.ring("b", "a", second)}
    board.deliver()
    winner, loser = call_id(1), call_id(2)
    for who in "ab":
        assert board.last(who, winner)["state"] == "talking"
        assert list(board.lines[who].legs) == [winner]
    rang_second = next(who for who in "ab" if calls[who] == loser)
    assert board.states(rang_second, loser)[-1] == "crossed"
    assert {board.last(who, winner)["side"] for who in "ab"} == {"caller", "callee"}


@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 1)])
def test_both_call_at_once_while_one_still_looks_up(board, first, second):
    board.holds_finds = True
    board.ring("a", "b", first)
    board.ring("b", "a", second)
    finds, board.finds = list(board.finds), board.finds.__class__()
    board.finds.append(finds[1])  # b's is found first
    board.find()
    board.finds.append(finds[0])
    board.find()
    both = [set(board.lines[who].legs) for who in "ab"]
    assert both[0] == both[1]
    (call,) = both[0]
    assert board.last("a", call)["state"] == board.last("b", call)["state"] == "talking"


def test_calling_who_is_just_calling_is_an_answer(board):
    call = board.ring("a", "b", 1)
    own = board.ring("b", "a", 2)
    assert board.last("b", own)["state"] == "crossed"
    assert board.last("a", call)["state"] == board.last("b", call)["state"] == "talking"


def test_calling_someone_else_while_it_rings_is_busy(board):
    call = board.ring("a", "b", 1)
    assert board.last("b", board.ring("b", "c", 2))["state"] == "busy"
    assert board.last("b", call)["state"] == "incoming"


def test_a_knock_that_was_the_other_half_of_a_crossing_goes_away(board):
    board.holds_finds = True
    board.ring("a", "b", 1)
    board.holds_finds = False
    board.finds, waiting = board.finds.__class__(), list(board.finds)
    theirs = board.ring("b", "a", 2)
    assert board.last("a", theirs)["state"] == "knocking"
    board.finds.extend(waiting)
    board.find()
    assert board.last("a", theirs)["state"] == "talking"
    assert board.last("a", call_id(1))["state"] == "crossed"


def test_an_answer_drops_the_knock_of_the_same_partner(board):
    call = board.ring("a", "b", 1)
    board.note("a", RingNote("b", call_id(2), "B"))
    assert list(board.lines["a"].legs) == [call]  # the smaller id wins
    board.lines["a"].legs[call].partner = "c"
    board.note("a", RingNote("b", call_id(3), "B"))
    board.lines["a"].legs[call].partner = "b"
    board.act("b", E.ACCEPT, call)
    assert list(board.lines["a"].legs) == [call]
    assert board.last("a", call_id(3))["state"] == "crossed"


def test_a_page_that_says_a_callee_rings_has_nothing_to_cross(board):
    """Its word is taken as it is, but it does not accept a call for anybody."""
    board.deaf.add("b")
    board.restart("a", Standing(call_id(1), "b", Side.CALLEE, LegState.RINGING))
    board.note("a", RingNote("b", call_id(2), "B"))
    assert board.last("a", call_id(2))["state"] == "knocking"


# --- call waiting


def test_a_third_caller_waits_and_a_fourth_is_busy():
    board = Switchboard("abcd")
    talk(board)
    third = board.ring("c", "b", 2)
    fourth = board.ring("d", "b", 3)
    assert board.last("c", third)["state"] == "waiting"
    assert board.last("b", third)["state"] == "knocking"
    assert board.last("d", fourth)["state"] == "busy"


def test_accepting_a_knock_ends_the_call_that_is_on(board):
    first = talk(board)
    second = board.ring("c", "b", 2)
    board.act("b", E.ACCEPT, second)
    assert board.last("a", first)["state"] == board.last("b", first)["state"] == "ended"
    assert board.last("c", second)["state"] == board.last("b", second)["state"] == "talking"


def test_when_the_call_ends_the_knock_rings(board):
    first = talk(board)
    second = board.ring("c", "b", 2)
    board.act("a", E.HANG_UP, first)
    assert board.states("b", second) == ["knocking", "incoming"]
    assert board.states("c", second) == ["calling", "waiting", "ringing"]


@pytest.mark.parametrize(("event", "caller"), [(E.DECLINE, "declined"), (E.HANG_UP, "declined")])
def test_a_knock_can_be_declined(board, event, caller):
    first = talk(board)
    second = board.ring("c", "b", 2)
    board.act("b", event, second)
    assert board.last("c", second)["state"] == caller
    assert board.last("b", first)["state"] == "talking"


def test_waiting_times_out(board):
    talk(board)
    second = board.ring("c", "b", 2)
    board.wait(CALL_RING_S + 1)
    assert (board.last("c", second)["state"], board.last("b", second)["state"]) == ("timed_out", "missed")


def test_accepting_what_is_not_there_ends_nothing(board):
    first = talk(board)
    board.act("b", E.ACCEPT, call_id(9))
    board.act("b", E.ACCEPT, first)
    assert board.last("b", first)["state"] == "talking"


# --- what is passed on


def test_signals_pass_while_talking_and_only_then(board):
    call = board.ring("a", "b", 1)
    offer = Signal(call, 1, description={"type": "offer", "sdp": "v=0"})
    board.say("a", offer)
    assert [message["type"] for message in board.heard["b"]] == ["state"]
    board.act("b", E.ACCEPT, call)
    board.say("a", offer)
    board.say("b", Signal(call, 1, candidate=END_OF_CANDIDATES))
    assert board.heard["b"][-1] == {
        "type": "signal",
        "call": call,
        "generation": 1,
        "description": {"type": "offer", "sdp": "v=0"},
    }
    assert board.heard["a"][-1]["candidate"] == END_OF_CANDIDATES


def test_nobody_speaks_into_a_call_of_others(board):
    call = talk(board)
    before = len(board.heard["b"])
    board.note("b", SignalNote("c", Signal(call, 1, candidate={"candidate": ""})))
    board.note("b", EventNote("c", call, E.HUNG_UP))
    assert len(board.heard["b"]) == before
    assert board.last("b", call)["state"] == "talking"


# --- away, back, gone, restarted


def test_a_page_that_leaves_is_away_and_comes_back(board):
    call = talk(board)
    board.leave("a")
    assert board.last("b", call)["partner_is"] == "away"
    board.wait(LINE_GRACE_S - 8)
    assert board.last("b", call)["partner_is"] == "away", "a line whose page is away says so, not that it is there"
    board.back("a")
    assert board.last("b", call)["partner_is"] == "here"
    board.wait(LINE_GRACE_S)
    assert board.last("b", call)["partner_is"] == "here"


def test_a_page_that_stays_away_is_gone_half_a_minute_after_it_left_and_media_decide(board):
    call = talk(board)
    board.wait(3)
    board.leave("a")
    board.wait(LINE_GRACE_S)
    board.expire("a")
    assert board.last("b", call)["partner_is"] == "away"
    board.wait(1)
    assert board.last("b", call)["partner_is"] == "gone"
    assert board.last("b", call)["state"] == "talking"
    board.restart("a", Standing(call, "b", Side.CALLER, LegState.TALKING))
    assert board.last("b", call)["partner_is"] == "here", "a page that slept may come back late"


@pytest.mark.parametrize(("who", "caller", "callee"), [("a", "unreachable", "missed"), ("b", "unreachable", "missed")])
def test_ringing_ends_when_a_page_stays_away(board, who, caller, callee):
    call = board.ring("a", "b", 1)
    board.leave(who)
    board.expire(who)
    assert (board.last("a", call)["state"], board.last("b", call)["state"]) == (caller, callee)


def test_a_partner_who_stays_away_is_gone_but_the_call_goes_on(board):
    call = talk(board)
    board.deaf.add("a")
    board.wait(LINE_AWAY_S + 6)
    assert board.last("b", call)["partner_is"] == "away"
    board.wait(LINE_GRACE_S)
    assert board.last("b", call) | {"state": "talking", "partner_is": "gone"} == board.last("b", call)
    board.act("b", E.LOSE, call)
    assert board.last("b", call)["state"] == "lost"


def test_silence_alone_is_away(board):
    call = talk(board)
    board.holds_notes = True  # told, but lost on the way
    board.wait(LINE_AWAY_S + 1)
    assert board.last("b", call)["partner_is"] == "away"


def test_ringing_without_a_partner_ends(board):
    call = board.ring("a", "b", 1)
    board.deaf.add("b")
    board.wait(LINE_GRACE_S + 6)
    assert board.last("a", call)["state"] == "unreachable"


def test_a_callee_page_that_says_bye_while_it_rings(board):
    call = board.ring("a", "b", 1)
    board.close("b")
    assert board.last("a", call)["state"] == "declined"
    assert not board.lines["b"].legs


@pytest.mark.parametrize(("who", "other", "side"), [("a", "b", Side.CALLER), ("b", "a", Side.CALLEE)])
def test_a_server_that_restarts_loses_no_call(board, who, other, side):
    call = talk(board)
    board.leave(who)
    board.restart(who, Standing(call, other, side, LegState.TALKING, "X"))
    assert board.last(other, call)["partner_is"] == "here"
    board.say(who, Signal(call, 2, description={"type": "offer", "sdp": "v=0"}))
    assert board.heard[other][-1]["generation"] == 2
    board.act(other, E.HANG_UP, call)
    assert board.last(who, call)["state"] == "ended"


def test_an_answer_that_was_lost_heals(board):
    call = board.ring("a", "b", 1)
    board.holds_notes = True
    board.act("b", E.ACCEPT, call)
    board._notes.clear()
    board.holds_notes = False
    assert board.last("a", call)["state"] == "ringing"
    board.wait(6)
    assert board.last("a", call)["state"] == "talking"
    assert board.last("a", call)["name"] == "B"


def test_an_end_that_was_lost_heals(board):
    call = talk(board)
    board.holds_notes = True
    board.act("b", E.HANG_UP, call)
    board._notes.clear()
    board.holds_notes = False
    board.wait(6)
    assert board.last("a", call)["state"] == "ended"


def test_a_made_up_standing_is_disowned(board):
    board.restart("c", Standing(call_id(7), "b", Side.CALLER, LegState.TALKING))
    assert board.last("c", call_id(7))["state"] == "ended"
    assert board.heard["b"] == []


def test_a_standing_with_oneself_is_none(board):
    board.restart("c", Standing(call_id(7), "c", Side.CALLER, LegState.TALKING))
    assert not board.lines["c"].legs


def test_what_was_not_told_of_a_call_that_is_over_changes_nothing(board):
    board._do("a", board.lines["a"].note_undelivered("b", LivenessNote("a", call_id(1), Liveness.STILL), board.now))
    assert board.heard["a"] == []


# --- again


def test_calling_again_needs_no_code(board):
    call = talk(board)
    board.act("b", E.HANG_UP, call)
    board.say("a", Again(call_id(2), call))
    assert board.last("b", call_id(2))["state"] == "incoming"
    board.act("b", E.ACCEPT, call_id(2))
    assert board.renewed == ["b"], "no code was used, none is spent"


@pytest.mark.parametrize("of", [call_id(1), call_id(8)])
def test_calling_again_has_an_end(board, of):
    board.act("b", E.HANG_UP, talk(board))
    board.wait(AGAIN_S + 1)
    board.say("a", Again(call_id(2), of))
    assert board.last("a", call_id(2))["state"] == "unreachable"


def test_only_some_partners_are_remembered(board):
    for n in range(30):
        board.wait(2)
        board.act("b", E.HANG_UP, talk(board, n=n))
    assert len(board.lines["a"]._state.over) == 20


def test_a_message_for_no_call_changes_nothing(board):
    board.say("a", Act(E.HANG_UP, call_id(5)))
    board.say("a", Signal(call_id(5), 1, candidate={"candidate": ""}))
    board.say("a", "no message of a line")
    assert board.heard["a"] == []


# --- strangers


def made_up(n, partner="b", state=LegState.TALKING, side=Side.CALLER):
    return Standing(call_id(n), partner, side, state)


@pytest.mark.parametrize("state", [state for state in LegState if not state.is_end])
def test_made_up_calls_are_one_at_most_beside_one_that_knocks(board, state):
    for n in range(50):
        board.back("c", made_up(n, "nobody", state))
        board.back("c", made_up(100 + n, "nobody", LegState.KNOCKING, Side.CALLEE))
    assert len(board.lines["c"].legs) <= 2
    assert sum(leg.state is not LegState.KNOCKING for leg in board.lines["c"].legs.values()) == 1


def test_a_page_is_told_that_the_call_it_stands_in_has_no_place_beside_another(board):
    talk(board)
    before = list(board.heard["c"])
    board.back("a", made_up(7, "c"))
    assert board.last("a", call_id(7))["state"] == "lost"
    board.back("a", made_up(8, "c", LegState.RINGING))
    assert board.last("a", call_id(8))["state"] == "unreachable"
    assert list(board.lines["a"].legs) == [call_id(1)]
    assert board.heard["c"] == before


def test_a_made_up_call_gives_nobody_to_call_again(board):
    for n, state in enumerate((LegState.TALKING, LegState.RINGING, LegState.INCOMING)):
        side = Side.CALLEE if state is LegState.INCOMING else Side.CALLER
        board.holds_notes = True
        board.back("c", made_up(10 + n, "b", state, side))
        board.act("c", E.ACCEPT, call_id(10 + n))
        board.deliver()
        board.act("c", E.HANG_UP, call_id(10 + n))
        board.say("c", Again(call_id(20 + n), call_id(10 + n)))
        assert board.last("c", call_id(20 + n))["state"] == "unreachable"
    assert board.heard["b"] == []


def test_a_restored_call_that_the_partner_knows_can_be_called_again(board):
    call = talk(board)
    board.restart("a", made_up(1))
    board.act("a", E.HANG_UP, call)
    board.say("a", Again(call_id(2), call))
    assert board.last("b", call_id(2))["state"] == "incoming"


def test_calling_again_without_an_answer_wins_no_time(board):
    board.act("b", E.DECLINE, board.ring("a", "b", 1))
    for n in range(1, 10):
        board.wait(100)
        board.say("a", Again(call_id(n + 1), call_id(n)))
        board.act("b", E.DECLINE, call_id(n + 1))
    assert board.states("b", call_id(6))[-1] == "declined"
    assert board.states("b", call_id(8)) == []


def test_an_answer_wins_time_to_call_again(board):
    board.act("b", E.HANG_UP, talk(board))
    for n in range(1, 10):
        board.wait(400)
        board.say("a", Again(call_id(n + 1), call_id(n)))
        board.act("b", E.ACCEPT, call_id(n + 1))
        board.act("b", E.HANG_UP, call_id(n + 1))
    assert board.states("b", call_id(10))[-1] == "ended"


def test_with_a_call_coming_in_a_right_code_is_answered_as_a_wrong_one_and_rings_nobody(board):
    board.ring("c", "a", 1)
    board.keeps_back = True
    for n, code in ((2, "b"), (3, "nobody"), (4, "a")):
        board.ring("a", code, n)
        assert board.states("a", call_id(n)) == ["calling"]
        board.come_out()
        board.keeps_back = True
        assert board.last("a", call_id(n)) | {"call": ""} == {
            "type": "state",
            "call": "",
            "side": "caller",
            "state": "busy",
            "partner": None,
            "name": "",
            "partner_is": "here",
        }
    assert board.heard["b"] == []


def test_with_a_call_coming_in_one_rings_one_at_a_time(board):
    board.ring("c", "a", 1)
    board.holds_finds = True
    assert board.states("a", board.ring("a", "b", 2)) == ["calling"]
    assert board.states("a", board.ring("a", "b", 3)) == ["busy"]


def test_who_was_not_told_of_bad_news_yet_is_calling_in_every_way(board):
    board.keeps_back = True
    call = board.ring("a", "nobody", 1)
    board.back("a")
    board.ring("a", "nobody", 1)
    assert board.states("a", call) == ["calling"] * 3
    assert board.last("a", board.ring("a", "b", 2))["state"] == "busy"
    knock = board.ring("c", "a", 3)
    assert board.last("c", knock)["state"] == "waiting"
    board.come_out()
    assert board.last("a", call)["state"] == "unreachable"
    assert board.last("c", knock)["state"] == "ringing"


def test_bad_news_that_came_too_late_is_none(board):
    board.keeps_back = True
    call = board.ring("a", "nobody", 1)
    board.act("a", E.HANG_UP, call)
    board.come_out()
    assert board.states("a", call) == ["calling", "cancelled"]
    board._do("a", board.lines["a"].timer_fired(board.ring("a", "b", 2), board.now))
    assert board.states("a", call_id(2)) == ["calling", "ringing"]


def test_two_who_miss_each_other_by_a_moment_do_not_wait_for_each_other(board):
    board.keeps_back = True
    board.deaf.add("b")
    board.ring("a", "b", 1)
    board.deaf.clear()
    call = board.ring("b", "a", 2)
    board.come_out()
    assert board.last("a", call)["state"] == "incoming"
    assert board.last("b", call)["state"] == "ringing"


def test_signals_reach_no_page_that_has_not_answered(board):
    call = board.ring("a", "b", 1)
    board.note("b", SignalNote("a", Signal(call, 1, candidate={"candidate": ""})))
    assert [message["type"] for message in board.heard["b"]] == ["state"]


# --- what is over stays over


def test_a_call_that_ended_while_its_page_was_away_is_over_though_the_page_stands_in_it(board):
    call = talk(board)
    board.leave("a")
    board.act("b", E.HANG_UP, call)
    board.close("b")
    board.back("a", Standing(call, "b", Side.CALLER, LegState.TALKING))
    assert board.states("a", call)[-1] == "ended"
    assert not board.lines["a"].legs
    assert board.last("a", board.ring("a", "c", 2))["state"] == "ringing"


def test_a_ring_that_comes_twice_rings_nobody_after_its_end(board):
    call = board.ring("a", "b", 1)
    board.act("b", E.DECLINE, call)
    board.ring("a", "b", 1)
    assert board.states("a", call) == ["calling", "ringing", "declined", "declined"]
    board.note("b", RingNote("a", call, "A"))
    assert board.states("b", call) == ["incoming", "declined"]


def test_a_knock_that_is_restored_with_nothing_else_on_rings(board):
    talk(board)
    call = board.ring("c", "b", 2)
    board.restart("b", Standing(call, "c", Side.CALLEE, LegState.KNOCKING, "C"))
    assert board.last("b", call)["state"] == "incoming"
    assert board.last("c", call)["state"] == "ringing"


# --- whatever happens

_ACTS = st.tuples(
    st.sampled_from("abc"),
    st.sampled_from(["ring", E.ACCEPT, E.DECLINE, E.HANG_UP, E.LOSE, "wait", "leave", "lose_notes", "deliver"]),
    st.sampled_from("abc"),
    st.integers(1, 4),
)


def _press(board, who, act, whom, number, fresh):
    legs = sorted(board.lines[who].legs) or [call_id(0)]
    presses = {
        "ring": lambda: board.say(who, Ring(fresh, whom)),
        "wait": lambda: board.wait(number * 4),
        "leave": lambda: board.leave(who),
        "lose_notes": lambda: setattr(board, "holds_notes", True),
        "deliver": board.deliver,
    }
    presses.get(act, lambda: board.act(who, act, legs[number % len(legs)]))()


@settings(max_examples=500, deadline=None)
@given(st.lists(_ACTS, max_size=25))
def test_whatever_three_people_press_everything_comes_to_an_end(acts):
    """Lines agree on who talks with whom once the network is quiet, and nobody talks in two calls."""
    board = Switchboard()
    for n, (who, act, whom, number) in enumerate(acts):
        board.now += 0.25
        _press(board, who, act, whom, number, call_id(100 + n))
        for line in board.lines.values():
            assert sum(leg.state is not LegState.KNOCKING for leg in line.legs.values()) <= 1
    board.deliver()
    board.wait(2 * CALL_RING_S + 2 * LINE_GRACE_S)
    for name, line in board.lines.items():
        for leg in line.legs.values():
            assert leg.state is LegState.TALKING
            assert leg.partner is not None
            theirs = board.lines[leg.partner].legs[leg.call]
            assert (theirs.partner, theirs.state) == (name, LegState.TALKING)


@pytest.mark.parametrize("first", range(0, 600, 60))
def test_whatever_fails_pages_and_lines_agree_in_the_end(first):
    """Notes are lost, late or doubled, lines restart, expire and move, pages come back with what they knew or never."""
    for seed in range(first, first + 60):
        world = World(seed)
        for _ in range(30):
            world.tell()
            for line in world.board.lines.values():
                assert _on(line) <= 1, seed
                assert len(line.legs) <= 3, seed
        world.calm_down()
        world.wait(round(2 * CALL_RING_S + 3 * LINE_GRACE_S))
        for name, page in world.pages.items():
            if page.is_here:
                _assert_agreed(world, name, seed)


def _on(line):
    return sum(leg.state not in (LegState.KNOCKING, LegState.CALLING) for leg in line.legs.values())


def _assert_agreed(world, name, seed):
    line, page = world.board.lines[name], world.pages[name]
    assert set(line.legs) == {leg["call"] for leg in page.legs}, seed
    for leg in line.legs.values():
        theirs = world.board.lines[leg.partner].legs[leg.call]
        assert (leg.state, theirs.state, theirs.partner) == (LegState.TALKING, LegState.TALKING, name), seed
        assert leg.partner_is == "here", seed
