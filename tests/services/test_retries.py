"""Whatever tries again lives through 5,000 tries that fail, on the virtual clock, and then does its work.

After 1,024 doublings a float is full: an outage of a quarter of an hour once ended what carries the bus.
"""

import asyncio
import contextlib
import signal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from client.headless.call.ladder import Ladder
from client.headless.call.line import Line
from client.headless.errors import TryLater
from client.headless.peer import Peer
from client.headless.place import parse_place
from kuuki.backoff import Backoff
from kuuki.errors import Unavailable
from kuuki.many.handover import Handover
from kuuki.times import BUS_RETRY_S, RETRY_MAX_S
from services.launch import children, demo
from services.launch.children import Place, Recipe
from services.launch.running import Stop
from services.runtime.metrics import Metrics
from services.runtime.redis import cluster, connecting, diagnosis
from services.runtime.redis.aof_rewriting import AofRewriter
from services.runtime.redis.bus import RedisBus
from services.runtime.redis.client import RedisClient
from services.runtime.redis.leases import RedisLeases
from services.runtime.redis.rooms import RedisRooms
from services.runtime.redis.schema import SchemaKeeper
from services.runtime.redis.shared_key import SEAT_KEY, KeyKeeper, shared_key
from services.runtime.redis.timeline import RedisTimeline
from services.runtime.rooms import Secrets
from services.runtime.sqlite.rooms import SqliteRooms
from services.runtime.sqlite.store import Store, StoreFailed
from services.runtime.sqlite.timeline import SqliteTimeline
from services.runtime.timeline import Refusal
from tests.virtual import in_virtual_time

TRIES = 5000


class Failing:
    """Something that fails TRIES times, and then tells that it was tried once more."""

    def __init__(self, error):
        self._error = error
        self.tried = 0
        self.survived = asyncio.Event()

    async def __call__(self, *args, **options):
        self.tried += 1
        if self.tried > TRIES:
            self.survived.set()
        await asyncio.sleep(0)
        raise self._error


async def lives_through(failing, work):
    """It is tried once more than TRIES times, and nothing has ended. How long that took on the virtual clock."""
    began = asyncio.get_running_loop().time()
    task, survived = asyncio.ensure_future(work), asyncio.ensure_future(failing.survived.wait())
    await asyncio.wait((task, survived), return_when=asyncio.FIRST_COMPLETED)
    assert not task.done(), task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return asyncio.get_running_loop().time() - began


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1", "redis+sentinel://127.0.0.1:1/x"])
def test_a_connection_of_the_bus(url, monkeypatch):
    @in_virtual_time
    async def test():
        failing = Failing(ConnectionRefusedError())
        monkeypatch.setattr(connecting, "open_connection", failing)
        if "sentinel" in url:
            monkeypatch.setattr("services.runtime.redis.single_node.ask_once", failing)
        bus = RedisBus(RedisClient(url), Metrics())
        took = await lives_through(failing, bus.run())
        assert took <= TRIES * BUS_RETRY_S
        await bus.close()

    test()


@in_virtual_time
async def test_the_map_of_a_cluster():
    failing = Failing(ConnectionRefusedError())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "ask_once", failing)
        bus = RedisBus(RedisClient("redis+cluster://127.0.0.1:1"), Metrics())
        await lives_through(failing, bus.run())
        await bus.close()


def linked(failing):
    redis_client = RedisClient("redis://127.0.0.1:1")
    redis_client.ask = redis_client.run = redis_client.ask_if_allowed = failing
    return redis_client


