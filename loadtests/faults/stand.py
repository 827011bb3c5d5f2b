"""A stand: a Redis, gateways, aggregators, a front before them, a room (mostly an exact one), people, and viewers."""

import asyncio
import contextlib
import re
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from loadtests.faults.front import front
from loadtests.faults.outcome import Outcome
from loadtests.faults.processes import Part, People, start_part, start_people
from loadtests.faults.watch import Watch

_PEERS = re.compile(r'^kuuki_peers\{role="audience"\} ([0-9.e+]+)$', re.MULTILINE)
_ALL_THERE_S = 90.0
_STEADY_S = 1.5
_SETTLE_S = 3.0
_PEOPLE_A_PROCESS = 100
SIGNAL, AGGREGATOR = "signal", "aggregator"


@dataclass
class Stand:
    """What runs, and what can be done to it."""

    folder: Path
    environment: dict[str, str]
    http: aiohttp.ClientSession
    watch: Watch
    url: str = ""
    gateways: list[Part] = field(default_factory=list)
    aggregators: list[Part] = field(default_factory=list)
    people: list[People] = field(default_factory=list)
    _following: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)
    _viewers: int = 0

    # --- parts

    async def add_gateway(self, before: Sequence[str] = ()) -> Part:
        """One more gateway; it is watched from now on (once there is a room)."""
        part = await start_part(SIGNAL, self.folder, self.environment, before)
        self.gateways.append(part)
        if self.watch.room:
            self.follow(part)
        return part

    async def add_aggregator(self, before: Sequence[str] = ()) -> Part:
        """One more aggregator."""
        part = await start_part(AGGREGATOR, self.folder, self.environment, before)
        self.aggregators.append(part)
        return part

    async def end(self, part: Part, how: signal.Signals = signal.SIGKILL, patience_s: float = 60.0) -> None:
        """End a gateway or an aggregator, and look no more at it."""
        parts = self.gateways if part.kind == SIGNAL else self.aggregators
        parts.remove(part)
        ending = asyncio.ensure_future(part.process.end(how, patience_s))
        following = self._following.pop(part.url, None)
        if following is not None and how is signal.SIGKILL:
            following.cancel()
        await ending
        if following is not None:
            following.cancel()

    def follow(self, part: Part) -> None:
        """Watch the room by this gateway."""
        self._viewers += 1
        work = self.watch.follow(self.http, f"{self._viewers}", part.url)
        self._following[part.url] = asyncio.create_task(work)

    # --- the room and its people

    async def make_room(self, privacy: str = "exact") -> str:
        """A room, made at the first gateway and watched by all."""
        async with self.http.post(f"{self.gateways[0].url}/rooms", json={"privacy": privacy}) as answer:
            self.watch.room = (await answer.json())["room"]
        for part in self.gateways:
            self.follow(part)
        return self.watch.room

    async def add_people(self, people: int, url: str | None = None, options: Sequence[str] = ()) -> People:
        """So many participants, by the front unless said otherwise; they are waited for."""
        seed = len(self.people) + 1
        crowd = await start_people(url or self.url, self.watch.room, people, self.folder, seed, options)
        self.people.append(crowd)
        await self.watch.until(self.count, _ALL_THERE_S, _STEADY_S)
        return crowd

    async def add_hundreds(self, people: int) -> None:
        """As ``add_people``, for hundreds on the cores of one machine: several processes, and faces that do not change.

        So what a join costs, which outside is borne by a device of each one's own, does not have to wait for long.
        """
        for already in range(0, people, _PEOPLE_A_PROCESS):
            await self.add_people(min(_PEOPLE_A_PROCESS, people - already), options=["--calm"])

    @property
    def count(self) -> int:
        """How many distinct participants live."""
        return sum(crowd.people for crowd in self.people)

    async def mix(self, part: Part) -> dict[str, object]:
        """The newest mix as a gateway tells it."""
        async with self.http.get(f"{part.url}/rooms/{self.watch.room}/mix") as answer:
            said: dict[str, object] = await answer.json()
            return said

    async def peers(self, part: Part) -> int:
        """How many of the audience are connected to a gateway."""
        async with self.http.get(f"{part.health}/metrics") as answer:
            found = _PEERS.search(await answer.text())
        return int(float(found[1])) if found else 0

    async def status(self, part: Part, path: str) -> int:
        """The HTTP status of a path at a part's health port; 0 when it does not answer."""
        try:
            async with self.http.get(f"{part.health}{path}", timeout=aiohttp.ClientTimeout(total=1.0)) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    async def until_state(self, part: Part, state: str, timeout_s: float) -> float:
        """Seconds until whoever asks a gateway is told that the mix is in that state; TimeoutError.

        The time is that of the question: a gateway whose mix is old waits 0.6 s for a fresh one before it answers.
        """
        began = time.monotonic()
        while (asked_at := time.monotonic()) - began < timeout_s:
            if (await self.mix(part))["state"] == state:
                return asked_at - began
            await asyncio.sleep(0.05)
        raise TimeoutError(f"the mix was not {state} within {timeout_s:g} s")

    async def settle(self, outcome: Outcome, people: int) -> None:
        """What holds over every fault: nobody was counted twice, and nothing ran backwards at any viewer."""
        await asyncio.sleep(_SETTLE_S)
        backwards = self.watch.ran_backwards() + sum(len(crowd.events("backwards")) for crowd in self.people)
        outcome.equals("most counted", self.watch.most(), people)
        outcome.equals("ran backwards", backwards, 0)

    async def close(self) -> None:
        """End everything that runs."""
        for task in self._following.values():
            task.cancel()
        await asyncio.gather(*self._following.values(), return_exceptions=True)
        parts = [*self.gateways, *self.aggregators]
        await asyncio.gather(*(crowd.process.end() for crowd in self.people))
        await asyncio.gather(*(part.process.end() for part in parts))


@contextlib.asynccontextmanager
async def stand(
    redis_url: str,
    gateways: int = 2,
    aggregators: int = 2,
    environment: Mapping[str, str] | None = None,
    privacy: str = "exact",
) -> AsyncIterator[Stand]:
    """A stand on this Redis, ready to take people; ended whatever happens."""
    surroundings = {"KUUKI_REDIS_URL": redis_url, "KUUKI_LOG": "json", **(environment or {})}
    with tempfile.TemporaryDirectory(prefix="kuuki-") as folder:
        async with aiohttp.ClientSession() as http:
            here = Stand(Path(folder), surroundings, http, Watch(""))
            try:
                async with front(lambda: [part.url for part in here.gateways]) as here.url:
                    await asyncio.gather(*(here.add_aggregator() for _ in range(aggregators)))
                    await asyncio.gather(*(here.add_gateway() for _ in range(gateways)))
                    await here.make_room(privacy)
                    yield here
            finally:
                await here.close()
