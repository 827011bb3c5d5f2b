"""The bus on one Redis server: the one that the URL names, or the one that the sentinels call master."""

import asyncio
import secrets
from collections.abc import Sequence
from typing import NoReturn

import hiredis
from typing_extensions import override

from services.runtime.lifecycle import Tasks
from services.runtime.metrics import Metrics
from services.runtime.redis.connecting import ConnectionOptions
from services.runtime.redis.node_connection import NodeConnection, NodeEvents
from services.runtime.redis.nodes import Nodes
from services.runtime.redis.one_shot import ANSWER_S, ask_once
from services.runtime.redis.opening import tls_context
from services.runtime.redis.topics import Topic
from services.runtime.redis.url import Address, Target, Topology


async def locate(target: Target) -> Sequence[Address]:
    """Where the one server may be, the likeliest address first; none if no sentinel knows. Takes ANSWER_S at most."""
    if target.topology is not Topology.SENTINEL:
        return target.addresses
    tasks = [asyncio.create_task(_ask_sentinel(target, each)) for each in target.addresses]
    try:
        done, _ = await asyncio.wait(tasks, timeout=ANSWER_S)
    finally:
        for task in tasks:
            task.cancel()
    answers = [answer for task in done if (answer := task.result()) is not None]
    newest = sorted(answers, key=lambda answer: -answer[0])
    return list(dict.fromkeys(address for _, address in newest))


async def _ask_sentinel(target: Target, sentinel: Address) -> tuple[int, Address] | None:
    """The configuration epoch of what this sentinel believes, and the master's address; None if it knows no master."""
    try:
        found, state = await ask_once(
            target,
            sentinel,
            ("SENTINEL", "GET-MASTER-ADDR-BY-NAME", target.service),  # during a failover the new one
            ("SENTINEL", "MASTER", target.service),
        )
        host, port = found  # None if it does not know the service
        return int(state[b"config-epoch"]), Address(host.decode(), int(port))
    except (OSError, TimeoutError, hiredis.HiredisError, TypeError, ValueError, KeyError):
        return None


class SingleNode(Nodes, NodeEvents):
    """The one node of a bus without a cluster. Made on a running event loop."""

    def __init__(self, target: Target, metrics: Metrics) -> None:
        topic = f"kuuki.beats.{secrets.token_hex(8)}".encode()
        options = ConnectionOptions(target.login, tls_context(target.tls), is_sharded=False, metrics=metrics)
        self._connection = NodeConnection(options, self, lambda: locate(target), lambda: topic)
        self._tasks = Tasks()
        self._tasks.start(self._connection.keep())

    @override
    def hold(self, topic: Topic) -> None:
        self._connection.subscriptions.hold(topic)

    @override
    def drop(self, topic: Topic) -> None:
        self._connection.subscriptions.drop(topic)

    @override
    def connection_of(self, topic: bytes) -> NodeConnection | None:
        return self._connection

    @override
    def moved(self, topic: bytes, refusal: str | None) -> None:
        """Nothing to do: there is no other node, and the connection subscribes again by itself."""

    @override
    def away(self) -> None:
        """Nothing to do: the connection is made anew by itself."""

    @property
    @override
    def connections(self) -> Sequence[NodeConnection]:
        return (self._connection,)

    @override
    async def run(self) -> NoReturn:
        await self._tasks.run()

    @override
    async def close(self) -> None:
        await self._tasks.stop_all()
        self._connection.close()
