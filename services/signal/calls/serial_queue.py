"""A serial queue: async work that is done one after the other, with a task only while there is some."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from kuuki.errors import Unavailable

Work = Callable[[], Awaitable[None]]

log = structlog.get_logger(__name__)


class SerialQueue:
    """Work is done in the order in which it was added. Work that fails disturbs no other."""

    def __init__(self) -> None:
        self._waiting: deque[Work] = deque()
        self._task: asyncio.Task[None] | None = None

    def add(self, work: Work) -> None:
        """Do this after all that was added before. Returns at once."""
        self._waiting.append(work)
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._do(self._waiting.popleft())
        finally:
            self._task = None

    async def _do(self, work: Work) -> None:
        try:
            await work()
        except Unavailable:
            pass  # what matters is repeated
        except Exception as error:  # its text may hold what was said
            log.error("queued work of a call failed", kind=type(error).__name__)

    def drop_waiting(self) -> None:
        """Leave out all work that has not begun."""
        self._waiting.clear()

    async def join(self) -> None:
        """Wait until all work is done, also what is added meanwhile."""
        while self._task is not None:
            await asyncio.wait([self._task])

    def __len__(self) -> int:
        """How much work has not begun."""
        return len(self._waiting)
