"""One connection to one Redis server, in RESP3: commands go out in order, replies and messages come in over the same.

redis-py's pub/sub hides what the bus needs:

- to publish and to subscribe on one connection, so that a heartbeat proves both ways
- to know what Redis has not confirmed, in bytes and in seconds
- to tell a subscription that Redis ended (a slot moved) from one that this process ended
- to throw a connection away with all that it had not sent
"""

import asyncio
from collections import deque
from typing import Any, Final, Protocol, cast

import hiredis
from typing_extensions import override

from kuuki.times import PUBLISH_S
from services.runtime.redis.pending_replies import OnReply, Pending, PendingUnsubscribe, settle
from services.runtime.redis.written import Written

_TOO_LITTLE: Final = object()
_SUBSCRIBED: Final = (b"subscribe", b"ssubscribe")
_UNSUBSCRIBED: Final = (b"unsubscribe", b"sunsubscribe")
_MESSAGE: Final = (b"message", b"smessage")
_LATE_S: Final = 0.05
"""If a timer fires later than this, the event loop was held up: replies that came in time may not have been read
yet."""


class RespEvents(Protocol):
    """What a connection tells its owner. All are called on the event loop and must return at once."""

    def trusts(self, connection: "RespConnection") -> bool:
        """Whether the bytes that just came may be believed; if not, they are dropped and the connection is cut."""
        ...

    def received(self, topic: bytes, message: bytes) -> None:
        """A message on a topic came."""
        ...

    def unsubscribed(self, topic: bytes) -> None:
        """Redis ended the subscription to this topic: it has moved to another node."""
        ...

    def closed(self, connection: "RespConnection") -> None:
        """The connection is closed, and every unanswered command was told ConnectionGone. Called once."""
        ...


