"""Leases: the right of one aggregator to publish a shard's mixes, under a term. docs/adr/0007.

A term only grows; receivers drop what comes under a lower one. In one process the sole aggregator always holds all.
"""

import asyncio
import time
from typing import Protocol

from typing_extensions import override


class Leases(Protocol):
    """The leases of this process's aggregator."""

    def term(self, shard: int) -> int | None:
        """The term to publish a shard's mixes under now, or None: another may hold the lease. Ask before each use."""
        ...

    def heard_term(self, shard: int, term: int) -> None:
        """A gateway has taken a mix of this shard under this term: leases that are taken later begin above it."""
        ...

    async def run(self) -> None:
        """Take, keep and give back leases until cancelled; then give all back."""
        ...


class SoleLeases(Leases):
    """The leases of the only aggregator.

    Their term is the time of the start, in unix seconds: a restarted process is ahead of the former one, so viewers
    that stay over the restart do not take its mixes for old. It orders mixes and changes nothing in them.
    """

    def __init__(self) -> None:
        self._term = int(time.time())

    @override
    def term(self, shard: int) -> int | None:
        return self._term

    @override
    def heard_term(self, shard: int, term: int) -> None:
        """Nobody else makes terms."""

    @override
    async def run(self) -> None:
        """Nothing to do."""
        await asyncio.get_running_loop().create_future()
