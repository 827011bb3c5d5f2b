"""The timeline in a file: the contract, and what happens when the file fails or its process is killed."""

import asyncio
import contextlib
import resource
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.errors import NotRecorded, Unavailable
from kuuki.times import CLOCK_STEP_S, TIMELINE_QUIET_S
from services.runtime.sqlite import store as store_module
from services.runtime.sqlite import timeline as timeline_module
from services.runtime.sqlite.schema import StoreUnusable
from services.runtime.sqlite.store import Store, StoreFailed
from services.runtime.sqlite.timeline import SqliteTimeline
from services.runtime.timeline import NewestRow, NoTimeline, Page, Refusal, Row, record_second
from tests.patience import PATIENCE_S, until, until_answered
from tests.services.timeline_contract import RETENTION_S, TimelineContract, mix
from tests.services.timeline_writer import ROOMS

ROOT = Path(__file__).resolve().parents[2]


class Clock:
    """Both clocks of a timeline."""

    def __init__(self):
        self.wall_s, self.now = 1_800_000_000.0, 0.0

    def wall(self):
        return self.wall_s

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kuuki.sqlite3"


@pytest.fixture
async def store(path):
    store = await Store.open(path)
    yield store
    await store.close()


@pytest.fixture
def timeline(store, clock):
    return SqliteTimeline(store, RETENTION_S, clock.wall, clock)


class TestSqliteTimeline(TimelineContract):
    @pytest.fixture(autouse=True)
    def _hold(self, clock):
        self.clock = clock

    async def let_pass(self, seconds):
        self.clock.wall_s += seconds

    async def let_quiet_pass(self):
        self.clock.now += TIMELINE_QUIET_S + 0.1


async def held(store):
    """How many rows and marks the file has."""
    return await store.run(lambda connection: connection.execute("SELECT count(*) FROM entries").fetchall())


# --- which second a row is of


@given(st.integers(0, 2**31), st.integers(0, 99), st.integers(0, 99))
def test_the_first_row_of_a_room_is_of_the_clocks_second(second, term, seq):
    assert record_second(second, term, seq, None) == second


STEP = int(CLOCK_STEP_S)


@pytest.mark.parametrize(
    ("second", "order", "at_s"),
    [
        (101, (5, 11), 101),
        (104, (5, 11), 104),
        (100, (5, 11), 101),  # one writer, twice in a second of the wall clock
        (100, (6, 1), None),  # two writers
        (101, (6, 1), 101),
        (99, (5, 11), None),  # the clock was moved back a little: it catches up
        (99, (6, 1), None),
        (101, (5, 10), None),  # no newer mix
        (101, (4, 999), None),  # whoever lost its lease
        (100 - STEP, (5, 11), None),
        (100 - STEP - 1, (5, 11), 100 - STEP - 1),  # the clock was set back
        (100 - STEP - 1, (4, 1), 100 - STEP - 1),
        (100 + STEP + 1, (4, 1), 100 + STEP + 1),
    ],
)
def test_a_row_is_of_one_second_and_newer_than_the_last(second, order, at_s):
    term, seq = order
    assert record_second(second, term, seq, NewestRow(100, 5, 10)) == at_s


async def test_cursors_grow_when_the_clock_is_set_back_by_an_hour(timeline, clock):
    await timeline.append([Row("a", mix(1))])
    clock.wall_s -= 1800
    await timeline.append([Row("a", mix(2))])
    page = await timeline.read("a", None, 10)
    assert [entry.mix.seq for entry in page.rows] == [1, 2]
    assert page.rows[1].at_s == page.rows[0].at_s - 1800
    assert int(page.rows[1].cursor) > int(page.rows[0].cursor)


# --- what is kept, and for how long


async def test_what_is_older_than_the_retention_is_not_read_and_goes(timeline, store, clock, monkeypatch):
    monkeypatch.setattr(timeline_module, "PRUNE_S", 0.01)
    await timeline.append([Row("a", mix(1))])
    await timeline.mark("a", "old")
    clock.wall_s += RETENTION_S + 2
    await timeline.append([Row("a", mix(2))])
    page = await timeline.read("a", None, 10)
    assert ([entry.mix.seq for entry in page.rows], page.marks) == ([2], ())
    running = asyncio.create_task(timeline.run())
    await until_answered(lambda: held(store), [(1,)])
    running.cancel()


async def test_it_is_all_there_after_a_restart_and_goes_on(path, clock):
    for seq in (1, 2, 3):
        store = await Store.open(path)
        timeline = SqliteTimeline(store, RETENTION_S, clock.wall, clock)
        await timeline.append([Row("a", mix(seq))])
        page = await timeline.read("a", None, 10)
        assert [entry.mix.seq for entry in page.rows] == list(range(1, seq + 1))
        await store.close()
        clock.wall_s += 1
    assert path.stat().st_mode & 0o777 == 0o600


