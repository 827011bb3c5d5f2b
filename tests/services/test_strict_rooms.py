"""A store with rooms that were made where nobody else was: what they are where strangers come, and back on loopback."""

import asyncio
from functools import partial
from typing import Any

import pytest

from kuuki.mood.privacy import Privacy, Rule
from loadtests.fake_transport import FakeMaker
from services.launch import serve, signal
from services.launch.serve import serve_all
from services.launch.signal import Descent, serve_gateway
from services.runtime.redis.rooms import RedisRooms
from services.runtime.rooms import RoomRecord, Rooms
from services.runtime.settings import Settings
from services.runtime.sqlite.rooms import SqliteRooms
from services.runtime.sqlite.store import Store
from services.runtime.strict_rooms import StrictRooms, rooms_of
from tests.patience import PATIENCE_S
from tests.services.harness import serving
from tests.services.rooms_contract import FULL
from tests.services.test_http import ADMIN, PUBLIC, SDP, SDP_TYPE, ask, http
from tests.services.test_rooms import Clock, OneProcess, clock
from tests.services.test_supervision import process

__all__ = ["clock", "http"]

pytestmark = pytest.mark.usefixtures("quiet")

ALONE = Settings(host="127.0.0.1", port=0)
STRANGERS = Settings(host="127.0.0.1", port=0, public_url=PUBLIC, admin_token=ADMIN)
MADE = {
    "exact": Rule(Privacy.EXACT),
    "exact-one": Rule(Privacy.EXACT, 1),
    **{f"of-{least}": Rule(min_group=least) for least in (1, 2, 3, 4, 1000)},
}
STRICT = {"exact": 5, "exact-one": 3, "of-1": 3, "of-2": 3, "of-3": 3, "of-4": 4, "of-1000": 1000}
"""The minimum group of each where strangers come."""


class TestStrictRooms(OneProcess):
    @pytest.fixture
    async def rooms(self, clock, tmp_path):
        store = await Store.open(tmp_path / "kuuki.sqlite3")
        yield StrictRooms(await SqliteRooms.open(store, clock))
        await store.close()

    @pytest.mark.parametrize("record", [RoomRecord("a"), FULL])
    async def test_a_room_made_at_one_is_known_at_the_other_at_once(self, rooms: Rooms, others: Rooms, record):
        await super().test_a_room_made_at_one_is_known_at_the_other_at_once(rooms, others, record)


async def test_a_store_from_loopback_is_strict_for_strangers_and_as_it_was_on_loopback(tmp_path):
    async def found(settings):
        """The rules in the store, as it is opened with these settings; each room is used there."""
        store = await Store.open(tmp_path / "kuuki.sqlite3")
        held = await SqliteRooms.open(store, Clock())
        rooms = rooms_of(settings, held)
        if settings is ALONE and not len(held):
            for room, rule in MADE.items():
                await rooms.add(RoomRecord(room, "private", "ja", rule, is_recorded=True))
        records = [await rooms.get(room) for room in MADE]
        for record in records:
            rooms.touch(record)
        await held._write_use()
        await store.close()
        assert [(each.room, each.purpose, each.language, each.is_recorded) for each in records] == [
            (room, "private", "ja", True) for room in MADE
        ]
        return {record.room: record.rule for record in records}

    strict = {room: Rule(Privacy.STANDARD, least) for room, least in STRICT.items()}
    assert await found(ALONE) == MADE
    assert await found(STRANGERS) == strict
    assert await found(ALONE) == MADE


async def test_what_strangers_add_is_strict_in_the_store_too(tmp_path):
    store = await Store.open(tmp_path / "kuuki.sqlite3")
    held = await SqliteRooms.open(store, Clock())
    await rooms_of(STRANGERS, held).add(RoomRecord("a", rule=Rule(Privacy.EXACT, 1)))
    assert (await held.get("a")).rule == Rule(min_group=3)
    await store.close()


async def shown(http, settings):
    """What each room says of itself, and its mix with one face in it."""
    maker = FakeMaker()
    headers = {"Authorization": f"Bearer {ADMIN}"}
    async with serving(settings, lambda settings, metrics: maker) as kuuki:
        for room, rule in MADE.items():
            await kuuki.rooms.add(RoomRecord(room, rule=rule))
            place = f"{kuuki.url}/rooms/{room}/participants"
            await ask(http, "POST", place, 201, data=SDP, headers=SDP_TYPE | headers)
            maker.peers[-1].events.opened()
        mixes: dict[str, dict[str, Any]] = {room: {} for room in MADE}
        async with asyncio.timeout(PATIENCE_S):
            while not all(people(mix) for mix in mixes.values()):
                for peer in maker.peers:
                    peer.score()
                await asyncio.sleep(0.2)
                for room in MADE:
                    mixes[room] = (await ask(http, "GET", f"{kuuki.url}/rooms/{room}/mix", 200, headers=headers))[0]
        facts = {room: (await ask(http, "GET", f"{kuuki.url}/rooms/{room}", 200, headers=headers))[0] for room in MADE}
        return {room: (said["privacy"], said["min_group"]) for room, said in facts.items()}, mixes


def people(mix):
    """Whether it counts somebody: who has just come does not count yet."""
    return mix.get("state") == "live" or mix.get("people", {}).get("at_most", 0) > 0


async def test_facts_and_mixes_are_those_of_strict_rooms_where_strangers_come(http):
    facts, mixes = await shown(http, STRANGERS)
    assert facts == {room: ("standard", least) for room, least in STRICT.items()}
    assert {room: (mix["state"], mix["people"]) for room, mix in mixes.items()} == {
        room: ("few", {"at_most": least - 1}) for room, least in STRICT.items()
    }


async def test_on_loopback_they_are_what_they_were_made_as(http):
    facts, mixes = await shown(http, ALONE)
    assert facts == {room: (rule.privacy, rule.min_group) for room, rule in MADE.items()}
    for room in ("exact", "exact-one", "of-1"):
        assert (mixes[room]["state"], mixes[room]["people"]) == ("live", {"at_least": 1, "at_most": 1})
    assert mixes["of-2"]["people"] == {"at_most": 1}


# --- what a process gives to its gateway and its routes


@pytest.fixture
def given(monkeypatch):
    """The kinds of registry that a process gives away."""
    given = []
    for module in (serve, signal):
        for name, at in (("make_hub", 1), ("make_app", 1)):
            made = getattr(module, name)

            def make(*parts, made=made, at=at, **more):
                given.append(type(parts[at]))
                return made(*parts, **more)

            monkeypatch.setattr(module, name, make)
    return given


def with_store(settings, **store):
    return Settings(**settings.model_dump(exclude_unset=True), **store)


@pytest.mark.parametrize(("settings", "kind"), [(ALONE, SqliteRooms), (STRANGERS, StrictRooms)])
async def test_kuuki_serve_lets_strangers_into_strict_rooms_alone(given, tmp_path, settings, kind):
    async with process(partial(serve_all, with_store(settings, store=str(tmp_path / "kuuki.sqlite3")), None)):
        assert given == [kind, kind]


@pytest.mark.redis
@pytest.mark.parametrize(("settings", "kind"), [(ALONE, RedisRooms), (STRANGERS, StrictRooms)])
async def test_so_does_a_gateway_of_many(given, clean_redis, settings, kind):
    settings = with_store(settings, store="none", redis_url=clean_redis.url)
    async with process(partial(serve_gateway, settings, Descent())):
        assert given == [kind, kind]
