"""Participants who tell what happens to them: ``python -m loadtests.faults.people``, one JSON object a line.

Each sends one constant score, at 5 Hz or as slowly as an unchanged one may be repeated (``--calm``), and may tell
of every mix (``--tell-mixes``). ``at`` is the machine's monotonic clock, so lines of several processes compare.
Ends when its standard input ends.
"""

import argparse
import asyncio
import json
import sys
import time
from random import Random

from client.headless.errors import CannotJoin, TryLater
from client.headless.place import parse_place
from client.headless.room import Room
from kuuki.mood.room import Role
from kuuki.times import KEEP_ALIVE_S, MIX_STALE_S, TICK_S

_HAPPY = (0, 0, 0, 255, 0, 0, 0)
_AGAIN_S = 0.5
_AT_ONCE = 8


def tell(event: str, **facts: object) -> None:
    """Print one event as a line of JSON."""
    sys.stdout.write(json.dumps({"at": round(time.monotonic(), 4), "event": event, **facts}) + "\n")
    sys.stdout.flush()


class Person:
    """One participant: stays in the room, and notes what it sees of the mixes."""

    def __init__(self, number: int, arguments: argparse.Namespace) -> None:
        self.number = number
        self._send_s = KEEP_ALIVE_S if arguments.calm else TICK_S
        self._tells_mixes = arguments.tell_mixes
        dice = Random(arguments.seed * 10_000 + number)
        self._room = Room(parse_place(arguments.url, arguments.room), Role.AUDIENCE, dice)
        self._order = (0, 0)
        self._fresh_at = 0.0
        self.stale_s = 0
        self.seconds = 0

    async def run(self, gate: asyncio.Semaphore) -> None:
        """Join (some at once, and again until it works), send, listen."""
        async with gate:
            began = time.monotonic()
            while True:
                try:
                    await self._room.__aenter__()
                    break
                except TryLater:
                    await asyncio.sleep(_AGAIN_S)
        self._fresh_at = time.monotonic()
        tell("joined", person=self.number, took_s=round(time.monotonic() - began, 3))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._send())
                group.create_task(self._hear())
                group.create_task(self._count())
        except* CannotJoin as error:
            tell("out", person=self.number, why=type(error.exceptions[0]).__name__)
        finally:
            await self._room.__aexit__(None, None, None)

    async def _send(self) -> None:
        while True:
            self._room.send_integers(_HAPPY, 255)
            await asyncio.sleep(self._send_s)

    async def _hear(self) -> None:
        async for mix in self._room.mixes():
            order = (mix.term, mix.seq)
            if order < self._order:
                tell("backwards", person=self.number, order=order, after=self._order)
            if order > self._order:
                if self._tells_mixes:
                    tell("mix", person=self.number, order=order, age_ms=mix.age_ms)
                self._fresh_at = time.monotonic() - mix.age_ms / 1000
            self._order = max(order, self._order)

    async def _count(self) -> None:
        """Note once a second whether there was a value that was not stale."""
        while True:
            await asyncio.sleep(1.0)
            self.seconds += 1
            self.stale_s += time.monotonic() - self._fresh_at > MIX_STALE_S


async def main(arguments: argparse.Namespace) -> None:
    """Run them all until standard input ends."""
    people = [Person(number, arguments) for number in range(arguments.people)]
    gate = asyncio.Semaphore(_AT_ONCE)
    tasks = [asyncio.create_task(person.run(gate)) for person in people]
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    tell("seconds", all=sum(person.seconds for person in people), stale=sum(person.stale_s for person in people))
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            tell("failed", kind=type(outcome).__name__)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--room", required=True)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calm", action="store_true")
    parser.add_argument("--tell-mixes", action="store_true")
    asyncio.run(main(parser.parse_args()))
