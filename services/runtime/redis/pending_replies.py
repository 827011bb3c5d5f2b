"""Commands that were sent to Redis and what becomes of them: their replies, in order, or the end of the connection."""

import asyncio
from collections.abc import Callable
from typing import Any

from typing_extensions import override


class ConnectionGone(ConnectionError):
    """The connection is closed; whether Redis did what was pending is not known."""


OnReply = Callable[[Any], None]
"""Called with the reply; with a hiredis.ReplyError if Redis refused, with ConnectionGone if it never said."""


class Pending:
    """Commands that were sent in one write and await ``count`` replies; ``on_reply`` gets each.

    ``sent_at``: in the event loop's seconds. ``size``: their bytes, if they are publications. ``topic``: that of a
    subscription, which a push confirms; only its refusal is a reply.
    """

    __slots__ = ("count", "end", "on_reply", "sent_at", "size", "topic")

    def __init__(
        self, sent_at: float, on_reply: OnReply, *, count: int = 1, size: int = 0, topic: bytes | None = None
    ) -> None:
        self.sent_at = sent_at
        self.on_reply = on_reply
        self.count = count
        self.size = size
        self.topic = topic
        self.end = 0
        """How many bytes were written on the connection up to the end of these commands."""

    def resolve(self, reply: Any) -> bool:
        """Pass a reply on; whether it was the last one."""
        self.on_reply(reply)
        self.count -= 1
        return self.count == 0

    def give_up(self) -> None:
        """Tell that the connection is closed, for each reply that has not come."""
        for _ in range(self.count):
            self.on_reply(ConnectionGone())


class PendingUnsubscribe(Pending):
    """An UNSUBSCRIBE and the PING after it: whatever comes before the pong belongs to the former."""

    __slots__ = ("pong",)

    def __init__(self, sent_at: float, topic: bytes, pong: bytes) -> None:
        super().__init__(sent_at, lambda reply: None, topic=topic)
        self.pong = pong

    @override
    def resolve(self, reply: Any) -> bool:
        return bool(reply == self.pong)


def settle(future: "asyncio.Future[Any]", reply: Any) -> None:
    """Give a reply to the coroutine that awaits it, unless that was cancelled: set the future's result or exception."""
    if future.done():
        return
    if isinstance(reply, Exception):
        future.set_exception(reply)
    else:
        future.set_result(reply)
