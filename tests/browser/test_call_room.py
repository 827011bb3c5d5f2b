"""A call with a room beside it: the room's mood in view, two agreements, one camera, one seat."""

import asyncio
from typing import Any

import aiohttp
import pytest

from loadtests.call_pages import do, look, open_call_page, scores_sent, talk, until_call, until_media
from loadtests.page_waits import until_snapshot
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.browser

_ROOM = "document.querySelector('kuuki-call').room"


async def until_room(page, holds: str, seconds: float = PATIENCE_S) -> None:
    await until_snapshot(page, _ROOM, holds, seconds)


async def member(context, url: str, room: str, name: str):
    page = await open_call_page(context, url, f"/r/{room}/call")
    await do(page, "open", name)
    await page.evaluate("document.querySelector('kuuki-call').session.useDevices({camera: true, microphone: true})")
    await until_call(page, "s => s.code && s.link === 'open'")
    await until_room(page, "s => s.link === 'open'")
    return page


async def mix_of(url: str, room: str) -> dict[str, Any]:
    async with aiohttp.ClientSession() as http, http.get(f"{url}/rooms/{room}/mix") as answer:
        mix: dict[str, Any] = await answer.json()
        return mix


async def test_two_members_of_a_room_call_each_other(server, make_room, launch, webcam):
    room = await make_room(privacy="exact")
    browser = await launch(webcam)
    contexts = [await browser.new_context(locale="en") for _ in range(2)]
    caller, callee = [
        await member(context, server.url, room, name) for context, name in zip(contexts, "AB", strict=True)
    ]
    await talk(caller, callee)
    for page in (caller, callee):
        await until_media(page)
        await page.locator("kuuki-air").first.wait_for()
        assert await scores_sent(page) == 0, "neither the room nor the partner has an agreement yet"

    await caller.evaluate(f"{_ROOM}.startSensing()")
    await until_room(callee, "s => s.mix?.state === 'live' && s.mix.atMost === 1")
    assert (await look(callee))["call"]["partner"]["weights"] is None, "the room's agreement is not the partner's"

    await do(caller, "share")
    await until_call(callee, "s => s.call.partner.weights?.[3] >= 0.8")
    await callee.evaluate(f"{_ROOM}.startSensing()")
    await until_room(caller, "s => s.mix?.state === 'live' && s.mix.atLeast === 2 && s.mix.body.weights[3] >= 0.8")

    second = await contexts[0].new_page()  # the same person's audience page: the same seat
    await second.goto(f"{server.url}/r/{room}")
    for _ in range(20):
        await asyncio.sleep(0.2)
        assert (await mix_of(server.url, room))["people"].get("at_most", 0) <= 2, "somebody was counted twice"

    await do(caller, "hangUp")
    await until_call(callee, "s => s.call === null && s.ended?.how === 'ended'")
    await until_room(callee, "s => s.mix?.state === 'live'")
    assert (await look(callee))["sensing"] == "off", "the partner's agreement ends with the call"


async def test_the_room_leads_to_the_call_and_keeps_its_key(server, make_room, launch):
    room = await make_room()
    page = await (await launch()).new_page(locale="en")
    await page.goto(f"{server.url}/r/{room}#k=some-key")
    link = page.get_by_role("link", name="Call someone from this room")
    await page.get_by_text("Settings").click()
    assert (await link.get_attribute("href")) == f"/r/{room}/call#k=some-key"
