"""What a stranger's bytes cost before anybody asked who it is, and how all that is refused is answered.

Work is measured in bytes that reached the parser, and in what the sockets took: not in time.
"""

import asyncio
import gzip
import json
import socket
import ssl
import zlib

import pytest
from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from kuuki.connections import Caps
from kuuki.limits import BODY_BYTES, HEAD_BYTES
from loadtests.fake_transport import FakeMaker
from services.launch.health import health_port
from services.launch.listening import listening
from services.runtime.http import server
from services.runtime.http.connection import PIECE_BYTES
from services.runtime.http.probes import Probes
from services.runtime.http.problem import HEADERS
from services.runtime.metrics import Metrics
from services.runtime.settings import Settings
from services.signal import feeds
from services.signal.app import make_app
from services.signal.http import guards, participants
from tests.patience import PATIENCE_S, until
from tests.services.harness import serving

pytestmark = pytest.mark.usefixtures("quiet")

BOMB = gzip.compress(bytes(50_000_000))
HOST = b"Host: 127.0.0.1\r\n"
SECRET = b"do-not-repeat-this"
"""Put into what is refused: no answer and no log may hold it."""


@pytest.fixture
async def kuuki():
    async with serving(maker=lambda settings, metrics: FakeMaker()) as running:
        yield running


MANY = Caps(1000, 1000, 1000)


@pytest.fixture
async def health():
    async with health_port(Settings(), Metrics(), Probes(lambda: True), MANY) as url:
        yield int(url.rpartition(":")[2])


@pytest.fixture
def parsed(monkeypatch):
    """The sizes of what the library was given to parse."""
    sizes = []
    inner = RequestHandler.data_received

    def data_received(self, data):
        sizes.append(len(data))
        inner(self, data)

    monkeypatch.setattr(RequestHandler, "data_received", data_received)
    return sizes


class Answer:
    """An HTTP answer, as it came."""

    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        self.raw = raw
        first, *lines = head.decode().split("\r\n")
        self.status = int(first.split(" ")[1])
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}

    def length(self):
        return int(self.headers["content-length"])

    def problem(self):
        """Its error; it must be in kuuki's form."""
        assert self.status >= 400
        assert self.headers["content-type"].startswith("application/json")
        for name, value in HEADERS.items():
            assert self.headers[name.lower()] == value
        assert "server" not in self.headers
        assert SECRET not in self.raw
        said = json.loads(self.body)
        assert said.keys() == {"error", "message"}
        return said["error"]


async def talk(port, *sent, rest=b""):
    """Send bytes, then ``rest`` as often as it is taken; all that comes back until the other side closes its half.

    The answer, and how many bytes of the rest were taken by then.
    """
    loop = asyncio.get_running_loop()
    with socket.socket() as client:
        client.setblocking(False)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 * 1024)
        await loop.sock_connect(client, ("127.0.0.1", port))
        for data in sent:
            await loop.sock_sendall(client, data)
        taken = 0

        async def pour():
            nonlocal taken
            while rest:
                await loop.sock_sendall(client, rest)
                taken += len(rest)

        pouring = asyncio.ensure_future(pour())
        raw = bytearray()
        try:
            async with asyncio.timeout(PATIENCE_S):
                while data := await loop.sock_recv(client, 65536):
                    raw += data
        finally:
            pouring.cancel()
            await asyncio.wait([pouring])
        return Answer(bytes(raw)), taken


def request(line, *headers, body=b""):
    head = b"".join(header + b"\r\n" for header in headers)
    return line + b" HTTP/1.1\r\n" + HOST + head + b"\r\n" + body


# --- nothing is inflated


@pytest.mark.parametrize("line", [b"GET /healthz", b"POST /rooms", b"GET /nowhere", b"GET /calls", b"DELETE /rooms/x"])
@pytest.mark.parametrize("coding", [b"gzip", b"deflate", b"br", b"zstd", b"GZip", b"x", b"identity, gzip"])
async def test_no_coded_body_is_taken_on_any_route(kuuki, health, line, coding):
    head = request(line, b"Content-Encoding: " + coding, b"Connection: close", b"Content-Length: 4", body=b"junk")
    for port in (kuuki.port, health):
        answer, _ = await talk(port, head)
        assert (answer.status, answer.problem()) == (415, "content_encoding")
        assert answer.headers["accept-encoding"] == "identity"


