"""Fan-out of one room's mixes: encoded once, spread over a part of the tick, the newest always first."""

import asyncio
from collections.abc import Callable, Iterable, Mapping

from kuuki.mood.frames import with_age
from kuuki.times import MIX_LATE_S, TICK_S
from services.signal.gateway.member import Member

_SLICE = 20
_GAP_S = 0.004
_SPREAD_S = TICK_S / 2

Sent = Callable[[Member, bool], None]
Late = Callable[[int], None]
Ended = Callable[[float], None]


class FanOut:
    """Sends a room's newest mix to its members, in slices, so that other work of the event loop comes between them.

    ``sent`` is called with each member and whether the mix went to it; ``late`` with how many members did not get a
    mix because it had become too old; ``ended`` with the seconds from a score's arrival to the last member.
    """

    def __init__(self, sent: Sent, ended: Ended, late: Late) -> None:
        self._sent = sent
        self._ended = ended
        self._late = late
        self._waits_since = self._began_at = 0.0
        self._behind = 0
        self._arrived_at: float | None = None
        self._frames: Mapping[int, bytes] = {}
        self._folded_at = 0.0
        self._left: list[Member] = []
        self._size = _SLICE
        self._timer: asyncio.TimerHandle | None = None

    def start(
        self, frames: Mapping[int, bytes], folded_at: float, members: Iterable[Member], arrived_at: float | None = None
    ) -> None:
        """Send this mix now. A member that has not got the former one yet gets this one instead, and gets it first.

        ``frames``: the mix in each version that members read. ``folded_at`` and ``arrived_at`` (of a score that is in
        the mix, if one is followed): monotonic seconds.
        """
        self.stop()
        self._frames, self._folded_at, self._arrived_at = frames, folded_at, arrived_at
        self._began_at = asyncio.get_running_loop().time()
        here = dict.fromkeys(member for member in members if member.membership.is_served)
        waiting = dict.fromkeys(member for member in self._left if member in here)
        self._left = list(waiting | here)  # the longest wait first, or late ticks miss the same members each time
        self._behind = len(waiting)
        if not waiting:
            self._waits_since = self._began_at
        self._size = max(_SLICE, -(-len(self._left) // int(_SPREAD_S / _GAP_S)))
        self._send_slice()

    def _send_slice(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        age_s = loop.time() - self._folded_at
        if age_s > MIX_LATE_S:
            self._late(len(self._left))  # a newer mix follows, and these members get it first
            return
        now, self._left = self._left[: self._size], self._left[self._size :]
        data = {reads: with_age(self._frames[reads], round(age_s * 1000)) for reads in {each.reads for each in now}}
        for member in now:
            if member.peer is not None and not member.membership.is_over:
                self._sent(member, member.peer.send(data[member.reads]))
        if self._behind:
            self._behind = max(0, self._behind - len(now))
            if not self._behind:  # all that missed the former one have this one
                self._waits_since = self._began_at
        if self._left:
            self._timer = loop.call_later(0.0 if self._behind else _GAP_S, self._send_slice)
        elif self._arrived_at is not None:
            self._ended(loop.time() - self._arrived_at)

    def waited_s(self, now: float) -> float:
        """By how many seconds the members to whom a mix is being sent have waited too long for it.

        0 while none is being sent: when no mix comes, or an old one, that is not for want of time at this gateway.
        """
        return max(0.0, now - self._waits_since - _SPREAD_S) if self._timer is not None else 0.0

    def stop(self) -> None:
        """Send this mix to no more members."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
