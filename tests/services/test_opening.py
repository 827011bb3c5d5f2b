"""A room's opening over real data channels: a venue behind one address, and a stranger there who only sends offers."""

import asyncio
from unittest.mock import patch

import aiohttp
import aioice.ice
import pytest

from client.headless import signaling
from client.headless.gateway_session import GatewaySession
from client.headless.place import Place
from kuuki import pending as offers
from kuuki.mood.room import Role
from kuuki.offers import rewrite
from loadtests.fake_transport import OFFER
from services.signal.gateway import pending
from tests.patience import PATIENCE_S, until
from tests.services.harness import serving

pytestmark = [pytest.mark.network, pytest.mark.usefixtures("quiet")]

PEOPLE = 40
VENUE = {"X-Forwarded-For": "203.0.113.7"}
GHOSTS_PER_S = 5


@pytest.fixture(autouse=True)
def loopback():
    with patch.object(aioice.ice, "get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"]):
        yield


@pytest.fixture
async def kuuki(monkeypatch):
    """One core serves both sides here, and may do so slowly: ``make strangers`` looks how soon a hundred are in."""
    for its, name in ((pending, "JOIN_WAIT_S"), (offers, "OFFER_CHECKED_S"), (offers, "PENDING_OFFER_S")):
        monkeypatch.setattr(its, name, PATIENCE_S)
    monkeypatch.setattr(signaling, "_TIMEOUT", aiohttp.ClientTimeout(total=PATIENCE_S))
    async with serving() as running:
        yield running
    assert running.value("connections") == 0


async def haunt(http, place):
    """Offers that nobody comes for, one after the other, for ever."""
    while True:
        headers = {"Content-Type": "application/sdp"}
        async with http.post(place.participants, data=rewrite(OFFER), headers=headers) as answer:
            assert answer.status == 201
        await asyncio.sleep(1 / GHOSTS_PER_S)


async def enter(http, place):
    """One person: a join that is refused, or whose channel does not open, raises."""
    joined = GatewaySession([], "127.0.0.1", lambda mix, at: None, lambda joined: None)
    answer = await signaling.join(http, place, Role.AUDIENCE, await joined.connection.offer(), None)
    await joined.connection.accept(answer.sdp, PATIENCE_S)
    return joined


async def test_a_whole_venue_behind_one_address_is_in_while_a_stranger_there_sends_offers(kuuki, record_property):
    async with aiohttp.ClientSession(headers=VENUE, connector=aiohttp.TCPConnector(limit=0)) as http:
        made = await signaling.make_room(http, kuuki.url, {}, None)
        place = Place(kuuki.url, made["room"])
        haunting = asyncio.create_task(haunt(http, place))
        await until(lambda: kuuki.value("connections") >= 2 * GHOSTS_PER_S)
        began = asyncio.get_running_loop().time()
        people = await asyncio.gather(*(enter(http, place) for _ in range(PEOPLE)))
        record_property("all_in_s", round(asyncio.get_running_loop().time() - began, 2))
        assert kuuki.value("peers", role="audience") == PEOPLE
        assert not haunting.done()
        haunting.cancel()
        await asyncio.gather(haunting, return_exceptions=True)
        await signaling.close_room(http, place)
        await until(lambda: kuuki.value("connections") == 0)
        await asyncio.gather(*(person.close() for person in people))
    assert kuuki.samples("joins_total")["opened"] == PEOPLE
    assert set(kuuki.samples("joins_total")) <= {"opened", "closed"}
