"""``make bench-laughter``: thirty people laugh, and a page hears it: how soon, and how soon it is over.

Thirty real clients in a veiled room on this machine send scores over their channels; a page in Chromium listens.
A laugh begins with one score of each; *heard* is when the sound (RMS over 0.2 s) is 10 dB above what it was before,
*over* when it is back within 3 dB of that. The last line is one JSON object; the exit status is 1 if 95 % of laughs are
not heard within 1 s, or not over within 3 s.
"""

import asyncio
import json
import math
import shutil
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any, Final

import aiohttp
from playwright.async_api import Page, async_playwright

from client.headless.crowd.faces import readings_of
from client.headless.crowd.rooms import open_room
from client.headless.peer import Peer
from client.headless.place import Place
from kuuki.times import TICK_S
from loadtests.chromium import ARGS
from loadtests.page_waits import until_holds
from loadtests.server import start

PEOPLE: Final = 30
LAUGHS: Final = 24
LAUGH_S: Final = 2.0
QUIET_S: Final = 6.0
HEARD_DB: Final = 10.0
OVER_DB: Final = 3.0
HEARD_S: Final = 1.0
OVER_S: Final = 3.0
_WINDOW_S: Final = 0.2
_WARM_S: Final = 12.0
_SMILING: Final = 0.15
_SURE: Final = 230
_MOST: Final = 0.95

EAR = """() => {
  window.heard = [];
  const Real = window.AudioContext;
  window.AudioContext = class extends Real {
    constructor(options) {
      super(options);
      this.ear = this.createAnalyser();
      this.ear.fftSize = 1024;
      const frames = new Float32Array(1024);
      setInterval(() => {
        this.ear.getFloatTimeDomainData(frames);
        const power = frames.reduce((sum, x) => sum + x * x, 0) / frames.length;
        window.heard.push([performance.timeOrigin + performance.now(), power]);
        if (window.heard.length > 20000) window.heard.shift();
      }, 20);
    }
  };
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (target, ...more) {
    if (target === this.context.destination && this.context.ear) connect.call(this, this.context.ear);
    return connect.call(this, target, ...more);
  };
}"""
"""In the page before its own scripts: ``heard`` is [ms of the wall clock, mean power of the last 21 ms], fifty a
second, from when sound is turned on."""


class Laugher:
    """A real client whose face is at rest, smiles by chance, or laughs with all others."""

    def __init__(self, http: aiohttp.ClientSession, place: Place, index: int) -> None:
        self._dice = Random(f"laugher {index}")
        self._rest, self._smile = (self._dice.choice(readings_of(label)) for label in ("neutral", "happy"))
        self.peer = Peer(http, place, dice=self._dice)
        self._smiles_until = 0.0

    def say(self, now: float, *, is_laughing: bool) -> None:
        """Send a score."""
        if self._dice.random() < _SMILING * TICK_S / 2.0:
            self._smiles_until = now + self._dice.expovariate(0.5)
        is_smiling = is_laughing or now < self._smiles_until
        self.peer.score(self._smile if is_smiling else self._rest, _SURE)


class Crowd:
    """Thirty of them, who say how they look every tick."""

    def __init__(self, laughers: list[Laugher]) -> None:
        self._laughers = laughers
        self._is_laughing = False

    def set_laughing(self, is_laughing: bool) -> float:
        """All at once; the wall clock's time of that, in seconds."""
        self._is_laughing = is_laughing
        self._say()
        return time.time()

    async def run(self) -> None:
        """Say it until cancelled."""
        while True:
            self._say()
            await asyncio.sleep(TICK_S)

    def _say(self) -> None:
        now = time.monotonic()
        for laugher in self._laughers:
            laugher.say(now, is_laughing=self._is_laughing)


