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
    mixes: int


class Outbox:
    """Rounds of mixes on their way out: all rounds that wait go in one publication."""

    def __init__(self, bus: Bus, leases: Leases, metrics: Metrics) -> None:
        self._bus = bus
        self._leases = leases
        self._metrics = metrics
        self._rounds: dict[int, _Round] = {}
        self._filled = asyncio.Event()

    def put(self, shard: int, term: int, messages: Messages, mixes: int) -> bool:
        """Send a shard's round, in which so many are mixes, as soon as the bus takes it. The round before, if it still
        waits, is dropped: it is old. Returns whether one was."""
        is_dropped = self._rounds.pop(shard, None) is not None
        if is_dropped:
            self._metrics.bulletins_dropped.labels("outbox_full").inc()
        self._rounds[shard] = _Round(term, messages, mixes)
        self._filled.set()
        return is_dropped

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            await self._filled.wait()
            self._filled.clear()
            rounds = [round_ for shard in list(self._rounds) if (round_ := self._pop(shard)) is not None]
            messages = [each for round_ in rounds for each in round_.messages]
            if messages and await self._bus.publish_all(messages):
                self._metrics.mixes_published.inc(sum(round_.mixes for round_ in rounds))

    def _pop(self, shard: int) -> _Round | None:
        """A shard's round, if its lease is still held: this process may have stood still while the round waited."""
        round_ = self._rounds.pop(shard)
        if self._leases.term(shard) == round_.term:
            return round_
        self._metrics.bulletins_dropped.labels("no_lease").inc()
        return None
