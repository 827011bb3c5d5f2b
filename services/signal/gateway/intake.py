"""Datagrams that came from the network and wait until the event loop has time for them: of each peer the newest.

Without this, the event loop reads every datagram that has come before it does anything else, and one turn of the loop
lasts as long as that takes. A mix needs six turns from its fold to its peers. On a core with half of the time that 200
peers need, a turn lasted a second, and each mix was 5.6 s old when it was sent. So in one turn at most
DATAGRAMS_PER_TURN are read. The others wait, each with its peer; where too many wait, the peer's oldest is dropped.
Nothing is lost by that: frames are full state and acknowledgements are cumulative, so the newest one says everything.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from kuuki.limits import DATAGRAMS_PER_TURN, DATAGRAMS_WAITING, DATAGRAMS_WAITING_OPEN
from kuuki.times import DATAGRAM_LATE_S

Read = Callable[[bytes], None]
Dropped = Callable[[str], None]


class Inbox:
    """The datagrams of one peer that wait, oldest first.

    ``is_open``: its channel is. From then on fewer may wait, and one older than DATAGRAM_LATE_S is dropped unread;
    before, all are of a handshake, which needs each of them.
    """

    def __init__(self, intake: "Intake", read: Read) -> None:
        self._intake = intake
        self._waiting: deque[tuple[float, bytes]] = deque()
        self.read = read
        self.is_open = False

    def put(self, data: bytes) -> None:
        """A datagram came. It is read at once if this turn of the loop has room for it, else it waits."""
        self._intake.put(self, data)

    def keep(self, data: bytes, now: float) -> int:
        """Have a datagram wait; how many older ones were dropped for it."""
        self._waiting.append((now, data))
        over = len(self._waiting) - (DATAGRAMS_WAITING_OPEN if self.is_open else DATAGRAMS_WAITING)
        for _ in range(over):
            self._waiting.popleft()
        return max(0, over)

    def next(self, now: float) -> tuple[bytes | None, int]:
        """Remove the oldest that is fresh enough to be read; it, or None, and how many were dropped before it."""
        dropped = 0
        while self._waiting:
            came_at, data = self._waiting.popleft()
            if not self.is_open or now - came_at <= DATAGRAM_LATE_S:
                return data, dropped
            dropped += 1
        return None, dropped

    def close(self) -> None:
        """Read nothing more of this peer, and keep no reference to it."""
        self._waiting.clear()
        self.read = _read_nothing

    def waited_s(self, now: float) -> float:
        """How long the oldest has waited, in seconds; 0 during a handshake, which delays no mix."""
        return now - self._waiting[0][0] if self._waiting and self.is_open else 0.0

    def __len__(self) -> int:
        return len(self._waiting)


class Intake:
    """Reads at most DATAGRAMS_PER_TURN in one turn of the event loop; peers whose datagrams wait take turns.

    ``dropped`` is called with ``late`` for each datagram that is dropped unread.
    """

    def __init__(self, dropped: Dropped) -> None:
        self._dropped = dropped
        self._waiting: dict[Inbox, None] = {}
        self._left = DATAGRAMS_PER_TURN
        self._next: asyncio.Handle | None = None

    def inbox(self, read: Read) -> Inbox:
        """For a new peer. ``read`` is called on the event loop, and returns at once."""
        return Inbox(self, read)

    def put(self, inbox: Inbox, data: bytes) -> None:
        """A datagram came for this inbox: read it, or have it wait."""
        self._look_again()
        if self._left and not self._waiting:
            self._left -= 1
            inbox.read(data)
        else:
            self._drop(inbox.keep(data, _now()))
            self._waiting[inbox] = None

    def waited_s(self, now: float) -> float:
        """How long the oldest of all open peers' has waited, in seconds; 0 when nothing waits."""
        return max((inbox.waited_s(now) for inbox in self._waiting), default=0.0)

    def _look_again(self) -> None:
        if self._next is None:
            self._next = asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        self._next = None
        self._left = DATAGRAMS_PER_TURN
        while self._left and self._waiting:
            self._read_one(next(iter(self._waiting)), _now())
        if self._left < DATAGRAMS_PER_TURN:
            self._look_again()

    def _read_one(self, inbox: Inbox, now: float) -> None:
        del self._waiting[inbox]
        data, dropped = inbox.next(now)
        self._drop(dropped)
        if len(inbox):
            self._waiting[inbox] = None
        if data is not None:
            self._left -= 1
            inbox.read(data)

    def _drop(self, count: int) -> None:
        for _ in range(count):
            self._dropped("late")


def _read_nothing(data: bytes) -> None:
    """What reads the datagrams of a peer that is gone."""


def _now() -> float:
    return asyncio.get_running_loop().time()
