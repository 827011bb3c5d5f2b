"""``kuuki join``: one participant whose expression comes from a camera, a film or a synthetic walk."""

import asyncio
import os
import sys
from contextlib import AsyncExitStack, aclosing
from random import Random

from client.headless.errors import AskedWrongly, CannotJoin, SourceFailed, TryLater
from client.headless.place import parse_place
from client.headless.retrying import retry_until_success
from client.headless.room import Room
from client.headless.saying import Say, in_lines, in_words
from client.headless.sources import Source, open_source
from client.headless.stopping import stop_on_signals, until_stopped
from kuuki.backoff import Backoff
from kuuki.mood.room import Role


async def run_join(
    *,
    url: str,
    room: str | None = None,
    source: str = "synthetic",
    once: bool = False,
    as_json: bool = False,
    seed: int = 1,
) -> int:
    """Join and publish until the source ends or SIGINT. Exit code: 0 ended well, 1 failed, 2 asked wrongly."""
    problem: BaseException | None = None
    try:
        place = parse_place(url, room)
        opened = await asyncio.to_thread(open_source, source, once=once, seed=seed)
        with in_lines(sys.stdout) if as_json else in_words(sys.stdout, place.room) as say:
            await _take_part(Room(place, Role.AUDIENCE), opened, say)
    except* (AskedWrongly, CannotJoin, TryLater, SourceFailed) as group:
        problem = _first(group)
    except* BrokenPipeError:  # whoever read the lines has read enough
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115, ASYNC230 - else Python complains as it exits
    if problem is None:
        return 0
    sys.stderr.write(f"kuuki join: {problem}\n")
    return 2 if isinstance(problem, AskedWrongly) else 1


async def _take_part(room: Room, source: Source, say: Say) -> None:
    with stop_on_signals() as stop:
        await until_stopped(_in_room(room, source, say), stop)


async def _in_room(room: Room, source: Source, say: Say) -> None:
    """Until the source ends; being cancelled says bye."""
    async with AsyncExitStack() as entered:
        await retry_until_success(lambda: entered.enter_async_context(room), Backoff(Random().uniform), _is_busy)  # noqa: S311 - jitter
        async with asyncio.TaskGroup() as group:
            hearing = group.create_task(_hear(room, say))
            await _sense(room, source, say)
            hearing.cancel()


def _is_busy(later: TryLater) -> bool:
    """A server that says when to come again is there; one that cannot be reached may be a slip in the URL."""
    if later.after_s:
        sys.stderr.write(f"kuuki join: {later}\n")
    return later.after_s > 0


async def _hear(room: Room, say: Say) -> None:
    async for mix in room.mixes():
        say.mix(mix)


async def _sense(room: Room, source: Source, say: Say) -> None:
    had_face = False
    async with aclosing(source.sensed()) as readings:
        async for sensed in readings:
            if sensed.weights is not None:
                seq = room.send_integers(sensed.weights, sensed.sure)
            else:
                seq = room.withdraw() if had_face else 0  # no face is no score: withdrawn once, then silence
            had_face = sensed.weights is not None
            say.score(sensed, seq)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
