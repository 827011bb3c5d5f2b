"""Faults of one participant's own making, and of the record's disk: 13 and 20."""

import asyncio
import contextlib
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp

from client.headless.errors import CannotJoin
from client.headless.peer import Peer
from client.headless.place import parse_place
from loadtests import server
from loadtests.faults.outcome import Outcome
from loadtests.faults.stand import Stand, stand
from loadtests.faults.watch import Watch
from loadtests.redis_servers import RedisServer

_HAPPY = (0, 0, 0, 255, 0, 0, 0)


async def two_tabs() -> Outcome:
    """The same participant opens a second tab, by another gateway."""
    outcome = Outcome("same participant in two tabs")
    with RedisServer() as redis:
        async with stand(redis.url) as here, _tab(here, 0, None) as first:
            await here.watch.until(1, 10, 1.0)
            opened_at = time.monotonic()
            async with _tab(here, 1, first._seat):
                outcome.equals("the older one is told", await _until_out(first), "SeatTaken")
                outcome.at_most("after", time.monotonic() - opened_at, 1.5)
                await here.watch.until(1, 10, 2.0)
                outcome.equals("most counted", here.watch.most(), 1)
    return outcome


@contextlib.asynccontextmanager
async def _tab(here: Stand, gateway: int, seat: str | None) -> AsyncIterator[Peer]:
    peer = Peer(here.http, parse_place(here.gateways[gateway].url, here.watch.room))
    peer._seat = seat
    await peer.open()
    smiling = asyncio.create_task(_smile(peer))
    try:
        yield peer
    finally:
        smiling.cancel()
        await peer.close()


async def _smile(peer: Peer) -> None:
    while True:
        peer.score(_HAPPY, 255)
        await asyncio.sleep(0.2)


async def _until_out(peer: Peer) -> str:
    try:
        async with asyncio.timeout(5):
            await peer.stay()
    except CannotJoin as error:
        return "SeatTaken" if "taken" in str(error) else str(error)
    except TimeoutError:
        return "never told"
    return "left"


async def disk_full() -> Outcome:
    """The disk that holds the record of a one-process kuuki is full, and then has room again."""
    outcome = Outcome("disk full under the record")
    with _small_disk() as folder:
        served = await asyncio.to_thread(
            server.start, environment={"KUUKI_STORE": str(folder / "kuuki.sqlite3"), "KUUKI_LOG": "json"}
        )
        try:
            await _fill_and_free(outcome, served.url, folder)
        finally:
            said = await asyncio.to_thread(served.stop)
    outcome.equals("tracebacks", said.count("Traceback"), 0)
    return outcome


async def _fill_and_free(outcome: Outcome, url: str, folder: Path) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{url}/rooms", json={"privacy": "exact", "record": True}) as answer:
            watch = Watch((await answer.json())["room"])
        following = asyncio.create_task(watch.follow(http, "1", url))
        try:
            await asyncio.sleep(4.0)
            before = await _timeline(http, url, watch.room)
            filler = folder / "filler"
            await asyncio.to_thread(_fill, filler)
            outcome.equals("recording", await _until_recording(http, url, watch.room, "refused"), "refused: disk")
            async with http.post(f"{url}/rooms/{watch.room}/marks", json={"text": "now"}) as answer:
                outcome.equals("a mark meanwhile", answer.status, 409)
            full_at = time.monotonic()
            await asyncio.sleep(2.0)
            outcome.equals("the live mix goes on", len(watch.since(full_at)) >= 8, True)
            filler.unlink()
            outcome.equals("recording again", await _until_recording(http, url, watch.room, "on"), "on: None")
            after = await _timeline(http, url, watch.room)
            outcome.equals("acknowledged rows lost", len(before - after), 0)
        finally:
            following.cancel()


async def _timeline(http: aiohttp.ClientSession, url: str, room: str) -> set[str]:
    async with http.get(f"{url}/rooms/{room}/timeline") as answer:
        return {row["cursor"] for row in (await answer.json())["rows"]}


async def _until_recording(http: aiohttp.ClientSession, url: str, room: str, state: str) -> str:
    said = ""
    for _ in range(150):
        async with http.get(f"{url}/rooms/{room}/timeline") as answer:
            page = await answer.json()
        said = f"{page['recording']}: {page['reason']}"
        if page["recording"] == state:
            return said
        await asyncio.sleep(0.1)
    return said


@contextlib.contextmanager
def _small_disk() -> Iterator[Path]:
    """A file system of 1 MB (root)."""
    with tempfile.TemporaryDirectory(prefix="kuuki-") as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def _fill(path: Path) -> None:
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))
