"""The demo room's crowd: a process of its own, ended with the server."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator

_PATIENCE_S = 5.0


@contextlib.asynccontextmanager
async def demo_crowd(url: str, room: str, secret: str, people: int) -> AsyncIterator[None]:
    """``kuuki crowd`` in the room for as long as the context lasts."""
    command = [sys.executable, "-m", "services.launch", "crowd", "--url", url, "--room", room]
    command += ["--people", str(people), "--seconds", "0"]
    environment = os.environ | {"KUUKI_ROOM_SECRET": secret}
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, env=environment
    )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                await process.wait()
        if process.returncode is None:
            process.kill()
            await process.wait()
