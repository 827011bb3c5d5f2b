"""The hub: halls of members; folds at each tick, takes mixes from the bus, keeps every deadline."""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from kuuki.admission import Quota
from kuuki.errors import CloseCode, RoomUnknown, TooMany, Unavailable
from kuuki.limits import PEERS_PER_GATEWAY, PENDING_PER_ADDRESS, PENDING_PER_GATEWAY, WATCHERS_PER_GATEWAY
from kuuki.offers import Offer
from kuuki.room import Role
from kuuki.times import TICK_S
from services.runtime.bus import Bus
from services.runtime.metrics import Metrics
from services.runtime.rooms import Rooms
from services.runtime.ticker import ticks
from services.signal.gateway.door import Door
from services.signal.gateway.folding import Folding
from services.signal.gateway.hall import Hall
from services.signal.gateway.member import Member
from services.signal.gateway.newest import Newest
from services.signal.gateway.peer import Peer, PeerMaker

_GOODBYE_S: Final = 0.2
"""How long a closed peer is kept, so that it hears why."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A join's result: the participant's secret id, its seat secret and the SDP answer."""

    participant: str
    seat_secret: str
    answer: str


class Hub:
    """All rooms of this gateway."""

    def __init__(self, bus: Bus, rooms: Rooms, maker: PeerMaker, metrics: Metrics) -> None:
        self._bus = bus
        self._rooms = rooms
        self._maker = maker
        self.metrics = metrics
        self.gateway = secrets.token_urlsafe(6)
        self._folding = Folding(bus, self.gateway)
        self._halls: dict[str, Hall] = {}
        self._pending = Quota(PENDING_PER_GATEWAY, PENDING_PER_ADDRESS)
        self._leaving: list[tuple[Hall, Member]] = []
        self._closing: set[asyncio.Task[None]] = set()
        self._is_going_away = False
        self._newest = Newest(self.gateway, metrics)
        rooms.on_removed(self._room_removed)

    # --- coming and going

    async def join(
        self, room_id: str, role: Role, seat_secret: str | None, offer: Offer, address: str | None
    ) -> Joined:
        """A peer for this offer. Raises RoomUnknown, TooMany or Unavailable."""
        self._admit(address)
        try:
            hall = await self.hall(room_id)
            now = _now()
            seat_secret = seat_secret or secrets.token_urlsafe(18)
            seat_id = _seat_id(role, seat_secret)
            member = Member(secrets.token_urlsafe(18), seat_id, role, now, address)
            hall.members[member.participant] = member
        except BaseException:
            self._pending.release(address)
            raise
        try:
            peer, answer = await self._maker.answer(offer, Door(self, hall, member))
        except BaseException:
            self._forget(hall, member)
            raise
        self._own(member, peer)
        return Joined(member.participant, seat_secret, answer)

    def _own(self, member: Member, peer: Peer) -> None:
        """Take a peer over; one that came after its member was told to go is closed, and that is the answer."""
        member.peer = peer
        self.metrics.connections.inc()
        if member.is_forgotten:
            self._close(member)
        if member.is_leaving:
            raise RoomUnknown if member.close_code is CloseCode.ROOM_CLOSED else Unavailable

    def _admit(self, address: str | None) -> None:
        if self._is_going_away:
            raise Unavailable("going_away")
        if sum(len(hall.members) for hall in self._halls.values()) >= PEERS_PER_GATEWAY:
            raise TooMany("peers")
        if not self._pending.admit(address):
            raise TooMany("pending_offers")

    def opened(self, hall: Hall, member: Member) -> None:
        """A member's channel is open: it sits down, and whoever sat there with the same seat is told."""
        now = _now()
        if member.is_leaving or member.is_open:
            return
        member.is_open, member.heard_at = True, now
        self._pending.release(member.address)
        self.metrics.joins.labels("opened").inc()
        self.metrics.peers.labels(member.role).inc()
        former = hall.sit(member, now)
        if former is not None:
            self.leave(hall, former, CloseCode.SEAT_TAKEN)
        if member.peer is not None:
            member.peer.send(member.beat(hall.room.seats.get(member.seat_id), now))

    def leave(self, hall: Hall, member: Member, code: CloseCode | None) -> None:
        """Out of the fold at once; the transport goes when the peer had time to hear why (``code``)."""
        hall.stand_up(member)
        if member.is_leaving or member.is_forgotten:
            return
        now = _now()
        member.is_leaving, member.close_code = True, code
        member.close_at = now + (_GOODBYE_S if member.is_open and code is not None else 0.0)
        self.metrics.peers_closed.labels(code.name.lower() if code else "left").inc()
        if member.is_open and member.peer is not None and code is not None:
            member.peer.send(member.beat(None, now))
        self._leaving.append((hall, member))

    def remove(self, room_id: str, participant: str, code: CloseCode | None) -> None:
        """DELETE of a participant: whoever knows the id may. Unknown ones change nothing."""
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
        hall.close_watchers()

    def _forget(self, hall: Hall, member: Member) -> None:
        if member.is_forgotten:
            return
        member.is_forgotten = True
        hall.stand_up(member)
        hall.members.pop(member.participant, None)
        if member.is_open:
            self.metrics.peers.labels(member.role).dec()
        else:
            self._pending.release(member.address)
        self._close(member)

    def _close(self, member: Member) -> None:
        if member.peer is None:
            return
        self.metrics.connections.dec()
        task = asyncio.get_running_loop().create_task(member.peer.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def admit_watcher(self) -> None:
        """Whether another event stream may be opened at this gateway; raises TooMany or Unavailable."""
        if self._is_going_away:
            raise Unavailable("going_away")
        if sum(len(hall.watchers) for hall in self._halls.values()) >= WATCHERS_PER_GATEWAY:
            raise TooMany("watchers")

    async def hall(self, room_id: str) -> Hall:
        """The hall of a room, made and subscribed when first needed. Raises RoomUnknown."""
        record = await self._rooms.get(room_id)
        self._rooms.keep(record)
        hall = self._halls.get(room_id)
        if hall is None:
            hall = self._halls[room_id] = Hall.of(record, self.metrics)
            hall.look_in(_now())
            await self._subscribe(hall)
            await self._rooms.get(room_id)  # closed meanwhile?
        return hall

    async def _subscribe(self, hall: Hall) -> None:
        try:
            hall.subscription = await self._bus.subscribe(*self._newest.topic_of(hall, self._folding.folds))
        except BaseException:
            self._halls.pop(hall.room_id, None)  # the next who comes tries again
            raise

    # --- the tick

    async def run(self) -> None:
        """Fold and keep deadlines until cancelled; then say goodbye to everyone."""
        try:
            async for late_s in ticks(TICK_S):
                if late_s > TICK_S / 2:
                    self.metrics.ticks_late.labels("gateway").inc()
                await self._tick(_now())
        finally:
            await self._go_away()

    async def _tick(self, now: float) -> None:
        self._keep_deadlines(now)
        with self.metrics.fold_seconds.time():
            by_shard = self._folding.fold(self._halls, now)
        await self._folding.publish(by_shard)

    def _keep_deadlines(self, now: float) -> None:
        for hall in self._halls.values():
            if hall.members or hall.watchers:
                self._rooms.keep(hall.record)
            for member in hall.members.values():
                self._keep_deadline(hall, member, now)
        self._close_leaving(now)
        for room_id in [room_id for room_id, hall in self._halls.items() if not hall.is_needed(now)]:
            self._halls.pop(room_id).close()
        self._measure()

    def _measure(self) -> None:
        self.metrics.rooms_open.set(len(self._halls))
        self.metrics.pending_offers.set(len(self._pending))

    def _keep_deadline(self, hall: Hall, member: Member, now: float) -> None:
        if member.is_leaving:
            return
        if (code := member.overdue(now)) is not None:
            if not member.is_open:
                self.metrics.joins.labels("expired").inc()
            self.leave(hall, member, code)
        elif member.is_open and member.peer is not None and now >= member.beat_at:
            member.peer.send(member.beat(hall.room.seats.get(member.seat_id), now))

    def _close_leaving(self, now: float) -> None:
        due = [(hall, member) for hall, member in self._leaving if now >= member.close_at]
        self._leaving = [(hall, member) for hall, member in self._leaving if now < member.close_at]
        for hall, member in due:
            self._forget(hall, member)

    def turn_away(self) -> None:
        """Take no more joins, and tell everyone who is here to join elsewhere. Twice is the same as once."""
        self._is_going_away = True
        for hall in self._halls.values():
            for member in list(hall.members.values()):
                self.leave(hall, member, CloseCode.GOING_AWAY)
            hall.close_watchers()

    async def _go_away(self) -> None:
        self.turn_away()
        await asyncio.sleep(_GOODBYE_S)
        self._close_leaving(float("inf"))
        for hall in self._halls.values():
            hall.close()
        self._halls.clear()
        self._measure()
        if self._closing:
            await asyncio.wait(self._closing, timeout=5)

    def is_ready(self, now: float) -> bool:
        """Whether joins make sense: ticking, and not going away."""
        folds = self._folding.folds
        return not self._is_going_away and bool(folds) and now - folds[-1][1] < 5 * TICK_S


def _now() -> float:
    return asyncio.get_running_loop().time()


def _seat_id(role: Role, seat_secret: str) -> str:
    """Only a digest of the secret is kept. Watchers do not share seats: each of their peers has its own."""
    own = "" if role is Role.AUDIENCE else secrets.token_hex(8)
    return hashlib.sha256(f"{role}:{seat_secret}:{own}".encode()).hexdigest()[:32]