class RespConnection(asyncio.Protocol):
    """A connection in RESP3. Made by a loop's create_connection; ``is_sharded``: a cluster's forms of the commands."""

    def __init__(self, events: RespEvents, *, is_sharded: bool) -> None:
        self._events = events
        prefix = "S" if is_sharded else ""
        self._publish, self._subscribe, self._unsubscribe = (
            prefix + verb for verb in ("PUBLISH", "SUBSCRIBE", "UNSUBSCRIBE")
        )
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(notEnoughData=_TOO_LITTLE)
        self._pending: deque[Pending] = deque()
        self._written: Written | None = None
        self._pongs = 0
        self._timer: asyncio.TimerHandle | None = None
        self.flight_bytes = 0
        """How many bytes of publications Redis has not confirmed."""
        self.is_gone = False
        """Whether the connection is closed; it does not come back."""

    # --- out

    def lag(self) -> float:
        """For how long the oldest command has been waiting for its reply, in seconds; 0 if none waits."""
        return self._loop.time() - self._pending[0].sent_at if self._pending else 0.0

    def packed(self, topic: bytes, message: bytes) -> bytes:
        """The command that publishes this."""
        return _pack(self._publish, topic, message)

    def publish(self, packed: bytes, count: int, on_reply: OnReply) -> None:
        """Send ``count`` packed publications, and return at once; ``on_reply`` gets a reply for each."""
        self.flight_bytes += len(packed)
        now = self._loop.time()
        self._send(packed, Pending(now, on_reply, count=count, size=len(packed)))
        if self._timer is None and not self.is_gone:
            self._check_at(now + PUBLISH_S)

    def command(self, on_reply: OnReply, *words: str | bytes) -> None:
        """Send a command, and return at once."""
        self._send(_pack(*words), Pending(self._loop.time(), on_reply))

    async def ask(self, *words: str | bytes) -> Any:
        """A command's reply, however long it takes: a caller sets the deadline. Raises hiredis.ReplyError,
        ConnectionGone.

        Cancelling drops the reply; the command is not taken back.
        """
        future: asyncio.Future[Any] = self._loop.create_future()
        self.command(lambda reply: settle(future, reply), *words)
        return await future

    def subscribe(self, topic: bytes, on_reply: OnReply) -> None:
        """Subscribe; ``on_reply`` gets None when Redis confirms it, or the refusal."""
        self._send(_pack(self._subscribe, topic), Pending(self._loop.time(), on_reply, topic=topic))

    def unsubscribe(self, topic: bytes) -> None:
        """Unsubscribe. Messages may still come until Redis has worked on it."""
        # Redis confirms an UNSUBSCRIBE by a push, and pushes the same when it ends a subscription by itself because the
        # slot moved. Only their order tells them apart: the PING's pong comes right after our own confirmation, so an
        # end that is pushed while this pair is the oldest unanswered command is ours, and any other is Redis's.
        self._pongs += 1
        pong = b"%d" % self._pongs
        packed = _pack(self._unsubscribe, topic) + _pack("PING", pong)
        self._send(packed, PendingUnsubscribe(self._loop.time(), topic, pong))

    def _send(self, packed: bytes, pending: Pending) -> None:
        if self._written is None or self.is_gone:
            pending.give_up()
            return
        self._pending.append(pending)
        pending.end = self._written.write(packed)

    # --- giving up

    def _check_at(self, due: float) -> None:
        self._timer = self._loop.call_at(due, self._check, due)

    def _check(self, due: float) -> None:
        """Cut if a command is unanswered for PUBLISH_S and has not even reached the other machine: it would come late.

        What Redis has received and does not answer cannot be taken back; its receivers know by their own heartbeats how
        old it may be.
        """
        self._timer = None
        if not self._pending or self._written is None:
            return
        now, given_up = self._loop.time(), self._pending[0].sent_at + PUBLISH_S
        if now < given_up:
            self._check_at(given_up)
        elif now - due < _LATE_S and self._written.has_unsent(self._pending[0].end):
            self.cut()
        else:
            self._check_at(now + _LATE_S)

    # --- in

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._written = Written(cast(asyncio.Transport, transport))

    @override
    def data_received(self, data: bytes) -> None:
        if self.is_gone or not self._events.trusts(self):
            self.cut()
            return
        try:
            self._reader.feed(data)
            while not self.is_gone and (reply := self._reader.gets()) is not _TOO_LITTLE:
                if type(reply) is hiredis.PushNotification:
                    self._push(reply)
                else:
                    self._replied(reply)
        except (hiredis.HiredisError, IndexError, ValueError):  # no Redis speaks like this: a new connection may help
            self.cut()

    def _push(self, push: list[Any]) -> None:
        kind, topic, what = push
        if kind in _MESSAGE:
            self._events.received(topic, what)
        elif kind in _SUBSCRIBED:
            pending = self._pending.popleft()
            if pending.topic != topic:
                raise ValueError("out of order")
            pending.on_reply(None)
        elif kind in _UNSUBSCRIBED and not self._is_ending(topic):
            self._events.unsubscribed(topic)

    def _is_ending(self, topic: bytes) -> bool:
        oldest = self._pending[0] if self._pending else None
        return isinstance(oldest, PendingUnsubscribe) and oldest.topic == topic

    def _replied(self, reply: Any) -> None:
        pending = self._pending[0]
        if pending.resolve(reply):
            self._pending.popleft()
            self.flight_bytes -= pending.size

    # --- the end

    def cut(self) -> None:
        """Close the connection now, and throw away all that it has not sent: it would come late."""
        if self._written is not None and not self.is_gone:
            self._written.cut()
        self._end()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._end()

    def _end(self) -> None:
        if self.is_gone:
            return
        self.is_gone = True
        if self._timer is not None:
            self._timer.cancel()
        while self._pending:
            self._pending.popleft().give_up()
        self._events.closed(self)


def _pack(*words: str | bytes) -> bytes:
    return cast(bytes, hiredis.pack_command(words))  # type: ignore[arg-type]  # its stub knows tuples of one only
