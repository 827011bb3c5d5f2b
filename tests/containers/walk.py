"""The walk: step by step what an operator does and what people see meanwhile. A step returns what was seen."""

import asyncio
import itertools
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from playwright.async_api import Browser, Page

from loadtests.call_pages import do, media, ready, talk, until_media
from loadtests.page_waits import until_snapshot
from tests.containers.machine import Failed, run
from tests.containers.site import NEWER, OLDER, Compose, wait_healthy
from tests.containers.visits import URL, Crowd, Room, alerts, ask, audience, crowd, gap_s, make_room, prometheus, trust
from tests.containers.world import Visitor

PEOPLE = 8
_MIX_S = 20.0
_ALERT_S = 180.0
_FRONT_S = 20.0
_GAP_S = 8.0
"""A standby takes over within 3 s (docs/reliability.md), and this machine has more to do than one of an event."""
_GATEWAYS = ("signal-1", "signal-2")
_OF_THE_MACHINE = {"KuukiEventLoopLags", "KuukiTicksLate", "KuukiOverloaded"}
"""They say that the machine is slow, as one may be on which images have just been built."""
_OURS = (*_GATEWAYS, "aggregator-1", "aggregator-2")
_ADDRESS = re.compile(r"\b(?!127\.|0\.0\.0\.0|172\.30\.)\d{1,3}(?:\.\d{1,3}){3}\b")