@pytest.mark.parametrize(
    "work",
    [
        lambda redis_client, bus: shared_key(redis_client, SEAT_KEY, None),
        lambda redis_client, bus: KeyKeeper(redis_client, SEAT_KEY, b"key").run(),
        lambda redis_client, bus: SchemaKeeper(redis_client).run(),
        lambda redis_client, bus: AofRewriter(redis_client).run(),
        lambda redis_client, bus: RedisRooms(redis_client, bus).run(),
        lambda redis_client, bus: RedisTimeline(redis_client).run(),
        lambda redis_client, bus: RedisLeases(redis_client, "one", Metrics()).run(),
    ],
    ids=[
        "the shared key",
        "its keeper",
        "the form of what is there",
        "who rewrites the file",
        "rooms",
        "the timeline",
        "leases",
    ],
)
def test_what_asks_redis(work, monkeypatch):
    @in_virtual_time
    async def test():
        monkeypatch.setattr(connecting, "open_connection", Failing(ConnectionRefusedError()))
        failing = Failing(Unavailable("Redis is away"))
        redis_client = linked(failing)
        bus = RedisBus(redis_client, Metrics())
        await lives_through(failing, work(redis_client, bus))
        await bus.close()

    test()


@in_virtual_time
async def test_the_search_for_what_is_wrong():
    failing = Failing(ConnectionRefusedError())
    redis_client = RedisClient("redis://127.0.0.1:1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diagnosis, "ask_once", failing)
        patch.setattr(asyncio, "open_connection", Failing(ConnectionRefusedError()))
        looking = diagnosis.report_outages(redis_client.target, lambda: False, redis_client.problem_log)
        await lives_through(failing, looking)


@in_virtual_time
async def test_what_writes_into_the_file():
    loop = asyncio.get_running_loop()
    for part in (lambda store: SqliteTimeline(store, 3600), lambda store: SqliteRooms(store, loop.time, 60.0)):
        failing = Failing(StoreFailed(Refusal.DISK))
        store = Store(None)
        store.run = failing
        store.path = Path("not in memory")
        await lives_through(failing, part(store).run())


@in_virtual_time
async def test_the_place_of_a_child_and_the_demo():
    class Short:
        def __init__(self):
            self.returncode = 1

        async def ended(self):
            return 1

    failing = Failing(None)

    async def start(recipe):
        with contextlib.suppress(TypeError):  # raise None
            await failing()
        return Short()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(children.Child, "start", start)
        took = await lives_through(failing, Place(Recipe("short", [], {})).run())
        assert took <= TRIES * RETRY_MAX_S


class Ends:
    """As Failing, but it returns."""

    def __init__(self):
        self.tried = 0
        self.survived = asyncio.Event()

    async def __call__(self, *args):
        self.tried += 1
        if self.tried > TRIES:
            self.survived.set()
        await asyncio.sleep(0)


@in_virtual_time
async def test_the_crowd_of_the_demo_room():
    ends = Ends()

    async def stay():
        async with demo.demo_crowd("http://127.0.0.1:1", Secrets.fresh(), demo.Demo(3), Stop(), marks=False):
            await asyncio.get_running_loop().create_future()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "_once", ends)
        await lives_through(ends, stay())
    asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)


@in_virtual_time
async def test_a_participant():
    failing = Failing(TryLater("not now"))
    http: Any = None
    peer = Peer(http, parse_place("http://127.0.0.1:1", "room"), dice=Random(1))
    peer.open = failing
    peer._needed.set()
    took = await lives_through(failing, peer._go_on())
    assert took <= TRIES * RETRY_MAX_S


@in_virtual_time
async def test_the_line_of_a_call():
    failing = Failing(TryLater("not now"))
    line = Line.__new__(Line)
    line._is_leaving, line._backoff, line.open = False, Backoff(Random(1).uniform), failing
    took = await lives_through(failing, line._reopen())
    assert took <= TRIES * RETRY_MAX_S


def test_a_seat_that_the_store_does_not_answer_for():
    handover = Handover("gateway")
    handover.opened("seat", "room", 0.0, is_shown=True)
    now = 0.0
    for _ in range(TRIES):
        held = handover._seats["seat"]
        handover.failed("seat", held.number, now)
        assert held.ask_at - now < 0.401
        now = held.ask_at
        handover.tick(now)


def test_the_media_of_a_call():
    ladder, now, renewals = Ladder(Random(1), 0.0), 0.0, 0
    while renewals < TRIES:
        now += 1.0
        renewals += ladder.tick(now, True)
    assert now < TRIES * 30.0
