"""The topics that this process subscribes to, and its subscribers to each."""

import asyncio
from collections.abc import Callable

from typing_extensions import override

from services.runtime import bus
from services.runtime.bus import Lost, Receive


class Subscriber(bus.Subscriber):
    """One subscriber. While ``is_waiting`` its subscription has not begun, so it cannot have missed anything."""

    def __init__(self, receive: Receive, lost: Lost | None, on_close: Callable[["Subscriber"], None]) -> None:
        super().__init__(receive, lost, on_close)
        self.is_waiting = True

    @override
    def tell_lost(self) -> None:
        if not self.is_waiting:
            super().tell_lost()


class Topic:
    """All of this process's subscribers to one topic: they share one subscription in Redis."""

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.subscribers: dict[Subscriber, None] = {}
        self.is_confirmed = False
        """Whether Redis confirmed the subscription on the connection that there is now."""
        self._is_heard = asyncio.Event()

    @property
    def is_heard(self) -> bool:
        """Whether every message that is published on the topic now reaches its subscribers."""
        return self._is_heard.is_set()

    def begin(self) -> None:
        """From now on every message is heard. Subscribers are told that they may have missed earlier ones."""
        if not self._is_heard.is_set():
            self._is_heard.set()
            for subscriber in list(self.subscribers):
                subscriber.tell_lost()

    def end(self) -> None:
        """From now on no message is heard, until ``begin``."""
        self.is_confirmed = False
        self._is_heard.clear()

    def deliver(self, message: bytes) -> None:
        """Pass a message on to everyone who subscribed before it came. Dropped while not every message is heard."""
        if self._is_heard.is_set():
            for subscriber in list(self.subscribers):
                subscriber.deliver(message)

    async def wait(self, at_most_s: float) -> None:
        """Wait until every message is heard, but ``at_most_s`` seconds. Returns in both cases."""
        if self._is_heard.is_set():
            return
        try:
            async with asyncio.timeout(at_most_s):
                await self._is_heard.wait()
        except TimeoutError:
            pass  # the subscription begins later, and then ``lost`` tells of the gap
