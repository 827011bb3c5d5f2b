"""Work that is due, one piece a turn of the event loop: what comes in, what goes out and leases have theirs between.

When there is more than the core can do, each piece is done less often, each time with the newest; nothing queues up.
"""

import asyncio
from collections.abc import Callable

Work = Callable[[], None]


class Turns:
    """A line in which each waits once, however often it is asked for; who has had a turn goes to the end."""

    def __init__(self) -> None:
        self._waiting: dict[Work, None] = {}
        self._next: asyncio.Handle | None = None

    def ask(self, work: Work) -> None:
        """Call ``work`` when its turn has come; nothing more if it waits already."""
        self._waiting[work] = None
        if self._next is None:
            self._next = asyncio.get_running_loop().call_soon(self._turn)

    def leave(self, work: Work) -> None:
        """Do not call it after all."""
        self._waiting.pop(work, None)

    def _turn(self) -> None:
        self._next = None
        if not self._waiting:
            return
        work = next(iter(self._waiting))
        del self._waiting[work]
        if self._waiting:
            self._next = asyncio.get_running_loop().call_soon(self._turn)
        work()
