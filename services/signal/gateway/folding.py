"""The fold of a tick: every hall's partial, one bulletin a shard, and when each fold was."""

from collections import Counter, deque
from collections.abc import Mapping
from typing import Final

from kuuki.bulletins import PartialsBulletin, RoomPartial, Stamp, encode_partials, partials_topic, shard_of
from services.runtime.bus import Bus
from services.signal.gateway.hall import Hall

_KEPT: Final = 64
"""How many folds are remembered: a mix that contains an older one is long stale."""


class Folding:
    """Folds halls and publishes their partials. ``folds`` are the last (seq, folded_at), oldest first."""

    def __init__(self, bus: Bus, gateway: str) -> None:
        self._bus = bus
        self._gateway = gateway
        self._seq = 0
        self._terms: Counter[int] = Counter()
        self._shards_told: set[int] = set()
        self.folds: deque[tuple[int, float]] = deque(maxlen=_KEPT)

    def fold(self, halls: Mapping[str, Hall], now: float) -> dict[int, dict[str, RoomPartial]]:
        """The partials by shard. A shard that has become empty is told so once more."""
        self._seq += 1
        self.folds.append((self._seq, now))
        by_shard: dict[int, dict[str, RoomPartial]] = {shard: {} for shard in self._shards_told}
        for room_id, hall in halls.items():
            shard = shard_of(room_id)
            record, partial = hall.record, hall.room.fold(now)
            by_shard.setdefault(shard, {})[room_id] = RoomPartial(record.rule, partial, record.is_recorded)
            self._terms[shard] = max(self._terms[shard], hall.held.mix.term if hall.held else 0)
        self._shards_told = {shard for shard, partials in by_shard.items() if partials}
        return by_shard

    async def publish(self, by_shard: Mapping[int, dict[str, RoomPartial]]) -> None:
        """One bulletin a shard, under the seq of the last fold."""
        stamp = Stamp(self._gateway, self._seq)
        await self._bus.publish_all(
            [
                (partials_topic(shard), encode_partials(PartialsBulletin(stamp, self._terms[shard], partials)))
                for shard, partials in by_shard.items()
            ]
        )
