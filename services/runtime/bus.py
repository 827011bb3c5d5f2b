"""The bus: bytes on topics, from any process to every subscriber.

What every form of it guarantees (tests/services/bus_contract.py holds each form to it):

- at most once; a message that cannot be delivered is dropped, never queued without bound
- all messages on one topic arrive at all its subscribers in one order, whoever published them; one publisher's are in
  its own order
- a subscriber that may have missed something is told by ``lost``, before it hears anything newer
- ``publish`` returns before any receiver of this process is called; a receiver that raises is logged, and the others
  are called nevertheless
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
"""Called on the event loop with each message. It must return at once, within well less than a millisecond."""

Lost = Callable[[], None]
"""Called on the event loop when messages of a subscription may have been lost: what was learned from it may be
outdated."""

log = structlog.get_logger(__name__)


class Subscription(Protocol):
    """A receiver on a topic."""

    def close(self) -> None:
        """Receive no more: once this returns, the receiver is not called again. Closing twice changes nothing."""
        ...


class Bus(Protocol):
    """Publish and subscribe, with the guarantees that this module names. All times are of the event loop's clock."""

    async def publish(self, topic: str, message: bytes) -> bool:
        """Hand a message to everyone who subscribes to the topic now. False if it was dropped here.

        At most once: True says that it is on its way, not that anyone received it. Takes PUBLISH_S at most, and never
        raises. Cancelling does not say whether it was handed over.
        """
        ...

    async def publish_all(self, messages: Sequence[tuple[str, bytes]]) -> bool:
        """Publish these (topic, message) pairs in one go, in their order; as ``publish``. False if any was dropped
        here.

        Of the messages on one topic a first part is handed over, which may be all or none.
        """
        ...

    async def confirm(self) -> bool:
        """Wait until all that this process published before has its place in its topics' orders, PUBLISH_S at most.

        Only then may something that others will act upon be published on another topic. False says that it is not
        known, or that something was lost. Never raises; cancelling changes nothing.
        """
        ...

    async def subscribe(self, topic: str, receive: Receive, lost: Lost | None = None) -> Subscription:
        """Have ``receive`` called with each message from now on. Takes PUBLISH_S at most, and never raises.

        While the bus is down it returns too: the subscription then begins when the bus is back, and ``lost`` is called
        at that moment. Cancelling closes the subscription.
        """
        ...

    @property
    def is_well(self) -> bool:
        """Whether this process is in step: it heard, of what it sent itself, something sent within BUS_DEAF_S.

        A process that is not well must not publish partials: what it believes about seats may be outdated.
        """
        ...

    @property
    def heard_until(self) -> float:
        """Until when all that was published has been received, or ``lost`` was called; in seconds of the loop's clock.

        It is when the newest own heartbeat that came back was sent; of several connections, the oldest such time.
        Whatever is received now was published after it. So a partial is no older than ``now - heard_until``, however
        late it came.
        """
        ...

    async def close(self) -> None:
        """Close every subscription and connection; later messages are dropped. May be called twice."""
        ...


class Subscriber(Subscription):
    """A receiver on a topic, in every form of the bus. ``on_close`` is called once, with this, when it is closed."""

    def __init__(self, receive: Receive, lost: Lost | None, on_close: "Callable[[Any], None]") -> None:
        self._receive = receive
        self._lost = lost
        self._on_close = on_close
        self._is_closed = False

    def deliver(self, message: bytes) -> None:
        """Pass a message on, unless this was closed meanwhile."""
        self._call(self._receive, message)

    def tell_lost(self) -> None:
        """Say that something may have been missed."""
        if self._lost is not None:
            self._call(self._lost)

    def _call(self, receiver: Callable[..., None], *message: bytes) -> None:
        if self._is_closed:
            return
        try:
            receiver(*message)
        except Exception as error:
            log.error("a receiver on the bus failed", kind=type(error).__name__, where=where_of(error))

    @override
    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._on_close(self)


class InProcessBus(Bus):
    """The bus of one process: what is published is delivered on the event loop's next turn."""

    def __init__(self) -> None:
        self._topics: dict[str, dict[Subscriber, None]] = {}
        self._under_way: deque[float] = deque()
        self._is_closed = False

    @override
    async def publish(self, topic: str, message: bytes) -> bool:
        loop = asyncio.get_running_loop()
        for subscriber in self._topics.get(topic, ()):
            self._under_way.append(loop.time())
            loop.call_soon(self._deliver, subscriber, message)
        return not self._is_closed

    def _deliver(self, subscriber: Subscriber, message: bytes) -> None:
        try:
            subscriber.deliver(message)
        finally:
            self._under_way.popleft()

    @override
    async def publish_all(self, messages: Sequence[tuple[str, bytes]]) -> bool:
        return all([await self.publish(topic, message) for topic, message in messages])

    @override
    async def confirm(self) -> bool:
        """Always known: the event loop delivers in the order of publishing."""
        return not self._is_closed

    @property
    @override
    def is_well(self) -> bool:
        """Always, until it is closed: one event loop is in step with itself."""
        return not self._is_closed

    @property
    @override
    def heard_until(self) -> float:
        """When the oldest message that still waits for its turn was published; now, if none waits."""
        return self._under_way[0] if self._under_way else asyncio.get_running_loop().time()

    @override
    async def subscribe(self, topic: str, receive: Receive, lost: Lost | None = None) -> Subscription:
        subscriber = Subscriber(receive, lost, lambda closed: self._forget(topic, closed))
        if self._is_closed:
            subscriber.close()
        else:
            self._topics.setdefault(topic, {})[subscriber] = None
        return subscriber

    def _forget(self, topic: str, subscriber: Subscriber) -> None:
        receivers = self._topics.get(topic, {})
        receivers.pop(subscriber, None)
        if not receivers:
            self._topics.pop(topic, None)  # rooms come and go: a topic without subscribers must not stay

    @override
    async def close(self) -> None:
        self._is_closed = True
        for subscriber in [each for receivers in self._topics.values() for each in receivers]:
            subscriber.close()
