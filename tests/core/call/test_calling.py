from pathlib import Path

import pytest

from kuuki.call.calling import ENDS, SEEN, TABLE, TELLS, Event, LegState, diagram, follow, told

PROTOCOL = Path(__file__).parents[3] / "docs" / "protocol.md"


def test_the_protocol_shows_this_table():
    assert diagram() in PROTOCOL.read_text(), "paste the output of kuuki.call.calling.diagram() into docs/protocol.md"


def test_every_state_is_in_the_table_or_an_end():
    assert set(TABLE) | ENDS == set(LegState)
    assert {state for state in LegState if state.is_end} == ENDS
    assert set(TABLE).isdisjoint(ENDS)


def test_every_end_and_every_state_is_reached():
    reached = {LegState.CALLING, LegState.INCOMING, LegState.KNOCKING}
    for _ in LegState:
        reached |= {after for state in reached if state in TABLE for after in TABLE[state].values()}
    assert reached == set(LegState)


@pytest.mark.parametrize("state", sorted(ENDS))
@pytest.mark.parametrize("event", Event)
def test_nothing_leads_out_of_an_end(state, event):
    assert follow(state, event) is state
    assert told(state, event) is None


def test_every_state_but_talking_ends_by_time():
    assert {state for state in TABLE if Event.TIMEOUT not in TABLE[state]} == {LegState.TALKING}


@pytest.mark.parametrize("state", [state for state in TABLE if state is not LegState.TALKING])
def test_whoever_is_rung_or_rings_can_stop(state):
    assert follow(state, Event.HANG_UP).is_end


def test_what_partners_tell_is_never_told_back():
    theirs = {Event.RINGS, Event.WAITS, Event.IS_BUSY, Event.ACCEPTED, Event.DECLINED, Event.HUNG_UP}
    assert theirs.isdisjoint(TELLS)
    assert set(TELLS.values()) <= theirs


def test_what_is_told_moves_the_partner():
    """Each thing that one side tells means something to the other side in the states that fit."""
    fits = {
        (LegState.INCOMING, Event.ACCEPT): LegState.RINGING,
        (LegState.INCOMING, Event.DECLINE): LegState.RINGING,
        (LegState.INCOMING, Event.HANG_UP): LegState.RINGING,
        (LegState.KNOCKING, Event.ACCEPT): LegState.WAITING,
        (LegState.KNOCKING, Event.HANG_UP): LegState.WAITING,
        (LegState.KNOCKING, Event.FREED): LegState.WAITING,
        (LegState.RINGING, Event.HANG_UP): LegState.INCOMING,
        (LegState.RINGING, Event.TIMEOUT): LegState.INCOMING,
        (LegState.TALKING, Event.HANG_UP): LegState.TALKING,
        (LegState.TALKING, Event.LOSE): LegState.TALKING,
    }
    for (state, event), partner in fits.items():
        hears = told(state, event)
        assert hears is not None
        assert follow(partner, hears) is not partner, (state, event)


def test_who_is_rung_too_long_tells_nothing_as_the_caller_has_a_clock_of_its_own():
    assert told(LegState.INCOMING, Event.TIMEOUT) is None
    assert told(LegState.RINGING, Event.TIMEOUT) is Event.HUNG_UP


def test_what_is_seen_of_a_callee_leads_the_caller_there():
    assert {follow(LegState.CALLING, event) for event in SEEN.values()} == {
        LegState.RINGING,
        LegState.WAITING,
        LegState.TALKING,
    }