async def test_what_was_deleted_is_in_no_file(timeline, store, path):
    """Also where SQLite was not built to overwrite by itself."""
    pragmas = [
        await store.run(lambda connection, name=name: connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("secure_delete", "journal_mode", "synchronous", "locking_mode")
    ]
    assert pragmas == [1, "wal", 2, "exclusive"]
    await timeline.mark("a", "the secret of the evening")
    await timeline.mark("b", "the other evening")
    held = [path, path.with_name(path.name + "-wal")]
    assert any(b"secret of" in each.read_bytes() for each in held)
    await timeline.delete("a")
    assert not any(b"secret of" in each.read_bytes() for each in held)
    assert any(b"other evening" in each.read_bytes() for each in held)


async def test_what_was_too_old_is_in_no_file(timeline, store, path, clock):
    await timeline.mark("a", "the secret of the evening")
    clock.wall_s += RETENTION_S / 2
    await timeline.mark("a", "the other evening")
    clock.wall_s += RETENTION_S / 2 + 1
    running = asyncio.create_task(timeline.run())
    held = [path, path.with_name(path.name + "-wal")]
    await until(lambda: not any(b"secret of" in each.read_bytes() for each in held))
    running.cancel()
    assert any(b"other evening" in each.read_bytes() for each in held)


async def test_without_a_file_or_a_retention_nothing_is_recorded(store):
    in_memory = await Store.open(None)
    for timeline in (SqliteTimeline(in_memory, RETENTION_S), SqliteTimeline(store, 0), NoTimeline()):
        assert (timeline.retention_s, timeline.refusal()) == (0, None)
        for act in (timeline.append([Row("a", mix(1))]), timeline.mark("a", "")):
            with pytest.raises(NotRecorded, match="off"):
                await act
        assert await timeline.read("a", None, 10) == Page()
        await timeline.delete("a")
    await in_memory.close()


async def test_a_row_that_another_version_wrote_is_passed_over(timeline, store):
    await store.run(
        lambda connection: connection.execute(timeline_module._ROW, ("a", 9e9, 1, 1, b"\x93\x02\x04\x01", 7, b""))
    )
    await timeline.mark("a", "still here")
    page = await timeline.read("a", None, 10)
    assert (page.rows, [mark.text for mark in page.marks]) == ((), ["still here"])


# --- when the file fails


async def refused(timeline, reason):
    """It acknowledges nothing, and says why."""
    for act in (timeline.append([Row("a", mix(2))]), timeline.mark("a", "")):
        with pytest.raises(NotRecorded, match=reason):
            await act
    assert timeline.refusal() == reason


async def goes_on(timeline, clock):
    clock.wall_s += 1
    assert await timeline.append([Row("a", mix(3))]) == 1
    assert timeline.refusal() is None
    page = await timeline.read("a", None, 10)
    assert ([entry.mix.seq for entry in page.rows], page.marks) == ([1, 3], ())


async def test_on_a_full_disk_nothing_is_acknowledged_and_it_goes_on_when_there_is_room(timeline, path, clock):
    """No file can have as much as a page: what is written fails as on a full disk."""
    await timeline.append([Row("a", mix(1))])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2048, hard))
    try:
        clock.wall_s += 1
        await refused(timeline, "disk")
        page = await timeline.read("a", None, 10)  # what was kept can be read meanwhile
        assert [entry.mix.seq for entry in page.rows] == [1]
        assert timeline.refusal() is Refusal.DISK
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    await goes_on(timeline, clock)


async def test_when_sqlite_says_full_nothing_is_acknowledged(timeline, store, clock):
    await timeline.append([Row("a", mix(1))])
    clock.wall_s += 1
    pages = "PRAGMA max_page_count = 1"  # rounded up to what there is
    for act in (
        timeline.append([Row(f"room-{number}", mix(1)) for number in range(200)]),
        timeline.mark("a", "x" * 9000),
    ):
        await store.run(lambda connection: connection.execute(pages).fetchall(), writes=False)
        with pytest.raises(NotRecorded, match="disk"):
            await act
    assert timeline.refusal() is Refusal.DISK
    await goes_on(timeline, clock)


async def test_of_a_read_only_file_nothing_is_acknowledged(timeline, store, clock):
    await timeline.append([Row("a", mix(1))])
    clock.wall_s += 1
    for act in (timeline.append([Row("a", mix(2))]), timeline.mark("a", "")):
        await store.run(lambda connection: connection.execute("PRAGMA query_only = 1"), writes=False)
        with pytest.raises(NotRecorded, match="read_only"):
            await act
    assert timeline.refusal() is Refusal.READ_ONLY
    await goes_on(timeline, clock)