async def test_the_second_header_of_a_kind_counts_too(kuuki):
    head = request(b"GET /healthz", b"Content-Encoding: identity", b"Content-Encoding: gzip", b"Connection: close")
    assert (await talk(kuuki.port, head))[0].status == 415


@pytest.mark.parametrize("coding", [b"identity", b"Identity", b"", b", identity ,"])
async def test_a_body_that_says_that_it_is_not_coded_is_one(kuuki, coding):
    head = request(b"POST /rooms", b"Content-Encoding: " + coding, b"Connection: close", b"Content-Length: 2")
    assert (await talk(kuuki.port, head + b"{}"))[0].status == 201


@pytest.mark.parametrize("bomb", [BOMB, zlib.compress(bytes(50_000_000))])
async def test_a_bomb_is_not_unpacked_nor_read(kuuki, health, parsed, bomb):
    for port in (kuuki.port, health):
        parsed.clear()
        coding = b"Content-Encoding: gzip"
        answer, _ = await talk(port, request(b"GET /healthz", coding, b"Content-Length: 900000000"), rest=bomb)
        assert answer.status == 415
        assert sum(parsed) <= PIECE_BYTES


@pytest.mark.parametrize("version", [b"0.9", b"2.0"])
async def test_other_versions_are_not_spoken(kuuki, version):
    answer, _ = await talk(kuuki.port, b"GET /healthz HTTP/" + version + b"\r\n" + HOST + b"Connection: close\r\n\r\n")
    assert (answer.status, answer.problem()) == (505, "http_version")


async def test_transfer_codings_are_not_undone(kuuki):
    head = request(b"POST /rooms", b"Transfer-Encoding: gzip, chunked", b"Connection: close")
    answer, _ = await talk(kuuki.port, head + b"0\r\n\r\n")
    assert (answer.status, answer.problem()) == (501, "transfer_encoding")


# --- what is answered early is not read on


LONG = b"Content-Length: 10000000000"
CHUNKED = b"Transfer-Encoding: chunked"
BIG_CHUNK = b"10000\r\n" + bytes(65536) + b"\r\n"


@pytest.mark.parametrize(
    ("line", "headers", "rest", "status", "error"),
    [
        (b"GET /healthz", [LONG], bytes(65536), 413, "content_too_large"),
        (b"DELETE /rooms/x", [LONG], bytes(65536), 413, "content_too_large"),
        (b"OPTIONS *", [LONG], bytes(65536), 413, "content_too_large"),
        (b"POST /rooms", [LONG], bytes(65536), 413, "content_too_large"),
        (b"POST /rooms", [b"Content-Length: %d" % (BODY_BYTES + 1)], bytes(65536), 413, "content_too_large"),
        (b"POST /nowhere", [b"Content-Length: 9"], b"", 404, "not_found"),
        (b"POST /nowhere", [CHUNKED], BIG_CHUNK, 404, "not_found"),
        (b"POST /healthz", [CHUNKED], BIG_CHUNK, 405, "method_not_allowed"),
        (b"POST /rooms/x/participants", [CHUNKED], BIG_CHUNK, 404, "room_unknown"),
        (b"POST /rooms", [LONG, b"Expect: 100-continue"], bytes(65536), 413, "content_too_large"),
    ],
)
async def test_what_is_answered_early_is_not_read_on(kuuki, parsed, line, headers, rest, status, error):
    before = len(parsed)
    answer, taken = await talk(kuuki.port, request(line, *headers), rest=rest)
    assert (answer.status, answer.problem()) == (status, error)
    assert b"100 Continue" not in answer.raw
    assert answer.headers["connection"] == "close"
    assert sum(parsed[before:]) <= BODY_BYTES + 2 * PIECE_BYTES
    if headers[0].startswith(b"Content-Length"):
        assert sum(parsed[before:]) <= PIECE_BYTES
    assert taken < 20_000_000  # what both sockets of loopback hold


async def test_a_body_in_chunks_without_end_is_cut_where_it_is_too_long(kuuki, parsed):
    answer, _ = await talk(kuuki.port, request(b"POST /rooms", CHUNKED), rest=BIG_CHUNK)
    assert (answer.status, answer.problem()) == (413, "content_too_large")
    assert sum(parsed) <= BODY_BYTES + 2 * PIECE_BYTES


