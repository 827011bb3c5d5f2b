"""``make bench-calls``: what calls cost and how fast they are on this machine; the last line is one JSON object.

Three parts: callers who wait, 100 calls in a row between two Chromiums (is anything left?), and how long it takes from
the callee's accept to the first frame on both sides.
"""

import argparse
import asyncio
import gc
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Page

from loadtests.call_pages import do, look, media, ready, ring, until_call
from loadtests.faces import write_smile_y4m
from loadtests.server import Server, start
from loadtests.soak import chromium, heap_bytes

_ANSWERS_S = 1.0
"""Nobody answers sooner; what a page prepares while it rings, it prepares in this time."""

_HELLO = {"type": "hello", "version": 1, "name": "", "language": "en"}
_FIRST_FRAME = """async () => {
  for (;;) {
    for (const peer of window.peers) {
      if (peer.connectionState === 'closed') continue;
      for (const one of (await peer.getStats()).values())
        if (one.type === 'inbound-rtp' && one.kind === 'video' && one.framesDecoded > 0)
          return performance.timeOrigin + performance.now();
    }
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}"""


async def idle(server: Server, lines: int, seconds: float) -> dict[str, Any]:
    """That many lines wait: the share of a core that the server needs for them."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        sockets = []
        for _ in range(lines):
            socket = await http.ws_connect(f"{server.url}/calls", autoping=True)
            await socket.send_json(_HELLO)
            assert (await socket.receive_json())["type"] == "welcome"
            sockets.append(socket)
            if len(sockets) % 50 == 0:
                await asyncio.sleep(1.1)  # new lines of one address are limited
        listening = [asyncio.create_task(_listen(socket)) for socket in sockets]
        before, began = server.cpu_s(), time.monotonic()
        await asyncio.sleep(seconds)
        share = (server.cpu_s() - before) / (time.monotonic() - began)
        open_still = sum(not socket.closed for socket in sockets)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
    return {"lines": lines, "open_after": open_still, "seconds": seconds, "share_of_core": round(share, 4)}


async def _listen(socket: aiohttp.ClientWebSocketResponse) -> None:
    async for _ in socket:
        pass


async def _first_frame_ms(caller: Page, callee: Page) -> dict[str, float]:
    """One call: from accept to the first decoded frame on each side, on the clock that both pages share."""
    await ring(caller, callee)
    await until_call(callee, "s => s.call?.state === 'incoming'")
    await asyncio.sleep(_ANSWERS_S)
    call = (await look(callee))["call"]["call"]
    frames = [asyncio.create_task(page.evaluate(_FIRST_FRAME)) for page in (caller, callee)]
    accepted = await callee.evaluate(
        "call => { const now = performance.timeOrigin + performance.now();"
        " document.querySelector('kuuki-call').session.accept(call); return now; }",
        call,
    )
    at_caller, at_callee = await asyncio.gather(*frames)
    return {"caller": at_caller - accepted, "callee": at_callee - accepted}


async def _end(caller: Page, callee: Page) -> None:
    await do(caller, "hangUp")
    for page in (caller, callee):
        await until_call(page, "s => s.call === null && s.ended?.how === 'ended'")
        await do(page, "dismissEnded")


async def in_a_row(server: Server, calls: int) -> dict[str, Any]:
    """Calls one after the other between two pages: times to the first frame, and what is left."""
    times: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        webcam = Path(folder) / "smile.y4m"
        write_smile_y4m(webcam)
        async with chromium(webcam) as browser:
            pages = [await ready(await browser.new_context(locale="en"), server.url, name) for name in "AB"]
            watches = [await page.context.new_cdp_session(page) for page in pages]
            heaps, memory = [], []
            for n in range(calls):
                pair = pages if n % 2 else pages[::-1]  # by turns: one line may ring only so often
                times.append(await _first_frame_ms(*pair))
                await _end(*pair)
                if n % max(1, calls // 5) == 0 or n == calls - 1:
                    gc.collect()
                    heaps.append([await heap_bytes(watch) for watch in watches])
                    memory.append(server.rss_bytes())
                    print(f"{n + 1} calls", file=sys.stderr)
            left = [(await media(page))["open"] for page in pages]
    slower = [max(one.values()) for one in times]
    return {
        "calls": calls,
        "accept_to_first_frame_both_sides_ms": {
            "p50": round(statistics.median(slower)),
            "p95": round(sorted(slower)[int(len(slower) * 0.95)]),
            "max": round(max(slower)),
        },
        "connections_left_open": left,
        "heap_bytes": heaps,
        "server_rss_bytes": memory,
        "server_lines_and_legs": await _gauges(server),
    }


async def _gauges(server: Server) -> dict[str, float]:
    async with aiohttp.ClientSession() as http, http.get(f"{server.health}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    wanted = ("kuuki_lines", "kuuki_legs", "kuuki_codes", "kuuki_tasks", "kuuki_connections")
    return {line.split()[0]: float(line.split()[1]) for line in lines if line.startswith(wanted)}


async def measure(lines: int, seconds: float, calls: int) -> dict[str, Any]:
    """All parts, one after the other."""
    server = start()
    try:
        figures: dict[str, Any] = {}
        if lines:
            figures["idle"] = await idle(server, lines, seconds)
        if calls:
            figures["in_a_row"] = await in_a_row(server, calls)
        return figures
    finally:
        server.stop()


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--calls", type=int, default=100)
    arguments = parser.parse_args()
    print(json.dumps(asyncio.run(measure(arguments.lines, arguments.seconds, arguments.calls))))


if __name__ == "__main__":
    main()
