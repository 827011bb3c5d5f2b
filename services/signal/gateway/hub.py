"""The hub: halls of members; ticks, takes mixes from the bus, keeps every deadline."""

import asyncio
import contextlib
import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from kuuki.admission import Quota
from kuuki.errors import CloseCode, RoomUnknown, TooMany, Unavailable
from kuuki.limits import PEERS_PER_GATEWAY, WATCHERS_PER_ADDRESS, WATCHERS_PER_GATEWAY
from kuuki.many.balance import Loads
from kuuki.many.notices import Remove, gateway_of, participant_id
from kuuki.mood.room import Role
from kuuki.offers import Offer
from kuuki.times import DRAIN_S, TICK_S
from services.runtime.bus import Bus
from services.runtime.lifecycle import together
from services.runtime.metrics import Metrics
from services.runtime.rooms import Rooms
from services.runtime.seats import Seats, SoleSeats
from services.runtime.ticker import ticks
from services.signal.gateway.door import Door
from services.signal.gateway.folding import Folding
from services.signal.gateway.hall import End, Hall
from services.signal.gateway.halls import Halls
from services.signal.gateway.member import Member
from services.signal.gateway.moving import EveningOut, Moving
from services.signal.gateway.newest import Newest
from services.signal.gateway.overload import Overload
from services.signal.gateway.peer import Peer, PeerMaker
from services.signal.gateway.pending import PendingJoins
from services.signal.gateway.seating import Seating

_GOODBYE_S: Final = 0.2
"""How long a closed peer is kept, so that it hears why."""

_PATIENCE_S: Final = 0.4
"""And so much longer while it could not be told."""

_SEAT_S: Final = 0.3
"""A peer that has said nothing of itself by then takes its seat nevertheless."""


_STALL_S: Final = 1.0
"""Later than this, a tick was not held up by work: this process stood still, and heard nobody meanwhile."""

_STUCK_S: Final = 10.0
"""A loop that still answers and has not ticked for so long does not tick at all."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A join's result: the participant's secret id, its seat secret and the SDP answer."""

    participant: str
    seat_secret: str
    answer: str


