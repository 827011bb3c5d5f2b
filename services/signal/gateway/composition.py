"""The gateway, put together: each part is given those it needs, and all of them stand above it in this function."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from kuuki.limits import PENDING_PER_GATEWAY, WATCHERS_PER_GATEWAY
from kuuki.many.balance import Balance
from kuuki.many.handover import Handover
from kuuki.pending import PendingOffers
from services.runtime.bus import Bus
from services.runtime.metrics import Metrics
from services.runtime.rooms import Rooms
from services.runtime.seats import Seats, SoleSeats
from services.signal.gateway.arrivals import Arrivals
from services.signal.gateway.deadlines import Deadlines
from services.signal.gateway.departures import Departures
from services.signal.gateway.folding import Folding, recent_folds
from services.signal.gateway.hall import Hall
from services.signal.gateway.halls import Halls
from services.signal.gateway.hub import Hub
from services.signal.gateway.joins import Joins
from services.signal.gateway.member import Member
from services.signal.gateway.mix_receiver import MixReceiver
from services.signal.gateway.moving import Moves
from services.signal.gateway.notices import Notices
from services.signal.gateway.overload import Overload
from services.signal.gateway.peer import OfferAnswerer
from services.signal.gateway.pending import PendingJoins
from services.signal.gateway.readiness import Readiness
from services.signal.gateway.seated import Seated
from services.signal.gateway.seating import Seating
from services.signal.gateway.watching import Watching


@dataclass(frozen=True, slots=True)
class Shared:
    """What a gateway shares with others. Without it, it is the only one.

    ``seats``: the store of seats. ``seat_key``: of the hash by which all gateways name seats.
    """

    seats: Seats
    seat_key: bytes


def make_hub(
    bus: Bus,
    rooms: Rooms,
    maker: OfferAnswerer,
    metrics: Metrics,
    shared: Shared | None = None,
    wall: Callable[[], float] = time.time,
    watchers: int = WATCHERS_PER_GATEWAY,
) -> Hub:
    """A hub that stands still until it runs.

    ``maker``: its transport. ``wall``: the clock on whose beat all gateways tick; nothing else is read from it.
    ``watchers``: how many event streams fit.
    """
    shared = shared or Shared(SoleSeats(), secrets.token_bytes(32))
    gateway = secrets.token_urlsafe(6)
    # What is decided without I/O.
    handover = Handover(gateway)
    balance = Balance(gateway)
    folds = recent_folds()
    offers = PendingOffers[tuple[Hall, Member]](PENDING_PER_GATEWAY)
    # Who is here.
    receiver = MixReceiver(gateway, bus, handover.mixed, metrics)
    halls = Halls(bus, rooms, receiver, folds, metrics)
    seated = Seated(handover, shared.seat_key)
    # How they go, sit and come.
    departures = Departures(halls, seated, offers, metrics)
    pending = PendingJoins(offers, departures, metrics)
    seating = Seating(bus, shared.seats, handover, seated, departures, metrics)
    arrivals = Arrivals(pending, seating, departures, metrics)
    readiness = Readiness(bus, Overload(halls, maker.waited_s, metrics))
    joins = Joins(gateway, maker, halls, pending, seated, arrivals, departures, readiness, metrics)
    # What is said to other processes.
    folding = Folding(bus, halls, seating, folds, metrics)
    notices = Notices(bus, seating, folding, departures, balance, metrics)
    rooms.on_removed(departures.close_room)
    return Hub(
        gateway=gateway,
        halls=halls,
        joins=joins,
        pending=pending,
        departures=departures,
        deadlines=Deadlines(halls, arrivals, departures),
        seating=seating,
        folding=folding,
        notices=notices,
        moves=Moves(halls, balance, seated.is_settled, metrics),
        balance=balance,
        readiness=readiness,
        watchers=Watching(watchers, readiness, metrics),
        metrics=metrics,
        wall=wall,
    )
