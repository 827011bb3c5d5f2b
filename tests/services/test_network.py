"""Real data channels on loopback: what a client in good order gets, and what one that is not may not do to others."""

import asyncio
import contextlib
import gc
import socket
import time
import weakref
from pathlib import Path
from struct import pack
from typing import Any
from unittest.mock import Mock, patch

import aiohttp
import aioice.ice
import msgpack
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc import rtcsctptransport as stack
from OpenSSL import SSL

from client.headless.sctp_sends import drop_sends_when_closed
from kuuki import pending
from kuuki.errors import CloseCode
from kuuki.limits import MALFORMED_FRAMES
from kuuki.many import membership
from kuuki.mood import room as room_module
from kuuki.mood.frames import Beat, Mix, Presence, Score, State, decode_from_gateway, encode
from loadtests.fake_transport import HAPPY, OFFER
from services.signal.gateway.aiortc_peer import AiortcMaker
from tests.patience import PATIENCE_S, until
from tests.services.harness import serving

pytestmark = [pytest.mark.network, pytest.mark.usefixtures("quiet")]


class Client:
    """A participant on aiortc, in good order unless told otherwise: answers beats, keeps what it hears."""

    def __init__(self):
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.channel = self.connection.createDataChannel("kuuki", ordered=False, maxRetransmits=0)
        self.channel.on("message", self._hear)
        drop_sends_when_closed(self.connection.sctp)
        self.heard = []
        self.is_open = asyncio.Event()
        self.channel.on("open", self.is_open.set)
        self.seq = 0
        self.location = ""

    async def offer(self):
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def join(self, kuuki, room, *, between=None):
        """Join; ``between`` is called with the gateway's port after the answer and before the client takes it."""
        offer = await self.offer()
        async with (
            aiohttp.ClientSession() as http,
            http.post(
                f"{kuuki.url}/rooms/{room}/participants", data=offer, headers={"Content-Type": "application/sdp"}
            ) as answer,
        ):
            assert answer.status == 201, await answer.text()
            self.location = answer.headers["Location"]
            sdp = await answer.text()
        if between is not None:
            await between(port_of(sdp))
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        async with asyncio.timeout(PATIENCE_S):
            await self.is_open.wait()
        return self

    def _hear(self, data):
        frame = decode_from_gateway(data)
        self.heard.append((time.monotonic(), frame))
        if isinstance(frame, Beat) and frame.presence is not Presence.BYE:
            self.say(Beat(self.next_seq(), Presence.SENSING, frame.seq))

    def next_seq(self):
        self.seq += 1
        return self.seq

    def say(self, frame):
        self.send(encode(frame))

    def send(self, data):
        if self.channel.readyState == "open":
            self.channel.send(data)

    def score(self, weights=HAPPY):
        self.say(Score(self.next_seq(), weights, 255))

    async def raw(self, *chunks):
        """Chunks on the association, whatever they hold."""
        for chunk in chunks:
            with contextlib.suppress(ConnectionError):
                await self.connection.sctp._send_chunk(chunk)

    async def vanish(self):
        """Gone without a goodbye, as after SIGKILL: nothing is sent any more."""
        ice = self.connection.sctp.transport.transport._connection
        for protocol in ice._protocols:
            protocol.transport.abort()
        self.connection.sctp.transport._ssl = None

    @property
    def mix(self):
        return next((frame for _, frame in reversed(self.heard) if isinstance(frame, Mix)), None)

    @property
    def told(self):
        return next(
            (CloseCode(f.code) for _, f in self.heard if isinstance(f, Beat) and f.presence is Presence.BYE), None
        )

    async def close(self):
        await self.connection.close()


def port_of(sdp):
    return next(int(line.split()[5]) for line in sdp.splitlines() if line.startswith("a=candidate:"))


def sockets():
    """How many sockets this process has open."""
    count = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            count += str(descriptor.readlink()).startswith("socket:")
    return count


@pytest.fixture(autouse=True)
def loopback():
    with patch.object(aioice.ice, "get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"]):
        yield


@pytest.fixture
async def kuuki():
    before = sockets()
    async with serving() as running:
        yield running
    assert running.value("connections") == 0
    assert sockets() <= before + 1  # the loop's own


