"""The deadlines of members whose channel is open, kept at each tick: silence, a seat to ask for, the next beat."""

from services.signal.gateway.arrivals import Arrivals
from services.signal.gateway.departures import Departures
from services.signal.gateway.hall import Hall
from services.signal.gateway.halls import Halls
from services.signal.gateway.member import Member


class Deadlines:
    """Keeps them. PendingJoins keeps those of joins whose channel is not open yet, Departures those of goodbyes."""

    def __init__(self, halls: Halls, arrivals: Arrivals, departures: Departures) -> None:
        self._halls = halls
        self._arrivals = arrivals
        self._departures = departures

    def tick(self, now: float) -> None:
        """What is due for each member by ``now``."""
        for hall in self._halls.values():
            for member in hall.members.values():
                self._keep(hall, member, now)

    def _keep(self, hall: Hall, member: Member, now: float) -> None:
        if not member.membership.is_served:
            return
        if (code := member.overdue(now)) is not None:
            self._departures.leave(hall, member, code)
            return
        if member.membership.is_seat_due(now):
            self._arrivals.seat(hall, member, now)
        if member.peer is not None and now >= member.beat_at:
            member.peer.send(member.beat(hall.room, now))
