"""Event streams to readers who do not read: seen by what the kernel has not taken, not by what we have not sent."""

import asyncio
import contextlib
import socket

import aiohttp
import pytest
from aiohttp import web

from kuuki.limits import STREAM_BUFFER_BYTES
from services.signal import event_stream
from services.signal.event_stream import EventStream, Newest
from tests.patience import until

EVENT = b"event: mix\ndata: " + b"x" * 700 + b"\n\n"


class World:
    """One stream, which sends as fast as its reader makes room."""

    def __init__(self):
        self.sent_bytes = 0
        self.cuts = 0

    async def answer(self, request):
        stream = EventStream(request)
        try:
            await stream.open()
            while True:
                await stream.write(EVENT)
                self.sent_bytes += len(EVENT)
                await asyncio.sleep(0)
        except TimeoutError:
            self.cuts += 1
            stream.cut()
        return stream.response


@contextlib.asynccontextmanager
async def world():
    here = World()
    app = web.Application()
    app.router.add_get("/", here.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    listener = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listener).start()
    here.port = listener.getsockname()[1]
    try:
        yield here
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def reader_of(port, buffer_bytes=4096):
    """Someone who asked for the stream, and whose system takes in so much of it."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
    client.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(client, ("127.0.0.1", port))
    await loop.sock_sendall(client, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    with client:
        yield client


async def test_a_silent_reader_is_seen_after_a_few_mixes(monkeypatch):
    monkeypatch.setattr(event_stream, "SILENT_READER_S", 0.2)
    async with world() as here, reader_of(here.port):
        await until(lambda: here.cuts)
        assert here.sent_bytes < 4 * STREAM_BUFFER_BYTES  # it was 64 kB and the kernel's 2.5 MB before


async def test_a_slow_reader_who_takes_something_is_not_cut(monkeypatch):
    monkeypatch.setattr(event_stream, "SILENT_READER_S", 1.0)
    async with world() as here, reader_of(here.port) as client:
        loop, read = asyncio.get_running_loop(), 0
        while read < 200_000:
            read += len(await loop.sock_recv(client, 4096))
        assert not here.cuts
        assert here.sent_bytes > 100_000


async def test_the_connection_ends_with_its_stream():
    """Its buffers are too small for anything else."""
    async with world() as here, aiohttp.request("GET", f"http://127.0.0.1:{here.port}/") as answer:
        assert answer.headers["Connection"] == "close"


async def test_a_slow_reader_skips_to_the_newest():
    newest = Newest()
    for number in range(3):
        newest.put(number)
    assert await newest.get(1.0) == 2
    with pytest.raises(TimeoutError):
        await newest.get(0.0)
