"""One connection of the bus to one Redis node, kept for as long as it is wanted: made anew when it is lost or deaf.

It carries topics: subscribes to them each time, and lets messages through only when it is sure to hear everything: its
first beat came back, and what connections before it may have left in Redis has had time to pass.
"""

import asyncio
import random
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import hiredis
import structlog
from typing_extensions import override

from kuuki.backoff import Backoff
from kuuki.errors import Unavailable
from kuuki.limits import BUS_FLIGHT_BYTES
from kuuki.times import BUS_BEAT_S, BUS_DEAF_S, BUS_RETRY_FIRST_S, BUS_RETRY_S, BUS_SETTLE_S, PUBLISH_S
from services.runtime.log import where_of
from services.runtime.metrics import Metrics
from services.runtime.redis.beats import Beats, Heard
from services.runtime.redis.opening import Trace, greet, is_master, open_wire
from services.runtime.redis.topics import Topic
from services.runtime.redis.url import Address, Login
from services.runtime.redis.wire import Answer, Hears, Wire, WireGone

log = structlog.get_logger(__name__)

_ROLE_BEATS: Final = 5
"""Whether the node is still a master is asked at every fifth beat: once a second."""
_STEADY_S: Final = 1.0
"""A connection that lived for so long was good: the next one is tried at once."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What all connections of one bus share."""

    login: Login
    tls: ssl.SSLContext | None
    is_sharded: bool
    metrics: Metrics


class Owner(Protocol):
    """Whom a carrier tells what it cannot mend alone."""

    def moved(self, topic: bytes, refusal: str | None) -> None:
        """The node no longer has this topic; ``refusal``: what it said."""
        ...

    def away(self) -> None:
        """The node was lost, or cannot be reached."""
        ...


