"""A loop with a beat: calls at fixed times, without drift, and tells when it fell behind."""

import asyncio
from collections.abc import AsyncIterator


async def ticks(period_s: float) -> AsyncIterator[float]:
    """Yield at every multiple of ``period_s``; the number is how late this tick is, in seconds.

    Ticks that were missed altogether are left out, never made up for: the next one has the whole truth.
    """
    loop = asyncio.get_running_loop()
    due = loop.time() + period_s
    while True:
        await asyncio.sleep(max(0.0, due - loop.time()))
        late = loop.time() - due
        yield late
        due += period_s * (1 + max(0, int((loop.time() - due) // period_s)))
