"""Keys outlive the process that made them: in Redis for all processes of a deployment, in the store's file for one."""

import asyncio
import contextlib
import sqlite3
import stat
from functools import partial

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from kuuki.errors import Unavailable
from services.aggregator import app
from services.launch import serve
from services.launch.serve import serve_all
from services.launch.workers import environment_of
from services.runtime.redis.client import RedisClient
from services.runtime.redis.shared_key import SEAT_KEY, VEIL_KEY, KeyKeeper, shared_key
from services.runtime.settings import Settings
from services.runtime.sqlite.backup import Backups, backup_of
from services.runtime.sqlite.keys import kept_key
from services.runtime.sqlite.store import Store
from services.signal.gateway import composition
from tests.patience import until
from tests.services.test_sqlite_schema import GOLDEN
from tests.services.test_supervision import process
from tests.virtual import in_virtual_time

GIVEN = "a key of 16 bytes or more"


@pytest.fixture
async def redis_client(clean_redis):
    redis_client = RedisClient(clean_redis.url)
    yield redis_client
    await redis_client.close()


@pytest.mark.redis
async def test_all_get_what_the_first_made_and_the_two_keys_are_two(redis_client):
    keys = await asyncio.gather(*(shared_key(redis_client, VEIL_KEY, None) for _ in range(10)))
    assert len(set(keys)) == 1
    assert len(keys[0]) == 32
    assert await redis_client.ask("GET", "kuuki:veil") == keys[0]
    assert await redis_client.ask("GET", "kuuki:key") is None
    assert await shared_key(redis_client, SEAT_KEY, None) != keys[0]
    assert await shared_key(redis_client, VEIL_KEY, None) == keys[0]


@pytest.mark.redis
async def test_one_that_is_given_counts_and_is_not_put_into_redis(redis_client):
    made = await shared_key(redis_client, VEIL_KEY, None)
    assert await shared_key(redis_client, VEIL_KEY, GIVEN) == GIVEN.encode()
    assert await redis_client.ask("GET", "kuuki:veil") == made


@pytest.mark.redis
async def test_what_redis_lost_is_written_again(redis_client):
    key = await shared_key(redis_client, VEIL_KEY, None)
    await redis_client.ask("DEL", "kuuki:veil")
    keeping = asyncio.create_task(KeyKeeper(redis_client, VEIL_KEY, key).run())

    async def is_back():
        return await redis_client.ask("GET", "kuuki:veil") == key

    async with asyncio.timeout(10):
        while not await is_back():  # noqa: ASYNC110 - another connection tells nobody
            await asyncio.sleep(0.01)
    keeping.cancel()


@pytest.mark.parametrize("which", [SEAT_KEY, VEIL_KEY], ids=["seats", "veil"])
def test_who_waits_for_redis_says_so_once_and_which_setting_would_help(which):
    tries = 0

    async def away(*_):
        nonlocal tries
        tries += 1
        if tries < 5:
            raise Unavailable("Redis is away")
        return b"key"

    @in_virtual_time
    async def test():
        redis_client = RedisClient("redis://127.0.0.1:1")
        redis_client.run = away
        with capture_logs() as said:
            assert await shared_key(redis_client, which, None) == b"key"
        assert [which.setting in each["advice"] for each in said] == [True]

    test()


@pytest.mark.parametrize("name", ["code_key", "veil_key"])
def test_a_key_that_is_too_short_is_refused_and_not_shown(name):
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({name: "short"})
    assert refused.value.errors()[0]["loc"] == (name,)


def test_a_setting_names_what_is_shared_and_children_get_it():
    for which in (SEAT_KEY, VEIL_KEY):
        assert which.setting.removeprefix("KUUKI_").lower() in Settings.model_fields
    assert environment_of(Settings(veil_key=GIVEN))["KUUKI_VEIL_KEY"] == GIVEN


# --- one process


@contextlib.asynccontextmanager
async def opened(path):
    store = await Store.open(path)
    try:
        yield store
    finally:
        await store.close()


async def test_a_file_keeps_each_key_and_so_does_its_backup(tmp_path):
    path = tmp_path / "state" / "kuuki.sqlite3"
    async with opened(path) as store:
        keys = [await kept_key(store, name) for name in ("seat", "veil", "seat")]
        assert keys[0] == keys[2] != keys[1]
        assert {len(key) for key in keys} == {32}
        making = asyncio.create_task((backups := Backups(store)).run())
        backups.ask()
        await until(backup_of(path).exists)
        making.cancel()
        for file in path.parent.iterdir():  # the file, its log, its backup
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for file in (path, backup_of(path)):
        async with opened(file) as store:
            assert [await kept_key(store, name) for name in ("seat", "veil")] == keys[:2]


async def test_keys_of_before_are_read(tmp_path):
    path = tmp_path / "kuuki.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript((GOLDEN / "sqlite-2.sql").read_text())
    async with opened(path) as store:
        assert [await kept_key(store, name) for name in ("seat", "veil")] == [b"\x11" * 32, b"\x22" * 32]


async def test_a_store_in_memory_has_keys_of_its_own():
    async with opened(None) as one, opened(None) as other:
        key = await kept_key(one, "veil")
        assert await kept_key(one, "veil") == key
        assert await kept_key(other, "veil") != key


@pytest.fixture
def seen(monkeypatch):
    """The keys that ``kuuki serve`` gives to its gateway and its aggregator, at each start."""
    seen = []

    def hub(bus, rooms, maker, metrics, shared, **more):
        seen.append([shared.seat_key])
        return composition.make_hub(bus, rooms, maker, metrics, shared, **more)

    def aggregating(bus, leases, metrics, calibration, veil_key, on_mix):
        seen[-1].append(veil_key)
        return app.Aggregator(bus, leases, metrics, calibration, veil_key, on_mix)

    monkeypatch.setattr(serve, "make_hub", hub)
    monkeypatch.setattr(serve, "Aggregator", aggregating)
    return seen


async def start_and_end(**settings):
    async with process(partial(serve_all, Settings(port=0, **settings), None)):
        pass


async def test_one_process_has_the_same_keys_after_a_restart(seen, tmp_path):
    for _ in range(2):
        await start_and_end(store=str(tmp_path / "kuuki.sqlite3"))
    assert seen[0] == seen[1]
    assert seen[0][0] != seen[0][1]


async def test_without_a_file_each_start_has_its_own_and_given_ones_count(seen):
    for _ in range(2):
        await start_and_end(store="none")
    assert not set(seen[0]) & set(seen[1])
    await start_and_end(store="none", code_key="of seats " + GIVEN, veil_key=GIVEN)
    assert seen[2] == [b"of seats " + GIVEN.encode(), GIVEN.encode()]
