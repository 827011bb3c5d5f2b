"""Leases: at most one publishes under the newest term, terms never go down, somebody takes over in time."""

from collections import Counter
from dataclasses import dataclass, field
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kuuki.limits import LEASES_GIVEN, SEQ_MAX
from kuuki.many.bulletins import SHARDS
from kuuki.many.leasing import NOBODY, Change, Lease, LeaseChanges, Leasing, Poll, belongs_to
from kuuki.times import LEASE_GONE_S, LEASE_POLL_S, LEASE_S, LEASE_TRUST_S
from tests.core.many.leasing_store import ModelStore

FLOOR = 1000
NAMES = ("a", "b", "c", "d", "e", "f")


@dataclass
class Process:
    """An aggregator whose polls go out every LEASE_POLL_S of the world's time; its own clock is ``ahead_s``."""

    leasing: Leasing
    ahead_s: float = 0.0
    next_at: float = 0.0
    frozen_until: float = -inf
    cut_off_until: float = -inf
    moves: list[LeaseChanges] = field(default_factory=list)


class World:
    """Aggregators, their store, and gateways that tell everybody what they have taken mixes under."""

    def __init__(self):
        self.now = 100.0
        self.store = ModelStore()
        self.processes: dict[str, Process] = {}
        self.store_is_down = False
        self.started = 0
        self.told = [0] * SHARDS

    def start(self, phase_s=0.0, ahead_s=0.0):
        name = f"{NAMES[self.started % len(NAMES)]}{self.started}"
        self.started += 1
        leasing = Leasing(name, FLOOR)
        self.processes[name] = Process(leasing, ahead_s, self.now + phase_s)
        return name

    def poll(self, name, fate="answered"):
        """One poll. ``fate``: answered, unsent (the store hears nothing) or unheard (its answer is lost)."""
        process = self.processes[name]
        here = self.now + process.ahead_s
        poll = process.leasing.poll(here)
        if self.store_is_down or fate == "unsent" or self.now < process.cut_off_until:
            return
        answer = self.store.run(poll)
        if fate == "answered":
            process.moves.append(process.leasing.heard(answer, here, here))
            if process.leasing.is_pressing(here):
                answer = self.store.run(process.leasing.poll(here))
                process.moves.append(process.leasing.heard(answer, here, here))

    def tell(self):
        """Gateways take the mixes of whoever publishes, and say so in their next partials."""
        for shard in range(SHARDS):
            newest = self.told[shard] = max(self.told[shard], *(term for _, term in self.believers(shard)), 0)
            for process in self.processes.values():
                if process.frozen_until <= self.now:
                    process.leasing.heard_term(shard, newest)

    def run_for(self, seconds, each=lambda: None, step_s=0.01):
        for _ in range(round(seconds / step_s)):
            self.now = round(self.now + step_s, 6)
            for name, process in list(self.processes.items()):
                if process.next_at <= self.now and process.frozen_until <= self.now:
                    process.next_at = self.now + LEASE_POLL_S
                    self.poll(name)
            each()

    def believers(self, shard):
        """Who would publish a shard now: (name, term). Frozen processes publish nothing."""
        terms = {
            name: process.leasing.term(shard, self.now + process.ahead_s)
            for name, process in self.processes.items()
            if process.frozen_until <= self.now
        }
        return [(name, term) for name, term in terms.items() if term is not None]

    def holders(self):
        """For each shard the one who publishes it; None: nobody does."""
        return [(self.believers(shard) or [(None, 0)])[0][0] for shard in range(SHARDS)]

    def shares(self):
        return Counter(self.holders())

    def leave(self, name):
        self.store.run(self.processes.pop(name).leasing.leave())


# --- whose a shard is

names = st.text("abcdef0123456789", min_size=1, max_size=8)


