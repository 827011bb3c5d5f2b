"""What a peer's transport tells, brought to the hub: the PeerEvents of one member."""

import asyncio
from typing import TYPE_CHECKING

from kuuki.errors import CloseCode, DropReason
from kuuki.mood.frames import Beat, Presence, Score
from services.signal.gateway.hall import Hall
from services.signal.gateway.member import Member

if TYPE_CHECKING:
    from services.signal.gateway.hub import Hub


class Door:
    """Ingest of one peer: admission, room, counters. Implements PeerEvents."""

    def __init__(self, hub: "Hub", hall: Hall, member: Member) -> None:
        self._hub = hub
        self._hall = hall
        self._member = member

    def checked(self) -> None:
        """See PeerEvents."""
        self._hub.checked(self._hall, self._member)

    def opened(self) -> None:
        """See PeerEvents."""
        self._hub.opened(self._hall, self._member)

    def received(self, data: bytes) -> None:
        """See PeerEvents."""
        member = self._member
        if member.is_leaving:
            return
        now = asyncio.get_running_loop().time()
        frame = member.admit(data, now)
        if isinstance(frame, DropReason):
            self._count(frame)
            self._close_if_asked()
            return
        self._hub.metrics.frames.labels(type(frame).__name__.lower()).inc()
        reason = member.take(self._hall.room, frame, now)
        if reason is not None:
            self._count(reason)
        elif isinstance(frame, Score):
            self._hall.score_arrived(member, now)
        if isinstance(frame, Score) or (isinstance(frame, Beat) and frame.presence is not Presence.SENSING):
            self._hub.seat(self._hall, member, now)
        if isinstance(frame, Beat) and frame.presence is Presence.BYE:
            self._hub.leave(self._hall, member, None)

    def _close_if_asked(self) -> None:
        if self._member.close_code is not None:
            self._hub.leave(self._hall, self._member, self._member.close_code)

    def dropped(self, reason: str) -> None:
        """See PeerEvents."""
        self._count(reason)
        if not self._member.is_leaving:
            self._member.refuse(asyncio.get_running_loop().time())
            self._close_if_asked()

    def violated(self, reason: str) -> None:
        """See PeerEvents."""
        self._count(reason)
        code = CloseCode.FLOOD if reason == "sctp_rate" else CloseCode.MALFORMED
        self._hub.leave(self._hall, self._member, code)

    def _count(self, reason: str) -> None:
        self._hub.metrics.frames_dropped.labels(str(reason)).inc()

    def closed(self) -> None:
        """See PeerEvents."""
        self._hub.leave(self._hall, self._member, None)
