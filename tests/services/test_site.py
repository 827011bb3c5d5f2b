"""Where HTTP connections are taken: how many, of whom, and who goes when there are too many."""

import asyncio
import contextlib
import errno
import os
import socket
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from kuuki import connections
from kuuki.addresses import UNKNOWN, key_of_connection
from kuuki.capacity import Capacity
from kuuki.connections import Caps
from kuuki.limits import ACCEPTS, BODY_BYTES
from kuuki.times import UNACKED_S
from services.launch.health import health_port
from services.runtime import tcp
from services.runtime.http import bounded_site
from services.runtime.http.bounded_site import BoundedSite
from services.runtime.http.probes import Probes
from services.runtime.http.server import Runner
from services.runtime.metrics import Metrics
from services.runtime.settings import Settings
from services.signal.http.keys import PAGES
from services.signal.http.pages import asset
from tests.patience import PATIENCE_S, until
from tests.services.loops import on_both_loops, serving_tls, trusting_tls

MANY = Caps(1000, 1000, 1000)


class World:
    """A server whose one route answers when it may, and whoever connects to it."""

    def __init__(self, site, port, metrics):
        self.site, self.port, self.metrics = site, port, metrics
        self.may_answer = asyncio.Event()
        self.asked = 0
        self.writers = []

    def value(self, name, **labels):
        return self.metrics.registry.get_sample_value(f"kuuki_http_connections{name}", labels)

    async def connect(self, source="127.0.0.1"):
        """A connection that is taken, or refused, as soon as it shows."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(source, 0))
        self.writers.append(writer)
        return reader, writer

    async def ask(self, source="127.0.0.1"):
        """One that is being answered."""
        asked = self.asked
        reader, writer = await self.connect(source)
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await until(lambda: self.asked > asked)
        return reader, writer

    async def settled(self, count):
        """Once that many are open."""
        await until(lambda: self.value("") == count)


@contextlib.asynccontextmanager
async def world(caps=MANY, key_of=bounded_site.one_for_all, tls=None):
    async def answer(request):
        here.asked += 1
        await here.may_answer.wait()
        return web.Response(text="x" * 100_000)

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    listener, metrics = socket.create_server(("127.0.0.1", 0)), Metrics()
    site = BoundedSite(runner, listener, caps, metrics, key_of, tls)
    here = World(site, listener.getsockname()[1], metrics)
    await site.start()
    try:
        yield here
    finally:
        here.may_answer.set()
        for writer in here.writers:
            writer.close()
        await runner.cleanup()


async def ended(reader):
    async with asyncio.timeout(PATIENCE_S):
        with contextlib.suppress(ConnectionError):
            return await reader.read()


async def is_open(reader):
    """Whether nothing ended it: asked after others were cut that were to go before it."""
    await asyncio.sleep(0)
    return not reader.at_eof()


@on_both_loops
async def test_a_hundred_idle_ones_do_not_keep_anybody_out():
    async with world(Caps(20, 20, 10)) as here:
        here.may_answer.set()
        with capture_logs() as said:
            idle = [await here.connect() for _ in range(100)]
            async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{here.port}/") as answer:
                assert len(await answer.read()) == 100_000
        for reader, _ in idle[:89]:
            await ended(reader)
        assert here.value("_cut_total", reason="idle") >= 90
        assert here.value("") <= 11
    assert [entry["event"] for entry in said] == ["HTTP connections are refused or cut: too many are open"]


@on_both_loops
async def test_who_is_being_answered_is_never_cut_and_the_next_is_refused():
    async with world(Caps(3, 3, 3)) as here:
        busy = [await here.ask() for _ in range(3)]
        reader, _ = await here.connect()
        assert not await ended(reader)
        assert here.value("_refused_total", reason="full") == 1
        here.may_answer.set()
        for reader, _ in busy:
            async with asyncio.timeout(PATIENCE_S):
                assert b"200 OK" in await reader.readline()
        await here.settled(3)
        await here.connect()
        await until(lambda: here.value("_cut_total", reason="idle") == 1)  # they rest, so one can go


@on_both_loops
async def test_an_answer_that_is_not_read_yet_is_no_rest():
    """A page on its way to a slow phone is not idle, though the route has long returned."""
    async with world(Caps(1, 1, 1)) as here:
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(client, ("127.0.0.1", here.port))
        here.may_answer.set()
        await loop.sock_sendall(client, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 100)  # 10 MB are more than any buffer
        await until(lambda: [each.inner.writing_paused for each in here.site._by_protocol.values()] == [True])
        reader, _ = await here.connect()
        assert not await ended(reader)
        assert here.value("_refused_total", reason="full") == 1
        client.close()
        await here.settled(0)


# --- who reads slowly


FILE_BYTES = 8 << 20


@contextlib.asynccontextmanager
async def pages(tmp_path, caps, key_of=bounded_site.one_for_all):
    """A gateway's server with a large file, an answer as large, and a stream that goes on."""
    (tmp_path / "ort").mkdir()
    (tmp_path / "ort" / "large.wasm").write_bytes(bytes(FILE_BYTES))

    async def text(_):
        return web.Response(text="x" * FILE_BYTES)

    async def stream(request):
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(b"x")
        await here.may_answer.wait()
        return answer

    app = web.Application()
    app[PAGES] = tmp_path
    app.router.add_get("/ort/{file}", asset)
    app.router.add_get("/text", text)
    app.router.add_get("/stream", stream)
    runner = Runner(app, BODY_BYTES, shutdown_timeout=0.1)
    await runner.setup()
    listener, metrics = socket.create_server(("127.0.0.1", 0)), Metrics()
    site = BoundedSite(runner, listener, caps, metrics, key_of)
    here = World(site, listener.getsockname()[1], metrics)
    await site.start()
    try:
        yield here
    finally:
        here.may_answer.set()
        for writer in here.writers:
            writer.close()
        await runner.cleanup()


