"""The bus on Redis: services.runtime.bus's guarantees over PUBLISH and SUBSCRIBE, in a cluster over the sharded ones.

- Each topic has one order: it is on one node, and everybody publishes and subscribes to it there.
- One connection to a node publishes and subscribes, so its own heartbeat proves both ways. A connection that was deaf
  for BUS_CUT_S is cut with all that it had not sent, and the next one first has Redis end what is left of it. So
  nothing is delivered late.
- ``lost`` is called wherever a message may have been missed: after a new connection, and when a topic moved to another
  node.
- ``publish`` hands over and returns at once; True says that the message is on its way. It is False while Redis leaves a
  command unanswered for PUBLISH_S, or has BUS_FLIGHT_BYTES to confirm. What has not even reached Redis's machine within
  PUBLISH_S is thrown away with its connection.
- Of what one ``publish_all`` hands over for one topic, the first messages arrive, up to some point: never with a gap.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, NoReturn

from typing_extensions import override

from kuuki.errors import Unavailable
from kuuki.times import PUBLISH_S
from services.runtime.bus import Bus, Lost, Receive
from services.runtime.metrics import Metrics
from services.runtime.redis.client import RedisClient
from services.runtime.redis.cluster import ClusterNodes
from services.runtime.redis.node_connection import NodeConnection
from services.runtime.redis.nodes import Nodes
from services.runtime.redis.pending_replies import settle
from services.runtime.redis.single_node import SingleNode
from services.runtime.redis.topics import Subscriber, Topic
from services.runtime.redis.url import Topology


class RedisBus(Bus):
    """The bus of one process on Redis. Make it on a running event loop: it connects at once, and again when it must."""

    def __init__(self, redis: RedisClient, metrics: Metrics) -> None:
        self._metrics = metrics
        self._topics: dict[bytes, Topic] = {}
        is_cluster = redis.target.topology is Topology.CLUSTER
        self._nodes: Nodes = ClusterNodes(redis.target, metrics) if is_cluster else SingleNode(redis.target, metrics)
        self._since = asyncio.get_running_loop().time()
        self._is_closed = False

    @override
    async def publish(self, topic: str, message: bytes) -> bool:
        return await self.publish_all([(topic, message)])

    @override
    async def publish_all(self, messages: Sequence[tuple[str, bytes]]) -> bool:
        """Returns at once: the messages of each node are handed to its connection in one write."""
        if self._is_closed:
            return self._dropped("closed", len(messages))
        by_connection: dict[NodeConnection | None, list[tuple[bytes, bytes]]] = {}
        for topic, message in messages:
            name = topic.encode()
            by_connection.setdefault(self._nodes.connection_of(name), []).append((name, message))
        unreachable = by_connection.pop(None, [])
        sent = [node.publisher.publish(its) for node, its in by_connection.items() if node is not None]
        return all(sent) and (not unreachable or self._dropped("away", len(unreachable)))

    def _dropped(self, reason: str, count: int) -> bool:
        self._metrics.bus_messages_dropped.labels(reason).inc(count)
        return False

    @override
    async def confirm(self) -> bool:
        """Every node is asked: what a connection lost is known when it answers, or when it is closed."""
        try:
            async with asyncio.timeout(PUBLISH_S):
                answers = await asyncio.gather(*(node.publisher.confirm() for node in self._nodes.connections))
        except TimeoutError:
            return False
        return bool(answers) and all(answers) and not self._is_closed

    async def publish_counted(self, topic: str, message: bytes) -> int:
        """Publish, and say how many connections to Redis the message was sent on to. Takes PUBLISH_S at most.

        Raises Unavailable if that is not known; the message may have been delivered nevertheless, as after cancelling.
        """
        name = topic.encode()
        connection = None if self._is_closed else self._nodes.connection_of(name)
        if connection is None:
            raise Unavailable("the bus is away")
        count: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        connection.publisher.publish_counted(name, message, lambda reply: settle(count, reply))
        try:
            async with asyncio.timeout(PUBLISH_S):
                return int(await count)
        except Exception as error:
            raise Unavailable("the bus is away") from error

    @override
    async def subscribe(self, topic: str, receive: Receive, lost: Lost | None = None) -> Subscriber:
        """Returns when Redis has confirmed it, or after PUBLISH_S: then it begins later. Cancelling unsubscribes."""
        name = topic.encode()
        subscriber = Subscriber(receive, lost, lambda closed: self._forget(name, closed))
        if self._is_closed:
            subscriber.close()
            return subscriber
        found = self._topics.get(name)
        if found is None:
            found = self._topics[name] = Topic(name)
            self._nodes.hold(found)
        found.subscribers[subscriber] = None
        try:
            await found.wait(PUBLISH_S)
        except BaseException:
            subscriber.close()
            raise
        subscriber.is_waiting = False
        return subscriber

    def hears(self, topic: str) -> bool:
        """Whether a message that is published on a subscribed topic now would be received here."""
        found = self._topics.get(topic.encode())
        return found is not None and found.is_heard

    def _forget(self, name: bytes, subscriber: Subscriber) -> None:
        topic = self._topics.get(name)
        if topic is None or topic.subscribers.pop(subscriber, subscriber) is subscriber:
            return
        if not topic.subscribers:
            del self._topics[name]
            self._nodes.drop(topic)

    @property
    @override
    def is_well(self) -> bool:
        """Whether every node's connection is in step; False before the nodes of a cluster are known."""
        connections = self._nodes.connections
        return not self._is_closed and bool(connections) and all(connection.is_well for connection in connections)

    @property
    @override
    def heard_until(self) -> float:
        return min((connection.heard_until for connection in self._nodes.connections), default=self._since)

    async def run(self) -> NoReturn:
        """Run until a part of the bus ends unasked, which none may. Raises why."""
        await self._nodes.run()

    @override
    async def close(self) -> None:
        self._is_closed = True
        for subscriber in [each for topic in self._topics.values() for each in topic.subscribers]:
            subscriber.close()
        await self._nodes.close()
