"""How full Redis is: of a real one of each form; and what becomes of what it does not say."""

import math
from typing import Any

import pytest

from kuuki.errors import Unavailable
from loadtests.redis_groups import RedisCluster
from loadtests.redis_servers import RedisServer
from services.runtime.metrics import Metrics
from services.runtime.redis.client import RedisClient
from services.runtime.redis.health import RedisHealth
from services.runtime.redis.url import Topology

pytestmark = pytest.mark.usefixtures("quiet")


def seen(metrics):
    names = ("redis_memory_bytes", "redis_memory_limit_bytes", "redis_files_well")
    return [metrics.registry.get_sample_value(f"kuuki_{name}") for name in names]


async def look(url):
    redis_client, metrics = RedisClient(url), Metrics()
    try:
        await RedisHealth(redis_client, metrics).look()
    finally:
        await redis_client.close()
    return seen(metrics)


@pytest.mark.redis
async def test_of_one_with_a_limit_it_is_the_limit():
    with RedisServer(aof="always", options=("maxmemory 50mb",)) as server:
        used, limit, well = await look(server.url)
        assert 0 < used < limit == 50 << 20
        assert well == 1
        with server.client as client:
            client.set("large", b"x" * (20 << 20))
        more, _, _ = await look(server.url)
        assert more > used + (20 << 20)


@pytest.mark.redis
async def test_of_one_without_a_limit_it_is_the_machines_memory(clean_redis: RedisServer):
    used, limit, well = await look(clean_redis.url)
    assert used < limit
    assert limit > 100 << 20
    assert well == 1


@pytest.mark.redis
async def test_of_a_cluster_it_is_the_fullest_node(redis_cluster: RedisCluster):
    redis_client, metrics = RedisClient(redis_cluster.url), Metrics()
    try:
        await redis_client.client.set("kuuki:timeline:{0}:large", b"x" * (30 << 20))
        await RedisHealth(redis_client, metrics).look()
        assert seen(metrics)[0] > 30 << 20
        await redis_client.client.delete("kuuki:timeline:{0}:large")
    finally:
        await redis_client.close()


class Said:
    """A redis_client on which Redis says this."""

    target = type("Target", (), {"topology": Topology.SINGLE})

    def __init__(self, memory="", files="", error=None):
        self.said, self.error = [memory.encode(), files.encode()], error

    async def run(self, script, keys, args=()):
        if self.error is not None:
            raise self.error
        return self.said


async def told(**said):
    metrics = Metrics()
    redis_client: Any = Said(**said)
    await RedisHealth(redis_client, metrics).look()
    return seen(metrics)


@pytest.mark.parametrize(
    ("files", "well"),
    [
        ("aof_last_write_status:ok\r\naof_last_bgrewrite_status:ok\r\nrdb_last_bgsave_status:ok\r\n", 1),
        ("aof_last_write_status:err\r\naof_last_bgrewrite_status:ok\r\n", 0),
        ("aof_last_write_status:ok\r\naof_last_bgrewrite_status:err\r\n", 0),
        ("rdb_last_bgsave_status:err\r\n", 0),
    ],
)
async def test_a_file_that_it_failed_at_is_told(files, well):
    assert (await told(files=files))[2] == well


@pytest.mark.parametrize("said", [{}, {"error": Unavailable("away")}])
async def test_what_is_not_said_is_no_number(said):
    """A Redis whose INFO is forbidden, or that is away: other alerts are about that."""
    assert all(math.isnan(value) for value in await told(**said))


def test_nobody_who_does_not_look_says_a_number():
    assert all(math.isnan(value) for value in seen(Metrics()))
