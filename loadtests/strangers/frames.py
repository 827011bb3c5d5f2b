"""WebSocket frames that RFC 6455 forbids, or that say nothing: on ``GET /calls``."""

import asyncio
import base64
import contextlib
import json
import os
from collections.abc import Awaitable, Callable
from struct import pack
from typing import Final

from loadtests.strangers.attack import Attack, Target
from loadtests.strangers.wire import against, dial, request

_TEXT, _CLOSE, _FINAL, _MASKED, _SIXTEEN_BITS = 0x01, 0x08, 0x80, 0x80, 126
_EMPTY: Final = 30_000
_EMPTY_PER_S: Final = 10_000
_MESSAGES_PER_S: Final = 5
_PAUSE_S: Final = 0.5

Send = Callable[[asyncio.StreamWriter], Awaitable[None]]


def frame(payload: bytes, first: int = _FINAL | _TEXT, is_masked: bool = True) -> bytes:
    """A frame of less than 64 kB; its mask is zeros."""
    mask = _MASKED if is_masked else 0
    if len(payload) < _SIXTEEN_BITS:
        head = bytes([first, mask | len(payload)])
    else:
        head = pack("!BBH", first, mask | _SIXTEEN_BITS, len(payload))
    return head + (bytes(4) if is_masked else b"") + payload


def has_close(stream: bytes) -> bool:
    """Whether one of these frames of a server closes (RFC 6455 section 5.5.1)."""
    at = 0
    while at + 2 <= len(stream):
        if stream[at] & 0x0F == _CLOSE:
            return True
        length = stream[at + 1]
        if length == _SIXTEEN_BITS:
            length = 2 + int.from_bytes(stream[at + 2 : at + 4], "big")
        at += 2 + length
    return False


HELLO: Final = json.dumps({"type": "hello", "version": 1, "name": "", "language": "en"}).encode()
STILL: Final = json.dumps({"type": "still"}).encode()


async def _unmasked(writer: asyncio.StreamWriter) -> None:
    writer.write(frame(HELLO, is_masked=False))
    while True:
        await asyncio.sleep(1 / _MESSAGES_PER_S)
        writer.write(frame(STILL, is_masked=False))
        await writer.drain()


async def _fragments(writer: asyncio.StreamWriter) -> None:
    """A message that begins, goes on with nothing, and does not end."""
    writer.write(frame(HELLO) + frame(b"{", first=_TEXT))
    for _ in range(_EMPTY // 100):
        writer.write(frame(b"", first=0) * 100)
        await writer.drain()
        await asyncio.sleep(100 / _EMPTY_PER_S)


def _on_calls(send: Send) -> Callable[[Target], Awaitable[None]]:
    async def run(target: Target) -> None:
        while target.left_s > 0:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):  # then nothing was struck
                await _one(target, send)
            await asyncio.sleep(_PAUSE_S)

    return run


async def _one(target: Target, send: Send) -> None:
    async with dial(target) as (reader, writer):
        key = base64.b64encode(os.urandom(16)).decode()
        upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
        writer.write(request(target, "/calls", *upgrade, f"Sec-WebSocket-Key: {key}"))
        if b" 101 " not in await reader.readuntil(b"\r\n\r\n"):
            return
        number = target.strike()
        await against(target, number, reader, lambda: send(writer), has_close)


UNMASKED = Attack("unmasked", "frames without a mask on GET /calls", _on_calls(_unmasked))
FRAGMENTS = Attack(
    "fragments", "a message of 30,000 empty fragments on GET /calls, 10,000 a second", _on_calls(_fragments)
)
