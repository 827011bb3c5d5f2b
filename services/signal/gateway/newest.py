"""From the bus to a hall: the newest mix of a room, and how old this gateway's own fold in it is."""

import asyncio
from collections.abc import Iterable

from kuuki.bulletins import MixBulletin, decode_mix, mixes_topic
from kuuki.errors import BadFrame, BadMessage
from kuuki.frames import Mix, decode_from_gateway
from services.runtime.bus import Receive
from services.runtime.metrics import Metrics
from services.signal.gateway.hall import Hall, Held

Folds = Iterable[tuple[int, float]]
"""(seq, folded_at) of this gateway's last folds."""


class Newest:
    """Takes mixes in the order of (term, seq), never backwards."""

    def __init__(self, gateway: str, metrics: Metrics) -> None:
        self._gateway = gateway
        self._metrics = metrics

    def topic_of(self, hall: Hall, folds: Folds) -> tuple[str, Receive]:
        """What to subscribe to for a hall, and the receiver."""
        return mixes_topic(hall.room_id), lambda message: self._receive(hall, folds, message)

    def _receive(self, hall: Hall, folds: Folds, message: bytes) -> None:
        try:
            bulletin = decode_mix(message)
            mix = decode_from_gateway(bulletin.frame)
        except (BadMessage, BadFrame) as error:
            self._drop(error.reason)
            return
        if not isinstance(mix, Mix) or (hall.held is not None and _order(mix) <= _order(hall.held.mix)):
            self._drop("late")
            return
        now = asyncio.get_running_loop().time()
        folded_at = self._folded_at(bulletin, folds, now)
        self._metrics.fold_to_mix_seconds.observe(now - folded_at)
        hall.show(Held(mix, bulletin.frame, folded_at))

    def _folded_at(self, bulletin: MixBulletin, folds: Folds, now: float) -> float:
        """When this gateway folded what is in the mix; ``now`` when nothing of it is."""
        own = {stamp.seq for stamp in bulletin.contains if stamp.gateway == self._gateway}
        return next((folded_at for seq, folded_at in folds if seq in own), now)

    def _drop(self, reason: str) -> None:
        self._metrics.bulletins_dropped.labels(reason).inc()


def _order(mix: Mix) -> tuple[int, int]:
    return mix.term, mix.seq
