"""A join: it is admitted, waits for its turn, gets a member, and the transport answers its offer."""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass

from kuuki.errors import CloseCode, RoomUnknown, TooMany, Unavailable
from kuuki.limits import PEERS_PER_GATEWAY
from kuuki.many.membership import Membership, MemberState, Move
from kuuki.many.notices import participant_id
from kuuki.mood.room import Role
from kuuki.offers import Offer
from services.runtime.metrics import Metrics
from services.signal.gateway.arrivals import Arrivals
from services.signal.gateway.departures import Departures
from services.signal.gateway.hall import Hall
from services.signal.gateway.halls import Halls
from services.signal.gateway.ingest import Ingest
from services.signal.gateway.member import Member
from services.signal.gateway.peer import OfferAnswerer, Peer
from services.signal.gateway.pending import PendingJoins
from services.signal.gateway.readiness import Readiness
from services.signal.gateway.seated import Seated


@dataclass(frozen=True, slots=True)
class Joined:
    """A join's result: the participant's secret id, its seat secret and the SDP answer."""

    participant: str
    seat_secret: str
    answer: str


@dataclass(frozen=True, slots=True)
class Joins:
    """Makes members of joins. ``gateway``: its id, which is a part of each participant's."""

    gateway: str
    maker: OfferAnswerer
    halls: Halls
    pending: PendingJoins
    seated: Seated
    arrivals: Arrivals
    departures: Departures
    readiness: Readiness
    metrics: Metrics

    async def join(
        self, room_id: str, role: Role, seat_secret: str | None, offer: Offer, address: str | None, reads: int
    ) -> Joined:
        """A peer for this offer, when its turn has come. Raises RoomUnknown, TooMany, Unavailable or Overloaded.

        ``reads``: the version of frames that its client reads.
        """
        asked_at = _now()
        self._admit()
        await self.pending.turn(address)
        hall = await self.halls.of(room_id)
        self._admit()  # what was so before it waited may not be any more
        secret = seat_secret or secrets.token_urlsafe(18)
        member = self._member_of(hall, role, secret, address, asked_at, is_shown=seat_secret is not None)
        member.reads, member.number = reads, self.seated.number_of(room_id, member.seat_id)
        self.pending.add(hall, member, _now())
        hall.members[member.participant] = member
        answer = await self._answer(offer, hall, member)
        self.pending.answered(hall, member, _now())
        self.metrics.join_seconds.labels("answered").observe(_now() - asked_at)
        return Joined(member.participant, secret, answer)

    def _admit(self) -> None:
        self.readiness.refuse_if_busy()
        if len(self.halls.members) >= PEERS_PER_GATEWAY:
            raise TooMany("peers")

    def _member_of(
        self, hall: Hall, role: Role, secret: str, address: str | None, asked_at: float, *, is_shown: bool
    ) -> Member:
        """A new member. Raises Unavailable to a participant that was asked to move and tries here again: as long as it
        has time and its old channel lives, it keeps that and tries the other gateways."""
        seat_id = _seat_id(role, secret)
        former = hall.sitting.get(seat_id)
        if former is not None and former.membership.is_moving(asked_at):
            raise Unavailable("uneven")
        move = Move.STAYS if former is None else former.membership.move_of_next(asked_at)
        participant = participant_id(self.gateway, secrets.token_urlsafe(18))
        return Member(participant, seat_id, role, _now(), address, is_shown, asked_at, Membership(move))

    async def _answer(self, offer: Offer, hall: Hall, member: Member) -> str:
        try:
            ingest = Ingest(hall, member, self.arrivals, self.departures, self.metrics)
            peer, answer = await self.maker.answer(offer, ingest)
        except BaseException:
            self.departures.forget(hall, member)
            raise
        self._own(member, peer)
        return answer

    def _own(self, member: Member, peer: Peer) -> None:
        """Take a peer over. One that came after its member was told to go is closed, and the join has failed."""
        member.peer = peer
        self.metrics.connections.inc()
        if member.membership.state is MemberState.GONE:
            self.departures.close(member)
        if member.membership.is_over:
            raise RoomUnknown if member.membership.code is CloseCode.ROOM_CLOSED else Unavailable


def _seat_id(role: Role, seat_secret: str) -> str:
    """Only a digest of the secret is kept. Watchers do not share seats: each of their peers has its own."""
    own = "" if role is Role.AUDIENCE else secrets.token_hex(8)
    return hashlib.sha256(f"{role}:{seat_secret}:{own}".encode()).hexdigest()[:32]


def _now() -> float:
    return asyncio.get_running_loop().time()
