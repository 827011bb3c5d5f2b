"""What every long-running command does: it runs its parts in the background, hears signals, and ends in order.

- A part that ends unasked ends the process, with status FAILED, and a supervisor starts it again. A part that died in
  silence would leave a process that looks alive and does nothing.
- A process that is told to go while it starts is cancelled where it waits: it might wait there for ever, for a Redis
  that is away, say.
"""

import asyncio
import contextlib
import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

import structlog
import uvloop

from services.runtime.lifecycle import CannotStart, EndedUnasked, Work
from services.runtime.log import where_of

log = structlog.get_logger(__name__)

FAILED: Final = 1
"""The exit status of a process of which a part has failed."""

_FAILED_S: Final = 15.0
"""A process of which a part has failed, or that was told to go at once, is gone after so long, whatever it still waits
for. It is longer than the time that its children have to end."""

_GONE_S: Final = 2.0
"""A process is gone so long after its work: a loop that closes waits for every name that it ever looked up."""


class Stop:
    """What signals ask for: SIGTERM to go away in order, SIGINT or a second signal to go at once.

    ``with_parent``: also to go at once when standard input ends, which the parent holds open as long as it lives.
    """

    def __init__(self, with_parent: bool = False) -> None:
        self.status = 0
        """The exit status of the process."""
        self._asked = asyncio.Event()
        self._is_hurried = False
        self._last: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[Any] | None = None
        self._loop = asyncio.get_running_loop()
        self._loop.add_signal_handler(signal.SIGTERM, self._ask)
        self._loop.add_signal_handler(signal.SIGINT, self._hurry)
        self._loop.add_signal_handler(signal.SIGUSR1, _say_no_store)  # by default this signal would end the process
        if with_parent:
            self._loop.add_reader(sys.stdin.fileno(), self._hear_parent)

    def _hear_parent(self) -> None:
        if not os.read(sys.stdin.fileno(), 1024):
            self._loop.remove_reader(sys.stdin.fileno())
            self._hurry()

    def _ask(self) -> None:
        if self._asked.is_set():
            self._now()
            return
        self._asked.set()
        if self._starting is not None:
            self._starting.cancel()
            self._starting = None

    def _hurry(self) -> None:
        if not self.is_asked:
            self._ask()
        self._now()

    def _now(self) -> None:
        self._is_hurried = True
        if self._last is not None:
            self._last.cancel()
        exit_within(_FAILED_S, self.status)

    def fail(self) -> None:
        """A part of the process has ended unasked: the process goes at once."""
        self.status = FAILED
        self._hurry()

    @property
    def is_asked(self) -> bool:
        """Whether the process is to go away."""
        return self._asked.is_set()

    async def starting(self, main: Awaitable[None]) -> None:
        """Await ``main``, which calls ``wait`` once it serves. If the process is to go before that, it is cancelled."""
        self._starting = task = asyncio.ensure_future(main)
        try:
            await task
        except asyncio.CancelledError:
            if not self.is_asked or not task.cancelled():
                raise
        finally:
            self._starting = None

    async def wait(self) -> None:
        """Wait until the process is to go away."""
        self._starting = None
        await self._asked.wait()

    async def last(self, work: Awaitable[None]) -> None:
        """Do this last work of a process that goes away; if it is to go at once, the work is cancelled and waited for.

        A failure is logged, and the process will have failed: what stands after this work is to end in order still.
        """
        self._last = task = asyncio.ensure_future(work)
        if self._is_hurried:
            task.cancel()
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()  # were this cancelled; what is done stays as it is
            await asyncio.gather(task, return_exceptions=True)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.status = FAILED
            log.error("the last work before the end failed", kind=type(error).__name__, where=where_of(error))


Main = Callable[[Stop], Awaitable[None]]
"""What a command does: it starts, calls ``Stop.wait``, and ends."""


def run(command: str, main: Main, with_parent: bool = False) -> int:
    """Run a command's main coroutine on a fresh loop; its exit status."""
    status = FAILED

    async def work() -> int:
        nonlocal status
        gc.freeze()  # modules stay for good: to walk them would take each full collection a tenth of a second
        try:
            status = await run_here(main, with_parent)
        finally:
            exit_within(_GONE_S, status)
        return status

    try:
        return uvloop.run(work())
    except CannotStart as error:
        print(f"kuuki {command}: {error}", file=sys.stderr)
        return FAILED


def exit_within(seconds: float, status: int) -> None:
    """End this process after so long, whatever it does. A thread does it: the loop may be stuck, or closed."""
    timer = threading.Timer(seconds, os._exit, [status])
    timer.daemon = True  # a process that ends by itself does not wait for this thread
    timer.start()


async def run_here(main: Main, with_parent: bool = False) -> int:
    """As ``run``, on the loop that runs. Raises CannotStart."""
    stop = Stop(with_parent)
    asyncio.get_running_loop().set_exception_handler(_say_unseen)
    try:
        await stop.starting(main(stop))
    except Exception as error:
        if stop.status != FAILED:
            raise
        log.error("what had failed could not end in order", kind=type(error).__name__, where=where_of(error))
    return stop.status


def _say_no_store() -> None:
    """What SIGUSR1 does unless the process keeps a store: serve.py has it make a backup instead."""
    log.warning("this process keeps no store of its own, so there is nothing to back up")


def _say_unseen(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log an exception that nobody caught by its kind and place. Its text may hold an address, and is left out."""
    error = context.get("exception")
    if isinstance(error, socket.gaierror):
        return  # a name lookup outlived the wait for it: uvloop lets it end by itself
    log.error("an exception was not caught", kind=type(error).__name__ if error else "none", where=where_of(error))


@contextlib.asynccontextmanager
async def running(work: Work, stop: Stop) -> AsyncIterator[None]:
    """Do this work in the background until the context ends. If the work ends before, the process goes at once."""
    is_over = False

    def look(task: "asyncio.Future[None]") -> None:
        error = None if task.cancelled() else task.exception()
        if error is None and (is_over or stop.is_asked):
            return
        error = error or EndedUnasked()
        log.error("a part of kuuki ended; stopping", kind=type(error).__name__, where=where_of(error))
        stop.fail()

    task = asyncio.ensure_future(work())
    task.add_done_callback(look)
    try:
        yield
    finally:
        is_over = True
        task.cancel()
        await asyncio.wait([task])
