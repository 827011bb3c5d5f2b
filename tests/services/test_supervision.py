"""Every long-lived task of every kind of process, killed one by one: each time the process ends as one that failed.

A task is killed in two ways: it is cancelled from outside, and what it waits for raises. What survives the second is
well; what ends must not end alone.
"""

import asyncio
import contextlib
import sys
from functools import partial

import aioice.ice
import pytest

from services.launch import running, workers
from services.launch.aggregator import aggregate
from services.launch.running import FAILED, run_here
from services.launch.serve import serve_all
from services.launch.signal import Descent, serve_gateway
from services.launch.workers import look_after
from services.runtime.settings import Settings
from tests.patience import PATIENCE_S, until

pytestmark = [pytest.mark.network, pytest.mark.slow]


class Broken(Exception):
    pass


class Process:
    """A command's main on this loop. ``serves``: it has started."""

    def __init__(self, main):
        self._others = asyncio.all_tasks()
        self._main = main
        self.stop = None
        self.end = asyncio.ensure_future(run_here(self._started))

    async def _started(self, stop):
        self.stop = stop
        await self._main(stop)

    @property
    def serves(self):
        if self.end.done():
            self.end.result()
            pytest.fail("it ended before it served")
        return self.stop is not None and self.stop._starting is None

    def parts(self):
        """Its long-lived tasks by the names of their coroutines: all but its main, and those of connections."""
        mine = asyncio.all_tasks() - self._others - {self.end}
        named = {task.get_coro().__qualname__: task for task in mine}
        return {name: task for name, task in named.items() if not name.endswith(("_started", "RequestHandler.start"))}


@contextlib.asynccontextmanager
async def process(main):
    here = Process(main)
    try:
        await until(lambda: here.serves)
        yield here
    finally:
        here.end.cancel()
        await asyncio.wait([here.end])


def by_cancelling(task):
    task.cancel()


def by_a_failure(task):
    waits_for = task._fut_waiter
    if isinstance(waits_for, asyncio.Task) or waits_for is None or waits_for.done():
        task.cancel()
    else:
        waits_for.set_exception(Broken())


async def names_of(main):
    """After a while, so that those are there too that begin when Redis has answered."""
    async with process(main) as here:
        await asyncio.sleep(1.0)
        return sorted(here.parts())


async def kill_each(main, least):
    """Start anew for each; what was killed."""
    names = await names_of(main)
    for name in names:
        for kill in (by_cancelling, by_a_failure):
            async with process(main) as here:
                await until(lambda name=name, here=here: name in here.parts())
                task = here.parts()[name]
                kill(task)
                await asyncio.wait([task], timeout=0.1 if kill is by_a_failure else PATIENCE_S)
                if task.done():
                    assert await asyncio.wait_for(asyncio.shield(here.end), PATIENCE_S) == FAILED, (name, kill)
                else:
                    assert kill is by_a_failure, name
    assert set(least) <= set(names), names
    return names


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    monkeypatch.setattr(aioice.ice, "get_host_addresses", aioice.ice.get_host_addresses)  # put back at the end
    monkeypatch.setattr(running, "_FAILED_S", 1e6)  # the last resort ends this process


def settings(**more):
    return Settings(port=0, store="none", **more)


async def test_each_part_of_one_process():
    least = ["Hub._tick_on", "Folding.run", "Seating._speak", "Outbox.run", "Recorder.run", "Switchboard.run", "pulse"]
    await kill_each(partial(serve_all, settings(), 0), least)


@pytest.mark.redis
async def test_each_part_of_a_gateway(clean_redis):
    main = partial(serve_gateway, settings(redis_url=clean_redis.url), Descent())
    await kill_each(main, ["Carrier.keep", "Hub._tick_on", "KeyKeeper.run", "RedisRooms.run", "look_out"])


@pytest.mark.redis
async def test_each_part_of_an_aggregator(clean_redis):
    main = partial(aggregate, settings(redis_url=clean_redis.url))
    await kill_each(main, ["Carrier.keep", "Aggregator._measure", "RedisLeases.run", "RedisTimeline.run"])


async def test_each_part_of_what_looks_after_processes(monkeypatch):
    child = "import sys; print('health http://127.0.0.1:1', flush=True); sys.stdin.read()"
    monkeypatch.setattr(workers, "_KUUKI", (sys.executable, "-S", "-c", child))
    main = partial(look_after, settings(redis_url="redis://127.0.0.1:1"), 1)
    await kill_each(main, ["Place.run", "_read", "_Rolling.run"])


@pytest.mark.redis
async def test_each_part_over_a_cluster(redis_cluster):
    main = partial(aggregate, settings(redis_url=redis_cluster.url))
    await kill_each(main, ["Carrier.keep", "ClusterHomes._look"])
