"""The form of what is in Redis: what was there before is read, and a step forward and back keeps everything."""

import asyncio
import contextlib
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kuuki.errors import Unavailable
from kuuki.mood.room import Role
from kuuki.schema import Schema
from loadtests.redis_servers import RedisServer
from services.launch.aggregator import aggregate
from services.launch.signal import Descent, serve_gateway
from services.runtime.lifecycle import CannotStart
from services.runtime.redis import schema as schema_module
from services.runtime.redis.client import RedisClient
from services.runtime.redis.exchange import RedisExchange
from services.runtime.redis.rooms import RedisRooms
from services.runtime.redis.schema import OURS, RedisUnusable, SchemaKeeper
from services.runtime.redis.seats import RedisSeats
from services.runtime.redis.shared_key import SEAT_KEY, shared_key
from services.runtime.redis.timeline import RedisTimeline
from services.runtime.settings import Settings
from services.runtime.timeline import Row
from tests.patience import PATIENCE_S, until
from tests.services.test_supervision import process
from tests.services.timeline_contract import CLAPS, LAUGH, mix

pytestmark = pytest.mark.redis

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "stores"
KEY = "kuuki:schema"
NEXT, NEXT_ALONE = Schema(OURS.version + 1, OURS.version), Schema(OURS.version + 1, OURS.version + 1)


@pytest.fixture
async def redis_client(clean_redis):
    redis_client = RedisClient(clean_redis.url)
    yield redis_client
    await redis_client.close()


async def kept(redis_client):
    return await redis_client.ask("GET", KEY)


def test_each_version_is_readable_from_the_one_before():
    assert OURS.version == 1 or OURS.readable_from <= OURS.version - 1


async def test_the_first_writes_the_numbers_and_the_others_find_them(redis_client):
    await asyncio.gather(*(SchemaKeeper(redis_client).look() for _ in range(10)))
    assert await kept(redis_client) == str(OURS).encode()


async def test_a_step_forward_and_back_is_possible_and_leaves_the_newest_numbers(redis_client):
    for ours in (OURS, NEXT, OURS, NEXT):
        await SchemaKeeper(redis_client, ours).look()
    assert await kept(redis_client) == str(NEXT).encode()
    assert await redis_client.ask("TTL", KEY) == -1


async def test_what_only_a_newer_kuuki_reads_is_left_alone(redis_client):
    await SchemaKeeper(redis_client, NEXT_ALONE).look()
    newer = NEXT_ALONE.version
    wanted = rf"newer kuuki \(form {newer}, readable from {newer} on; this one knows {OURS.version}\)\. Use that"
    with pytest.raises(RedisUnusable, match=wanted):
        await SchemaKeeper(redis_client).look()
    assert await kept(redis_client) == str(NEXT_ALONE).encode()


async def test_over_two_versions_nobody_steps(redis_client):
    await SchemaKeeper(redis_client).look()
    with pytest.raises(RedisUnusable, match=r"too old .* Start each version between"):
        await SchemaKeeper(redis_client, Schema(OURS.version + 2, OURS.version + 1)).look()
    assert await kept(redis_client) == str(OURS).encode()


async def test_what_is_no_schema_is_left_alone(redis_client):
    await redis_client.ask("SET", KEY, b"\xff something else")
    with pytest.raises(RedisUnusable, match="remove that key"):
        await SchemaKeeper(redis_client).look()


async def test_numbers_that_redis_lost_are_written_again(redis_client, monkeypatch):
    monkeypatch.setattr(schema_module, "_KEEP_S", 0.01)
    keeping = asyncio.create_task(SchemaKeeper(redis_client).run())
    for _ in range(2):
        async with asyncio.timeout(PATIENCE_S):
            while await kept(redis_client) is None:  # noqa: ASYNC110 - Redis tells nobody
                await asyncio.sleep(0.01)
        await redis_client.ask("FLUSHALL")
    keeping.cancel()


@pytest.mark.parametrize("golden", sorted(GOLDEN.glob("redis-*.jsonl")), ids=lambda golden: golden.stem)
async def test_what_a_kuuki_of_before_left_is_read(golden):
    no_bus: Any = None  # what is asked for here goes past the bus
    with RedisServer(aof="always") as server:
        with server.client as client:
            for line in golden.read_text().splitlines():
                client.execute_command(*(word.encode("latin-1") for word in json.loads(line)))
        redis_client = RedisClient(server.url)
        await SchemaKeeper(redis_client).look()
        assert await kept(redis_client) == str(OURS).encode()
        record = await RedisRooms(redis_client, no_bus, clock=lambda: 0.0).get("spring-room")
        assert (record.purpose, record.language, record.is_recorded) == ("performance", "ja", True)
        assert record.allows("stage-secret", Role.STAGE)
        timeline = RedisTimeline(redis_client, 86_400, lambda: 1_800_000_010.0)
        page = await timeline.read("spring-room", None, 10)
        assert ([row.mix.seq for row in page.rows], [mark.text for mark in page.marks]) == (
            [1, 2, 3],
            ["the first laugh"],
        )
        assert [row.mix.draw for row in page.rows] == ([0, 0, 0] if golden.stem == "redis-1" else [7, 7, 8])
        has_waves = golden.stem not in ("redis-1", "redis-2")
        assert [row.mix.waves for row in page.rows] == ([(), (LAUGH,), (LAUGH, CLAPS)] if has_waves else [()] * 3)
        assert await timeline.append([Row("spring-room", mix(4, waves=(LAUGH,)))]) == 1
        assert (await timeline.read("spring-room", None, 10)).rows[-1].mix == mix(4, waves=(LAUGH,))
        assert (await RedisSeats(redis_client).claim("seat-1", "gateway-b", 0, is_shown=True)).epoch > 1_796_000_000_000
        assert await RedisExchange(redis_client, no_bus, b"key").find("code") == "line-1"
        assert len(await shared_key(redis_client, SEAT_KEY, None)) == 32
        await redis_client.close()


# --- in a process


def settings(url):
    return Settings(port=0, store="none", redis_url=url)


def mains(url):
    return [partial(serve_gateway, settings(url), Descent()), partial(aggregate, settings(url))]


@pytest.mark.parametrize("number", [0, 1], ids=["a gateway", "an aggregator"])
async def test_a_process_refuses_to_start_on_what_only_a_newer_one_reads(redis_client, clean_redis, number):
    await SchemaKeeper(redis_client, NEXT_ALONE).look()
    with pytest.raises(CannotStart, match="newer kuuki"):
        async with process(mains(clean_redis.url)[number]):
            pass


@pytest.mark.parametrize("number", [0, 1], ids=["a gateway", "an aggregator"])
async def test_a_process_starts_on_what_a_newer_one_wrote_for_it_too(redis_client, clean_redis, number):
    await SchemaKeeper(redis_client, NEXT).look()
    async with process(mains(clean_redis.url)[number]) as here:
        await until(lambda: here.parts() and not here.end.done() and "RedisTimeline.run" in here.parts().values())
    assert await kept(redis_client) == str(NEXT).encode()


async def test_a_redis_that_is_away_is_looked_at_later():
    redis_client = RedisClient("redis://127.0.0.1:1")
    with pytest.raises(Unavailable):
        await SchemaKeeper(redis_client).look()
    keeping = asyncio.create_task(SchemaKeeper(redis_client).run())
    await asyncio.sleep(0.05)
    assert not keeping.done()
    keeping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await keeping
    await redis_client.close()