@asynccontextmanager
async def laughing_room(url: str, people: int = PEOPLE) -> AsyncIterator[tuple[str, Crowd]]:
    """A veiled room with so many in it, and the address of its audience's page."""
    async with aiohttp.ClientSession() as http, open_room(http, url, wanted={"purpose": "performance"}) as opened:
        laughers = [Laugher(http, opened.place, index) for index in range(people)]
        await asyncio.gather(*[laugher.peer.open() for laugher in laughers])
        crowd = Crowd(laughers)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(crowd.run()), *[group.create_task(each.peer.stay()) for each in laughers]]
            try:
                yield f"{url}/r/{opened.place.room}", crowd
            finally:
                for task in tasks:
                    task.cancel()
        await asyncio.gather(*[laugher.peer.close() for laugher in laughers])


async def listen(page: Page, address: str) -> None:
    """Open the audience's page, and turn the room's sound on."""
    await page.add_init_script(f"({EAR})()")
    await page.goto(address)
    await page.get_by_role("button", name="Turn the sound on").press("Enter")
    await until_holds(page, "() => window.heard.length > 50")


async def loudness(page: Page, since_s: float) -> list[tuple[float, float]]:
    """(wall clock in seconds, decibels of the last 0.2 s) since then."""
    said: list[tuple[float, float]] = await page.evaluate(
        f"window.heard.filter(([at]) => at >= {1000 * (since_s - _WINDOW_S)})"
    )
    return [
        (at / 1000, _decibels([power for then, power in said[max(0, i - 20) : i + 1] if at - then < 1000 * _WINDOW_S]))
        for i, (at, _) in enumerate(said)
        if at / 1000 >= since_s
    ]


def _decibels(powers: list[float]) -> float:
    return 10 * math.log10(max(1e-12, statistics.fmean(powers)))


async def laugh(page: Page, crowd: Crowd) -> dict[str, float]:
    """One laugh: seconds until it is heard, and until it is over. Infinity where it never is."""
    before = [level for _, level in await loudness(page, time.time() - 3.0)]
    usual = 10 * _log_mean(before)
    began = crowd.set_laughing(True)
    await asyncio.sleep(LAUGH_S)
    ended = crowd.set_laughing(False)
    await asyncio.sleep(QUIET_S)
    after = await loudness(page, began)
    heard = next((at - began for at, level in after if level >= usual + HEARD_DB), float("inf"))
    over = next((at - ended for at, level in after if at > ended and level <= usual + OVER_DB), float("inf"))
    return {"heard_s": heard, "over_s": over, "usual_db": usual, "most_db": max(level for _, level in after)}


def _log_mean(levels: list[float]) -> float:
    return math.log10(statistics.fmean([10 ** (level / 10) for level in levels]))


async def measure(laughs: int = LAUGHS) -> dict[str, Any]:
    """So many laughs, one after the other."""
    server = start()
    try:
        async with laughing_room(server.url) as (address, crowd), async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*ARGS])
            page = await browser.new_page(locale="en")
            await listen(page, address)
            await asyncio.sleep(_WARM_S)
            heard = []
            for number in range(laughs):
                heard.append(await laugh(page, crowd))
                print(f"{number + 1} of {laughs}: {heard[-1]}", file=sys.stderr, flush=True)
            await browser.close()
    finally:
        server.stop()
    return summary(heard)


def summary(heard: list[dict[str, float]]) -> dict[str, Any]:
    """Medians, and what 95 % of laughs are below."""
    return {
        "laughs": len(heard),
        **{f"{name}_median": round(statistics.median([each[name] for each in heard]), 2) for name in heard[0]},
        "heard_s_95": round(_most([each["heard_s"] for each in heard]), 2),
        "over_s_95": round(_most([each["over_s"] for each in heard]), 2),
    }


def _most(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(_MOST * len(values)))]


def main() -> int:
    """0 if both limits hold."""
    figures = asyncio.run(measure())
    figures["holds"] = figures["heard_s_95"] <= HEARD_S and figures["over_s_95"] <= OVER_S
    print(json.dumps(figures))
    return 0 if figures["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
