"""The aggregator's shell: bus in, shards, bus out."""

import asyncio
from typing import Final

from kuuki.many.bulletins import SHARDS, partials_topic
from kuuki.many.veils import veils_topic
from kuuki.mood.mix import Calibration
from services.aggregator.mixer import RoomMix
from services.aggregator.outbox import Outbox
from services.aggregator.runqueue import RunQueue
from services.aggregator.shard import OnMix, Shard
from services.runtime.bus import Bus, Subscription
from services.runtime.leases import Leases
from services.runtime.lifecycle import together
from services.runtime.metrics import Metrics
from services.runtime.ticker import ticks

_MEASURE_S: Final = 1.0
"""How often gauges are brought up to date."""


class Aggregator:
    """Merges every shard's partials, and publishes each room's mix while it holds the shard's lease.

    ``veil_key``: the secret of all aggregators that may publish the same rooms. ``leases`` are run by whoever made
    them. ``on_mix`` is called with each mix that is published.
    """

    def __init__(
        self,
        bus: Bus,
        leases: Leases,
        metrics: Metrics,
        calibration: Calibration,
        veil_key: bytes,
        on_mix: OnMix | None = None,
    ) -> None:
        self._bus = bus
        self._metrics = metrics
        self._outbox = Outbox(bus, leases, metrics)
        on_mix, queue = on_mix or _ignore, RunQueue()
        self._shards = [
            Shard(number, leases, queue, self._outbox, on_mix, metrics, calibration, veil_key)
            for number in range(SHARDS)
        ]
        self._subscriptions: list[Subscription] = []

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            await together(self._outbox.run, self._hear, self._measure)
        finally:
            for subscription in self._subscriptions:
                subscription.close()
            for shard in self._shards:
                shard.close()

    async def _hear(self) -> None:
        await asyncio.gather(*map(self._listen, self._shards))
        await asyncio.get_running_loop().create_future()

    async def _listen(self, shard: Shard) -> None:
        topic = partials_topic(shard.number)

        def receive(message: bytes) -> None:
            shard.receive(message, self._bus.heard_until)

        self._subscriptions.append(await self._bus.subscribe(veils_topic(shard.number), shard.receive_veils))
        self._subscriptions.append(await self._bus.subscribe(topic, receive, shard.forget))
        shard.listen()

    async def _measure(self) -> None:
        async for _ in ticks(_MEASURE_S):
            now = asyncio.get_running_loop().time()
            held = [shard.holds(now) for shard in self._shards]
            self._metrics.gateways.set(len(set().union(*(gateways for gateways, _ in held))))
            self._metrics.people_counted.set(sum(people for _, people in held))


def _ignore(_: RoomMix) -> None:
    """Mixes are published and not recorded."""
