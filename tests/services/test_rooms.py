"""The forms of the registry of rooms that one process has, each held to the contract; what the file adds."""

import asyncio
import contextlib
import sqlite3

import pytest

from kuuki.errors import Malformed, RoomUnknown, TooMany, Unavailable
from kuuki.limits import ROOMS
from kuuki.mood.privacy import Privacy, Rule
from kuuki.times import ROOM_IDLE_S, ROOM_TOUCH_S
from loadtests.rooms_in_memory import InProcessRooms
from services.runtime.rooms import RoomRecord, Rooms, Secrets, parse_record, serialize_record
from services.runtime.sqlite import rooms as sqlite_rooms
from services.runtime.sqlite.rooms import SqliteRooms
from services.runtime.sqlite.store import Store
from tests.services.rooms_contract import FULL, RoomsContract


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


class OneProcess(RoomsContract):
    @pytest.fixture
    def others(self, rooms: Rooms) -> Rooms:
        return rooms

    @pytest.fixture(autouse=True)
    def _hold(self, clock):
        self.clock = clock

    async def pass_idle(self, rooms):
        self.clock.now += ROOM_IDLE_S + 1

    async def pass_some(self, rooms):
        self.clock.now += ROOM_IDLE_S * 2 / 3


class TestInProcessRooms(OneProcess):
    @pytest.fixture
    def rooms(self, clock) -> Rooms:
        return InProcessRooms(clock)


class TestSqliteRooms(OneProcess):
    @pytest.fixture
    async def rooms(self, clock, tmp_path):
        store = await Store.open(tmp_path / "kuuki.sqlite3")
        yield await SqliteRooms.open(store, clock)
        await store.close()


class TestSqliteRoomsInMemory(OneProcess):
    @pytest.fixture
    async def rooms(self, clock):
        store = await Store.open(None)
        yield await SqliteRooms.open(store, clock)
        await store.close()


@pytest.mark.parametrize("record", [RoomRecord("a"), FULL, RoomRecord("b", rule=Rule(Privacy.EXACT), is_kept=True)])
def test_a_record_comes_back_from_its_text(record):
    assert parse_record(serialize_record(record)) == record
    later = serialize_record(record).replace("{", '{"colour":"blue",', 1)
    assert parse_record(later) == record


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"room":"a","rule":null}',
        '{"room":"a","rule":{"privacy":"none","min_group":5}}',
        '{"room":1,"rule":{"privacy":"standard","min_group":5}}',
        '{"room":"a","show":1,"rule":{"privacy":"standard","min_group":5}}',
        '{"room":"a","purpose":"work","rule":{"privacy":"standard","min_group":5}}',
        '{"room":"a","language":"fr","rule":{"privacy":"standard","min_group":5}}',
        '{"rule":{"privacy":"standard","min_group":5}}',
        b"\xff",
    ],
)
def test_a_text_that_is_no_record(text):
    with pytest.raises(Malformed):
        parse_record(text)


class Restarts:
    """A registry on one file, opened again and again."""

    def __init__(self, path, clock):
        self.path, self.clock = path, clock

    async def __aenter__(self):
        self.store = await Store.open(self.path)
        return await SqliteRooms.open(self.store, self.clock)

    async def __aexit__(self, *exc):
        await self.store.close()


@pytest.fixture
def restarts(tmp_path, clock):
    return Restarts(tmp_path / "state" / "kuuki.sqlite3", clock)


async def test_rooms_survive_a_restart_with_their_secrets_and_closed_ones_do_not(restarts):
    secrets = Secrets.fresh()
    async with restarts as rooms:
        await rooms.add(FULL.opened_by(secrets))
        await rooms.add(RoomRecord("closed"))
        await rooms.remove("closed")
    async with restarts as rooms:
        assert await rooms.get(FULL.room) == FULL.opened_by(secrets)
        assert len(rooms) == 1
        with pytest.raises(RoomUnknown):
            await rooms.get("closed")
    assert not any(secret.encode() in restarts.path.read_bytes() for secret in secrets)


