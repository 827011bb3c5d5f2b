"""What gateways tell each other on the bus (kuuki/many/notices.py): heard, checked, and brought to whom it concerns."""

import asyncio
from collections.abc import Callable

from kuuki.errors import BadMessage, Unavailable
from kuuki.many.balance import Balance
from kuuki.many.notices import ALL_GATEWAYS, Load, Notice, Remove, decode_notice, encode_notice, gateway_topic
from services.runtime.bus import Bus, Subscription
from services.runtime.metrics import Metrics
from services.signal.gateway.departures import Departures
from services.signal.gateway.folding import Folding
from services.signal.gateway.seating import Seating


class Notices:
    """Hears the notices to this gateway and to all. Whatever is no notice is counted and dropped."""

    def __init__(
        self, bus: Bus, seating: Seating, folding: Folding, departures: Departures, balance: Balance, metrics: Metrics
    ) -> None:
        self._bus = bus
        self._seating = seating
        self._folding = folding
        self._departures = departures
        self._balance = balance
        self._metrics = metrics
        self._subscriptions: list[Subscription] = []

    async def run(self) -> None:
        """Hear notices, and then have seats asked for and spoken of, until cancelled."""
        try:
            for topic, by_all in ((gateway_topic(self._seating.gateway), False), (ALL_GATEWAYS, True)):
                self._subscriptions.append(await self._bus.subscribe(topic, self._receiver(by_all), self._lost))
            await self._seating.run()
        finally:
            for subscription in self._subscriptions:
                subscription.close()

    def _lost(self) -> None:
        self._seating.handover.lost(_now())

    def _receiver(self, by_all: bool) -> Callable[[bytes], None]:
        def receive(message: bytes) -> None:
            try:
                notice = decode_notice(message)
            except BadMessage as error:
                self._metrics.bulletins_dropped.labels(error.reason).inc()
            else:
                self._hear(notice, by_all)

        return receive

    def _hear(self, notice: Notice, by_all: bool) -> None:
        if isinstance(notice, Remove):
            self._departures.remove(notice.room, notice.participant, notice.code)
        elif isinstance(notice, Load):
            self._balance.heard(notice, _now())
        else:
            self._seating.heard(notice, _now(), by_all=by_all)
            if self._seating.handover.is_awaited:
                self._folding.hasten()

    async def remove(self, gateway: str, notice: Remove) -> None:
        """Have another gateway remove a participant of its own. Raises Unavailable if the bus does not take it."""
        if not await self._bus.publish(gateway_topic(gateway), encode_notice(notice)):
            raise Unavailable("bus")

    async def tell_load(self, peers: int) -> None:
        """Say to all gateways how many peers this one has. One that is lost is said again soon."""
        await self._bus.publish(ALL_GATEWAYS, encode_notice(Load(self._seating.gateway, peers)))


def _now() -> float:
    return asyncio.get_running_loop().time()
