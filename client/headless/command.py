"""``kuuki join``: one participant whose expression comes from a camera, a film or a synthetic walk."""

import asyncio
import sys
from contextlib import AsyncExitStack, aclosing
from random import Random

from client.headless.ending import run_to_end
from client.headless.errors import CannotJoin, TryLater
from client.headless.place import parse_place
from client.headless.retrying import retry_until_success
from client.headless.room import Room
from client.headless.saying import Say, in_lines, in_words
from client.headless.sharing import share
from client.headless.sources import Source, open_source
from client.headless.stopping import until_signal
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
    joining = _join(url, room, source, once=once, as_json=as_json, seed=seed)
    return await run_to_end("join", joining, CannotJoin)


async def _join(url: str, room: str | None, source: str, *, once: bool, as_json: bool, seed: int) -> None:
    place = parse_place(url, room)
    opened = await asyncio.to_thread(open_source, source, once=once, seed=seed)
    with in_lines(sys.stdout) if as_json else in_words(sys.stdout, place.room) as say:
        await until_signal(_in_room(Room(place, Role.AUDIENCE), opened, say))


async def _in_room(room: Room, source: Source, say: Say) -> None:
    """Until the source ends; being cancelled says bye."""
    async with AsyncExitStack() as entered:
        backoff = Backoff(Random().uniform)  # noqa: S311 - jitter
        await retry_until_success(lambda: entered.enter_async_context(room), backoff, _is_busy, before_wait=_say_busy)
        async with asyncio.TaskGroup() as group:
            hearing = group.create_task(_hear(room, say))
            await _sense(room, source, say)
            hearing.cancel()


def _is_busy(later: TryLater) -> bool:
    """Whether to ask again: a server that says when is there. One that is not reached may be a slip in the URL."""
    return later.after_s > 0


def _say_busy(later: TryLater) -> None:
    sys.stderr.write(f"kuuki join: {later}\n")


async def _hear(room: Room, say: Say) -> None:
    async for mix in room.mixes():
        say.mix(mix)


async def _sense(room: Room, source: Source, say: Say) -> None:
    had_face = False
    async with aclosing(source.sensed()) as readings:
        async for sensed in readings:
            seq = share(room, sensed, had_face)
            had_face = sensed.weights is not None
            say.score(sensed, seq)