@pytest.fixture
def impatient(monkeypatch):
    """Deadlines of 3 s instead of 10: test_hub.py tests the real ones."""
    monkeypatch.setattr(membership, "PEER_SILENT_S", 3.0)
    monkeypatch.setattr(pending, "OFFER_CHECKED_S", 2.0)
    monkeypatch.setattr(pending, "PENDING_OFFER_S", 3.0)


@pytest.fixture
async def room(kuuki):
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{kuuki.url}/rooms", json={"privacy": "exact"}) as answer,
    ):
        return (await answer.json())["room"]


@pytest.fixture
async def clients():
    """Makes clients; all are closed at the end."""
    made = []

    def make():
        made.append(Client())
        return made[-1]

    yield make
    await asyncio.gather(*(client.close() for client in made), return_exceptions=True)


def contributors(client):
    return client.mix.at_least if client.mix is not None and client.mix.state is State.LIVE else 0


@contextlib.asynccontextmanager
async def steady(*clients, hz=5):
    """These clients go on scoring meanwhile."""

    async def work():
        while True:
            for client in clients:
                client.score()
            await asyncio.sleep(1 / hz)

    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


# --- in good order


async def test_a_score_is_counted_and_a_mix_comes(kuuki, room, clients):
    client = await clients().join(kuuki, room)
    async with steady(client):
        await until(lambda: contributors(client) == 1)
    assert client.mix.body.weights[3] == 1.0
    assert client.mix.coverage == 1.0
    assert kuuki.samples("frames_dropped_total") == {}


async def test_a_client_that_vanishes_is_out_and_then_closed(kuuki, room, clients, record_property):
    gone, other = [await clients().join(kuuki, room) for _ in range(2)]
    async with steady(gone, other):
        await until(lambda: contributors(other) == 2)
    await gone.vanish()
    async with steady(other):
        record_property("out_s", round(await until(lambda: contributors(other) == 1), 2))
        record_property("closed_s", round(await until(lambda: kuuki.value("connections") == 1), 2))
    assert kuuki.samples("peers_closed_total") == {"silent": 1}


async def test_a_pause_is_out_and_a_bye_too(kuuki, room, clients, record_property, monkeypatch):
    monkeypatch.setattr(room_module, "SCORE_STALE_S", 3600.0)  # nothing is out for its age
    one, other = [await clients().join(kuuki, room) for _ in range(2)]
    async with steady(other):
        one.score()
        await until(lambda: contributors(other) == 2)
        one.say(Beat(one.next_seq(), Presence.PAUSED))
        record_property("paused_s", round(await until(lambda: contributors(other) == 1), 2))
        one.say(Score(one.next_seq(), HAPPY, 255))
        await until(lambda: contributors(other) == 2)
        one.say(Beat(one.next_seq(), Presence.BYE))
        record_property("left_s", round(await until(lambda: contributors(other) == 1), 2))
        await until(lambda: kuuki.value("connections") == 1)


async def test_a_client_that_closes_in_good_order_is_gone(kuuki, room, clients):
    one, other = [await clients().join(kuuki, room) for _ in range(2)]
    async with steady(one, other):
        await until(lambda: contributors(other) == 2)
    await one.close()
    async with steady(other):
        await until(lambda: contributors(other) == 1)
        await until(lambda: kuuki.value("connections") == 1)
    assert kuuki.samples("peers_closed_total") == {"left": 1}


async def test_twenty_joins_and_leaves_leave_nothing(kuuki, room, clients):
    before, tasks = sockets(), len(asyncio.all_tasks())
    for _ in range(20):
        client = await clients().join(kuuki, room)
        client.score()
        await client.close()
    await until(lambda: kuuki.value("connections") == 0)
    await until(lambda: sockets() <= before + 1 and len(asyncio.all_tasks()) <= tasks)


# --- frames that are none


