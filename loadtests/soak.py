"""``make soak``: an audience page with a camera, and a stage page, for minutes: memory, long tasks, main-thread time.

Heap figures are taken after a forced garbage collection; memory must not grow. The last line is one JSON object.
"""

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import CDPSession, Page, async_playwright

from loadtests.chromium import ARGS, webcam_args
from loadtests.faces import write_smile_y4m
from loadtests.page_waits import until_holds
from loadtests.server import start

_WATCH_LONG_TASKS = """() => {
  window.longTasks = [];
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.longTasks.push(entry.duration);
  }).observe({type: 'longtask'});
}"""
_TOOK = "() => document.querySelector('kuuki-audience')?.session.snapshot.reading?.tookMs ?? null"


@asynccontextmanager
async def chromium(webcam: Path) -> AsyncIterator[Any]:
    """A headless Chromium with a fake webcam."""
    async with async_playwright() as playwright:
        args = [*ARGS, *webcam_args(webcam)]
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=args)
        try:
            yield browser
        finally:
            await browser.close()


async def heap_bytes(cdp: CDPSession) -> int:
    """The page's JavaScript heap after a garbage collection."""
    await cdp.send("HeapProfiler.collectGarbage")
    usage = await cdp.send("Runtime.getHeapUsage")
    return int(usage["usedSize"])


async def task_s(cdp: CDPSession) -> float:
    """Main-thread time so far, in seconds."""
    metrics = (await cdp.send("Performance.getMetrics"))["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))


async def watch(page: Page, seconds: float) -> dict[str, Any]:
    """Figures of one page over ``seconds``."""
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("Performance.enable")
    await page.evaluate(_WATCH_LONG_TASKS)
    heap, took = [await heap_bytes(cdp)], []
    busy_before = await task_s(cdp)
    busy = 0.0
    for _ in range(10):
        for _ in range(10):
            await asyncio.sleep(seconds / 100)
            if (took_ms := await page.evaluate(_TOOK)) is not None:
                took.append(took_ms)
        busy = await task_s(cdp) - busy_before
        heap.append(await heap_bytes(cdp))
    took.sort()
    return {
        "seconds": seconds,
        "heap_bytes": heap,
        "main_thread_share": round(busy / seconds, 4),
        "long_tasks_ms": await page.evaluate("() => window.longTasks"),
        "pipeline_p50_ms": took[len(took) // 2] if took else None,
        "pipeline_p95_ms": took[int(len(took) * 0.95)] if took else None,
    }


async def soak(seconds: float) -> dict[str, Any]:
    """An audience page that senses, then a stage page, each watched for ``seconds``."""
    server = start("--demo", "10")
    try:
        with tempfile.TemporaryDirectory() as folder:
            webcam = Path(folder) / "smile.y4m"
            write_smile_y4m(webcam)
            async with chromium(webcam) as browser:
                audience = await browser.new_page()
                await audience.goto(f"{server.url}/r/demo")
                await until_holds(audience, "() => document.querySelector('kuuki-audience')?.session")
                await audience.evaluate("() => document.querySelector('kuuki-audience').session.startSensing()")
                await asyncio.sleep(5)
                figures = {"audience": await watch(audience, seconds)}
                await audience.close()
                stage = await browser.new_page()
                await stage.goto(f"{server.url}/r/demo/stage")
                await asyncio.sleep(5)
                figures["stage"] = await watch(stage, seconds)
                return figures
    finally:
        server.stop()


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    arguments = parser.parse_args()
    print(f"two pages for {arguments.seconds:g} s each …", file=sys.stderr)
    print(json.dumps(asyncio.run(soak(arguments.seconds))))


if __name__ == "__main__":
    main()
