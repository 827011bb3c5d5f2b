"""Event streams to readers who do not read: seen by what the kernel has not taken, not by what we have not sent.

As ``kuuki serve`` has them: its server and its site, on each loop, with and without TLS.
"""

import array
import asyncio
import contextlib
import fcntl
import socket
import termios

import pytest
from aiohttp import web

from kuuki.connections import Caps
from kuuki.limits import STREAM_BUFFER_BYTES
from services.launch.listening import listening
from services.runtime.metrics import Metrics
from services.runtime.settings import Settings
from services.signal import event_stream
from services.signal.event_stream import EventStream, Newest
from services.signal.http import unsent
from tests.patience import PATIENCE_S, until
from tests.services.loops import on_both_loops, plain_and_tls, trusting_tls

EVENT = b"event: mix\ndata: " + b"x" * 700 + b"\n\n"


class World:
    """One stream, which sends as fast as its reader makes room, or an event in so many seconds."""

    def __init__(self, secure, pace_s):
        self.secure, self.pace_s = secure, pace_s
        self.sent_bytes = 0
        self.cuts = 0
        self.port = 0
        self.reader = self.transport = None
        self.arrived_bytes = None
        """What had reached the reader's system and lay there unread when the reader was given up."""

    async def answer(self, request):
        stream, self.transport = EventStream(request), request.transport
        try:
            await stream.open()
            while True:
                await stream.write(EVENT)
                self.sent_bytes += len(EVENT)
                await asyncio.sleep(self.pace_s)
        except (ConnectionError, TimeoutError) as error:
            self.cuts += isinstance(error, TimeoutError)
            self.arrived_bytes = self.reader.unread_bytes()
            stream.cut()
        return stream.response

    @contextlib.asynccontextmanager
    async def read(self):
        """Someone who asked for the stream, and whose system takes in little of it."""
        self.reader = Reader()
        try:
            await asyncio.to_thread(self.reader.ask, self.port, self.secure)
            yield self.reader
        finally:
            self.reader.socket.close()


class Reader:
    """Reads when it is told to, in a thread: a loop would read on its behalf, TLS above all."""

    def __init__(self):
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(PATIENCE_S)

    def ask(self, port, secure):
        self.socket.connect(("127.0.0.1", port))
        if secure:
            self.socket = trusting_tls().wrap_socket(self.socket)
        self.socket.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")

    async def take(self, size):
        return await asyncio.to_thread(self.socket.recv, size)

    def unread_bytes(self):
        count = array.array("i", [0])
        if self.socket.fileno() >= 0:
            fcntl.ioctl(self.socket.fileno(), termios.FIONREAD, count)
        return count[0]


@contextlib.asynccontextmanager
async def world(secure, pace_s=0.0):
    here = World(secure, pace_s)
    app = web.Application()
    app.router.add_get("/", here.answer)
    listener = socket.create_server(("127.0.0.1", 0))
    here.port = listener.getsockname()[1]
    settings = Settings(host="127.0.0.1", port=0, tls="self-signed" if secure else None)
    async with listening(settings, listener, app, Caps(10, 10, 10), Metrics()):
        yield here


@plain_and_tls
@on_both_loops
async def test_who_reads_is_never_cut(monkeypatch, secure):
    monkeypatch.setattr(event_stream, "SILENT_READER_S", 0.5)
    async with world(secure, pace_s=0.1) as here, here.read() as reader:
        loop, got = asyncio.get_running_loop(), b""
        since = loop.time()
        while loop.time() < since + 1.5 or got.count(b"event: mix") < 3:
            came = await reader.take(4096)
            assert came, "it ended"
            got += came
        assert not here.cuts


@plain_and_tls
@on_both_loops
async def test_a_silent_reader_is_seen_after_a_few_mixes(monkeypatch, secure):
    """And of all that was called sent, nothing waits on this side."""
    monkeypatch.setattr(event_stream, "SILENT_READER_S", 0.5)
    async with world(secure) as here, here.read():
        await until(lambda: here.cuts)
        assert 0 < here.sent_bytes <= here.arrived_bytes
        assert here.sent_bytes < 4 * STREAM_BUFFER_BYTES  # it was 64 kB and the kernel's 2.5 MB before


@plain_and_tls
@on_both_loops
async def test_also_where_the_kernel_does_not_say_what_it_has_not_sent(monkeypatch, secure):
    """Another system; or all is on its way, far away, and not acknowledged. Behind TLS 64 kB would wait unseen."""
    monkeypatch.setattr(event_stream, "SILENT_READER_S", 0.5)
    monkeypatch.setattr(unsent, "_in_socket", lambda transport: 0)
    async with world(secure) as here, here.read():
        await until(lambda: here.cuts)
        assert here.sent_bytes < 6 * STREAM_BUFFER_BYTES


@plain_and_tls
@on_both_loops
async def test_a_slow_reader_who_takes_something_is_not_cut(monkeypatch, secure):
    monkeypatch.setattr(event_stream, "SILENT_READER_S", 2.0)
    async with world(secure) as here, here.read() as reader:
        await until(lambda: unsent.unsent_bytes(here.transport))
        read = 0
        while read < 20_000:
            read += len(await reader.take(1024))
        assert not here.cuts
        assert here.sent_bytes > 10_000


@plain_and_tls
@on_both_loops
async def test_the_connection_ends_with_its_stream(secure):
    """Its buffers are too small for anything else."""
    async with world(secure) as here, here.read() as reader:
        head = b""
        while b"\r\n\r\n" not in head:
            head += await reader.take(1024)
        assert b"\r\nConnection: close\r\n" in head


async def test_a_slow_reader_skips_to_the_newest():
    newest = Newest()
    for number in range(3):
        newest.put(number)
    assert await newest.get(1.0) == 2
    with pytest.raises(TimeoutError):
        await newest.get(0.0)
