"""A member's table: what leads where, what the deadlines of each state are, and what no sequence of events can do."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.errors import CloseCode
from kuuki.many.membership import (
    MOVES,
    TABLE,
    MemberEvent,
    Membership,
    MemberState,
    Move,
    MoveEvent,
    diagram,
    move_diagram,
)
from kuuki.times import BEAT_S, GOODBYE_AGAIN_S, GOODBYE_S, MOVE_S, PEER_SILENT_S, SIT_S

ARCHITECTURE = Path(__file__).parents[3] / "docs" / "architecture.md"
CODES = [None, CloseCode.SILENT, CloseCode.GOING_AWAY]
EPS = 0.001


def in_state(state, move=Move.STAYS, code=CloseCode.FULL):
    """A member that came to this state at time 0, by the shortest way."""
    member = Membership(move)
    if state in (MemberState.OPEN, MemberState.SEATED):
        member.opened(0.0)
    if state is MemberState.SEATED:
        member.sit()
    if state is MemberState.LEAVING:
        member.opened(0.0)
        member.leave(code, 0.0)
    if state is MemberState.GONE:
        member.forget()
    assert member.state is state
    return member


HAPPENS = {
    MemberEvent.OPENED: lambda member, now: member.opened(now),
    MemberEvent.SIT: lambda member, now: member.sit(),
    MemberEvent.LEAVE: lambda member, now: member.leave(CloseCode.SILENT, now),
    MemberEvent.TOLD: lambda member, now: member.told(),
    MemberEvent.FORGET: lambda member, now: member.forget(),
}

# --- the tables


@pytest.mark.parametrize("shown", [diagram(), move_diagram()])
def test_the_architecture_shows_these_tables(shown):
    assert shown in ARCHITECTURE.read_text(), f"paste into docs/architecture.md:\n{shown}"


def test_every_state_is_in_the_table_and_only_gone_is_an_end():
    assert set(MemberState) - set(TABLE) == {MemberState.GONE}
    reached = {MemberState.PENDING}
    for _ in MemberState:
        reached |= {after for state in reached if state in TABLE for after in TABLE[state].values()}
    assert reached == set(MemberState)


def test_every_move_is_reached_and_only_going_is_an_end():
    assert set(Move) - set(MOVES) == {Move.MUST_GO}
    assert {Move.STAYS, Move.CAME_BACK} | {after for row in MOVES.values() for after in row.values()} == set(Move)


@pytest.mark.parametrize("state", TABLE)
def test_everyone_can_leave_and_is_forgotten_in_the_end(state):
    assert TABLE[state][MemberEvent.FORGET] is MemberState.GONE
    assert state is MemberState.LEAVING or TABLE[state][MemberEvent.LEAVE] is MemberState.LEAVING


@pytest.mark.parametrize(("state", "event"), [*product(MemberState, MemberEvent)])
def test_an_event_leads_where_the_table_says_and_else_nowhere(state, event):
    member = in_state(state)
    changed = HAPPENS[event](member, 1.0)
    wanted = TABLE.get(state, {}).get(event)
    assert member.state is (wanted or state)
    if event is not MemberEvent.TOLD:
        assert changed is (wanted is not None)


@pytest.mark.parametrize(("state", "move", "event"), [*product(MemberState, Move, MoveEvent)])
def test_only_who_is_open_is_asked_to_move_and_only_as_the_table_says(state, move, event):
    member = Membership(move)
    if state is not MemberState.PENDING:
        member = in_state(state, move)
    wanted = MOVES.get(move, {}).get(event) if state in (MemberState.OPEN, MemberState.SEATED) else None
    assert member.ask(event, 1.0) is (wanted is not None)
    assert member.move is (wanted or move)


# --- no sequence of events

EVENTS = st.tuples(st.sampled_from(MemberEvent), st.sampled_from(CODES), st.floats(0, 20))


def happen(member, event, code, now):
    if event is MemberEvent.LEAVE:
        member.leave(code, now)
    else:
        HAPPENS[event](member, now)


@given(st.sampled_from([Move.STAYS, Move.CAME_BACK]), st.lists(EVENTS | st.sampled_from(MoveEvent), max_size=30))
def test_no_sequence_of_events_leaves_the_tables_or_comes_back(move, events):
    member, now, states = Membership(move), 0.0, [MemberState.PENDING]
    for each in events:
        before = member.state
        if isinstance(each, MoveEvent):
            member.ask(each, now)
        else:
            event, code, after_s = each
            now += after_s
            happen(member, event, code, now)
            assert member.state in {before, TABLE.get(before, {}).get(event)}
        member.heard(now)
        member.forgive(0.1)
        states.append(member.state)
    order = list(MemberState)
    assert [order.index(state) for state in states] == sorted(order.index(state) for state in states)
    assert (MemberState.SEATED not in states) or MemberState.OPEN in states
    assert member.is_served == (member.state in (MemberState.OPEN, MemberState.SEATED))
    assert member.is_over == (member.state in (MemberState.LEAVING, MemberState.GONE))
    assert not (member.is_served and member.is_over)
    assert member.unsaid in (None, member.code)
    assert member.is_asked == (member.move in (Move.ASKED, Move.MUST_GO))


@given(st.lists(EVENTS, max_size=10), st.floats(0, 1e6))
def test_who_is_not_served_has_no_deadline_but_the_one_of_its_goodbye(events, now):
    member = Membership()
    for event, code, _ in events:
        happen(member, event, code, 0.0)
    if not member.is_served:
        assert member.overdue(now) is None
        assert not member.is_seat_due(now)
        assert not member.ask(MoveEvent.REQUIRE, now)
    assert not (member.is_goodbye_over(now) and member.state is not MemberState.LEAVING)


# --- the deadlines


@pytest.mark.parametrize("state", [MemberState.OPEN, MemberState.SEATED])
def test_who_is_silent_too_long_is_overdue(state):
    member = in_state(state)
    assert member.overdue(PEER_SILENT_S) is None
    assert member.overdue(PEER_SILENT_S + EPS) is CloseCode.SILENT
    member.heard(5.0)
    assert member.overdue(PEER_SILENT_S + 5.0) is None
    member.forgive(3.0)
    assert member.overdue(PEER_SILENT_S + 8.0) is None
    assert member.overdue(PEER_SILENT_S + 8.0 + EPS) is CloseCode.SILENT


def test_what_came_before_the_channel_was_open_is_not_heard():
    member = Membership()
    member.heard(5.0)
    member.forgive(5.0)
    assert member.heard_at == 0.0


def test_a_seat_is_due_once_and_only_while_the_channel_is_open():
    member = in_state(MemberState.OPEN)
    assert not member.is_seat_due(SIT_S - EPS)
    assert member.is_seat_due(SIT_S)
    member.sit()
    assert not member.is_seat_due(SIT_S)
    assert not Membership().is_seat_due(SIT_S)


def test_who_must_be_told_is_kept_until_it_was_and_not_for_ever():
    member = in_state(MemberState.LEAVING)
    assert member.unsaid is member.code is CloseCode.FULL
    assert not member.is_goodbye_over(GOODBYE_S + GOODBYE_AGAIN_S - EPS)
    assert member.is_goodbye_over(GOODBYE_S + GOODBYE_AGAIN_S)
    member.told()
    assert [member.unsaid, member.code] == [None, CloseCode.FULL]
    assert not member.is_goodbye_over(GOODBYE_S - EPS)
    assert member.is_goodbye_over(GOODBYE_S)


def test_who_has_nothing_to_hear_may_go_at_once():
    by_itself, pending = in_state(MemberState.LEAVING, code=None), Membership()
    pending.leave(CloseCode.SILENT, 0.0)
    assert by_itself.is_goodbye_over(0.0)
    assert (pending.code, pending.unsaid, pending.is_goodbye_over(0.0)) == (CloseCode.SILENT, None, True)


def test_the_first_reason_to_leave_is_the_one_that_stands():
    member = in_state(MemberState.LEAVING)
    assert not member.leave(None, 5.0)
    assert (member.code, member.is_goodbye_over(GOODBYE_S + GOODBYE_AGAIN_S)) == (CloseCode.FULL, True)


# --- the move


def test_who_must_go_and_has_not_is_overdue_and_who_was_asked_is_not():
    asked, must_go = in_state(MemberState.SEATED), in_state(MemberState.SEATED)
    asked.ask(MoveEvent.ASK, 0.0)
    must_go.ask(MoveEvent.REQUIRE, 0.0)
    for member in (asked, must_go):
        member.heard(MOVE_S)
        assert member.overdue(MOVE_S - EPS) is None
    assert asked.overdue(MOVE_S) is None
    assert must_go.overdue(MOVE_S) is CloseCode.GOING_AWAY


def test_who_was_asked_and_then_must_go_has_its_time_anew():
    member = in_state(MemberState.SEATED)
    member.ask(MoveEvent.ASK, 0.0)
    member.ask(MoveEvent.REQUIRE, 5.0)
    member.heard(MOVE_S)
    assert member.is_moving(MOVE_S)
    assert member.overdue(MOVE_S) is None
    assert member.overdue(MOVE_S + 5.0) is CloseCode.GOING_AWAY


def test_who_was_asked_is_moving_while_it_has_time_and_is_heard():
    member = in_state(MemberState.SEATED)
    assert not member.is_moving(0.0)
    member.ask(MoveEvent.ASK, 0.0)
    assert member.is_moving(2 * BEAT_S - EPS)
    assert not member.is_moving(2 * BEAT_S), "its channel is lost: it may come back"
    member.heard(MOVE_S)
    assert not member.is_moving(MOVE_S)


def test_who_joins_again_after_its_time_has_come_back_and_so_has_its_next_peer():
    member = in_state(MemberState.SEATED)
    assert member.move_of_next(MOVE_S) is Move.STAYS
    member.ask(MoveEvent.ASK, 0.0)
    assert member.move_of_next(MOVE_S - EPS) is Move.STAYS
    assert member.move_of_next(MOVE_S) is Move.CAME_BACK
    assert in_state(MemberState.SEATED, Move.CAME_BACK).move_of_next(0.0) is Move.CAME_BACK
