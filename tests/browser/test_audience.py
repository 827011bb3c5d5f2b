"""The audience page in a real Chromium against a real kuuki."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import expect

from loadtests.faces import write_smile_mp4
from loadtests.page_waits import until_holds
from tests.browser.conftest import agree, snapshot, until
from tests.browser.relay import relay_joins
from tests.patience import PATIENCE_S, until_answered
from tests.patience import until as until_so

pytestmark = pytest.mark.browser

_SPY = """() => {
  window.cameraAsked = 0;
  const inner = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (...wanted) => { window.cameraAsked += 1; return inner(...wanted); };
  window.sentSizes = [];
  const send = RTCDataChannel.prototype.send;
  RTCDataChannel.prototype.send = function (data) {
    window.sentSizes.push(data.byteLength ?? data.length);
    return send.call(this, data);
  };
}"""


async def test_a_smile_moves_the_room(server, make_room, launch, webcam, tmp_path, record_property):
    """One Chromium and four headless participants on a video of the same face are the whole room of five.

    It is an exact one: the veil of so small a room is as large as what is looked for here.
    """
    room = await make_room(privacy="exact")
    video = tmp_path / "smile.mp4"
    await asyncio.to_thread(write_smile_mp4, video)
    command = [sys.executable, "-m", "services.launch", "join", "--url", server.url, "--room", room]
    command += ["--source", str(video), "--json"]
    joins = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(4)]
    try:
        browser = await launch(webcam)
        stage = await (await launch()).new_page(locale="en")
        await stage.goto(f"{server.url}/r/{room}/stage")
        page = await browser.new_page(locale="en")
        await page.add_init_script(f"({_SPY})()")
        await page.goto(f"{server.url}/r/{room}")
        await until(page, "s => s.link === 'open'")
        await asyncio.sleep(1)
        assert await page.evaluate("window.cameraAsked") == 0, "the camera was asked for before consent"
        began = time.monotonic()
        await agree(page)
        await until(page, "s => s.reading && s.reading.weights[3] >= 0.8")
        record_property("smile_read_s", round(time.monotonic() - began, 2))
        await until(stage, "s => s.mix?.body && s.mix.atLeast === 5 && s.mix.body.weights[3] >= 0.8")
        mix = (await snapshot(stage))["mix"]
        assert mix["body"]["smiling"] >= 0.9
        assert max(await page.evaluate("window.sentSizes")) <= 64
    finally:
        for join in joins:
            join.terminate()
        for join in joins:
            join.wait(PATIENCE_S)


async def test_a_small_room_is_shown_roughly(server, make_room, launch, webcam):
    """A page is the third: from it on the room is shown, and not without it."""
    room = await make_room(min_group=3)
    page = await (await launch(webcam)).new_page(locale="en")
    await page.goto(f"{server.url}/r/{room}")
    command = [sys.executable, "-m", "services.launch", "crowd", "--url", server.url, "--room", room]
    command += ["--people", "2", "--seconds", "0", "--seed", "3"]  # two who both share
    crowd = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        await until(page, "s => s.mix?.state === 'few' && s.mix.coverage === null")
        await agree(page)
        await until(page, "s => s.mix?.state === 'live' && s.mix.atLeast === 3 && !s.waits")
        await expect(page.get_by_text("A small room, so this is only a rough estimate.")).to_be_visible()
        await page.get_by_role("button", name="Pause").first.click()
        await until(page, "s => s.mix?.state === 'few'")
    finally:
        crowd.terminate()
        crowd.wait(PATIENCE_S)


async def test_pause_is_out(server, make_room, launch, webcam, record_property):
    room = await make_room(privacy="exact")
    page = await (await launch(webcam)).new_page(locale="en")
    await page.goto(f"{server.url}/r/{room}")
    await agree(page)
    await until(page, "s => s.mix?.state === 'live'")
    async with aiohttp.ClientSession() as http:
        paused_at = time.monotonic()
        await page.get_by_role("button", name="Pause").first.click()
        while True:
            async with http.get(f"{server.url}/rooms/{room}/mix") as answer:
                state = (await answer.json())["state"]
            if state != "live":
                break
            assert time.monotonic() - paused_at < PATIENCE_S, "still in the mix"
            await asyncio.sleep(0.02)
        record_property("paused_s", round(time.monotonic() - paused_at, 2))
    await page.keyboard.press("p")
    await until(page, "s => s.mix?.state === 'live'")


async def test_without_a_camera_joins_and_taps(server, make_room, launch, record_property):
    """Host addresses stay behind mDNS names, as they do without camera permission."""
    room = await make_room(privacy="exact")
    browser = await launch()
    took = []
    for _ in range(3):
        page = await browser.new_page(locale="en")
        await page.goto(f"{server.url}/r/{room}")
        await until(page, "s => s.link === 'open'")
        took.append(
            await page.evaluate(
                "performance.now() - performance.getEntriesByType('resource')"
                ".find(e => e.name.includes('/participants')).startTime"
            )
        )
        await page.close()
    record_property("channel_open_ms", round(sorted(took)[1]))
    page = await browser.new_page(locale="en")
    await page.goto(f"{server.url}/r/{room}")
    await until(page, "s => s.link === 'open'")
    await page.get_by_role("button", name="Laugh").click()
    await until(page, "s => s.taps.laugh === 1")
    async with aiohttp.ClientSession() as http:

        async def knows_a_tap():
            async with http.get(f"{server.health}/metrics") as answer:
                return 'kuuki_frames_received_total{kind="tap"}' in await answer.text()

        await until_answered(knows_a_tap, True)


async def test_what_leaves_on_the_wire(server, make_room, launch, webcam):
    room = await make_room(privacy="exact")
    page = await (await launch(webcam)).new_page(locale="en")
    await page.add_init_script(f"({_SPY})()")
    relays = await relay_joins(page)
    await page.goto(f"{server.url}/r/{room}")
    await agree(page)
    await until(page, "s => s.mix?.state === 'live'")
    before = len(relays[0].sizes)
    await until_so(lambda: len(relays[0].sizes) >= before + 20)
    sizes = relays[0].sizes[before:]
    payloads = await page.evaluate("window.sentSizes")
    assert max(sizes) <= 250, sorted(sizes)[-5:]
    assert max(payloads) <= 64
    await until_holds(
        page,
        "() => document.querySelector('kuuki-audience').session.snapshot.sentBytes"
        " === window.sentSizes.reduce((sum, size) => sum + size, 0)",
    )  # the panel counts every byte


async def test_udp_blocked_watches_by_event_stream(server, make_room, launch):
    room = await make_room(privacy="exact")
    page = await (await launch()).new_page(locale="en")
    await relay_joins(page, swallows=True)
    await page.goto(f"{server.url}/r/{room}")
    command = [sys.executable, "-m", "services.launch", "crowd", "--url", server.url, "--room", room]
    crowd = subprocess.Popen([*command, "--people", "2", "--seconds", "0"], stdout=subprocess.DEVNULL)
    try:
        await until(page, "s => s.link === 'watching'")
        await until(page, "s => s.mix?.state === 'live'")
        await expect(page.get_by_text("You can only watch here")).to_be_visible()
    finally:
        crowd.terminate()
        crowd.wait(PATIENCE_S)


async def test_stale_and_back(server, make_room, launch):
    """The server stops: within seconds the page says so; nothing is shown as live."""
    room = await make_room(privacy="exact")
    page = await (await launch()).new_page(locale="en")
    await page.goto(f"{server.url}/r/{room}")
    await until(page, "s => s.link === 'open' && s.mix")
    server.process.kill()
    await until(page, "s => s.link === 'retrying' && s.mix?.state === 'stale'")


async def test_a_closed_room_says_so(server, make_room, launch):
    room = await make_room(privacy="exact")
    page = await (await launch()).new_page(locale="en")
    await page.goto(f"{server.url}/r/{room}")
    await until(page, "s => s.link === 'open'")
    async with aiohttp.ClientSession() as http, http.delete(f"{server.url}/rooms/{room}") as answer:
        assert answer.status == 204
    await until(page, "s => s.link === 'closed' && s.closedBecause === 'room_closed'")


async def test_an_unknown_room_says_so(server, launch):
    page = await (await launch()).new_page(locale="en")
    await page.goto(f"{server.url}/r/nobody-here")
    await until(page, "s => s.link === 'closed' && s.closedBecause === 'room_unknown'")


async def test_a_second_tab_takes_the_seat(server, make_room, launch, webcam):
    room = await make_room(privacy="exact")
    browser = await launch(webcam)
    context = await browser.new_context(locale="en")
    first = await context.new_page()
    await first.goto(f"{server.url}/r/{room}")
    await agree(first)
    await until(first, "s => s.mix?.state === 'live'")
    second = await context.new_page()
    await second.goto(f"{server.url}/r/{room}")
    await until(second, "s => s.link === 'open'")
    await until(first, "s => s.closedBecause === 'seat_taken'")


def test_faces_are_built_not_committed():
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split("\n")
    assert not [name for name in tracked if Path(name).suffix in {".onnx", ".wasm", ".y4m", ".mp4"}]
