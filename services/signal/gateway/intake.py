"""What came from the network, and waits until the event loop has time for it: of each peer the newest.

A loop that works off all that came before it looks at anything else has turns as long as that takes. A mix needs half a
dozen turns from its fold to its peers: with turns of a second, which 200 peers make of a core that has half of what
they need, each mix was 5.6 s old when it was sent. So a turn takes DATAGRAMS_PER_TURN. What is over that waits at its
peer, whose oldest goes when there are too many: frames are full state, acknowledgements add up, so the newest is all.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from kuuki.limits import DATAGRAMS_PER_TURN, DATAGRAMS_WAITING, DATAGRAMS_WAITING_OPEN
from kuuki.times import DATAGRAM_LATE_S

Read = Callable[[bytes], None]
Dropped = Callable[[str], None]


class Box:
    """What waits of one peer, oldest first. ``is_open``: only what is fresh matters from now on."""

    def __init__(self, intake: "Intake", read: Read) -> None:
        self._intake = intake
        self._waiting: deque[tuple[float, bytes]] = deque()
        self.read = read
        self.is_open = False

    def put(self, data: bytes) -> None:
        """A datagram: read at once if this turn has room for it, else when its time has come."""
        self._intake.put(self, data)

    def keep(self, data: bytes, now: float) -> int:
        """Have it wait; how many were dropped for it."""
        self._waiting.append((now, data))
        over = len(self._waiting) - (DATAGRAMS_WAITING_OPEN if self.is_open else DATAGRAMS_WAITING)
        for _ in range(over):
            self._waiting.popleft()
        return max(0, over)

    def pop_fresh(self, now: float) -> tuple[bytes | None, int]:
        """The next that is to be read, if there is one, and how many before it were too old."""
        dropped = 0
        while self._waiting:
            came_at, data = self._waiting.popleft()
            if not self.is_open or now - came_at <= DATAGRAM_LATE_S:
                return data, dropped
            dropped += 1
        return None, dropped

    def close(self) -> None:
        """Nothing more is read of this peer; nothing here leads to it any more."""
        self._waiting.clear()
        self.read = _read_nothing

    def waited_s(self, now: float) -> float:
        """How long the oldest has waited; a handshake waits for itself alone."""
        return now - self._waiting[0][0] if self._waiting and self.is_open else 0.0

    def __len__(self) -> int:
        return len(self._waiting)


class Intake:
    """Has so many datagrams read in a turn of the event loop, those that wait in turn of their peers.

    ``dropped`` is told ``late`` for each that was not read because newer ones came.
    """

    def __init__(self, dropped: Dropped) -> None:
        self._dropped = dropped
        self._waiting: dict[Box, None] = {}
        self._left = DATAGRAMS_PER_TURN
        self._next: asyncio.Handle | None = None

    def box(self, read: Read) -> Box:
        """For a new peer. ``read`` is called on the event loop, and returns at once."""
        return Box(self, read)

    def put(self, box: Box, data: bytes) -> None:
        """See Box.put."""
        self._look_again()
        if self._left and not self._waiting:
            self._left -= 1
            box.read(data)
        else:
            self._drop(box.keep(data, _now()))
            self._waiting[box] = None

    def waited_s(self, now: float) -> float:
        """How long the oldest of all open peers' has waited, in seconds; 0 when nothing waits."""
        return max((box.waited_s(now) for box in self._waiting), default=0.0)

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

    def _read_one(self, box: Box, now: float) -> None:
        del self._waiting[box]
        data, dropped = box.pop_fresh(now)
        self._drop(dropped)
        if len(box):
            self._waiting[box] = None
        if data is not None:
            self._left -= 1
            box.read(data)

    def _drop(self, count: int) -> None:
        for _ in range(count):
            self._dropped("late")


def _read_nothing(data: bytes) -> None:
    """Of a peer that is gone."""


def _now() -> float:
    return asyncio.get_running_loop().time()
