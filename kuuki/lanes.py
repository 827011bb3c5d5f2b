"""Whose turn it is where more wait than can be served at once: pure, bounded, fair among lanes."""

from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

Waiter = TypeVar("Waiter")


class Lanes(Generic[Waiter]):
    """Waiters in lanes (an address each, say): the lanes take turns, and in a lane who came first is first.

    ``in_all``: how many may wait. So a lane that is full of one stranger's delays nobody in another by more than one
    turn, and takes nobody's place.
    """

    def __init__(self, in_all: int) -> None:
        self._in_all = in_all
        self._lanes: dict[Hashable, deque[Waiter]] = {}  # in the order of their turns
        self._count = 0

    def wait(self, lane: Hashable, waiter: Waiter) -> Waiter | None:
        """Wait at the end of that lane. Who must go for it, if there are too many: the newest of the longest lane.

        That may be ``waiter`` itself, as it is wherever no other lane is longer than its own.
        """
        self._lanes.setdefault(lane, deque()).append(waiter)
        self._count += 1
        if self._count <= self._in_all:
            return None
        longest = max(len(waiters) for waiters in self._lanes.values())
        if len(self._lanes[lane]) < longest:
            lane = next(other for other, waiters in self._lanes.items() if len(waiters) == longest)
        newest = self._lanes[lane][-1]
        self.leave(lane, newest)
        return newest

    def next(self) -> Waiter:
        """The one whose turn it is, who waits no more; its lane is the last to have another. Raises IndexError."""
        if not self._lanes:
            raise IndexError("nobody waits")
        lane = next(iter(self._lanes))
        waiters = self._lanes.pop(lane)
        self._lanes[lane] = waiters
        first = waiters[0]
        self.leave(lane, first)
        return first

    def leave(self, lane: Hashable, waiter: Waiter) -> None:
        """Wait no more. Whoever does not wait there changes nothing."""
        waiters = self._lanes.get(lane)
        if waiters is None or waiter not in waiters:
            return
        waiters.remove(waiter)
        self._count -= 1
        if not waiters:
            del self._lanes[lane]

    def __len__(self) -> int:
        return self._count
