"""One connection to one Redis server, in RESP3: commands go out in order, replies and messages come in over the same.

Lower than redis-py's pub/sub, for what the bus needs of it: to publish and to subscribe on one connection, so that a
beat proves both ways; to know what is unconfirmed, in bytes and in seconds; to tell a subscription that Redis ended (a
slot moved) from one that we ended; and to throw a connection away with all that it had not sent.
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
_RECORD_BYTES: Final = 16_384
_RECORD_OVERHEAD_BYTES: Final = 29
"""What TLS makes of what is written: at most so much, in records of so much."""
_LATE_S: Final = 0.05
"""An event loop that is later than this may not yet have read what came in time."""


class WireGone(ConnectionError):
    """The connection is no more; whether Redis did what was asked is not known."""


class Hears(Protocol):
    """Whom a wire tells what it hears. All are called on the event loop."""

    def trusts(self, wire: "Wire") -> bool:
        """Whether what comes now may be believed; else the wire is cut."""
        ...

    def hear(self, topic: bytes, message: bytes) -> None:
        """A message on a topic."""
        ...

    def moved(self, topic: bytes) -> None:
        """Redis ended the subscription to this topic."""
        ...

    def gone(self, wire: "Wire") -> None:
        """The connection is no more. Once."""
        ...


Answer = Callable[[Any], None]
"""Called with the reply; with a hiredis.ReplyError if Redis refused, with WireGone if it never said."""


class _Asked:
    """What is unanswered: ``count`` replies, each of which ``answer`` gets."""

    __slots__ = ("answer", "count", "end", "sent_at", "size", "topic")

    def __init__(self, sent_at: float, answer: Answer, count: int = 1, size: int = 0) -> None:
        self.sent_at = sent_at
        self.answer = answer
        self.count = count
        self.size = size
        self.end = 0  # how much had been written with it
        self.topic: bytes | None = None  # of a subscription: a push confirms it, only a refusal is a reply

    def take(self, reply: Any) -> bool:
        self.answer(reply)
        self.count -= 1
        return self.count == 0


class _Ended(_Asked):
    """An UNSUBSCRIBE and the PING after it: whatever comes before the pong belongs to the former."""

    __slots__ = ("pong",)

    def __init__(self, sent_at: float, topic: bytes, pong: bytes) -> None:
        super().__init__(sent_at, lambda reply: None)
        self.topic = topic
        self.pong = pong

    def take(self, reply: Any) -> bool:
        return bool(reply == self.pong)


class Wire(asyncio.Protocol):
    """A connection in RESP3. Made by a loop's create_connection; ``is_sharded``: a cluster's forms of the commands."""

    def __init__(self, hears: Hears, *, is_sharded: bool) -> None:
        self._hears = hears
        prefix = "S" if is_sharded else ""
        self._publish, self._subscribe, self._unsubscribe = (
            prefix + verb for verb in ("PUBLISH", "SUBSCRIBE", "UNSUBSCRIBE")
        )
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(notEnoughData=_TOO_LITTLE)
        self._asked: deque[_Asked] = deque()
        self._transport: asyncio.Transport | None = None
        self._written = 0
        self._overhead = 0
        self._pongs = 0
        self._watch: asyncio.TimerHandle | None = None
        self.flight_bytes = 0
        """Of publications that Redis has not confirmed."""
        self.is_gone = False

    # --- out

    def lag(self) -> float:
        """For how long the oldest command has been waiting for its reply, in seconds."""
        return self._loop.time() - self._asked[0].sent_at if self._asked else 0.0

    def packed(self, topic: bytes, message: bytes) -> bytes:
        """The command that publishes this."""
        return _pack(self._publish, topic, message)

    def publish(self, packed: bytes, count: int, answer: Answer) -> None:
        """Send so many packed publications; ``answer`` gets a reply for each."""
        self.flight_bytes += len(packed)
        now = self._loop.time()
        self._send(packed, _Asked(now, answer, count, len(packed)))
        if self._watch is None and not self.is_gone:
            self._watch_at(now + PUBLISH_S)

    def command(self, answer: Answer, *words: str | bytes) -> None:
        """Send a command."""
        self._send(_pack(*words), _Asked(self._loop.time(), answer))

    async def ask(self, *words: str | bytes) -> Any:
        """A command's reply. Raises hiredis.ReplyError or WireGone."""
        future: asyncio.Future[Any] = self._loop.create_future()
        self.command(lambda reply: settle(future, reply), *words)
        return await future

    def subscribe(self, topic: bytes, answer: Answer) -> None:
        """Subscribe; ``answer`` gets None when it is confirmed."""
        asked = _Asked(self._loop.time(), answer)
        asked.topic = topic
        self._send(_pack(self._subscribe, topic), asked)

    def unsubscribe(self, topic: bytes) -> None:
        """Unsubscribe."""
        self._pongs += 1
        pong = b"%d" % self._pongs
        packed = _pack(self._unsubscribe, topic) + _pack("PING", pong)
        self._send(packed, _Ended(self._loop.time(), topic, pong))

    def _send(self, packed: bytes, asked: _Asked) -> None:
        if self._transport is None or self.is_gone:
            self._tell_gone(asked)
            return
        self._written += len(packed) + self._overhead * (1 + len(packed) // _RECORD_BYTES)
        asked.end = self._written
        self._asked.append(asked)
        self._transport.write(packed)

    # --- giving up

    def _watch_at(self, due: float) -> None:
        self._watch = self._loop.call_at(due, self._check, due)

    def _check(self, due: float) -> None:
        """Cut if something is unanswered for PUBLISH_S and the network has not even taken it: it would come late.

        What Redis has in its hands and does not answer to cannot be taken back; who hears it knows by its own beats.
        """
        self._watch = None
        if not self._asked:
            return
        now, given_up = self._loop.time(), self._asked[0].sent_at + PUBLISH_S
        if now < given_up:
            self._watch_at(given_up)
        elif now - due < _LATE_S and self._has_unsent(self._asked[0].end):
            self.cut()
        else:
            self._watch_at(now + _LATE_S)

    def _has_unsent(self, end: int) -> bool:
        """Whether something before this end has not reached the other machine."""
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
        if self.is_gone or not self._hears.trusts(self):
            self.cut()
            return
        try:
            self._reader.feed(data)
            while not self.is_gone and (reply := self._reader.gets()) is not _TOO_LITTLE:
                if type(reply) is hiredis.PushNotification:
                    self._push(reply)
                else:
                    self._take(reply)
        except (hiredis.HiredisError, IndexError, ValueError):  # not what Redis says: begin anew
            self.cut()

    def _push(self, push: list[Any]) -> None:
        kind, topic, what = push
        if kind in _MESSAGE:
            self._hears.hear(topic, what)
        elif kind in _SUBSCRIBED:
            asked = self._asked.popleft()
            if asked.topic != topic:
                raise ValueError("out of order")
            asked.answer(None)
        elif kind in _UNSUBSCRIBED and not self._is_ending(topic):
            self._hears.moved(topic)

    def _is_ending(self, topic: bytes) -> bool:
        return bool(self._asked) and isinstance(self._asked[0], _Ended) and self._asked[0].topic == topic

    def _take(self, reply: Any) -> None:
        asked = self._asked[0]
        if asked.take(reply):
            self._asked.popleft()
            self.flight_bytes -= asked.size

    # --- the end

    def cut(self) -> None:
        """Throw the connection away with all that it has not sent: late, it would do harm."""
        if self._transport is not None and not self.is_gone:
            raw = self._transport.get_extra_info("socket")
            with contextlib.suppress(OSError, AttributeError):  # a UNIX socket has no such thing
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
        if self._watch is not None:
            self._watch.cancel()
        while self._asked:
            self._tell_gone(self._asked.popleft())
        self._hears.gone(self)

    @staticmethod
    def _tell_gone(asked: _Asked) -> None:
        for _ in range(asked.count):
            asked.answer(WireGone())


def _pack(*words: str | bytes) -> bytes:
    return cast(bytes, hiredis.pack_command(words))  # type: ignore[arg-type]  # its stub knows tuples of one only


def settle(future: "asyncio.Future[Any]", reply: Any) -> None:
    """Give a reply to who awaits it, if anyone still does."""
    if future.done():
        return
    if isinstance(reply, Exception):
        future.set_exception(reply)
    else:
        future.set_result(reply)
