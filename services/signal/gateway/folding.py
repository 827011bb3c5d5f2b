"""The fold of a tick: every hall's partial, one bulletin a shard, and when each fold was."""

from collections import deque
from collections.abc import Mapping
from typing import Final

from kuuki.bulletins import PartialsBulletin, Stamp, encode_partials, partials_topic, shard_of
from kuuki.mix import Partial
from services.runtime.bus import Bus
from services.signal.gateway.hall import Hall

_KEPT: Final = 64
"""How many folds are remembered: a mix that contains an older one is long stale."""


class Folding:
    """Folds halls and publishes their partials. ``folds`` are the last (seq, folded_at), oldest first."""

    def __init__(self, bus: Bus, gateway: str, epoch: int) -> None:
        self._bus = bus
        self._gateway = gateway
        self._epoch = epoch
        self._seq = 0
        self._shards_told: set[int] = set()
        self.folds: deque[tuple[int, float]] = deque(maxlen=_KEPT)

    def fold(self, halls: Mapping[str, Hall], now: float) -> dict[int, dict[str, Partial]]:
        """The partials by shard. A shard that has become empty is told so once more."""
        self._seq += 1
        self.folds.append((self._seq, now))
        by_shard: dict[int, dict[str, Partial]] = {shard: {} for shard in self._shards_told}
        for room_id, hall in halls.items():
            by_shard.setdefault(shard_of(room_id), {})[room_id] = hall.room.fold(now)
        self._shards_told = {shard for shard, partials in by_shard.items() if partials}
        return by_shard

    async def publish(self, by_shard: Mapping[int, dict[str, Partial]]) -> None:
        """One bulletin a shard, under the seq of the last fold."""
        stamp = Stamp(self._gateway, self._epoch, self._seq)
        for shard, partials in by_shard.items():
            await self._bus.publish(partials_topic(shard), encode_partials(PartialsBulletin(stamp, partials)))
