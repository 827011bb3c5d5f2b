"""The short form of faults of the network: real clients and a real server, with a bad network between them."""

import asyncio
import contextlib

import aiohttp
import pytest

from client.headless import join, signaling
from client.headless.errors import TryLater
from loadtests import server
from loadtests.faults.watch import Watch
from tests.faults.relay import Network

pytestmark = pytest.mark.network
CEILING_S = 60.0


class World:
    """A server, an exact room, whoever watches it directly, and people behind a network."""

    def __init__(self, url, room, watch, network):
        self.url, self.room, self.watch, self.network = url, room, watch, network
        self.seen = []
        self._tasks = []

    async def add(self, people):
        self._tasks += [asyncio.create_task(self._person()) for _ in range(people)]
        await self.until(people)

    async def _person(self):
        while True:
            with contextlib.suppress(TryLater):
                async with join(self.url, self.room) as room:
                    sending = asyncio.create_task(self._send(room))
                    try:
                        async for mix in room.mixes():
                            newest = self.watch.seen[-1].seq if self.watch.seen else mix.seq
                            self.seen.append((mix.seq, newest))
                    finally:
                        sending.cancel()

    async def _send(self, room):
        while True:
            room.send({"happy": 1})
            await asyncio.sleep(0.2)

    async def until(self, people):
        await self.watch.until(people, CEILING_S, 1.0)

    async def close(self):
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.network.close()


@pytest.fixture
async def world(monkeypatch, tmp_path):
    served = await asyncio.to_thread(server.start, environment={"KUUKI_STORE": "none"})
    async with aiohttp.ClientSession() as http:
        made = await signaling.make_room(http, served.url, {"purpose": "private", "privacy": "exact"}, None)
        watch = Watch(made["room"])
        following = asyncio.create_task(watch.follow(http, "direct", served.url))
        here = World(served.url, made["room"], watch, Network(monkeypatch))
        try:
            yield here
        finally:
            following.cancel()
            await here.close()
            await asyncio.to_thread(served.stop)


async def test_clients_come_from_other_addresses(world):
    await world.add(4)
    passed = world.network.passed
    await world.network.move()
    await asyncio.sleep(3.0)  # longer than a score counts that nobody repeats
    await world.until(4)
    assert world.network.passed > passed
    assert world.watch.most() == 4
    assert world.watch.ran_backwards() == 0


async def test_once_the_channel_is_open_datagrams_go_out_once(world):
    await world.add(4)
    loop = asyncio.get_running_loop()
    passed, since = world.network.passed, loop.time()
    await asyncio.sleep(2.0)
    a_second = (world.network.passed - passed) / (loop.time() - since)
    assert 0 < a_second < 4 * 40  # scores, mixes and beats, and their acknowledgements: 30 for each


@pytest.mark.parametrize("percent", [5, 10, 20])
async def test_datagrams_are_lost(world, percent):
    world.network.loss = percent / 100
    await world.add(4)
    await asyncio.sleep(3.0)
    await world.until(4)
    assert world.network.dropped > 0
    assert world.watch.most() == 4
    assert len(world.seen) > 20


async def test_a_bottleneck_drops_what_is_old_and_is_left_behind(world):
    await world.add(4)
    world.network.bytes_per_s = 3000.0
    world.seen.clear()
    dropped = world.network.dropped
    await asyncio.sleep(5.0)
    behind = [newest - seq for seq, newest in world.seen]
    assert world.network.dropped - dropped > 20
    assert len(behind) > 5
    assert max(behind) <= 10  # two seconds' mixes: no queue grew
    world.network.bytes_per_s = None
    await world.until(4)
    assert world.watch.most() == 4
