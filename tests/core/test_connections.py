"""Connections: whatever comes, caps hold, and who makes room is idle, or has been sending for long."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kuuki.connections import Caps, ConnectionRefusal, Connections, CutReason
from kuuki.limits import SENDING_BYTES_PER_S
from kuuki.times import HEAD_S, SENDING_S, SENDING_SURE_S


def opened(caps, *names, address=None):
    """A table with these connections, opened at 0."""
    table = Connections(caps)
    for name in names:
        admission = table.admit(name, address, 0.0)
        assert (admission.refusal, admission.cut) == (None, [])
    return table


def test_when_full_the_oldest_idle_one_goes():
    table = opened(Caps(3, 3, 3), "a", "b", "c")
    table.busy("a")
    assert table.next_to_go(3.0) == ("b", CutReason.IDLE)
    assert table.admit("d", None, 3.0).cut == [("b", CutReason.IDLE)]
    table.rest("a")  # it was answered: the youngest now
    assert [table.admit(name, None, 3.0).cut[0][0] for name in "efg"] == ["c", "d", "a"]
    assert len(table) == 3


def test_where_all_are_answered_the_new_one_is_refused():
    table = opened(Caps(2, 2, 2), "a", "b")
    table.busy("a")
    table.busy("b")
    assert table.next_to_go(1000.0) is None
    assert table.admit("c", None, 2.0).refusal is ConnectionRefusal.FULL
    assert len(table) == 2
    table.gone("a")
    assert table.admit("c", None, 2.0).refusal is None


def test_one_address_makes_room_for_itself_and_for_nobody_else():
    table = opened(Caps(100, 2, 100), "other", address="there")
    for now, name in enumerate(("a", "b")):
        table.admit(name, "here", float(now))
    assert table.admit("c", "here", 2.0).cut == [("a", CutReason.ADDRESS)]
    table.busy("b")
    table.busy("c")
    assert table.admit("d", "here", 2.0).refusal is ConnectionRefusal.ADDRESS
    assert table.admit("e", "there", 2.0).refusal is None
    assert len(table) == 4


def test_a_flood_from_one_address_leaves_the_others_alone():
    table = opened(Caps(100, 20, 100), *range(20), address="venue")
    cut = [each for number in range(1000) for each in table.admit(("flood", number), "one", 1.0).cut]
    assert len(cut) == 980
    assert {why for _, why in cut} == {CutReason.ADDRESS}
    assert not {connection for connection, _ in cut} & set(range(20))


def test_without_an_address_only_the_total_counts():
    table = opened(Caps(5, 1, 5), *"abcde")
    assert table.admit("f", None, 1.0).cut == [("a", CutReason.IDLE)]


def test_too_many_idle_ones_are_cut_from_the_oldest_on_busy_ones_are_none():
    table = opened(Caps(100, 100, 2), "a", "b")
    table.busy("a")
    assert table.admit("c", None, 2.0).cut == []
    assert table.idle == 2
    table.rest("a")
    assert table.admit("d", None, 2.0).cut == [("b", CutReason.IDLE), ("c", CutReason.IDLE)]


def test_who_never_asks_has_half_a_minute_in_peace_and_little_where_it_is_tight():
    table = opened(Caps(10, 10, 10), "silent", "asked")
    table.busy("asked")
    table.rest("asked")
    for number in range(3):
        assert table.admit(number, None, HEAD_S).cut == []
    assert table.admit("last", None, HEAD_S).cut == [("silent", CutReason.SILENT)]
    assert table.admit("none", None, HEAD_S).cut == []


def test_the_silent_are_cut_where_the_idle_are_many_among_few():
    table = opened(Caps(100, 100, 2), "silent")
    assert table.admit("a", None, HEAD_S).cut == [("silent", CutReason.SILENT)]


def test_all_the_silent_may_go_at_once():
    table = opened(Caps(4, 4, 4), "a", "b")
    assert [name for name, _ in table.admit("c", None, HEAD_S).cut] == ["a", "b"]


def sending(table, *names, at=0.0):
    """All of these get an answer that began at that time."""
    for name in names:
        table.busy(name)
        table.send(name, 14_000_000, at)


def test_where_none_is_idle_the_longest_answer_makes_room_and_a_young_one_none():
    table = opened(Caps(3, 3, 3), "stream", "slow", "young")
    table.busy("stream")  # it has no length: it is never sending
    sending(table, "slow", at=1.0)
    sending(table, "young", at=2.0)
    assert table.admit("a", None, 0.9 + SENDING_SURE_S).refusal is ConnectionRefusal.FULL
    assert table.next_to_go(1.0 + SENDING_SURE_S) == ("slow", CutReason.SENDING)
    assert table.admit("b", None, 1.0 + SENDING_SURE_S).cut == [("slow", CutReason.SENDING)]
    table.busy("b")
    assert table.admit("c", None, 1.0 + SENDING_SURE_S).refusal is ConnectionRefusal.FULL
    assert table.admit("c", None, 2.0 + SENDING_SURE_S).cut == [("young", CutReason.SENDING)]
    table.busy("c")
    assert table.admit("d", None, 1000.0).refusal is ConnectionRefusal.FULL


def test_an_idle_one_goes_before_one_that_is_sending():
    table = opened(Caps(2, 2, 2), "slow", "idle")
    sending(table, "slow", "idle")
    table.rest("idle")
    assert table.admit("a", None, 1000.0).cut == [("idle", CutReason.IDLE)]


def test_one_address_makes_room_with_its_own_longest_answer():
    table = opened(Caps(100, 2, 100), "other", address="there")
    sending(table, "other")
    for name in "ab":
        table.admit(name, "here", 1.0)
        sending(table, name, at=1.0)
    assert table.admit("c", "here", 0.9 + SENDING_SURE_S).refusal is ConnectionRefusal.ADDRESS
    assert table.admit("c", "here", 1.0 + SENDING_SURE_S).cut == [("a", CutReason.ADDRESS)]


def test_who_was_answered_or_begins_its_next_answer_has_not_been_sending_since():
    table = opened(Caps(2, 2, 2), "a", "b")
    sending(table, "a", "b")
    table.rest("a")
    table.busy("a")
    table.send("b", 1, 5.0)
    assert table.admit("c", None, SENDING_SURE_S).refusal is ConnectionRefusal.FULL
    assert table.next_to_go(5.0 + SENDING_SURE_S) == ("b", CutReason.SENDING)
    table.gone("b")
    assert table.next_to_go(5.0 + SENDING_SURE_S) is None


def test_an_answer_has_the_time_that_its_length_takes_on_a_bad_network():
    table = opened(Caps(2, 2, 2), "a")
    assert table.send("a", 0, 5.0) == 5.0 + SENDING_S
    due = table.send("a", 14_239_897, 5.0)
    assert due == 5.0 + SENDING_S + 14_239_897 / SENDING_BYTES_PER_S
    assert due > 2 * 14_239_897 / 50_000  # a phone's 3G


def test_what_is_not_open_changes_nothing():
    table = opened(Caps(2, 2, 2), "a")
    for step in (table.busy, table.rest, table.gone):
        step("unknown")
    table.send("unknown", 1, 0.0)
    table.gone("a")
    table.gone("a")
    table.rest("a")
    table.send("a", 1, 0.0)
    assert table.next_to_go(1000.0) is None
    assert (len(table), table.idle) == (0, 0)


CAPS = Caps(in_all=8, per_address=4, idle=5)


class Any(RuleBasedStateMachine):
    """Against a plain list."""

    def __init__(self):
        super().__init__()
        self.table = Connections(CAPS)
        self.open = {}
        self.busy = set()
        self.sending = {}
        self.now = 0.0
        self.count = 0

    @rule(address=st.sampled_from([None, "a", "b", "c"]), wait=st.sampled_from([0.0, 0.1, HEAD_S, SENDING_SURE_S]))
    def admit(self, address, wait):
        self.now += wait
        self.count += 1
        admission = self.table.admit(self.count, address, self.now)
        for connection, _ in admission.cut:
            del self.open[connection]
            assert connection not in self.busy or self.now - self.sending[connection] >= SENDING_SURE_S
            self.busy.discard(connection)
            self.sending.pop(connection, None)
        if admission.refusal is None:
            self.open[self.count] = address
        else:
            assert not admission.cut or {why for _, why in admission.cut} <= {CutReason.SILENT}
            assert len(self.busy) >= min(CAPS.in_all, CAPS.per_address)

    @precondition(lambda self: self.open)
    @rule(data=st.data(), what=st.sampled_from(["busy", "send", "rest", "gone"]))
    def step(self, data, what):
        connection = data.draw(st.sampled_from(sorted(self.open)))
        if what == "send":
            self.table.busy(connection)
            self.table.send(connection, 1, self.now)
            self.sending[connection] = self.now
        else:
            getattr(self.table, what)(connection)
            if what != "busy":
                self.sending.pop(connection, None)
        (self.busy.add if what in ("busy", "send") else self.busy.discard)(connection)
        if what == "gone":
            del self.open[connection]

    @invariant()
    def caps_hold(self):
        assert len(self.table) == len(self.open) <= CAPS.in_all
        for address in ("a", "b", "c"):
            assert list(self.open.values()).count(address) <= CAPS.per_address

    @invariant()
    def the_idle_are_those_that_are_not_busy(self):
        assert self.table.idle == len(self.open) - len(self.busy)


TestAny = Any.TestCase
TestAny.settings = settings(max_examples=60, stateful_step_count=40)
