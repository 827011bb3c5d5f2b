"""The truth of a crowd in several processes is the truth of the same crowd in one."""

import json
from random import Random

import pytest

from client.headless.crowd.truth import SETTLED_S, Truth
from kuuki.mood.frames import Body, Mix, State
from kuuki.mood.labels import WHOLE
from loadtests.load.shares import EDGE_S, Share, Truths

HAPPY = (0, 0, 0, 255, 0, 0, 0)
NEUTRAL = (0, 0, 0, 0, 0, 0, 255)
HALF = (0, 0, 0, 0.5, 0, 0, 0.5)


def mix(weights, seq=1, people=2):
    return Mix(1, seq, State.LIVE, 1.0, people, people, Body(0.0, tuple(weights), 0.0, 0.0, 1.0, (0.0,) * 4))


def wire(report):
    return json.loads(json.dumps(report))


class World:
    """Two workers, one of whose clocks is off, and the master."""

    def __init__(self, *, is_exact=True, is_alone=True, off=100.0):
        self.shares = {"a": Share(), "b": Share(lambda: off)}
        self.off = {"a": 0.0, "b": off}
        self.truths = Truths(is_exact=is_exact, is_alone=is_alone)
        for worker in self.shares:
            self.truths.expect(worker)
        self.score("a", 1, HAPPY, 0.0)
        self.score("b", 2, NEUTRAL, 0.5)

    def score(self, worker, person, weights, at):
        self.shares[worker].score(person, weights, 255, at - self.off[worker])

    def hear(self, worker, heard, at):
        self.shares[worker].hear(heard, at - self.off[worker])

    def report(self, at, workers="ab"):
        for worker in workers:
            self.truths.take(worker, wire(self.shares[worker].report(at - self.off[worker])))
        return self.truths.judged, self.truths.error_max


def test_a_mix_is_held_against_everybody_s_scores():
    world = World()
    world.hear("a", mix(HALF), 2.0)
    world.hear("a", mix(HALF), 2.01)
    world.hear("b", mix(HALF), 2.02)
    assert world.report(3.0) == (3, 0.0)
    world.hear("b", mix((0, 0, 0.1, 0.4, 0, 0, 0.5), seq=2), 3.1)
    assert world.report(4.0) == (4, pytest.approx(0.1))
    assert world.truths.error_mean == pytest.approx(0.1 / 4)


def test_nothing_is_judged_before_the_other_worker_s_people_have_settled():
    world = World()
    world.hear("a", mix(HALF), 1.2)  # a's own stand still since 0, b's since 0.5
    world.hear("a", mix(HALF, seq=2), 0.5 + SETTLED_S + 0.01)
    assert world.report(3.0) == (1, 0.0)


def test_nothing_is_judged_as_the_other_worker_s_people_change():
    world = World()
    world.hear("a", mix(HALF), 3.0 - EDGE_S - 0.01)
    world.hear("a", mix((0, 0, 0, 1, 0, 0, 0), seq=2), 3.0 - EDGE_S / 2)  # b's clock may be wrong by as much
    world.hear("a", mix((0, 0, 0, 1, 0, 0, 0), seq=3), 3.5)
    world.score("b", 2, HAPPY, 3.0)
    assert world.report(3.9) == (1, 0.0)
    world.hear("a", mix((0, 0, 0, 1, 0, 0, 0), seq=4), 4.5)
    assert world.report(5.0) == (2, 0.0)


def test_a_worker_of_whom_nothing_is_known_leaves_all_unjudged():
    world = World()
    world.hear("a", mix(HALF), 2.0)
    assert world.report(3.0, "a") == (0, None)
    assert world.report(3.0, "b") == (1, 0.0)


def test_a_mix_that_a_report_cuts_off_is_judged_when_more_is_known():
    world = World()
    world.hear("a", mix(HALF), 2.0)
    assert world.report(2.0 + EDGE_S / 2) == (0, None)
    assert world.report(3.0) == (1, 0.0)


def test_a_worker_without_people_hides_nothing():
    world = World()
    world.truths.expect("c")
    world.shares["c"], world.off["c"] = Share(), 0.0
    world.hear("a", mix(HALF), 2.0)
    assert world.report(3.0, "abc") == (1, 0.0)


def test_rooms_that_round_and_mixes_that_count_others_are_not_judged():
    rounded, shared = World(is_exact=False), World(is_alone=False)
    for world in (rounded, shared):
        world.hear("a", mix(HALF, people=3), 2.0)
        assert world.report(3.0) == (0, None)
    shared.hear("a", mix(HALF, seq=2, people=2), 3.1)
    assert shared.report(4.0) == (1, 0.0)


class Parted:
    """The same crowd in one process and in three, whose mixes are right or wrong; and what the one process found."""

    def __init__(self, seed):
        self.dice = Random(seed)
        self.at, self.seq = 0.0, 0
        self.whole, self.shares = Truth(is_exact=True, is_alone=True), [Share() for _ in range(3)]
        self.truths = Truths(is_exact=True, is_alone=True)
        self.changes, self.found = [0.0], []
        for number in range(3):
            self.truths.expect(str(number))

    def score(self):
        person, smile = self.dice.randrange(9), self.dice.randrange(WHOLE + 1)
        for truth in (self.whole, self.shares[person % 3]):
            truth.score(person, (0, 0, 0, smile, 0, 0, WHOLE - smile), 255, self.at)
        if self.whole.settles_at == self.at + SETTLED_S:
            self.changes.append(self.at)

    def hear(self):
        self.seq += 1
        wrong = self.dice.choice((0.0, 0.0, 0.001 * self.seq))
        heard = mix([weight + wrong for weight in self.whole.weights or (0,) * 7], self.seq)
        before = self.whole.judged
        self.whole.hear(heard, self.at)
        self.dice.choice(self.shares).hear(heard, self.at)
        if self.whole.judged > before:
            self.found.append((self.at, wrong))

    def report(self, number):
        self.truths.take(str(number), wire(self.shares[number].report(self.at)))

    def run(self):
        while self.at < 60.0:
            self.at += self.dice.choice((0.01, 0.2, 0.2, 0.2, 3.0))
            self.dice.choice((self.score, self.hear, self.hear))()
            if self.dice.random() < 0.1:
                self.report(self.dice.randrange(3))
        self.at += 1.0
        for number in range(3):
            self.report(number)


@pytest.mark.parametrize("seed", range(20))
def test_many_workers_judge_as_one_would(seed):
    """What one process finds in the same crowd is found, but for what is within EDGE_S of a change."""
    world = Parted(seed)
    world.run()
    sure = [wrong for at, wrong in world.found if not any(at < change <= at + EDGE_S for change in world.changes)]
    assert world.truths.judged == len(sure) > 0
    assert world.truths.error_max == pytest.approx(max(sure))
