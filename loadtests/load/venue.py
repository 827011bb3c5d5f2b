"""Where one worker's part of the crowd is: asyncio alone, no Locust. The people are those of ``kuuki crowd``."""

import asyncio
from bisect import insort
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from random import Random
from typing import Any, Final

import aiohttp

from client.headless.crowd.participant import CrowdParticipant
from client.headless.crowd.people import make_person
from client.headless.crowd.programme import make_sheet
from client.headless.crowd.show import Show
from client.headless.errors import CannotJoin, TryLater
from client.headless.peer import Peer
from client.headless.place import Place
from client.headless.retrying import retry_until_success
from client.headless.stopping import until_stopped
from kuuki.backoff import Backoff
from kuuki.mood.room import Role
from loadtests.load.calling import Pair
from loadtests.load.events import Tell
from loadtests.load.joining import Expressing, Watching
from loadtests.load.shares import Share

_LEAVES_AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker is told of the show. ``began``: on the master's clock, in seconds.

    ``place`` of ``places``: it plays the people place, place + places, place + 2 places, …, so that all workers
    together play the first so many of the seed.
    """

    base: str
    room: str
    key: str | None
    stage_key: str | None
    has_stills: bool
    seed: int
    began: float
    place: int
    places: int

    def as_dict(self) -> dict[str, Any]:
        """For the wire."""
        return asdict(self)


class Numbers:
    """The persons of this worker: the lowest that is free plays next, so that who leaves a full house comes back."""

    def __init__(self, place: int, places: int) -> None:
        self._place, self._places = place, places
        self._taken: list[int] = []

    @contextmanager
    def one(self) -> Iterator[int]:
        """A person's index while the block lasts."""
        turn = next((turn for turn, taken in enumerate(self._taken) if turn != taken), len(self._taken))
        insort(self._taken, turn)
        try:
            yield self._place + turn * self._places
        finally:
            self._taken.remove(turn)


class Venue:
    """Entered on the loop. ``offset()``: what makes a time of the loop's clock the master's.

    A life (``audience``, ``stage``, ``pair``) ends when it is cancelled, when everybody leaves, or when whoever leads
    it was refused or thrown out; then it has said bye. What went wrong has been told.
    """

    def __init__(self, plan: Plan, offset: Callable[[], float], tell: Tell) -> None:
        self._plan = plan
        self._offset = offset
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._place = Place(plan.base, plan.room, plan.key)
        self._stage = Place(plan.base, plan.room, plan.stage_key)
        self._numbers = Numbers(plan.place, plan.places)
        self._sheet = make_sheet(plan.seed, with_stills=plan.has_stills)
        self._show = Show(self._sheet)
        self._share = Share(offset)
        self._leaving = asyncio.Event()
        self._leaves_at_once = asyncio.Semaphore(_LEAVES_AT_ONCE)
        self._guests = 0
        self._empty = asyncio.Event()
        self._empty.set()

    async def __aenter__(self) -> "Venue":
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self._playing = self._loop.create_task(self._show.play(began=self._plan.began - self._offset()))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()
        self._playing.cancel()
        await asyncio.gather(self._playing, return_exceptions=True)
        await self._http.close()

    async def leave(self) -> None:
        """Everybody leaves, and nobody comes any more."""
        self._leaving.set()
        await self._empty.wait()

    def report(self) -> dict[str, Any]:
        """What is newly known of the truth, for ``Truths.take``."""
        return self._share.report(self._loop.time())

    # --- lives

    async def audience(self) -> None:
        """One person of the crowd."""
        await self._host(self._audience)

    async def stage(self) -> None:
        """Somebody who watches, as the stage's page does."""
        await self._host(self._watch)

    async def pair(self) -> None:
        """Two who call each other, again and again."""
        await self._host(Pair(self._plan.base, self._tell).go_on)

    async def _host(self, life: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if self._leaving.is_set():
            return
        self._guests += 1
        self._empty.clear()
        try:
            with suppress(CannotJoin, TryLater):  # it was told of each attempt
                await until_stopped(life(), self._leaving)
        finally:
            self._guests -= 1
            if self._guests == 0:
                self._empty.set()

    async def _audience(self) -> None:
        with self._numbers.one() as index:
            person, dice = make_person(self._plan.seed, index, self._sheet), Random(f"peer {self._plan.seed} {index}")
            listener = Expressing(self._tell, self._loop.time)
            seat = CrowdParticipant(self._http, self._place, index, person, self._share, listener, dice)
            try:
                await seat.join()
                self._show.add(seat)
                await seat.stay()
            finally:
                async with self._leaves_at_once:  # until their turn they act, as those do who stay
                    self._show.remove(seat)
                    await seat.peer.close()

    async def _watch(self) -> None:
        listener, dice = Watching(self._tell, self._loop.time), Random()

        def opened(is_open: bool) -> None:
            if is_open:
                listener.opened()

        place, hear = self._stage, listener.heard
        peer = Peer(self._http, place, Role.STAGE, dice=dice, on_mix=hear, on_open=opened, steps=listener)
        try:
            await retry_until_success(peer.open, Backoff(dice.uniform))
            await peer.stay()
        finally:
            async with self._leaves_at_once:
                await peer.close()
