"""The bus: bytes on topics, from any process to every subscriber.

What every form of it guarantees (tests/services/bus_contract.py holds each form to it):

- at most once; a message that cannot be delivered is dropped, never queued without bound
- one publisher's messages on one topic arrive in their order
- ``publish`` returns before any subscriber runs, and a subscriber that raises disturbs nobody
- after ``close`` or an unsubscription has returned, the receiver is not called again

Nothing is stored: messages are full state, so the next one heals a loss.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

Receive = Callable[[bytes], None]
"""Called on the event loop with each message; quick, synchronous."""

log = structlog.get_logger(__name__)


class Subscription(Protocol):
    """A receiver on a topic."""

    def close(self) -> None:
        """Receive no more. Closing twice changes nothing."""
        ...


class Bus(Protocol):
    """Publish and subscribe; see the module's guarantees."""

    async def publish(self, topic: str, message: bytes) -> None:
        """Hand a message to everyone who subscribes to the topic now."""
        ...

    async def subscribe(self, topic: str, receive: Receive) -> Subscription:
        """Have ``receive`` called with each message from now on."""
        ...

    async def close(self) -> None:
        """Let go of everything; later messages are dropped."""
        ...


class _LocalSubscription:
    def __init__(self, receivers: "dict[_LocalSubscription, None]", receive: Receive) -> None:
        self._receivers = receivers
        self._receive = receive
        receivers[self] = None

    def deliver(self, message: bytes) -> None:
        if self not in self._receivers:
            return
        try:
            self._receive(message)
        except Exception:
            log.exception("a receiver on the bus failed")

    def close(self) -> None:
        self._receivers.pop(self, None)


class InProcessBus:
    """The bus of one process: what is published runs on the event loop's next turn."""

    def __init__(self) -> None:
        self._topics: dict[str, dict[_LocalSubscription, None]] = {}

    async def publish(self, topic: str, message: bytes) -> None:
        """See Bus."""
        loop = asyncio.get_running_loop()
        receivers = self._topics.get(topic)
        if receivers is None:
            return
        if not receivers:
            del self._topics[topic]  # the last subscriber left
            return
        for subscription in receivers:
            loop.call_soon(subscription.deliver, message)

    async def subscribe(self, topic: str, receive: Receive) -> Subscription:
        """See Bus."""
        return _LocalSubscription(self._topics.setdefault(topic, {}), receive)

    async def close(self) -> None:
        """See Bus."""
        for receivers in self._topics.values():
            receivers.clear()
        self._topics.clear()