async def begin(here, path, source="127.0.0.1"):
    """Ask, and read no more than the beginning of the answer."""
    reader, writer = await here.connect(source)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert b"200 OK" in await reader.readline()
    return reader, writer


@pytest.mark.parametrize("path", ["/ort/large.wasm", "/text"])
@on_both_loops
async def test_who_reads_slowly_makes_room_when_all_are_busy(tmp_path, monkeypatch, path):
    monkeypatch.setattr(connections, "SENDING_SURE_S", 0.0)
    async with pages(tmp_path, Caps(3, 3, 3)) as here:
        stream, _ = await begin(here, "/stream")
        slow, _ = await begin(here, path)
        second, _ = await begin(here, path)
        honest, _ = await begin(here, "/ort/large.wasm")
        assert len(await ended(slow)) < FILE_BYTES
        assert here.value("_cut_total", reason="sending") == 1
        assert here.value("_refused_total", reason="full") == 0
        assert await is_open(stream)
        assert await is_open(second)
        await honest.readuntil(b"\r\n\r\n")
        assert len(await honest.readexactly(FILE_BYTES)) == FILE_BYTES


@on_both_loops
async def test_an_answer_that_just_began_and_a_stream_make_no_room(tmp_path):
    async with pages(tmp_path, Caps(2, 2, 2)) as here:
        stream, _ = await begin(here, "/stream")
        file, _ = await begin(here, "/ort/large.wasm")
        reader, _ = await here.connect()
        assert not await ended(reader)
        assert here.value("_refused_total", reason="full") == 1
        assert await is_open(stream)
        await file.readuntil(b"\r\n\r\n")
        assert len(await file.readexactly(FILE_BYTES)) == FILE_BYTES


@on_both_loops
async def test_an_address_that_reads_slowly_makes_room_for_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(connections, "SENDING_SURE_S", 0.0)
    async with pages(tmp_path, Caps(9, 1, 9), lambda address: address) as here:
        other, _ = await begin(here, "/ort/large.wasm", "127.0.0.2")
        slow, _ = await begin(here, "/ort/large.wasm", "127.0.0.3")
        await begin(here, "/ort/large.wasm", "127.0.0.3")
        assert len(await ended(slow)) < FILE_BYTES
        assert here.value("_cut_total", reason="address") == 1
        assert await is_open(other)


@pytest.mark.parametrize("path", ["/ort/large.wasm", "/text"])
@on_both_loops
async def test_an_answer_has_a_deadline(tmp_path, monkeypatch, path):
    monkeypatch.setattr(connections, "SENDING_S", 0.05)
    monkeypatch.setattr(connections, "SENDING_BYTES_PER_S", 1e12)
    async with pages(tmp_path, MANY) as here:
        stream, _ = await begin(here, "/stream")
        slow, _ = await begin(here, path)
        await until(lambda: here.value("_cut_total", reason="slow") == 1)
        assert len(await ended(slow)) < FILE_BYTES
        await here.settled(1)
        assert await is_open(stream)


