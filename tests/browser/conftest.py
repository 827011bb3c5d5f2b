"""A real kuuki, a real Chromium, a fake webcam with a real smiling face."""

import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from loadtests.chromium import ARGS, webcam_args
from loadtests.faces import write_smile_y4m
from loadtests.page_waits import until_snapshot
from loadtests.server import Server, start
from tests.browser.turn import Turn, coturn
from tests.patience import PATIENCE_S

INVITE, AGREE = "How it works", "I agree, turn on the camera"
"""Buttons of the two steps of consent, in English."""

expect.set_options(timeout=PATIENCE_S * 1000)

Launch = Callable[..., Awaitable[Browser]]


@pytest.fixture(scope="session")
def chromium() -> str:
    path = shutil.which("chromium")
    assert path, "Chromium is missing: apt install chromium"
    return path


@pytest.fixture(scope="session")
def webcam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("webcam") / "smile.y4m"
    write_smile_y4m(path)
    return path


@pytest.fixture
def server() -> Iterator[Server]:
    running = start()
    yield running
    said = running.stop()
    expected = r"kuuki serve: health http:\S+|Going away: telling everyone\."
    assert not re.sub(expected, "", said).strip(), said


@pytest.fixture(scope="module")
def turn() -> Iterator[Turn]:
    """A real relay."""
    with coturn() as running:
        yield running


@pytest.fixture
def relayed(turn: Turn) -> Iterator[Server]:
    """A server whose pages are given that relay."""
    running = start(environment=turn.environment)
    yield running
    running.stop()


@pytest.fixture
async def make_room(server: Server) -> AsyncIterator[Callable[..., Awaitable[str]]]:
    async with aiohttp.ClientSession() as http:

        async def make(**body: Any) -> str:
            async with http.post(f"{server.url}/rooms", json=body) as answer:
                assert answer.status == 201, await answer.text()
                room: str = (await answer.json())["room"]
                return room

        yield make


@pytest.fixture
async def launch(chromium: str) -> AsyncIterator[Launch]:
    """Start a Chromium; with ``webcam=path`` it has a fake camera and grants it; ``before`` may wrap the program."""
    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())

        async def start_chromium(
            webcam: Path | None = None, extra: tuple[str, ...] = (), before: Callable[[str], str] = str
        ) -> Browser:
            # To optimise the runtime of models anew for each page costs more than all that they do there.
            args = [*ARGS, "--js-flags=--liftoff-only", *extra]
            if webcam is not None:
                args += webcam_args(webcam)
            browser = await playwright.chromium.launch(executable_path=before(chromium), args=args)
            stack.push_async_callback(browser.close)
            # Without a GPU what moves on a page costs half a core; that it moves cheaply is for `npm run pages`.
            for opens in ("new_context", "new_page"):
                setattr(browser, opens, partial(getattr(browser, opens), reduced_motion="reduce"))
            return browser

        yield start_chromium


async def snapshot(page: Page) -> dict[str, Any]:
    """The page's session as it stands (typed arrays left out)."""
    taken: dict[str, Any] = await page.evaluate(
        """() => {
            const {sent, ...rest} = document.querySelector('kuuki-audience, kuuki-stage').session.snapshot;
            return rest;
        }"""
    )
    return taken


async def until(page: Page, holds: str, seconds: float = PATIENCE_S) -> None:
    """Wait until ``holds`` (a JavaScript function of the snapshot) is true."""
    await until_snapshot(page, "document.querySelector('kuuki-audience, kuuki-stage')?.session", holds, seconds)


async def agree(page: Page) -> None:
    """Both steps of consent, as a person takes them."""
    await page.get_by_role("button", name=INVITE).click()
    await page.get_by_role("button", name=AGREE).click()
