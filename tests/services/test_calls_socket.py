"""GET /calls on loopback: calls over real sockets, and what a stranger may send on one."""

import asyncio
import contextlib
import json
import struct
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.exposition import generate_latest
from structlog.testing import capture_logs

from kuuki.call import line_state
from kuuki.call.codes import make_code
from kuuki.errors import CloseCode
from kuuki.limits import MESSAGE_BYTES, MESSAGES_BURST
from loadtests.fake_transport import FakeMaker
from services.runtime.settings import Settings
from services.signal.calls import frame_guard, page_socket, socket, switchboard
from services.signal.calls.socket import MALFORMED_MESSAGES
from tests.patience import PATIENCE_S, until
from tests.services.harness import serving
from tests.services.lines import new_call

pytestmark = pytest.mark.usefixtures("quiet")

OFFER = {"type": "offer", "sdp": "v=0\r\n"}


@pytest.fixture
async def kuuki():
    async with serving(maker=lambda settings, metrics: FakeMaker()) as running:
        yield running
    assert running.exchange._lines == {}
    assert running.value("lines") == 0


@pytest.fixture
async def http():
    async with aiohttp.ClientSession() as session:
        yield session


class Client:
    """A page's end of a line."""

    def __init__(self, socket):
        self.socket = socket
        self.welcome = {}

    async def say(self, **message):
        await self.socket.send_str(json.dumps(message))

    async def hear(self):
        """The next message; None when the socket is closed."""
        async with asyncio.timeout(PATIENCE_S):
            frame = await self.socket.receive()
        if frame.type is aiohttp.WSMsgType.TEXT:
            return json.loads(frame.data)
        assert frame.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING)
        return None

    async def hear_until(self, **wanted):
        while (message := await self.hear()) is not None:
            if wanted.items() <= message.items():
                return message
        raise AssertionError(f"closed with {self.socket.close_code} before {wanted}")

    async def closed(self):
        """The code that it is closed with, whatever is said before."""
        while await self.hear() is not None:
            pass
        return self.socket.close_code

    async def greet(self, name="Aki", **more):
        await self.say(type="hello", version=1, name=name, language="en", **more)
        self.welcome = await self.hear_until(type="welcome")
        return self

    @property
    def code(self):
        return self.welcome["code"]


async def dial(http, kuuki, **more):
    return Client(await http.ws_connect(f"{kuuki.url}/calls", max_msg_size=0, **more))


async def pair(http, kuuki):
    return [await (await dial(http, kuuki)).greet(name) for name in ("Aki", "Ben")]


async def talk(a, b):
    call = new_call()
    await a.say(type="ring", call=call, code=b.code)
    await b.hear_until(call=call, state="incoming")
    await b.say(type="accept", call=call)
    await a.hear_until(call=call, state="talking")
    await b.hear_until(call=call, state="talking")
    return call


async def assert_passes(a, b, call):
    """Signals of this call pass both ways."""
    for one, other in ((a, b), (b, a)):
        await one.say(type="signal", call=call, generation=1, description=OFFER)
        assert (await other.hear_until(type="signal"))["description"] == OFFER


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def is_held_by_nobody(exchange):
    """Whether no line is attached, and no code leads anywhere; those that were answered are remembered for a while."""
    return not exchange._lines and {line for line, _ in exchange._claims.values()} <= {""}


# --- in good order


async def test_two_pages_ring_talk_signal_and_hang_up(http, kuuki):
    a, b = await pair(http, kuuki)
    assert a.welcome.keys() == {"type", "line", "code", "turn", "relay"}
    assert a.welcome["relay"] is False
    call = await talk(a, b)
    await assert_passes(a, b, call)
    candidate = {"candidate": "candidate:1", "sdpMid": "0", "sdpMLineIndex": 0, "usernameFragment": "abcd"}
    await a.say(type="signal", call=call, generation=1, candidate=candidate)
    assert (await b.hear_until(type="signal"))["candidate"] == candidate
    await a.say(type="hang_up", call=call)
    for client in (a, b):
        await client.hear_until(call=call, state="ended")
    for client in (a, b):
        await client.say(type="bye")
        assert await client.closed() == 1000
    await until(lambda: is_held_by_nobody(kuuki.exchange))
    assert kuuki.samples("calls_total") == {"ended": 1}
    assert kuuki.samples("call_messages_total") == {
        "hello": 2, "ring": 1, "accept": 1, "signal": 3, "hang_up": 1, "bye": 2
    }  # fmt: skip
    assert kuuki.samples("call_messages_dropped_total") == {}


