"""Honest people who come while an attack goes on: ``python -m loadtests.strangers.newcomers``, one JSON object a line.

They join, or watch by event stream, from one address as a proxy would say it. Who is told to come later does, as the
page does, until ``--within`` is over.
"""

import argparse
import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from random import Random

import aiohttp
from typing_extensions import override

from client.headless.errors import CannotJoin, TryLater
from client.headless.peer import Peer
from client.headless.place import Place
from kuuki.backoff import Backoff
from loadtests.strangers.attack import tell


@dataclass(frozen=True)
class Behind(Place):
    """A place that one comes to through a proxy; ``address``: one's own, "" without a proxy."""

    address: str = ""

    @property
    @override
    def headers(self) -> dict[str, str]:
        return {"X-Forwarded-For": self.address} if self.address else {}


async def _until_in(number: int, after_s: float, within_s: float, come: "Come") -> None:
    """Come, and come again as long as told to try later; tell how long it took, or that it was in vain."""
    await asyncio.sleep(after_s)
    began, backoff, refused = time.monotonic(), Backoff(Random(number).uniform), 0
    while True:
        try:
            async with asyncio.timeout(began + within_s - time.monotonic()):
                await come.once()
        except (TryLater, aiohttp.ClientError) as error:
            refused += 1
            wait_s = backoff.next_s(getattr(error, "after_s", 0.0))
            if time.monotonic() + wait_s - began > within_s:
                return tell("out", number=number, refused=refused)
            await asyncio.sleep(wait_s)
        except (CannotJoin, TimeoutError) as error:
            return tell("out", number=number, refused=refused, why=type(error).__name__)
        else:
            return tell("in", number=number, took_s=round(time.monotonic() - began, 3), refused=refused)


class Come:
    """How a newcomer comes: by joining the room."""

    def __init__(self, http: aiohttp.ClientSession, place: Behind, stack: AsyncExitStack, number: int) -> None:
        self._http, self._place, self._stack = http, place, stack
        self._dice = Random(number)

    async def once(self) -> None:
        """Try once. Raises TryLater, CannotJoin or ClientError."""
        peer = Peer(self._http, self._place, dice=self._dice)
        await peer.open()
        self._stack.push_async_callback(peer.close)


class ComeAndWatch(Come):
    """How a newcomer comes who only watches: by event stream."""

    @override
    async def once(self) -> None:
        headers = {"Accept": "text/event-stream", **self._place.headers}
        answer = await self._http.get(f"{self._place.base}/rooms/{self._place.room}/mix", headers=headers)
        self._stack.callback(answer.close)
        if answer.status != 200:
            raise TryLater(f"answered {answer.status}", float(answer.headers.get("Retry-After", 0)))
        await answer.content.readline()


async def main(arguments: argparse.Namespace) -> None:
    """All of them, one after the other within ``--over``; then they stay until all are in or out."""
    place = Behind(arguments.url, arguments.room, None, arguments.address)
    no_limit = aiohttp.TCPConnector(limit=0)
    async with (
        aiohttp.ClientSession(connector=no_limit, timeout=aiohttp.ClientTimeout(total=None)) as http,
        AsyncExitStack() as stack,
        asyncio.TaskGroup() as group,
    ):
        everybody = arguments.joins + arguments.viewers
        for number in range(everybody):
            come = (Come if number < arguments.joins else ComeAndWatch)(http, place, stack, number)
            after_s = arguments.after + arguments.over * number / everybody
            group.create_task(_until_in(number, after_s, arguments.within, come))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--room", required=True)
    parser.add_argument("--joins", type=int, default=0)
    parser.add_argument("--viewers", type=int, default=0)
    parser.add_argument("--address", default="")
    parser.add_argument("--after", type=float, default=0.0)
    parser.add_argument("--over", type=float, default=0.0)
    parser.add_argument("--within", type=float, default=10.0)
    asyncio.run(main(parser.parse_args()))
