"""Run a crowd: make a room if none is named, join everyone, play the show, say bye, sum up."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Final

import aiohttp
from typing_extensions import override

from client.headless.crowd.cues import CueSheet, parse_cues
from client.headless.crowd.participant import CrowdParticipant, ParticipantListener
from client.headless.crowd.people import make_person
from client.headless.crowd.programme import make_sheet
from client.headless.crowd.rooms import open_room
from client.headless.crowd.show import Show
from client.headless.crowd.summary import Summary
from client.headless.crowd.truth import Truth, quantile
from client.headless.errors import BadCueSheet, CannotJoin, TryLater
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
) -> Summary:
    """A crowd of ``people`` that plays for ``seconds`` (0: until SIGINT or SIGTERM) once all have joined.

    Without ``room`` it makes a room with exact mixes and closes it at the end. Raises AskedWrongly (its
    URL, room or cue sheet), CannotJoin, TryLater. ``with_parent``: also until standard input ends.
    """
    written = None if cues is None else _read_sheet(cues)
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
            return await crowd.play(seconds)


def _read_sheet(path: Path) -> CueSheet:
    try:
        return parse_cues(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadCueSheet(f"The cue sheet {path} cannot be read: {error}.") from error
    except BadCueSheet as error:
        raise BadCueSheet(f"{path}: {error}") from error


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
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._stop = stop
        self._gone = 0

    def make_all(self, http: aiohttp.ClientSession, place: Place, people: int, seed: int) -> None:
        """Make a participant for each person; none joins yet."""
        for index in range(people):
            person, dice = make_person(seed, index, self._sheet), Random(f"peer {seed} {index}")  # noqa: S311
            self._participants.append(CrowdParticipant(http, place, index, person, self._truth, self._samples, dice))

    async def play(self, seconds: float) -> Summary:
        """Join, play and leave; however it ends, every participant says bye."""
        try:
            await until_stopped(self._join_all(), self._stop)
            async with asyncio.TaskGroup() as group:
                stays = [group.create_task(self._stay(participant)) for participant in self._joined]
                await until_stopped(self._play(seconds), self._stop)
                for task in stays:
                    task.cancel()
        finally:
            await asyncio.gather(*map(self._leave, self._participants))
        return self.summary()

    @property
    def _joined(self) -> Sequence[CrowdParticipant]:
        return [participant for participant in self._participants if participant.peer.joins]

    async def _join_all(self) -> None:
        refusals = await asyncio.gather(*map(self._join, self._participants))
        if refused := [refusal for refusal in refusals if refusal is not None]:
            if not self._joined:
                raise refused[0]
            self._progress(f"{len(refused)} could not join: {refused[0]}")

    async def _join(self, participant: CrowdParticipant) -> CannotJoin | TryLater | None:
        async with self._at_once:
            try:
                self._joins_s.append(await participant.join())
            except (CannotJoin, TryLater) as error:
                return error
        if len(self._joins_s) % 50 == 0 or len(self._joins_s) == len(self._participants):
            self._progress(f"{len(self._joins_s)} of {len(self._participants)} have joined")
        return None

    async def _stay(self, participant: CrowdParticipant) -> None:
        await participant.stay()
        self._gone += 1
        if self._gone == len(self._joined):
            self._progress(f"Nobody is left: {participant.gone}")
            self._stop.set()

    async def _leave(self, participant: CrowdParticipant) -> None:
        async with self._at_once:
            await participant.peer.close()

    async def _play(self, seconds: float) -> None:
        self._progress("The show begins")
        show = Show(self._sheet)
        for participant in self._joined:
            show.add(participant)
        if self._joined:
            await show.play(seconds)

    def summary(self) -> Summary:
        """The figures so far."""
        waits_s = list(self._samples.waits_s)
        return Summary(
            people=len(self._participants),
            joined=len(self._joined),
            moves=sum(participant.peer.moves for participant in self._joined),
            rejoins=sum(participant.peer.joins - 1 - participant.peer.moves for participant in self._joined),
            sent=sum(participant.sent for participant in self._participants),
            mixes=sum(participant.mixes for participant in self._participants),
            truth_error_max=self._truth.error_max,
            truth_judged=self._truth.judged,
            end_to_end_p50_ms=_ms(quantile(waits_s, 0.50)),
            end_to_end_p99_ms=_ms(quantile(waits_s, 0.99)),
            join_p50_ms=_ms(quantile(self._joins_s, 0.50)),
            join_p99_ms=_ms(quantile(self._joins_s, 0.99)),
        )


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)