BAD_FRAMES = {
    "empty array": b"\x90",
    "nan": msgpack.packb([1, 1, 1, [float("nan")] * 7, 255], use_single_float=True),
    "inf": msgpack.packb([1, 1, 1, [float("inf")] * 7, 255], use_single_float=True),
    "minus inf": msgpack.packb([1, 1, 1, [float("-inf")] * 7, 255], use_single_float=True),
    "negative": msgpack.packb([1, 1, -1, bytes(HAPPY), 255]),
    "sum": msgpack.packb([1, 1, 1, bytes([255] * 7), 255]),
    "all zero": msgpack.packb([1, 1, 1, bytes(7), 255]),
    "six": msgpack.packb([1, 1, 1, bytes([255, *[0] * 5]), 255]),
    "eight": msgpack.packb([1, 1, 1, bytes([255, *[0] * 7]), 255]),
    "strings": msgpack.packb([1, 1, "1", "happy", "sure"]),
    "huge float": msgpack.packb([1, 1, 1e308, bytes(HAPPY), 255]),
    "truncated": encode(Score(1, HAPPY, 255))[:-2],
    "trailing": encode(Score(1, HAPPY, 255)) + b"\0",
    "4 G items": b"\xdd\xff\xff\xff\xff",
    "4 G bytes": b"\xc6\xff\xff\xff\xff",
    "nested": b"\x91" * 60,
    "ext": b"\xc7\x01\x01\x01",
    "duplicate keys": b"\x82\x01\x01\x01\x01",
    "a mix": encode(Mix(1, 1, State.EMPTY, 0.0)),
}


async def test_bad_frames_are_counted_change_nothing_and_close_their_peer(kuuki, room, clients):
    bad, other = [await clients().join(kuuki, room) for _ in range(2)]
    async with steady(other):
        bad.score()
        await until(lambda: contributors(other) == 2)
        for data in BAD_FRAMES.values():
            bad.send(data)
        assert len(BAD_FRAMES) == MALFORMED_FRAMES - 1
        await until(lambda: sum(kuuki.samples("frames_dropped_total").values()) >= len(BAD_FRAMES))
        assert kuuki.samples("frames_dropped_total") == {"malformed": len(BAD_FRAMES) - 1, "wrong_kind": 1}
        assert bad.told is None
        bad.send(b"the last one")
        await until(lambda: bad.told is CloseCode.MALFORMED)
        await until(lambda: kuuki.value("connections") == 1)
        await until(lambda: contributors(other) == 1)
        assert other.mix.body.weights[3] == 1.0


async def test_text_is_no_frame_and_too_much_of_it_ends_the_peer(kuuki, room, clients):
    bad = await clients().join(kuuki, room)
    for text in ("", "hello", "💥"):
        bad.channel.send(text)
    await until(lambda: kuuki.samples("frames_dropped_total").get("not_binary") == 3)
    for _ in range(MALFORMED_FRAMES):
        bad.channel.send("again")
    await until(lambda: bad.told is CloseCode.MALFORMED)
    await until(lambda: kuuki.value("connections") == 0)


async def test_five_megabytes_end_their_peer_before_they_came(kuuki, room, clients):
    bad, other = [await clients().join(kuuki, room) for _ in range(2)]
    async with steady(other):
        bad.connection.sctp._remote_max_message_size = 0
        bad.channel.send(bytes(5_000_000))
        await until(lambda: kuuki.value("connections") == 1)
        assert kuuki.samples("frames_dropped_total") == {"sctp_chunk": 1}
        await until(lambda: contributors(other) == 1)