async def test_idle_time_adds_up_over_restarts_and_only_while_it_runs(restarts, clock):
    async with restarts as rooms:
        await rooms.add(RoomRecord("a"))
        await rooms.add(RoomRecord("b"))
        clock.now += ROOM_IDLE_S * 0.6
        rooms.touch(await rooms.get("b"))
        await rooms._write_use()
    clock.now = 5000.0  # another machine's or boot's clock
    async with restarts as rooms:
        clock.now += ROOM_IDLE_S * 0.3
        await rooms._sweep()
        assert len(rooms) == 2
        clock.now += ROOM_IDLE_S * 0.2
        await rooms._sweep()
        with pytest.raises(RoomUnknown):
            await rooms.get("a")
        assert await rooms.get("b") == RoomRecord("b")
    async with restarts as rooms:
        assert len(rooms) == 1


async def test_use_is_written_now_and_then_by_its_own_loop(restarts, clock, monkeypatch):
    monkeypatch.setattr(sqlite_rooms, "ROOM_TOUCH_S", 0.01)
    async with restarts as rooms:
        await rooms.add(RoomRecord("a"))
        await rooms.add(RoomRecord("idle"))
        told, swept = [], asyncio.Event()
        rooms.on_removed(told.append)
        rooms.on_removed(lambda room: swept.set())
        running = asyncio.create_task(rooms.run())
        clock.now += ROOM_IDLE_S + 1
        rooms.touch(await rooms.get("a"))
        await swept.wait()
        running.cancel()
    with contextlib.closing(sqlite3.connect(restarts.path)) as connection:
        assert connection.execute("SELECT room, used_s FROM rooms").fetchall() == [("a", ROOM_IDLE_S + 1)]
    assert told == ["idle"]
    assert ROOM_TOUCH_S * 100 < ROOM_IDLE_S


async def test_what_the_file_cannot_take_is_not_made_and_not_closed(restarts):
    async with restarts as rooms:
        await rooms.add(RoomRecord("a"))
        for act in (rooms.add(RoomRecord("b")), rooms.remove("a")):
            await restarts.store.run(lambda connection: connection.execute("PRAGMA query_only = 1"))
            with pytest.raises(Unavailable):
                await act
        assert await rooms.get("a") == RoomRecord("a")
        with pytest.raises(RoomUnknown):
            await rooms.get("b")
        await rooms.remove("a")
    async with restarts as rooms:
        assert len(rooms) == 0


async def test_a_use_that_waits_does_not_bring_a_closed_room_back(restarts):
    async with restarts as rooms:
        await rooms.add(RoomRecord("a"))
        rooms.touch(await rooms.get("a"))
        await asyncio.gather(rooms.remove("a"), rooms._write_use())
    async with restarts as rooms:
        assert len(rooms) == 0


async def test_when_the_file_vanishes_all_rooms_are_written_to_the_next(restarts):
    async with restarts as rooms:
        await rooms.add(RoomRecord("a"))
        restarts.path.unlink()
        with pytest.raises(Unavailable):
            await rooms.add(RoomRecord("b"))
        await rooms.add(RoomRecord("c"))
        await rooms._write_use()
    async with restarts as rooms:
        assert [await rooms.get(room) for room in "ac"] == [RoomRecord("a"), RoomRecord("c")]


async def test_there_are_so_many_rooms_and_no_more_in_the_file(restarts, monkeypatch):
    monkeypatch.setattr(sqlite_rooms, "ROOMS", 2)
    async with restarts as rooms:
        for room in "aab":
            await rooms.add(RoomRecord(room))
        with pytest.raises(TooMany):
            await rooms.add(RoomRecord("c"))
    assert ROOMS > 2


async def test_a_room_that_was_kept_for_one_process_is_not_there_for_the_next(restarts):
    async with restarts as rooms:
        await rooms.add(RoomRecord("demo", is_kept=True))
        await rooms.add(RoomRecord("a"))
    for _ in range(2):
        async with restarts as rooms:
            assert [*rooms._records] == ["a"]
    async with restarts as rooms:
        rows = await restarts.store.run(lambda connection: connection.execute("SELECT room FROM rooms").fetchall())
        assert rows == [("a",)]


async def test_a_room_that_this_version_does_not_know_is_passed_over(restarts):
    async with restarts as rooms:
        await rooms.add(RoomRecord("a"))
        await restarts.store.run(lambda connection: connection.execute("INSERT INTO rooms VALUES ('b', '{}', 0)"))
    async with restarts as rooms:
        assert len(rooms) == 1
