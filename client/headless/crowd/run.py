"""Run a crowd: make a room if none is named, join everyone, play the show, say bye, sum up."""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

import aiohttp
from typing_extensions import override

from client.headless import signaling
from client.headless.crowd.attendance import Attendance, attendances
from client.headless.crowd.cues import CueSheet, read_cues
from client.headless.crowd.herald import Herald, Mark
from client.headless.crowd.participant import CrowdParticipant, ParticipantListener
from client.headless.crowd.people import make_person
from client.headless.crowd.programme import make_sheet
from client.headless.crowd.rooms import open_room
from client.headless.crowd.show import Show
from client.headless.crowd.summary import Summary, summarize
from client.headless.crowd.truth import Truth
from client.headless.errors import CannotJoin, TryLater
from client.headless.place import Place
from client.headless.stopping import stop_on_signals, until_stopped

_AT_ONCE: Final = 16
"""Joins and leaves under way at a time."""

_SAMPLES: Final = 200_000
Progress = Callable[[str], None]


def _silent(_: str) -> None:
    """Say nothing."""


async def run_crowd(  # noqa: PLR0913 - what the command can be told
    *,
    url: str,
    room: str | None = None,
    people: int = 30,
    seconds: float = 30.0,
    cues: Path | None = None,
    seed: int = 1,
    admin_token: str | None = None,
    progress: Progress = _silent,
    with_parent: bool = False,
    marks: bool = False,
) -> Summary:
    """A crowd of ``people`` that plays for ``seconds`` (0: until SIGINT or SIGTERM) once all have joined.

    Without ``room`` it makes a room with exact mixes and closes it at the end. Raises AskedWrongly (its
    URL, room or cue sheet), CannotJoin, TryLater. ``with_parent``: also until standard input ends. ``marks``: each
    cue with a name is marked in the room's record; that takes the stage's secret.
    """
    written = None if cues is None else read_cues(cues)
    with stop_on_signals(with_parent) as stop:
        async with aiohttp.ClientSession() as http, AsyncExitStack() as stack:
            opening = stack.enter_async_context(open_room(http, url, room, admin_token=admin_token))
            found = await until_stopped(opening, stop)
            is_exact = found is not None and found.is_exact
            sheet = written or make_sheet(seed, with_stills=is_exact)
            crowd = _Crowd(sheet, Truth(is_exact=is_exact, is_alone=room is None), stop, progress)
            if found is None:
                return crowd.summary()
            crowd.make_all(http, found.place, people, seed)
            return await crowd.play(seconds, partial(signaling.mark, http, found.stage) if marks else None)


class _Samples(ParticipantListener):
    """End-to-end times of everyone, in seconds."""

    def __init__(self) -> None:
        self.waits_s: deque[float] = deque(maxlen=_SAMPLES)

    @override
    def waited(self, seconds: float) -> None:
        self.waits_s.append(seconds)


class _Crowd:
    """All participants, and their show."""

    def __init__(self, sheet: CueSheet, truth: Truth, stop: asyncio.Event, progress: Progress) -> None:
        self._sheet = sheet
        self._truth = truth
        self._progress = progress
        self._loop = asyncio.get_running_loop()
        self._samples = _Samples()
        self._joins_s: list[float] = []
        self._participants: list[CrowdParticipant] = []
        self._attendances: list[Attendance] = []
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._stop = stop
        self._here = self._returns = 0

    def make_all(self, http: aiohttp.ClientSession, place: Place, people: int, seed: int) -> None:
        """Make a participant for each person; none joins yet."""
        self._attendances = attendances(self._sheet, seed, people)
        for index in range(people):
            person, dice = make_person(seed, index, self._sheet), Random(f"peer {seed} {index}")  # noqa: S311
            self._participants.append(CrowdParticipant(http, place, index, person, self._truth, self._samples, dice))

    async def play(self, seconds: float, mark: Mark | None = None) -> Summary:
        """Join, play and leave; however it ends, every participant says bye."""
        try:
            await until_stopped(self._join_all(), self._stop)
            async with asyncio.TaskGroup() as group:
                show, began = Show(self._sheet), self._loop.time()
                beside = [self._attend(participant, visits, show, began) for participant, visits in self._expected]
                beside.append(Herald(self._sheet, self._progress, mark).run(began))
                tasks = [group.create_task(each) for each in beside]
                await until_stopped(self._play(show, began, seconds), self._stop)
                for task in tasks:
                    task.cancel()
        finally:
            await asyncio.gather(*map(self._leave, self._participants))
        return self.summary()

    @property
    def _joined(self) -> Sequence[CrowdParticipant]:
        return [participant for participant in self._participants if participant.peer.joins]

    @property
    def _expected(self) -> Sequence[tuple[CrowdParticipant, Attendance]]:
        """Who has joined, or comes later."""
        all_ = zip(self._participants, self._attendances, strict=True)
        return [(one, visits) for one, visits in all_ if one.peer.joins or visits.comes > 0.0]

    async def _join_all(self) -> None:
        """Everybody who is there from the beginning."""
        all_ = zip(self._participants, self._attendances, strict=True)
        early = [participant for participant, visits in all_ if visits.comes == 0.0]
        refusals = await asyncio.gather(*(self._join(participant, len(early)) for participant in early))
        if refused := [refusal for refusal in refusals if refusal is not None]:
            if not self._joined:
                raise refused[0]
            self._progress(f"{len(refused)} could not join: {refused[0]}")

    async def _join(self, participant: CrowdParticipant, expected: int) -> CannotJoin | TryLater | None:
        refusal = await self._enter(participant)
        joined = len(self._joins_s)
        if refusal is None and (joined % 50 == 0 or joined == expected):
            self._progress(f"{joined} of {len(self._participants)} have joined")
        return refusal

    async def _enter(self, participant: CrowdParticipant) -> CannotJoin | TryLater | None:
        async with self._at_once:
            try:
                self._joins_s.append(await participant.join())
            except (CannotJoin, TryLater) as error:
                return error
        return None

    async def _attend(self, participant: CrowdParticipant, visits: Attendance, show: Show, began: float) -> None:
        """Come and go as this one does, each time that the sheet is played."""
        is_in = visits.comes == 0.0
        for comes, goes in visits.visits(self._sheet.repeat_s):
            await asyncio.sleep(max(0.0, began + comes - self._loop.time()))
            if not is_in and not await self._come(participant):
                continue
            is_in = False
            show.add(participant)
            try:
                async with asyncio.timeout_at(None if math.isinf(goes) else began + goes):
                    await self._stay(participant)
                return  # the gateway said to stop
            except TimeoutError:
                show.remove(participant)
            await self._leave(participant)
            participant.rest()

    async def _come(self, participant: CrowdParticipant) -> bool:
        """Join, late or again."""
        again = participant.peer.joins > 0
        refusal = await self._enter(participant)
        if refusal is None:
            self._returns += again
        else:
            self._progress(f"1 could not join: {refusal}")
        return refusal is None

    async def _stay(self, participant: CrowdParticipant) -> None:
        self._here += 1
        try:
            await participant.stay()
        finally:
            self._here -= 1
        if self._here == 0:
            self._progress(f"Nobody is left: {participant.gone}")
            self._stop.set()

    async def _leave(self, participant: CrowdParticipant) -> None:
        async with self._at_once:
            await participant.peer.close()

    async def _play(self, show: Show, began: float, seconds: float) -> None:
        self._progress("The show begins")
        if self._expected:
            await show.play(seconds, began)

    def summary(self) -> Summary:
        """The figures so far."""
        return summarize(self._participants, self._truth, self._samples.waits_s, self._joins_s, self._returns)
