"""What every form of the timeline must do. A form's test file makes a class of this.

It needs the fixture ``timeline``, which records with RETENTION_S, and ``let_pass``: so many seconds pass on the clock
of whoever gives rows their time.
"""

import asyncio
from dataclasses import replace

import pytest

from kuuki.errors import Malformed
from kuuki.limits import SEQ_MAX, WAVES_SAID
from kuuki.mood.frames import Body, Mix, State
from kuuki.mood.waves import WAVE_MAX_MS, Source, Wave, WaveKind
from services.runtime.timeline import Row, Timeline

RETENTION_S = 3600
BODY = Body(0.66, (0.01, 0.0, 0.0, 0.9, 0.0, 0.0, 0.09), 0.5, 0.6, 0.7, (0.0, 1.5, 0.0, 0.5))


LAUGH = Wave(7, WaveKind.LAUGH, Source.FACES, 1800, None, 0.31, 0.62)
CLAPS = Wave(SEQ_MAX, WaveKind.APPLAUSE, Source.TAPS, WAVE_MAX_MS, 2400, 1.0, 1.0)


def mix(seq, term=1, body=BODY, draw=7, waves=()):
    """A published mix. One of few has a coverage, as a kuuki of before published it."""
    few = Mix(term, seq, State.FEW, 0.8, None, 4, draw=draw, waves=waves)
    return Mix(term, seq, State.LIVE, 0.8, 10, 19, body, draw=draw, waves=waves) if body else few


