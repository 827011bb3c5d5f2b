"""A line's code over time: held, spent, replaced. What the store could not be told stays owed, and is tried again.

The line refuses who rings by another code than ``Line.code``, so a code that is spent is dead at that moment, whatever
the store still says. What is owed is only a matter of tidiness, and of having another code to show.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from kuuki.call.lines import Line
from kuuki.times import CODE_RETRY_S
from services.signal.calls.directory import CODE_RENEW_S, CODE_TTL_S, Claim, Directory

_PAST: Final = 20
"""Codes of which the store was not told yet that they are over. Beyond, the oldest just run out."""


class Tenure:
    """One line's code. ``say`` is called with what its page must hear: the code, or that there is none now."""

    def __init__(self, line: Line, directory: Directory, say: Callable[[dict[str, Any]], None]) -> None:
        self.claim: Claim | None = None
        self._line, self._directory, self._say = line, directory, say
        self._is_open = False
        self._past: deque[Callable[[], Awaitable[None]]] = deque(maxlen=_PAST)
        self._wanted: int | None = None
        self._spent = ""
        self._held_at = self._due_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the line ever had a code."""
        return self._is_open

    def told(self) -> dict[str, Any]:
        """The code and its turn, for the page; null while another one is owed."""
        return {"code": self.claim and self.claim.code, "turn": self.claim and self.claim.turn}

    async def open(self, turn: int | None, now: float) -> None:
        """Have the line's first code, of this turn if it can be. Raises Unavailable."""
        self._hold(await self._directory.claim(self._line.id, turn), now)
        self._is_open, self._due_at = True, now + CODE_RENEW_S

    def spend(self, was_answered: bool) -> None:
        """The code leads nowhere from now on, and another one is owed."""
        if self.claim is not None:
            end = self._directory.retire if was_answered else self._directory.release
            self._past.append(partial(end, self._line.id, self.claim.code))
            self._wanted, self._spent = None, self.claim.code
            self._have_none()

    def _have_none(self) -> None:
        self.claim, self._line.code = None, ""
        self._due_at = 0.0
        self._say({"type": "code", **self.told()})

    def age(self, now: float) -> None:
        """Asked once a second: a code that the store did not hear of for too long leads nowhere, or to another line."""
        if self.claim is not None and now >= self._held_at + CODE_TTL_S:
            self._wanted = self.claim.turn
            self._have_none()

    def is_due(self, now: float) -> bool:
        """Whether something is owed that is to be tried now."""
        return self._is_open and now >= self._due_at

    async def pay(self, clock: Callable[[], float]) -> None:
        """Do what is owed. Raises Unavailable when the store is away: then it is still owed."""
        self._due_at = clock() + CODE_RETRY_S
        if self.claim is not None and clock() >= self._held_at + CODE_RENEW_S:
            await self._extend(self.claim, clock())
        if self.claim is None:
            self._hold(await self._directory.claim(self._line.id, self._wanted, self._spent), clock())
            self._say({"type": "code", **self.told()})
        await self.end_past()
        if self.claim is not None:
            self._due_at = self._held_at + CODE_RENEW_S

    async def _extend(self, claim: Claim, now: float) -> None:
        if await self._directory.extend(self._line.id, claim.code):
            self._held_at = now
        elif self.claim is claim:
            self.spend(was_answered=False)

    def _hold(self, claim: Claim, now: float) -> None:
        self.claim, self._line.code = claim, claim.code
        self._held_at = now

    async def end_past(self) -> None:
        """Tell the store which codes are over. Raises Unavailable."""
        while self._past:
            end = self._past[0]
            await end()
            if self._past[0] is end:
                self._past.popleft()

    async def leave(self) -> None:
        """The line is over: its code is free, and so are those before. What fails runs out by itself."""
        if self.claim is not None:
            self._past.append(partial(self._directory.release, self._line.id, self.claim.code))
            self.claim, self._line.code = None, ""
        await self.end_past()
