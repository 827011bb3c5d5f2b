"""The hub: who is where at this gateway, and the tick at which everything is done that time asks for."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kuuki.errors import CloseCode
from kuuki.many.balance import Balance
from kuuki.many.notices import Remove, gateway_of
from kuuki.mood.frames import VERSION
from kuuki.mood.room import Role
from kuuki.offers import Offer
from kuuki.times import DRAIN_S, TICK_S
from services.runtime.lifecycle import together
from services.runtime.metrics import Metrics
from services.runtime.ticker import ticks
from services.signal.gateway.deadlines import Deadlines
from services.signal.gateway.departures import Departures
from services.signal.gateway.folding import Folding
from services.signal.gateway.hall import Hall
from services.signal.gateway.halls import Halls
from services.signal.gateway.joins import Joined, Joins
from services.signal.gateway.moving import Moves
from services.signal.gateway.notices import Notices
from services.signal.gateway.pending import PendingJoins
from services.signal.gateway.readiness import Readiness
from services.signal.gateway.seating import Seating
from services.signal.gateway.watching import Watching

_STALL_S: Final = 1.0
"""A tick that is later than this was not held up by work: the process stood still, and read nothing meanwhile."""


@dataclass(frozen=True, slots=True)
class Hub:
    """All rooms of this gateway; its parts are put together in composition.py.

    ``wall``: the clock on whose beat all gateways tick; nothing else is read from it.
    """

    gateway: str
    halls: Halls
    joins: Joins
    pending: PendingJoins
    departures: Departures
    deadlines: Deadlines
    seating: Seating
    folding: Folding
    notices: Notices
    moves: Moves
    balance: Balance
    readiness: Readiness
    watchers: Watching
    metrics: Metrics
    wall: Callable[[], float]

    # --- who is where

    async def join(
        self,
        room_id: str,
        role: Role,
        seat_secret: str | None,
        offer: Offer,
        address: str | None,
        reads: int = VERSION,
    ) -> Joined:
        """A peer for this offer, when its turn has come. Raises RoomUnknown, TooMany, Unavailable or Overloaded.

        ``reads``: the version of frames that its client reads.
        """
        return await self.joins.join(room_id, role, seat_secret, offer, address, reads)

    async def remove(self, room_id: str, participant: str, code: CloseCode) -> None:
        """Have a participant leave. Its id is the right to ask for that; unknown ids change nothing.

        If it is at another gateway, that gateway is told. Raises Unavailable if this cannot be done now.
        """
        gateway = gateway_of(participant)
        if gateway == self.gateway:
            self.departures.remove(room_id, participant, code)
        elif gateway is not None:
            await self.notices.remove(gateway, Remove(room_id, participant, code))

    async def hall(self, room_id: str) -> Hall:
        """The hall of a room, made and subscribed when first needed. Raises RoomUnknown."""
        return await self.halls.of(room_id)

    def watching(self, address: str | None) -> contextlib.AbstractContextManager[None]:
        """For as long as an event stream of that address is open; raises TooMany or Unavailable if it may not be."""
        return self.watchers.by(address)

    def is_ready(self, now: float) -> bool:
        """Whether joins make sense here, as Readiness says."""
        return self.readiness.is_ready(now)

    @property
    def is_late(self) -> bool:
        """Whether ticks are late, and joins refused for that."""
        return self.readiness.is_late

    # --- the tick

    async def run(self) -> None:
        """Tick and keep deadlines until cancelled; then say goodbye to everyone."""
        try:
            await together(self.notices.run, self.folding.run, self._tick_on, self._tell_load)
        finally:
            await self._go_away()

    async def _tick_on(self) -> None:
        async for late_s in ticks(TICK_S, phase=self.wall):
            if late_s > TICK_S / 2:
                self.metrics.ticks_late.labels("gateway").inc()
            if late_s > _STALL_S:
                self.halls.forgive(late_s)
            self._tick(late_s, _now())

    def _tick(self, late_s: float, now: float) -> None:
        self.readiness.ticked(late_s, now)
        self.moves.tick(now)
        self.halls.keep()
        self.pending.tick(now)
        self.deadlines.tick(now)
        self.departures.tick(now)
        self.halls.close_idle(now)
        self._measure(now)
        self.seating.tick(now)
        self.folding.tick()

    def _measure(self, now: float) -> None:
        self.halls.measure(now)
        self.metrics.pending_offers.set(len(self.pending))

    async def _tell_load(self) -> None:
        """Tell the others how many are here, as long as this gateway is one to move to."""
        while True:
            if self.is_ready(_now()) and not self.is_late:
                await self.notices.tell_load(self.moves.peers)
            await asyncio.sleep(self.balance.period_s)

    # --- going away

    async def drain(self, drain_s: float = DRAIN_S) -> None:
        """Take no more joins, ask everyone here to move to another gateway, and serve them until they have.

        Returns when no member is left, or after ``drain_s``; members that are left then are told goodbye. Only where
        there are other gateways, and while ``run`` runs.
        """
        self.readiness.go_away()
        self.pending.turn_away()
        self.moves.drain(drain_s)
        deadline = _now() + drain_s
        while self.halls.members and _now() < deadline:  # noqa: ASYNC110 - looked at once a tick
            await asyncio.sleep(TICK_S)
        self.turn_away()

    def turn_away(self) -> None:
        """Take no more joins, and tell all members to join elsewhere. Twice is the same as once."""
        self.readiness.go_away()
        self.pending.turn_away()
        self.departures.go_away()

    async def _go_away(self) -> None:
        self.turn_away()
        await self.departures.end()
        await self.halls.close()
        self._measure(_now())
        await self.departures.closed()


def _now() -> float:
    return asyncio.get_running_loop().time()