class Carrier(Hears):
    """The bus on one node. ``locate``: where the node may be, likeliest first; ``beat_topic``: a topic that it has."""

    def __init__(
        self,
        terms: Terms,
        owner: Owner,
        locate: Callable[[], Awaitable[Sequence[Address]]],
        beat_topic: Callable[[], bytes],
    ) -> None:
        self._terms = terms
        self._owner = owner
        self._locate = locate
        self._name_beats = beat_topic
        self._loop = asyncio.get_running_loop()
        self._topics: dict[bytes, Topic] = {}
        self._wire: Wire | None = None
        self._gone = asyncio.Event()
        self._trace: Trace | None = None
        self._is_away = False
        self._was_open = False
        self._told: set[str] = set()
        self._is_open = False
        self.lost = 0
        """How many publications were handed over and then came to nothing, or may have."""
        self._opening: asyncio.TimerHandle | None = None
        self._heard = Heard(self._loop.time())
        self._beats = Beats(b"", self._loop.time())

    # --- topics

    def hold(self, topic: Topic) -> None:
        """Carry this topic from now on."""
        self._topics[topic.name] = topic
        if self._wire is not None:
            self._subscribe(topic)

    def drop(self, topic: Topic) -> None:
        """Carry it no more."""
        if self._topics.pop(topic.name, None) is not None:
            topic.end()
            if self._wire is not None:
                self._wire.unsubscribe(topic.name)

    def _subscribe(self, topic: Topic) -> None:
        if self._wire is not None:
            self._wire.subscribe(topic.name, lambda reply: self._confirm(topic, reply))

    def _confirm(self, topic: Topic, reply: Any) -> None:
        if self._topics.get(topic.name) is not topic:
            return  # dropped meanwhile
        if reply is None:
            topic.is_confirmed = True
            if self._is_open:
                topic.begin()
        elif isinstance(reply, hiredis.ReplyError):
            self._refused(topic.name, reply)

    def _refused(self, topic: bytes, refusal: Exception) -> None:
        code = str(refusal).partition(" ")[0]
        if code == "MOVED":
            self._owner.moved(topic, str(refusal))
        elif code not in self._told:  # once for each connection: it may be every message
            self._told.add(code)
            log.warning("Redis refused what the bus asked for", code=code)

    # --- publishing

    @property
    def flight_bytes(self) -> int:
        """Of publications that Redis has not confirmed."""
        return self._wire.flight_bytes if self._wire is not None else 0

    def publish(self, messages: Sequence[tuple[bytes, bytes]]) -> bool:
        """Send these, in one go; False if any was dropped."""
        wire = self._wire
        if wire is None or wire.lag() > PUBLISH_S:
            return self._dropped("away" if wire is None else "late", len(messages))
        packed, size = [], wire.flight_bytes
        for topic, message in messages:
            command = wire.packed(topic, message)
            if size + len(command) > BUS_FLIGHT_BYTES:
                break
            size += len(command)
            packed.append(command)
        if packed:
            topics = iter(messages)
            wire.publish(b"".join(packed), len(packed), lambda reply: self._published(next(topics)[0], reply))
        self._terms.metrics.bus_messages_published.inc(len(packed))
        return len(packed) == len(messages) or self._dropped("full", len(messages) - len(packed))

    def _published(self, topic: bytes, reply: Any) -> None:
        self.lost += isinstance(reply, Exception)
        if isinstance(reply, WireGone):
            self._dropped("unconfirmed", 1)
        elif isinstance(reply, hiredis.ReplyError):
            self._dropped("refused", 1)
            self._refused(topic, reply)

    async def confirm(self) -> bool:
        """Whether Redis has worked on all that was handed over before: it answers a connection in order."""
        lost = self.lost
        try:
            await self.ask("PING")
        except (hiredis.ReplyError, WireGone):
            return False
        return self.lost == lost

    def _dropped(self, reason: str, count: int) -> bool:
        self._terms.metrics.bus_messages_dropped.labels(reason).inc(count)
        return False

    def publish_counted(self, topic: bytes, message: bytes, answer: Answer) -> None:
        """Send one; ``answer`` gets how many heard it, or an exception. Raises Unavailable."""
        wire = self._wire
        if wire is None or wire.lag() > PUBLISH_S or wire.flight_bytes + len(message) > BUS_FLIGHT_BYTES:
            raise Unavailable("the bus is away")

        def counted(reply: Any) -> None:
            if isinstance(reply, hiredis.ReplyError):
                self._refused(topic, reply)
            answer(reply)

        wire.publish(wire.packed(topic, message), 1, counted)
        self._terms.metrics.bus_messages_published.inc()

    async def ask(self, *words: str) -> Any:
        """A command's reply. Raises hiredis.ReplyError or WireGone."""
        if self._wire is None:
            raise WireGone
        return await self._wire.ask(*words)

    # --- what the wire hears

    @override
    def trusts(self, wire: Wire) -> bool:
        """What comes over a deaf wire may be as old as it is deaf: this process may have been stopped."""
        return wire is not self._wire or not self._beats.are_lost(self._loop.time())

    @override
    def hear(self, topic: bytes, message: bytes) -> None:
        if topic == self._beats.topic:
            self._beat_back(message)
        elif self._is_open and (found := self._topics.get(topic)) is not None:
            self._terms.metrics.bus_messages_received.inc()
            found.hear(message)

    @override
    def moved(self, topic: bytes) -> None:
        if topic == self._beats.topic:
            self._owner.moved(topic, None)
            self._cut()
        elif (found := self._topics.get(topic)) is not None:
            found.end()
            self._owner.moved(topic, None)

    @override
    def gone(self, wire: Wire) -> None:
        if wire is not self._wire:
            return
        self._wire = None
        self._is_open = False
        if self._opening is not None:
            self._opening.cancel()
        for topic in self._topics.values():
            topic.end()
        self._gone.set()
        self._owner.away()

    def _cut(self) -> None:
        if self._wire is not None:
            self._wire.cut()

    # --- beats

    @property
    def is_well(self) -> bool:
        """Whether it is open, and everything that was published until BUS_DEAF_S ago was heard."""
        return self._is_open and self._loop.time() - self.heard_until <= BUS_DEAF_S

    @property
    def heard_until(self) -> float:
        """Until when everything that was published on this node was heard; it stands still without a connection."""
        return self._heard.until(self._loop.time())

    def _send_beat(self, wire: Wire) -> None:
        packed = wire.packed(self._beats.topic, self._beats.send(self._loop.time()))
        wire.publish(packed, 1, self._beat_sent)
        if self._beats.number % _ROLE_BEATS == 0:
            wire.command(self._check_role, "ROLE")
            self._ask_again()

    def _beat_sent(self, reply: Any) -> None:
        if isinstance(reply, hiredis.ReplyError):
            self._refused(self._beats.topic, reply)
            self._cut()

    def _check_role(self, reply: Any) -> None:
        if not isinstance(reply, Exception) and not is_master(reply):
            self._cut()

    def _ask_again(self) -> None:
        """Redis may have refused a subscription for a reason that has passed."""
        for topic in self._topics.values():
            if not topic.is_confirmed:
                self._subscribe(topic)

    def _beat_back(self, beat: bytes) -> None:
        sent_at = self._beats.back(beat)
        if sent_at is None:
            return
        now = self._loop.time()
        self._terms.metrics.bus_beat_seconds.observe(now - sent_at)
        if self._is_open:
            self._heard.back(sent_at, now)
        elif self._opening is None:
            self._opening = self._loop.call_later(BUS_SETTLE_S, self._begin)

    def _begin(self) -> None:
        self._is_open = self._was_open = True
        self._heard = Heard(self._beats.newest_back)
        for topic in list(self._topics.values()):
            if topic.is_confirmed:
                topic.begin()

    # --- the connection

    async def keep(self) -> None:
        """Have a connection, whatever happens, until cancelled."""
        backoff = Backoff(random.uniform, BUS_RETRY_FIRST_S, 0.0, BUS_RETRY_S)
        while True:
            since = self._loop.time()
            try:
                wire = await self._open()
                if wire is not None:
                    since = self._loop.time()
                    self._tell_away(None)
                    await self._carry(wire)
                    self._tell_away("LOST")
                    self._terms.metrics.bus_reconnects.inc()
            except Exception as error:  # nothing may end this but ``close``
                log.error("the bus failed", kind=type(error).__name__, where=where_of(error))
                self._cut()
            if self._loop.time() - since >= _STEADY_S and self._was_open:
                backoff.succeeded()
            else:
                await asyncio.sleep(backoff.next_s())

    def _tell_away(self, kind: str | None) -> None:
        """Log changes only: an outage has many tries."""
        is_away = kind is not None
        if is_away and not self._is_away:
            log.warning("the bus is without Redis", kind=kind)
        elif self._is_away and not is_away:
            log.info("the bus has Redis again")
        self._is_away = is_away

    async def _open(self) -> Wire | None:
        self._was_open = False
        terms = self._terms
        kind = "nobody knows where it is"
        for address in await self._locate():
            try:
                wire = await open_wire(self, address, terms.login, terms.tls, is_sharded=terms.is_sharded)
                self._trace = await greet(wire, address, self._trace) or self._trace
                return wire
            except hiredis.ReplyError as refusal:
                kind = str(refusal).partition(" ")[0]
            except Exception as error:  # whatever it is, it is tried again
                kind = type(error).__name__
        self._tell_away(kind)
        self._owner.away()
        return None

    async def _carry(self, wire: Wire) -> None:
        """Be this wire's until it is gone."""
        self._told.clear()
        self._beats = Beats(self._name_beats(), self._loop.time())
        self._gone.clear()
        self._opening = None
        if wire.is_gone:
            return
        self._wire = wire
        wire.subscribe(self._beats.topic, self._beat_subscribed)
        for topic in self._topics.values():
            self._subscribe(topic)
        while not wire.is_gone:
            if self._beats.are_lost(self._loop.time()):
                wire.cut()
                break
            self._send_beat(wire)
            try:
                async with asyncio.timeout(BUS_BEAT_S):
                    await self._gone.wait()
            except TimeoutError:
                pass

    def _beat_subscribed(self, reply: Any) -> None:
        if isinstance(reply, hiredis.ReplyError):
            self._refused(self._beats.topic, reply)
            self._cut()

    def close(self) -> None:
        """Carry nothing any more. ``keep`` is cancelled before."""
        self._cut()