async def test_a_spent_code_is_replaced_and_another_may_be_asked_for(http, kuuki):
    a, b = await pair(http, kuuki)
    call = new_call()
    await a.say(type="ring", call=call, code=b.code)
    await b.hear_until(call=call, state="incoming")
    await b.say(type="accept", call=call)
    assert await b.hear_until(type="code") == {"type": "code", "code": None, "turn": None}
    assert (await b.hear())["state"] == "talking"
    new = await b.hear_until(type="code")
    await b.say(type="code")
    assert (await b.hear_until(type="code"))["code"] is None
    newer = await b.hear_until(type="code")
    assert len({b.code, new["code"], newer["code"]}) == 3
    await b.say(type="still")
    assert await b.hear() == {"type": "still"}


async def test_a_page_that_reloads_goes_on_and_an_older_one_is_closed(http, kuuki):
    a, b = await pair(http, kuuki)
    call = await talk(a, b)
    newer = await (await dial(http, kuuki)).greet("Aki", line=a.welcome["line"])
    assert await a.closed() == CloseCode.LINE_TAKEN
    assert newer.code == a.code
    await newer.hear_until(call=call, state="talking")
    await assert_passes(newer, b, call)
    await newer.socket.close()
    assert (await b.hear_until(call=call, partner_is="away"))["state"] == "talking"
    back = await (await dial(http, kuuki)).greet("Aki", line=a.welcome["line"])
    await b.hear_until(call=call, partner_is="here")
    await assert_passes(back, b, call)


async def test_a_socket_that_dies_without_a_word_is_away_at_once(http, kuuki):
    a, b = await pair(http, kuuki)
    call = await talk(a, b)
    a.socket._writer.transport.abort()
    await b.hear_until(call=call, partner_is="away")


async def test_a_server_that_restarts_loses_no_call(http):
    settings = Settings(host="127.0.0.1", port=0, code_key="a key of 16 bytes or more")
    async with serving(settings, lambda settings, metrics: FakeMaker()) as kuuki:
        a, b = await pair(http, kuuki)
        call = await talk(a, b)
        first, turns = [a, b], [a.welcome["turn"], (await b.hear_until(type="code"))["turn"]]
        stopping = [asyncio.create_task(client.closed()) for client in first]
    assert [await task for task in stopping] == [CloseCode.GOING_AWAY] * 2
    async with serving(settings, lambda settings, metrics: FakeMaker()) as kuuki:
        standing = {"call": call, "state": "talking", "name": ""}
        ids = [switchboard.line_id_of(client.welcome["line"]) for client in first]
        back = []
        for client, side, partner, turn in zip(first, ("caller", "callee"), ids[::-1], turns, strict=True):
            call_on = standing | {"side": side, "partner": partner}
            back.append(await (await dial(http, kuuki)).greet(line=client.welcome["line"], turn=turn, call=call_on))
        assert back[0].code == a.code
        assert [client.welcome["turn"] for client in back] == turns
        await assert_passes(back[0], back[1], call)
        await back[0].say(type="hang_up", call=call)
        await back[1].hear_until(call=call, state="ended")


async def test_a_page_may_change_its_name_but_not_its_line(http, kuuki):
    a, b = await pair(http, kuuki)
    await a.greet("Akira")
    call = new_call()
    await a.say(type="ring", call=call, code=b.code)
    assert (await b.hear_until(call=call))["name"] == "Akira"
    await a.say(type="hello", version=1, name="", language="en", line="x" * 22)
    assert (await a.hear_until(type="problem"))["error"] == "line"


async def test_an_unknown_code_is_unreachable_after_a_moment(http, kuuki):
    a, _ = await pair(http, kuuki)
    loop, call = asyncio.get_running_loop(), new_call()
    began = loop.time()
    await a.say(type="ring", call=call, code=make_code(b"x" * 32))
    await a.hear_until(call=call, state="unreachable")
    assert loop.time() - began >= 0.49


