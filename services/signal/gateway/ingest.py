"""Ingest of one peer: what its transport tells, brought to its member, its room and the counters."""

import asyncio

from typing_extensions import override

from kuuki.errors import CloseCode, DropReason
from kuuki.mood.frames import Beat, Presence, Score
from services.runtime.metrics import Metrics
from services.signal.gateway.arrivals import Arrivals
from services.signal.gateway.departures import Departures
from services.signal.gateway.hall import Hall
from services.signal.gateway.member import ClientFrame, Member
from services.signal.gateway.peer import PeerEvents


class Ingest(PeerEvents):
    """The events of one member's peer. What comes of a member that leaves or has left changes nothing."""

    def __init__(
        self, hall: Hall, member: Member, arrivals: Arrivals, departures: Departures, metrics: Metrics
    ) -> None:
        self._hall = hall
        self._member = member
        self._arrivals = arrivals
        self._departures = departures
        self._metrics = metrics

    @override
    def checked(self) -> None:
        self._arrivals.checked(self._hall, self._member)

    @override
    def opened(self) -> None:
        self._arrivals.opened(self._hall, self._member)

    @override
    def received(self, data: bytes) -> None:
        if self._member.membership.is_over:
            return
        now = asyncio.get_running_loop().time()
        frame = self._member.admit(data, now)
        if isinstance(frame, DropReason):
            self._count_dropped(frame)
            self._close_offender()
        else:
            self._metrics.frames.labels(type(frame).__name__.lower()).inc()
            self._ingest(frame, now)

    def _ingest(self, frame: ClientFrame, now: float) -> None:
        hall, member = self._hall, self._member
        reason = member.ingest(hall.room, frame, now)
        if reason is not None:
            self._count_dropped(reason)
        elif isinstance(frame, Score):
            hall.score_arrived(member, now)
        if isinstance(frame, Score) or (isinstance(frame, Beat) and frame.presence is not Presence.SENSING):
            self._arrivals.seat(hall, member, now)  # a beat that says SENSING announces a score, and is none
        if isinstance(frame, Beat) and frame.presence is Presence.BYE:
            self._departures.leave(hall, member, None)

    @override
    def dropped(self, reason: str) -> None:
        self._count_dropped(reason)
        if not self._member.membership.is_over:
            self._member.refuse(asyncio.get_running_loop().time())
            self._close_offender()

    @override
    def violated(self, reason: str, code: CloseCode) -> None:
        self._count_dropped(reason)
        self._departures.leave(self._hall, self._member, code)

    @override
    def closed(self) -> None:
        self._departures.leave(self._hall, self._member, None)

    def _close_offender(self) -> None:
        if self._member.offence is not None:
            self._departures.leave(self._hall, self._member, self._member.offence)

    def _count_dropped(self, reason: str) -> None:
        self._metrics.frames_dropped.labels(str(reason)).inc()
