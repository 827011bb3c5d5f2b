"""How a headless Chromium is started here: no sandbox (root), no GPU, no calls home."""

from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

ARGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def webcam_args(video: Path) -> list[str]:
    """A fake camera that plays this y4m, and whose use is granted."""
    fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    return [*fake, f"--use-file-for-fake-video-capture={video}"]


PATIENCE_S: Final = 30.0
"""A busy machine is no defect: long enough for what must happen."""

_POLL_MS: Final = 20
"""Playwright asks once a frame unless told otherwise, and Chromium sometimes stops to draw a tab for good."""

_STATE = """async () => ({
  url: location.pathname, ready: document.readyState, visible: document.visibilityState,
  elements: [...document.querySelectorAll('*')].map(({localName}) => localName).filter(name => name.includes('-')),
  drawsFrames: await new Promise(done => { requestAnimationFrame(() => done(true)); setTimeout(done, 2000, false); }),
  loaded: performance.getEntriesByType('resource').map(({name, responseStatus}) => `${responseStatus} ${name}`),
})"""


async def until_holds(page: Page, script: str, seconds: float = PATIENCE_S) -> None:
    """Wait until ``script``, a function in JavaScript, returns something true.

    TimeoutError if it never does, with what the page is like: whether it has loaded, and is drawn.
    """
    try:
        await page.wait_for_function(script, timeout=seconds * 1000, polling=_POLL_MS)
    except PlaywrightTimeout:
        state: dict[str, Any] = await page.evaluate(_STATE)
        raise TimeoutError(f"not within {seconds:.1f} s: {script}; the page: {state}") from None
