"""The recorder: one row a second of each recorded room, whatever the timeline does."""

import asyncio
import contextlib

import pytest
from structlog.testing import capture_logs

from kuuki.errors import NotRecorded, Unavailable
from kuuki.limits import APPENDS
from kuuki.mood.mix import EMPTY, Calibration
from kuuki.mood.privacy import Rule
from kuuki.times import ROW_STALE_S, TICK_S
from services.aggregator.mixer import Mixer, RoomMix
from services.aggregator.recorder import Recorder
from services.runtime.metrics import Metrics
from services.runtime.timeline import NoTimeline
from tests.bulletins import bulletin_of
from tests.services.timeline_contract import mix
from tests.virtual import in_virtual_time


class Pages(NoTimeline):
    """A timeline that keeps what it is given, after ``wait_s``, or raises ``failure``."""

    def __init__(self):
        self.rows, self.wait_s, self.failure = [], 0.0, None

    async def append(self, rows):
        await asyncio.sleep(self.wait_s)
        if self.failure is not None:
            raise self.failure
        self.rows += [(asyncio.get_running_loop().time(), row.room, row.mix.seq) for row in rows]
        return len(rows)


@contextlib.asynccontextmanager
async def recording(pages):
    metrics = Metrics()
    recorder = Recorder(pages, metrics)
    running = asyncio.create_task(recorder.run())

    def counted(name, **labels):
        return metrics.registry.get_sample_value(f"kuuki_{name}", labels) or 0.0

    yield recorder, counted
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(asyncio.all_tasks()) == 1


def published(room, seq, is_recorded=True):
    return RoomMix(room, mix(seq), (), EMPTY, is_recorded)


async def publish(recorder, seconds, *rooms, seq=0):
    """A mix a tick of each room, in the midst of the recorder's own ticks."""
    await asyncio.sleep(TICK_S / 2 - asyncio.get_running_loop().time() % TICK_S)
    for _ in range(round(seconds / TICK_S)):
        seq += 1
        for room in rooms:
            recorder.observe(published(room, seq))
        await asyncio.sleep(TICK_S)
    return seq


@in_virtual_time
async def test_the_newest_of_each_second_is_a_row():
    pages = Pages()
    async with recording(pages) as (recorder, counted):
        await publish(recorder, 5.2, "a", "b")
        assert [round(at) for at, room, _ in pages.rows if room == "a"] == [1, 2, 3, 4, 5]
        steps = {seq - before for (_, _, before), (_, _, seq) in zip(pages.rows[::2], pages.rows[2::2], strict=False)}
        assert steps == {5}
        assert counted("rows_recorded_total") == len(pages.rows) == 10
        assert counted("record_seconds_count") == 5


@in_virtual_time
async def test_rooms_that_are_not_recorded_are_not():
    pages = Pages()
    async with recording(pages) as (recorder, counted):
        recorder.observe(published("a", 1, is_recorded=False))
        await asyncio.sleep(2.5)
        assert pages.rows == []
        assert counted("rows_recorded_total") == 0


@in_virtual_time
async def test_of_a_room_that_was_left_no_row_is_made_up():
    pages = Pages()
    async with recording(pages) as (recorder, _):
        await publish(recorder, 2.2, "a")
        await asyncio.sleep(5)
        assert len(pages.rows) == 2 + 1


@in_virtual_time
async def test_an_append_that_waits_to_be_durable_holds_up_no_other():
    pages = Pages()
    pages.wait_s = 2.5
    async with recording(pages) as (recorder, counted):
        seq = await publish(recorder, 6.2, "a")
        assert len(pages.rows) == 3
        await asyncio.sleep(4)
        assert len({seq for _, _, seq in pages.rows}) == len(pages.rows) == 7
        assert seq >= 30
        assert counted("rows_refused_total", reason="backlog") == 0


@in_virtual_time
async def test_so_many_seconds_wait_and_no_more():
    pages = Pages()
    pages.wait_s = 1000.0
    async with recording(pages) as (recorder, counted):
        await publish(recorder, APPENDS + 4.2, "a", "b")
        assert counted("rows_refused_total", reason="backlog") == 2 * 4
        assert len(recorder._appending) == APPENDS


@in_virtual_time
@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (NotRecorded("disk"), "disk"),
        (NotRecorded("no_aof"), "no_aof"),
        (NotRecorded("read_only"), "read_only"),
        (Unavailable("away"), "unavailable"),
    ],
)
async def test_what_is_refused_is_counted_said_once_and_it_goes_on(failure, reason):
    pages = Pages()
    with capture_logs() as logs:
        async with recording(pages) as (recorder, counted):
            pages.failure = failure
            await publish(recorder, 3.2, "a", "b")
            assert counted("rows_refused_total", reason=reason) == 6
            assert counted("rows_recorded_total") == 0
            pages.failure = None
            await publish(recorder, 3.2, "a", "b")
            assert counted("rows_recorded_total") == 6
    assert [(entry["event"], entry.get("reason")) for entry in logs] == [
        ("nothing is recorded", reason),
        ("what is published is recorded again", None),
    ]


@in_virtual_time
async def test_where_nothing_is_to_be_recorded_nothing_is_said():
    with capture_logs() as logs:
        async with recording(NoTimeline()) as (recorder, counted):
            await publish(recorder, 2.2, "a")
            assert counted("rows_refused_total", reason="off") == 2
    assert logs == []


@in_virtual_time
async def test_a_timeline_that_breaks_stops_nothing():
    pages = Pages()
    pages.failure = LookupError()
    with capture_logs() as logs:
        async with recording(pages) as (recorder, counted):
            await publish(recorder, 1.2, "a")
            pages.failure = None
            await publish(recorder, 1.2, "a")
            assert counted("rows_refused_total", reason="unavailable") == 1
            assert len(pages.rows) >= 1
    assert logs[0]["event"] == "rows could not be recorded"


async def test_after_the_process_was_stopped_what_is_old_is_not_recorded():
    pages, now = Pages(), 0.0
    metrics = Metrics()
    recorder = Recorder(pages, metrics, lambda: now)
    recorder.observe(published("a", 1))
    now = ROW_STALE_S + 0.1
    recorder.observe(published("b", 1))
    recorder._record()
    await asyncio.gather(*recorder._appending)
    assert [(room, seq) for _, room, seq in pages.rows] == [("b", 1)]
    assert metrics.registry.get_sample_value("kuuki_rows_refused_total", {"reason": "late"}) == 1


@pytest.mark.parametrize(("said", "is_recorded"), [((True, True), True), ((True, False), False), ((False,), False)])
def test_a_mix_is_recorded_if_all_its_gateways_say_so(said, is_recorded):
    mixer = Mixer(Calibration(), b"veil")
    mixer.listen(0.0)
    for number, each in enumerate(said):
        mixer.accept(bulletin_of(f"g{number}", 1, {"a": EMPTY}, Rule(), is_recorded=each), 0.0)
    assert [made.is_recorded for made in mixer.mixes(1, 0.1)] == [is_recorded]