@pytest.mark.parametrize(
    "rest",
    [
        b"1\r\na\r\n" * 1000,
        b"1;" + b"x" * 1000 + b"\r\na\r\n",
        b"1;a=b;" + b"c;" * 4000 + b"\r\na\r\n",
    ],
    ids=["tiny chunks", "extensions", "many extensions"],
)
async def test_what_chunks_cost_beside_their_bytes_is_bounded(kuuki, parsed, rest):
    answer, _ = await talk(kuuki.port, request(b"POST /rooms", CHUNKED), rest=rest)
    assert (answer.status, answer.problem()) in ((413, "content_too_large"), (400, "malformed"), (400, "body"))
    assert sum(parsed) <= 3 * PIECE_BYTES


async def test_trailers_without_end_are_refused(kuuki, parsed):
    for ends in (b"2\r\n{}\r\n0\r\n", b"0\r\n"):
        parsed.clear()
        answer, _ = await talk(
            kuuki.port, request(b"POST /rooms", CHUNKED) + ends, rest=b"X-Trailer: abcdefgh\r\n" * 99
        )
        assert answer.status == 400
        assert answer.problem() in ("body", "malformed")  # found broken with its head, or later
        assert sum(parsed) <= 2 * PIECE_BYTES


async def test_chunks_that_fit_are_a_body(kuuki):
    body = b'{"language": "ja"}'
    chunks = b"".join(b"1;a=b\r\n%c\r\n" % byte for byte in body) + b"0\r\nTrailer: a\r\n\r\n"
    answer, _ = await talk(kuuki.port, request(b"POST /rooms", CHUNKED, b"Connection: close") + chunks)
    assert answer.status == 201
    chunks = b"32\r\n%b\r\n" % (b" " * 50) * (BODY_BYTES // 50 - 1) + b"2\r\n{}\r\n0\r\n\r\n"
    answer, _ = await talk(kuuki.port, request(b"POST /rooms", CHUNKED, b"Connection: close"), chunks)
    assert answer.status == 201


async def test_no_body_may_be_said_in_chunks(kuuki, parsed):
    """As proxies do that do not see a request's end."""
    answer, _ = await talk(kuuki.port, request(b"GET /healthz", CHUNKED, b"Connection: close") + b"0\r\n\r\n")
    assert answer.status == 200
    parsed.clear()
    answer, _ = await talk(kuuki.port, request(b"GET /healthz", CHUNKED), rest=BIG_CHUNK)
    assert answer.status in (200, 413)
    assert answer.headers["connection"] == "close"
    assert sum(parsed) <= 2 * PIECE_BYTES


async def test_by_tls_what_is_answered_early_arrives_and_is_not_read_on(kuuki, parsed):
    """There is no half to close there: the answer is complete by its length."""
    settings = Settings(host="127.0.0.1", port=0, tls="self-signed")
    app = make_app(settings, kuuki.rooms, kuuki.hub, kuuki.switchboard, Metrics(), kuuki.url)
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    listener = socket.create_server(("127.0.0.1", 0))
    async with listening(settings, listener, app, MANY, Metrics()):
        reader, writer = await asyncio.open_connection(*listener.getsockname(), ssl=trust)
        writer.write(request(b"POST /rooms", LONG, b"Content-Encoding: gzip") + bytes(1_000_000))
        head = await reader.readuntil(b"\r\n\r\n")
        answer = Answer(head + await reader.readexactly(Answer(head).length()))
        assert (answer.status, answer.problem()) == (415, "content_encoding")
        assert sum(parsed) <= PIECE_BYTES
        writer.close()


async def test_a_stream_does_not_hold_a_body(kuuki, parsed):
    """An event stream lasts: nothing that is sent after its request may gather here meanwhile."""
    room = kuuki.url, await _room(kuuki)
    reader, writer = await asyncio.open_connection("127.0.0.1", kuuki.port)
    writer.write(request(b"GET /rooms/" + room[1].encode() + b"/mix", CHUNKED, b"Accept: text/event-stream"))
    await reader.readuntil(b"event: mix")
    writer.write(BIG_CHUNK * 4)
    await reader.readuntil(b"event: mix")
    await reader.readuntil(b"event: mix")
    assert sum(parsed) <= 2 * PIECE_BYTES
    writer.close()


async def _room(kuuki):
    answer, _ = await talk(kuuki.port, request(b"POST /rooms", b"Connection: close"))
    return json.loads(answer.body)["room"]


async def test_who_asked_early_is_answered_before_the_cut(kuuki):
    """Requests in a row: those before the refused one have their answers, those behind it none."""
    good, bad = request(b"GET /healthz"), request(b"GET /readyz", LONG)
    answer, _ = await talk(kuuki.port, good + good + bad + good * 50)
    heads = [part for part in answer.raw.split(b"HTTP/1.1 ") if part]
    assert [head[:3] for head in heads] == [b"200", b"200", b"413"]


async def test_a_declined_upgrade_leads_nowhere(kuuki, parsed):
    upgrade = request(b"GET /healthz", b"Connection: upgrade", b"Upgrade: websocket")
    answer, _ = await talk(kuuki.port, upgrade, rest=request(b"GET /readyz") * 100)
    assert answer.raw.count(b"HTTP/1.1 ") == 1
    assert answer.headers["connection"] == "close"


async def test_a_connect_leads_nowhere(kuuki):
    answer, _ = await talk(kuuki.port, b"CONNECT 127.0.0.1:6379 HTTP/1.1\r\n" + HOST + b"\r\n", rest=b"x" * 1000)
    assert answer.problem() in ("method_not_allowed", "not_found", "host")


async def test_a_head_without_end_is_cut_where_it_is_too_long(kuuki, health, parsed):
    for port in (kuuki.port, health):
        parsed.clear()
        answer, _ = await talk(port, b"GET / HTTP/1.1\r\n", rest=b"A: " + b"a" * 1000 + b"\r\n")
        assert (answer.status, answer.problem()) == (431, "head_too_large")
        assert sum(parsed) <= HEAD_BYTES + 2 * PIECE_BYTES


async def test_empty_lines_without_end_are_a_head_too(kuuki, parsed):
    answer, _ = await talk(kuuki.port, rest=b"\r\n" * 1000)
    assert answer.problem() in ("head_too_large", "malformed")
    assert sum(parsed) <= HEAD_BYTES + 2 * PIECE_BYTES


async def test_one_expects_100_or_nothing(kuuki):
    answer, _ = await talk(kuuki.port, request(b"GET /healthz", b"Expect: " + SECRET, b"Connection: close"))
    assert (answer.status, answer.problem()) == (417, "expectation_failed")
    with_body = request(b"POST /rooms", b"Expect: 100-continue", b"Content-Length: 2", b"Connection: close")
    answer, _ = await talk(kuuki.port, with_body, b"{}")
    assert answer.raw.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201")


async def test_a_connection_that_answered_all_it_was_asked_goes_on(kuuki):
    answer, _ = await talk(
        kuuki.port,
        request(b"POST /rooms", b"Content-Length: 2", body=b"{}"),
        request(b"POST /nowhere", b"Content-Length: 2", body=b"{}"),
        request(b"GET /healthz", b"Content-Encoding: gzip"),
        request(b"GET /healthz", b"Connection: close"),
    )
    statuses = [part[:3] for part in answer.raw.split(b"HTTP/1.1 ") if part]
    assert statuses == [b"201", b"404", b"415", b"200"]


# --- what the library refuses


REFUSED = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + SECRET + bytes(500),
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + SECRET,
    b"GET /" + SECRET + b" HTTP/9.9\r\n\r\n",
    SECRET + b" / HTTP/1.1\r\n\r\n",
    b"GET " + SECRET + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET http://[" + SECRET + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /\x00" + SECRET + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /" + SECRET + b" HTTP/1.1\r\n\r\n",
    request(b"GET /", b"Host: " + SECRET),
    request(b"GET /", b" folded: " + SECRET),
    request(b"GET /", SECRET),
    request(b"GET /", b"A\x00B: " + SECRET),
    request(b"GET /", b"Sec-WebSocket-Key1: " + SECRET),
    request(b"POST /rooms", b"Content-Length: -1" + SECRET),
    request(b"POST /rooms", b"Content-Length: 1", b"Content-Length: 2"),
    request(b"POST /rooms", b"Content-Length: 99999999999999999999999999"),
    request(b"POST /rooms", b"Content-Length: 5", CHUNKED),
    request(b"POST /rooms", b"Transfer-Encoding: " + SECRET),
    request(b"POST /rooms", CHUNKED, body=b"ZZ" + SECRET + b"\r\n"),
    request(b"POST /rooms", CHUNKED, body=b"fffffffffffffffffff\r\n"),
    request(b"GET /", *(b"A%d: a" % number for number in range(200))),
]


