"""Sockets of peers: counted before they are opened, and no answer goes out that nobody could reach."""

import errno
from types import SimpleNamespace
from typing import Any

import aiohttp
import aioice.ice
import pytest
from aiortc import RTCPeerConnection
from structlog.testing import capture_logs

from kuuki.errors import Full
from kuuki.offers import parse_offer, rewrite
from services.runtime.metrics import Metrics
from services.runtime.settings import Settings
from services.signal import app
from services.signal.gateway.aiortc_peer import AiortcMaker
from services.signal.gateway.udp_sockets import Sockets
from tests.services.harness import serving

EVENTS = SimpleNamespace(checked=lambda: None, opened=lambda: None, closed=lambda: None)


@pytest.fixture(autouse=True)
def own_addresses(monkeypatch):
    """A maker sets what the library thinks of this machine."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", aioice.ice.get_host_addresses)


@pytest.fixture
async def offer():
    client = RTCPeerConnection()
    client.createDataChannel("kuuki")
    await client.setLocalDescription(await client.createOffer())
    yield parse_offer(client.localDescription.sdp)
    await client.close()


def maker(*addresses, sockets=100):
    return AiortcMaker(list(addresses), None, lambda reason: None, sockets)


async def test_as_many_fit_as_there_are_sockets_and_no_more():
    sockets = Sockets(5)
    sockets.reserve(2)
    sockets.reserve(3)
    with capture_logs() as said:
        for _ in range(3):
            with pytest.raises(Full, match="files"):
                sockets.reserve(1)
    assert len(said) == 1
    sockets.release(2)
    sockets.reserve(2)
    with pytest.raises(Full, match="no_candidate"):
        sockets.reserve(0)
    assert len(sockets) == 5


async def test_what_the_machine_cannot_give_is_full_and_nothing_else_is():
    sockets = Sockets(5)
    for number in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
        with pytest.raises(Full), sockets.named():
            raise OSError(number, "no")
    with pytest.raises(PermissionError), sockets.named():
        raise PermissionError(errno.EACCES, "no")


async def test_a_peer_that_is_closed_gives_its_sockets_back_once(quiet, offer):
    made = maker("127.0.0.1", "127.0.0.2", sockets=5)
    peers = [(await made.answer(offer, EVENTS))[0] for _ in range(2)]
    with pytest.raises(Full):
        await made.answer(offer, EVENTS)
    await peers[0].close()
    await peers[0].close()
    assert len(made._sockets) == 2
    peer, answer = await made.answer(offer, EVENTS)
    assert answer.count("a=candidate:") == 2
    await peer.close()
    await peers[1].close()
    assert len(made._sockets) == 0


async def test_an_answer_without_a_candidate_never_goes_out(quiet, offer):
    made = maker("192.0.2.1")  # not one of this machine's (RFC 5737)
    with pytest.raises(Full, match="no_candidate"):
        await made.answer(offer, EVENTS)
    assert len(made._sockets) == 0
    with pytest.raises(Full, match="no_candidate"):
        await maker().answer(offer, EVENTS)


async def test_a_failure_on_the_way_is_named_and_leaves_nothing(quiet, offer, monkeypatch):
    made = maker("127.0.0.1")

    def no_file(self):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(RTCPeerConnection, "createAnswer", no_file)
    with pytest.raises(Full, match="files"):
        await made.answer(offer, EVENTS)
    assert len(made._sockets) == 0


async def test_a_machine_of_many_addresses_has_a_socket_at_each(monkeypatch):
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda use_ipv4, use_ipv6: ["192.0.2.1", "192.0.2.2", "::2"])
    wide = Settings(host="0.0.0.0", admin_token="a" * 16)
    assert app.addresses_per_peer(wide) == 3
    assert app.addresses_per_peer(Settings(host="127.0.0.1")) == 1
    assert app.addresses_per_peer(Settings(host="192.0.2.1", admin_token="a" * 16)) == 1
    made = app.make_maker(wide, Metrics(), 2)
    no_offer: Any = None
    with pytest.raises(Full, match="files"):
        await made.answer(no_offer, EVENTS)


async def test_who_finds_no_room_is_told_to_come_again(quiet, offer):
    def narrow(settings, metrics):
        return app.make_maker(settings, metrics, 0)

    async with serving(maker=narrow) as kuuki:
        async with aiohttp.ClientSession() as http:
            async with http.post(f"{kuuki.url}/rooms", json={}) as made:
                room = (await made.json())["room"]
            url, sdp = f"{kuuki.url}/rooms/{room}/participants", {"Content-Type": "application/sdp"}
            async with http.post(url, data=rewrite(offer), headers=sdp) as refused:
                assert refused.status == 503
                assert (await refused.json())["error"] == "full"
                assert int(refused.headers["Retry-After"]) >= 1
        assert kuuki.samples("joins_total") == {"full_files": 1}
        assert kuuki.value("pending_offers") == 0
        assert not kuuki.hub.halls[room].members
