"""The life of a process: what keeps it from starting, and long-lived tasks, of which none may end unnoticed.

A TaskGroup notices a task that fails, but not one that returns or is cancelled from outside. Here all three mean the
same: a part of the process has ended that should run as long as the process does, and so the process ends.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from kuuki.errors import KuukiError

Work = Callable[[], Coroutine[Any, Any, None]]


class CannotStart(KuukiError):
    """Why this process cannot start, and what to do: a sentence for the person who started it."""


class EndedUnasked(RuntimeError):
    """A task that must run as long as its process returned, or was cancelled from outside."""


async def together(*works: Work) -> NoReturn:
    """Run all of these side by side until cancelled. When one ends, stops the others and raises its failure, or
    EndedUnasked."""
    tasks = Tasks()
    for work in works:
        tasks.start(work())
    try:
        await tasks.run()
    finally:
        await tasks.stop_all()


class Tasks:
    """Long-lived tasks that are started and stopped while their owner runs; this keeps the references to them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._ended: asyncio.Task[None] | None = None

    def start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Start this; only ``stop`` may end it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._note)
        return task

    def _note(self, task: "asyncio.Task[None]") -> None:
        if task in self._tasks:  # it was not stopped
            self._ended = self._ended or task
            self._changed.set()

    async def stop(self, *tasks: "asyncio.Task[None]") -> None:
        """Cancel these, and wait until they have ended. A failure meanwhile goes to the loop's exception handler."""
        for task in tasks:
            self._tasks.discard(task)
            task.cancel()
        loop = asyncio.get_running_loop()
        for failed in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(failed, Exception) and not self._is_reason(failed):
                loop.call_exception_handler({"message": "a task failed while it was ended", "exception": failed})

    def _is_reason(self, error: BaseException) -> bool:
        """Whether ``run`` raises this error, so that it need not be reported twice."""
        ended = self._ended
        return ended is not None and not ended.cancelled() and ended.exception() is error

    async def stop_all(self) -> None:
        """Stop all of them."""
        await self.stop(*self._tasks)

    async def run(self) -> NoReturn:
        """Wait until one ends unasked. Raises its failure, or EndedUnasked."""
        await self._changed.wait()
        if self._ended is not None and not self._ended.cancelled() and (error := self._ended.exception()) is not None:
            raise error
        raise EndedUnasked
