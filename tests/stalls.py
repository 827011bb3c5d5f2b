"""A witness of stalls: what a test says of real time is void when the machine stood still meanwhile.

A thread sleeps in small steps and notes by how much it overslept. A test that fails after it overslept by a quarter of
a second is run again, at most twice, and the report names it (R); one that fails on a machine that ran has failed.
Whatever fails for another reason, each time, fails again. (The thread waits for the interpreter too: a call into C
that holds it for so long counts as a stall.)
"""

import threading
import time
from collections.abc import Callable

STEP_S = 0.02
STALL_S = 0.25
RERUNS = 2


class Witness:
    """Notes the longest stall since it was last told to forget; ``look`` is one step, ``start`` goes on for ever."""

    def __init__(self, now: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep) -> None:
        self._now = now
        self._sleep = sleep
        self._longest_s = 0.0

    def look(self) -> None:
        """Sleep for a step and note by how much it took longer."""
        before = self._now()
        self._sleep(STEP_S)
        self._longest_s = max(self._longest_s, self._now() - before - STEP_S)

    def forget(self) -> None:
        """What was, was."""
        self._longest_s = 0.0

    def saw_a_stall(self) -> bool:
        """Whether the machine stood still for so long that seconds mean nothing."""
        return self._longest_s >= STALL_S

    def start(self) -> None:
        """Look on, in a thread that ends with the process."""
        threading.Thread(target=self._watch, name="stalls", daemon=True).start()

    def _watch(self) -> None:
        while True:
            self.look()
