"""The show: everyone acts once a tick, at a phase of their own. What was missed is left out, not made up for."""

import asyncio
from bisect import insort

from client.headless.crowd.cues import CueSheet
from client.headless.crowd.seat import CrowdSeat
from kuuki.times import TICK_S


class Show:
    """Those who were added play it. They may come and go while it goes on."""

    def __init__(self, sheet: CueSheet) -> None:
        self._sheet = sheet
        self._loop = asyncio.get_running_loop()
        self._order: list[CrowdSeat] = []
        self._seats: set[CrowdSeat] = set()

    def add(self, seat: CrowdSeat) -> None:
        """Somebody plays from now on."""
        insort(self._order, seat, key=_phase)
        self._seats.add(seat)

    def remove(self, seat: CrowdSeat) -> None:
        """Somebody acts no more from this moment on; may be called twice."""
        if seat in self._seats:
            self._order.remove(seat)
            self._seats.remove(seat)

    async def play(self, seconds: float = 0.0, began: float | None = None) -> None:
        """For so long, 0: until cancelled. ``began``: when it began on the loop's clock, if it goes on already."""
        if began is None:
            began = self._loop.time()
        tick = max(0, int((self._loop.time() - began) / TICK_S))
        while seconds == 0 or tick * TICK_S < seconds:
            for seat in tuple(self._order):
                t = (tick + seat.person.phase) * TICK_S
                await self._until(began + t)
                if seat in self._seats:
                    seat.act(self._sheet, t)
            tick = max(tick + 1, int((self._loop.time() - began) / TICK_S))
            await self._until(began + tick * TICK_S)

    async def _until(self, at: float) -> None:
        wait_s = at - self._loop.time()
        if wait_s > 0.001:
            await asyncio.sleep(wait_s)


def _phase(seat: CrowdSeat) -> float:
    return seat.person.phase