async def test_a_thousand_wrong_guesses_have_equal_answers_and_nobody_rings(http, kuuki, monkeypatch):
    monkeypatch.setattr(line_state, "MISS_ANSWER_S", 0.02)
    _, b = await pair(http, kuuki)
    answers = set()

    async def guess(eve, code):
        call = new_call()
        await eve.say(type="ring", call=call, code=code)
        answers.add(tuple([(await eve.socket.receive_str()).replace(call, "") for _ in range(2)]))

    async def guess_ten(first):
        eve = await (await dial(http, kuuki)).greet("Eve")
        for number in range(9):
            await guess(eve, make_code(bytes([first, number, *b"x" * 30])))
        # The first of them are limited by their own line, so that even the right code must look wrong.
        await guess(eve, b.code if first < 10 else make_code(bytes([first, 9, *b"x" * 30])))

    for first in range(0, 100, 10):
        await asyncio.gather(*(guess_ten(number) for number in range(first, first + 10)))
    assert kuuki.samples("call_lookups_total")["limited"] >= 800
    assert len(answers) == 1
    assert [json.loads(text)["state"] for text in answers.pop()] == ["calling", "unreachable"]
    assert "found" not in kuuki.samples("call_lookups_total")
    await b.say(type="still")
    assert await b.hear() == {"type": "still"}


async def test_a_hundred_calls_leave_nothing(http, kuuki):
    tasks, files = len(asyncio.all_tasks()), descriptors()
    for _ in range(100):
        a, b = await pair(http, kuuki)
        call = await talk(a, b)
        await a.say(type="hang_up", call=call)
        await b.hear_until(call=call, state="ended")
        for client in (a, b):
            await client.say(type="bye")
            assert await client.closed() == 1000
    await until(lambda: len(asyncio.all_tasks()) <= tasks)
    await until(lambda: descriptors() <= files)
    assert is_held_by_nobody(kuuki.exchange)
    assert len(kuuki.switchboard) == 0
    assert kuuki.samples("calls_total") == {"ended": 100}


# --- who may come


async def test_calls_that_are_off_are_closed_with_that_reason(http):
    settings = Settings(host="127.0.0.1", port=0, calls="off")
    async with serving(settings, lambda settings, metrics: FakeMaker()) as kuuki:
        assert await (await dial(http, kuuki)).closed() == CloseCode.CALLS_OFF
        assert len(kuuki.switchboard) == 0


@pytest.mark.parametrize("origin", ["https://elsewhere.example.org", "null", "http://127.0.0.1:1"])
async def test_pages_of_other_sites_are_refused(http, kuuki, origin):
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await dial(http, kuuki, headers={"Origin": origin})
    assert refused.value.status == 403


async def test_kuukis_own_pages_and_programs_without_an_origin_may(http, kuuki):
    for headers in ({"Origin": kuuki.url}, {}):
        assert (await (await dial(http, kuuki, headers=headers)).greet()).code


async def test_other_hosts_are_refused_on_loopback(http, kuuki):
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await dial(http, kuuki, headers={"Host": "rebound.example.org"})
    assert refused.value.status == 403


async def test_without_an_upgrade_it_says_what_it_is(http, kuuki):
    async with http.get(f"{kuuki.url}/calls") as answer:
        assert answer.status == 426
        assert (await answer.json())["error"] == "upgrade"
    async with http.post(f"{kuuki.url}/calls") as answer:
        assert answer.status == 405


async def test_behind_a_proxy_an_address_has_so_many_lines(http, kuuki, monkeypatch):
    monkeypatch.setattr(kuuki.switchboard._quota, "_per_key", 3)
    via = {"X-Forwarded-For": "192.0.2.7"}
    three = [await (await dial(http, kuuki, headers=via)).greet() for _ in range(3)]
    assert await (await dial(http, kuuki, headers=via)).closed() == CloseCode.FULL
    await (await dial(http, kuuki, headers={"X-Forwarded-For": "192.0.2.8"})).greet()
    await three[0].socket.close()
    await until(lambda: kuuki.switchboard._quota._held["192.0.2.7"] == 2)
    await (await dial(http, kuuki, headers=via)).greet()


