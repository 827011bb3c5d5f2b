"""The demo room and its record: as long as the process, and of no run before."""

import pytest

from kuuki.errors import RoomUnknown, Unavailable
from kuuki.times import TIMELINE_QUIET_S
from services.launch.demo import DEMO_ROOM, demo_room
from services.launch.problems import problem_of_demo
from services.runtime.rooms import RoomRecord
from services.runtime.sqlite.rooms import SqliteRooms
from services.runtime.sqlite.store import Store
from services.runtime.sqlite.timeline import SqliteTimeline
from services.runtime.timeline import Row
from tests.services.timeline_contract import mix


class Clock:
    """Monotonic, and set by hand."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
async def store(tmp_path):
    store = await Store.open(tmp_path / "kuuki.sqlite3")
    yield store
    await store.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def timeline(store, clock):
    return SqliteTimeline(store, 3600, clock=clock)


async def test_it_is_recorded_and_its_record_goes_with_it(store, clock, timeline):
    rooms = await SqliteRooms.open(store, clock)
    async with demo_room(rooms, timeline) as secrets:
        record = await rooms.get(DEMO_ROOM)
        assert (record.is_recorded, record.is_kept) == (True, True)
        assert record.opened_by(secrets) == record
        clock.now += TIMELINE_QUIET_S + 1
        await timeline.append([Row(DEMO_ROOM, mix(1)), Row("other", mix(1))])
        await timeline.mark(DEMO_ROOM, "the ferry")
        page = await timeline.read(DEMO_ROOM, None, 10)
        assert (len(page.rows), [mark.text for mark in page.marks]) == (1, ["the ferry"])
    page = await timeline.read(DEMO_ROOM, None, 10)
    assert (page.rows, page.marks) == ((), ())
    assert len((await timeline.read("other", None, 10)).rows) == 1


async def test_what_a_killed_run_has_left_is_not_in_the_next_ones_record(store, clock, timeline):
    await timeline.append([Row(DEMO_ROOM, mix(1))])
    rooms = await SqliteRooms.open(store, clock)
    async with demo_room(rooms, timeline):
        assert (await timeline.read(DEMO_ROOM, None, 10)).rows == ()


async def test_the_room_is_not_there_in_a_run_without_a_demo(store, clock, timeline):
    async with demo_room(await SqliteRooms.open(store, clock), timeline):
        pass
    with pytest.raises(RoomUnknown):
        await (await SqliteRooms.open(store, clock)).get(DEMO_ROOM)


async def test_a_record_that_cannot_be_deleted_keeps_nobody_from_the_room(store, clock):
    class Away(SqliteTimeline):
        async def delete(self, room, *, for_good=False):
            raise Unavailable("the store is away")

    rooms = await SqliteRooms.open(store, clock)
    async with demo_room(rooms, Away(store, 3600, clock=clock)):
        assert isinstance(await rooms.get(DEMO_ROOM), RoomRecord)


def test_a_cue_sheet_is_read_before_anything_is_served(tmp_path):
    good, bad = tmp_path / "good.cues", tmp_path / "bad.cues"
    good.write_text('1 laugh "the ferry"')
    bad.write_text("1 giggle")
    assert problem_of_demo(30, None) is None
    assert problem_of_demo(30, good) is None
    assert "--demo" in (problem_of_demo(0, good) or "")
    assert "'giggle' is no event" in (problem_of_demo(30, bad) or "")
    assert "cannot be read" in (problem_of_demo(30, tmp_path / "none") or "")
