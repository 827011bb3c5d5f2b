"""Buses of several processes, as tests see them: each has a Redis client, metrics and connections of its own."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial

from loadtests.redis_groups import RedisCluster, RedisSentinels
from loadtests.redis_servers import RedisServer
from services.runtime.metrics import Metrics
from services.runtime.redis.bus import RedisBus
from services.runtime.redis.client import RedisClient
from tests.patience import until


class Process:
    """What one process has of Redis."""

    def __init__(self, url: str) -> None:
        self.redis_client = RedisClient(url)
        self.metrics = Metrics()
        self.bus = RedisBus(self.redis_client, self.metrics)

    def count(self, name: str, **labels: str) -> float:
        """A metric's value."""
        return self.metrics.registry.get_sample_value(f"kuuki_bus_{name}", labels) or 0.0

    async def close(self) -> None:
        await self.bus.close()
        await self.redis_client.close()


@contextlib.asynccontextmanager
async def processes(
    where: RedisServer | RedisCluster | RedisSentinels | str, count: int
) -> AsyncIterator[list[Process]]:
    """So many, all of them well."""
    url = where if isinstance(where, str) else where.url
    made = [Process(url) for _ in range(count)]
    try:
        for each in made:
            await until(partial(_is_well, each))
        yield made
    finally:
        for each in made:
            await each.close()


def _is_well(process: Process) -> bool:
    return process.bus.is_well


async def settled(*made: Process) -> None:
    """Until what they published has been heard by all of them: on every connection, replies come in order."""
    for _ in range(2):
        for each in made:
            for connection in each.bus._nodes.connections:
                with contextlib.suppress(ConnectionError):  # closed: nothing is on its way
                    await connection.ask("PING")
