"""Calls between real Chromiums, with real media."""

import asyncio

import pytest
from playwright.async_api import expect

from loadtests.call_pages import (
    accept,
    do,
    look,
    media,
    ready,
    ring,
    scores_sent,
    talk,
    until_call,
    until_media,
)
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.browser

TALKING = "s => s.call?.state === 'talking'"


@pytest.fixture
async def pages(server, launch, webcam):
    """Makes pages that are ready to call, each in a context of its own: other people."""
    browser = await launch(webcam)

    async def make(name: str, **devices: bool):
        return await ready(await browser.new_context(locale="en"), server.url, name, **devices)

    return make


async def ended(page, how, text, seconds=PATIENCE_S):
    """The call is over in that way, and the page says so."""
    await until_call(page, f"s => s.call === null && s.ended?.how === '{how}'", seconds)
    await see(page, text)


async def see(page, text):
    """A person can read it."""
    await expect(page.get_by_text(text).first).to_be_visible()


async def test_media_both_ways_and_no_score_before_consent(pages):
    caller, callee = await pages("Aki"), await pages("Ben")
    await talk(caller, callee)
    for page in (caller, callee):
        await until_media(page)
    await asyncio.sleep(1)
    assert [await scores_sent(page) for page in (caller, callee)] == [0, 0]
    assert (await look(caller))["call"]["partner"]["presence"] == "watching"
    await do(callee, "share")
    await until_call(caller, "s => s.call.partner.weights?.[3] >= 0.8")
    assert await scores_sent(caller) == 0
    assert (await look(callee))["call"]["partner"]["weights"] is None
    await do(callee, "setPicture", "off")
    await until_call(caller, "s => s.call.partner.presence === 'paused' && s.call.partner.picture === 'off'")
    await until_call(caller, "s => s.call.partner.weights === null")
    before = await scores_sent(callee)
    await asyncio.sleep(1)
    assert await scores_sent(callee) == before, "camera off: nothing is sensed"
    words = [(await look(page))["call"]["check"] for page in (caller, callee)]
    assert words[0] == words[1]
    assert len(words[0]) == 4
    assert not await caller.evaluate("!!window.sentTooLarge")


async def test_face_off_sends_expression_without_picture(pages):
    caller, callee = await pages("Aki"), await pages("Ben")
    await do(caller, "ring", (await look(callee))["code"], True)
    await until_call(callee, "s => s.call?.state === 'incoming'")
    await do(callee, "accept", (await look(callee))["call"]["call"], True)
    await until_call(caller, "s => s.call?.media === 'open' && s.call.partner.picture === 'face_off'")
    await do(callee, "share")
    await until_call(caller, "s => s.call.partner.weights?.[3] >= 0.8")
    await until_media(caller, video=0, audio=50)
    assert (await media(caller))["video"] == (await media(callee))["video"] == 0


async def test_a_camera_that_is_turned_on_for_the_expression_alone_sends_no_picture(pages):
    caller, callee = await pages("Aki", camera=False), await pages("Ben")
    await talk(caller, callee)
    await caller.evaluate(
        "() => { window.pictures = 0; const replace = RTCRtpSender.prototype.replaceTrack;"
        " RTCRtpSender.prototype.replaceTrack = function (track) {"
        " if (track?.kind === 'video') window.pictures += 1; return replace.call(this, track); }; }"
    )
    await caller.get_by_role("button", name="Share", exact=True).click()
    await caller.get_by_role("button", name="I agree, share it").click()
    await until_call(callee, "s => s.call.partner.weights?.[3] >= 0.8")
    await until_call(callee, "s => s.call.partner.picture === 'face_off'")
    await until_media(callee, video=0, audio=50)
    assert (await media(callee))["video"] == 0
    assert await caller.evaluate("window.pictures") == 0, "not even for a moment"


@pytest.mark.parametrize(
    ("who", "act", "caller_sees", "callee_sees"),
    [
        ("callee", "decline", ("declined", "declined."), ("declined", "You declined.")),
        ("caller", "hangUp", ("cancelled", "You cancelled the call."), ("missed", "Missed call.")),
    ],
)
async def test_ends_of_ringing(pages, who, act, caller_sees, callee_sees):
    caller, callee = await pages("Aki", camera=False), await pages("Ben", camera=False)
    await ring(caller, callee)
    await until_call(caller, "s => s.call?.state === 'ringing'")
    await see(caller, "It is ringing.")
    await until_call(callee, "s => s.call?.state === 'incoming' && s.call.partner.name === 'Aki'")
    await see(callee, "Aki is calling")
    assert (await look(caller))["call"]["partner"]["name"] == "", "a code must not tell whose it is"
    call = (await look(caller))["call"]["call"]
    await do({"caller": caller, "callee": callee}[who], act, *([call] if act == "decline" else []))
    await ended(caller, *caller_sees)
    await ended(callee, *callee_sees)


