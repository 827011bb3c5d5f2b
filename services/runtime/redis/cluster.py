"""The bus on a Redis Cluster: sharded pub/sub, with one connection to each node that owns slots.

Whatever does not fit the map of slots has it asked for anew: a refusal that says MOVED, a subscription that Redis
ended, a node that is away; and it is asked for every few seconds in any case. A topic whose slot moved is subscribed to
on its new node from then on. Its subscribers are told by ``lost``, once it is heard there, that they may have missed
something.
"""

import asyncio
import contextlib
import random
import secrets
from collections.abc import Sequence
from functools import partial
from typing import Any, Final, NoReturn

import hiredis
import structlog
from redis.crc import key_slot
from typing_extensions import override

from services.runtime.lifecycle import Tasks
from services.runtime.metrics import Metrics
from services.runtime.redis.connecting import ConnectionOptions
from services.runtime.redis.node_connection import NodeConnection, NodeEvents
from services.runtime.redis.nodes import Nodes
from services.runtime.redis.one_shot import ask_once
from services.runtime.redis.opening import tls_context
from services.runtime.redis.pending_replies import ConnectionGone
from services.runtime.redis.topics import Topic
from services.runtime.redis.url import Address, Target

log = structlog.get_logger(__name__)

_SLOTS: Final = 16384
_REFRESH_S: Final = 5.0
_REFRESH_SOON_S: Final = 0.25
"""How often the map is asked for while all nodes are well, and while one is not."""
_BUNDLE_S: Final = 0.02
"""Slots move together. This long is waited for all signs of it before the map is asked for once."""
_ANSWER_S: Final = 0.5
"""How long one node's answer is waited for."""
_AT_ONCE: Final = 3
"""How many nodes are asked: in turn if they are well, else all at once."""
_NAMES: Final = 50_000
"""How many names are tried until one falls on a node's slots: enough for a node that owns a single slot."""

SlotMap = Sequence[tuple[int, int, Address]]
"""Ranges of slots, both ends included, and the master that owns them."""


