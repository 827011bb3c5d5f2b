"""Seats across gateways: what kuuki/many/handover.py decides is carried out here.

The store of seats is asked, other gateways are told, and a room counts a seat or does not.
"""

import asyncio
from collections import deque
from typing import Final

from kuuki.errors import CloseCode, Unavailable
from kuuki.many.handover import ALL, Handover
from kuuki.many.notices import ALL_GATEWAYS, Claimed, Left, Places, encode_notice, gateway_topic
from kuuki.many.seats import Ask, Count, Effect, Hold, Settle, Tell, Yield
from services.runtime.bus import Bus
from services.runtime.lifecycle import together
from services.runtime.metrics import Metrics
from services.runtime.seats import Seats
from services.signal.gateway.departures import Departures
from services.signal.gateway.hall import Hall
from services.signal.gateway.member import Member
from services.signal.gateway.seated import Seated

_ASKERS: Final = 16
"""Questions to the store that are under way at once: when it comes back, a full gateway has asked in a second."""

_UNSENT: Final = 2000
"""Notices that wait for the bus. Whatever is lost is said again at the next tick."""


class Seating:
    """The shell around a Handover, which decides. ``seats``: the store that all gateways share."""

    def __init__(
        self, bus: Bus, seats: Seats, handover: Handover, seated: Seated, departures: Departures, metrics: Metrics
    ) -> None:
        self._bus = bus
        self._seats = seats
        self.handover = handover
        self._seated = seated
        self._departures = departures
        self._metrics = metrics
        self._asks: asyncio.Queue[Ask | Settle] = asyncio.Queue()
        self._unsent: deque[Tell] = deque(maxlen=_UNSENT)
        self._has_unsent = asyncio.Event()

    @property
    def gateway(self) -> str:
        """The gateway's id."""
        return self.handover.gateway

    # --- what happens

    def sit(self, hall: Hall, member: Member, now: float) -> None:
        """A member sits down. Whether its seat may be counted is asked."""
        key = self._seated.add(hall, member)
        self._carry_out(self.handover.opened(key, hall.room_id, now, is_shown=member.is_shown), now)

    def heard(self, notice: Claimed | Places | Left, now: float, *, by_all: bool) -> None:
        """A notice of another gateway came; ``by_all``: on the topic that all gateways hear."""
        self._carry_out(self.handover.heard(notice, now, by_all=by_all), now)

    def published(self, fold: int) -> None:
        """The partials of this fold have their place on the bus: gateways that wait for that are answered."""
        self._carry_out(self.handover.published(fold), _now())

    def tick(self, now: float) -> None:
        """Do what is due by now. Claims that still wait for the bus are said anew, so their older form is dropped."""
        kept = [tell for tell in self._unsent if isinstance(tell.notice, Places | Left)]
        self._unsent.clear()
        self._unsent.extend(kept)
        self._carry_out(self.handover.tick(now), now)
        self._metrics.seats_waiting.set(self.handover.uncounted)

    # --- what is to be done

    def _carry_out(self, effects: list[Effect], now: float) -> None:
        for effect in effects:
            if isinstance(effect, Ask | Settle):
                self._asks.put_nowait(effect)
            elif isinstance(effect, Tell):
                self._unsent.append(effect)
                self._has_unsent.set()
            else:
                self._change(effect, now)

    def _change(self, effect: Count | Hold | Yield, now: float) -> None:
        hall, member = self._seated.of(effect.seat)
        if isinstance(effect, Count):
            hall.room.count(member.seat_id, is_counted=True, moment=effect.moment)
            self._metrics.handovers.labels(effect.outcome).inc()
            self._metrics.handover_seconds.observe(effect.waited_s)
            self._metrics.join_seconds.labels("counted").observe(now - member.asked_at)
        else:
            self.handover.gave_up(effect.seat, hall.room.count(member.seat_id, is_counted=False))
        if isinstance(effect, Yield):
            self._departures.leave(hall, member, CloseCode.SEAT_TAKEN)

    # --- the store and the bus

    async def run(self) -> None:
        """Ask the store and speak to other gateways, until cancelled. They are heard already: they answer."""
        await together(self._speak, *[self._ask] * _ASKERS)

    async def _speak(self) -> None:
        while True:
            await self._has_unsent.wait()
            self._has_unsent.clear()
            tells = list(self._unsent)
            self._unsent.clear()
            sent_at = _now()
            went = await self._bus.publish_all([(_topic(tell.gateway), encode_notice(tell.notice)) for tell in tells])
            if went and await self._bus.confirm():
                self._told(tells, sent_at)

    def _told(self, tells: list[Tell], sent_at: float) -> None:
        now = _now()
        for tell in tells:
            if isinstance(tell.notice, Claimed):
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
                    self._carry_out(self.handover.answered(ask.seat, ask.number, claim.epoch, claim.formers, now), now)
            except Unavailable:
                if isinstance(ask, Ask):
                    self.handover.failed(ask.seat, ask.number, _now())


def _topic(gateway: str) -> str:
    return ALL_GATEWAYS if gateway == ALL else gateway_topic(gateway)


def _now() -> float:
    return asyncio.get_running_loop().time()
