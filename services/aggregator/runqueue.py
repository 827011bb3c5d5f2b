"""A run queue: work that is due, one piece a turn of the event loop, so that what comes in, what goes out and leases
run between two pieces.

When there is more to do than the core can, each piece is done less often, each time with the newest; nothing queues up.
"""

import asyncio
from collections.abc import Callable

Work = Callable[[], None]


class RunQueue:
    """First in, first out; a piece of work waits in it once, however often it is added."""

    def __init__(self) -> None:
        self._waiting: dict[Work, None] = {}
        self._next: asyncio.Handle | None = None

    def add(self, work: Work) -> None:
        """Call ``work`` once when all that waits before it has run, and never before this returns."""
        self._waiting[work] = None
        if self._next is None:
            self._next = asyncio.get_running_loop().call_soon(self._run_next)

    def remove(self, work: Work) -> None:
        """Do not call it after all. What does not wait is ignored."""
        self._waiting.pop(work, None)

    def _run_next(self) -> None:
        self._next = None
        if not self._waiting:
            return
        work = next(iter(self._waiting))
        del self._waiting[work]
        if self._waiting:
            self._next = asyncio.get_running_loop().call_soon(self._run_next)
        work()