class TimelineContract:
    """Subclass it, name it Test…, and give it the fixtures."""

    async def let_pass(self, seconds: float) -> None:
        raise NotImplementedError

    async def record(self, timeline: Timeline, seqs, room: str = "a", term: int = 1) -> int:
        """A row a second."""
        new = 0
        for seq in seqs:
            new += await timeline.append([Row(room, mix(seq, term))])
            await self.let_pass(1.0)
        return new

    async def seqs(self, timeline: Timeline, room: str = "a", **query):
        page = await timeline.read(room, query.pop("after", None), query.pop("limit", 100), **query)
        return [entry.mix.seq for entry in page.rows]

    async def test_it_records(self, timeline: Timeline):
        assert timeline.refusal() is None
        assert timeline.retention_s == RETENTION_S

    async def test_what_was_appended_is_read_as_it_was_published(self, timeline: Timeline):
        written = [mix(1), mix(2, body=None, draw=8), mix(3, draw=2**32 - 1), mix(4, draw=0)]
        for each in written:
            assert await timeline.append([Row("a", each)]) == 1
            await self.let_pass(1.0)
        page = await timeline.read("a", None, 10)
        assert [entry.mix for entry in page.rows] == written
        ats = [entry.at_s for entry in page.rows]
        assert ats == [ats[0], ats[0] + 1, ats[0] + 2, ats[0] + 3]
        assert (page.marks, page.next) == ((), None)

    async def test_a_rows_waves_come_back_and_who_tapped_does_not(self, timeline: Timeline):
        most = tuple(replace(LAUGH, number=number, lasts_ms=0) for number in range(WAVES_SAID))
        written = [
            mix(1, waves=(LAUGH,)),
            mix(2),
            mix(3, body=None, waves=(LAUGH, CLAPS)),  # taps surge where no faces are shown, too
            mix(4, waves=most),
        ]
        for each in written:
            assert await timeline.append([Row("a", replace(each, tapped=(0, 5, 0, 1)))]) == 1
            await self.let_pass(1.0)
        assert [entry.mix for entry in (await timeline.read("a", None, 10)).rows] == written

    async def test_rows_of_several_rooms_keep_their_own_waves(self, timeline: Timeline):
        written = {"a": (LAUGH,), "b": (), "c": (CLAPS,)}
        assert await timeline.append([Row(room, mix(1, waves=waves)) for room, waves in written.items()]) == 3
        for room, waves in written.items():
            assert [entry.mix.waves for entry in (await timeline.read(room, None, 10)).rows] == [waves]

    async def test_rooms_are_recorded_together_and_read_apart(self, timeline: Timeline):
        rooms = [f"room-{number}" for number in range(30)]
        assert await timeline.append([Row(room, mix(seq)) for seq, room in enumerate(rooms, start=1)]) == 30
        assert [await self.seqs(timeline, room) for room in rooms] == [[seq] for seq in range(1, 31)]
        assert await self.seqs(timeline, "nobody") == []

    async def test_pages_lead_from_the_oldest_to_the_newest_without_gap_or_repeat(self, timeline: Timeline):
        await self.record(timeline, range(1, 8))
        first = await timeline.read("a", None, 3)
        second = await timeline.read("a", first.next, 3)
        third = await timeline.read("a", second.next, 3)
        assert [[entry.mix.seq for entry in page.rows] for page in (first, second, third)] == [
            [1, 2, 3],
            [4, 5, 6],
            [7],
        ]
        assert third.next is None
        last = third.rows[-1].cursor
        assert (await timeline.read("a", last, 3)).rows == ()
        await self.record(timeline, [8])
        assert await self.seqs(timeline, after=last) == [8]

    async def test_marks_stand_between_the_rows_where_they_were_set(self, timeline: Timeline):
        await self.record(timeline, [1, 2])
        mark = await timeline.mark("a", "here 空気 =1+1")
        await self.let_pass(1.0)
        empty = await timeline.mark("a", "")
        await self.record(timeline, [3])
        page = await timeline.read("a", None, 10)
        assert page.marks == (mark, empty)
        assert page.rows[1].at_s <= mark.at_s <= page.rows[2].at_s
        whole, after = [], None
        while True:
            part = await timeline.read("a", after, 1)
            whole += [*part.rows, *part.marks]
            after = part.next
            if after is None:
                break
        assert [getattr(each, "text", None) for each in whole] == [None, None, mark.text, "", None]
        assert await timeline.read("b", None, 10) == await timeline.read("c", None, 10)

    async def test_a_rooms_second_is_recorded_once_whoever_writes_it(self, timeline: Timeline):
        await self.let_pass_to_whole()
        assert await timeline.append([Row("a", mix(900, term=1))]) == 1
        assert await timeline.append([Row("a", mix(1, term=2))]) == 0
        await self.let_pass(1.0)
        assert await timeline.append([Row("a", mix(2, term=2))]) == 1
        await self.let_pass(1.0)
        assert await timeline.append([Row("a", mix(905, term=1))]) == 0  # was frozen, and goes on
        assert await timeline.append([Row("a", mix(2, term=2))]) == 0
        page = await timeline.read("a", None, 10)
        assert [(entry.mix.term, entry.mix.seq) for entry in page.rows] == [(1, 900), (2, 2)]

    async def let_pass_to_whole(self) -> None:
        """To the beginning of a second, where time is not the test's own."""

    async def test_one_writers_pace_is_its_own_clocks(self, timeline: Timeline):
        await self.let_pass_to_whole()
        assert await timeline.append([Row("a", mix(1))]) == 1
        await self.let_pass(0.9)
        assert await timeline.append([Row("a", mix(2))]) == 1
        await self.let_pass(1.1)
        assert await timeline.append([Row("a", mix(3))]) == 1
        ats = [entry.at_s for entry in (await timeline.read("a", None, 10)).rows]
        assert ats == [ats[0], ats[0] + 1, ats[0] + 2]

    async def test_what_is_older_than_asked_for_is_not_read(self, timeline: Timeline):
        await self.record(timeline, [1])
        await timeline.mark("a", "old")
        await self.let_pass(3.0)
        await self.record(timeline, [2])
        page = await timeline.read("a", None, 10, within_s=2.5)
        assert ([entry.mix.seq for entry in page.rows], page.marks) == ([2], ())
        assert await self.seqs(timeline) == [1, 2]

    async def test_what_was_deleted_is_gone_and_so_is_what_was_on_its_way(self, timeline: Timeline):
        await self.record(timeline, [1, 2])
        await timeline.mark("a", "mark")
        await timeline.append([Row("b", mix(1))])
        await timeline.delete("a")
        assert await timeline.append([Row("a", mix(3)), Row("c", mix(1))]) == 1
        page = await timeline.read("a", None, 10)
        assert (page.rows, page.marks) == ((), ())
        assert await self.seqs(timeline, "b") == await self.seqs(timeline, "c") == [1]
        await timeline.mark("a", "a new one")
        assert len((await timeline.read("a", None, 10)).marks) == 1
        await timeline.delete("nobody")

    async def test_after_a_while_a_room_whose_record_was_deleted_is_recorded_anew(self, timeline: Timeline):
        await self.record(timeline, [1])
        await timeline.delete("a")
        await self.let_quiet_pass()
        await self.record(timeline, [2])
        assert await self.seqs(timeline) == [2]

    async def let_quiet_pass(self) -> None:
        """TIMELINE_QUIET_S, by whichever clock counts it."""
        raise NotImplementedError

    async def test_a_closed_rooms_is_gone_for_good(self, timeline: Timeline):
        await self.record(timeline, [1])
        await timeline.delete("a", for_good=True)
        await self.let_quiet_pass()
        assert await timeline.append([Row("a", mix(2))]) == 0
        assert await self.seqs(timeline) == []

    async def test_appends_at_once_are_all_recorded(self, timeline: Timeline):
        rooms = [f"room-{number}" for number in range(5)]
        new = await asyncio.gather(*(timeline.append([Row(room, mix(1))]) for room in rooms))
        assert new == [1] * 5

    @pytest.mark.parametrize("cursor", ["", "x", "-1", "1.5", "²", "1" * 100, "0-x", "1-1-1", "+", "\0"])
    async def test_a_cursor_that_is_none_is_malformed(self, timeline: Timeline, cursor):
        with pytest.raises(Malformed):
            await timeline.read("a", cursor, 10)
