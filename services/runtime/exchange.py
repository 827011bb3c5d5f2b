"""The exchange: notes from line to line, and which code leads to which line, across processes.

What every form of it guarantees (tests/services/exchange_contract.py holds each form to it):

- at most once; a note that cannot be delivered is dropped, never queued without bound
- one sender's notes to one line arrive in their order
- every receiver of a line is called with all its notes, and all receivers in the same order: whoever sends a note to
  its own line, and receives it after another's, knows that its own is the newer one
- ``send`` answers False if nobody was attached to the line; True promises no more than that somebody was
- ``send`` returns before any receiver runs, and a receiver that raises disturbs nobody
- after ``detach`` has returned, the receiver is not called again
- a code leads to at most one line; only that line can free it or hold it for longer; unless held anew it is free after
  its time
- a code that its line retired leads to nobody, and nobody can claim it, not even that line, until its time is over

Nothing is stored but claims and retired codes, and those only for their time: lines repeat what matters.
"""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

import structlog
from typing_extensions import override

NoteReceiver = Callable[[bytes], None]
"""Called on the event loop with each note. It returns soon and waits for nothing."""

_SWEEP_S: Final = 10.0
"""How often claims that ran out are forgotten, at most."""

_NOBODY: Final = ""
"""Stands as the line of a code that was retired."""

log = structlog.get_logger(__name__)


class Exchange(Protocol):
    """Lines on many processes; see the module's guarantees. Codes and lines are opaque text.

    Everything but ``close`` raises Unavailable while the processes cannot reach each other.
    """

    async def attach(self, line: str, receive: NoteReceiver) -> None:
        """Have ``receive`` called with each note for that line from now on. Attaching the same twice is once."""
        ...

    async def detach(self, line: str, receive: NoteReceiver) -> None:
        """End that. Detaching what is not attached changes nothing."""
        ...

    async def send(self, line: str, note: bytes) -> bool:
        """Hand a note to everyone who is attached to the line; False if that is nobody."""
        ...

    async def claim(self, code: str, line: str, ttl_s: float) -> bool:
        """Have the code lead to this line for so long; False if it leads to another one. Claiming again extends."""
        ...

    async def release(self, code: str, line: str) -> None:
        """Free the code if it leads to this line."""
        ...

    async def retire(self, code: str, line: str, ttl_s: float) -> None:
        """Have the code lead nowhere for so long, and be nobody's, unless it leads to another line."""
        ...

    async def find(self, code: str) -> str | None:
        """The line that the code leads to; None if it is free or retired."""
        ...

    async def close(self) -> None:
        """Let go of everything; later notes are dropped."""
        ...


class InProcessExchange(Exchange):
    """The exchange of one process: notes come on the event loop's next turn. ``clock``: monotonic seconds."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or _loop_time
        self._lines: dict[str, list[NoteReceiver]] = {}
        self._claims: dict[str, tuple[str, float]] = {}
        self._sweep_at = 0.0
        self._is_closed = False

    @override
    async def attach(self, line: str, receive: NoteReceiver) -> None:
        receivers = self._lines.get(line, [])
        if not self._is_closed and receive not in receivers:
            self._lines[line] = [*receivers, receive]

    @override
    async def detach(self, line: str, receive: NoteReceiver) -> None:
        receivers = [other for other in self._lines.get(line, []) if other != receive]
        if receivers:
            self._lines[line] = receivers
        else:
            self._lines.pop(line, None)

    @override
    async def send(self, line: str, note: bytes) -> bool:
        receivers = self._lines.get(line, [])
        for receive in receivers:
            asyncio.get_running_loop().call_soon(self._deliver, line, receive, note)
        return bool(receivers)

    def _deliver(self, line: str, receive: NoteReceiver, note: bytes) -> None:
        if receive not in self._lines.get(line, ()):
            return  # detached meanwhile
        try:
            receive(note)
        except Exception as error:  # its text may hold what was said
            log.error("a receiver on the exchange failed", kind=type(error).__name__)

    @override
    async def claim(self, code: str, line: str, ttl_s: float) -> bool:
        now = self._clock()
        self._sweep(now)
        if self._holder(code, now) not in (None, line):
            return False
        if not self._is_closed:
            self._claims[code] = (line, now + ttl_s)
        return True

    @override
    async def release(self, code: str, line: str) -> None:
        if self._claims.get(code, ("", 0.0))[0] == line:
            del self._claims[code]

    @override
    async def retire(self, code: str, line: str, ttl_s: float) -> None:
        now = self._clock()
        if not self._is_closed and self._holder(code, now) in (None, line):
            self._claims[code] = (_NOBODY, now + ttl_s)

    @override
    async def find(self, code: str) -> str | None:
        return self._holder(code, self._clock()) or None

    def _holder(self, code: str, now: float) -> str | None:
        """The line that holds a code, _NOBODY for one that was retired; None if it is free."""
        line, until = self._claims.get(code, (None, 0.0))
        return line if now < until else None

    def _sweep(self, now: float) -> None:
        """Claims that ran out must not stay: their process may be gone."""
        if now >= self._sweep_at:
            self._sweep_at = now + _SWEEP_S
            self._claims = {code: claim for code, claim in self._claims.items() if now < claim[1]}

    @override
    async def close(self) -> None:
        self._is_closed = True
        self._lines.clear()
        self._claims.clear()

    def __len__(self) -> int:
        """How many lines and codes are held."""
        return len(self._lines) + len(self._claims)


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
