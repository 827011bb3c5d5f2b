"""Turns are fair among lanes, first come first served in each, and bounded."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kuuki.lanes import Lanes

MOST = 6


def test_lanes_take_turns_and_in_a_lane_who_came_first_is_first():
    turns = Lanes[str](10)
    for waiter in ("a1", "a2", "a3", "b1", "c1", "c2"):
        assert turns.wait(waiter[0], waiter) is None
    assert [turns.next() for _ in range(len(turns))] == ["a1", "b1", "c1", "a2", "c2", "a3"]
    with pytest.raises(IndexError):
        turns.next()


def test_a_lane_that_had_its_turn_is_behind_one_that_came_meanwhile():
    turns = Lanes[str](10)
    for waiter in ("a1", "a2", "b1"):
        turns.wait(waiter[0], waiter)
    assert turns.next() == "a1"
    turns.wait("c", "c1")
    assert [turns.next() for _ in range(3)] == ["b1", "a2", "c1"]


def test_who_comes_to_a_long_lane_goes_and_who_comes_to_a_short_one_takes_the_place_of_a_long_ones_newest():
    turns = Lanes[str](4)
    for waiter in ("a1", "a2", "a3", "b1"):
        turns.wait(waiter[0], waiter)
    assert turns.wait("a", "a4") == "a4"
    assert turns.wait("c", "c1") == "a3"
    assert turns.wait("c", "c2") == "c2"
    assert turns.wait("d", "d1") == "a2"
    assert turns.wait("e", "e1") == "e1", "all have one: who is here stays"
    assert sorted(turns.next() for _ in range(len(turns))) == ["a1", "b1", "c1", "d1"]


def test_who_leaves_waits_no_more_and_leaving_twice_changes_nothing():
    turns = Lanes[str](4)
    for waiter in ("a1", "a2", "b1"):
        turns.wait(waiter[0], waiter)
    for lane, waiter in (("a", "a1"), ("a", "a1"), ("b", "b1"), ("b", "b1"), ("c", "c1")):
        turns.leave(lane, waiter)
    assert len(turns) == 1
    assert turns.next() == "a2"


@given(st.integers(1, 60), st.integers(0, 30))
def test_one_strangers_lane_delays_another_by_one_turn(strangers, before):
    turns = Lanes[str](200)
    for number in range(strangers):
        turns.wait("stranger", f"stranger {number}")
    for _ in range(min(before, strangers - 1)):
        turns.next()
    turns.wait("honest", "honest")
    assert "honest" in (turns.next(), turns.next())


class TurnsLaws(RuleBasedStateMachine):
    """Lanes beside a plain list of who waits."""

    def __init__(self) -> None:
        super().__init__()
        self.turns, self.waiting, self.count = Lanes[tuple[str, int]](MOST), [], 0

    @rule(lane=st.sampled_from("abcd"))
    def wait(self, lane):
        self.count += 1
        waiter = (lane, self.count)
        gone = self.turns.wait(lane, waiter)
        self.waiting.append(waiter)
        lanes = Counter(name for name, _ in self.waiting)
        if len(self.waiting) <= MOST:
            assert gone is None
        else:
            assert gone is not None
            assert lanes[gone[0]] == max(lanes.values())
            assert gone == max(each for each in self.waiting if each[0] == gone[0])
            self.waiting.remove(gone)

    @rule()
    def next(self):
        if self.waiting:
            first = self.turns.next()
            assert first == min(each for each in self.waiting if each[0] == first[0])
            self.waiting.remove(first)

    @rule(lane=st.sampled_from("abcd"), number=st.integers(1, 20))
    def leave(self, lane, number):
        self.turns.leave(lane, (lane, number))
        if (lane, number) in self.waiting:
            self.waiting.remove((lane, number))

    @invariant()
    def as_many_wait_as_came_and_are_not_gone(self):
        assert len(self.turns) == len(self.waiting) <= MOST


TestTurnsLaws = TurnsLaws.TestCase