@dataclass
class Walk:
    """What the steps share."""

    compose: Compose
    visitor: Visitor
    browser: Browser
    token: str
    room: Room | None = None
    crowd: Crowd | None = None
    page: Page | None = None
    rows: list[str] = field(default_factory=list)
    """When the rows of the record are of that were seen so far."""

    async def make_a_room(self) -> str:
        """The front's TLS, the operator's token."""
        (front,) = self.compose.containers("front")
        trust(front)
        answered_s = await asyncio.to_thread(_until_answered, self.visitor)
        self.room = await asyncio.to_thread(make_room, self.visitor, self.token)
        for path in ("/metrics", "/healthz", "/readyz"):
            if (status := _status(self.visitor, path)) != 404:
                raise Failed(f"{path} answers {status} to the world")
        return (
            f"the front's TLS answers after {answered_s:.1f} s; made with the operator's token; "
            "`/metrics`, `/healthz`, `/readyz`: 404"
        )

    async def see_a_mix(self) -> str:
        """A browser joins, by the relay: there is no other way."""
        assert self.room is not None
        began = time.monotonic()
        self.page = await audience(self.browser, self.room)
        await self._until("s => s.link === 'open'", _MIX_S)
        joined_s = time.monotonic() - began
        await self._until("s => s.mix?.state === 'live'", _MIX_S)
        if (await media(self.page))["relayed"] is not True:
            raise Failed("the browser did not come through the relay")
        await asyncio.sleep(5)
        gap = await gap_s(self.page)
        return f"on in {joined_s:.1f} s, through the relay; a live mix of {PEOPLE}; longest gap {gap:.2f} s"

    async def call(self) -> str:
        """Two pages, each hiding its address."""
        pages = [await ready(await self._context(), URL, name) for name in ("Aki", "Ben")]
        for page in pages:
            await do(page, "setRelayOnly", True)
        await talk(*pages)
        took = [await until_media(page) for page in pages]
        if not all([(await media(page))["relayed"] for page in pages]):
            raise Failed("the call is not relayed")
        await asyncio.gather(*(page.context.close() for page in pages))
        return (
            f"sound and picture both ways, both addresses hidden: through the relay, {max(took):.1f} s after accepting"
        )

    async def metrics(self) -> str:
        """Prometheus has all of them."""
        (container,) = self.compose.containers("prometheus")
        targets = (await prometheus(container, "targets"))["activeTargets"]
        down = [target["labels"] for target in targets if target["health"] != "up"]
        if down:
            raise Failed(f"not up: {down}")
        people = await self._number('sum(kuuki_peers{role="audience"})')
        if people != PEOPLE + 1:
            raise Failed(f"{people} people in the metrics, {PEOPLE + 1} in the room")
        told = (await prometheus(container, "alerts"))["alerts"]
        firing = {alert["labels"]["alertname"] for alert in told if alert["state"] == "firing"}
        if firing - _OF_THE_MACHINE:
            raise Failed(f"alerts without a cause: {firing}")
        return f"{len(targets)} of {len(targets)} targets up; they count {PEOPLE + 1} people; no alert"

    async def stop_a_gateway(self) -> str:
        """Its people move first; an alert says that it is gone; it comes back."""
        assert self.page is not None
        before = await self._number(f'kuuki_peers{{role="audience",instance=~"{_GATEWAYS[0]}.*"}}')
        await gap_s(self.page)
        (container,) = self.compose.containers(_GATEWAYS[0])
        began = time.monotonic()
        await asyncio.to_thread(run, "podman", "stop", "--time", "60", container)
        took = time.monotonic() - began
        gap = await gap_s(self.page)
        await self._until_number('sum(kuuki_peers{role="audience"})', PEOPLE + 1, 20)
        alert_s = await self._until_alert("KuukiProcessGone")
        await asyncio.to_thread(self.compose, "start", _GATEWAYS[0])
        await asyncio.to_thread(wait_healthy, self.compose.containers(_GATEWAYS[0]))
        return (
            f"{before:.0f} people moved, gone {took:.1f} s after SIGTERM; all {PEOPLE + 1} at the other; longest gap "
            f"{gap:.2f} s; KuukiProcessGone came to Alertmanager {alert_s:.0f} s later"
        )

    async def roll(self, tag: str) -> str:
        """Another image, one process after the other, while the room is recorded."""
        assert self.page is not None
        before = await self._rows()
        await gap_s(self.page)
        for service in _OURS:
            await asyncio.to_thread(self.compose.roll, service, tag)
        images = {run("podman", "inspect", "--format", "{{.ImageName}}", name).strip() for name in self._ours()}
        if {image.rpartition(":")[2] for image in images} != {tag}:
            raise Failed(f"runs on {images}")
        gap = await gap_s(self.page)
        if gap > _GAP_S:
            raise Failed(f"the page had no mix for {gap:.1f} s while images were replaced")
        await asyncio.sleep(3)
        after = await self._rows()
        if after[: len(before)] != before:
            raise Failed("the record changed behind us")
        longest = max(b - a for a, b in itertools.pairwise(map(_seconds, after)))
        rows = f"{len(before)} → {len(after)} rows"
        return f"longest gap at the page {gap:.2f} s; record {rows}, longest gap in it {longest:.0f} s"

    async def logs(self) -> str:
        """What kuuki's containers said, and that it names nobody."""
        assert self.room is not None
        lines = [line for name in self._ours() for line in run("podman", "logs", name).splitlines()]
        secret = (self.room.name, self.room.audience, self.room.stage, self.token)
        for line in lines:
            if any(part in line for part in secret) or _ADDRESS.search(line):
                raise Failed(f"a log says too much: {line[:200]}")
        kinds = {json.loads(line)["level"] for line in lines if line.startswith("{")}
        said = ", ".join(sorted(kinds)) or "no warning"
        return f"{len(lines)} lines of {len(self._ours())} processes ({said}), no room, secret or address in them"

    async def leave(self) -> str:
        """The crowd goes, and says how it was."""
        assert self.crowd is not None
        told = await self.crowd.go()
        if told["joined"] != PEOPLE:
            raise Failed(f"{told}")
        return (
            f"{told['joined']} of {PEOPLE} stayed to the end: {told['moves']} moves, {told['rejoins']} joins anew, "
            f"{told['sent']} scores; from a score to the mix with it {told['end_to_end_p50_ms']:.0f} ms (median)"
        )

    # --- what steps are made of

    async def _context(self) -> Any:
        return await self.browser.new_context(ignore_https_errors=True, locale="en", reduced_motion="reduce")

    async def _until(self, holds: str, seconds: float) -> None:
        assert self.page is not None
        await until_snapshot(self.page, "document.querySelector('kuuki-audience')?.session", holds, seconds)

    async def _number(self, query: str) -> float:
        (container,) = self.compose.containers("prometheus")
        result = (await prometheus(container, f"query?query={_quoted(query)}"))["result"]
        return sum(float(one["value"][1]) for one in result)

    async def _until_number(self, query: str, wanted: float, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (seen := await self._number(query)) != wanted:
            if time.monotonic() > until:
                raise Failed(f"{query} is {seen}, not {wanted}, after {seconds:.0f} s")
            await asyncio.sleep(1)

    async def _until_alert(self, name: str) -> float:
        (container,) = self.compose.containers("alertmanager")
        began = time.monotonic()
        while name not in await alerts(container):
            if time.monotonic() - began > _ALERT_S:
                raise Failed(f"{name} does not arrive within {_ALERT_S:.0f} s")
            await asyncio.sleep(1)
        return time.monotonic() - began

    async def _rows(self) -> list[str]:
        assert self.room is not None
        path = f"/rooms/{self.room.name}/timeline"
        told = await asyncio.to_thread(ask, self.visitor, "GET", path, self.room.stage)
        if told["recording"] != "on":
            raise Failed(f"recording is {told['recording']} ({told['reason']})")
        return [row["at"] for row in told["rows"]]

    def _ours(self) -> list[str]:
        return [name for service in _OURS for name in self.compose.containers(service)]


def _status(visitor: Visitor, path: str) -> int:
    words = ("curl", "--silent", "--insecure", "--output", "/dev/null", "--write-out", "%{http_code}", f"{URL}{path}")
    return int(run(*visitor.prefix, *words, patience_s=20, check=False) or 0)


def _until_answered(visitor: Visitor) -> float:
    """Until the page is there; the seconds. The front looks once a second which gateways are ready."""
    began = time.monotonic()
    while _status(visitor, "/") != 200:
        if time.monotonic() - began > _FRONT_S:
            raise Failed(f"the front leads to no gateway within {_FRONT_S:.0f} s")
        time.sleep(0.2)
    return time.monotonic() - began


def _quoted(query: str) -> str:
    return "".join(c if c.isalnum() else f"%{ord(c):02X}" for c in query)


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()


Step = tuple[str, Callable[[], Awaitable[str]]]


def steps(walk: Walk) -> list[Step]:
    """In order. The crowd comes before the second."""
    return [
        ("A room", walk.make_a_room),
        ("A browser joins and sees the mix", walk.see_a_mix),
        ("Two call each other", walk.call),
        ("Metrics", walk.metrics),
        ("A gateway is stopped, and started again", walk.stop_a_gateway),
        ("A newer image is rolled out", lambda: walk.roll(NEWER)),
        ("Back to the older one", lambda: walk.roll(OLDER)),
        ("Logs", walk.logs),
        ("The crowd leaves", walk.leave),
    ]


async def take(walk: Walk, report: Callable[[str, str], None]) -> None:
    """All steps; ``report`` is told of each. Raises Failed."""
    first, *others = steps(walk)
    report(first[0], await first[1]())
    assert walk.room is not None
    async with crowd(walk.visitor, walk.room, PEOPLE) as walk.crowd:
        for name, step in others:
            report(name, await step())
