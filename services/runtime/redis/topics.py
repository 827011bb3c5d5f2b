"""A topic that this process hears, and who hears it here."""

import asyncio
from collections.abc import Callable

import structlog

from services.runtime.bus import Lost, Receive

log = structlog.get_logger(__name__)


class Ear:
    """One subscription. While ``is_waiting`` it has not begun, so that it cannot have missed anything."""

    def __init__(self, receive: Receive, lost: Lost | None, close: Callable[["Ear"], None]) -> None:
        self._receive = receive
        self._lost = lost
        self._close = close
        self._is_closed = False
        self.is_waiting = True

    def hear(self, message: bytes) -> None:
        """Pass a message on, unless closed meanwhile."""
        if self._is_closed:
            return
        try:
            self._receive(message)
        except Exception:
            log.exception("a receiver on the bus failed")

    def lose(self) -> None:
        """Say that something may have been missed."""
        if self._is_closed or self.is_waiting or self._lost is None:
            return
        try:
            self._lost()
        except Exception:
            log.exception("a receiver on the bus failed")

    def close(self) -> None:
        """Receive no more. Closing twice changes nothing."""
        if not self._is_closed:
            self._is_closed = True
            self._close(self)


class Topic:
    """All subscriptions of this process to one topic: they share one of Redis's."""

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.ears: dict[Ear, None] = {}
        self.is_confirmed = False
        """By Redis, on the connection that there is now."""
        self._is_heard = asyncio.Event()

    @property
    def is_heard(self) -> bool:
        """Whether everything is heard."""
        return self._is_heard.is_set()

    def begin(self) -> None:
        """From now on everything is heard; before, something may have been missed."""
        if not self._is_heard.is_set():
            self._is_heard.set()
            for ear in list(self.ears):
                ear.lose()

    def end(self) -> None:
        """From now on nothing is heard."""
        self.is_confirmed = False
        self._is_heard.clear()

    def hear(self, message: bytes) -> None:
        """Pass a message on to everyone who has subscribed before it came."""
        if self._is_heard.is_set():
            for ear in list(self.ears):
                ear.hear(message)

    async def wait(self, at_most_s: float) -> None:
        """Until everything is heard, or so long."""
        if self._is_heard.is_set():
            return
        try:
            async with asyncio.timeout(at_most_s):
                await self._is_heard.wait()
        except TimeoutError:
            pass  # it heals later, and is told by ``lost``