@on_both_loops
async def test_who_was_answered_in_time_is_not_cut_later(tmp_path, monkeypatch):
    async with pages(tmp_path, MANY) as here:
        reader, _ = await begin(here, "/ort/large.wasm")
        (connection,) = here.site._by_protocol.values()
        assert connection.deadline is not None
        await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(FILE_BYTES)
        await until(lambda: connection.deadline is None)


@on_both_loops
async def test_one_address_has_its_own_cap():
    async with world(Caps(100, 3, 100), lambda address: address) as here:
        others = [await here.ask("127.0.0.2") for _ in range(3)]
        flood = [await here.connect("127.0.0.3") for _ in range(50)]
        for reader, _ in flood[:47]:
            await ended(reader)
        assert here.value("_cut_total", reason="address") == 47
        reader, _ = await here.connect("127.0.0.2")
        assert not await ended(reader)
        assert here.value("_refused_total", reason="address") == 1
        await here.settled(6)
        for reader, _ in (*others, *flood[47:]):
            assert await is_open(reader)


@on_both_loops
async def test_who_has_gone_is_counted_no_more():
    async with world(Caps(100, 1, 100), lambda address: address) as here:
        for _ in range(5):
            _, writer = await here.ask()
            writer.close()
            await here.settled(0)
        assert here.value("_refused_total", reason="address") == 0


@on_both_loops
async def test_the_kernel_ends_what_nobody_acknowledges():
    async with world() as here:
        await here.connect()
        await here.settled(1)
        (connection,) = here.site._by_protocol.values()
        taken = connection._transport.get_extra_info("socket")
        assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == UNACKED_S * 1000
        assert taken.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        probes = taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)
        idle, interval = (
            taken.getsockopt(socket.IPPROTO_TCP, each) for each in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL)
        )
        assert idle + probes * interval <= UNACKED_S + 1


@pytest.mark.slow
@on_both_loops
async def test_who_takes_nothing_of_an_answer_is_ended(monkeypatch):
    """Its system acknowledges all, but has no room: a file of a page may be sent to it for ever."""
    monkeypatch.setattr(tcp, "UNACKED_S", 1.0)
    async with world() as here:
        here.may_answer.set()
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(client, ("127.0.0.1", here.port))
            await loop.sock_sendall(client, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 100)
            await until(lambda: here.asked > 3)
            await here.settled(0)


@on_both_loops
async def test_the_port_for_probes_answers_through_a_crowd_of_idle_ones():
    caps, metrics = Capacity.of(80).health, Metrics()
    async with (
        health_port(Settings(), metrics, Probes(lambda: True), caps) as url,
        contextlib.AsyncExitStack() as stack,
    ):
        for _ in range(100):
            _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
            stack.callback(writer.close)
        async with aiohttp.request("GET", f"{url}/readyz") as answer:
            assert answer.status == 200
        connections = metrics.registry.get_sample_value("kuuki_http_connections")
        assert connections is not None
        assert connections <= caps.in_all


# --- when there is no file left all the same


class Failing:
    """A listener that fails so many times; by default because the machine has no file."""

    def __init__(self, listener, times, error=errno.EMFILE):
        self.listener, self.times, self.error = listener, times, error

    def accept(self):
        if self.times:
            self.times -= 1
            raise OSError(self.error, os.strerror(self.error))
        return self.listener.accept()

    def __getattr__(self, name):
        return getattr(self.listener, name)


@on_both_loops
async def test_without_a_file_it_waits_is_counted_and_goes_on(monkeypatch):
    monkeypatch.setattr(bounded_site, "ACCEPT_AGAIN_S", 0.01)
    async with world() as here:
        here.may_answer.set()
        first, _ = await here.connect()
        await here.settled(1)
        here.site._listener = Failing(here.site._listener, 2)
        with capture_logs() as said:
            async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{here.port}/") as answer:
                assert answer.status == 200
        assert here.value("_refused_total", reason="files") == 2
        assert not await ended(first)  # it was idle
    assert len(said) == 1


