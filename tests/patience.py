"""How long tests wait for what must happen in real time.

A machine that stalls or is busy is no defect, so a test waits long and records what it took. How soon things must
happen is judged on a virtual clock, and in seconds by ``make faults`` and ``make bench``.
"""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

PATIENCE_S = 30.0
_LOOK_S = 0.01


async def until(is_so: Callable[[], object], patience_s: float = PATIENCE_S) -> float:
    """Wait for it; how long it took, in seconds. Fails if it never comes."""
    loop = asyncio.get_running_loop()
    since = loop.time()
    while not is_so():
        assert loop.time() - since < patience_s, f"not within {patience_s} s"
        await asyncio.sleep(_LOOK_S)
    return loop.time() - since


async def until_answered(ask: Callable[[], Awaitable[object]], answer: object, patience_s: float = PATIENCE_S) -> float:
    """Ask again and again until that is the answer; how long it took, in seconds. Fails if it never is."""
    loop = asyncio.get_running_loop()
    since = loop.time()
    while (said := await ask()) != answer:
        assert loop.time() - since < patience_s, f"not within {patience_s} s: {said}"
        await asyncio.sleep(_LOOK_S)
    return loop.time() - since


@contextmanager
def cost() -> Iterator[Callable[[], float]]:
    """Tells how many seconds this thread has been on a core since; what else the machine does is not in it.

    Without the collector, which would go through all that the tests before this one have left.
    """
    gc.disable()
    began = time.thread_time()
    try:
        yield lambda: time.thread_time() - began
    finally:
        gc.enable()
