"""What stands behind the rows and the verdict of `make load`: stages of a join, shapes, clocks, numbers, limits."""

import asyncio
from dataclasses import replace
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from client.headless import CannotCall
from client.headless.crowd.participant import CrowdParticipant
from client.headless.crowd.people import make_person
from client.headless.crowd.programme import make_sheet
from client.headless.crowd.show import Show
from client.headless.errors import CannotJoin, TryLater
from kuuki.errors import CloseCode
from kuuki.mood.frames import Mix, State
from kuuki.times import TICK_S
from loadtests.load.__main__ import _parser
from loadtests.load.clocks import Clocks
from loadtests.load.events import Event, Name, problem_of
from loadtests.load.joining import Expressing, Watching
from loadtests.load.shapes import Spike, Step
from loadtests.load.venue import Numbers
from loadtests.load.verdict import NO_LIMIT, Figures, Limits, judge, upper_ms
from tests.virtual import in_virtual_time

MIX = Mix(1, 1, State.LIVE, 1.0, age_ms=30)


class Told(list[Any]):
    """Events of a listener whose clock stands where it is set."""

    def __init__(self, kind):
        super().__init__()
        self.now = 0.0
        self.of = kind(lambda event: self.append((event.name, event.seconds, event.problem)), lambda: self.now)


def joined(told):
    for now, step in enumerate((told.of.offered, told.of.answered, told.of.opened)):
        told.now = float(now)
        step()
    told.now = 3.5
    told.of.heard(MIX, 3.5)


def test_each_stage_of_a_join_takes_its_time():
    told = Told(Expressing)
    joined(told)
    assert told[:4] == [
        (Name.ANSWERED, 1.0, None),
        (Name.OPEN, 1.0, None),
        (Name.FIRST_MIX, 1.5, None),
        (Name.JOIN, 3.5, None),
    ]
    told.of.heard(MIX, 3.7)
    told.of.waited(0.2)
    assert told[4:] == [(Name.AGE, 0.03, None), (Name.AGE, 0.03, None), (Name.WAIT, 0.2, None)]


def test_mixes_of_the_old_channel_are_not_the_first_of_the_one_that_is_being_made():
    told = Told(Expressing)
    joined(told)
    told.of.offered()
    told.of.heard(MIX, 4.0)
    assert [name for name, _, _ in told].count(Name.FIRST_MIX) == 1


def test_a_failure_is_of_the_stage_that_failed_by_the_problem_s_name():
    told = Told(Expressing)
    told.of.failed(TryLater("No.", problem="unreachable"))
    told.of.offered()
    told.of.failed(TryLater("Not now.", 3.0, "overloaded"))
    told.of.offered()
    told.of.answered()
    told.of.failed(TryLater("UDP.", problem="no_channel"))
    assert [event for event in told if event[2]] == [
        (Name.ANSWERED, None, "unreachable"),
        (Name.ANSWERED, None, "overloaded"),
        (Name.OPEN, None, "no_channel"),
    ]
    assert problem_of(CannotJoin("No.")) == "CannotJoin"
    assert problem_of(CannotCall("No.")) == "CannotCall"


def test_a_loss_has_the_close_code_s_name():
    told = Told(Expressing)
    told.of.lost(CloseCode.SILENT)
    told.of.lost(None)
    assert [problem for _, _, problem in told] == ["silent", "gateway_silent"]


def test_a_stage_tells_how_long_it_stood_still_and_that_it_would_have_run_backwards():
    told = Told(Watching)
    joined(told)
    told.of.heard(MIX, 4.1)
    told.of.overtaken()
    assert [event for event in told if event[0] is Name.STAGE] == [
        (Name.STAGE, pytest.approx(0.6), None),
        (Name.STAGE, None, "ran_backwards"),
    ]


def test_events_are_of_rooms_or_of_calls_and_in_milliseconds():
    assert (Event(Name.WAIT, 0.25).kind, Event(Name.WAIT, 0.25).ms) == ("room", 250.0)
    assert (Event(Name.RUNG, problem="busy").kind, Event(Name.RUNG, problem="busy").ms) == ("call", None)


def test_steps_go_up_to_the_most():
    shape = Step(users=20, every_s=10.0, most=50, seconds=40.0)
    assert [shape.at(t) for t in (0, 9.9, 10, 25, 39.9, 40)] == [20, 20, 40, 50, 50, None]


def test_a_spike_is_over_when_it_is():
    shape = Spike(base=10, times=3.0, after_s=20.0, lasts_s=10.0, seconds=60.0)
    assert [shape.at(t) for t in (0, 19.9, 20, 29.9, 30, 60)] == [10, 10, 30, 30, 10, None]


def test_the_soonest_answer_says_how_far_a_clock_is_off():
    clocks = Clocks()
    clocks.answered(asked=10.0, theirs=111.0, now=12.0)
    assert (clocks.offset, clocks.rtt) == (100.0, 2.0)
    clocks.answered(asked=20.0, theirs=120.2, now=20.2)
    assert [clocks.offset, clocks.rtt] == pytest.approx([100.1, 0.2])
    clocks.answered(asked=30.0, theirs=0.0, now=33.0)
    assert clocks.offset == pytest.approx(100.1)


