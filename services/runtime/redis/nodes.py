"""Which Redis node each topic of the bus is on: one node for all of them, or the owners of a cluster's slots."""

from collections.abc import Sequence
from typing import NoReturn, Protocol

from services.runtime.redis.node_connection import NodeConnection
from services.runtime.redis.topics import Topic


class Nodes(Protocol):
    """The Redis nodes of one bus. Connections are made and kept by themselves from construction until ``close``."""

    def hold(self, topic: Topic) -> None:
        """Subscribe to this topic from now on, on whichever node it is. Returns at once."""
        ...

    def drop(self, topic: Topic) -> None:
        """Subscribe to it no more. Returns at once."""
        ...

    def connection_of(self, topic: bytes) -> NodeConnection | None:
        """The connection to the node that has this topic; None if that is not known now."""
        ...

    @property
    def connections(self) -> Sequence[NodeConnection]:
        """The connections to all nodes; none before the nodes are known."""
        ...

    async def run(self) -> NoReturn:
        """Run until a part of this ends unasked, which none may. Raises why."""
        ...

    async def close(self) -> None:
        """Close all connections, and make none any more."""
        ...