class Hub:
    """All rooms of this gateway.

    ``seats`` and ``seat_key``: what it shares with other gateways, if there are any. ``wall``: the clock on whose beat
    all gateways tick; nothing else is read from it. ``watchers``: how many event streams fit.
    """

    def __init__(
        self,
        bus: Bus,
        rooms: Rooms,
        maker: PeerMaker,
        metrics: Metrics,
        seats: Seats | None = None,
        seat_key: bytes | None = None,
        wall: Callable[[], float] = time.time,
        watchers: int = WATCHERS_PER_GATEWAY,
    ) -> None:
        self._bus = bus
        self._maker = maker
        self.metrics = metrics
        self.gateway = secrets.token_urlsafe(6)
        self._halls = Halls(bus, rooms, lambda hall: self._newest.topic_of(hall, self._folding.folds), metrics)
        self._seating = Seating(self.gateway, bus, seats or SoleSeats(), seat_key or secrets.token_bytes(32), metrics)
        self._seating.on_yield = lambda hall, member: self.leave(hall, member, CloseCode.SEAT_TAKEN)
        self._seating.on_remove = lambda notice: self._remove(notice.room, notice.participant, notice.code)
        self._folding = Folding(bus, self._halls, self._seating, metrics)
        self._seating.on_awaited = self._folding.hasten
        self._newest = Newest(self.gateway, bus, self._seating.handover.mixed, metrics)
        self._overload = Overload(self._halls, maker.waited_s, metrics)
        self._pending = PendingJoins(metrics, self.leave)
        self._watchers = Quota(watchers, WATCHERS_PER_ADDRESS)
        self._leaving: list[tuple[Hall, Member]] = []
        self._closing: set[asyncio.Task[None]] = set()
        self._is_going_away = False
        self._moving: Moving | None = None
        self._loads = Loads(self.gateway)
        self._seating.on_load = self._loads.heard
        self._evening_out = EveningOut(self._loads, metrics, self._seating.is_settled)
        self._ticked_at = -1.0
        self._wall = wall
        rooms.on_removed(self._room_removed)

    # --- coming and going

    async def join(
        self, room_id: str, role: Role, seat_secret: str | None, offer: Offer, address: str | None
    ) -> Joined:
        """A peer for this offer, when its turn has come. Raises RoomUnknown, TooMany, Unavailable or Overloaded."""
        asked_at, is_shown = _now(), seat_secret is not None
        self._admit()
        await self._pending.turn(address)
        hall = await self.hall(room_id)
        self._admit()  # what was so before it waited may not be any more
        seat_secret = seat_secret or secrets.token_urlsafe(18)
        seat_id = _seat_id(role, seat_secret)
        former = hall.sitting.get(seat_id)
        if former is not None and former.is_moving(asked_at):
            raise Unavailable("uneven")  # asked to go elsewhere: it keeps its channel and tries again
        participant = participant_id(self.gateway, secrets.token_urlsafe(18))
        member = Member(participant, seat_id, role, _now(), address, is_shown, asked_at)
        member.came_back = former is not None and (former.came_back or former.is_past_moving(asked_at))
        self._pending.add(hall, member, _now())
        hall.members[member.participant] = member
        try:
            peer, answer = await self._maker.answer(offer, Door(self, hall, member))
        except BaseException:
            self._forget(hall, member)
            raise
        self._own(member, peer)
        self._pending.answered(hall, member, _now())
        self.metrics.join_seconds.labels("answered").observe(_now() - asked_at)
        return Joined(member.participant, seat_secret, answer)

    def _own(self, member: Member, peer: Peer) -> None:
        """Take a peer over; one that came after its member was told to go is closed, and that is the answer."""
        member.peer = peer
        self.metrics.connections.inc()
        if member.is_forgotten:
            self._close(member)
        if member.is_leaving:
            raise RoomUnknown if member.close_code is CloseCode.ROOM_CLOSED else Unavailable

    def _refuse_if_leaving(self) -> None:
        if self._is_going_away:
            raise Unavailable("going_away")

    def _admit(self) -> None:
        self._refuse_if_leaving()
        self._overload.refuse_if_late()
        if len(self._halls.members) >= PEERS_PER_GATEWAY:
            raise TooMany("peers")

    def checked(self, hall: Hall, member: Member) -> None:
        """A member's client is really there: it has more time to open its channel."""
        self._pending.checked(hall, member)

    def opened(self, hall: Hall, member: Member) -> None:
        """A member's channel is open: it sits down, and whoever sat there with the same seat is told."""
        now = _now()
        if member.is_leaving or member.is_open:
            return
        member.is_open, member.opened_at, member.heard_at = True, now, now
        self._pending.discard(hall, member)
        self.metrics.joins.labels("opened").inc()
        self.metrics.join_seconds.labels("opened").observe(now - member.asked_at)
        self.metrics.peers.labels(member.role).inc()
        former = hall.sit(member, now)
        if former is not None:
            self.seat(hall, member, now)
            self.leave(hall, former, CloseCode.SEAT_TAKEN)
        if member.peer is not None:
            member.peer.send(member.beat(hall.room.seats.get(member.seat_id), now))
            hall.greet(member, now)

    def seat(self, hall: Hall, member: Member, now: float) -> None:
        """Ask for a member's seat, once. Not before it has said something: whoever has the seat goes on counting it."""
        if member.role is Role.AUDIENCE and not member.is_seated:
            member.is_seated = True
            self._seating.sit(hall, member, now)

    def leave(self, hall: Hall, member: Member, code: CloseCode | None) -> None:
        """Out of the fold at once; the transport goes when the peer had time to hear why (``code``)."""
        self._stand_up(hall, member)
        if member.is_leaving or member.is_forgotten:
            return
        now = _now()
        self._pending.discard(hall, member)
        member.is_leaving, member.close_code = True, code
        member.close_at = now + (_GOODBYE_S if member.is_open and code is not None else 0.0)
        self.metrics.peers_closed.labels(code.name.lower() if code else "left").inc()
        self._say_goodbye(member, now)
        self._leaving.append((hall, member))

    def _say_goodbye(self, member: Member, now: float) -> None:
        """Once; where the way to the peer was not free, again at the next ticks: it must hear why."""
        if member.is_open and member.peer is not None and member.close_code is not None:
            member.is_told = member.peer.send(member.beat(None, now))
        else:
            member.is_told = True

    def _stand_up(self, hall: Hall, member: Member) -> None:
        hall.stand_up(member)
        self._seating.stand_up(hall, member)

    async def remove(self, room_id: str, participant: str, code: CloseCode) -> None:
        """DELETE of a participant: whoever knows the id may. Unknown ones change nothing.

        Another gateway's is told so. Raises Unavailable if that cannot be done now.
        """
        gateway = gateway_of(participant)
        if gateway == self.gateway:
            self._remove(room_id, participant, code)
        elif gateway is not None:
            await self._seating.remove(gateway, Remove(room_id, participant, code))

    def _remove(self, room_id: str, participant: str, code: CloseCode) -> None:
        hall = self._halls.get(room_id)
        member = hall.members.get(participant) if hall else None
        if hall is not None and member is not None:
            self.leave(hall, member, code)

    def _room_removed(self, room_id: str) -> None:
        hall = self._halls.get(room_id)
        if hall is None:
            return
        for member in list(hall.members.values()):
            self.leave(hall, member, CloseCode.ROOM_CLOSED)
        hall.close_watchers(End.CLOSED)

    def _forget(self, hall: Hall, member: Member) -> None:
        if member.is_forgotten:
            return
        member.is_forgotten = True
        self._stand_up(hall, member)
        hall.members.pop(member.participant, None)
        if member.is_open:
            self.metrics.peers.labels(member.role).dec()
        self._pending.discard(hall, member)
        self._close(member)

    def _close(self, member: Member) -> None:
        peer, member.peer = member.peer, None
        if peer is None:
            return
        self.metrics.connections.dec()
        task = asyncio.get_running_loop().create_task(peer.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    @contextlib.contextmanager
    def watching(self, address: str | None) -> Iterator[None]:
        """For as long as an event stream of that address is open; raises TooMany or Unavailable if it may not be."""
        self._refuse_if_leaving()
        if not self._watchers.admit(address):
            raise TooMany("watchers")
        self.metrics.watchers.inc()
        try:
            yield
        finally:
            self.metrics.watchers.dec()
            self._watchers.release(address)

    async def hall(self, room_id: str) -> Hall:
        """The hall of a room, made and subscribed when first needed. Raises RoomUnknown."""
        return await self._halls.of(room_id)

    # --- the tick

    async def run(self) -> None:
        """Tick and keep deadlines until cancelled; then say goodbye to everyone."""
        try:
            await together(self._seating.run, self._folding.run, self._tick_on, self._tell_load)
        finally:
            await self._go_away()

    async def _tick_on(self) -> None:
        async for late_s in ticks(TICK_S, phase=self._wall):
            if late_s > TICK_S / 2:
                self.metrics.ticks_late.labels("gateway").inc()
            if late_s > _STALL_S:
                self._halls.forgive(late_s)
            self._overload.tick(late_s, _now())
            self._tick(_now())

    async def _tell_load(self) -> None:
        while True:
            if self.is_ready(_now()) and not self.is_late:  # who is late is no place to move to
                await self._seating.tell_load(self._evening_out.peers)
            await asyncio.sleep(self._loads.period_s)

    def _tick(self, now: float) -> None:
        self._ticked_at = now
        self._keep_deadlines(now)
        self._seating.tick(now)
        self._folding.tick()

    def _keep_deadlines(self, now: float) -> None:
        if self._moving is not None:
            self._moving.ask(self._halls.members, now)
        else:
            self._evening_out.tick(self._halls.values(), now)
        self._halls.keep()
        self._pending.tick(now)
        for hall in self._halls.values():
            for member in hall.members.values():
                self._keep_deadline(hall, member, now)
        self._close_leaving(now)
        self._halls.close_idle(now)
        self._measure(now)

    def _measure(self, now: float) -> None:
        self._halls.measure(now)
        self.metrics.pending_offers.set(len(self._pending))

    def _keep_deadline(self, hall: Hall, member: Member, now: float) -> None:
        if member.is_leaving:
            return
        if (code := member.overdue(now)) is not None:
            self.leave(hall, member, code)
            return
        if member.is_open and now - member.opened_at >= _SEAT_S:
            self.seat(hall, member, now)
        if member.is_open and member.peer is not None and now >= member.beat_at:
            member.peer.send(member.beat(hall.room.seats.get(member.seat_id), now))

    def _close_leaving(self, now: float) -> None:
        leaving, self._leaving = self._leaving, []
        for hall, member in leaving:
            if not member.is_told:
                self._say_goodbye(member, now)
            patience_s = 0.0 if member.is_told else _PATIENCE_S
            if now >= member.close_at + patience_s:
                self._forget(hall, member)
            else:
                self._leaving.append((hall, member))

    async def drain(self, drain_s: float = DRAIN_S) -> None:
        """Take no more joins, ask everyone here to move to another gateway, and serve them until they have.

        Returns when nobody is left or after ``drain_s``; whoever is left then is told goodbye. Only where there are
        other gateways, and while ``run`` runs.
        """
        self._is_going_away = True
        self._pending.turn_away()
        self._moving = Moving.of(len(self._halls.members), drain_s, self.metrics)
        deadline = _now() + drain_s
        while self._halls.members and _now() < deadline:  # noqa: ASYNC110 - who is left is looked at once a tick
            await asyncio.sleep(TICK_S)
        self.turn_away()

    def turn_away(self) -> None:
        """Take no more joins, and tell everyone who is here to join elsewhere. Twice is the same as once."""
        self._is_going_away = True
        self._pending.turn_away()
        for hall in self._halls.values():
            for member in list(hall.members.values()):
                self.leave(hall, member, CloseCode.GOING_AWAY)
            hall.close_watchers(End.GOING_AWAY)

    async def _go_away(self) -> None:
        self.turn_away()
        await asyncio.sleep(_GOODBYE_S)
        self._close_leaving(float("inf"))
        await self._halls.close()
        self._measure(_now())
        if self._closing:
            await asyncio.wait(self._closing, timeout=5)

    def is_ready(self, now: float) -> bool:
        """Whether joins make sense: ticking, in step with the others, and not going away.

        One that is late stays ready. Its joins are refused, each with when to try again; out of a balancer, it would
        leave its load to the next one, which would follow. It hears itself late too, which is no fault of the bus.
        """
        is_ticking = self._ticked_at >= 0 and now - self._ticked_at < _STUCK_S
        return not self._is_going_away and is_ticking and (self._bus.is_well or self._overload.reads_late)

    @property
    def is_late(self) -> bool:
        """Whether ticks are late, and joins refused for that."""
        return self._overload.is_late


def _now() -> float:
    return asyncio.get_running_loop().time()


def _seat_id(role: Role, seat_secret: str) -> str:
    """Only a digest of the secret is kept. Watchers do not share seats: each of their peers has its own."""
    own = "" if role is Role.AUDIENCE else secrets.token_hex(8)
    return hashlib.sha256(f"{role}:{seat_secret}:{own}".encode()).hexdigest()[:32]
