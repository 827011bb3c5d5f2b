"""A Redis that records have filled: rows are refused, and everything else goes on."""

import asyncio
import itertools
from typing import Any

import pytest
import redis

from kuuki.errors import NotRecorded
from kuuki.limits import RECORDS_SHARE
from kuuki.many.bulletins import shard_of
from loadtests.redis_servers import RedisServer
from services.runtime.exchange import Exchange
from services.runtime.redis.client import RedisClient
from services.runtime.redis.exchange import RedisExchange
from services.runtime.redis.leases import KEYS, POLL
from services.runtime.redis.rooms import RedisRooms
from services.runtime.redis.seats import RedisSeats
from services.runtime.redis.timeline import RedisTimeline
from services.runtime.rooms import RoomRecord
from services.runtime.timeline import Refusal, Row
from tests.services.test_timeline import Clock
from tests.services.timeline_contract import RETENTION_S, mix

pytestmark = pytest.mark.redis

ROOMS = [room for room in (f"room-{number}" for number in range(4000)) if shard_of(room) < 2][:100]
MOST = 4 * 2**20


@pytest.fixture
def server():
    with RedisServer(aof="always", options=(f"maxmemory {MOST}", "maxmemory-policy noeviction")) as server:
        yield server


@pytest.fixture
async def redis_client(server):
    redis_client = RedisClient(server.url)
    yield redis_client
    await redis_client.close()


def used(server: RedisServer) -> int:
    with server.client as client:
        return int(client.info("memory")["used_memory"])


async def fill(timeline: RedisTimeline, clock: Clock) -> None:
    """Record until rows are refused."""
    for seq in itertools.count(1):
        clock.wall_s += 1
        try:
            await timeline.append([Row(room, mix(seq)) for room in ROOMS])
        except NotRecorded:
            return


NO_BUS: Any = None
"""What is asked for here goes past the bus."""


async def all_goes_on(redis_client: RedisClient) -> None:
    """A room is made, a seat taken, a lease taken, a code claimed."""
    exchange: Exchange = RedisExchange(redis_client, NO_BUS, b"key")
    rooms, seats = RedisRooms(redis_client, NO_BUS, clock=lambda: 0.0), RedisSeats(redis_client)
    for number in range(20):
        await rooms.add(RoomRecord(f"new-{number}"))
        claim = await seats.claim(f"seat-{number}", "gateway", 0, is_shown=False)
        await seats.settle(f"seat-{number}", "gateway", claim.epoch)
        assert await exchange.claim(f"code-{number}", "line", 60.0)
        holders, _ = await redis_client.run(POLL, KEYS, ["name", number, 1, number, "", "", "", "7 name"])
        assert len(holders) == 2 * (number + 1)


async def test_records_leave_room_for_all_else_and_go_on_when_there_is_some(server, redis_client):
    clock = Clock()
    timeline, gateways = RedisTimeline(redis_client, RETENTION_S, clock.wall), RedisTimeline(redis_client, RETENTION_S)
    await fill(timeline, clock)
    assert 0.9 * RECORDS_SHARE * MOST < used(server) < 0.95 * MOST
    assert timeline.refusal() is Refusal.FULL
    with server.client as client:
        client.set("another", b"x" * (MOST // 20))  # or what one connection holds more or less decides
    await gateways.look()
    assert gateways.refusal() is Refusal.FULL
    with pytest.raises(NotRecorded, match="full"):
        await gateways.mark(ROOMS[0], "now")
    assert (await timeline.read(ROOMS[0], None, 10)).rows
    await all_goes_on(redis_client)

    for room in ROOMS[:50]:
        await timeline.delete(room)
    clock.wall_s += 10
    assert await timeline.append([Row(room, mix(2000)) for room in ROOMS[50:]]) == 50
    assert timeline.refusal() is None
    await gateways.look()
    assert gateways.refusal() is None


async def test_what_grew_too_old_makes_room_while_rows_are_refused(server, redis_client):
    """Their streams expire as a whole, a retention after the newest row: nothing would be recorded for so long."""
    clock = Clock()
    timeline = RedisTimeline(redis_client, RETENTION_S, clock.wall)
    began_s = clock.wall_s
    await fill(timeline, clock)
    clock.wall_s += 10
    with pytest.raises(NotRecorded, match="full"):
        await timeline.append([Row(room, mix(2000)) for room in ROOMS])
    filled_s = clock.wall_s - began_s
    clock.wall_s += RETENTION_S - filled_s / 2
    assert await timeline.append([Row(room, mix(2001)) for room in ROOMS]) == len(ROOMS)
    assert timeline.refusal() is None


async def test_of_a_redis_that_is_full_to_the_brim_a_record_can_be_deleted(server, redis_client):
    clock = Clock()
    timeline = RedisTimeline(redis_client, RETENTION_S, clock.wall)
    for seq in range(1, 3000):
        clock.wall_s += 1
        await timeline.append([Row("a", mix(seq))])
    with server.client as client:
        client.config_set("maxmemory", used(server) - 50_000)
        with pytest.raises(redis.exceptions.OutOfMemoryError):
            client.set("another", "1")
    await timeline.look()
    assert timeline.refusal() is Refusal.FULL
    await timeline.delete("a")
    assert (await timeline.read("a", None, 10)).rows == ()
    with server.client as client:
        assert client.get("kuuki:timeline:rewrite") == b"due"


async def test_what_was_written_before_it_was_full_is_acknowledged(server, redis_client, monkeypatch):
    """With everysec a row waits to be durable; it is that, whatever filled Redis meanwhile."""
    with server.client as client:
        client.config_set("appendfsync", "everysec")
        timeline = RedisTimeline(redis_client, RETENTION_S)
        await timeline.look()
        appending = asyncio.create_task(timeline.append([Row("a", mix(1))]))
        await asyncio.sleep(0.2)
        for number in range(20):
            client.set(f"another-{number}", b"x" * (MOST // 40))
        await timeline.look()
        assert timeline.refusal() is Refusal.FULL
        assert await appending == 1


async def test_a_redis_without_a_limit_is_never_full(server, redis_client):
    with server.client as client:
        client.config_set("maxmemory", "0")
        client.set("another", b"x" * MOST)
    assert await RedisTimeline(redis_client, RETENTION_S).append([Row("a", mix(1))]) == 1
