"""The file's form: files of before open, a step forward and a step back keep everything, and no step is half done."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest

from kuuki.mood.frames import encode
from kuuki.mood.room import Role
from services.runtime.rooms import RoomRecord
from services.runtime.sqlite import store as store_module
from services.runtime.sqlite.rooms import SqliteRooms
from services.runtime.sqlite.schema import MIGRATIONS, Migration, StoreUnusable, migrate
from services.runtime.sqlite.store import Store
from services.runtime.sqlite.timeline import SqliteTimeline
from services.runtime.timeline import Row
from tests.services.timeline_contract import CLAPS, LAUGH, mix

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "stores"
NEXT = len(MIGRATIONS) + 1
LATER = (
    *MIGRATIONS,
    Migration(
        NEXT - 1,
        (
            "ALTER TABLE rooms ADD COLUMN colour TEXT DEFAULT 'blue'",
            "ALTER TABLE entries ADD COLUMN mood TEXT",
            "CREATE TABLE more (a)",
        ),
    ),
)
"""A made-up next version, as the rule wants it."""

WALL_S = 1_800_000_010.0


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kuuki.sqlite3"


@contextlib.asynccontextmanager
async def opened(path, wall_s=WALL_S):
    store = await Store.open(path)
    try:
        rooms = await SqliteRooms.open(store, clock=lambda: 0.0)
        yield store, rooms, SqliteTimeline(store, 86_400, lambda: wall_s)
    finally:
        await store.close()


async def seqs(timeline, room="spring-room"):
    return [entry.mix.seq for entry in (await timeline.read(room, None, 100)).rows]


def version_of(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def test_each_version_is_readable_from_the_one_before():
    for number, migration in enumerate(MIGRATIONS[1:], start=2):
        assert migration.readable_from <= number - 1


@pytest.mark.parametrize("golden", sorted(GOLDEN.glob("sqlite-*.sql")), ids=lambda golden: golden.stem)
async def test_a_store_of_before_opens_with_all_in_it(path, golden):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(golden.read_text())
    async with opened(path) as (_, rooms, timeline):
        record = await rooms.get("spring-room")
        assert (record.purpose, record.language, record.is_recorded) == ("performance", "ja", True)
        assert record.allows("stage-secret", Role.STAGE)
        assert not record.allows("audience-secret", Role.STAGE)
        assert (await rooms.get("quiet-room")).room == "quiet-room"
        assert await seqs(timeline) == [1, 2, 3]
        assert await seqs(timeline, "quiet-room") == [1, 2, 3]
        page = await timeline.read("spring-room", None, 100)
        assert [entry.mix.draw for entry in page.rows] == ([0, 0, 0] if golden.stem == "sqlite-1" else [7, 7, 8])
        has_waves = golden.stem not in ("sqlite-1", "sqlite-2")
        assert [entry.mix.waves for entry in page.rows] == ([(), (LAUGH,), (LAUGH, CLAPS)] if has_waves else [()] * 3)
        assert [mark.text for mark in page.marks] == ["the first laugh"]
        assert await timeline.append([Row("spring-room", mix(4, waves=(LAUGH,)))]) == 1
        assert (await timeline.read("spring-room", None, 100)).rows[-1].mix == mix(4, waves=(LAUGH,))
    assert version_of(path) == len(MIGRATIONS)


async def test_a_step_forward_back_and_forward_keeps_everything(path, monkeypatch):
    async with opened(path) as (_, rooms, timeline):
        await rooms.add(RoomRecord("a"))
        await timeline.append([Row("a", mix(1))])
    for step, migrations in enumerate((LATER, MIGRATIONS, LATER), start=2):
        monkeypatch.setattr(store_module, "MIGRATIONS", migrations)
        async with opened(path, WALL_S + step) as (_, rooms, timeline):
            assert await seqs(timeline, "a") == list(range(1, step))
            assert [(await rooms.get(room)).room for room in "abcd"[: step - 1]] == list("abcd"[: step - 1])
            await rooms.add(RoomRecord("abcd"[step - 1]))
            await timeline.append([Row("a", mix(step))])
            await timeline.mark("a", "now")
            await timeline.delete("b")
        assert version_of(path) == NEXT
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT DISTINCT colour FROM rooms").fetchall() == [("blue",)]


ROW_1 = "INSERT INTO entries (room, at, term, seq, frame) VALUES (?, ?, ?, ?, ?)"
READ_1 = "SELECT id, at, frame, mark FROM entries WHERE room = ? AND id > ? AND at >= ? ORDER BY id LIMIT ?"
"""What a kuuki of version 1 says to its file."""

ROW_2 = "INSERT INTO entries (room, at, term, seq, frame, draw) VALUES (?, ?, ?, ?, ?, ?)"
READ_2 = "SELECT id, at, frame, mark, draw FROM entries WHERE room = ? AND id > ? AND at >= ? ORDER BY id LIMIT ?"
"""What one of version 2 says."""


async def test_a_kuuki_of_version_1_reads_the_rows_of_today_and_writes_some_without_a_draw(path):
    async with opened(path) as (_, _, timeline):
        await timeline.append([Row("a", mix(1, draw=7))])
    with contextlib.closing(sqlite3.connect(path)) as connection:
        migrate(connection, MIGRATIONS[:1])
        ((_, at, frame, mark),) = connection.execute(READ_1, ("a", 0, 0.0, 10)).fetchall()
        assert (frame, mark) == (encode(mix(1), version=1), None)
        connection.execute(ROW_1, ("a", at + 1, 1, 2, frame))
        connection.commit()
    assert version_of(path) == len(MIGRATIONS)
    async with opened(path, WALL_S + 2) as (_, _, timeline):
        await timeline.append([Row("a", mix(3, draw=8))])
        assert [entry.mix.draw for entry in (await timeline.read("a", None, 10)).rows] == [7, 0, 8]


async def test_a_kuuki_of_version_2_reads_the_rows_of_today_and_writes_some_without_waves(path):
    async with opened(path) as (_, _, timeline):
        await timeline.append([Row("a", mix(1, waves=(LAUGH,)))])
    with contextlib.closing(sqlite3.connect(path)) as connection:
        migrate(connection, MIGRATIONS[:2])
        ((_, at, frame, mark, draw),) = connection.execute(READ_2, ("a", 0, 0.0, 10)).fetchall()
        assert (frame, mark, draw) == (encode(mix(1), version=1), None, 7)
        connection.execute(ROW_2, ("a", at + 1, 1, 2, encode(mix(2), version=1), 8))
        connection.commit()
    assert version_of(path) == len(MIGRATIONS)
    async with opened(path, WALL_S + 2) as (_, _, timeline):
        await timeline.append([Row("a", mix(3, waves=(CLAPS,)))])
        read = [entry.mix for entry in (await timeline.read("a", None, 10)).rows]
        assert read == [mix(1, waves=(LAUGH,)), mix(2, draw=8), mix(3, waves=(CLAPS,))]


@pytest.mark.parametrize("waves", [b"\x00", bytes(13), b"\xff" * 14, bytes(14 * 5), "text", 3])
async def test_waves_that_are_none_are_passed_over_and_the_rest_of_the_row_is_read(path, waves):
    async with opened(path) as (store, _, timeline):
        await timeline.append([Row("a", mix(1, waves=(LAUGH,)))])
        await store.run(lambda connection: connection.execute("UPDATE entries SET waves = ?", (waves,)))
        assert [entry.mix for entry in (await timeline.read("a", None, 10)).rows] == [mix(1)]


async def test_what_only_a_newer_kuuki_reads_is_left_alone(path, monkeypatch):
    async with opened(path) as (_, rooms, _timeline):
        await rooms.add(RoomRecord("a"))
    monkeypatch.setattr(store_module, "MIGRATIONS", (*MIGRATIONS, Migration(NEXT, ("CREATE TABLE more (a)",))))
    async with opened(path):
        pass
    monkeypatch.undo()
    before = path.read_bytes()
    wanted = (
        rf"newer kuuki \(form {NEXT}, readable from {NEXT} on; this one knows {NEXT - 1}\)\. Use that one.*KUUKI_STORE"
    )
    with pytest.raises(StoreUnusable, match=wanted):
        await Store.open(path)
    assert path.read_bytes() == before


async def test_a_step_that_fails_is_not_taken_at_all(path, monkeypatch):
    async with opened(path) as (_, rooms, _timeline):
        await rooms.add(RoomRecord("a"))
    statements = ("ALTER TABLE rooms ADD COLUMN colour TEXT", "DELETE FROM rooms", "and nonsense")
    monkeypatch.setattr(store_module, "MIGRATIONS", (*MIGRATIONS, Migration(1, statements)))
    with pytest.raises(StoreUnusable, match="cannot be used"):
        await Store.open(path)
    monkeypatch.undo()
    assert version_of(path) == len(MIGRATIONS)
    async with opened(path) as (store, rooms, _timeline):
        assert (await rooms.get("a")).room == "a"
        columns = await store.run(lambda connection: connection.execute("PRAGMA table_info(rooms)").fetchall())
        assert [column[1] for column in columns] == ["room", "record", "used_s"]


async def test_two_of_one_file_never_lead_it_on_at_once(path, monkeypatch):
    monkeypatch.setattr(store_module, "MIGRATIONS", LATER)
    found = await asyncio.gather(Store.open(path), Store.open(path), return_exceptions=True)
    stores = [each for each in found if isinstance(each, Store)]
    assert len(stores) == 1
    await stores[0].close()
    assert version_of(path) == NEXT
