"""The bus's connection to one Redis node, for as long as the node is wanted: made anew when it is lost or deaf.

Each connection subscribes to the node's topics. It lets messages through only when it is sure to hear everything: its
first heartbeat came back, and what earlier connections may have left in Redis had BUS_SETTLE_S to pass.
"""

import asyncio
import random
from collections.abc import Callable
from typing import Any, Final, NoReturn, Protocol

import hiredis
import structlog
from typing_extensions import override

from kuuki.backoff import Backoff
from kuuki.times import BUS_BEAT_S, BUS_DEAF_S, BUS_RETRY_FIRST_S, BUS_RETRY_S, BUS_SETTLE_S
from services.runtime.log import where_of
from services.runtime.redis.connecting import ConnectionOptions, Connector, Locate
from services.runtime.redis.heartbeats import HeardUntil, Heartbeats
from services.runtime.redis.opening import is_master
from services.runtime.redis.pending_replies import ConnectionGone
from services.runtime.redis.publishing import Publisher
from services.runtime.redis.resp_connection import RespConnection, RespEvents
from services.runtime.redis.subscriptions import Subscriptions

log = structlog.get_logger(__name__)

_ROLE_BEATS: Final = 5
"""Whether the node is still a master is asked at every fifth beat: once a second."""
_STEADY_S: Final = 1.0
"""A connection that lived for so long was good: the next one is tried at once."""


class NodeEvents(Protocol):
    """What a node's connection tells the map of nodes. All are called on the event loop and return at once."""

    def moved(self, topic: bytes, refusal: str | None) -> None:
        """The node no longer has this topic. ``refusal``: what Redis said, or None if it ended the subscription."""
        ...

    def away(self) -> None:
        """The node was lost, or cannot be reached. Called at every try that fails."""
        ...


