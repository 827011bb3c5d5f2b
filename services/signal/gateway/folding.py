"""The fold of a tick: every hall's partial, one bulletin a shard, and when each fold was. No tick waits for the bus."""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kuuki.many.bulletins import (
    VERSION,
    Policy,
    Roster,
    Stamp,
    encode_partials,
    encode_partials_2,
    pack_steps,
    partials_topic,
    shard_of,
)
from kuuki.mood.growth import UNKNOWN
from kuuki.mood.mix import Partial
from kuuki.times import READER_GONE_S
from services.runtime.bus import Bus
from services.runtime.metrics import Metrics
from services.runtime.rooms import RoomRecord
from services.signal.gateway.hall import Hall, ReceivedMix
from services.signal.gateway.seating import Seating

_KEPT: Final = 64
"""How many folds are remembered: a mix that contains an older one is long stale."""

_APART_S: Final = 0.05
"""Folds between ticks, for another gateway that waits for a seat, begin at least this long after the fold before."""

Folded = Mapping[int, Sequence[tuple[Hall, Partial]]]
"""The halls of each shard in the order of their rooms' ids, each with its partial."""


def recent_folds() -> deque[tuple[int, float]]:
    """Room for the last folds of a gateway."""
    return deque(maxlen=_KEPT)


class Folding:
    """Folds halls and publishes their partials. ``folds`` is where it keeps the last (seq, folded_at), oldest first.

    The seq is the one that the hand-over of seats counts folds by: whoever waits for a seat waits for a fold.
    """

    def __init__(
        self, bus: Bus, halls: Mapping[str, Hall], seating: Seating, folds: deque[tuple[int, float]], metrics: Metrics
    ) -> None:
        self._bus = bus
        self._halls = halls
        self._seating = seating
        self._metrics = metrics
        self._terms: Counter[int] = Counter()
        self._shards_told: set[int] = set()
        self._rosters: dict[int, tuple[list[RoomRecord], Roster]] = {}
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
        seq = self._seating.handover.fold()
        with self._metrics.fold_seconds.time():
            folded = self._fold(seq, now)
        self._measure(folded)
        shards = {shard for shard, halls in folded.items() if halls}
        self._shards_told |= shards
        messages = [
            (partials_topic(shard), bulletin)
            for shard, halls in folded.items()
            for bulletin in self._encode(shard, seq, halls, now)
        ]
        if await self._bus.publish_all(messages) and await self._bus.confirm():
            self._shards_told = shards
            self._seating.published(seq)
        else:
            self._drop("failed")

    def _fold(self, seq: int, now: float) -> Folded:
        """The partials by shard. A shard that has become empty is told so until that has surely arrived."""
        self.folds.append((seq, now))
        folded: defaultdict[int, list[tuple[Hall, Partial]]] = defaultdict(list)
        for shard in self._shards_told:
            folded[shard] = []
        for room_id, hall in sorted(self._halls.items()):
            folded[shard_of(room_id)].append((hall, hall.fold(seq, now)))
        return folded

    def _encode(self, shard: int, seq: int, folded: Sequence[tuple[Hall, Partial]], now: float) -> Iterator[bytes]:
        """The bulletin of one shard, in each version in which it is to be said."""
        stamp = Stamp(self._seating.gateway, seq)
        held = [hall.held for hall, _ in folded if hall.held is not None]
        self._terms[shard] = max([self._terms[shard], *[each.mix.term for each in held]])
        roster = self._roster(shard, [hall.record for hall, _ in folded])
        partials = [partial for _, partial in folded]
        reads = _reads(held, now)
        if reads is None or reads >= VERSION:
            steps = pack_steps([hall.room.step or UNKNOWN for hall, _ in folded])
            yield encode_partials(stamp, self._terms[shard], roster, partials, steps)
        if reads is None or reads < VERSION:
            yield encode_partials_2(stamp, self._terms[shard], roster, partials)

    def _roster(self, shard: int, records: list[RoomRecord]) -> Roster:
        """The roster of these rooms: the one of the last tick, where nothing in it has changed."""
        before, roster = self._rosters.get(shard, (None, None))
        if roster is None or before != records:
            roster = Roster.of({record.room: Policy(record.rule, record.is_recorded) for record in records})
            self._rosters[shard] = records, roster
        return roster

    def _measure(self, folded: Folded) -> None:
        self._metrics.people_folded.set(sum(partial.sensing for halls in folded.values() for _, partial in halls))
        self._metrics.partials_published.inc(len(folded))

    def _drop(self, reason: str) -> None:
        self._metrics.partials_dropped.labels(reason).inc()


def _reads(held: Sequence[ReceivedMix], now: float) -> int | None:
    """The newest version that the aggregator which mixes these rooms reads, as it says in the newest of its mixes.

    All mixes of a shard come from one aggregator. Where none came within READER_GONE_S it is not known: the shard may
    have been taken over by one of another version.
    """
    newest = max(held, key=lambda each: each.heard_at, default=None)
    return newest.reads if newest is not None and now - newest.heard_at <= READER_GONE_S else None
