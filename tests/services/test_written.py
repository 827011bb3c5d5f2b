"""What has reached the other machine, of what was written: asked of a real socket, and of TLS's worst case."""

import asyncio
import socket
from contextlib import asynccontextmanager

import pytest

from services.runtime.redis.written import Written
from tests.patience import until


class Deaf(asyncio.Protocol):
    """Accepts, and reads nothing."""

    def connection_made(self, transport):
        transport.pause_reading()


@asynccontextmanager
async def connected():
    """A connection to one who reads nothing."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Deaf, "127.0.0.1", 0)
    transport, _ = await loop.create_connection(asyncio.Protocol, *server.sockets[0].getsockname())
    try:
        yield transport
    finally:
        transport.abort()
        server.close()


async def test_what_the_other_machine_has_taken_is_sent_and_what_waits_behind_it_is_not():
    async with connected() as transport:
        written = Written(transport)
        first = written.write(b"PING")
        await until(lambda: not written.has_unsent(first))
        last = written.write(bytes(50_000_000))  # more than both kernels keep
        assert written.has_unsent(last)
        assert not written.has_unsent(first)


async def test_cutting_resets_the_connection():
    async with connected() as transport:
        raw = transport.get_extra_info("socket")
        written = Written(transport)
        written.write(bytes(50_000_000))
        linger = raw.dup()
        written.cut()
        assert transport.is_closing()
        assert linger.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) == b"\1\0\0\0\0\0\0\0"
        linger.close()


class FakeTransport(asyncio.Transport):
    """Of a TLS connection; what is written goes nowhere."""

    def __init__(self, raw):
        self._raw = raw

    def get_extra_info(self, name, default=None):
        return {"socket": self._raw, "ssl_object": object()}[name]

    def get_write_buffer_size(self):
        return 0

    def write(self, data):
        pass


@pytest.mark.parametrize(("size", "counted"), [(1, 30), (16_383, 16_412), (16_384, 16_442), (40_000, 40_087)])
def test_tls_is_counted_at_its_most(size, counted):
    raw = socket.socket()
    assert Written(FakeTransport(raw)).write(bytes(size)) == counted
    raw.close()


def test_a_socket_that_is_closed_has_sent_nothing_for_sure():
    raw = socket.socket()
    written = Written(FakeTransport(raw))
    end = written.write(b"PING")
    raw.close()
    assert written.has_unsent(end)
