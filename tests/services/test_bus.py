"""The forms of the bus, each held to the contract."""

from collections.abc import AsyncIterator

import pytest

from loadtests.redis_groups import RedisCluster, RedisSentinels
from loadtests.redis_servers import RedisServer
from services.runtime.bus import Bus, InProcessBus
from tests.patience import until
from tests.services.bus_contract import BusContract
from tests.services.redis_buses import Process, processes, settled


class TestInProcessBus(BusContract):
    @pytest.fixture
    def bus(self) -> Bus:
        return InProcessBus()

    @pytest.fixture
    def peer(self, bus: Bus) -> Bus:
        return bus


async def test_topics_that_nobody_hears_leave_nothing_behind():
    bus = InProcessBus()
    for number in range(1000):
        topic = f"kuuki.mixes.{number}"
        await bus.publish(topic, b"to nobody")
        subscription = await bus.subscribe(topic, lambda message: None)
        await bus.publish(topic, b"1")
        subscription.close()
    assert not bus._topics


class RedisContract(BusContract):
    """The contract, with two processes."""

    @pytest.fixture
    async def pair(self, where: RedisServer | RedisCluster | RedisSentinels) -> AsyncIterator[list[Process]]:
        async with processes(where, 2) as made:
            self.made = made
            yield made

    @pytest.fixture
    def bus(self, pair: list[Process]) -> Bus:
        return pair[0].bus

    @pytest.fixture
    def peer(self, pair: list[Process]) -> Bus:
        return pair[1].bus

    async def settle(self) -> None:
        await settled(*self.made)


@pytest.mark.redis
class TestOneServer(RedisContract):
    @pytest.fixture
    def where(self, redis_server: RedisServer) -> RedisServer:
        return redis_server


@pytest.mark.redis
class TestCluster(RedisContract):
    @pytest.fixture
    def where(self, redis_cluster: RedisCluster) -> RedisCluster:
        return redis_cluster


@pytest.mark.redis
class TestSentinels(RedisContract):
    @pytest.fixture
    def where(self, redis_sentinels: RedisSentinels) -> RedisSentinels:
        return redis_sentinels


@pytest.mark.redis
async def test_who_raises_when_told_of_a_loss_disturbs_nobody(clean_redis: RedisServer):
    async with processes(clean_redis, 1) as (one,):
        lost: list[bool] = []

        def fail() -> None:
            raise KeyError

        await one.bus.subscribe("a", lambda message: None, fail)
        await one.bus.subscribe("a", lambda message: None, lambda: lost.append(True))
        one.bus._nodes.connections[0]._cut()
        await until(lambda: lost == [True] and one.bus.is_well)
