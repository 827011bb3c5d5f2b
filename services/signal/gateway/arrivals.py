"""How members arrive: their client is there, their channel is open, they sit down."""

import asyncio

from kuuki.errors import CloseCode
from kuuki.mood.room import Role
from services.runtime.metrics import Metrics
from services.signal.gateway.departures import Departures
from services.signal.gateway.hall import Hall
from services.signal.gateway.member import Member
from services.signal.gateway.pending import PendingJoins
from services.signal.gateway.seating import Seating


class Arrivals:
    """From a join that was answered to a seat that was asked for."""

    def __init__(self, pending: PendingJoins, seating: Seating, departures: Departures, metrics: Metrics) -> None:
        self._pending = pending
        self._seating = seating
        self._departures = departures
        self._metrics = metrics

    def checked(self, hall: Hall, member: Member) -> None:
        """A member's client is really there: it has more time to open its channel."""
        self._pending.checked(hall, member)

    def opened(self, hall: Hall, member: Member) -> None:
        """A member's channel is open: it takes its place in the hall. An older peer in the same seat is closed."""
        now = asyncio.get_running_loop().time()
        if not member.membership.opened(now):
            return
        self._pending.discard(hall, member)
        self._metrics.joins.labels("opened").inc()
        self._metrics.join_seconds.labels("opened").observe(now - member.asked_at)
        self._metrics.peers.labels(member.role).inc()
        former = hall.sit(member, now)
        if former is not None:
            self.seat(hall, member, now)
            self._departures.leave(hall, former, CloseCode.SEAT_TAKEN)
        if member.peer is not None:
            member.peer.send(member.beat(hall.room, now))
            hall.greet(member, now)

    def seat(self, hall: Hall, member: Member, now: float) -> None:
        """Ask for a member's seat, once; the stage and overlays have none.

        Not as soon as the channel is open: until the member has said something of itself (or SIT_S went by), the
        gateway that has the seat goes on counting what it knows, and the participant is not missed in the mix.
        """
        if member.role is Role.AUDIENCE and member.membership.sit():
            self._seating.sit(hall, member, now)
