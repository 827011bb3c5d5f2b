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

from services.launch import workers
from services.launch.aggregator import aggregate
from services.launch.running import FAILED, run_here
from services.launch.serve import serve_all
from services.launch.signal import Descent, serve_gateway
from services.launch.workers import look_after
from services.runtime.settings import Settings
from tests.patience import PATIENCE_S, until

pytestmark = [pytest.mark.network, pytest.mark.slow]


GATEWAY = {"Hub.run", "Hub._tick_on", "Hub._tell_load", "Folding.run", "Notices.run", "Seating._speak", "Seating._ask"}
GATEWAY |= {"Switchboard.run", "pulse"}
AGGREGATOR = {"Aggregator.run", "Aggregator._hear", "Aggregator._measure", "Outbox.run", "Recorder.run", "pulse"}
REDIS = {"NodeConnection.keep", "RedisBus.run", "RedisTimeline.run", "SchemaKeeper.run", "report_outages"}
OF_AN_AGGREGATOR = {"KeyKeeper.run", "RedisLeases.run", "AofRewriter.run", "RedisHealth.run"}


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
        """Its long-lived tasks, each with the name of its coroutine: all but its main, and those of connections."""
        mine = asyncio.all_tasks() - self._others - {self.end}
        named = {task: task.get_coro().__qualname__ for task in mine}
        return {task: name for task, name in named.items() if not name.endswith(("_started", "RequestHandler.start"))}

    def part(self, name):
        """One of those that have this name, or None."""
        return next((task for task, its in self.parts().items() if its == name), None)


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


async def lasting(main, known):
    """The names of tasks that are there when all that are known are, and still after a while."""
    async with process(main) as here:
        await until(lambda: known <= set(here.parts().values()))
        before = here.parts()
        await asyncio.sleep(0.5)
        return {name for task, name in here.parts().items() if task in before}


async def kill_each(main, known):
    """Start anew for each that is known, and kill it; all that last are known."""
    assert await lasting(main, known) == known
    for name in sorted(known):
        for kill in (by_cancelling, by_a_failure):
            async with process(main) as here:
                await until(partial(here.part, name))
                task = here.part(name)
                waited_for = task._fut_waiter
                kill(task)
                await until(lambda: task.done() or task._fut_waiter not in (None, waited_for))  # noqa: B023
                if task.done() or kill is by_cancelling:
                    assert await asyncio.wait_for(asyncio.shield(here.end), PATIENCE_S) == FAILED, (name, kill)


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    monkeypatch.setattr(aioice.ice, "get_host_addresses", aioice.ice.get_host_addresses)  # put back at the end


def settings(**more):
    return Settings(port=0, store="none", **more)


async def test_each_part_of_one_process():
    kept = {"SqliteRooms.run", "SqliteTimeline.run", "Backups.run"}
    await kill_each(partial(serve_all, settings(), None), {*GATEWAY, *AGGREGATOR, *kept})


@pytest.mark.redis
async def test_each_part_of_a_gateway(clean_redis):
    main = partial(serve_gateway, settings(redis_url=clean_redis.url), Descent())
    await kill_each(main, {*GATEWAY, *REDIS, "KeyKeeper.run", "RedisRooms.run"})


@pytest.mark.redis
async def test_each_part_of_an_aggregator(clean_redis):
    main = partial(aggregate, settings(redis_url=clean_redis.url))
    await kill_each(main, {*AGGREGATOR, *REDIS, *OF_AN_AGGREGATOR})


async def test_each_part_of_what_looks_after_processes(monkeypatch):
    child = "import sys; print('health http://127.0.0.1:1', flush=True); sys.stdin.read()"
    monkeypatch.setattr(workers, "_KUUKI", (sys.executable, "-S", "-c", child))
    main = partial(look_after, settings(redis_url="redis://127.0.0.1:1"), 1)
    await kill_each(main, {"Place.run", "_read", "_Rolling.run", "Process.wait"})


@pytest.mark.redis
async def test_each_part_over_a_cluster(redis_cluster):
    main = partial(aggregate, settings(redis_url=redis_cluster.url))
    await kill_each(main, {*AGGREGATOR, *REDIS, *OF_AN_AGGREGATOR, "ClusterNodes._refresh_map"})
