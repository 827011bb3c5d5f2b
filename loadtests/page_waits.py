"""Waiting for a page in Chromium, and what it is like when it does not come to what was awaited."""

import asyncio
from typing import Final

from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

PATIENCE_S: Final = 30.0
"""A busy machine is no defect: long enough for what must happen."""

_POLL_MS: Final = 20
"""Playwright asks once a frame unless told otherwise, and Chromium sometimes stops to draw a tab for good."""

_STATE_S: Final = 10.0
"""A page that does not even tell its state within this hangs."""

_STATE = """async () => JSON.stringify({
  url: location.pathname, ready: document.readyState, visible: document.visibilityState,
  drawsFrames: await new Promise(done => { requestAnimationFrame(() => done(true)); setTimeout(done, 2000, false); }),
  elements: [...document.querySelectorAll('*')].map(({localName}) => localName).filter(name => name.includes('-')),
  loaded: performance.getEntriesByType('resource').map(({name, responseStatus}) => `${responseStatus} ${name}`),
  snapshot: document.querySelector('kuuki-audience, kuuki-stage, kuuki-call')?.session?.snapshot,
}, (key, value) => key === 'sent' || key === 'past' ? value?.length : value)"""


async def until_holds(page: Page, script: str, seconds: float = PATIENCE_S) -> None:
    """Wait until ``script``, a function in JavaScript, returns something true.

    TimeoutError if it never does, with what the page is like: whether it has loaded and is drawn, and its snapshot.
    """
    try:
        await page.wait_for_function(script, timeout=seconds * 1000, polling=_POLL_MS)
    except PlaywrightTimeout:
        raise TimeoutError(f"not within {seconds:.1f} s: {script}; the page: {await _state(page)}") from None


async def until_snapshot(page: Page, session: str, holds: str, seconds: float = PATIENCE_S) -> None:
    """Wait until ``holds``, a function in JavaScript, is true of the snapshot of a session.

    ``session``: an expression in JavaScript, which need not be there yet. TimeoutError as of ``until_holds``.
    """
    await until_holds(page, f"() => {{ const s = {session}?.snapshot; return !!s && !!({holds})(s); }}", seconds)


async def _state(page: Page) -> str:
    try:
        async with asyncio.timeout(_STATE_S):
            return str(await page.evaluate(_STATE))
    except TimeoutError:
        return "it does not answer"
