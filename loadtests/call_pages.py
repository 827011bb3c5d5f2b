"""Pages of calls in a real Chromium: what they show, what media they get, what they send."""

import asyncio
import time
from typing import Any

from playwright.async_api import BrowserContext, Page

from loadtests.page_waits import PATIENCE_S, until_snapshot

SPY = """(() => {
  const made = [];
  Object.defineProperty(window, 'peers', {get: () => made.map(one => one.deref()).filter(one => one !== undefined)});
  const Inner = RTCPeerConnection;
  window.RTCPeerConnection = class extends Inner {
    constructor(...how) { super(...how); made.push(new WeakRef(this)); }
  };
  window.sentKinds = {};
  const send = RTCDataChannel.prototype.send;
  RTCDataChannel.prototype.send = function (data) {
    const kind = new Uint8Array(data.buffer ?? data, data.byteOffset ?? 0)[2];
    window.sentKinds[kind] = (window.sentKinds[kind] ?? 0) + 1;
    if ((data.byteLength ?? data.length) > 64) window.sentTooLarge = true;
    return send.call(this, data);
  };
})()"""
"""Counts what leaves on data channels, by kind of frame, and knows every connection without keeping it alive."""

SCORE = "1"

_MEDIA = """async () => {
  let video = 0, audio = 0, relayed = null;
  for (const peer of window.peers) {
    if (peer.connectionState === 'closed') continue;
    const stats = [...(await peer.getStats()).values()];
    for (const one of stats) {
      if (one.type === 'inbound-rtp' && one.kind === 'video') video += one.framesDecoded ?? 0;
      if (one.type === 'inbound-rtp' && one.kind === 'audio') audio += one.packetsReceived ?? 0;
      if (one.type === 'transport' && one.selectedCandidatePairId) {
        const pair = stats.find(({id}) => id === one.selectedCandidatePairId);
        relayed = stats.find(({id}) => id === pair.localCandidateId).candidateType === 'relay';
      }
    }
  }
  return {video, audio, relayed, open: window.peers.filter(p => p.connectionState !== 'closed').length};
}"""

_SESSION = "document.querySelector('kuuki-call')?.session"


async def open_call_page(context: BrowserContext, url: str, path: str = "/call") -> Page:
    """A page of calls, with everything that leaves it counted."""
    page = await context.new_page()
    await page.add_init_script(SPY)
    await page.goto(f"{url}{path}")
    await until_snapshot(page, _SESSION, "s => true")
    return page


async def ready(context: BrowserContext, url: str, name: str, *, camera: bool = True, microphone: bool = True) -> Page:
    """A page whose line is open and whose devices are on, past the first screens."""
    page = await open_call_page(context, url)
    await page.evaluate(f"(name) => {_SESSION}.open(name)", name)
    wanted = {"camera": camera, "microphone": microphone}
    await page.evaluate(f"(wanted) => {_SESSION}.useDevices(wanted)", wanted)
    await until_call(page, "s => s.code && s.link === 'open'")
    return page


async def do(page: Page, act: str, *words: Any) -> None:
    """Call a method of the page's session."""
    await page.evaluate(f"([act, words]) => {{ {_SESSION}[act](...words); }}", [act, list(words)])


async def look(page: Page) -> dict[str, Any]:
    """The page's snapshot, without its long lists."""
    seen: dict[str, Any] = await page.evaluate(
        f"""() => {{
            const {{sent, ...rest}} = {_SESSION}.snapshot;
            if (!rest.call) return rest;
            const {{past, ...partner}} = rest.call.partner;
            return {{...rest, call: {{...rest.call, partner: {{...partner, past: past.length}}}}}};
        }}"""
    )
    return seen


async def until_call(page: Page, holds: str, seconds: float = PATIENCE_S) -> float:
    """Waits until ``holds`` (a JavaScript function of the snapshot) is true; the seconds it took.

    TimeoutError if it never is.
    """
    began = time.monotonic()
    await until_snapshot(page, _SESSION, holds, seconds)
    return time.monotonic() - began


async def ring(caller: Page, callee: Page) -> None:
    """The caller types the callee's code."""
    await do(caller, "ring", (await look(callee))["code"])


async def accept(page: Page) -> None:
    """The callee takes the call, as soon as it rings."""
    await until_call(page, "s => s.call?.state === 'incoming'")
    await do(page, "accept", (await look(page))["call"]["call"])


async def talk(caller: Page, callee: Page) -> None:
    """A call that is on, its media open on both sides."""
    await ring(caller, callee)
    await accept(callee)
    for page in (caller, callee):
        await until_call(page, "s => s.call?.state === 'talking' && s.call.media === 'open'")


async def media(page: Page) -> dict[str, Any]:
    """Decoded video frames and received audio packets so far, whether relayed, and how many connections are open."""
    got: dict[str, Any] = await page.evaluate(_MEDIA)
    return got


async def until_media(page: Page, *, video: int = 5, audio: int = 20, seconds: float = PATIENCE_S) -> float:
    """Waits for that many more frames and packets; the seconds it took. TimeoutError if they never come."""
    before, began = await media(page), time.monotonic()
    while True:
        now = await media(page)
        if now["video"] - before["video"] >= video and now["audio"] - before["audio"] >= audio:
            return time.monotonic() - began
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"media did not come within {seconds:.0f} s: {before} -> {now}; {await look(page)}")
        await asyncio.sleep(0.1)


async def scores_sent(page: Page) -> int:
    """How many Score frames left this page."""
    count: int = await page.evaluate(f"window.sentKinds[{SCORE}] ?? 0")
    return count
