"""Run a crowd: make a room if none is named, join everyone, play the show, say bye, sum up."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any, Final

import aiohttp

from client.headless import signaling
from client.headless.crowd.cues import CueSheet, parse_cues
from client.headless.crowd.people import make_person
from client.headless.crowd.programme import make_sheet
from client.headless.crowd.seat import CrowdSeat, Samples
from client.headless.crowd.summary import Summary
from client.headless.crowd.truth import Truth, quantile
from client.headless.errors import BadCueSheet, CannotJoin, TryLater
from client.headless.place import Place, parse_base, parse_place
from client.headless.stopping import stop_on_signals, until_stopped
from kuuki.times import TICK_S

_AT_ONCE: Final = 16
"""Joins and leaves under way at a time."""

_SAMPLES: Final = 200_000
_ROOM: Final = {"purpose": "private", "privacy": "exact"}
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
            opening = stack.enter_async_context(_room(http, url, room, admin_token))
            found = await until_stopped(opening, stop)
            is_exact = found is not None and found[1]
            sheet = written or make_sheet(seed, with_stills=is_exact)
            truth = Truth(people, is_exact=is_exact, is_alone=room is None)
            crowd = _Crowd(sheet, truth, stop, progress)
            if found is None:
                return crowd.summary()
            crowd.seat_all(http, found[0], people, seed)
            return await crowd.play(seconds)


def _read_sheet(path: Path) -> CueSheet:
    try:
        return parse_cues(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadCueSheet(f"The cue sheet {path} cannot be read: {error}.") from error
    except BadCueSheet as error:
        raise BadCueSheet(f"{path}: {error}") from error


@asynccontextmanager
async def _room(
    http: aiohttp.ClientSession, url: str, room: str | None, admin_token: str | None
) -> AsyncIterator[tuple[Place, bool]]:
    """The room to play in, and whether its mixes are exact; one's own is closed at the end."""
    if room is not None:
        place = parse_place(url, room)
        facts = await signaling.room_facts(http, place)
        yield place, facts.get("privacy") == "exact"
        return
    made = await signaling.make_room(http, parse_base(url), _ROOM, admin_token)
    links: dict[str, Any] = made["links"]
    place = Place(parse_base(url), made["room"], parse_place(links["audience"]).key)
    try:
        yield place, True
    finally:
        stage = Place(place.base, place.room, parse_place(links["stage"]).key)
        await signaling.close_room(http, stage)


class _Crowd:
    """Everyone, and the show."""

    def __init__(self, sheet: CueSheet, truth: Truth, stop: asyncio.Event, progress: Progress) -> None:
        self._sheet = sheet
        self._truth = truth
        self._progress = progress
        self._loop = asyncio.get_running_loop()
        self._waits_s: Samples = deque(maxlen=_SAMPLES)
        self._joins_s: list[float] = []
        self._seats: list[CrowdSeat] = []
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._stop = stop
        self._gone = 0

    def seat_all(self, http: aiohttp.ClientSession, place: Place, people: int, seed: int) -> None:
        """A seat for each person; nobody joins yet."""
        for index in range(people):
            person, dice = make_person(seed, index, self._sheet), Random(f"peer {seed} {index}")  # noqa: S311
            self._seats.append(CrowdSeat(http, place, index, person, self._truth, self._waits_s, dice))

    async def play(self, seconds: float) -> Summary:
        """Join, play, leave; whatever stops it, everyone says bye."""
        try:
            await until_stopped(self._join_all(), self._stop)
            async with asyncio.TaskGroup() as group:
                stays = [group.create_task(self._stay(seat)) for seat in self._joined]
                await until_stopped(self._show(seconds), self._stop)
                for task in stays:
                    task.cancel()
        finally:
            await asyncio.gather(*map(self._leave, self._seats))
        return self.summary()

    @property
    def _joined(self) -> Sequence[CrowdSeat]:
        return [seat for seat in self._seats if seat.peer.joins]

    async def _join_all(self) -> None:
        refusals = await asyncio.gather(*map(self._join, self._seats))
        if refused := [refusal for refusal in refusals if refusal is not None]:
            if not self._joined:
                raise refused[0]
            self._progress(f"{len(refused)} could not join: {refused[0]}")

    async def _join(self, seat: CrowdSeat) -> CannotJoin | TryLater | None:
        async with self._at_once:
            try:
                self._joins_s.append(await seat.join())
            except (CannotJoin, TryLater) as error:
                return error
        if len(self._joins_s) % 50 == 0 or len(self._joins_s) == len(self._seats):
            self._progress(f"{len(self._joins_s)} of {len(self._seats)} have joined")
        return None

    async def _stay(self, seat: CrowdSeat) -> None:
        await seat.stay()
        self._gone += 1
        if self._gone == len(self._joined):
            self._progress(f"Nobody is left: {seat.gone}")
            self._stop.set()

    async def _leave(self, seat: CrowdSeat) -> None:
        async with self._at_once:
            await seat.peer.close()

    async def _show(self, seconds: float) -> None:
        """Everyone acts once a tick, at a phase of their own. What was missed is left out, not made up for."""
        self._progress("The show begins")
        seats = sorted(self._joined, key=lambda seat: seat.person.phase)
        if not seats:
            return
        began = self._loop.time()
        tick = 0
        while seconds == 0 or tick * TICK_S < seconds:
            for seat in seats:
                t = (tick + seat.person.phase) * TICK_S
                wait_s = began + t - self._loop.time()
                if wait_s > 0.001:
                    await asyncio.sleep(wait_s)
                seat.act(self._sheet, t)
            tick = max(tick + 1, int((self._loop.time() - began) / TICK_S))

    def summary(self) -> Summary:
        """What came of it."""
        waits_s = list(self._waits_s)
        return Summary(
            people=len(self._seats),
            joined=len(self._joined),
            moves=sum(seat.peer.moves for seat in self._joined),
            rejoins=sum(seat.peer.joins - 1 - seat.peer.moves for seat in self._joined),
            sent=sum(seat.sent for seat in self._seats),
            mixes=sum(seat.mixes for seat in self._seats),
            truth_error_max=self._truth.error_max,
            truth_judged=self._truth.judged,
            end_to_end_p50_ms=_ms(quantile(waits_s, 0.50)),
            end_to_end_p99_ms=_ms(quantile(waits_s, 0.99)),
            join_p50_ms=_ms(quantile(self._joins_s, 0.50)),
            join_p99_ms=_ms(quantile(self._joins_s, 0.99)),
        )


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)
