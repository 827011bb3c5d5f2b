"""A backup of a store that serves, and the way back: tried as docs/operations.md says."""

import asyncio
import contextlib
import itertools
import os
import resource
import shutil
import signal
import sqlite3
from functools import partial

import pytest
from structlog.testing import capture_logs

from services.launch.serve import serve_all
from services.runtime.rooms import RoomRecord
from services.runtime.settings import Settings
from services.runtime.sqlite.backup import Backups, backup_of
from services.runtime.sqlite.rooms import SqliteRooms
from services.runtime.sqlite.schema import MIGRATIONS
from services.runtime.sqlite.store import Store
from services.runtime.sqlite.timeline import SqliteTimeline
from services.runtime.timeline import Row
from tests.patience import until
from tests.services.test_supervision import process
from tests.services.timeline_contract import RETENTION_S, mix


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "kuuki.sqlite3"


@contextlib.asynccontextmanager
async def opened(path):
    store = await Store.open(path)
    try:
        rooms = await SqliteRooms.open(store, clock=lambda: 0.0)
        seconds = itertools.count(1_800_000_000)
        yield store, rooms, SqliteTimeline(store, RETENTION_S, lambda: next(seconds), lambda: 0.0)
    finally:
        await store.close()


async def backed_up(store):
    backups = Backups(store)
    with capture_logs() as said:
        making = asyncio.create_task(backups.run())
        backups.ask()
        await until(lambda: said)
        making.cancel()
    return said[0]["log_level"]


async def seqs(timeline, room="a"):
    return [entry.mix.seq for entry in (await timeline.read(room, None, 1000)).rows]


async def test_there_and_back(path):
    async with opened(path) as (store, rooms, timeline):
        await rooms.add(RoomRecord("a"))
        await timeline.mark("b", "the secret of the evening")
        await timeline.delete("b")
        for seq in (1, 2, 3):
            await timeline.append([Row("a", mix(seq))])
        backups = Backups(store)
        making = asyncio.create_task(backups.run())
        backups.ask()
        writing = [asyncio.create_task(timeline.append([Row("a", mix(seq))])) for seq in range(4, 30)]
        await until(backup_of(path).exists)
        assert sum(await asyncio.gather(*writing)) == 26, "what comes meanwhile is not lost"
        making.cancel()
        await rooms.remove("a")
        await timeline.delete("a")
        assert await seqs(timeline) == []
    kept = backup_of(path)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert b"secret of" not in kept.read_bytes()
    assert sorted(each.name for each in path.parent.iterdir()) == [path.name, kept.name]

    shutil.copyfile(kept, path)  # as the documentation says, with nothing running
    async with opened(path) as (_, rooms, timeline):
        assert (await rooms.get("a")).room == "a"
        back = await seqs(timeline)
        assert back == list(range(1, len(back) + 1))
        assert len(back) >= 3
        assert await seqs(timeline, "b") == []


async def test_the_log_of_a_killed_process_goes_before_its_backup_is_put_back(path):
    """Why the documentation says to remove it: SQLite would take the log for the backup's."""
    async with opened(path) as (store, rooms, _timeline):
        await rooms.add(RoomRecord("a"))
        assert await backed_up(store) == "info"
        for number in range(50):
            await rooms.add(RoomRecord(f"later-{number}"))
        log = path.with_name(path.name + "-wal")
        left = log.read_bytes()
    assert left
    log.write_bytes(left)  # as kill -9 leaves it
    log.unlink()
    shutil.copyfile(backup_of(path), path)
    async with opened(path) as (store, rooms, _timeline):
        assert [room for room in rooms._records] == ["a"]  # noqa: C416
        assert await store.run(lambda each: each.execute("PRAGMA integrity_check").fetchone()) == ("ok",)


async def test_one_that_fails_leaves_the_former_and_the_store_goes_on(path):
    async with opened(path) as (store, rooms, _timeline):
        await rooms.add(RoomRecord("a"))
        assert await backed_up(store) == "info"
        before = backup_of(path).read_bytes()
        await rooms.add(RoomRecord("b"))
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2048, hard))
        try:
            assert await backed_up(store) == "warning"
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert backup_of(path).read_bytes() == before
        assert not backup_of(path).with_name(backup_of(path).name + ".part").exists()
        await rooms.add(RoomRecord("c"))
        assert await backed_up(store) == "info"
    with contextlib.closing(sqlite3.connect(backup_of(path))) as connection:
        found = connection.execute("SELECT room FROM rooms ORDER BY room").fetchall()
        assert found == [("a",), ("b",), ("c",)]
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


async def test_of_a_store_in_memory_there_is_none():
    store = await Store.open(None)
    assert await backed_up(store) == "warning"
    await store.close()


async def test_a_process_that_serves_makes_one_when_it_is_told_by_a_signal(path):
    async with process(partial(serve_all, Settings(port=0, store=str(path)), None)) as here:
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGUSR1)
            await until(backup_of(path).exists)
            backup_of(path).unlink()
        assert not here.end.done()