async def test_to_a_file_that_vanished_nothing_is_acknowledged_and_a_new_one_is_made(timeline, path, clock):
    await timeline.append([Row("a", mix(1))])
    path.unlink()
    with pytest.raises(NotRecorded, match="disk"):
        await timeline.append([Row("a", mix(2))])
    assert timeline.refusal() is Refusal.DISK
    assert await timeline.append([Row("a", mix(3))]) == 1
    other = path.with_name("other")
    other.touch()
    other.replace(path)
    with pytest.raises(NotRecorded, match="disk"):
        await timeline.append([Row("a", mix(4))])
    assert await timeline.append([Row("a", mix(5))]) == 1
    assert path.exists()


async def test_what_was_written_while_the_file_vanished_is_not_acknowledged(store, path):
    def write(connection):
        connection.execute("INSERT INTO rooms VALUES ('a', '{}', 0)")
        path.unlink()

    with pytest.raises(StoreFailed):
        await store.run(write)
    assert await store.run(lambda connection: connection.execute("SELECT count(*) FROM rooms").fetchone()) == (0,)


async def test_whether_it_works_again_is_found_without_a_row(timeline, store, monkeypatch):
    monkeypatch.setattr(timeline_module, "STORE_S", 0.01)
    await store.run(lambda connection: connection.execute("PRAGMA query_only = 1"), writes=False)
    running = asyncio.create_task(timeline.run())
    seen = set()
    async with asyncio.timeout(PATIENCE_S):
        while timeline.refusal() is not None or not seen:
            await asyncio.sleep(0.001)
            seen |= {timeline.refusal()} - {None}
    running.cancel()
    assert seen == {Refusal.READ_ONLY}


async def test_a_disk_that_hangs_is_not_waited_for_and_the_loop_goes_on(timeline, store, monkeypatch):
    monkeypatch.setattr(store_module, "STORE_S", 0.05)
    hangs = threading.Event()
    hanging = asyncio.create_task(store.run(lambda connection: hangs.wait()))
    await asyncio.sleep(0)
    try:
        with pytest.raises(Unavailable):
            await timeline.append([Row("a", mix(1))])
        with pytest.raises(StoreFailed):
            await hanging
        assert timeline.refusal() is Refusal.UNAVAILABLE
    finally:
        hangs.set()
    monkeypatch.undo()
    await timeline.mark("a", "")
    assert timeline.refusal() is None


async def test_so_many_calls_wait_and_no_more(store, monkeypatch):
    monkeypatch.setattr(store_module, "STORE_WAITING", 2)
    answers = await asyncio.gather(*(store.run(lambda connection: 1) for _ in range(3)), return_exceptions=True)
    assert answers[:2] == [1, 1]
    assert isinstance(answers[2], StoreFailed)
    assert await store.run(lambda connection: 2) == 2


async def test_what_raises_in_the_store_is_undone_and_told(store):
    def fail(connection):
        connection.execute("INSERT INTO rooms VALUES ('a', '{}', 0)")
        raise LookupError

    with pytest.raises(LookupError):
        await store.run(fail)
    assert await store.run(lambda connection: connection.execute("SELECT count(*) FROM rooms").fetchone()) == (0,)


# --- opening


async def test_one_process_has_the_file(store, path):
    with pytest.raises(StoreUnusable, match="in use by another kuuki"):
        await Store.open(path)


async def test_what_is_no_store_is_left_alone(path):
    path.write_text("a letter to someone, and quite a long one: longer than the head of a database.\n" * 20)
    text = path.read_text()
    with pytest.raises(StoreUnusable, match="cannot be used"):
        await Store.open(path)
    assert path.read_text() == text
    with pytest.raises(StoreUnusable, match="cannot be used"):
        await Store.open(path / "below" / "a" / "file")


# --- kill -9


def killed_after(path, acknowledgements):
    """A writer that is killed in the midst of it; the newest seq that it said was acknowledged."""
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.services.timeline_writer", str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        for _ in range(acknowledgements):
            assert writer.stdout.readline(), "the writer ended by itself"
        writer.kill()
        said = writer.stdout.read().split("\n")  # a line without its end was not said
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
    return said


@pytest.mark.slow
def test_fifty_kills_lose_no_acknowledged_row(path, record_property):
    acknowledged, lost = 0, 0
    for number in range(50):
        first = acknowledged + 1
        said = killed_after(path, first_lines := 1 + number % 7)
        newest = max([int(line) for line in said[:-1] if line], default=0)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            rows = connection.execute("SELECT room, seq FROM entries").fetchall()
        held = {room: {seq for its, seq in rows if its == room} for room in ROOMS}
        acknowledged = max(newest, first + first_lines - 1)
        lost += sum(len(set(range(1, acknowledged + 1)) - seqs) for seqs in held.values())
        assert held["a"] == held["b"] == held["c"], "a second is whole or not at all"
        assert len(rows) == sum(map(len, held.values())), "no row twice"
        acknowledged = max(held["a"])  # what was written but not said counts for the next
    record_property("timeline_rows_acknowledged", acknowledged * len(ROOMS))
    assert lost == 0
