"""The bus on Redis: services.runtime.bus's guarantees over PUBLISH and SUBSCRIBE, sharded ones in a cluster.

- One order per topic: a topic lives on one node, whoever publishes or subscribes does it there.
- A connection publishes and subscribes, so its own beat proves both ways. It is cut when it was deaf for BUS_CUT_S,
  with all that it had not sent, and the next one first ends what is left of it in Redis: nothing comes late.
- Whatever may have been missed is told by ``lost``: a new connection, a topic that moved to another node.
- ``publish`` hands over and returns; True says that it is on its way. Redis that does not answer for PUBLISH_S, or
  BUS_FLIGHT_BYTES that it has not confirmed, make it False. What has not even reached Redis's machine within PUBLISH_S
  is thrown away with its connection.
- What one ``publish_all`` hands over for one topic arrives up to some point, never with a gap: by one connection.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, NoReturn

from typing_extensions import override

from kuuki.errors import Unavailable
from kuuki.times import PUBLISH_S
from services.runtime.bus import Bus, Lost, Receive
from services.runtime.metrics import Metrics
from services.runtime.redis.carrier import Carrier
from services.runtime.redis.cluster import ClusterHomes
from services.runtime.redis.homes import Home
from services.runtime.redis.link import RedisLink
from services.runtime.redis.topics import Ear, Topic
from services.runtime.redis.url import Form
from services.runtime.redis.wire import settle


class RedisBus(Bus):
    """The bus of one process on Redis. Make it on a running event loop: it connects at once, and again when it must."""

    def __init__(self, link: RedisLink, metrics: Metrics) -> None:
        self._metrics = metrics
        self._topics: dict[bytes, Topic] = {}
        homes = ClusterHomes if link.target.form is Form.CLUSTER else Home
        self._homes: ClusterHomes | Home = homes(link.target, metrics)
        self._since = asyncio.get_running_loop().time()
        self._is_closed = False

    @override
    async def publish(self, topic: str, message: bytes) -> bool:
        """Returns at once."""
        return await self.publish_all([(topic, message)])

    @override
    async def publish_all(self, messages: Sequence[tuple[str, bytes]]) -> bool:
        """Returns at once; one write for each node."""
        if self._is_closed:
            return self._dropped("closed", len(messages))
        by_carrier: dict[Carrier | None, list[tuple[bytes, bytes]]] = {}
        for topic, message in messages:
            name = topic.encode()
            by_carrier.setdefault(self._homes.carrier_of(name), []).append((name, message))
        nobodys = by_carrier.pop(None, [])
        sent = [carrier.publish(its) for carrier, its in by_carrier.items() if carrier is not None]
        return all(sent) and (not nobodys or self._dropped("away", len(nobodys)))

    def _dropped(self, reason: str, count: int) -> bool:
        self._metrics.bus_messages_dropped.labels(reason).inc(count)
        return False

    @override
    async def confirm(self) -> bool:
        """What a connection lost is known when it answers, or ends."""
        try:
            async with asyncio.timeout(PUBLISH_S):
                answers = await asyncio.gather(*(carrier.confirm() for carrier in self._homes.carriers))
        except TimeoutError:
            return False
        return bool(answers) and all(answers) and not self._is_closed

    async def publish_counted(self, topic: str, message: bytes) -> int:
        """Publish, and say how many connections heard it. Raises Unavailable, within PUBLISH_S."""
        name = topic.encode()
        carrier = None if self._is_closed else self._homes.carrier_of(name)
        if carrier is None:
            raise Unavailable("the bus is away")
        count: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        carrier.publish_counted(name, message, lambda reply: settle(count, reply))
        try:
            async with asyncio.timeout(PUBLISH_S):
                return int(await count)
        except Exception as error:
            raise Unavailable("the bus is away") from error

    @override
    async def subscribe(self, topic: str, receive: Receive, lost: Lost | None = None) -> Ear:
        """Returns when Redis has confirmed it, or after PUBLISH_S."""
        name = topic.encode()
        ear = Ear(receive, lost, lambda gone: self._forget(name, gone))
        if self._is_closed:
            ear.close()
            return ear
        found = self._topics.get(name)
        if found is None:
            found = self._topics[name] = Topic(name)
            self._homes.hold(found)
        found.ears[ear] = None
        try:
            await found.wait(PUBLISH_S)
        except BaseException:
            ear.close()
            raise
        ear.is_waiting = False
        return ear

    def hears(self, topic: str) -> bool:
        """Whether what is published on a subscribed topic now would be heard here."""
        found = self._topics.get(topic.encode())
        return found is not None and found.is_heard

    def _forget(self, name: bytes, ear: Ear) -> None:
        topic = self._topics.get(name)
        if topic is None or topic.ears.pop(ear, ear) is ear:
            return
        if not topic.ears:
            del self._topics[name]
            self._homes.drop(topic)

    @property
    @override
    def is_well(self) -> bool:
        """Of every connection."""
        carriers = self._homes.carriers
        return not self._is_closed and bool(carriers) and all(carrier.is_well for carrier in carriers)

    @property
    @override
    def heard_until(self) -> float:
        return min((carrier.heard_until for carrier in self._homes.carriers), default=self._since)

    async def run(self) -> NoReturn:
        """Until a part of it ends unasked, which nothing may. Raises why."""
        await self._homes.run()

    @override
    async def close(self) -> None:
        self._is_closed = True
        for ear in [each for topic in self._topics.values() for each in topic.ears]:
            ear.close()
        await self._homes.close()