@given(st.integers(0, SHARDS - 1), st.frozensets(names, min_size=1, max_size=6), names)
def test_who_comes_takes_only_its_own_and_who_goes_leaves_only_its_own(shard, members, newcomer):
    before, after = belongs_to(shard, members), belongs_to(shard, members | {newcomer})
    assert before in members
    assert after in (before, newcomer)


def test_shards_are_shared_about_evenly():
    for count in (2, 3, 4):
        members = frozenset(f"aggregator{number}" for number in range(count))
        shares = Counter(belongs_to(shard, members) for shard in range(SHARDS))
        assert min(shares.values()) >= SHARDS / count / 2
    assert belongs_to(0, frozenset()) == NOBODY


# --- a day in the life

phases = st.floats(0, LEASE_POLL_S)
few = settings(max_examples=20, deadline=None)


def settled_world(*phases_s):
    """Aggregators that have shared the shards."""
    world = World()
    for number, phase_s in enumerate(phases_s):
        world.start(phase_s, ahead_s=number * 1000.0)
    world.run_for(6.0)
    return world


def test_the_first_ever_waits_as_if_a_lease_had_been_lost_and_then_holds_all():
    world = World()
    name = world.start()
    world.run_for(LEASE_S)
    assert world.shares() == {None: SHARDS}
    world.run_for(0.5)
    assert world.shares() == {name: SHARDS}
    assert {world.believers(shard)[0][1] for shard in range(SHARDS)} == {FLOOR}
    assert world.processes[name].moves[-1] == LeaseChanges(0, 0, 0)
    assert LeaseChanges(SHARDS, 0, 0) in world.processes[name].moves
    assert world.processes[name].leasing.held(world.now) == SHARDS


@few
@given(phases, phases)
def test_two_share_and_each_shard_is_one_ones(first_s, second_s):
    world = settled_world(first_s, second_s)
    shares = world.shares()
    assert set(shares) == set(world.processes)
    assert min(shares.values()) >= SHARDS / 4
    assert all(len(world.believers(shard)) == 1 for shard in range(SHARDS))


@few
@given(phases, phases, phases)
def test_when_one_is_killed_the_others_take_over_in_time(first_s, second_s, killed_after_s):
    world = settled_world(first_s, second_s)
    killed, other = world.processes
    terms = {shard: world.believers(shard)[0][1] for shard in range(SHARDS)}
    theirs = {shard for shard, holder in enumerate(world.holders()) if holder == killed}
    before = sum(moves.taken for moves in world.processes[other].moves)
    world.run_for(round(killed_after_s, 2))
    del world.processes[killed]
    world.run_for(2.55)
    assert world.holders() == [other] * SHARDS
    for shard in range(SHARDS):
        assert world.believers(shard)[0][1] == terms[shard] + (shard in theirs)
    assert sum(moves.taken for moves in world.processes[other].moves) == len(theirs) + before
    world.run_for(LEASE_GONE_S)
    assert set(world.store.beats) == {other}, "and the dead is forgotten"


@few
@given(phases, phases)
def test_who_leaves_in_order_is_followed_at_once(first_s, second_s):
    world = settled_world(first_s, second_s)
    leaver, other = world.processes
    world.leave(leaver)
    assert leaver not in world.store.beats
    world.run_for(LEASE_POLL_S + 0.01)
    assert world.holders() == [other] * SHARDS


def test_after_all_left_in_order_the_next_begins_at_once_above_their_terms():
    world = settled_world(0.0)
    world.leave(*world.processes)
    name = world.start()
    world.run_for(0.01)
    assert world.holders() == [name] * SHARDS
    assert {world.believers(shard)[0][1] for shard in range(SHARDS)} == {FLOOR + 1}