@pytest.mark.slow
async def test_who_does_not_say_hello_is_closed(http, kuuki, monkeypatch):
    monkeypatch.setattr(socket, "HELLO_S", 1.0)
    silent, talkative = await dial(http, kuuki), await dial(http, kuuki)
    await talkative.say(type="still")
    assert (await talkative.hear())["error"] == "hello_first"
    assert await silent.closed() == CloseCode.SILENT
    assert await talkative.closed() == CloseCode.SILENT
    greeted = await (await dial(http, kuuki)).greet()
    await asyncio.sleep(1.2)
    await greeted.say(type="still")
    assert await greeted.hear() == {"type": "still"}


# --- what is sent


BAD_TEXTS = {
    "empty": "",
    "garbage": "hello",
    "a number": "1",
    "an array": "[]",
    "no type": "{}",
    "unknown type": '{"type": "shout"}',
    "a type that is a list": '{"type": ["ring"]}',
    "a type that is an object": '{"type": {"type": "ring"}}',
    "deep": "[" * 16_000,
    "deep objects": '{"a":' * 3_000,
    "a huge number": '{"type": ' + "9" * 10_000 + "}",
    "nan": '{"type": NaN}',
    "ring without a code": '{"type": "ring", "call": "0123456789012345678901"}',
    "half a surrogate": '{"type": "ring", "call": "0123456789012345678901", "code": "\\ud800"}',
    "half a surrogate in a candidate": '{"type": "signal", "call": "0123456789012345678901", "generation": 1, '
    '"candidate": {"candidate": "", "sdpMid": "\\udfff"}}',
    "a call with a line break": '{"type": "accept", "call": "012345678901234567890\\n"}',
    "a NUL in a call": '{"type": "accept", "call": "\\u000012345678901234567890"}',
    "a path as a call": '{"type": "accept", "call": "../../../../etc/passwd"}',
    "right to left as a call": '{"type": "accept", "call": "\\u202e123456789012345678901"}',
}


async def test_bad_texts_are_answered_counted_and_close_their_line(http, kuuki):
    a, b = await pair(http, kuuki)
    call = await talk(a, b)
    bad = await (await dial(http, kuuki)).greet("Eve")
    assert len(BAD_TEXTS) == MALFORMED_MESSAGES - 1
    for text in BAD_TEXTS.values():
        await bad.socket.send_str(text)
        assert (await bad.hear())["type"] == "problem"
    await assert_passes(a, b, call)
    await bad.socket._writer.send_frame(b'{"type": "\xff\xfe"}', aiohttp.WSMsgType.TEXT)
    assert await bad.closed() == CloseCode.MALFORMED
    dropped = kuuki.samples("call_messages_dropped_total")
    assert sum(dropped.values()) == MALFORMED_MESSAGES
    assert dropped["not_utf8"] == 1
    await assert_passes(a, b, call)


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ((b"x" * 2_000_000, aiohttp.WSMsgType.TEXT), "too_large"),
        ((b"x" * (MESSAGE_BYTES + 1), aiohttp.WSMsgType.TEXT), "too_large"),
        ((b"{}", aiohttp.WSMsgType.BINARY), "not_text"),
        ((b"x" * 200, aiohttp.WSMsgType.PING), "broken"),
        ((b"", 5), "broken"),
    ],
    ids=["2 MB", "a byte too much", "binary", "a large ping", "an unknown opcode"],
)
async def test_frames_that_may_not_be_close_their_line_and_no_other(http, kuuki, frame, reason):
    a, b = await pair(http, kuuki)
    call = await talk(a, b)
    bad = await (await dial(http, kuuki)).greet("Eve")
    await bad.socket._writer.send_frame(*frame)
    assert await bad.closed() == CloseCode.MALFORMED
    assert kuuki.samples("call_messages_dropped_total") == {reason: 1}
    await assert_passes(a, b, call)


class Wire:
    """A client's end without a library: what is sent is what it says."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    async def code(self):
        """What it is closed with, whatever is said before."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                first, length = await self.reader.readexactly(2)
                if length == 126:
                    length = int.from_bytes(await self.reader.readexactly(2))
                payload = await self.reader.readexactly(length)
                if first & 0x0F == 8:
                    return int.from_bytes(payload[:2])


