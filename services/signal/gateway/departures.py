"""How members leave: out of the fold at once, then told why, then forgotten, and their transport closed."""

import asyncio
from typing import Final

from kuuki.errors import CloseCode
from kuuki.many.membership import MemberState
from kuuki.pending import PendingOffers
from kuuki.times import GOODBYE_S
from services.runtime.metrics import Metrics
from services.signal.gateway.hall import End, Hall
from services.signal.gateway.halls import Halls
from services.signal.gateway.member import Member
from services.signal.gateway.seated import Seated

_CLOSING_S: Final = 5.0
"""At the end of the process, transports have this long to close."""


class Departures:
    """The members that leave, and the transports that are being closed. ``offers``: all that are pending here."""

    def __init__(
        self, halls: Halls, seated: Seated, offers: PendingOffers[tuple[Hall, Member]], metrics: Metrics
    ) -> None:
        self._halls = halls
        self._seated = seated
        self._offers = offers
        self._metrics = metrics
        self._leaving: list[tuple[Hall, Member]] = []
        self._closing: set[asyncio.Task[None]] = set()

    # --- leaving

    def leave(self, hall: Hall, member: Member, code: CloseCode | None) -> None:
        """Have a member leave: it is out of the fold at once, and its transport is closed when it has had time to hear
        ``code``. To leave twice is the same as once."""
        self._stand_up(hall, member)
        now = _now()
        if not member.membership.leave(code, now):
            return
        self._offers.discard((hall, member))
        self._metrics.peers_closed.labels(code.name.lower() if code else "left").inc()
        self._say_goodbye(member, now)
        self._leaving.append((hall, member))

    def remove(self, room_id: str, participant: str, code: CloseCode) -> None:
        """Have the participant with this id leave. Unknown ones change nothing."""
        hall = self._halls.get(room_id)
        member = hall.members.get(participant) if hall else None
        if hall is not None and member is not None:
            self.leave(hall, member, code)

    def close_room(self, room_id: str) -> None:
        """Have everyone leave a room that was closed; its watchers hear of it."""
        hall = self._halls.get(room_id)
        if hall is not None:
            self._empty(hall, CloseCode.ROOM_CLOSED, End.CLOSED)

    def go_away(self) -> None:
        """Have all members leave, and all watchers: this gateway goes away."""
        for hall in self._halls.values():
            self._empty(hall, CloseCode.GOING_AWAY, End.GOING_AWAY)

    def _empty(self, hall: Hall, code: CloseCode, end: End) -> None:
        for member in list(hall.members.values()):
            self.leave(hall, member, code)
        hall.close_watchers(end)

    def _stand_up(self, hall: Hall, member: Member) -> None:
        hall.stand_up(member)
        self._seated.remove(hall, member)

    # --- the goodbye

    def tick(self, now: float) -> None:
        """Try again to tell those that could not be told; forget those whose time for that is over."""
        leaving, self._leaving = self._leaving, []
        for hall, member in leaving:
            self._say_goodbye(member, now)
            if member.membership.is_goodbye_over(now):
                self.forget(hall, member)
            elif member.membership.state is MemberState.LEAVING:  # not if its join failed meanwhile
                self._leaving.append((hall, member))

    @staticmethod
    def _say_goodbye(member: Member, now: float) -> None:
        """Send its close code, if it has not been sent. A client that does not hear it joins again at once, also where
        it must not; so when the channel is not free now, it is tried again at the next tick."""
        if member.membership.unsaid is not None and (member.peer is None or member.peer.send(member.beat(None, now))):
            member.membership.told()

    # --- the end

    def forget(self, hall: Hall, member: Member) -> None:
        """Keep nothing of a member, whatever its state was, and close its transport. Twice is the same as once."""
        if not member.membership.forget():
            return
        self._stand_up(hall, member)
        hall.members.pop(member.participant, None)
        if member.membership.opened_at is not None:
            self._metrics.peers.labels(member.role).dec()
        self._offers.discard((hall, member))
        self.close(member)

    def close(self, member: Member) -> None:
        """Close the transport of a member that is gone, if there is one."""
        peer, member.peer = member.peer, None
        if peer is None:
            return
        self._metrics.connections.dec()
        task = asyncio.get_running_loop().create_task(peer.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def end(self) -> None:
        """At the end of the process, after ``go_away``: give all members time to hear it, then forget them."""
        await asyncio.sleep(GOODBYE_S)
        self.tick(float("inf"))

    async def closed(self) -> None:
        """Wait until all transports are closed, _CLOSING_S at most."""
        if self._closing:
            await asyncio.wait(self._closing, timeout=_CLOSING_S)


def _now() -> float:
    return asyncio.get_running_loop().time()
