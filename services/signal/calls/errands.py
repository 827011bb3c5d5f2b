"""Async work that is done one after the other, with a task only while there is some."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from kuuki.errors import Unavailable

Errand = Callable[[], Awaitable[None]]

log = structlog.get_logger(__name__)


class Errands:
    """Work in the order in which it was added. One that fails disturbs no other."""

    def __init__(self) -> None:
        self._waiting: deque[Errand] = deque()
        self._task: asyncio.Task[None] | None = None

    def add(self, errand: Errand) -> None:
        """Do this after the others."""
        self._waiting.append(errand)
        if self._task is None:
            self._task = asyncio.create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._do(self._waiting.popleft())
        finally:
            self._task = None

    async def _do(self, errand: Errand) -> None:
        try:
            await errand()
        except Unavailable:
            pass  # what matters is repeated
        except Exception as error:  # its text may hold what was said
            log.error("an errand of a call failed", kind=type(error).__name__)

    def forget_waiting(self) -> None:
        """Leave out what has not begun."""
        self._waiting.clear()

    async def done(self) -> None:
        """Wait until there is nothing to do."""
        while self._task is not None:
            await asyncio.wait([self._task])

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)