class NodeConnection(RespEvents):
    """The bus on one node: ``publisher`` publishes there, ``subscriptions`` has its topics, ``keep`` keeps it
    connected.

    ``locate`` says where the node may be; ``choose_beat_topic`` gives a topic that the node has, for heartbeats.
    """

    def __init__(
        self,
        options: ConnectionOptions,
        events: NodeEvents,
        locate: Locate,
        choose_beat_topic: Callable[[], bytes],
    ) -> None:
        self._metrics = options.metrics
        self._events = events
        self._choose_beat_topic = choose_beat_topic
        self._loop = asyncio.get_running_loop()
        self._connection: RespConnection | None = None
        self._has_ended = asyncio.Event()
        self._refusals_logged: set[str] = set()
        self._is_open = self._was_open = False
        self._settling: asyncio.TimerHandle | None = None
        self._heard = HeardUntil(self._loop.time())
        self._heartbeats = Heartbeats(b"", self._loop.time())
        self._connector = Connector(options, locate)
        self.publisher = Publisher(self._current, self._refused, options.metrics)
        self.subscriptions = Subscriptions(self._current, self._refused)

    def _current(self) -> RespConnection | None:
        return self._connection

    def _refused(self, topic: bytes, refusal: hiredis.ReplyError) -> None:
        code = str(refusal).partition(" ")[0]
        if code == "MOVED":
            self._events.moved(topic, str(refusal))
        elif code not in self._refusals_logged:  # once for each connection: it may be every message
            self._refusals_logged.add(code)
            log.warning("Redis refused what the bus asked for", code=code)

    async def ask(self, *words: str) -> Any:
        """A command's reply, whenever it comes: a caller sets the deadline. Raises hiredis.ReplyError, ConnectionGone.

        Cancelling drops the reply; Redis has the command.
        """
        if self._connection is None:
            raise ConnectionGone
        return await self._connection.ask(*words)

    # --- what the connection tells

    @override
    def trusts(self, connection: RespConnection) -> bool:
        # This process may have been stopped for minutes (SIGSTOP, a laptop's lid). When it goes on, the socket is full
        # of messages from before, and they would be taken for new. The heartbeats tell: if none came back for
        # BUS_CUT_S, what waits here may be as old, so the connection is thrown away unread.
        return connection is not self._connection or not self._heartbeats.are_lost(self._loop.time())

    @override
    def received(self, topic: bytes, message: bytes) -> None:
        if topic == self._heartbeats.topic:
            self._beat_back(message)
        elif self.subscriptions.deliver(topic, message):
            self._metrics.bus_messages_received.inc()

    @override
    def unsubscribed(self, topic: bytes) -> None:
        if topic == self._heartbeats.topic:
            self._events.moved(topic, None)
            self._cut()
        elif (found := self.subscriptions.topics.get(topic)) is not None:
            found.end()
            self._events.moved(topic, None)

    @override
    def closed(self, connection: RespConnection) -> None:
        if connection is not self._connection:
            return
        self._connection = None
        self._is_open = False
        if self._settling is not None:
            self._settling.cancel()
        self.subscriptions.end()
        self._has_ended.set()
        self._events.away()

    def _cut(self) -> None:
        if self._connection is not None:
            self._connection.cut()

    # --- heartbeats

    @property
    def is_well(self) -> bool:
        """Whether it is open, and everything that was published until BUS_DEAF_S ago was heard."""
        return self._is_open and self._loop.time() - self.heard_until <= BUS_DEAF_S

    @property
    def heard_until(self) -> float:
        """Until when everything that was published on this node was heard; it stands still without a connection."""
        return self._heard.until(self._loop.time())

    def _send_beat(self, connection: RespConnection) -> None:
        packed = connection.packed(self._heartbeats.topic, self._heartbeats.send(self._loop.time()))
        connection.publish(packed, 1, self._beat_answered)
        if self._heartbeats.number % _ROLE_BEATS == 0:
            connection.command(self._check_role, "ROLE")
            self.subscriptions.subscribe_unconfirmed()

    def _beat_answered(self, reply: Any) -> None:
        if isinstance(reply, hiredis.ReplyError):
            self._refused(self._heartbeats.topic, reply)
            self._cut()

    def _check_role(self, reply: Any) -> None:
        if not isinstance(reply, Exception) and not is_master(reply):
            self._cut()

    def _beat_back(self, beat: bytes) -> None:
        sent_at = self._heartbeats.back(beat)
        if sent_at is None:
            return
        now = self._loop.time()
        self._metrics.bus_beat_seconds.observe(now - sent_at)
        if self._is_open:
            self._heard.back(sent_at, now)
        elif self._settling is None:
            self._settling = self._loop.call_later(BUS_SETTLE_S, self._begin)

    def _begin(self) -> None:
        self._is_open = self._was_open = True
        self._heard = HeardUntil(self._heartbeats.newest_back)
        self.subscriptions.begin()

    # --- the connection

    async def keep(self) -> NoReturn:
        """Have a connection, whatever happens, until cancelled. Tries again after BUS_RETRY_S at most."""
        backoff = Backoff(random.uniform, BUS_RETRY_FIRST_S, 0.0, BUS_RETRY_S)
        while True:
            since = self._loop.time()
            try:
                connection = await self._open()
                if connection is not None:
                    since = self._loop.time()
                    await self._use(connection)
            except Exception as error:  # only cancelling may end this loop
                log.error("the bus failed", kind=type(error).__name__, where=where_of(error))
                self._cut()
            if self._loop.time() - since >= _STEADY_S and self._was_open:
                backoff.succeeded()
            else:
                await asyncio.sleep(backoff.next_s())

    async def _open(self) -> RespConnection | None:
        self._was_open = False
        connection = await self._connector.open(self)
        if connection is None:
            self._events.away()
        return connection

    async def _use(self, connection: RespConnection) -> None:
        """Use this connection until it is closed."""
        self._connector.log_back()
        self._refusals_logged.clear()
        self._heartbeats = Heartbeats(self._choose_beat_topic(), self._loop.time())
        self._has_ended.clear()
        self._settling = None
        if not connection.is_gone:
            self._connection = connection
            connection.subscribe(self._heartbeats.topic, self._beat_answered)
            self.subscriptions.subscribe_unconfirmed()
            await self._send_beats(connection)
        self._connector.log_away("LOST")
        self._metrics.bus_reconnects.inc()

    async def _send_beats(self, connection: RespConnection) -> None:
        """Send a beat every BUS_BEAT_S until the connection is closed, by Redis or because it is deaf."""
        while not connection.is_gone:
            if self._heartbeats.are_lost(self._loop.time()):
                connection.cut()
                break
            self._send_beat(connection)
            try:
                async with asyncio.timeout(BUS_BEAT_S):
                    await self._has_ended.wait()
            except TimeoutError:
                pass

    def close(self) -> None:
        """Close the connection. ``keep`` must have been cancelled before, or it makes a new one."""
        self._cut()
