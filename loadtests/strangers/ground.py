"""Where an attack takes place: a ``kuuki serve`` of its own, a room, and people who tell how old their mixes get."""

import asyncio
import contextlib
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from loadtests.faults.processes import KUUKI, People, Process, start_people
from loadtests.strangers.attack import Attack

_SERVES: Final = re.compile(r"https?://[^\s,]+")
_JOINED_S: Final = 30.0
_ENVIRONMENT: Final = {"KUUKI_TRUSTED_PROXIES": "127.0.0.1", "KUUKI_STORE": "none", "KUUKI_LOG": "json"}
_FEW_FILES: Final = ("sh", "-c", 'ulimit -n "$1"; shift; exec "$@"', "sh")


@dataclass
class Ground:
    """The server and its honest people, before an attack begins."""

    server: Process
    url: str
    room: str
    people: People
    folder: Path

    async def start(self, module: str, *options: str) -> Process:
        """A process of this package that knows where the room is."""
        command = [sys.executable, "-m", f"loadtests.strangers.{module}", *options]
        place = ["--url", self.url, "--room", self.room]
        return await Process.start([*command, *place], self.folder / f"{module}.log")

    def ages_s(self, since: float, until: float) -> list[float]:
        """How old what the honest people see became, each time before the next mix came (monotonic seconds).

        What was seen last became as old as it was at ``until``: who hears nothing more sees it age.
        """
        ages = []
        for mixes in self._mixes().values():
            for (at, age_s), (next_at, _) in zip(mixes, [*mixes[1:], (until, 0.0)], strict=True):
                if since < next_at and at < until:
                    ages.append(min(next_at, until) - at + age_s)
        return ages

    def _mixes(self) -> dict[int, list[tuple[float, float]]]:
        mixes: dict[int, list[tuple[float, float]]] = {}
        for event in self.people.events("mix"):
            mixes.setdefault(event["person"], []).append((event["at"], event["age_ms"] / 1000))
        return mixes


@contextlib.asynccontextmanager
async def ground(attack: Attack, people: int) -> AsyncIterator[Ground]:
    """A fresh server and fresh people, all of them in; at the end nothing is left."""
    with tempfile.TemporaryDirectory(prefix="kuuki-strangers-") as name:
        folder = Path(name)
        async with contextlib.AsyncExitStack() as stack:
            before = (*_FEW_FILES, str(attack.files)) if attack.files else ()
            command = [*KUUKI, "serve", "--port", "0"]
            server = await Process.start(command, folder / "server.log", _ENVIRONMENT, before)
            stack.push_async_callback(server.end)
            url = (await server.line(_SERVES))[0]
            room = await _make_room(url)
            here = await start_people(url, room, people, folder, options=("--tell-mixes",))
            stack.push_async_callback(here.process.end)
            await _all_in(here, people)
            yield Ground(server, url, room, here, folder)


async def _make_room(url: str) -> str:
    async with aiohttp.ClientSession() as http, http.post(f"{url}/rooms", json={"privacy": "exact"}) as made:
        return str((await made.json())["room"])


async def _all_in(here: People, people: int) -> None:
    """Until as many have joined as there are: a line of theirs for each."""
    async with asyncio.timeout(_JOINED_S):
        while len(here.events("joined")) < people:  # noqa: ASYNC110 - they are lines of another process
            await asyncio.sleep(0.1)