@few
@given(phases)
def test_a_newcomer_listens_first_and_is_given_its_own_a_few_at_a_time(phase_s):
    world = settled_world(0.0)
    (first,) = world.processes
    second = world.start(phase_s)
    world.run_for(LEASE_S - 0.1)
    assert world.shares() == {first: SHARDS}
    pauses = Counter()

    def look():
        holders = world.holders()
        assert holders.count(None) <= 2 * LEASES_GIVEN
        pauses.update(shard for shard, holder in enumerate(holders) if holder is None)

    world.run_for(4.0, look)
    shares = world.shares()
    assert set(shares) == {first, second}
    own = {shard for shard in range(SHARDS) if belongs_to(shard, frozenset(world.processes)) == second}
    assert {shard for shard, holder in enumerate(world.holders()) if holder == second} == own
    assert pauses.keys() <= own
    assert max(pauses.values(), default=0) * 0.01 <= LEASE_POLL_S + 0.02
    assert sum(moves.given_back for moves in world.processes[first].moves) == len(own)
    assert sum(moves.lost for moves in world.processes[first].moves) == 0


@few
@given(phases, phases)
def test_a_store_that_lost_everything_gets_it_back_and_nobody_pauses(first_s, second_s):
    world = settled_world(first_s, second_s)
    before, terms = world.holders(), [world.believers(shard) for shard in range(SHARDS)]
    world.store.lose_all()

    def look():
        assert world.holders() == before

    world.run_for(5.0, look)
    assert [world.believers(shard) for shard in range(SHARDS)] == terms
    assert len(world.store.leases) == SHARDS


def test_what_was_taken_unseen_before_the_store_lost_everything_is_not_taken_again():
    store, a, b = ModelStore(), Leasing("a", FLOOR), Leasing("b", FLOOR)
    for leasing in (a, b, a):  # each has seen the other from its own beginning on
        leasing.heard(store.run(leasing.poll(0.0)), 0.0, 0.0)
    for now in (0.9, 1.8, LEASE_S):
        for leasing in (a, b):
            leasing.heard(store.run(leasing.poll(now)), now, now)
    theirs = {shard for shard in range(SHARDS) if b.term(shard, LEASE_S)}
    assert len(theirs) + a.held(LEASE_S) == SHARDS
    store.lose_all()
    for _ in range(2):
        a.heard(store.run(a.poll(LEASE_S + 0.1)), LEASE_S + 0.1, LEASE_S + 0.1)
    assert not any(a.term(shard, LEASE_S + 0.1) for shard in theirs)


@few
@given(phases)
def test_a_store_that_lost_everything_with_one_that_died(phase_s):
    world = settled_world(0.0, phase_s)
    killed, other = world.processes
    terms = [world.believers(shard)[0][1] for shard in range(SHARDS)]
    theirs = [holder == killed for holder in world.holders()]
    del world.processes[killed]
    world.store.lose_all()
    world.run_for(3.0)
    assert world.holders() == [other] * SHARDS
    assert [world.believers(shard)[0][1] for shard in range(SHARDS)] == [
        term + was_theirs for term, was_theirs in zip(terms, theirs, strict=True)
    ]


@few
@given(phases, st.floats(LEASE_TRUST_S + LEASE_POLL_S, 20.0))
def test_while_the_store_is_down_nobody_publishes_and_then_everybody_their_own(phase_s, down_s):
    world = settled_world(0.0, phase_s)
    before, terms = world.holders(), [world.believers(shard) for shard in range(SHARDS)]
    world.store_is_down = True
    world.run_for(LEASE_TRUST_S)
    assert world.shares() == {None: SHARDS}
    world.run_for(down_s - LEASE_TRUST_S)
    world.store_is_down = False
    world.run_for(LEASE_POLL_S + 0.01)
    assert world.holders() == before
    world.run_for(4.0)
    assert [world.believers(shard) for shard in range(SHARDS)] == terms, "and nobody was robbed for the silence"


def test_one_that_was_frozen_finds_its_leases_lapsed_and_taken():
    world = settled_world(0.0, 0.1)
    frozen, other = world.processes
    world.processes[frozen].frozen_until = world.now + 5.0
    world.run_for(4.99)
    assert world.holders() == [other] * SHARDS
    process = world.processes[frozen]
    assert [process.leasing.term(shard, world.now + 0.01 + process.ahead_s) for shard in range(SHARDS)] == [
        None
    ] * SHARDS
    world.run_for(6.0)
    assert set(world.shares()) == {frozen, other}, "it gets them back in order"
    assert sum(moves.lost for moves in process.moves) > 0


