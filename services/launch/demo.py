"""The demo room and its crowd: a process of its own, ended with the server, and started again when it ends before.

The room is recorded as others are, so that the stage has its evening. But it has the same name in every run, and most
of its people are made up. So its record lasts as long as the room, and what a run that was killed has left is deleted
when the next one starts.
"""

import asyncio
import contextlib
import os
import random
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from kuuki.backoff import Backoff
from kuuki.errors import NotRecorded, Unavailable
from kuuki.mood.privacy import Privacy, Rule
from services.launch.children import STEADY_S
from services.launch.running import Stop, running
from services.runtime.rooms import RoomRecord, Rooms, Secrets
from services.runtime.timeline import Timeline

DEMO_ROOM: Final = "demo"

_PATIENCE_S: Final = 5.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Demo:
    """How many people react, and by which cue sheet; None: by the crowd's own show."""

    people: int
    cues: Path | None = None


@contextlib.asynccontextmanager
async def demo_room(rooms: Rooms, timeline: Timeline) -> AsyncIterator[Secrets]:
    """The room; at the end its record is deleted. Raises Unavailable."""
    secrets = Secrets.fresh()
    await _forget(timeline)
    record = RoomRecord(DEMO_ROOM, rule=Rule(Privacy.STANDARD), is_recorded=True, is_kept=True)
    await rooms.add(record.opened_by(secrets))
    try:
        yield secrets
    finally:
        await _forget(timeline)


async def _forget(timeline: Timeline) -> None:
    try:
        await timeline.delete(DEMO_ROOM)
    except (NotRecorded, Unavailable):
        log.warning("the record of the demo room could not be deleted")


@contextlib.asynccontextmanager
async def demo_crowd(url: str, secrets: Secrets, demo: Demo, stop: Stop, *, marks: bool) -> AsyncIterator[None]:
    """``kuuki crowd`` in the room for as long as the context lasts. ``marks``: it marks the names in its cue sheet."""
    command = [sys.executable, "-m", "services.launch", "crowd", "--url", url, "--room", DEMO_ROOM]
    command += ["--people", str(demo.people), "--seconds", "0", "--with-parent"]
    if demo.cues is not None:
        command += ["--cues", str(demo.cues)]
    if marks:
        command += ["--marks"]
    environment = os.environ | {"KUUKI_ROOM_SECRET": secrets.stage if marks else secrets.audience}

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
