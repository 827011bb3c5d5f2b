"""The bus: bytes on topics, from any process to every subscriber.

What every form of it guarantees (tests/services/bus_contract.py holds each form to it):

- at most once; a message that cannot be delivered is dropped, never queued without bound
- all messages on one topic arrive at all its subscribers in one order, whoever published them; one publisher's are in
  its own order
- a subscriber that may have missed something is told by ``lost``, before it hears anything newer
- ``publish`` returns before any subscriber of this process runs, and a subscriber that raises disturbs nobody
- ``publish`` takes PUBLISH_S at most, and never raises: False means that the message was dropped here
- a message has its place in its topic's order within PUBLISH_S, or it is never delivered: an old partial would count
  people where they no longer are
- after ``close`` or an unsubscription has returned, the receiver is not called again

Nothing is stored: messages are full state, so the next one heals a loss.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import structlog
from typing_extensions import override

from services.runtime.log import where_of

Receive = Callable[[bytes], None]
"""Called on the event loop with each message; quick, synchronous."""

Lost = Callable[[], None]
"""Called on the event loop when messages of a subscription may have been lost: forget what was believed."""

log = structlog.get_logger(__name__)


class Subscription(Protocol):
    """A receiver on a topic."""

    def close(self) -> None:
        """Receive no more. Closing twice changes nothing."""
        ...


class Bus(Protocol):
    """Publish and subscribe, with the guarantees that this module names."""

    async def publish(self, topic: str, message: bytes) -> bool:
        """Hand a message to everyone who subscribes to the topic now. False if it was dropped here."""
        ...

    async def publish_all(self, messages: Sequence[tuple[str, bytes]]) -> bool:
        """Publish these (topic, message) pairs in one go, in their order. False if any was dropped here."""
        ...

    async def confirm(self) -> bool:
        """Wait until all that this process published before has its place in its topics' orders, PUBLISH_S at most.

        Only then may something that others will act upon be published on another topic. False: it is not known.
        """
        ...

    async def subscribe(self, topic: str, receive: Receive, lost: Lost | None = None) -> Subscription:
        """Have ``receive`` called with each message from now on. Also while the bus is down: it heals."""
        ...

    @property
    def is_well(self) -> bool:
        """Whether this process is in step: it heard, of what it sent itself, something sent within BUS_DEAF_S.

        Who is not well must not publish partials: what it believes about seats may be outdated.
        """
        ...

    @property
    def heard_until(self) -> float:
        """When, on the loop's clock, the newest own beat that came back was sent; the oldest of all connections.

        Whatever was published before then has been received, or ``lost`` was called. So whatever is received now was
        published after it: a partial is no older than ``now - heard_until``, however late it came.
        """
        ...

    async def close(self) -> None:
        """Let go of everything; later messages are dropped."""
        ...


class Ear(Subscription):
    """A receiver on a topic, in any form of the bus: one that raises disturbs nobody, one that is closed hears nothing.

    ``close`` is called once, with the ear, when it is closed.
    """

    def __init__(self, receive: Receive, lost: Lost | None, close: "Callable[[Any], None]") -> None:
        self._receive = receive
        self._lost = lost
        self._close = close
        self._is_closed = False

    def hear(self, message: bytes) -> None:
        """Pass a message on, unless closed meanwhile."""
        self._call(self._receive, message)

    def lose(self) -> None:
        """Say that something may have been missed."""
        if self._lost is not None:
            self._call(self._lost)

    def _call(self, receiver: Callable[..., None], *said: bytes) -> None:
        if self._is_closed:
            return
        try:
            receiver(*said)
        except Exception as error:
            log.error("a receiver on the bus failed", kind=type(error).__name__, where=where_of(error))

    @override
    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._close(self)


class InProcessBus(Bus):
    """The bus of one process: what is published runs on the event loop's next turn."""

    def __init__(self) -> None:
        self._topics: dict[str, dict[Ear, None]] = {}
        self._under_way: deque[float] = deque()
        self._is_closed = False

    @override
    async def publish(self, topic: str, message: bytes) -> bool:
        loop = asyncio.get_running_loop()
        for subscription in self._topics.get(topic, ()):
            self._under_way.append(loop.time())
            loop.call_soon(self._deliver, subscription, message)
        return not self._is_closed

    def _deliver(self, subscription: Ear, message: bytes) -> None:
        try:
            subscription.hear(message)
        finally:
            self._under_way.popleft()

    @override
    async def publish_all(self, messages: Sequence[tuple[str, bytes]]) -> bool:
        return all([await self.publish(topic, message) for topic, message in messages])

    @override
    async def confirm(self) -> bool:
        """What was published runs in its order."""
        return not self._is_closed

    @property
    @override
    def is_well(self) -> bool:
        """One event loop is always in step with itself."""
        return not self._is_closed

    @property
    @override
    def heard_until(self) -> float:
        """A turn of a busy event loop may be long, and what was published waits for the next one."""
        return self._under_way[0] if self._under_way else asyncio.get_running_loop().time()

    @override
    async def subscribe(self, topic: str, receive: Receive, lost: Lost | None = None) -> Subscription:
        subscription = Ear(receive, lost, lambda gone: self._forget(topic, gone))
        if self._is_closed:
            subscription.close()
        else:
            self._topics.setdefault(topic, {})[subscription] = None
        return subscription

    def _forget(self, topic: str, subscription: Ear) -> None:
        receivers = self._topics.get(topic, {})
        receivers.pop(subscription, None)
        if not receivers:
            self._topics.pop(topic, None)  # rooms come and go: an empty topic must not stay

    @override
    async def close(self) -> None:
        self._is_closed = True
        for subscription in [each for receivers in self._topics.values() for each in receivers]:
            subscription.close()
