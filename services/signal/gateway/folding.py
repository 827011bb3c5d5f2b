"""The fold of a tick: every hall's partial, one bulletin a shard, and when each fold was. No tick waits for the bus."""

import asyncio
from collections import Counter, deque
from collections.abc import Mapping
from typing import Final

from kuuki.many.bulletins import PartialsBulletin, RoomPartial, Stamp, encode_partials, partials_topic, shard_of
from services.runtime.bus import Bus
from services.runtime.metrics import Metrics
from services.signal.gateway.hall import Hall
from services.signal.gateway.seating import Seating

_KEPT: Final = 64
"""How many folds are remembered: a mix that contains an older one is long stale."""

_APART_S: Final = 0.05
"""Partials that another gateway waits for are published between ticks, never sooner than this after the last ones."""


def recent_folds() -> deque[tuple[int, float]]:
    """Room for the last folds of a gateway."""
    return deque(maxlen=_KEPT)


class Folding:
    """Folds halls and publishes their partials. ``folds`` is where it keeps the last (seq, folded_at), oldest first."""

    def __init__(
        self, bus: Bus, halls: Mapping[str, Hall], seating: Seating, folds: deque[tuple[int, float]], metrics: Metrics
    ) -> None:
        self._bus = bus
        self._halls = halls
        self._seating = seating
        self._metrics = metrics
        self._seq = 0
        self._terms: Counter[int] = Counter()
        self._shards_told: set[int] = set()
        self._is_due = asyncio.Event()
        self._early: asyncio.TimerHandle | None = None
        self._began_at = 0.0
        self.folds = folds

    def tick(self) -> None:
        """Partials are due: at once, or when the publication that is under way has ended."""
        self._no_earlier()
        if self._is_due.is_set():
            self._drop("replaced")
        self._is_due.set()

    def hasten(self) -> None:
        """Publish before the next tick: another gateway waits for partials without a seat that it has claimed.

        With these it counts the seat in the next tick already, and no mix is without the seat.
        """
        if self._early is None:
            loop = asyncio.get_running_loop()
            self._early = loop.call_at(max(loop.time(), self._began_at + _APART_S), self._go_early)

    def _go_early(self) -> None:
        self._early = None
        self._is_due.set()

    def _no_earlier(self) -> None:
        if self._early is not None:
            self._early.cancel()
            self._early = None

    async def run(self) -> None:
        """Publish whenever it is due, one publication at a time, each folded when it goes; until cancelled."""
        try:
            while True:
                await self._is_due.wait()
                self._is_due.clear()
                self._began_at = asyncio.get_running_loop().time()
                if not self._bus.is_well:
                    self._drop("not_well")
                elif not self._seating.handover.may_publish(self._bus.heard_until):
                    self._drop("silent")
                else:
                    await self._publish(self._began_at)
        finally:
            self._no_earlier()

    async def _publish(self, now: float) -> None:
        fold = self._seating.handover.fold()
        with self._metrics.fold_seconds.time():
            by_shard = self._fold(now)
        self._measure(by_shard)
        shards = {shard for shard, partials in by_shard.items() if partials}
        self._shards_told |= shards
        stamp = Stamp(self._seating.gateway, self._seq)
        went = await self._bus.publish_all(
            [
                (partials_topic(shard), encode_partials(PartialsBulletin.of(stamp, self._terms[shard], partials)))
                for shard, partials in by_shard.items()
            ]
        )
        if went and await self._bus.confirm():
            self._shards_told = shards
            self._seating.published(fold)
        else:
            self._drop("failed")

    def _fold(self, now: float) -> dict[int, dict[str, RoomPartial]]:
        """The partials by shard. A shard that has become empty is told so until that has surely arrived."""
        self._seq += 1
        self.folds.append((self._seq, now))
        by_shard: dict[int, dict[str, RoomPartial]] = {shard: {} for shard in self._shards_told}
        for room_id, hall in self._halls.items():
            shard = shard_of(room_id)
            record, partial = hall.record, hall.fold(self._seq, now)
            by_shard.setdefault(shard, {})[room_id] = RoomPartial.of(record.rule, partial, record.is_recorded)
            self._terms[shard] = max(self._terms[shard], hall.held.mix.term if hall.held else 0)
        return by_shard

    def _measure(self, by_shard: Mapping[int, Mapping[str, RoomPartial]]) -> None:
        parts = [part for partials in by_shard.values() for each in partials.values() for part in each.partial.cohorts]
        self._metrics.people_folded.set(sum(part.sensing for part in parts))
        self._metrics.partials_published.inc(len(by_shard))

    def _drop(self, reason: str) -> None:
        self._metrics.partials_dropped.labels(reason).inc()