def test_a_store_that_went_back_in_time_does_not_take_the_terms_with_it():
    """Gateways say what they took mixes under; below that a lease is good for nothing, and is raised."""
    world = settled_world(0.0)
    (name,) = world.processes
    world.store.leases[7] = Lease(3, name)
    world.store.leases[8] = Lease(2, "x")
    for shard in (7, 8, 9):
        world.processes[name].leasing.heard_term(shard, 5000)
    world.run_for(LEASE_POLL_S)
    assert (world.believers(7), world.believers(8)) == ([(name, 5001)], [])
    world.run_for(3.0)
    assert [world.believers(shard) for shard in (7, 8, 9, 10)] == [[(name, 5001)]] * 3 + [[(name, FLOOR)]]


def test_a_term_fits_its_frame():
    world = settled_world(0.0)
    (name,) = world.processes
    world.processes[name].leasing.heard_term(7, SEQ_MAX)
    world.run_for(1.0)
    assert world.believers(7) == [(name, SEQ_MAX)]


def test_what_is_given_back_is_trusted_no_more_whether_or_not_an_answer_comes():
    world = settled_world(0.0)
    (first,) = world.processes
    world.start()
    world.run_for(LEASE_S)
    leasing, here = world.processes[first].leasing, world.now + 0.3
    gave = leasing.poll(here)
    given = [change.shard for change in gave.changes]
    assert len(given) == LEASES_GIVEN
    assert all(change.lease == Lease(FLOOR, NOBODY) for change in gave.changes)
    assert [leasing.term(shard, here) for shard in given] == [None] * LEASES_GIVEN
    assert leasing.held(here) == SHARDS - LEASES_GIVEN


def test_who_was_not_silent_after_all_is_not_robbed():
    """The beat that stood still must still stand still when the lease is taken."""
    world = settled_world(0.0, 0.0)
    first, second = world.processes
    world.processes[first].cut_off_until = world.now + 10.0
    world.run_for(LEASE_S - 0.3)
    process = world.processes[second]
    here = world.now + process.ahead_s + 0.4
    robbing = process.leasing.poll(here)
    assert {change.former.holder for change in robbing.changes} == {first}
    before = dict(world.store.leases)
    world.store.run(Poll(first, world.store.beats[first]))
    assert world.store.run(robbing).leases == before


def test_a_poll_that_comes_late_changes_nothing():
    store = ModelStore()
    store.run(Poll("a", 0))
    store.run(Poll("a", 1))
    store.run(Poll("a", 1, (Change(1, None, None, Lease(1, "a")),)))
    assert store.leases == {}
    store.lose_all()
    store.run(Poll("a", 3, (Change(1, None, None, Lease(1, "a")),)))
    assert store.leases == {}
    store.run(Poll("a", 1, (Change(1, None, None, Lease(1, "a")),)))
    assert store.leases == {1: Lease(1, "a")}


# --- anything may happen, in any order