@pytest.mark.parametrize("data", REFUSED)
async def test_what_the_library_refuses_is_a_problem_that_repeats_nothing(kuuki, health, caplog, data):
    for port in (kuuki.port, health):
        answer, _ = await talk(port, data)
        assert answer.status == 400
        assert answer.problem() == "malformed"
    assert SECRET.decode() not in caplog.text


@pytest.mark.parametrize(
    "data",
    [
        request(b"GET /", b"A: " + SECRET + b"a" * 9000),
        request(b"GET /", b"a" * 9000 + SECRET + b": a"),
        b"GET /" + SECRET + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    ],
)
async def test_what_is_too_long_for_the_library_says_so(kuuki, health, data):
    for port in (kuuki.port, health):
        answer, _ = await talk(port, data)
        assert (answer.status, answer.problem()) == (431, "head_too_large")


UPGRADE = {
    b"Connection": b"upgrade, close",
    b"Upgrade": b"websocket",
    b"Sec-WebSocket-Version": b"13",
    b"Sec-WebSocket-Key": b"dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"Upgrade", b"h2c"),
        (b"Upgrade", b"websocket\xff"),
        (b"Sec-WebSocket-Version", b"99"),
        (b"Sec-WebSocket-Version", b"\xff\xfe"),
        (b"Sec-WebSocket-Key", b"short"),
        (b"Sec-WebSocket-Key", b"\xff\xfe"),
        (b"Sec-WebSocket-Key", b"=" * 3),
    ],
)
async def test_an_upgrade_that_is_none_is_a_problem_too(kuuki, name, value):
    headers = [each + b": " + said for each, said in (UPGRADE | {name: value}).items()]
    answer, _ = await talk(kuuki.port, request(b"GET /calls", *headers))
    assert (answer.status, answer.problem()) == (426, "upgrade")