def test_all_workers_together_play_the_first_people_of_the_crowd_and_who_leaves_comes_back():
    workers = [Numbers(place, 2) for place in range(2)]
    blocks = [worker.one() for worker in workers for _ in range(3)]
    assert sorted(block.__enter__() for block in blocks) == [0, 1, 2, 3, 4, 5]
    blocks[1].__exit__(None, None, None)
    blocks[0].__exit__(None, None, None)
    again = [workers[0].one() for _ in range(3)]
    assert [block.__enter__() for block in again] == [0, 2, 6]


FINE = Figures(
    events=1000,
    failures=0,
    join_ms=300.0,
    wait_ms=250.0,
    age_ms=40.0,
    is_exact=True,
    error_max=0.0001,
    error_mean=0.00005,
    judged=4000,
)
LIMITS = Limits(failures=0.0, join_ms=2000.0, wait_ms=500.0, age_ms=1000.0, error=0.001)


def failed(figures, limits=LIMITS):
    return [check.what.partition(":")[0] for check in judge(figures, limits) if not check.is_met]


def test_a_run_passes_when_every_claim_holds():
    assert len(judge(FINE, LIMITS)) == 5
    assert failed(FINE) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"failures": 1}, "failures of 1000 events"),
        ({"join_ms": 2050.0}, "join, p99"),
        ({"wait_ms": 505.0}, "from a score to the mix that contains it, p99"),
        ({"age_ms": 1050.0}, "age of a mix when it was sent, p99"),
        ({"error_max": 0.0011}, "truth, the largest error of a label"),
        ({"join_ms": None}, "join, p99"),
        ({"wait_ms": None}, "from a score to the mix that contains it, p99"),
        ({"error_max": None, "error_mean": None}, "truth"),
    ],
)
def test_what_is_too_much_or_was_not_measured_fails(change, what):
    assert failed(replace(FINE, **change)) == [what]


def test_what_has_no_limit_is_not_judged_nor_is_the_truth_where_there_is_none():
    poor = Figures(10, 10, None, None, None, is_exact=True, error_max=None, error_mean=None, judged=0)
    assert judge(poor, Limits(*(NO_LIMIT,) * 5)) == []
    assert failed(replace(FINE, is_exact=False, error_max=None, error_mean=None)) == []


def test_a_rounded_time_counts_as_the_longest_that_it_can_have_been():
    assert [upper_ms(ms) for ms in (42, 250, 1000, 12_000)] == [42, 255, 1050, 12_500]


class Actor:
    """Stands for a seat: keeps when it acted; ``then`` is done as it does."""

    def __init__(self, phase, then=lambda: None):
        self.person = SimpleNamespace(phase=phase)
        self.acted, self.then = [], then

    def act(self, sheet, t):
        self.acted.append(round(t, 3))
        self.then()


@in_virtual_time
async def test_people_come_and_go_while_the_show_goes_on():
    sheet: Any = None
    show = Show(sheet)
    late: Any = Actor(0.9)
    leaver: Any = Actor(0.5)
    first: Any = Actor(0.1, then=lambda: show.remove(leaver))
    show.add(leaver)
    playing = asyncio.create_task(show.play())
    await asyncio.sleep(2 * TICK_S)
    assert leaver.acted == [0.1, 0.3]
    show.add(first)
    await asyncio.sleep(TICK_S)
    show.add(late)
    await asyncio.sleep(2 * TICK_S)
    playing.cancel()
    assert leaver.acted == [0.1, 0.3], "who has left does not act, not even in the tick that has begun"
    assert first.acted == [0.42, 0.62, 0.82]
    assert late.acted == [0.78, 0.98]


@in_virtual_time
async def test_who_comes_to_a_show_that_goes_on_is_where_it_is():
    sheet: Any = None
    actor: Any = Actor(0.5)
    show = Show(sheet)
    show.add(actor)
    playing = asyncio.create_task(show.play(began=asyncio.get_running_loop().time() - 10.0))
    await asyncio.sleep(2 * TICK_S)
    playing.cancel()
    assert actor.acted == [10.1, 10.3]


class Silent:
    """Stands for a peer: keeps what was tapped."""

    def __init__(self, *_, **__):
        self.taps, self.is_open = [], False

    def tap(self, kind):
        self.taps.append(kind)


async def test_who_comes_late_does_not_tap_for_all_that_was_missed(monkeypatch):
    monkeypatch.setattr("client.headless.crowd.participant.Peer", Silent)
    sheet = make_sheet(1, with_stills=True)
    index, person = next(
        (index, person) for index in range(50) if len((person := make_person(1, index, sheet)).tapped(0.0, 100.0)) > 3
    )
    none: Any = None
    seat: Any = CrowdParticipant(none, none, index, person, none, none, Random(1))
    at = person.taps[-1][0] - 0.1
    seat.act(sheet, at)
    assert seat.peer.taps == []
    seat.act(sheet, at + 0.2)
    assert seat.peer.taps == [person.taps[-1][1]]


@pytest.mark.parametrize(
    "wrong",
    ["--users=0", "--seconds=0", "--seconds=-1", "--fits=0", "--overload=-1", "--overload=inf", "--overload=nan"],
)
def test_what_would_play_nobody_or_for_ever_is_asked_wrongly(wrong, capsys):
    with pytest.raises(SystemExit) as raised:
        _parser().parse_known_args([wrong])
    assert raised.value.code == 2
    assert "argument" in capsys.readouterr().err
