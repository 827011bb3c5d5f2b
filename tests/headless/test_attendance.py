"""Who is there when, who says what comes, and the crowd that follows both: in virtual time."""

import asyncio
import math
from itertools import islice, pairwise
from typing import Any

import pytest

from client.headless.crowd import run as running
from client.headless.crowd.attendance import Attendance, attendances
from client.headless.crowd.cues import parse_cues
from client.headless.crowd.herald import Herald
from client.headless.crowd.truth import Truth
from client.headless.errors import CannotJoin, TryLater
from tests.virtual import in_virtual_time

SHEET = """
2  smile    2    0.5 0.5 "hello"
40 applause 4    1   1   "goodbye"
late  0.3 5 15
leave 0.2 30 38
"""
ONCE, AGAIN = parse_cues(SHEET), parse_cues(SHEET + "repeat 60")


def test_shares_come_late_and_go_early_each_at_a_time_of_their_own():
    found = attendances(AGAIN, 1, 30)
    late = [each for each in found if each.comes]
    leavers = [each for each in found if not each.comes and each.goes < 60]
    assert (len(late), len(leavers)) == (9, 6)
    assert all(5 <= each.comes <= 15 and 44 <= each.goes <= 60 for each in late)
    assert all(30 <= each.goes <= 38 for each in leavers)
    assert len({each.comes for each in late}) == 9
    assert found.count(Attendance()) == 15


def test_the_same_seed_brings_the_same_people_at_the_same_times():
    assert attendances(AGAIN, 1, 30) == attendances(AGAIN, 1, 30) != attendances(AGAIN, 2, 30)
    assert attendances(parse_cues("2 smile"), 1, 30) == [Attendance()] * 30


def test_who_comes_late_to_a_show_that_is_played_once_stays():
    assert {each.goes for each in attendances(ONCE, 1, 30) if each.comes} == {math.inf}


def test_visits_are_those_of_each_turn_and_never_overlap():
    for each in attendances(AGAIN, 3, 30):
        visits = list(islice(each.visits(60.0), 4))
        if each == Attendance():
            assert visits == [(0.0, math.inf)]
            continue
        assert [comes - 60 * turn for turn, (comes, _) in enumerate(visits)] == pytest.approx([each.comes] * 4)
        assert all(comes < goes for comes, goes in visits)
        assert all(goes <= comes for (_, goes), (comes, _) in pairwise(visits))


async def heralded(sheet, mark=None, seconds=1000.0):
    """What is said, each with its second."""
    loop = asyncio.get_running_loop()
    said, began = [], loop.time()
    herald = Herald(sheet, lambda text: said.append((loop.time() - began, text)), mark)
    try:
        async with asyncio.timeout(seconds):
            await herald.run(began)
    except TimeoutError:
        pass
    return said


@in_virtual_time
async def test_each_name_is_said_when_it_comes():
    assert await heralded(ONCE) == [(2.0, "0:02 hello"), (40.0, "0:40 goodbye")]
    said = await heralded(parse_cues(SHEET.replace("40 applause", "72 applause") + "repeat 90"), seconds=200)
    assert said == [
        (2, "0:02 hello"),
        (72, "1:12 goodbye"),
        (92, "0:02 hello"),
        (162, "1:12 goodbye"),
        (182, "0:02 hello"),
    ]


@in_virtual_time
async def test_names_are_marked_and_a_slow_or_missing_mark_does_not_move_the_next():
    marked = []

    async def mark(name):
        await asyncio.sleep(10.0)
        marked.append(name)
        if name == "hello":
            raise TryLater("busy")

    assert await heralded(ONCE, mark) == [(2.0, "0:02 hello"), (40.0, "0:40 goodbye")]
    assert marked == ["hello", "goodbye"]


@in_virtual_time
async def test_a_refused_mark_is_told_once():
    asked = []

    async def mark(name):
        asked.append(name)
        raise CannotJoin("This room is not recorded.")

    said = [text for _, text in await heralded(ONCE, mark)]
    assert said == ["0:02 hello", "No marks are set: This room is not recorded.", "0:40 goodbye"]
    assert asked == ["hello"]


