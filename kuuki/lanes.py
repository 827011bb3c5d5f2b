"""Whose turn it is, where more wait than can be served at once. Pure, bounded, and fair among lanes."""

from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

Waiter = TypeVar("Waiter")


class Lanes(Generic[Waiter]):
    """Waiters in lanes (one lane an address, say). Lanes take turns; within a lane, the first to come is served first.

    ``in_all``: how many may wait in all lanes together. However many waiters one stranger puts into a lane, they delay
    a waiter in another lane by one turn each time, and take no place from it.
    """

    def __init__(self, in_all: int) -> None:
        self._in_all = in_all
        self._lanes: dict[Hashable, deque[Waiter]] = {}  # in the order of their turns
        self._count = 0

    def wait(self, lane: Hashable, waiter: Waiter) -> Waiter | None:
        """Wait at the end of that lane. If there are too many, the waiter that was removed: the newest of the longest
        lane. That is ``waiter`` itself if no other lane is longer than its own.
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
        """Remove and return the waiter whose turn it is; its lane is then the last in turn. Raises IndexError if nobody
        waits."""
        if not self._lanes:
            raise IndexError("nobody waits")
        lane = next(iter(self._lanes))
        waiters = self._lanes.pop(lane)
        self._lanes[lane] = waiters
        first = waiters[0]
        self.leave(lane, first)
        return first

    def leave(self, lane: Hashable, waiter: Waiter) -> None:
        """Remove a waiter from its lane. One that does not wait there changes nothing."""
        waiters = self._lanes.get(lane)
        if waiters is None or waiter not in waiters:
            return
        waiters.remove(waiter)
        self._count -= 1
        if not waiters:
            del self._lanes[lane]

    def __len__(self) -> int:
        return self._count
