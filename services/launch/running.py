"""What every long-running command does: its parts in the background, signals, and an end that is heard of."""

import asyncio
import contextlib
import os
import signal
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog
import uvloop

log = structlog.get_logger(__name__)

Work = Callable[[], Awaitable[None]]


def run(main: Callable[[], Awaitable[int]]) -> int:
    """Run a command's main coroutine on a fresh loop; its exit status."""

    async def watched() -> int:
        asyncio.get_running_loop().set_exception_handler(_say_unseen)
        return await main()

    return uvloop.run(watched())


def _say_unseen(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An exception that nobody caught: its kind and place, not its text, which may hold an address."""
    error = context.get("exception")
    frames = traceback.extract_tb(error.__traceback__) if error else []
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
    log.error("an exception was not caught", kind=type(error).__name__, where=where)


class Stop:
    """What signals ask for: SIGTERM to go away in order, SIGINT or a second signal to go at once.

    ``with_parent``: also when standard input ends, which whoever started this process holds open.
    """

    def __init__(self, with_parent: bool = False) -> None:
        self._asked = asyncio.Event()
        self._at_once = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._ask)
        loop.add_signal_handler(signal.SIGINT, self._hurry)
        if with_parent:
            loop.add_reader(sys.stdin.fileno(), self._hear_parent)

    def _hear_parent(self) -> None:
        if not os.read(sys.stdin.fileno(), 1024):
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
            self._hurry()

    def _ask(self) -> None:
        if self._asked.is_set():
            self._at_once.set()
        self._asked.set()

    def _hurry(self) -> None:
        self._at_once.set()
        self._asked.set()

    async def wait(self) -> None:
        """Until the process is to go away."""
        await self._asked.wait()

    async def unless_at_once(self, work: Awaitable[None]) -> None:
        """Finish this work, unless the process is to go at once, or is told so before the work ends."""
        working, hurried = asyncio.ensure_future(work), asyncio.ensure_future(self._at_once.wait())
        try:
            await asyncio.wait((working, hurried), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (working, hurried):
                task.cancel()
            await asyncio.gather(working, hurried, return_exceptions=True)


@contextlib.asynccontextmanager
async def running(work: Work) -> AsyncIterator[None]:
    """Work in the background; if it dies, the process must not go on as if it lived."""
    task = asyncio.ensure_future(work())
    task.add_done_callback(_die_if_failed)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _die_if_failed(task: "asyncio.Future[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a part of kuuki failed; stopping", exc_info=task.exception())
        signal.raise_signal(signal.SIGTERM)
