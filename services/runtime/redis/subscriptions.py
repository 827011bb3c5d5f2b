"""The topics that one node carries for this process: subscribed to anew over each connection."""

from collections.abc import Callable
from typing import Any

import hiredis

from services.runtime.redis.publishing import OnRefusal
from services.runtime.redis.resp_connection import RespConnection
from services.runtime.redis.topics import Topic


class Subscriptions:
    """Subscribes to topics on one node. Messages pass only between ``begin`` and ``end``, when none can be missing.

    ``current`` gives the connection to the node, or None while there is none; ``on_refusal`` hears what Redis refused.
    """

    def __init__(self, current: Callable[[], RespConnection | None], on_refusal: OnRefusal) -> None:
        self._current = current
        self._on_refusal = on_refusal
        self._is_open = False
        self.topics: dict[bytes, Topic] = {}

    def hold(self, topic: Topic) -> None:
        """Carry this topic from now on."""
        self.topics[topic.name] = topic
        self._subscribe(topic)

    def drop(self, topic: Topic) -> None:
        """Carry it no more."""
        if self.topics.pop(topic.name, None) is not None:
            topic.end()
            if (connection := self._current()) is not None:
                connection.unsubscribe(topic.name)

    def subscribe_unconfirmed(self) -> None:
        """Subscribe to whatever Redis has not confirmed: on a new connection, or refused for a reason that may pass."""
        for topic in self.topics.values():
            if not topic.is_confirmed:
                self._subscribe(topic)

    def _subscribe(self, topic: Topic) -> None:
        if (connection := self._current()) is not None:
            connection.subscribe(topic.name, lambda reply: self._answered(topic, reply))

    def _answered(self, topic: Topic, reply: Any) -> None:
        if self.topics.get(topic.name) is not topic:
            return  # dropped meanwhile
        if reply is None:
            topic.is_confirmed = True
            if self._is_open:
                topic.begin()
        elif isinstance(reply, hiredis.ReplyError):
            self._on_refusal(topic.name, reply)

    def begin(self) -> None:
        """The connection is sure to hear everything from now on."""
        self._is_open = True
        for topic in list(self.topics.values()):
            if topic.is_confirmed:
                topic.begin()

    def end(self) -> None:
        """The connection is lost: nothing is heard."""
        self._is_open = False
        for topic in self.topics.values():
            topic.end()

    def deliver(self, topic: bytes, message: bytes) -> bool:
        """Pass a message on to the topic's subscribers; False if it is dropped, not begun or not ours."""
        found = self.topics.get(topic) if self._is_open else None
        if found is None:
            return False
        found.deliver(message)
        return True