def masked(opcode, payload=b"", *, fin=True):
    assert len(payload) < 126
    return bytes([opcode | fin << 7, 0x80 | len(payload)]) + bytes(4) + payload


STILL = b'{"type":"still"}'
HELLO = b'{"type":"hello","version":1,"name":"Eve","language":"en"}'
BEGUN = masked(1, fin=False)


@pytest.fixture
async def wire(kuuki):
    """Opens a socket; what is given goes out with the request for it."""
    opened = []

    async def connect(early=b""):
        host, port = kuuki.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        opened.append(writer)
        writer.write(
            f"GET /calls HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
            + early
        )
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
        return Wire(reader, writer)

    yield connect
    for writer in opened:
        writer.close()


FORGIVEN = {
    "no mask": (b"\x81" + bytes([len(STILL)]) + STILL, "broken", CloseCode.MALFORMED),
    "a ping without a mask": (b"\x89\x00", "broken", CloseCode.MALFORMED),
    "a large frame without a mask": (b"\x81\x7e\x20\x00" + bytes(8192), "broken", CloseCode.MALFORMED),
    "empty fragments": (BEGUN + masked(0, fin=False) * 30_000, "broken", CloseCode.MALFORMED),
    "fragments of a byte": (BEGUN + masked(0, b"x", fin=False) * 5000, "broken", CloseCode.MALFORMED),
    "messages in fragments": ((BEGUN + masked(0, STILL)) * 500, "flood", CloseCode.FLOOD),
    "pings between fragments": (BEGUN + masked(9) * 500, "flood", CloseCode.FLOOD),
    "two beginnings": (BEGUN + masked(1, b"{}", fin=False), "broken", CloseCode.MALFORMED),
    "an end without a beginning": (masked(0, STILL), "broken", CloseCode.MALFORMED),
    "a reserved bit": (masked(0x41, STILL), "broken", CloseCode.MALFORMED),
    "half a ping": (masked(9, fin=False), "broken", CloseCode.MALFORMED),
    "endless": (b"\x81\xff" + b"\xff" * 12, "too_large", CloseCode.MALFORMED),
}


@pytest.mark.parametrize("is_early", [False, True], ids=["later", "with the request"])
@pytest.mark.parametrize("attack", FORGIVEN)
async def test_what_a_library_forgives_closes_its_line_and_no_other(http, kuuki, wire, attack, is_early, monkeypatch):
    monkeypatch.setattr(page_socket, "CLOSE_S", 0.3)
    sent, reason, code = FORGIVEN[attack]
    a, b = await pair(http, kuuki)
    call = await talk(a, b)
    if is_early:
        bad = await wire(sent)
    else:
        bad = await wire(masked(1, HELLO))
        bad.writer.write(sent)
    assert await bad.code() == code
    assert kuuki.samples("call_messages_dropped_total") == {reason: 1}
    await until(lambda: kuuki.switchboard._quota._held[None] == 2)
    await assert_passes(a, b, call)


async def test_a_message_in_some_fragments_is_heard(http, kuuki, wire):
    client = await wire(masked(1, HELLO[:9], fin=False) + masked(9) + masked(0, fin=False) + masked(0, HELLO[9:]))
    async with asyncio.timeout(PATIENCE_S):
        assert b"welcome" in await client.reader.readuntil(b"}")
    assert kuuki.samples("call_messages_dropped_total") == {}


async def test_compression_is_not_spoken(http, kuuki):
    client = await dial(http, kuuki, compress=15)
    assert client.socket.compress == 0


@pytest.mark.parametrize("kind", [aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG])
async def test_a_flood_is_cut_and_disturbs_nobody(http, kuuki, kind):
    a, b = await pair(http, kuuki)
    call = await talk(a, b)
    bad = await (await dial(http, kuuki)).greet("Eve")
    with contextlib.suppress(ConnectionError):
        for _ in range(2 * MESSAGES_BURST):
            await bad.socket._writer.send_frame(b'{"type":"still"}', kind)
    assert await bad.closed() == CloseCode.FLOOD
    assert kuuki.samples("call_messages_dropped_total") == {"flood": 1}
    await assert_passes(a, b, call)


