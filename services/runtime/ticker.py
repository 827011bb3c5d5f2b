"""Ticks at fixed times, without drift, each with how late it is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

STEP_S: Final = 0.001
"""A tick is brought closer to its phase by at most this: a tick stays a tick, whatever a wall clock does."""


async def ticks(period_s: float, phase: Callable[[], float] | None = None) -> AsyncIterator[float]:
    """Yield at every multiple of ``period_s``; the number is how late this tick is, in seconds.

    Ticks that were missed altogether are left out, not made up for: state is sent whole at each tick.

    ``phase``: a wall clock, in seconds (``time.time``). The first tick then falls on one of its multiples of
    ``period_s``, and each later one is brought closer to such a multiple by at most STEP_S, so that processes that
    never heard of each other tick together. The wall clock moves *when* a tick happens and never what is said in it:
    a clock that is wrong, or that jumps, costs freshness (other processes' ticks are further away) and nothing else.
    """
    loop = asyncio.get_running_loop()
    due = loop.time() + (period_s if phase is None else period_s - phase() % period_s)
    while True:
        await asyncio.sleep(max(0.0, due - loop.time()))
        late = loop.time() - due
        off_s = 0.0 if phase is None else _off(phase() - late, period_s)
        yield late
        due += period_s * (1 + max(0, int((loop.time() - due) // period_s)))
        due -= min(STEP_S, max(-STEP_S, off_s))


def _off(wall: float, period_s: float) -> float:
    """How far a time is after the nearest multiple of ``period_s`` (negative: before it)."""
    return (wall + period_s / 2) % period_s - period_s / 2
