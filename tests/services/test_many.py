"""Many processes and a real Redis: what one does, all know."""

import asyncio
import time
from contextlib import asynccontextmanager

import aiohttp
import pytest

from client.headless.call.phone import Phone
from client.headless.call.place import CallPlace
from client.headless.call.shows import Calm
from client.headless.errors import CannotJoin
from client.headless.peer import Peer
from client.headless.place import parse_place
from client.headless.room import Room
from kuuki.mood.room import Role
from loadtests.faults.front import front
from loadtests.faults.stand import stand
from loadtests.redis_servers import RedisServer
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.network, pytest.mark.redis]

HAPPY = (0, 0, 0, 255, 0, 0, 0)


@pytest.fixture
async def here():
    with RedisServer(aof="always") as redis:
        async with stand(redis.url, gateways=2, aggregators=1) as running:
            yield running


async def smile(send):
    while True:
        send(HAPPY, 255)
        await asyncio.sleep(0.2)


async def drain(room):
    """Hear mixes until the gateway ends it."""
    async with asyncio.timeout(PATIENCE_S):
        async for _ in room.mixes():
            pass


@asynccontextmanager
async def sensing(url, room):
    """A participant who smiles at this gateway."""

    async with Room(parse_place(url, room), Role.AUDIENCE) as entered:
        smiling = asyncio.create_task(smile(entered.send_integers))
        try:
            yield entered
        finally:
            smiling.cancel()


async def test_a_room_made_here_is_known_there_at_once_and_closed_everywhere(here):
    a, b = (part.url for part in here.gateways)
    async with here.http.post(f"{a}/rooms", json={"privacy": "exact", "purpose": "performance"}) as answer:
        room = (await answer.json())["room"]
    async with here.http.get(f"{b}/rooms/{room}") as answer:
        assert answer.status == 200
        assert (await answer.json())["purpose"] == "performance"
    async with sensing(b, room) as entered:
        async with here.http.delete(f"{a}/rooms/{room}") as answer:
            assert answer.status == 204
        with pytest.raises(CannotJoin):
            await drain(entered)
    for url in (a, b):
        async with here.http.get(f"{url}/rooms/{room}") as answer:
            assert answer.status == 404


async def test_people_at_two_gateways_are_one_room(here):
    room = here.watch.room
    async with sensing(here.gateways[0].url, room), sensing(here.gateways[1].url, room):
        await here.watch.until(2, PATIENCE_S, 0.5)
    await here.watch.until(0, PATIENCE_S)
    assert here.watch.most() == 2


async def test_delete_that_reaches_the_other_process_takes_its_participant_out(here, record_property):
    a, b = (part.url for part in here.gateways)
    async with sensing(a, here.watch.room) as entered:
        await here.watch.until(1, PATIENCE_S, 0.5)
        path = entered._peer._session.participant.partition("/rooms/")[2]
        deleted_at = time.monotonic()
        async with here.http.delete(f"{b}/rooms/{path}") as answer:
            assert answer.status == 204
        with pytest.raises(CannotJoin):
            await drain(entered)
        record_property("out_s", round(await here.watch.until(0, PATIENCE_S, since=deleted_at), 2))


async def test_the_same_participant_in_two_tabs_counts_once_and_the_newest_wins(here):
    a, b = (part.url for part in here.gateways)
    async with sensing(a, here.watch.room) as first:
        await here.watch.until(1, PATIENCE_S, 0.5)
        async with again(b, here.watch.room, first._peer._seat):
            with pytest.raises(CannotJoin):
                await drain(first)
            await here.watch.until(1, PATIENCE_S, 1.5)
    assert here.watch.most() == 1


@asynccontextmanager
async def again(url, room, seat):
    """The same participant in another tab: with its seat's secret."""
    async with aiohttp.ClientSession() as http:
        peer = Peer(http, parse_place(url, room))
        peer._seat = seat
        await peer.open()
        smiling = asyncio.create_task(smile(peer.score))
        try:
            yield
        finally:
            smiling.cancel()
            await peer.close()


def phone(url, name):
    return Phone(CallPlace(url), name=name, show=Calm())


async def test_two_call_each_other_over_two_processes(here):
    a, b = (part.url for part in here.gateways)
    async with phone(a, "Aki") as caller, phone(b, "Ben") as callee:
        answering = asyncio.create_task(callee.answer())
        talk = await caller.ring(callee.code)
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather((await answering).opened(), talk.opened())


async def test_ringing_goes_on_while_the_callers_process_is_killed(here):
    async with front(lambda: [part.url for part in here.gateways]) as url:
        callee_part = here.gateways[0]
        async with phone(callee_part.url, "Ben") as callee, phone(here.gateways[1].url, "Aki") as caller:
            ringing = asyncio.create_task(caller.ring(callee.code))
            await asyncio.sleep(1.0)
            assert not ringing.done()
            caller._line._place = CallPlace(url)  # comes back by the front, as a page does by its load balancer
            await here.end(here.gateways[1])
            await here.add_gateway()
            await asyncio.sleep(2.0)
            async with asyncio.timeout(PATIENCE_S):
                answered, talk = await asyncio.gather(callee.answer(), ringing)
                await asyncio.gather(answered.opened(), talk.opened())
