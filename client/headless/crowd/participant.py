"""One participant of the crowd: a person of the simulation with a peer, its mixes, and how long its scores took."""

import asyncio
from random import Random

import aiohttp

from client.headless.crowd.cues import CueSheet
from client.headless.crowd.people import Person
from client.headless.crowd.truth import Sums, Waits
from client.headless.errors import CannotJoin
from client.headless.join_events import JoinEvents
from client.headless.peer import Peer
from client.headless.place import Place
from client.headless.retrying import retry_until_success
from kuuki.backoff import Backoff
from kuuki.mood.frames import Mix
from kuuki.mood.labels import to_integers


class ParticipantListener(JoinEvents):
    """The events of one participant, for a subclass to observe; all are ignored here."""

    def opened(self) -> None:
        """A channel is open."""

    def heard(self, mix: Mix, received_at: float) -> None:
        """A mix came."""

    def waited(self, seconds: float) -> None:
        """A score took this long, in seconds, from its send to the first mix that contains it."""


class CrowdParticipant:
    """A person with a peer. ``truth`` is told each score that was sent and each mix that was received."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        place: Place,
        index: int,
        person: Person,
        truth: Sums,
        listener: ParticipantListener,
        dice: Random,
    ) -> None:
        self.person = person
        self.sent = self.mixes = 0
        self.gone: str | None = None
        self._index = index
        self._truth = truth
        self._waits = Waits()
        self._listener = listener
        self._backoff = Backoff(dice.uniform)
        self._loop = asyncio.get_running_loop()
        self._acted_until: float | None = None
        self.peer = Peer(http, place, dice=dice, on_mix=self._hear, on_open=self._came_or_went, steps=listener)

    async def join(self) -> float:
        """Join. Returns how long it took, in seconds. Raises CannotJoin, or TryLater when RETRY_FOR_S is over."""
        return await retry_until_success(self.peer.open, self._backoff)

    async def stay(self) -> None:
        """Keep the peer in the room until the gateway says to stop; then ``gone`` says why."""
        try:
            await self.peer.stay()
        except CannotJoin as error:
            self.gone = str(error)

    def rest(self) -> None:
        """Whoever has left does not make up for taps when they come again."""
        self._acted_until = None

    def act(self, sheet: CueSheet, t: float) -> None:
        """Do what this person does ``t`` seconds into the show: a score, and the taps since the last time."""
        until = sheet.place(t)
        after = (
            until if self._acted_until is None else self._acted_until
        )  # a participant who joins late does not make up for earlier taps
        for kind in self.person.tapped(after, until):
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
        self._listener.heard(mix, received_at)
        waited_s = self._waits.hear(received_at, mix.age_ms, self.peer.rtt_ms)
        if waited_s is not None:
            self._listener.waited(waited_s)

    def _came_or_went(self, is_open: bool) -> None:
        self._waits = Waits()
        if is_open:
            self._listener.opened()
        self._truth.came_or_went(self._index, self._loop.time(), by_handover=is_open and self.peer.joins > 1)