class FakePeer:
    """Opens at once, and stays until it is told to close. ``story``: when it was open, in seconds of the loop."""

    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.joins = self.moves = 0
        self.story = []
        self.is_open = False
        self.refuses = 0
        self.stopped = asyncio.Event()

    async def open(self):
        if self.refuses:
            self.refuses -= 1
            raise TryLater("full")
        self.joins += 1
        self.is_open = True
        self.story.append([self.loop.time(), None])

    async def close(self):
        if self.is_open:
            self.story[-1][1] = self.loop.time()
        self.is_open = False


class FakeParticipant:
    """As CrowdParticipant, over a FakePeer; ``acted`` are the times at which it did."""

    def __init__(self, http, place, index, person, truth, listener, dice):
        self.peer, self.person = FakePeer(), person
        self.acted, self.rests = [], 0
        self.sent = self.mixes = 0
        self.gone = None

    async def join(self):
        await self.peer.open()
        return 0.0

    async def stay(self):
        await self.peer.stopped.wait()
        self.gone = "the room was closed"

    def rest(self):
        self.rests += 1

    def act(self, sheet, t):
        self.acted.append(t)


class Evening:
    """A crowd of fakes, its attendances, and what it told."""

    def __init__(self, patch, sheet, people=10):
        patch.setattr(running, "CrowdParticipant", FakeParticipant)
        self.told, self.stop = [], asyncio.Event()
        self.crowd = running._Crowd(sheet, Truth(is_exact=False, is_alone=True), self.stop, self.told.append)
        nothing: Any = None
        self.crowd.make_all(nothing, nothing, people, 1)
        fakes: Any = self.crowd._participants
        self.seats = list(zip(fakes, self.crowd._attendances, strict=True))


@in_virtual_time
async def test_people_are_there_and_act_when_they_attend_and_at_no_other_time():
    with pytest.MonkeyPatch.context() as patch:
        evening = Evening(patch, AGAIN)
        began = asyncio.get_running_loop().time()
        summary = await evening.crowd.play(130.0)
    for one, attendance in evening.seats:
        visits = [(comes, min(goes, 130.0)) for comes, goes in islice(attendance.visits(60.0), 3) if comes < 130]
        assert one.peer.story == [pytest.approx([began + comes, began + goes], abs=0.2) for comes, goes in visits]
        assert all(any(comes <= t <= goes for comes, goes in visits) for t in one.acted)
        for comes, goes in visits:
            acts = sum(comes <= t <= goes for t in one.acted)
            assert acts == pytest.approx((goes - comes) / 0.2, abs=2)
        assert one.rests == sum(goes < 130 for _, goes in visits)
    assert (summary.people, summary.joined, summary.rejoins) == (10, 10, 0)
    assert evening.told[:3] == ["7 of 10 have joined", "The show begins", "0:02 hello"]


@in_virtual_time
async def test_who_cannot_come_in_comes_the_next_time():
    with pytest.MonkeyPatch.context() as patch:
        evening = Evening(patch, AGAIN)
        late = next(one for one, attendance in evening.seats if attendance.comes)
        late.peer.refuses = 1
        summary = await evening.crowd.play(100.0)
    assert [comes > 60 for comes, _ in late.peer.story] == [True]
    assert "1 could not join: full" in evening.told
    assert summary.joined == 10


@in_virtual_time
async def test_when_everybody_was_sent_away_the_show_is_over():
    with pytest.MonkeyPatch.context() as patch:
        evening = Evening(patch, AGAIN)
        loop = asyncio.get_running_loop()
        for one, _ in evening.seats:
            loop.call_later(20.0, one.peer.stopped.set)
        await evening.crowd.play(0)
    assert evening.told[-1] == "Nobody is left: the room was closed"
    assert loop.time() < 25


@in_virtual_time
async def test_whoever_stops_the_show_sees_everybody_out():
    with pytest.MonkeyPatch.context() as patch:
        evening = Evening(patch, AGAIN)
        asyncio.get_running_loop().call_later(100.0, evening.stop.set)
        await evening.crowd.play(0)
    assert not any(one.peer.is_open for one, _ in evening.seats)