async def test_pings_are_answered(http, kuuki):
    client = await (await dial(http, kuuki, autoping=False)).greet()
    await client.socket.ping(b"still?")
    async with asyncio.timeout(PATIENCE_S):
        frame = await client.socket.receive()
    assert (frame.type, bytes(frame.data)) == (aiohttp.WSMsgType.PONG, b"still?")


async def test_who_does_not_read_is_cut(http, kuuki, monkeypatch):
    monkeypatch.setattr(page_socket, "CLOSE_S", 0.3)
    monkeypatch.setattr(frame_guard, "MESSAGES_PER_S", 1e9)
    monkeypatch.setattr(frame_guard, "MESSAGES_BURST", 1e9)
    a, b = await pair(http, kuuki)
    call = await talk(a, b)
    b.socket._conn.protocol.pause_reading()
    sdp = {"type": "offer", "sdp": "x" * 16_000}
    for _ in range(1000):
        await a.say(type="signal", call=call, generation=1, description=sdp)
        if kuuki.switchboard._quota._held[None] < 2:
            break
    assert (await a.hear_until(call=call, partner_is="away"))["state"] == "talking"
    await until(lambda: kuuki.switchboard._quota._held[None] == 1)


async def test_who_does_not_answer_a_close_is_cut(http, kuuki, monkeypatch):
    monkeypatch.setattr(page_socket, "CLOSE_S", 0.2)
    client = await (await dial(http, kuuki)).greet()
    client.socket._conn.protocol.pause_reading()
    client.socket._conn.transport.write(struct.pack(">BBI", 0x82, 0x81, 0) + b"x")
    await until(lambda: kuuki.switchboard._quota._held[None] == 0)


# --- relays


async def test_ice_servers_for_lines(http):
    settings = Settings(
        host="127.0.0.1",
        port=0,
        ice_servers="stun:stun.example.org:3478, turn:na%3Ame:pass@turn.example.org:3478",
        turn="turn:relay.example.org:3478?transport=udp,turns:relay.example.org:5349",
        turn_secret="a shared secret",
        turn_ttl_s=600,
    )
    async with serving(settings, lambda settings, metrics: FakeMaker()) as kuuki:
        a, b = await pair(http, kuuki)
        assert a.welcome["relay"] is True
        await talk(a, b)
        await a.say(type="ice")
        message = await a.hear()
        stun, fixed, rest = message["servers"]
        assert (message["type"], message["ttl_s"]) == ("ice", 600)
        assert stun == {"urls": ["stun:stun.example.org:3478"]}
        assert fixed == {"urls": ["turn:turn.example.org:3478"], "username": "na:me", "credential": "pass"}
        assert rest["urls"] == ["turn:relay.example.org:3478?transport=udp", "turns:relay.example.org:5349"]
        for _ in range(5):
            await a.say(type="ice")
            assert await a.hear() == message


async def test_without_a_relay_there_are_no_servers(http, kuuki):
    a, _ = await pair(http, kuuki)
    await a.say(type="ice")
    assert (await a.hear())["servers"] == []


# --- what is said of it


async def test_nothing_personal_is_logged_or_counted(http, kuuki, capfd):
    with capture_logs() as logs:
        a, b = await pair(http, kuuki)
        call = await talk(a, b)
        await a.say(type="ring", call=new_call(), code="wrong-code-of-nobody-1")
        await a.say(type="shout")
        await a.socket._writer.send_frame(b"x" * 2_000_000, aiohttp.WSMsgType.TEXT)
        await a.closed()
        await b.say(type="bye")
        await b.closed()
        metrics = generate_latest(kuuki.metrics.registry).decode()
    said = capfd.readouterr()
    everything = f"{logs}{said.out}{said.err}{metrics}"
    for person in (a, b):
        secret = person.welcome["line"]
        for word in (person.code, secret, switchboard.line_id_of(secret)):
            assert word not in everything
    for word in (call, "Aki", "Ben", "127.0.0.1", "wrong-code-of-nobody"):
        assert word not in everything
    assert "kuuki_call_messages_total" in metrics