async def test_a_flood_is_cut_and_others_go_on(kuuki, room, clients):
    bad, other = [await clients().join(kuuki, room) for _ in range(2)]

    async def flood():
        for _ in range(50):
            for _ in range(100):
                bad.score()
            await asyncio.sleep(0.01)

    async with steady(other):
        task = asyncio.create_task(flood())
        await until(lambda: kuuki.value("connections") == 1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert kuuki.samples("peers_closed_total") == {"flood": 1}
        await until(lambda: contributors(other) == 1)


async def test_a_second_channel_ends_the_peer(kuuki, room, clients):
    bad, other = [await clients().join(kuuki, room) for _ in range(2)]
    for number in range(200):
        bad.connection.createDataChannel(str(number))
    await until(lambda: kuuki.value("connections") == 1)
    assert set(kuuki.samples("frames_dropped_total")) <= {"channels", "sctp_bounds", "sctp_rate"}
    async with steady(other):
        await until(lambda: contributors(other) == 1)


# --- SCTP that is none


def data_chunk(client, flags, payload, stream=None, ahead=0):
    chunk = stack.DataChunk(flags=flags)
    chunk.tsn = (client.connection.sctp._local_tsn + ahead) % 2**32
    chunk.stream_id = client.channel.id if stream is None else stream
    chunk.stream_seq, chunk.protocol, chunk.user_data = 0, stack.WEBRTC_BINARY, payload
    if not ahead:
        client.connection.sctp._local_tsn = stack.tsn_plus_one(client.connection.sctp._local_tsn)
    return chunk


class Raw:
    """A chunk with any body."""

    def __init__(self, kind, body, length=None):
        self.kind, self.body, self.length = kind, body, length

    def __bytes__(self):
        length = 4 + len(self.body) if self.length is None else self.length
        return pack("!BBH", self.kind, 0, length) + self.body + bytes(-len(self.body) % 4)


class Bundle:
    """Many chunks that travel in one packet."""

    def __init__(self, *chunks):
        self.chunks = chunks

    def __bytes__(self):
        return b"".join(bytes(chunk) for chunk in self.chunks)


def later(client, number):
    """A whole message of one byte whose turn in its stream does not come."""
    chunk = data_chunk(client, 3, b"x")
    chunk.stream_seq = 9 + number
    return chunk


def wide_sack(client):
    return Raw(3, pack("!LLHHHH", client.connection.sctp._last_received_tsn, 9999, 1, 0, 1, 4000))


def reset(number):
    return Raw(130, pack("!HHLLLH", 13, 18, number, 2, 3, 9))


HOSTILE = {
    "SACKs with wide gaps, bundled": lambda client: [Bundle(*[wide_sack(client)] * 55)] * 36,
    "fragments of a byte, bundled": lambda client: [
        Bundle(*[data_chunk(client, 4, b"x") for _ in range(50)]) for _ in range(100)
    ],
    "messages of a byte before their turn, bundled": lambda client: [
        Bundle(*[later(client, 50 * n + m) for m in range(50)]) for n in range(100)
    ],
    "heartbeats, bundled": lambda client: [Bundle(*[Raw(4, pack("!HH", 1, 4))] * 60)] * 36,
    "RE-CONFIGs, bundled": lambda client: [Bundle(*[reset(n) for n in range(40)])] * 36,
    "SHUTDOWNs, bundled": lambda client: [Bundle(*[Raw(7, bytes(4))] * 60)] * 36,
    "chunks that nobody knows, bundled": lambda client: [Bundle(*[Raw(77, b"")] * 60)] * 36,
    "heartbeats, few at a time": lambda client: [Bundle(*[Raw(4, pack("!HH", 1, 4))] * 8)] * 40,
    "a parameter of length 0": lambda client: [Raw(4, pack("!HH", 1, 0))],
    "a SACK with endless gaps": lambda client: [Raw(3, pack("!LLHH", 1, 1, 300, 0) + pack("!HH", 1, 65535) * 300)],
    "a SACK that lies": lambda client: [Raw(3, pack("!LLHH", 1, 1, 65535, 65535))],
    "a FORWARD TSN of many streams": lambda client: [
        Raw(192, pack("!L", client.connection.sctp._local_tsn) + b"".join(pack("!HH", n, 0) for n in range(300)))
    ],
    "FORWARD TSNs of ever other streams": lambda client: [
        Raw(192, pack("!LHH", (client.connection.sctp._local_tsn + n) % 2**32, 2 * n, 0)) for n in range(9)
    ],
    "a chunk that lies about its length": lambda client: [Raw(0, bytes(20), length=3)],
    "an INIT among others": lambda client: [Raw(0, bytes(8))],
    "a message that never ends": lambda client: [data_chunk(client, 6 if n == 0 else 4, bytes(1000)) for n in range(9)],
    "many beginnings": lambda client: [data_chunk(client, 6, b"x" * 60) for _ in range(100)],
    "gaps without end": lambda client: [data_chunk(client, 7, b"x", ahead=2 * n) for n in range(1, 100)],
    "streams without end": lambda client: [data_chunk(client, 7, b"x", stream=n) for n in range(20)],
    "a channel that is none": lambda client: [dcep(client, b"\x03short"), dcep(client, b"\x03" + b"\xff" * 40)],
    "an acknowledgement of nothing": lambda client: [dcep(client, b"\x02", stream=3)],
    "a flood of heartbeats": lambda client: [Raw(4, pack("!HH", 1, 4)) for _ in range(600)],
}


def dcep(client, payload, stream=1):
    chunk = data_chunk(client, 7, payload, stream=stream)
    chunk.protocol = stack.WEBRTC_DCEP
    return chunk


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_sctp_ends_its_peer_and_others_go_on(kuuki, room, clients, attack):
    bad, other = [await clients().join(kuuki, room) for _ in range(2)]
    async with steady(other):
        chunks: Any = HOSTILE[attack](bad)
        await bad.raw(*chunks)
        await until(lambda: kuuki.value("connections") == 1)
        assert sum(kuuki.samples("frames_dropped_total").values()) >= 1
        assert set(kuuki.samples("peers_closed_total")) <= {"malformed", "flood"}
        await until(lambda: contributors(other) == 1)


@pytest.mark.parametrize("kind", [stack.AbortChunk, stack.ShutdownChunk, stack.InitChunk])
async def test_an_association_that_ends_or_restarts_leaves_nothing(kuuki, room, clients, kind, impatient):
    bad = await clients().join(kuuki, room)
    bad.channel.remove_all_listeners()
    await bad.raw(kind())
    await until(lambda: kuuki.value("connections") == 0)


# --- packets of strangers


def client_hello():
    """A DTLS ClientHello as a stranger would send it."""
    connection = SSL.Connection(SSL.Context(SSL.DTLS_METHOD))
    connection.set_connect_state()
    with contextlib.suppress(SSL.WantReadError):
        connection.do_handshake()
    return connection.bio_read(1500)


FATAL_ALERT = b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x02\x28"
STUN = {
    "too short": b"\x00\x01\x00\x00\x21\x12\xa4\x42",
    "bad length": b"\x00\x01\x00\x50\x21\x12\xa4\x42" + bytes(12),
    "no cookie": b"\x00\x01\x00\x00" + bytes(16),
    "bad attribute": b"\x00\x01\x00\x08\x21\x12\xa4\x42" + bytes(12) + b"\x00\x24\x00\x02ab\0\0",
    "bad text": b"\x00\x01\x00\x08\x21\x12\xa4\x42" + bytes(12) + b"\x00\x06\x00\x02\xff\xfe\0\0",
    "unknown method": b"\x03\xef\x00\x00\x21\x12\xa4\x42" + bytes(12),
    "an error": b"\x01\x11\x00\x00\x21\x12\xa4\x42" + bytes(12),
    "empty": b"",
    "media": b"\x80" + bytes(30),
    "http": b"GET / HTTP/1.1\r\n\r\n",
    "nothing known": b"\x05" * 100,
}


async def test_a_strangers_packets_before_the_handshake_stop_no_join(kuuki, room, clients):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:

        async def attack(port):
            for _ in range(3):
                for data in (client_hello(), FATAL_ALERT, *STUN.values()):
                    stranger.sendto(data, ("127.0.0.1", port))
            await asyncio.sleep(0.1)

        client = await clients().join(kuuki, room, between=attack)
        await attack(client_port(client))
        async with steady(client):
            await until(lambda: contributors(client) == 1)
        dropped = kuuki.samples("packets_dropped_total")
        assert dropped["unchecked_address"] == 2 * 3 * 2
        assert set(dropped) == {"unchecked_address", "malformed_stun", "stun_error", "empty", "not_dtls"}
        assert kuuki.samples("frames_dropped_total") == {}


def client_port(client):
    """The gateway's port, as the client knows it."""
    ice = client.connection.sctp.transport.transport._connection
    return ice._nominated[1].remote_addr[1]


async def test_the_clients_own_garbage_ends_at_most_itself(kuuki, room, clients, impatient):
    bad, other = [await clients().join(kuuki, room) for _ in range(2)]
    ice = bad.connection.sctp.transport.transport._connection
    for _ in range(20):
        for data in (*STUN.values(), client_hello(), FATAL_ALERT, b"\x17\xfe\xfd" + bytes(50)):
            await ice.send(data)
    async with steady(other):
        await until(lambda: contributors(other) == 1)
        bad.channel.remove_all_listeners()
        await until(lambda: kuuki.value("connections") == 1)


async def test_what_a_datagram_holds_beyond_a_message_is_kept_nowhere(kuuki, room, clients):
    bad = await clients().join(kuuki, room)
    dtls = bad.connection.sctp.transport
    async with steady(bad):
        await until(lambda: contributors(bad) == 1)
        for _ in range(50):
            for _ in range(9):
                dtls._ssl.send(bytes(40))
            await dtls.transport._send(dtls._ssl.bio_read(1500))
        for _ in range(100):
            await dtls.transport._send(b"\x16\xfe\xfd" + bytes(8) + b"\x00\x14" + bytes(20))
        await until(lambda: sum(kuuki.samples("packets_dropped_total").values()) >= 50 + 30)
        bad.heard.clear()
        await until(lambda: contributors(bad) == 1)
    dropped = kuuki.samples("packets_dropped_total")
    assert dropped["records"] == 50
    assert dropped["handshakes"] >= 30
    assert set(dropped) <= {"records", "handshakes", "queue_full"}
    assert kuuki.value("connections") == 1


async def test_offers_that_nobody_comes_for_leave_nothing(kuuki, room, impatient, record_property):
    before, tasks = sockets(), len(asyncio.all_tasks())
    offerer = Client()
    offer = await offerer.offer()
    await offerer.close()
    async with aiohttp.ClientSession() as http:
        for _ in range(20):
            url = f"{kuuki.url}/rooms/{room}/participants"
            async with http.post(url, data=offer, headers={"Content-Type": "application/sdp"}) as answer:
                assert answer.status == 201
    assert kuuki.value("connections") > 0
    await until(lambda: kuuki.value("connections") == 0)
    record_property("freed_s", await until(lambda: sockets() <= before + 1 and len(asyncio.all_tasks()) <= tasks))
    assert kuuki.samples("joins_total") == {"unchecked": 20}


async def test_an_offer_that_nobody_comes_for_leaves_the_collector_nothing():
    maker, told = AiortcMaker(["127.0.0.1"], None, lambda reason: None), Mock()
    gc.disable()
    try:
        peer, _ = await maker.answer(OFFER, told)
        made: Any = peer
        parts = [weakref.ref(part) for part in (made._connection, made._connection.sctp, made._guard._ice)]
        del made
        await asyncio.sleep(0.05)
        await peer.close()
        await peer.close()
        del peer
        await until(lambda: [part() for part in parts] == [None] * 3)
    finally:
        gc.enable()
    assert told.mock_calls == []


async def test_a_client_that_is_there_and_stops_has_longer_and_leaves_nothing(kuuki, room, clients, impatient):
    before, tasks = sockets(), len(asyncio.all_tasks())
    client, may_go_on = clients(), asyncio.Event()
    client.connection.sctp.transport.start = lambda _: may_go_on.wait()  # ICE, and no DTLS
    joining = asyncio.create_task(client.join(kuuki, room))
    await until(lambda: kuuki.samples("joins_total") == {"expired": 1})
    await until(lambda: kuuki.value("connections") == 0)
    may_go_on.set()
    joining.cancel()
    await asyncio.gather(joining, client.close(), return_exceptions=True)
    await until(lambda: sockets() <= before + 1 and len(asyncio.all_tasks()) <= tasks)


async def test_no_offer_makes_the_gateway_send_to_a_stranger(kuuki, room, clients):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as victim:
        victim.bind(("127.0.0.1", 0))
        victim.setblocking(False)
        client = clients()
        offer = await client.offer()
        offer += f"a=candidate:1 1 udp 2130706431 127.0.0.1 {victim.getsockname()[1]} typ host\r\n"
        async with aiohttp.ClientSession() as http:
            url = f"{kuuki.url}/rooms/{room}/participants"
            async with http.post(url, data=offer, headers={"Content-Type": "application/sdp"}) as answer:
                assert answer.status == 201
        await asyncio.sleep(1.5)
        with pytest.raises(BlockingIOError):
            victim.recv(1500)
