"""From the bus to a hall: the newest mix of a room, and how old this gateway's own fold in it is."""

import asyncio
from collections.abc import Callable, Sequence
from math import inf

from kuuki.errors import BadFrame, BadMessage
from kuuki.many.bulletins import MixBulletin, decode_mix, mixes_topic
from kuuki.mood.frames import Mix, decode_from_gateway
from services.runtime.bus import Bus, Receive
from services.runtime.metrics import Metrics
from services.signal.gateway.hall import Hall, MixFrames, ReceivedMix

Folds = Sequence[tuple[int, float]]
"""(seq, folded_at) of this gateway's last folds, oldest first."""

Mixed = Callable[[str, frozenset[str], float, float], None]
"""Told of each newer mix: its room, the gateways whose partials are in it, when this gateway's own was folded, and
now."""


class MixReceiver:
    """Shows a hall each mix that is newer, by (term, seq), than the one it has, and drops all others."""

    def __init__(self, gateway: str, bus: Bus, mixed: Mixed, metrics: Metrics) -> None:
        self._gateway = gateway
        self._bus = bus
        self._mixed = mixed
        self._metrics = metrics

    def topic_of(self, hall: Hall, folds: Folds) -> tuple[str, Receive]:
        """The topic of a hall's mixes, and the receiver to subscribe to it."""
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
        own, folded_at = self._own(bulletin, folds)
        gateways = frozenset(stamp.gateway for stamp in bulletin.contains)
        self._mixed(hall.room_id, gateways, folded_at, now)
        if folded_at == -inf:
            folded_at = self._folded_after(own, folds, now)
        self._metrics.mixes_taken.inc()
        self._metrics.fold_to_mix_seconds.observe(now - folded_at)
        held = ReceivedMix(mix, MixFrames(mix), folded_at, now, bulletin.reads, bulletin.step)
        hall.show(held, hall.followed(own))

    def _own(self, bulletin: MixBulletin, folds: Folds) -> tuple[int, float]:
        """The newest of this gateway's folds in the mix, and when it was; (-1, -inf) when nothing of it is."""
        own = max((stamp.seq for stamp in bulletin.contains if stamp.gateway == self._gateway), default=-1)
        return own, next((folded_at for seq, folded_at in folds if seq == own), -inf)

    def _folded_after(self, own: int, folds: Folds, now: float) -> float:
        """When the age of a mix counts from, where the moment of this gateway's fold in it is not known.

        Pages must not show a mix as younger than it is. A fold that is not remembered was before all that are: the mix
        is older than the oldest of them. Where none of this gateway's folds is in it, the mix was published no earlier
        than the bus says that everything was heard; it may have waited since then, in this process, which was busy.
        """
        return folds[0][1] if own >= 0 and folds else min(now, self._bus.heard_until)

    def _drop(self, reason: str) -> None:
        self._metrics.bulletins_dropped.labels(reason).inc()


def _order(mix: Mix) -> tuple[int, int]:
    return mix.term, mix.seq
