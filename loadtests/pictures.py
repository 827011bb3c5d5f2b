"""Part of ``make screenshots``: the pictures at the top of the READMEs, of the running demo, in the middle of a laugh.

``kuuki serve --demo 30`` plays the three-minute show; when a joke has landed, both pages are photographed as they are.
"""

import asyncio
import base64
import shutil
import sys
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Page, async_playwright

from loadtests.chromium import ARGS
from loadtests.page_waits import until_snapshot
from loadtests.server import start

ROOT: Final = Path(__file__).parents[1]
OUT: Final = ROOT / "docs/screenshots"
_CUES: Final = ROOT / "client/headless/crowd/three-minutes.cues"
_SESSION: Final = "document.querySelector('kuuki-audience, kuuki-stage')?.session"
_IN_A_LAUGH: Final = (
    "s => s.mix?.waves.some(w => w.kind === 'laugh' && !w.isTapped && w.lastsMs === null && w.share > 0.6)"
)
_PATIENCE_S: Final = 200.0
_LATER_S: Final = 0.6
"""The laugh is at its height, and taps have come."""

_BOTH: Final = """<style>body {{ margin: 0; background: #090a0e; }}
.stage {{ position: absolute; inset: 0 auto auto 0; inline-size: 1000px; }}
.phone {{ position: absolute; inset: 26px 36px auto auto; inline-size: 228px; }}
.phone {{ border: 5px solid #2c3140; border-radius: 36px; }}
</style><img class="stage" src="data:image/png;base64,{stage}">
<img class="phone" src="data:image/png;base64,{phone}">"""


async def picture(browser: Browser, url: str, language: str) -> bytes:
    """Stage and phone in one, as JPEG."""
    stage = await browser.new_page(locale=language, viewport={"width": 1920, "height": 1080})
    phone = await browser.new_page(locale=language, viewport={"width": 390, "height": 844}, device_scale_factor=2)
    await asyncio.gather(stage.goto(f"{url}/r/demo/stage"), phone.goto(f"{url}/r/demo"))
    await stage.wait_for_timeout(20_000)  # a minute to compare with begins
    await until_snapshot(stage, _SESSION, _IN_A_LAUGH, _PATIENCE_S)
    await asyncio.sleep(_LATER_S)
    taken = [base64.b64encode(await page.screenshot()).decode() for page in (stage, phone)]
    both: Page = await browser.new_page(viewport={"width": 1280, "height": 562})
    await both.set_content(_BOTH.format(stage=taken[0], phone=taken[1]))
    made = await both.screenshot(type="jpeg", quality=90)
    for page in (stage, phone, both):
        await page.close()
    return made


async def main() -> int:
    """Both languages."""
    server = start("--demo", "30", "--demo-cues", str(_CUES))
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*ARGS])
            for language, name in (("en", "hero.jpg"), ("ja", "hero.ja.jpg")):
                (OUT / name).write_bytes(await picture(browser, server.url, language))
                print(name, flush=True)
            await browser.close()
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
