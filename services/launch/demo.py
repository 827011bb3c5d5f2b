"""The demo room's crowd: a process of its own, ended with the server, and started again when it ends before."""

import asyncio
import contextlib
import os
import random
import sys
from collections.abc import AsyncIterator

import structlog

from kuuki.backoff import Backoff
from services.launch.children import STEADY_S
from services.launch.running import Stop, running

_PATIENCE_S = 5.0

log = structlog.get_logger(__name__)


@contextlib.asynccontextmanager
async def demo_crowd(url: str, room: str, secret: str, people: int, stop: Stop) -> AsyncIterator[None]:
    """``kuuki crowd`` in the room for as long as the context lasts."""
    command = [sys.executable, "-m", "services.launch", "crowd", "--url", url, "--room", room]
    command += ["--people", str(people), "--seconds", "0", "--with-parent"]
    environment = os.environ | {"KUUKI_ROOM_SECRET": secret}

    async def stay() -> None:
        backoff = Backoff(random.uniform)
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            with contextlib.suppress(OSError):  # the machine has no file or no memory for it now
                await _once(command, environment)
            if stop.is_asked:
                return  # Ctrl-C in a terminal reaches the crowd too
            log.error("the crowd of the demo room ended and is started again")
            if loop.time() - began > STEADY_S:
                backoff.succeeded()
            await asyncio.sleep(backoff.next_s())

    async with running(stay, stop):
        yield


async def _once(command: list[str], environment: dict[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, env=environment
    )
    try:
        await process.wait()
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_S):
            await process.wait()
    if process.returncode is None:
        process.kill()
        await process.wait()
