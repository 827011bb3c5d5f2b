"""What the exchange on Redis does when things go wrong, and what Redis may see. (test_exchange.py: the contract.)"""

import asyncio

import pytest

from kuuki.errors import Unavailable
from loadtests.redis_servers import RedisServer
from services.runtime.redis.exchange import RedisExchange
from tests.patience import until
from tests.services.redis_buses import Process, processes, settled

pytestmark = [pytest.mark.redis, pytest.mark.usefixtures("quiet")]

KEY = b"0123456789abcdef"


def exchange_of(process: Process) -> RedisExchange:
    return RedisExchange(process.redis_client, process.bus, KEY)


async def test_two_processes_share_lines_and_codes(clean_redis: RedisServer):
    async with processes(clean_redis, 2) as (one, other):
        here, there = exchange_of(one), exchange_of(other)
        heard: list[list[bytes]] = [[], []]
        await here.attach("a", heard[0].append)
        await there.attach("a", heard[1].append)
        for number in range(20):
            sender = (here, there)[number % 2]
            assert await sender.send("a", b"%d" % number)
        await settled(one, other)
        await asyncio.sleep(0)
        assert heard[0] == heard[1]
        assert sorted(map(int, heard[0])) == list(range(20))
        assert await here.claim("x", "a", 60.0)
        assert not await there.claim("x", "b", 60.0)
        await there.release("x", "b")
        assert await there.find("x") == "a"
        await here.detach("a", heard[0].append)
        await there.detach("a", heard[1].append)
        await settled(one, other)  # the other's connection may be behind
        assert not await here.send("a", b"1")


async def test_who_sends_hears_their_own_only_after(clean_redis: RedisServer):
    """Also when many send at once: each ``send`` returns before its note is taken here."""
    async with processes(clean_redis, 1) as (one,):
        exchange = exchange_of(one)
        steps: list[str] = []
        await exchange.attach("a", lambda note: steps.append(f"heard {note.decode()}"))

        async def send(number: int) -> None:
            await exchange.send("a", b"%d" % number)
            steps.append(f"sent {number}")

        await asyncio.gather(*(send(number) for number in range(50)))
        await settled(one)
        await asyncio.sleep(0)
        assert len(steps) == 100
        for number in range(50):
            assert steps.index(f"sent {number}") < steps.index(f"heard {number}")
        assert [step for step in steps if step.startswith("heard")] == [f"heard {number}" for number in range(50)]


async def test_everything_is_unavailable_while_redis_is_away_and_then_heals():
    with RedisServer() as server:
        async with processes(server, 1) as (one,):
            exchange = exchange_of(one)
            heard: list[bytes] = []
            await exchange.attach("a", heard.append)
            server.kill()
            await until(lambda: not one.bus.is_well)
            for asked in (
                exchange.attach("b", heard.append),
                exchange.send("a", b"1"),
                exchange.claim("x", "a", 60.0),
                exchange.release("x", "a"),
                exchange.retire("x", "a", 60.0),
                exchange.find("x"),
            ):
                with pytest.raises(Unavailable):
                    await asked
            assert len(exchange) == 1
            server.start()
            await until(lambda: one.bus.is_well)
            assert await exchange.send("a", b"2")
            await until(lambda: heard == [b"2"])


async def test_a_send_into_a_redis_that_stands_still_fails():
    with RedisServer() as server:
        async with processes(server, 1) as (one,):
            exchange = exchange_of(one)
            server.stop()
            try:
                with pytest.raises(Unavailable):
                    await exchange.send("a", b"1")
            finally:
                server.cont()


async def test_a_code_that_redis_lost_is_held_again_by_claiming(clean_redis: RedisServer):
    async with processes(clean_redis, 1) as (one,):
        exchange = exchange_of(one)
        heard: list[bytes] = []
        await exchange.attach("a", heard.append)
        await exchange.claim("x", "a", 60.0)
        with clean_redis.client as client:
            client.flushall()
        assert await exchange.find("x") is None
        assert await exchange.claim("x", "a", 60.0)
        assert await exchange.find("x") == "a"
        assert await exchange.send("a", b"1")


async def test_redis_sees_neither_codes_nor_lines_in_names(clean_redis: RedisServer):
    async with processes(clean_redis, 1) as (one,):
        exchange = exchange_of(one)
        await exchange.attach("the-line", print)
        await exchange.claim("the-code", "the-line", 60.0)
        with clean_redis.client as client:
            names = [*client.keys(), *client.pubsub_channels()]
            ttl = client.ttl(client.keys()[0])
        assert len(names) == 3  # the code, the line, the process's beats
        assert not any(b"the-" in name for name in names)
        assert 0 < ttl <= 60


async def test_what_nobody_holds_leaves_nothing_behind(clean_redis: RedisServer):
    async with processes(clean_redis, 1) as (one,):
        exchange = exchange_of(one)
        for number in range(50):
            receive = [].append
            await exchange.attach(f"line {number}", receive)
            await exchange.send(f"line {number}", b"1")
            await exchange.detach(f"line {number}", receive)
        assert len(exchange) == 0
        assert not one.bus._topics
