"""Publishing on one node: bounded in bytes and in seconds, and every message that came to nothing is counted."""

from collections.abc import Callable, Sequence
from typing import Any

import hiredis

from kuuki.errors import Unavailable
from kuuki.limits import BUS_FLIGHT_BYTES
from kuuki.times import PUBLISH_S
from services.runtime.metrics import Metrics
from services.runtime.redis.pending_replies import ConnectionGone, OnReply
from services.runtime.redis.resp_connection import RespConnection

OnRefusal = Callable[[bytes, hiredis.ReplyError], None]
"""Called with a topic and what Redis said when it refused a command for it."""


class Publisher:
    """Publishes over the connection that a node has now. At most once: what a connection loses is not sent again.

    ``current`` gives that connection, or None while there is none; ``on_refusal`` hears of each refused publication.
    """

    def __init__(self, current: Callable[[], RespConnection | None], on_refusal: OnRefusal, metrics: Metrics) -> None:
        self._current = current
        self._on_refusal = on_refusal
        self._metrics = metrics
        self._lost = 0  # publications that were handed over and then came to nothing, or may have

    @property
    def flight_bytes(self) -> int:
        """How many bytes of publications Redis has not confirmed."""
        connection = self._current()
        return connection.flight_bytes if connection is not None else 0

    def publish(self, messages: Sequence[tuple[bytes, bytes]]) -> bool:
        """Hand over these (topic, message) pairs in one write, and return at once; False if any was dropped.

        All are dropped without a connection, and while Redis leaves the oldest command unanswered for PUBLISH_S. Beyond
        BUS_FLIGHT_BYTES unconfirmed the last ones are dropped, so a topic's messages never have a gap.
        """
        connection = self._current()
        if connection is None or connection.lag() > PUBLISH_S:
            return self._drop("away" if connection is None else "late", len(messages))
        packed, size = [], connection.flight_bytes
        for topic, message in messages:
            command = connection.packed(topic, message)
            if size + len(command) > BUS_FLIGHT_BYTES:
                break
            size += len(command)
            packed.append(command)
        if packed:
            topics = iter(messages)
            connection.publish(b"".join(packed), len(packed), lambda reply: self._answered(next(topics)[0], reply))
        self._metrics.bus_messages_published.inc(len(packed))
        return len(packed) == len(messages) or self._drop("full", len(messages) - len(packed))

    def _answered(self, topic: bytes, reply: Any) -> None:
        self._lost += isinstance(reply, Exception)
        if isinstance(reply, ConnectionGone):
            self._drop("unconfirmed", 1)
        elif isinstance(reply, hiredis.ReplyError):
            self._drop("refused", 1)
            self._on_refusal(topic, reply)

    def _drop(self, reason: str, count: int) -> bool:
        self._metrics.bus_messages_dropped.labels(reason).inc(count)
        return False

    async def confirm(self) -> bool:
        """Whether Redis has worked on all that was handed over before. It answers a connection's commands in order.

        Waits for Redis's answer, or the end of the connection: a caller sets the deadline. Cancelling sends nothing.
        """
        lost, connection = self._lost, self._current()
        if connection is None:
            return False
        try:
            await connection.ask("PING")
        except (hiredis.ReplyError, ConnectionGone):
            return False
        return self._lost == lost

    def publish_counted(self, topic: bytes, message: bytes, on_reply: OnReply) -> None:
        """Hand over one message. ``on_reply`` gets how many connections heard it, or an exception. Raises Unavailable.

        It is not counted as lost: whoever asks for the number learns of the loss by the exception.
        """
        connection = self._current()
        if (
            connection is None
            or connection.lag() > PUBLISH_S
            or connection.flight_bytes + len(message) > BUS_FLIGHT_BYTES
        ):
            raise Unavailable("the bus is away")

        def counted(reply: Any) -> None:
            if isinstance(reply, hiredis.ReplyError):
                self._on_refusal(topic, reply)
            on_reply(reply)

        connection.publish(connection.packed(topic, message), 1, counted)
        self._metrics.bus_messages_published.inc()
