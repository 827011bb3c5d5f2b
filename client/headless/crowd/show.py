"""The show: each participant acts once a tick, at a phase of its own. A tick that was missed is left out."""

import asyncio
from bisect import insort

from client.headless.crowd.cues import CueSheet
from client.headless.crowd.participant import CrowdParticipant
from kuuki.times import TICK_S


class Show:
    """Has each participant act that was added. They may be added and removed while it goes on."""

    def __init__(self, sheet: CueSheet) -> None:
        self._sheet = sheet
        self._loop = asyncio.get_running_loop()
        self._order: list[CrowdParticipant] = []
        self._participants: set[CrowdParticipant] = set()

    def add(self, participant: CrowdParticipant) -> None:
        """Have this one act from now on."""
        insort(self._order, participant, key=_phase)
        self._participants.add(participant)

    def remove(self, participant: CrowdParticipant) -> None:
        """Have it act no more from this moment on; may be called twice."""
        if participant in self._participants:
            self._order.remove(participant)
            self._participants.remove(participant)

    async def play(self, seconds: float = 0.0, began: float | None = None) -> None:
        """Play for so many seconds; 0: until cancelled. ``began``: when the show began, on the loop's clock; default:
        now."""
        if began is None:
            began = self._loop.time()
        tick = max(0, int((self._loop.time() - began) / TICK_S))
        while seconds == 0 or tick * TICK_S < seconds:
            for participant in tuple(self._order):
                t = (tick + participant.person.phase) * TICK_S
                await self._until(began + t)
                if participant in self._participants:
                    participant.act(self._sheet, t)
            tick = max(tick + 1, int((self._loop.time() - began) / TICK_S))
            await self._until(began + tick * TICK_S)

    async def _until(self, at: float) -> None:
        wait_s = at - self._loop.time()
        if wait_s > 0.001:
            await asyncio.sleep(wait_s)


def _phase(participant: CrowdParticipant) -> float:
    return participant.person.phase
