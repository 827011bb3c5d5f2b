"""Connections that say nothing, and event streams that nobody reads: what holds a server without working it."""

import asyncio
import contextlib
from typing import Final

from loadtests.strangers.attack import Attack, Target, tell
from loadtests.strangers.wire import dial, is_refusal, request, until_cut

_IDLE: Final = 1_100
_FILES: Final = 1_024
_STREAMS: Final = 1_000
_AT_ONCE: Final = 50
_RECEIVE_BYTES: Final = 4_096
_READER: Final = "198.51.100.66"
"""All slow readers are behind this address, as a proxy says; nobody else is."""


async def _idle(target: Target) -> None:
    gate = asyncio.Semaphore(_AT_ONCE)
    await asyncio.gather(*(_hold_one(target, gate) for _ in range(_IDLE)))


async def _hold_one(target: Target, gate: asyncio.Semaphore) -> None:
    try:
        async with contextlib.AsyncExitStack() as stack:
            async with gate:
                reader, _ = await stack.enter_async_context(dial(target))
            number = target.strike()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(until_cut(reader, number), max(0.0, target.left_s))
    except OSError as error:
        tell("refused", number=target.strike(), answer=type(error).__name__)


async def _streams(target: Target) -> None:
    gate = asyncio.Semaphore(_AT_ONCE)
    await asyncio.gather(*(_open_one(target, gate) for _ in range(_STREAMS)))


async def _open_one(target: Target, gate: asyncio.Semaphore) -> None:
    """Ask for a stream, read its first bytes, and then nothing."""
    with contextlib.suppress(OSError):
        async with contextlib.AsyncExitStack() as stack:
            async with gate:
                reader, writer = await stack.enter_async_context(dial(target, receive_bytes=_RECEIVE_BYTES))
                headers = ("Accept: text/event-stream", f"X-Forwarded-For: {_READER}")
                writer.write(request(target, f"/rooms/{target.room}/mix", *headers))
                number = target.strike()
                with contextlib.suppress(TimeoutError):
                    first = await asyncio.wait_for(reader.read(64), max(0.0, target.left_s))
                    if not first or is_refusal(first):
                        tell("refused" if first else "cut", number=number, answer=first[:12].decode())
                        return
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            await asyncio.sleep(max(0.0, target.left_s))


IDLE = Attack(
    "idle",
    "1,100 connections that say nothing, at 1,024 open files",
    _idle,
    must="some",
    newcomers=("--joins", "10"),
    files=_FILES,
)
STREAMS = Attack(
    "streams",
    "1,000 event streams of one address that nobody reads",
    _streams,
    must="some",
    newcomers=("--viewers", "20", "--address", "198.51.100.7", "--after", "2"),
)