async def test_a_body_that_breaks_off_its_chunks_is_answered_at_once(kuuki, parsed):
    """Not after the ten seconds that a body may take."""
    head = request(b"POST /rooms", CHUNKED)
    reader, writer = await asyncio.open_connection("127.0.0.1", kuuki.port)
    writer.write(head + b"2\r\n{}\r\n")
    await until(lambda: sum(parsed) > len(head))
    writer.write(b"no chunk at all\r\n")
    async with asyncio.timeout(guards._BODY_S / 2):
        answer = Answer(await reader.read())
    writer.close()
    assert (answer.status, answer.problem()) == (400, "body")


async def test_a_download_broken_off_is_no_fault_of_ours(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "large.bin").write_bytes(bytes(30_000_000))
    async with serving(maker=lambda settings, metrics: FakeMaker(), pages=tmp_path) as kuuki:
        for abrupt in (False, True):
            reader, writer = await asyncio.open_connection("127.0.0.1", kuuki.port)
            writer.write(request(b"GET /assets/large.bin"))
            await reader.readexactly(1000)
            hang_up(writer, abrupt)
        answer, _ = await talk(kuuki.port, request(b"GET /healthz", b"Connection: close"))
        assert answer.status == 200


@pytest.mark.parametrize(
    ("header", "status", "error"),
    [
        (b"Range: bytes=999-", 416, "range_not_satisfiable"),
        (b"Range: " + SECRET, 416, "range_not_satisfiable"),
        (b'If-Match: "%b"' % SECRET, 412, "precondition_failed"),
        (b"If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT", 412, "precondition_failed"),
    ],
)
async def test_what_the_library_refuses_of_a_file_is_a_problem_too(tmp_path, header, status, error):
    (tmp_path / "favicon.svg").write_text("<svg/>")
    async with serving(maker=lambda settings, metrics: FakeMaker(), pages=tmp_path) as kuuki:
        answer, _ = await talk(kuuki.port, request(b"GET /favicon.svg", header, b"Connection: close"))
        assert (answer.status, answer.problem()) == (status, error)
        answer, _ = await talk(kuuki.port, request(b"GET /favicon.svg", b"Range: bytes=1-3", b"Connection: close"))
        assert (answer.status, answer.body) == (206, b"svg")