class ClusterNodes(Nodes, NodeEvents):
    """All nodes of a cluster, and which of them each topic is on. Made on a running event loop."""

    def __init__(self, target: Target, metrics: Metrics) -> None:
        self._target = target
        self._options = ConnectionOptions(target.login, tls_context(target.tls), is_sharded=True, metrics=metrics)
        self._slot_owners: list[Address | None] = [None] * _SLOTS
        self._connections: dict[Address, NodeConnection] = {}
        self._topics: dict[bytes, Topic] = {}
        self._carried_by: dict[bytes, NodeConnection] = {}
        self._has_map = False
        self._is_map_doubted = asyncio.Event()
        self._closing: set[asyncio.Task[None]] = set()
        self._tasks = Tasks()
        self._keeping: dict[NodeConnection, asyncio.Task[None]] = {}
        self._tasks.start(self._refresh_map())

    # --- as Nodes

    @override
    def hold(self, topic: Topic) -> None:
        self._topics[topic.name] = topic
        self._place(topic)

    @override
    def drop(self, topic: Topic) -> None:
        self._topics.pop(topic.name, None)
        connection = self._carried_by.pop(topic.name, None)
        if connection is not None:
            connection.subscriptions.drop(topic)

    @override
    def connection_of(self, topic: bytes) -> NodeConnection | None:
        address = self._slot_owners[key_slot(topic)]
        return None if address is None else self._connections.get(address)

    @property
    @override
    def connections(self) -> Sequence[NodeConnection]:
        return list(self._connections.values())

    @override
    async def run(self) -> NoReturn:
        await self._tasks.run()

    @override
    async def close(self) -> None:
        await self._tasks.stop_all()
        for address in list(self._connections):
            self._disconnect(address)
        if self._closing:
            await asyncio.wait(self._closing)

    # --- as NodeEvents

    @override
    def moved(self, topic: bytes, refusal: str | None) -> None:
        """A refusal names the slot's new owner, so no node needs to be asked: ``MOVED slot host:port``."""
        words = (refusal or "").split()
        if len(words) == 3:
            host, _, port = words[2].rpartition(":")
            if host and port.isdecimal() and words[1].isdecimal() and int(words[1]) < _SLOTS:
                self._slot_owners[int(words[1])] = Address(host, int(port))
                self._connect(Address(host, int(port)))
                self._place_all()
        self._is_map_doubted.set()

    @override
    def away(self) -> None:
        """The node's slots may have another owner by now: ask for the map."""
        self._is_map_doubted.set()

    # --- the map

    async def _refresh_map(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            asked_at = loop.time()
            try:
                found = await self._ask_for_map()
                if found:
                    self._apply(found)
            except Exception as error:  # whatever it is, it is tried again
                log.warning("the map of the cluster is not as expected", kind=type(error).__name__)
            is_well = self._has_map and all(connection.is_well for connection in self._connections.values())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_REFRESH_S if is_well else _REFRESH_SOON_S):
                    await self._is_map_doubted.wait()
                    await asyncio.sleep(max(_BUNDLE_S, asked_at + _REFRESH_SOON_S - loop.time()))
            self._is_map_doubted.clear()

    async def _ask_for_map(self) -> SlotMap | None:
        """The map as one node says it, a well one if there is one; None if no node gives one that is believed."""
        well = [connection for connection in self._connections.items() if connection[1].is_well]
        random.shuffle(well)
        for address, connection in well[:_AT_ONCE]:
            with contextlib.suppress(hiredis.ReplyError, ConnectionGone, TimeoutError):
                async with asyncio.timeout(_ANSWER_S):
                    state = await connection.ask("CLUSTER", "INFO")
                    return self._parsed(address, state, await connection.ask("CLUSTER", "SLOTS"))
        return await self._ask_any()

    async def _ask_any(self) -> SlotMap | None:
        known = list({*self._target.addresses, *self._connections})
        asked = [asyncio.create_task(self._ask(each)) for each in random.sample(known, min(_AT_ONCE, len(known)))]
        try:
            for answer in asyncio.as_completed(asked):
                if found := await answer:
                    return found
            return None
        finally:
            for task in asked:
                task.cancel()

    async def _ask(self, address: Address) -> SlotMap | None:
        try:
            state, slots = await ask_once(self._target, address, ("CLUSTER", "INFO"), ("CLUSTER", "SLOTS"))
        except (OSError, TimeoutError, hiredis.HiredisError):
            return None
        return self._parsed(address, state, slots)

    def _parsed(self, asked: Address, state: Any, slots: Any) -> SlotMap | None:
        """The map in the replies to CLUSTER INFO and CLUSTER SLOTS; None if the node is cut off from the others.

        Such a node says so, and its map may be old. It is believed only while no map is known at all.
        """
        if self._has_map and b"cluster_state:ok" not in _bytes(state):
            return None
        return [
            (first, last, Address((host or asked.host.encode()).decode(), port))
            for first, last, (host, port, *_), *_ in slots
            if host != b"?" and port
        ]

    def _apply(self, found: SlotMap) -> None:
        slots: list[Address | None] = [None] * _SLOTS
        for first, last, address in found:
            slots[first : last + 1] = [address] * (last + 1 - first)
        self._slot_owners = slots
        self._has_map = True
        wanted = {address for _, _, address in found}
        for address in wanted:
            self._connect(address)
        self._place_all()
        for address in self._connections.keys() - wanted:
            self._disconnect(address)

    def _connect(self, address: Address) -> None:
        if address not in self._connections:
            name = f"kuuki.beats.{secrets.token_hex(8)}"
            at = partial(self._always, address)
            connection = NodeConnection(self._options, self, at, partial(self._beat_topic, name, address))
            self._connections[address] = connection
            self._keeping[connection] = self._tasks.start(connection.keep())

    @staticmethod
    async def _always(address: Address) -> Sequence[Address]:
        return (address,)

    def _beat_topic(self, name: str, address: Address) -> bytes:
        """A topic whose slot this node owns."""
        for number in range(_NAMES):
            topic = f"{name}.{number}".encode()
            if self._slot_owners[key_slot(topic)] == address:
                return topic
        return name.encode()  # it owns no slot: Redis will refuse, and then the map is asked for

    def _disconnect(self, address: Address) -> None:
        task = asyncio.create_task(self._close(self._connections.pop(address)))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _close(self, connection: NodeConnection) -> None:
        await self._tasks.stop(self._keeping.pop(connection))
        connection.close()

    def _place_all(self) -> None:
        for topic in list(self._topics.values()):
            self._place(topic)

    def _place(self, topic: Topic) -> None:
        """Have the node that owns the topic's slot carry it, and no other."""
        connection = self.connection_of(topic.name)
        former = self._carried_by.get(topic.name)
        if connection is former:
            return
        if former is not None:
            del self._carried_by[topic.name]
            former.subscriptions.drop(topic)
        if connection is not None:
            self._carried_by[topic.name] = connection
            connection.subscriptions.hold(topic)


def _bytes(text: Any) -> bytes:
    return text if isinstance(text, bytes) else str(text).encode()
