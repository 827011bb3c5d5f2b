"""Two gateways and an aggregator on a real Redis, in real time; their peers are lists."""

import asyncio
import contextlib

import pytest

from kuuki.errors import CloseCode
from kuuki.mood.frames import State
from kuuki.mood.mix import Calibration
from kuuki.mood.privacy import Privacy, Rule
from kuuki.mood.room import Role
from kuuki.times import TICK_S
from loadtests.fake_transport import FakeMaker
from loadtests.redis_servers import RedisServer
from loadtests.rooms_in_memory import InProcessRooms
from services.aggregator.app import Aggregator
from services.runtime.leases import SoleLeases
from services.runtime.metrics import Metrics
from services.runtime.redis.bus import RedisBus
from services.runtime.redis.client import RedisClient
from services.runtime.redis.seats import RedisSeats
from services.runtime.rooms import RoomRecord
from services.signal.gateway.composition import Shared, make_hub
from tests.patience import until
from tests.services.fakes import World

pytestmark = [pytest.mark.redis, pytest.mark.usefixtures("quiet")]


@contextlib.asynccontextmanager
async def gateways(url, count=2):
    """Each with a Redis client and a bus of its own, as in processes of their own; they share what they know of
    rooms."""
    rooms = InProcessRooms()
    async with contextlib.AsyncExitStack() as stack:

        def bus(metrics):
            redis_client = RedisClient(url)
            stack.push_async_callback(redis_client.close)
            made = RedisBus(redis_client, metrics)
            stack.push_async_callback(made.close)
            return redis_client, made

        here, parts = [], []
        _, its_bus = bus(Metrics())
        parts.append(asyncio.create_task(Aggregator(its_bus, SoleLeases(), Metrics(), Calibration(), b"veil").run()))
        for _ in range(count):
            metrics, maker = Metrics(), FakeMaker()
            redis_client, its_bus = bus(metrics)
            hub = make_hub(its_bus, rooms, maker, metrics, Shared(RedisSeats(redis_client), b"key"))
            here.append(World(hub, rooms, its_bus, maker, metrics))
            parts.append(asyncio.create_task(hub.run()))
        await rooms.add(RoomRecord("room", rule=Rule(Privacy.EXACT)))
        await until(lambda: all(each.hub.is_ready(asyncio.get_running_loop().time()) for each in here))
        try:
            yield here
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)


@contextlib.asynccontextmanager
async def alive(*peers):
    async def say():
        while True:
            for peer in peers:
                peer.score()
            await asyncio.sleep(TICK_S)

    saying = asyncio.create_task(say())
    try:
        yield
    finally:
        saying.cancel()


def people(watcher):
    return [mix.at_least if mix.state is State.LIVE else 0 for _, mix in watcher.mixes] or [0]


async def test_a_seat_is_handed_over_in_two_ticks_and_never_counted_twice(clean_redis, record_property):
    async with gateways(clean_redis.url) as (one, other):
        watcher = await other.join(role=Role.STAGE)
        old, joined = await one.offer()
        old.events.opened()
        async with alive(old):
            await until(lambda: people(watcher)[-1] == 1)
            before = len(watcher.mixes)
            new = await other.join(seat=joined.seat_secret)
            async with alive(new):
                await until(lambda: old.told is CloseCode.SEAT_TAKEN)
                await asyncio.sleep(1.5)
        out = people(watcher)[before:].count(0)
        record_property("ticks_out", out)
        assert (people(watcher)[-1], max(people(watcher))) == (1, 1)
        assert out <= 3
        assert other.value("handovers_total", outcome="answered") == 1


async def test_when_redis_is_back_everyone_is_counted_again(record_property):
    with RedisServer() as server:
        async with gateways(server.url) as (one, other):
            watcher = await other.join(role=Role.STAGE)
            peers = [await one.join() for _ in range(20)]
            async with alive(*peers):
                await until(lambda: people(watcher)[-1] == 20)
                server.kill()
                await until(lambda: not one.hub.is_ready(asyncio.get_running_loop().time()))
                late = await other.join()
                async with alive(late):
                    await asyncio.sleep(1.0)
                    server.start()
                    seconds = await until(lambda: people(watcher)[-1] == 21)
            record_property("back_s", round(seconds, 2))
            assert max(people(watcher)) == 21
            assert other.value("seats_waiting") == 0
