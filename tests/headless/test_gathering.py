"""Joins that look for ways once they are answered: through a real relay alone, and where a relay does not answer."""

import asyncio
import socket
from contextlib import contextmanager

import aiohttp
import aioice.ice
import pytest
from aioice import TransportPolicy

from client.headless import signaling
from client.headless.connection import Connection
from client.headless.gateway_session import GatewaySession
from client.headless.ice import parse_servers
from client.headless.place import Place
from kuuki.mood.room import Role
from kuuki.offers import parse_offer
from kuuki.times import OFFER_CHECKED_S
from services.runtime.settings import Settings
from tests.browser.turn import SECRET, coturn
from tests.patience import PATIENCE_S
from tests.services.harness import serving

pytestmark = pytest.mark.network


def ice_of(connection):
    return connection._peer.sctp.transport.transport.iceGatherer._connection


@contextmanager
def silent():
    """A relay that never answers: its URL, as the environment names it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        yield f"turn:name:word@127.0.0.1:{deaf.getsockname()[1]}"


async def join(http, kuuki, session):
    place = Place(kuuki.url, (await signaling.make_room(http, kuuki.url, {}, None))["room"])
    return await signaling.join(http, place, Role.AUDIENCE, await session.connection.offer(), None)


@pytest.mark.parametrize("is_known", [False, True])
async def test_a_room_is_joined_through_a_relay_alone(is_known):
    """What is known from an answer before is asked at once, with the same end."""
    with coturn() as turn:
        settings = Settings(host="127.0.0.1", port=0, turn=turn.url, turn_secret=SECRET)
        async with serving(settings) as kuuki, aiohttp.ClientSession() as http:
            known = []
            if is_known:
                before = GatewaySession([], "127.0.0.1", lambda mix, at: None, lambda session: None)
                known = (await join(http, kuuki, before)).ice_servers
                await before.close()
            session = GatewaySession(known, "127.0.0.1", lambda mix, at: None, lambda session: None)
            ice_of(session.connection)._transport_policy = TransportPolicy.RELAY
            answer = await join(http, kuuki, session)
            assert [server.urls for server in answer.ice_servers] == [turn.url]
            await session.connection.accept(answer.sdp, PATIENCE_S, answer.ice_servers)
            assert [one.type for one in ice_of(session.connection).local_candidates] == ["relay"]
            await session.close()


async def test_an_offer_has_no_candidates_and_is_the_one_that_is_gathered_for():
    connection = Connection([], "127.0.0.1", lambda data: None, lambda: None)
    offer = parse_offer(await connection.offer())
    assert "candidate" not in (await connection._peer.createOffer()).sdp
    assert ice_of(connection).local_username == offer.ice_ufrag
    await connection._gather([], is_answered=True)
    assert [one.host for one in ice_of(connection).local_candidates] == ["127.0.0.1"]
    assert ice_of(connection).local_username == offer.ice_ufrag
    await connection.close()


async def test_a_relay_that_is_silent_delays_an_answered_join_less_than_its_gateway_waits():
    with silent() as url:
        async with serving() as kuuki, aiohttp.ClientSession() as http:
            session = GatewaySession([], "127.0.0.1", lambda mix, at: None, lambda session: None)
            answer = await join(http, kuuki, session)
            loop = asyncio.get_running_loop()
            ice, gathered = ice_of(session.connection), loop.create_future()
            inner = ice.get_component_candidates

            async def note(*args, **more):
                found = await inner(*args, **more)
                gathered.set_result(more["timeout"])
                return found

            ice.get_component_candidates = note
            await session.connection.accept(answer.sdp, PATIENCE_S, parse_servers(url))
            assert await gathered < OFFER_CHECKED_S
            assert kuuki.samples("joins_total") == {"opened": 1}
            await session.close()


async def test_servers_that_aiortc_does_not_understand_are_passed_over():
    connection = Connection([], "127.0.0.1", lambda data: None, lambda: None)
    await connection.offer()
    await connection._gather(parse_servers("stun:[::1]:3478"), is_answered=True)
    assert ice_of(connection).stun_server is None
    await connection.close()


async def test_what_a_relay_gives_after_a_join_was_given_up_is_given_back(monkeypatch):
    asked, given, closed = asyncio.Event(), asyncio.Event(), asyncio.Event()

    class Relayed:
        async def close(self):
            closed.set()

    async def relayed(**_):
        asked.set()
        await given.wait()
        return "a candidate", Relayed()

    monkeypatch.setattr(aioice.ice, "relayed_candidate", relayed)
    connection = Connection([], "127.0.0.1", lambda data: None, lambda: None)
    await connection.offer()
    gathering = asyncio.create_task(connection._gather(parse_servers("turn:name:word@127.0.0.1:9"), is_answered=True))
    await asked.wait()
    gathering.cancel()
    await asyncio.wait([gathering])
    await connection.close()
    given.set()
    async with asyncio.timeout(PATIENCE_S):
        await closed.wait()
    assert ice_of(connection)._protocols == []


async def test_a_connection_that_was_closed_while_it_was_checked_asks_for_no_consent():
    connection = Connection([], "127.0.0.1", lambda data: None, lambda: None)
    await connection.offer()
    await connection._gather([], is_answered=True)
    ice = ice_of(connection)
    ice.remote_password = "word"
    await connection.close()
    asking = asyncio.create_task(ice.query_consent())
    done, _ = await asyncio.wait([asking], timeout=1.0)
    asking.cancel()
    assert done