@pytest.mark.parametrize(
    ("line", "status", "error"),
    [
        (b"GET /nowhere", 404, "not_found"),
        (b"PUT /rooms", 405, "method_not_allowed"),
        (b"PROPFIND /healthz", 405, "method_not_allowed"),
        (b"GET /" + SECRET, 404, "not_found"),
    ],
)
async def test_what_the_router_refuses_is_a_problem_too(kuuki, health, line, status, error):
    for port in (kuuki.port, health):
        answer, _ = await talk(port, request(line, b"Connection: close"))
        if port == health and line == b"PUT /rooms":
            continue
        assert (answer.status, answer.problem()) == (status, error)
        assert ("allow" in answer.headers) == (status == 405)


def hang_up(writer, abrupt):
    """Close a connection, or reset it."""
    if abrupt:
        linger = (1).to_bytes(4, "little") + bytes(4)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.close()


async def test_a_half_sent_body_is_no_fault_of_ours(kuuki, parsed):
    for abrupt in (False, True):
        parsed.clear()
        _, writer = await asyncio.open_connection("127.0.0.1", kuuki.port)
        writer.write(request(b"POST /rooms", b"Content-Length: 10") + b"{")
        await until(lambda: parsed)
        hang_up(writer, abrupt)
    answer, _ = await talk(kuuki.port, request(b"GET /healthz", b"Connection: close"))
    assert answer.status == 200
    assert len(kuuki.rooms) == 0


# --- what nobody expected


@pytest.fixture
def faults(monkeypatch):
    """What was logged as unexpected, taken from the log: here it is meant."""
    entries = []

    class Log:
        def error(self, event, **fields):
            entries.append({"event": event} | fields)

    monkeypatch.setattr(server, "log", Log())
    return entries


async def test_what_nobody_expected_is_500_and_logged_by_kind_and_place(kuuki, faults, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError(SECRET.decode())

    monkeypatch.setattr(participants, "record_of", fail)
    head = request(b"POST /rooms/x/participants", b"Content-Length: 2", b"Connection: close")
    answer, _ = await talk(kuuki.port, head + b"{}")
    assert (answer.status, answer.problem()) == (500, "internal")
    (entry,) = faults
    assert entry["kind"] == "ZeroDivisionError"
    assert entry["where"].startswith("test_edge.py:")
    assert SECRET.decode() not in str(entry)


async def test_an_answer_that_fails_midway_is_cut_and_not_followed_by_another(kuuki, faults, monkeypatch):
    room = await _room(kuuki)

    async def fail(response, queue):
        await response.write(b": begun\n\n")
        raise ZeroDivisionError

    monkeypatch.setattr(feeds, "_write_all", fail)
    reader, writer = await asyncio.open_connection("127.0.0.1", kuuki.port)
    writer.write(request(b"GET /rooms/" + room.encode() + b"/mix", b"Accept: text/event-stream"))
    raw = b""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while data := await reader.read(65536):
                raw += data
    except ConnectionResetError:
        pass
    writer.close()
    assert raw.count(b"HTTP/1.1") == 1
    assert b"internal" not in raw
    assert not raw.endswith(b"0\r\n\r\n")
    assert [entry["kind"] for entry in faults] == ["ZeroDivisionError"]


async def test_what_cannot_be_handled_outside_the_routes_is_500_too(kuuki, faults, monkeypatch):
    async def fail(self, request):
        raise LookupError(SECRET.decode())

    monkeypatch.setattr(web.UrlDispatcher, "resolve", fail)
    answer, _ = await talk(kuuki.port, request(b"GET /healthz", b"Connection: close"))
    assert (answer.status, answer.problem()) == (500, "internal")
    assert [entry["kind"] for entry in faults] == ["LookupError"]
