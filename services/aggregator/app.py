"""The aggregator's shell: bus in, mixers, bus out."""

import asyncio

import structlog

from kuuki.bulletins import SHARDS, MixBulletin, decode_partials, encode_mix, mixes_topic, partials_topic
from kuuki.errors import BadMessage
from kuuki.frames import encode
from kuuki.mix import Calibration
from services.aggregator.lease import Lease
from services.aggregator.mixer import Mixer, RoomMix, is_plausible
from services.runtime.bus import Bus, Subscription
from services.runtime.metrics import Metrics

log = structlog.get_logger(__name__)


class Aggregator:
    """Merges every shard's partials and publishes each room's mix while it holds the lease."""

    def __init__(self, bus: Bus, lease: Lease, metrics: Metrics, calibration: Calibration) -> None:
        self._bus = bus
        self._lease = lease
        self._metrics = metrics
        self._shards = [_Shard(Mixer(calibration), self) for _ in range(SHARDS)]
        self._subscriptions: list[Subscription] = []
        self._outbox: asyncio.Queue[list[RoomMix]] = asyncio.Queue(maxsize=4 * SHARDS)

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            for number, shard in enumerate(self._shards):
                self._subscriptions.append(await self._bus.subscribe(partials_topic(number), shard.receive))
            while True:
                for room_mix in await self._outbox.get():
                    await self._publish(room_mix)
        finally:
            for subscription in self._subscriptions:
                subscription.close()
            for shard in self._shards:
                shard.close()

    async def _publish(self, room_mix: RoomMix) -> None:
        bulletin = MixBulletin(room_mix.room, encode(room_mix.mix), room_mix.contains)
        await self._bus.publish(mixes_topic(room_mix.room), encode_mix(bulletin))
        self._metrics.mixes_published.inc()

    def send(self, mixer: Mixer, now: float) -> None:
        """Queue a shard's mixes for publication, or drop the round when another holds the lease."""
        term = self._lease.term
        mixes = list(mixer.mixes(term or 0, now))
        if term is None:
            return
        if self._outbox.full():
            self._outbox.get_nowait()  # the bus is slow: the oldest state is the one to lose
            self._metrics.bulletins_dropped.labels("outbox_full").inc()
        self._outbox.put_nowait(mixes)

    def drop(self, reason: str) -> None:
        """Count a bulletin that was not used."""
        self._metrics.bulletins_dropped.labels(reason).inc()


class _Shard:
    """A mixer and the one timer of its round."""

    def __init__(self, mixer: Mixer, aggregator: Aggregator) -> None:
        self._mixer = mixer
        self._aggregator = aggregator
        self._timer: asyncio.TimerHandle | None = None

    def receive(self, message: bytes) -> None:
        now = asyncio.get_running_loop().time()
        try:
            bulletin = decode_partials(message)
        except BadMessage as error:
            self._aggregator.drop(error.reason)
            return
        if not all(is_plausible(each.partial) for each in bulletin.rooms.values()):
            self._aggregator.drop("implausible")
            return
        if not self._mixer.take(bulletin, now):
            self._aggregator.drop("late")
            return
        self._plan(now)

    def _plan(self, now: float) -> None:
        due_at = self._mixer.due_at(now)
        if due_at is None:
            return
        if due_at <= now:
            self.close()
            self._aggregator.send(self._mixer, now)
        elif self._timer is None or due_at != self._timer.when():
            self.close()
            self._timer = asyncio.get_running_loop().call_at(due_at, self._fire)

    def _fire(self) -> None:
        self._timer = None
        self._aggregator.send(self._mixer, asyncio.get_running_loop().time())

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
