"""A line's lease of a code: claimed, extended, spent, replaced. What the store could not be told is tried again.

The line refuses whoever rings by another code than ``Line.code``, so a code that is spent is dead at that moment,
whatever the store still says. The rest is a matter of tidiness, and of having another code to show.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from kuuki.call.line_messages import NewCode
from kuuki.call.lines import Line
from kuuki.times import CODE_RETRY_S
from services.signal.calls.code_directory import CODE_RENEW_S, CODE_TTL_S, ClaimedCode, CodeDirectory
from services.signal.calls.outbox import Outbox
from services.signal.calls.serial_queue import SerialQueue

_GIVEN_UP: Final = 20
"""Codes of which the store was not told yet that they are over. Beyond, the oldest just run out."""


class CodeLease:
    """One line's code. The page hears by the outbox of every change; the store is spoken to by the queue."""

    def __init__(self, line: Line, directory: CodeDirectory, outbox: Outbox, queue: SerialQueue) -> None:
        self.claimed: ClaimedCode | None = None
        self._line, self._directory = line, directory
        self._outbox, self._queue = outbox, queue
        self._is_open = self._is_stopped = self._is_renewing = False
        self._given_up: deque[Callable[[], Awaitable[None]]] = deque(maxlen=_GIVEN_UP)
        self._wanted_index: int | None = None
        self._spent = ""
        self._held_at = self._due_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the line ever had a code."""
        return self._is_open

    @property
    def code(self) -> NewCode:
        """The code and its index, for the page; None while another one is being made."""
        return NewCode(None, None) if self.claimed is None else NewCode(self.claimed.code, self.claimed.index)

    async def open(self, index: int | None) -> None:
        """Have the line's first code, of this index if it can be. Raises Unavailable."""
        now = _now()
        self._hold(await self._directory.claim(self._line.id, index), now)
        self._is_open, self._due_at = True, now + CODE_RENEW_S

    def replace(self, was_answered: bool) -> None:
        """The code leads nowhere from now on; another one follows as soon as the store gives it."""
        self._give_up(was_answered)
        self._renew_if_due(_now())

    def _give_up(self, was_answered: bool) -> None:
        if self.claimed is not None:
            end = self._directory.retire if was_answered else self._directory.release
            self._given_up.append(partial(end, self._line.id, self.claimed.code))
            self._wanted_index, self._spent = None, self.claimed.code
            self._have_none()

    def _have_none(self) -> None:
        self.claimed, self._line.code = None, ""
        self._due_at = 0.0
        self._outbox.send(self.code)

    def tick(self, now: float) -> None:
        """Once a second. A code that the store did not hear of for too long leads nowhere, or to another line."""
        if self.claimed is not None and now >= self._held_at + CODE_TTL_S:
            self._wanted_index = self.claimed.index
            self._have_none()
        self._renew_if_due(now)

    def _renew_if_due(self, now: float) -> None:
        """Renew after the work that waits already. If that fails, it is due at a later tick too."""
        if self._is_open and not self._is_stopped and not self._is_renewing and now >= self._due_at:
            self._is_renewing = True
            self._queue.add(self._renew)

    async def _renew(self) -> None:
        try:
            if not self._is_stopped:
                await self._bring_up_to_date()
        finally:
            self._is_renewing = False

    async def _bring_up_to_date(self) -> None:
        """Extend the claim, or claim another code; tell the store which codes are over. Raises Unavailable when the
        store is away: then it is due again after CODE_RETRY_S.
        """
        self._due_at = _now() + CODE_RETRY_S
        if self.claimed is not None and _now() >= self._held_at + CODE_RENEW_S:
            await self._extend(self.claimed, _now())
        if self.claimed is None:
            self._hold(await self._directory.claim(self._line.id, self._wanted_index, self._spent), _now())
            self._outbox.send(self.code)
        await self._tell_given_up()
        if self.claimed is not None:
            self._due_at = self._held_at + CODE_RENEW_S

    async def _extend(self, claimed: ClaimedCode, now: float) -> None:
        if await self._directory.extend(self._line.id, claimed.code):
            self._held_at = now
        elif self.claimed is claimed:
            self._give_up(was_answered=False)

    def _hold(self, claimed: ClaimedCode, now: float) -> None:
        self.claimed, self._line.code = claimed, claimed.code
        self._held_at = now

    async def _tell_given_up(self) -> None:
        """Tell the store which codes are over. Raises Unavailable: then those that are left stay to be told."""
        while self._given_up:
            end = self._given_up[0]
            await end()
            if self._given_up[0] is end:
                self._given_up.popleft()

    def release(self) -> None:
        """The line is over: its code is free, and so are those before. What fails runs out by itself."""
        self._queue.add(self._release)

    async def _release(self) -> None:
        if self.claimed is not None:
            self._given_up.append(partial(self._directory.release, self._line.id, self.claimed.code))
            self.claimed, self._line.code = None, ""
        await self._tell_given_up()

    def stop(self) -> None:
        """Renew no more. A code that is held stays the line's until its claim runs out, or it is released."""
        self._is_stopped = True
        self._queue.add(self._tell_given_up)


def _now() -> float:
    return asyncio.get_running_loop().time()
