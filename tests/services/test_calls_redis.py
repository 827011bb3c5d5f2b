"""Codes of calls on a real Redis that goes away at the moment of an answer."""

import asyncio
import contextlib

import pytest

from kuuki.call.calling import Event
from kuuki.call.signaling import Act, Ring
from kuuki.errors import Unavailable
from loadtests.redis_servers import RedisServer
from services.runtime.metrics import Metrics
from services.runtime.redis.exchange import RedisExchange
from services.signal.calls.switchboard import Switchboard
from tests.patience import until, until_answered
from tests.services.lines import KEY, come, new_call
from tests.services.redis_buses import processes

pytestmark = [pytest.mark.redis, pytest.mark.usefixtures("quiet")]


@contextlib.asynccontextmanager
async def boards(server, count):
    """So many processes with lines, and the exchange of one more."""
    async with processes(server, count + 1) as made:
        exchanges = [RedisExchange(each.redis_client, each.bus, KEY) for each in made]
        running = [Switchboard(exchange, Metrics(), KEY) for exchange in exchanges[:count]]
        tasks = [asyncio.create_task(board.run()) for board in running]
        try:
            yield running, exchanges[count], [each.bus for each in made]
        finally:
            for board in running:
                for page in list(board._pages):
                    board.dismiss(page)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_code_that_is_used_while_redis_is_away_is_not_used_again_when_it_is_back_with_all_it_knew():
    with RedisServer(aof="always") as server:
        async with boards(server, 2) as ((here, there), exchange, buses):
            a, b, c = await come(here, "Aki"), await come(there, "Ben"), await come(here, "Chie")
            used, first = b.code, new_call()
            a.session.receive(Ring(first, used))
            await until(lambda: b.states(first) == ["incoming"])
            server.kill()
            await until(lambda: not any(bus.is_well for bus in buses))
            b.session.receive(Act(Event.ACCEPT, first))
            assert b.states(first)[-1] == "talking"
            assert b.code is None
            server.start()
            await until(lambda: all(bus.is_well for bus in buses))
            second = new_call()
            c.session.receive(Ring(second, used))
            await until(lambda: c.states(second)[-1] == "unreachable")
            assert b.states(second) == []
            await until(lambda: a.states(first)[-1] == "talking")  # the note that was lost is healed by the next
            await until(lambda: b.code is not None)
            await until_answered(lambda: exchange.find(used), None)
            assert await exchange.find(b.code) == b.id
            third = new_call()
            c.session.receive(Ring(third, b.code))
            await until(lambda: b.states(third) == ["knocking"])


async def test_a_line_that_comes_back_elsewhere_with_the_index_of_a_used_code_has_another():
    with RedisServer() as server:
        async with boards(server, 2) as ((here, there), exchange, _):
            a, b = await come(here, "Aki"), await come(here, "Ben")
            used, index, call = b.code, b.session.claimed_code.index, new_call()
            a.session.receive(Ring(call, used))
            await until(lambda: b.states(call) == ["incoming"])
            b.session.receive(Act(Event.ACCEPT, call))
            await until(lambda: b.code not in (None, used))
            await until_answered(lambda: exchange.find(used), None)
            moved = await b.come_back(there, index=index)
            assert moved.code not in (None, used)
            assert await exchange.find(used) is None


async def test_a_redis_that_stands_still_at_the_answer_keeps_nobody_from_talking():
    with RedisServer() as server:
        async with boards(server, 1) as ((here,), exchange, buses):
            a, b = await come(here, "Aki"), await come(here, "Ben")
            used, call = b.code, new_call()
            a.session.receive(Ring(call, used))
            await until(lambda: b.states(call) == ["incoming"])
            server.stop()
            try:
                b.session.receive(Act(Event.ACCEPT, call))
                assert b.states(call)[-1] == "talking"
                with pytest.raises(Unavailable):
                    await exchange.find(used)
                assert b.code is None
            finally:
                server.cont()
            await until(lambda: all(bus.is_well for bus in buses) and b.code is not None)
            await until_answered(lambda: exchange.find(used), None)
