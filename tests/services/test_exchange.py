"""The forms of the exchange, each held to the contract."""

from collections.abc import AsyncIterator

import pytest

from loadtests.redis_groups import RedisCluster, RedisSentinels
from loadtests.redis_servers import RedisServer
from services.runtime.exchange import Exchange, InProcessExchange
from services.runtime.redis.exchange import RedisExchange
from tests.services.exchange_contract import Clock, ExchangeContract
from tests.services.redis_buses import processes, settled


@pytest.fixture
def clock() -> Clock:
    return Clock()


class TestInProcessExchange(ExchangeContract):
    @pytest.fixture
    def exchange(self, clock: Clock) -> Exchange:
        return InProcessExchange(clock)


Servers = RedisServer | RedisCluster | RedisSentinels


def masters_of(where: Servers) -> list[RedisServer]:
    """The servers that hold keys, each its own."""
    if isinstance(where, RedisCluster):
        return where.nodes
    return [where.current() if isinstance(where, RedisSentinels) else where]


class RedisClock(Clock):
    """Redis has its own clock: here time passes by what is left to each key."""

    def __init__(self, where: Servers) -> None:
        super().__init__()
        self._where = where

    async def add(self, seconds: float) -> None:
        for master in masters_of(self._where):
            with master.client as client:
                for key in client.keys("*"):
                    left_ms = client.pttl(key)
                    if left_ms >= 0:  # else it stays, or has just run out
                        client.pexpire(key, left_ms - round(seconds * 1000))  # at once, if nothing is left


class RedisExchangeContract(ExchangeContract):
    @pytest.fixture
    def clock(self, where: Servers) -> Clock:
        return RedisClock(where)

    @pytest.fixture
    async def exchange(self, where: Servers) -> AsyncIterator[Exchange]:
        async with processes(where, 1) as (self.process,):
            where.flush()
            yield RedisExchange(self.process.redis_client, self.process.bus, b"0123456789abcdef")

    async def settle(self) -> None:
        await settled(self.process)
        await super().settle()


@pytest.mark.redis
class TestOneServer(RedisExchangeContract):
    @pytest.fixture
    def where(self, redis_server: RedisServer) -> RedisServer:
        return redis_server


@pytest.mark.redis
class TestCluster(RedisExchangeContract):
    @pytest.fixture
    def where(self, redis_cluster: RedisCluster) -> RedisCluster:
        return redis_cluster


@pytest.mark.redis
class TestSentinels(RedisExchangeContract):
    @pytest.fixture
    def where(self, redis_sentinels: RedisSentinels) -> RedisSentinels:
        return redis_sentinels


async def test_what_nobody_holds_leaves_nothing_behind(clock):
    exchange = InProcessExchange(clock)
    for number in range(1000):
        line = f"line {number}"
        receive = [].append
        await exchange.attach(line, receive)
        await exchange.claim(f"kept {number}", line, 5.0)
        await exchange.claim(f"freed {number}", line, 5.0)
        await exchange.release(f"freed {number}", line)
        await exchange.detach(line, receive)
    assert len(exchange) == 1000
    await clock.add(11.0)
    await exchange.claim("another", "line", 5.0)
    assert len(exchange) == 1


async def test_a_receiver_that_fails_is_logged_without_what_it_was_told(clock, capsys):
    exchange = InProcessExchange(clock)
    failing = TestInProcessExchange()

    def fail(note: bytes) -> None:
        raise ValueError(note)

    await exchange.attach("a line", fail)
    await exchange.send("a line", b"private")
    await failing.settle()
    said = capsys.readouterr()
    assert "a receiver on the exchange failed" in said.out + said.err
    assert "private" not in said.out + said.err
    assert "a line" not in said.out + said.err


async def test_without_a_clock_it_is_the_loops():
    exchange = InProcessExchange()
    await exchange.claim("x", "a", 0.0)
    assert await exchange.find("x") is None
    await exchange.claim("x", "a", 60.0)
    assert await exchange.find("x") == "a"