@pytest.mark.slow
async def test_nobody_answers(pages):
    """It rings for 75 s: the one test that waits for it."""
    caller, callee = await pages("Aki", camera=False), await pages("Ben", camera=False)
    await ring(caller, callee)
    await until_call(callee, "s => s.call?.state === 'incoming'")
    await ended(caller, "timed_out", "No answer.", 80)
    await ended(callee, "missed", "Missed call.")


async def test_a_wrong_code_and_a_closed_page_look_the_same(pages):
    caller, callee = await pages("Aki", camera=False), await pages("Ben", camera=False)
    code = (await look(callee))["code"]
    await do(callee, "leave")
    await do(caller, "ring", code)
    await ended(caller, "unreachable", "Nobody can be reached there.")
    await do(caller, "ring", "sakura-sakura-sakura-0")
    await until_call(caller, "s => s.call?.state === 'calling'")
    await see(caller, "Calling…")
    await ended(caller, "unreachable", "Nobody can be reached there.")


async def test_both_call_at_once_and_it_is_one_call(pages):
    one, other = await pages("Aki"), await pages("Ben")
    await asyncio.gather(ring(one, other), ring(other, one))
    for page in (one, other):
        await until_call(page, f"s => ({TALKING})(s) && s.call.media === 'open'")
    calls = [(await look(page))["call"] for page in (one, other)]
    assert calls[0]["call"] == calls[1]["call"]
    assert {call["side"] for call in calls} == {"caller", "callee"}
    assert [(await look(page))["knocking"] for page in (one, other)] == [None, None]
    for page in (one, other):
        await until_media(page)
        assert (await media(page))["open"] == 1


async def test_call_waiting(pages):
    one, other, third = await pages("Aki"), await pages("Ben"), await pages("Chie", camera=False)
    await talk(one, other)
    await ring(third, other)
    await until_call(third, "s => s.call?.state === 'waiting'")
    await see(third, "Busy.")
    await until_call(other, "s => s.knocking?.name === 'Chie' && s.call.state === 'talking'")
    await see(other, "Chie is calling")
    await do(other, "accept", (await look(other))["knocking"]["call"])
    await ended(one, "ended", "The call has ended.")
    for page in (other, third):
        await until_call(page, f"s => ({TALKING})(s) && s.call.media === 'open'")
    assert (await look(other))["call"]["partner"]["name"] == "Chie"
    await until_media(third)


async def test_a_third_caller_rings_when_the_call_ends_and_a_fourth_is_busy(pages):
    one, other = await pages("Aki", camera=False), await pages("Ben", camera=False)
    third, fourth = await pages("Chie", camera=False), await pages("Dai", camera=False)
    await talk(one, other)
    await ring(third, other)
    await until_call(third, "s => s.call?.state === 'waiting'")
    await ring(fourth, other)
    await ended(fourth, "busy", "is busy.")
    await do(one, "hangUp")
    await until_call(other, "s => s.call?.state === 'incoming' && s.call.partner.name === 'Chie'")
    await until_call(third, "s => s.call?.state === 'ringing'")
    await accept(other)
    await until_call(third, TALKING)


async def test_end_call_again_and_nothing_is_left(pages):
    caller, callee = await pages("Aki"), await pages("Ben")
    code = (await look(callee))["code"]
    await talk(caller, callee)
    await do(callee, "hangUp")
    for page in (caller, callee):
        await ended(page, "ended", "The call has ended.")
        assert (await media(page))["open"] == 0
    assert (await look(caller))["ended"]["canCallAgain"]
    assert (await look(callee))["code"] != code, "a code is good for one answered call"
    await do(caller, "again")
    await accept(callee)
    for page in (caller, callee):
        await until_call(page, f"s => ({TALKING})(s) && s.call.media === 'open'")


async def test_mute_and_devices_without_renegotiation(pages):
    caller, callee = await pages("Aki"), await pages("Ben")
    await talk(caller, callee)
    await caller.evaluate(
        "() => { window.offers = 0; const p = window.peers.at(-1), set = p.setLocalDescription.bind(p);"
        " p.setLocalDescription = (...d) => { window.offers += 1; return set(...d); }; }"
    )
    await do(caller, "setSound", False)
    await until_call(callee, "s => s.call.partner.sound === false")
    await do(caller, "setSound", True)
    await do(caller, "setPicture", "off")
    await until_call(callee, "s => s.call.partner.sound && s.call.partner.picture === 'off'")
    await do(caller, "setPicture", "on")
    await until_call(callee, "s => s.call.partner.picture === 'on'")
    await until_media(callee)
    microphones = (await look(caller))["devices"]["microphones"]
    await do(caller, "chooseMicrophone", microphones[-1]["deviceId"])
    await until_media(callee)
    assert await caller.evaluate("window.offers") == 0
