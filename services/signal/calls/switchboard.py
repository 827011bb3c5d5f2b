"""The switchboard: all lines of this process, by their ids."""

import asyncio
import contextlib
import hashlib
import secrets

import structlog

from kuuki.admission import Buckets, Quota
from kuuki.call.lines import Line
from kuuki.call.signaling import Hello
from kuuki.errors import CloseCode, Unavailable
from kuuki.limits import LINES, LINES_BURST, LINES_PER_ADDRESS, LINES_PER_S
from services.runtime.exchange import Exchange
from services.runtime.metrics import Metrics
from services.runtime.ticker import ticks
from services.signal.calls.code_directory import CodeDirectory
from services.signal.calls.line_services import LineServices
from services.signal.calls.line_session import LineSession
from services.signal.calls.page_connection import PageConnection

_TICK_S = 1.0
_GOODBYE_S = 2.0

log = structlog.get_logger(__name__)


def line_id_of(secret: str) -> str:
    """A line's id, which others may know: half of the SHA-256 of its secret, which they may not."""
    return hashlib.sha256(secret.encode()).digest()[:16].hex()


class Switchboard:
    """The lines of one process. ``code_key``: with the same key, a line has the same codes after a restart. ``lines``:
    how many pages may be connected at once.
    """

    def __init__(
        self, exchange: Exchange, metrics: Metrics, code_key: bytes, has_relay: bool = False, lines: int = LINES
    ) -> None:
        self.metrics = metrics
        self._services = LineServices(exchange, CodeDirectory(exchange, code_key, metrics), metrics, has_relay)
        self._sessions: dict[str, LineSession] = {}
        self._pages: set[PageConnection] = set()
        self._quota = Quota(lines, LINES_PER_ADDRESS)
        self._new_lines = Buckets(LINES_PER_S, LINES_BURST)
        self._is_going_away = False
        self._empty = asyncio.Event()

    def admit(self, page: PageConnection) -> bool:
        """Whether there is room for one more page; if not, it is closed with the reason."""
        if self._is_going_away:
            page.close(CloseCode.GOING_AWAY)
        elif not self._quota.admit(page.address):
            page.close(CloseCode.FULL)
        else:
            self._pages.add(page)
            self._empty.clear()
            return True
        return False

    def dismiss(self, page: PageConnection) -> None:
        """A page that was admitted is gone."""
        self._pages.discard(page)
        self._quota.release(page.address)
        if not self._pages:
            self._empty.set()

    async def connect(self, page: PageConnection, hello: Hello) -> LineSession | None:
        """The line that this page has from now on; None if it was closed instead."""
        secret = hello.line or secrets.token_urlsafe(16)
        session = await self._session_of(secret, page)
        if session is None:
            page.close(CloseCode.FULL)
            return None
        try:
            await session.connect(page, hello)
        except Unavailable:
            page.close(CloseCode.FULL)
            session.end()
        except asyncio.CancelledError:
            session.disconnect(page)
            raise
        return session

    async def _session_of(self, secret: str, page: PageConnection) -> LineSession | None:
        line_id = line_id_of(secret)
        while (session := self._sessions.get(line_id)) is not None and session.is_over:
            await session.join()  # its code must be free before the same line claims it again
        if session is not None:
            return session
        now = asyncio.get_running_loop().time()
        if len(self._sessions) >= LINES or not (page.address is None or self._new_lines.consume(page.address, now)):
            return None
        session = self._sessions[line_id] = LineSession(secret, Line(line_id, now), self._services, self._forget)
        self.metrics.lines.inc()
        return session

    def _forget(self, session: LineSession) -> None:
        del self._sessions[session.line.id]
        self.metrics.lines.dec()

    async def run(self) -> None:
        """Tick until cancelled; at the end nothing is left here."""
        try:
            async for _ in ticks(_TICK_S):
                self._tick(asyncio.get_running_loop().time())
        finally:
            await self.turn_away()
            await asyncio.gather(*(session.stop() for session in list(self._sessions.values())))

    def _tick(self, now: float) -> None:
        for session in list(self._sessions.values()):
            try:
                session.tick(now)
            except Exception as error:  # one line's fault is not the others'
                log.error("a line failed to tick", kind=type(error).__name__)

    async def turn_away(self) -> None:
        """Close every page; they come back with jitter, and their calls go on meanwhile."""
        self._is_going_away = True
        for page in list(self._pages):
            page.close(CloseCode.GOING_AWAY)
        if self._pages:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GOODBYE_S):
                    await self._empty.wait()

    def __len__(self) -> int:
        return len(self._sessions)
