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
    def __init__(self, receive: Receive, forget: "Callable[[_LocalSubscription], None]") -> None:
        self._receive = receive
        self._forget = forget
        self._is_closed = False

    def deliver(self, message: bytes) -> None:
        if self._is_closed:
            return
        try:
            self._receive(message)
        except Exception:
            log.exception("a receiver on the bus failed")

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._forget(self)


class InProcessBus:
    """The bus of one process: what is published runs on the event loop's next turn."""

    def __init__(self) -> None:
        self._topics: dict[str, dict[_LocalSubscription, None]] = {}
        self._is_closed = False

    async def publish(self, topic: str, message: bytes) -> None:
        """See Bus."""
        loop = asyncio.get_running_loop()
        for subscription in self._topics.get(topic, ()):
            loop.call_soon(subscription.deliver, message)

    async def subscribe(self, topic: str, receive: Receive) -> Subscription:
        """See Bus."""
        subscription = _LocalSubscription(receive, lambda gone: self._forget(topic, gone))
        if self._is_closed:
            subscription.close()
        else:
            self._topics.setdefault(topic, {})[subscription] = None
        return subscription

    def _forget(self, topic: str, subscription: _LocalSubscription) -> None:
        receivers = self._topics.get(topic, {})
        receivers.pop(subscription, None)
        if not receivers:
            self._topics.pop(topic, None)  # rooms come and go: an empty topic must not stay

    async def close(self) -> None:
        """See Bus."""
        self._is_closed = True
        for subscription in [each for receivers in self._topics.values() for each in receivers]:
            subscription.close()
