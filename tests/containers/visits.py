"""What the visitor does: a crowd that stays all evening, pages in a browser, requests."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

from playwright.async_api import Browser, Page, async_playwright

from loadtests.call_pages import SPY
from loadtests.chromium import ARGS, webcam_args
from loadtests.faces import write_smile_y4m
from loadtests.page_waits import until_snapshot
from tests.containers.machine import BUILD, Failed, environment, run
from tests.containers.site import address_of
from tests.containers.world import HOST, Visitor

URL: Final = f"https://{HOST}"
_ROOT: Final = BUILD / "root.crt"
_WATCH: Final = """() => {
  const session = document.querySelector('kuuki-audience').session;
  window.gaps = {newest: null, at: performance.now(), longest: 0, links: new Set()};
  setInterval(() => {
    const {mix, link} = session.snapshot, g = window.gaps, now = performance.now();
    g.links.add(link);
    if (mix !== g.newest && mix?.state !== 'stale') { g.newest = mix; g.at = now; }
    g.longest = Math.max(g.longest, now - g.at);
  }, 50);
}"""
"""How long the page is without a new mix, and which states its link has been in."""


@dataclass(frozen=True)
class Room:
    """A room with its two secrets."""

    name: str
    audience: str
    stage: str


def trust(front: str) -> None:
    """The visitor is handed the certificate that the front made for itself, as it has no name in DNS."""
    run("podman", "cp", f"{front}:/data/caddy/pki/authorities/local/root.crt", _ROOT)


def ask(visitor: Visitor, method: str, path: str, secret: str = "", body: object = None) -> Any:
    """A request through the front; the answer's JSON, None if it has none."""
    words = [
        "curl",
        "--silent",
        "--show-error",
        "--fail-with-body",
        "--retry",
        "5",
        "--cacert",
        str(_ROOT),
        "--request",
        method,
    ]
    words += ["--header", f"Authorization: Bearer {secret}"] if secret else []
    words += ["--json", json.dumps(body)] if body is not None else []
    said = run(*visitor.prefix, *words, f"{URL}{path}", patience_s=20)
    return json.loads(said) if said else None


def make_room(visitor: Visitor, token: str) -> Room:
    """A recorded room, made with the operator's token."""
    made = ask(visitor, "POST", "/rooms", token, {"record": True})
    secrets = {role: link.partition("#k=")[2] for role, link in made["links"].items()}
    return Room(made["room"], secrets["audience"], secrets["stage"])


@contextlib.asynccontextmanager
async def crowd(visitor: Visitor, room: Room, people: int) -> AsyncIterator["Crowd"]:
    """``kuuki crowd`` in that room until it is told to stop."""
    command = [*visitor.prefix, sys.executable, "-m", "services.launch", "crowd", "--url", URL, "--room", room.name]
    command += ["--people", str(people), "--seconds", "0", "--json"]
    told = {**environment(), "KUUKI_ROOM_SECRET": room.audience, "SSL_CERT_FILE": str(_ROOT)}
    with (BUILD / "crowd.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, stderr=log, env=told)
        try:
            yield Crowd(process)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


class Crowd:
    """A crowd that is there."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def go(self) -> dict[str, Any]:
        """It leaves; its summary. Raises Failed with what it said if something was wrong."""
        self._process.send_signal(signal.SIGINT)
        said, _ = await asyncio.wait_for(self._process.communicate(), 30)
        if self._process.returncode != 0:
            raise Failed(
                f"kuuki crowd: exit status {self._process.returncode}\n{(BUILD / 'crowd.log').read_text()[-2000:]}"
            )
        summary: dict[str, Any] = json.loads(said.decode().strip().splitlines()[-1])
        return summary


@contextlib.asynccontextmanager
async def browser(visitor: Visitor) -> AsyncIterator[Browser]:
    """Chromium at the visitor's, with a smiling face before its camera."""
    face = BUILD / "smile.y4m"
    if not face.exists():
        write_smile_y4m(face)
    async with async_playwright() as playwright:
        args = [*ARGS, *webcam_args(face)]
        yield await playwright.chromium.launch(executable_path=visitor.wrap("chromium"), args=args)


async def audience(browser: Browser, room: Room) -> Page:
    """The audience's page, watched."""
    context = await browser.new_context(ignore_https_errors=True, locale="en", reduced_motion="reduce")
    page = await context.new_page()
    await page.add_init_script(SPY)
    await page.goto(f"{URL}/r/{room.name}#k={room.audience}")
    await until_snapshot(page, "document.querySelector('kuuki-audience')?.session", "s => true")
    await page.evaluate(_WATCH)
    return page


async def gap_s(page: Page) -> float:
    """The longest time without a new mix since this was asked last; raises Failed if the page lost its link."""
    got = await page.evaluate(
        """() => {
          const g = window.gaps, told = {longest: g.longest, links: [...g.links]};
          g.longest = 0; g.links.clear();
          return told;
        }"""
    )
    if set(got["links"]) - {"open", "joining"}:
        raise Failed(f"the page's link was {got['links']}")
    return float(got["longest"]) / 1000


async def prometheus(container: str, path: str) -> Any:
    """An answer of Prometheus' API, asked from this machine."""
    return (await _api(container, f"9090/api/v1/{path}"))["data"]


async def alerts(container: str) -> set[str]:
    """Names of the alerts that came to Alertmanager."""
    return {alert["labels"]["alertname"] for alert in await _api(container, "9093/api/v2/alerts")}


async def _api(container: str, path: str) -> Any:
    url = f"http://{address_of(container)}:{path}"
    return json.loads(await asyncio.to_thread(run, "curl", "--silent", "--fail", url))
