"""One connection to one Redis server, in RESP3: commands go out in order, replies and messages come in over the same.

redis-py's pub/sub hides what the bus needs:

- to publish and to subscribe on one connection, so that a heartbeat proves both ways
- to know what Redis has not confirmed, in bytes and in seconds
- to tell a subscription that Redis ended (a slot moved) from one that this process ended
- to throw a connection away with all that it had not sent
"""

import asyncio
import contextlib
import fcntl
import socket
import struct
import sys
import termios
from collections import deque
from collections.abc import Callable
from typing import Any, Final, Protocol, cast

import hiredis
from typing_extensions import override

from kuuki.times import PUBLISH_S

_TOO_LITTLE: Final = object()
_SUBSCRIBED: Final = (b"subscribe", b"ssubscribe")
_UNSUBSCRIBED: Final = (b"unsubscribe", b"sunsubscribe")
_MESSAGE: Final = (b"message", b"smessage")
_RST: Final = struct.pack("ii", 1, 0)
"""SO_LINGER of 0 s: closing resets the connection, and the kernel throws away what it had not sent."""
_RECORD_BYTES: Final = 16_384
_RECORD_OVERHEAD_BYTES: Final = 29
"""TLS sends what is written in records of at most the first, and adds at most the second to each."""
_LATE_S: Final = 0.05
"""If a timer fires later than this, the event loop was held up: replies that came in time may not have been read
yet."""


class ConnectionGone(ConnectionError):
    """The connection is closed; whether Redis did what was pending is not known."""


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


OnReply = Callable[[Any], None]
"""Called with the reply; with a hiredis.ReplyError if Redis refused, with ConnectionGone if it never said."""


class _Pending:
    """Commands that were sent in one write and await ``count`` replies; ``on_reply`` gets each."""

    __slots__ = ("count", "end", "on_reply", "sent_at", "size", "topic")

    def __init__(self, sent_at: float, on_reply: OnReply, count: int = 1, size: int = 0) -> None:
        self.sent_at = sent_at
        self.on_reply = on_reply
        self.count = count
        self.size = size
        self.end = 0  # the bytes that were written on the connection up to the end of these commands
        self.topic: bytes | None = None  # of a subscription: a push confirms it, only a refusal is a reply

    def resolve(self, reply: Any) -> bool:
        """Pass a reply on; whether it was the last one."""
        self.on_reply(reply)
        self.count -= 1
        return self.count == 0


class _PendingUnsubscribe(_Pending):
    """An UNSUBSCRIBE and the PING after it: whatever comes before the pong belongs to the former."""

    __slots__ = ("pong",)

    def __init__(self, sent_at: float, topic: bytes, pong: bytes) -> None:
        super().__init__(sent_at, lambda reply: None)
        self.topic = topic
        self.pong = pong

    @override
    def resolve(self, reply: Any) -> bool:
        return bool(reply == self.pong)


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
        self._pending: deque[_Pending] = deque()
        self._transport: asyncio.Transport | None = None
        self._written = 0
        self._overhead = 0
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
        self._send(packed, _Pending(now, on_reply, count, len(packed)))
        if self._timer is None and not self.is_gone:
            self._check_at(now + PUBLISH_S)

    def command(self, on_reply: OnReply, *words: str | bytes) -> None:
        """Send a command, and return at once."""
        self._send(_pack(*words), _Pending(self._loop.time(), on_reply))

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
        pending = _Pending(self._loop.time(), on_reply)
        pending.topic = topic
        self._send(_pack(self._subscribe, topic), pending)

    def unsubscribe(self, topic: bytes) -> None:
        """Unsubscribe. Messages may still come until Redis has worked on it."""
        # Redis confirms an UNSUBSCRIBE by a push, and pushes the same when it ends a subscription by itself because the
        # slot moved. Only their order tells them apart: the PING's pong comes right after our own confirmation, so an
        # end that is pushed while this pair is the oldest unanswered command is ours, and any other is Redis's.
        self._pongs += 1
        pong = b"%d" % self._pongs
        packed = _pack(self._unsubscribe, topic) + _pack("PING", pong)
        self._send(packed, _PendingUnsubscribe(self._loop.time(), topic, pong))

    def _send(self, packed: bytes, pending: _Pending) -> None:
        if self._transport is None or self.is_gone:
            self._tell_closed(pending)
            return
        self._written += len(packed) + self._overhead * (1 + len(packed) // _RECORD_BYTES)
        pending.end = self._written
        self._pending.append(pending)
        self._transport.write(packed)

    # --- giving up

    def _check_at(self, due: float) -> None:
        self._timer = self._loop.call_at(due, self._check, due)

    def _check(self, due: float) -> None:
        """Cut if a command is unanswered for PUBLISH_S and has not even reached the other machine: it would come late.

        What Redis has received and does not answer cannot be taken back; its receivers know by their own heartbeats how
        old it may be.
        """
        self._timer = None
        if not self._pending:
            return
        now, given_up = self._loop.time(), self._pending[0].sent_at + PUBLISH_S
        if now < given_up:
            self._check_at(given_up)
        elif now - due < _LATE_S and self._has_unsent(self._pending[0].end):
            self.cut()
        else:
            self._check_at(now + _LATE_S)

    def _has_unsent(self, end: int) -> bool:
        """Whether something of the first ``end`` bytes that were written has not reached the other machine."""
        # That the kernel took bytes does not say that they were sent: when the network is cut it keeps them and
        # delivers them when the network is back, seconds or minutes late. TIOCOUTQ (tcp(7)) says how many bytes of this
        # socket the other machine has not acknowledged. With what asyncio still buffers, that is all that has not
        # arrived; if it is more than was written after ``end``, something before ``end`` is among it. TLS makes records
        # of what is written; their overhead is counted at its most, so a connection on which all arrived is never cut
        # by mistake.
        if self._transport is None:
            return True
        raw = self._transport.get_extra_info("socket")
        try:
            outside = int.from_bytes(fcntl.ioctl(raw.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)
        except OSError:
            return True
        return self._transport.get_write_buffer_size() + outside > self._written - end

    # --- in

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if transport.get_extra_info("ssl_object") is not None:
            self._overhead = _RECORD_OVERHEAD_BYTES

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
        return isinstance(oldest, _PendingUnsubscribe) and oldest.topic == topic

    def _replied(self, reply: Any) -> None:
        pending = self._pending[0]
        if pending.resolve(reply):
            self._pending.popleft()
            self.flight_bytes -= pending.size

    # --- the end

    def cut(self) -> None:
        """Close the connection now, and throw away all that it has not sent: it would come late."""
        if self._transport is not None and not self.is_gone:
            raw = self._transport.get_extra_info("socket")
            with contextlib.suppress(OSError, AttributeError):  # a UNIX socket does not linger
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
            self._transport.abort()
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
            self._tell_closed(self._pending.popleft())
        self._events.closed(self)

    @staticmethod
    def _tell_closed(pending: _Pending) -> None:
        for _ in range(pending.count):
            pending.on_reply(ConnectionGone())


def _pack(*words: str | bytes) -> bytes:
    return cast(bytes, hiredis.pack_command(words))  # type: ignore[arg-type]  # its stub knows tuples of one only


def settle(future: "asyncio.Future[Any]", reply: Any) -> None:
    """Give a reply to the coroutine that awaits it, unless that was cancelled: set the future's result or exception."""
    if future.done():
        return
    if isinstance(reply, Exception):
        future.set_exception(reply)
    else:
        future.set_result(reply)