class Leases(RuleBasedStateMachine):
    """Up to four aggregators; polls that are lost, unheard or late; freezes; deaths; a store that loses all."""

    def __init__(self):
        super().__init__()
        self.world = World()
        self.late: list[tuple[str, Poll, float]] = []
        self.newest: dict[int, tuple[int, str]] = {}

    @initialize(count=st.integers(1, 3))
    def begin(self, count):
        for number in range(count):
            self.world.start(ahead_s=number * 500.0)
        self.world.run_for(4.0, self.look, 0.05)

    names = st.integers(0, 3)

    def pick(self, number):
        awake = [name for name, process in self.world.processes.items() if process.frozen_until <= self.world.now]
        return awake[number % len(awake)] if awake else None

    @rule(seconds=st.sampled_from([0.05, 0.3, 1.0, 1.6, 2.1, 3.0]))
    def time_passes(self, seconds):
        self.world.run_for(seconds, self.look, 0.05)

    @rule(seconds=st.sampled_from([0.1, 0.5, 1.6, 2.1]))
    def time_passes_without_polls(self, seconds):
        self.world.now = round(self.world.now + seconds, 6)

    @rule(number=names, fate=st.sampled_from(["answered", "unsent", "unheard"]))
    def one_polls(self, number, fate):
        if (name := self.pick(number)) is not None:
            self.world.poll(name, fate)

    @rule(number=names)
    def one_polls_and_the_poll_is_late(self, number):
        if (name := self.pick(number)) is not None:
            process = self.world.processes[name]
            here = self.world.now + process.ahead_s
            self.late.append((name, process.leasing.poll(here), here))

    @precondition(lambda self: self.late)
    @rule(is_heard=st.booleans())
    def a_late_poll_arrives(self, is_heard):
        name, poll, sent_at = self.late.pop(0)
        answer = self.world.store.run(poll)
        process = self.world.processes.get(name)
        if process is not None and is_heard and process.frozen_until <= self.world.now:
            process.leasing.heard(answer, sent_at, self.world.now + process.ahead_s)

    @rule(number=names, seconds=st.sampled_from([0.5, 1.7, 2.5, 12.0]))
    def one_freezes(self, number, seconds):
        if (name := self.pick(number)) is not None:
            self.world.processes[name].frozen_until = self.world.now + seconds

    @rule(number=names, seconds=st.sampled_from([0.5, 1.7, 2.5, 4.0]))
    def one_is_cut_off(self, number, seconds):
        if (name := self.pick(number)) is not None:
            self.world.processes[name].cut_off_until = self.world.now + seconds

    @rule(number=names)
    def one_dies(self, number):
        if (name := self.pick(number)) is not None and len(self.world.processes) > 1:
            del self.world.processes[name]

    @rule(number=names)
    def one_leaves(self, number):
        if (name := self.pick(number)) is not None:
            self.world.leave(name)

    @precondition(lambda self: len(self.world.processes) < 4)
    @rule(ahead_s=st.sampled_from([0.0, -50.0, 3600.0]))
    def one_starts(self, ahead_s):
        self.world.start(ahead_s=ahead_s)

    @rule()
    def the_store_loses_all(self):
        self.world.store.lose_all()

    @rule(is_down=st.booleans())
    def the_store_is(self, is_down):
        self.world.store_is_down = is_down

    @invariant()
    def look(self):
        self.world.tell()
        for shard in (0, 1, 2, SHARDS - 1):
            believers = self.world.believers(shard)
            assert len(believers) <= 1, "two believe that they hold it"
            for name, term in believers:
                self._never_down(shard, (term, name))

    def _never_down(self, shard, holder):
        former = self.newest.get(shard, (0, ""))
        assert holder[0] > former[0] or holder == former, "a term went down, or was somebody else's"
        self.newest[shard] = holder

    def teardown(self):
        """Whatever happened: when it ends, everything is held again, by who lives, above all terms that were used."""
        self.world.store_is_down = False
        for process in self.world.processes.values():
            process.frozen_until = process.cut_off_until = -inf
        if not self.world.processes:
            self.world.start()
        for number, process in enumerate(self.world.processes.values()):
            process.next_at = self.world.now + number * 0.06
        self.world.run_for(7.0, self.look, 0.05)
        for shard in range(SHARDS):
            ((name, term),) = self.world.believers(shard)
            assert name == belongs_to(shard, frozenset(self.world.processes))
            assert (term, name) >= self.newest.get(shard, (0, ""))


TestLeases = pytest.mark.filterwarnings("ignore")(Leases.TestCase)
TestLeases = pytest.mark.slow(TestLeases)  # it explores; plain tests cover
TestLeases.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
