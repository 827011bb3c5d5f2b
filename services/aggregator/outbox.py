"""Mixes that wait for the bus: the newest round of each shard. A slow bus costs rounds, and never memory or time."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from services.runtime.bus import Bus
from services.runtime.leases import Leases
from services.runtime.metrics import Metrics

Messages = Sequence[tuple[str, bytes]]
"""(topic, message) pairs."""


class _Round(NamedTuple):
    term: int
    messages: Messages


class Outbox:
    """Rounds of mixes on their way out: all rounds that wait go in one publication."""

    def __init__(self, bus: Bus, leases: Leases, metrics: Metrics) -> None:
        self._bus = bus
        self._leases = leases
        self._metrics = metrics
        self._rounds: dict[int, _Round] = {}
        self._filled = asyncio.Event()

    def put(self, shard: int, term: int, messages: Messages) -> None:
        """Send a shard's round as soon as the bus takes it. The round before, if it still waits, is dropped: it is
        old."""
        if self._rounds.pop(shard, None) is not None:
            self._metrics.bulletins_dropped.labels("outbox_full").inc()
        self._rounds[shard] = _Round(term, messages)
        self._filled.set()

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            await self._filled.wait()
            self._filled.clear()
            messages = [each for shard in list(self._rounds) for each in self._pop(shard)]
            if messages and await self._bus.publish_all(messages):
                self._metrics.mixes_published.inc(len(messages))

    def _pop(self, shard: int) -> Messages:
        """A shard's round, if its lease is still held: this process may have stood still while the round waited."""
        round_ = self._rounds.pop(shard)
        if self._leases.term(shard) == round_.term:
            return round_.messages
        self._metrics.bulletins_dropped.labels("no_lease").inc()
        return ()