@pytest.mark.parametrize("error", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM])
@on_both_loops
async def test_whatever_the_machine_lacks_it_waits_for(monkeypatch, error):
    monkeypatch.setattr(bounded_site, "ACCEPT_AGAIN_S", 0.01)
    async with world() as here:
        here.site._listener = Failing(here.site._listener, 1, error)
        await here.ask()
        assert here.value("_refused_total", reason="files") == 1


@pytest.mark.parametrize("error", [errno.ECONNABORTED, errno.EPERM, errno.EPROTO, errno.ENETDOWN, errno.EHOSTUNREACH])
@on_both_loops
async def test_what_is_wrong_with_one_connection_harms_no_other(error):
    """accept(2): on Linux it hands on what the network says of the one that waits; a firewall's no is EPERM."""
    async with world() as here:
        idle, _ = await here.connect()
        await here.settled(1)
        here.site._listener = Failing(here.site._listener, 3, error)
        await here.ask()
        assert here.value("_refused_total", reason="files") == 0
        assert here.site._pause is None
        assert await is_open(idle)


@on_both_loops
async def test_a_listener_that_only_fails_leaves_the_loop_its_turn():
    async with world() as here:
        failing = Failing(here.site._listener, 100, errno.EPERM)
        here.site._listener = failing
        here.site._accept()
        assert failing.times == 100 - ACCEPTS


@on_both_loops
async def test_where_there_is_no_file_a_slow_reader_goes_too(tmp_path, monkeypatch):
    monkeypatch.setattr(bounded_site, "ACCEPT_AGAIN_S", 0.01)
    monkeypatch.setattr(connections, "SENDING_SURE_S", 0.0)
    async with pages(tmp_path, MANY) as here:
        slow, _ = await begin(here, "/ort/large.wasm")
        here.site._listener = Failing(here.site._listener, 1)
        await begin(here, "/stream")
        assert len(await ended(slow)) < FILE_BYTES
        assert here.value("_cut_total", reason="sending") == 1


@on_both_loops
async def test_it_may_be_stopped_while_it_waits_for_a_file():
    async with world() as here:
        here.site._listener = Failing(here.site._listener, 1)
        await here.connect()
        await until(lambda: here.value("_refused_total", reason="files") == 1)


# --- TLS


@pytest.fixture
def trusting():
    return trusting_tls()


async def get(here, trusting):
    async with aiohttp.ClientSession() as http, http.get(f"https://127.0.0.1:{here.port}/", ssl=trusting) as answer:
        return answer.status


@on_both_loops
async def test_handshakes_that_never_end_are_connections_too(trusting):
    async with world(Caps(10, 10, 10), tls=serving_tls()) as here:
        here.may_answer.set()
        silent = [await here.connect() for _ in range(50)]
        assert await get(here, trusting) == 200
        for reader, _ in silent[:41]:
            await ended(reader)
        assert here.value("_cut_total", reason="idle") >= 41
        await until(lambda: here.value("") <= 10)


@on_both_loops
async def test_a_handshake_has_a_deadline(monkeypatch):
    monkeypatch.setattr(bounded_site, "HANDSHAKE_S", 0.05)
    async with world(tls=serving_tls()) as here:
        reader, _ = await here.connect()
        await ended(reader)
        assert here.value("_cut_total", reason="handshake") == 1
        await here.settled(0)


@on_both_loops
async def test_what_is_no_tls_is_closed_in_silence(trusting):
    async with world(tls=serving_tls()) as here:
        here.may_answer.set()
        reader, writer = await here.connect()
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await ended(reader)
        await here.settled(0)
        assert await get(here, trusting) == 200


@on_both_loops
async def test_stopping_does_not_wait_for_handshakes():
    async with world(tls=serving_tls()) as here:
        reader, _ = await here.connect()
        await here.settled(1)
        await here.site.stop()
        await here.site._runner._server.shutdown(0.1)
        await ended(reader)
        assert here.value("") == 0
        here.site._runner._reg_site(here.site)


# --- whose they are


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("127.0.0.1", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("10.1.2.3", None),
        ("::ffff:10.1.2.3", None),
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1::5", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", UNKNOWN),
    ],
)
def test_a_proxy_stands_for_everybody_and_everyone_else_for_themselves(address, client):
    settings = Settings(host="192.0.2.1", admin_token="a" * 16, trusted_proxies="10.0.0.0/8")
    assert key_of_connection(address, settings.proxies) == client
