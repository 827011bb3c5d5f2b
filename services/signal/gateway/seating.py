"""Seats across gateways: asks the store, speaks with other gateways, counts seats as kuuki.many.handover says."""

import asyncio
import hmac
from collections import deque
from collections.abc import Callable
from typing import Final

from kuuki.errors import BadMessage, Unavailable
from kuuki.many.handover import ALL, Handover
from kuuki.many.notices import (
    ALL_GATEWAYS,
    Left,
    Load,
    Notice,
    Remove,
    Take,
    decode_notice,
    encode_notice,
    gateway_topic,
)
from kuuki.many.seats import Ask, Count, Effect, Hold, Settle, Tell, Yield
from services.runtime.bus import Bus, Subscription
from services.runtime.lifecycle import together
from services.runtime.metrics import Metrics
from services.runtime.seats import Seats
from services.signal.gateway.hall import Hall
from services.signal.gateway.member import Member

_ASKERS: Final = 16
"""Questions to the store that are under way at once: when it comes back, a full gateway has asked in a second."""

_UNSENT: Final = 2000
"""Notices that wait for the bus. Whatever is lost is said again at the next tick."""


class Seating:
    """The shell around a Handover. ``key``: of the hash by which seats are named outside of this process."""

    def __init__(self, gateway: str, bus: Bus, seats: Seats, key: bytes, metrics: Metrics) -> None:
        self._bus = bus
        self._seats = seats
        self._key = key
        self._metrics = metrics
        self.gateway = gateway
        self.handover = Handover(gateway)
        self._places: dict[str, tuple[Hall, Member]] = {}
        self._asks: asyncio.Queue[Ask | Settle] = asyncio.Queue()
        self._unsent: deque[Tell] = deque(maxlen=_UNSENT)
        self._has_unsent = asyncio.Event()
        self._subscriptions: list[Subscription] = []
        self.on_awaited: Callable[[], None] = lambda: None
        self.on_yield: Callable[[Hall, Member], None] = lambda hall, member: None
        self.on_remove: Callable[[Remove], None] = lambda notice: None
        self.on_load: Callable[[Load, float], None] = lambda notice, now: None

    # --- who sits

    def sit(self, hall: Hall, member: Member, now: float) -> None:
        """A member sat down. Whether it may be counted is asked."""
        key = self._key_of(hall, member)
        self._places[key] = hall, member
        self._do(self.handover.opened(key, hall.room_id, now, is_shown=member.is_shown), now)

    def stand_up(self, hall: Hall, member: Member) -> None:
        """A member's seat is empty."""
        key = self._key_of(hall, member)
        if self._places.get(key, (None, None))[1] is member:
            del self._places[key]
            self.handover.closed(key)

    def is_settled(self, hall: Hall, member: Member) -> bool:
        """Whether a member could sit down elsewhere without being missed."""
        return self.handover.is_settled(self._key_of(hall, member))

    def _key_of(self, hall: Hall, member: Member) -> str:
        name = f"{hall.room_id}\0{member.seat_id}".encode()
        return hmac.digest(self._key, name, "sha256").hex()[:32]

    # --- what is to be done

    def _do(self, effects: list[Effect], now: float) -> None:
        for effect in effects:
            if isinstance(effect, Ask | Settle):
                self._asks.put_nowait(effect)
            elif isinstance(effect, Tell):
                self._unsent.append(effect)
                self._has_unsent.set()
            else:
                self._place(effect, now)

    def _place(self, effect: Count | Hold | Yield, now: float) -> None:
        hall, member = self._places[effect.seat]
        hall.room.count(member.seat_id, is_counted=isinstance(effect, Count))
        if isinstance(effect, Count):
            self._metrics.handovers.labels(effect.outcome).inc()
            self._metrics.handover_seconds.observe(effect.waited_s)
            self._metrics.join_seconds.labels("counted").observe(now - member.asked_at)
        elif isinstance(effect, Yield):
            del self._places[effect.seat]
            self.on_yield(hall, member)

    def tick(self, now: float) -> None:
        """What is due by now. Takes that still wait for the bus are said anew."""
        kept = [tell for tell in self._unsent if isinstance(tell.notice, Left)]
        self._unsent.clear()
        self._unsent.extend(kept)
        self._do(self.handover.tick(now), now)
        self._metrics.seats_waiting.set(self.handover.uncounted)

    def published(self, fold: int) -> None:
        """The partials of this fold have their place."""
        self._do(self.handover.published(fold), _now())

    # --- the bus

    async def run(self) -> None:
        """Hear notices, ask the store and speak, until cancelled."""
        try:
            for topic, by_all in ((gateway_topic(self.gateway), False), (ALL_GATEWAYS, True)):
                self._subscriptions.append(await self._bus.subscribe(topic, self._receiver(by_all), self._lose))
            await together(self._speak, *[self._ask] * _ASKERS)
        finally:
            for subscription in self._subscriptions:
                subscription.close()

    def _lose(self) -> None:
        self.handover.lost(_now())

    def _receiver(self, by_all: bool) -> Callable[[bytes], None]:
        def receive(message: bytes) -> None:
            try:
                notice: Notice = decode_notice(message)
            except BadMessage as error:
                self._metrics.bulletins_dropped.labels(error.reason).inc()
                return
            now = _now()
            if isinstance(notice, Remove):
                self.on_remove(notice)
            elif isinstance(notice, Load):
                self.on_load(notice, now)
            else:
                self._do(self.handover.heard(notice, now, by_all=by_all), now)
                if self.handover.is_awaited:
                    self.on_awaited()

        return receive

    async def remove(self, gateway: str, notice: Remove) -> None:
        """Have another gateway take somebody out. Raises Unavailable."""
        if not await self._bus.publish(gateway_topic(gateway), encode_notice(notice)):
            raise Unavailable("bus")

    async def tell_load(self, peers: int) -> None:
        """Say to all gateways how many this one has. One that is lost is said again soon."""
        await self._bus.publish(ALL_GATEWAYS, encode_notice(Load(self.gateway, peers)))

    async def _speak(self) -> None:
        while True:
            await self._has_unsent.wait()
            self._has_unsent.clear()
            tells = list(self._unsent)
            self._unsent.clear()
            sent_at = _now()
            went = await self._bus.publish_all([(_topic(tell.gateway), encode_notice(tell.notice)) for tell in tells])
            if went and await self._bus.confirm():
                now = _now()
                for tell in tells:
                    if isinstance(tell.notice, Take):
                        self.handover.told(tell.gateway, tell.notice, sent_at, now)

    async def _ask(self) -> None:
        while True:
            ask = await self._asks.get()
            try:
                if isinstance(ask, Settle):
                    await self._seats.settle(ask.seat, self.gateway, ask.epoch)
                else:
                    claim = await self._seats.claim(ask.seat, self.gateway, ask.above, ask.is_shown)
                    now = _now()
                    self._do(self.handover.answered(ask.seat, ask.number, claim.epoch, claim.formers, now), now)
            except Unavailable:
                if isinstance(ask, Ask):
                    self.handover.failed(ask.seat, ask.number, _now())


def _topic(gateway: str) -> str:
    return ALL_GATEWAYS if gateway == ALL else gateway_topic(gateway)


def _now() -> float:
    return asyncio.get_running_loop().time()
