"""The life of a process: what keeps it from starting, and long-lived tasks, of which none ends in silence.

A TaskGroup notices a task that fails, but not one that returns, nor one that somebody cancelled. Here all three are the
same: the part that the task belonged to is over, and whoever composes the process ends it.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from kuuki.errors import KuukiError

Work = Callable[[], Coroutine[Any, Any, None]]


class CannotStart(KuukiError):
    """What keeps this process from starting, and what to do: a sentence for whoever started it."""


class EndedUnasked(RuntimeError):
    """Something that must run as long as its process has returned, or was cancelled from outside."""


async def together(*works: Work) -> NoReturn:
    """Do all of these at once until cancelled. Raises when one of them ends: its failure, or EndedUnasked."""
    tasks = Tasks()
    for work in works:
        tasks.start(work())
    try:
        await tasks.run()
    finally:
        await tasks.stop_all()


class Tasks:
    """Long-lived tasks that come and go while their owner lives; each is held here."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._ended: asyncio.Task[None] | None = None

    def start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Begin this; it must not end but by ``stop``."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._note)
        return task

    def _note(self, task: "asyncio.Task[None]") -> None:
        if task in self._tasks:  # nobody stopped it
            self._ended = self._ended or task
            self._changed.set()

    async def stop(self, *tasks: "asyncio.Task[None]") -> None:
        """Cancel these, and wait until they are gone."""
        for task in tasks:
            self._tasks.discard(task)
            task.cancel()
        loop = asyncio.get_running_loop()
        for failed in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(failed, Exception) and not self._is_reason(failed):
                loop.call_exception_handler({"message": "a task failed while it was ended", "exception": failed})

    def _is_reason(self, error: BaseException) -> bool:
        """Whether ``run`` raises this: then it is heard of there."""
        ended = self._ended
        return ended is not None and not ended.cancelled() and ended.exception() is error

    async def stop_all(self) -> None:
        """Stop whatever runs."""
        await self.stop(*self._tasks)

    async def run(self) -> NoReturn:
        """Until one ends unasked. Raises its failure, or EndedUnasked; CancelledError when this is cancelled."""
        await self._changed.wait()
        if self._ended is not None and not self._ended.cancelled() and (error := self._ended.exception()) is not None:
            raise error
        raise EndedUnasked
