"""One person's place in the crowd: their peer, what it heard, how long its scores took."""

import asyncio
from collections import deque
from random import Random
from typing import Final

import aiohttp

from client.headless.crowd.cues import CueSheet
from client.headless.crowd.people import Person
from client.headless.crowd.truth import Truth, Waits
from client.headless.errors import CannotJoin, TryLater
from client.headless.peer import Peer
from client.headless.place import Place
from kuuki.backoff import Backoff
from kuuki.frames import Mix
from kuuki.labels import to_integers

PATIENCE_S: Final = 30.0
"""How long one person tries to join."""

Samples = deque[float]


class CrowdSeat:
    """A person with a peer. ``waits_s`` collects the end-to-end times of everyone."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        place: Place,
        index: int,
        person: Person,
        truth: Truth,
        waits_s: Samples,
        dice: Random,
    ) -> None:
        self.person = person
        self.sent = self.mixes = 0
        self.gone: str | None = None
        self._index = index
        self._truth = truth
        self._waits = Waits()
        self._waits_s = waits_s
        self._backoff = Backoff(dice.uniform)
        self._loop = asyncio.get_running_loop()
        self._acted_until = 0.0
        self.peer = Peer(http, place, dice=dice, on_mix=self._hear, on_open=self._came_or_went)

    async def join(self) -> float:
        """Join; how long it took, in seconds. Raises CannotJoin, or TryLater when PATIENCE_S is over."""
        began = self._loop.time()
        while True:
            try:
                await self.peer.open()
            except TryLater as later:
                wait_s = self._backoff.next_s(later.after_s)
                if self._loop.time() + wait_s > began + PATIENCE_S:
                    raise
                await asyncio.sleep(wait_s)
            else:
                return self._loop.time() - began

    async def stay(self) -> None:
        """Keep the peer in the room until it is told to stop; then ``gone`` says why."""
        try:
            await self.peer.stay()
        except CannotJoin as error:
            self.gone = str(error)

    def act(self, sheet: CueSheet, t: float) -> None:
        """Do what this person does ``t`` seconds into the show: a score, and the taps since the last time."""
        until = sheet.place(t)
        for kind in self.person.tapped(self._acted_until, until):
            self.peer.tap(kind)
        self._acted_until = until
        if not self.person.temperament.camera_off and self.peer.is_open:
            self._score(sheet.clock(t))

    def _score(self, clock: float) -> None:
        weights, sure = to_integers(self.person.weights(clock)), self.person.sure(clock)
        if self.peer.score(weights, sure):
            now = self._loop.time()
            self.sent += 1
            self._truth.score(self._index, weights, sure, now)
            self._waits.sent(now)

    def _hear(self, mix: Mix, received_at: float) -> None:
        self.mixes += 1
        self._truth.hear(mix, received_at)
        waited_s = self._waits.hear(received_at, mix.age_ms, self.peer.rtt_ms)
        if waited_s is not None:
            self._waits_s.append(waited_s)

    def _came_or_went(self, is_open: bool) -> None:
        self._waits = Waits()
        self._truth.came_or_went(self._index, self._loop.time(), by_handover=is_open and self.peer.joins > 1)
