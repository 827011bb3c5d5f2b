"""The form of what is in Redis: what was there before is read, and a step forward and back keeps everything."""

import asyncio
import contextlib
import json
from functools import partial
from pathlib import Path

import pytest

from kuuki.errors import Unavailable
from kuuki.mood.room import Role
from kuuki.schema import Schema
from loadtests.redis_servers import RedisServer
from services.launch.aggregator import aggregate
from services.launch.signal import Descent, serve_gateway
from services.runtime.lifecycle import CannotStart
from services.runtime.redis import schema as schema_module
from services.runtime.redis.exchange import RedisExchange
from services.runtime.redis.key import shared_key
from services.runtime.redis.link import RedisLink
from services.runtime.redis.rooms import RedisRooms
from services.runtime.redis.schema import OURS, RedisUnusable, SchemaKeeper
from services.runtime.redis.seats import RedisSeats
from services.runtime.redis.timeline import RedisTimeline
from services.runtime.settings import Settings
from services.runtime.timeline import Row
from tests.patience import PATIENCE_S, until
from tests.services.test_supervision import process
from tests.services.timeline_contract import mix

pytestmark = pytest.mark.redis

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "stores"
KEY = "kuuki:schema"
NEXT, NEXT_ALONE = Schema(OURS.version + 1, OURS.version), Schema(OURS.version + 1, OURS.version + 1)


@pytest.fixture
async def link(clean_redis):
    link = RedisLink(clean_redis.url)
    yield link
    await link.close()


async def kept(link):
    return await link.ask("GET", KEY)


def test_each_version_is_readable_from_the_one_before():
    assert OURS.version == 1 or OURS.readable_from <= OURS.version - 1


async def test_the_first_writes_the_numbers_and_the_others_find_them(link):
    await asyncio.gather(*(SchemaKeeper(link).look() for _ in range(10)))
    assert await kept(link) == str(OURS).encode()


async def test_a_step_forward_and_back_is_possible_and_leaves_the_newest_numbers(link):
    for ours in (OURS, NEXT, OURS, NEXT):
        await SchemaKeeper(link, ours).look()
    assert await kept(link) == str(NEXT).encode()
    assert await link.ask("TTL", KEY) == -1


async def test_what_only_a_newer_kuuki_reads_is_left_alone(link):
    await SchemaKeeper(link, NEXT_ALONE).look()
    with pytest.raises(RedisUnusable, match=r"newer kuuki \(form 2, readable from 2 on; this one knows 1\)\. Use that"):
        await SchemaKeeper(link).look()
    assert await kept(link) == str(NEXT_ALONE).encode()


async def test_over_two_versions_nobody_steps(link):
    await SchemaKeeper(link).look()
    with pytest.raises(RedisUnusable, match=r"too old .* Start each version between"):
        await SchemaKeeper(link, Schema(3, 2)).look()
    assert await kept(link) == str(OURS).encode()


async def test_what_is_no_schema_is_left_alone(link):
    await link.ask("SET", KEY, b"\xff something else")
    with pytest.raises(RedisUnusable, match="remove that key"):
        await SchemaKeeper(link).look()


async def test_numbers_that_redis_lost_are_written_again(link, monkeypatch):
    monkeypatch.setattr(schema_module, "_KEEP_S", 0.01)
    keeping = asyncio.create_task(SchemaKeeper(link).run())
    for _ in range(2):
        async with asyncio.timeout(PATIENCE_S):
            while await kept(link) is None:  # noqa: ASYNC110 - Redis tells nobody
                await asyncio.sleep(0.01)
        await link.ask("FLUSHALL")
    keeping.cancel()


@pytest.mark.parametrize("golden", sorted(GOLDEN.glob("redis-*.jsonl")), ids=lambda golden: golden.stem)
async def test_what_a_kuuki_of_before_left_is_read(golden):
    with RedisServer(aof="always") as server:
        with server.client as client:
            for line in golden.read_text().splitlines():
                client.execute_command(*(word.encode("latin-1") for word in json.loads(line)))
        link = RedisLink(server.url)
        await SchemaKeeper(link).look()
        assert await kept(link) == str(OURS).encode()
        record = await RedisRooms(link, None, clock=lambda: 0.0).get("spring-room")
        assert (record.purpose, record.language, record.is_recorded) == ("performance", "ja", True)
        assert record.allows("stage-secret", Role.STAGE)
        timeline = RedisTimeline(link, 86_400, lambda: 1_800_000_010.0)
        page = await timeline.read("spring-room", None, 10)
        assert ([row.mix.seq for row in page.rows], [mark.text for mark in page.marks]) == (
            [1, 2, 3],
            ["the first laugh"],
        )
        assert await timeline.append([Row("spring-room", mix(4))]) == 1
        assert (await RedisSeats(link).claim("seat-1", "gateway-b", 0, is_shown=True)).epoch > 1_796_000_000_000
        assert await RedisExchange(link, None, b"key").find("code") == "line-1"
        assert len(await shared_key(link, None)) == 32
        await link.close()


# --- in a process


def settings(url):
    return Settings(port=0, store="none", redis_url=url)


def mains(url):
    return [partial(serve_gateway, settings(url), Descent()), partial(aggregate, settings(url))]


@pytest.mark.parametrize("number", [0, 1], ids=["a gateway", "an aggregator"])
async def test_a_process_refuses_to_start_on_what_only_a_newer_one_reads(link, clean_redis, number):
    await SchemaKeeper(link, NEXT_ALONE).look()
    with pytest.raises(CannotStart, match="newer kuuki"):
        async with process(mains(clean_redis.url)[number]):
            pass


@pytest.mark.parametrize("number", [0, 1], ids=["a gateway", "an aggregator"])
async def test_a_process_starts_on_what_a_newer_one_wrote_for_it_too(link, clean_redis, number):
    await SchemaKeeper(link, NEXT).look()
    async with process(mains(clean_redis.url)[number]) as here:
        await until(lambda: here.parts() and not here.end.done() and "RedisTimeline.run" in here.parts().values())
    assert await kept(link) == str(NEXT).encode()


async def test_a_redis_that_is_away_is_looked_at_later():
    link = RedisLink("redis://127.0.0.1:1")
    with pytest.raises(Unavailable):
        await SchemaKeeper(link).look()
    keeping = asyncio.create_task(SchemaKeeper(link).run())
    await asyncio.sleep(0.05)
    assert not keeping.done()
    keeping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await keeping
    await link.close()
