"""A topic that this process hears, and who hears it here."""

import asyncio
from collections.abc import Callable

from typing_extensions import override

from services.runtime import bus
from services.runtime.bus import Lost, Receive


class Ear(bus.Ear):
    """One subscription. While ``is_waiting`` it has not begun, so that it cannot have missed anything."""

    def __init__(self, receive: Receive, lost: Lost | None, close: Callable[["Ear"], None]) -> None:
        super().__init__(receive, lost, close)
        self.is_waiting = True

    @override
    def lose(self) -> None:
        if not self.is_waiting:
            super().lose()


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
