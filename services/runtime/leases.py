"""Leases: the right of one aggregator to publish a shard's mixes, under a term (docs/adr/0007).

A shard's terms only grow, and gateways drop mixes under a lower term than one that they have seen. So two aggregators
that both believe to hold a shard for a moment cannot make its mixes run backwards. In one process the only aggregator
holds all shards.
"""

import asyncio
import time
from typing import Protocol

from typing_extensions import override


class Leases(Protocol):
    """The leases of this process's aggregator."""

    def term(self, shard: int) -> int | None:
        """The term to publish a shard's mixes under at this moment, or None: another aggregator may hold the lease.

        Ask right before each publication. No clock but this process's monotonic one is read. A holder trusts its lease
        for LEASE_TRUST_S after its last sign of life was sent, and others take it after LEASE_S without one. So no
        other holds the lease yet when what is published within the difference arrives. Returns at once and never
        raises.
        """
        ...

    def heard_term(self, shard: int, term: int) -> None:
        """A gateway has used a mix of this shard under this term: leases that are taken later have a higher one.

        Returns at once and never raises.
        """
        ...

    async def run(self) -> None:
        """Take, renew and give back leases until cancelled; then give all back, which takes 2 × REDIS_COMMAND_S at
        most.

        A store that is away is no error: leases lapse, and are taken again when it is back.
        """
        ...


class SoleLeases(Leases):
    """The leases of the only aggregator.

    Their term is the time of the start, in unix seconds. So a restarted process is ahead of the one before it, and
    viewers that stay over the restart do not drop its mixes as old. The wall clock changes nothing in a mix.
    """

    def __init__(self) -> None:
        self._term = int(time.time())

    @override
    def term(self, shard: int) -> int | None:
        return self._term

    @override
    def heard_term(self, shard: int, term: int) -> None:
        """Nothing to do: no other process makes terms."""

    @override
    async def run(self) -> None:
        """Wait until cancelled: there is nothing to do."""
        await asyncio.get_running_loop().create_future()
