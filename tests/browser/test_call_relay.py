"""Relay-only calls through a real coturn."""

import base64
import hmac
import json
import time

import pytest

from loadtests.call_pages import accept, do, look, media, ready, ring, talk, until_call, until_media
from tests.browser.turn import SECRET

pytestmark = pytest.mark.browser


async def pair(launch, webcam, url):
    browser = await launch(webcam)
    return [await ready(await browser.new_context(locale="en"), url, name) for name in ("Aki", "Ben")]


async def test_relay_only_goes_through_the_relay(relayed, launch, webcam):
    caller, callee = await pair(launch, webcam, relayed.url)
    await do(caller, "setRelayOnly", True)
    await talk(caller, callee)
    for page in (caller, callee):
        await until_media(page)
    assert (await media(caller))["relayed"] is True
    await until_call(caller, "s => s.call.isRelayed === true")


async def test_relay_only_tells_no_address_but_the_relay(relayed, launch, webcam):
    """Neither in a description nor in a candidate, nor as what one is related to."""
    caller, callee = await pair(launch, webcam, relayed.url)
    await caller.evaluate(
        "() => { window.told = []; const send = WebSocket.prototype.send;"
        " WebSocket.prototype.send = function (text) { window.told.push(text); return send.call(this, text); }; }"
    )
    await do(caller, "setRelayOnly", True)
    await talk(caller, callee)
    signals = [said for text in await caller.evaluate("window.told") if (said := json.loads(text))["type"] == "signal"]
    lines = [said["candidate"]["candidate"] for said in signals if "candidate" in said]
    lines += [line for said in signals for line in said.get("description", {}).get("sdp", "").split("\r\n")]
    candidates = [line for line in lines if "candidate:" in line]
    assert candidates
    for line in candidates:
        assert " typ relay raddr 0.0.0.0 rport 0 " in line


async def test_both_relay_only(relayed, launch, webcam):
    caller, callee = await pair(launch, webcam, relayed.url)
    for page in (caller, callee):
        await do(page, "setRelayOnly", True)
    await talk(caller, callee)
    for page in (caller, callee):
        await until_media(page)
        assert (await media(page))["relayed"] is True


def _expire(message: str) -> str:
    """The same credentials, right but for having expired a minute ago."""
    said = json.loads(message)
    if said["type"] != "ice":
        return message
    for server in said["servers"]:
        if "username" in server:
            server["username"] = f"{int(time.time()) - 60}:late"
            mac = hmac.new(SECRET.encode(), server["username"].encode(), "sha1")
            server["credential"] = base64.b64encode(mac.digest()).decode()
    return json.dumps(said)


async def _outdate(route) -> None:
    server = route.connect_to_server()
    server.on_message(lambda message: route.send(_expire(message)))


async def test_expired_credentials_are_refused_and_said(relayed, launch, webcam):
    browser = await launch(webcam)
    contexts = [await browser.new_context(locale="en") for _ in range(2)]
    await contexts[0].route_web_socket("**/calls", _outdate)
    caller, callee = [await ready(context, relayed.url, name) for context, name in zip(contexts, "AB", strict=True)]
    await do(caller, "setRelayOnly", True)
    await ring(caller, callee)
    await accept(callee)
    await until_call(caller, "s => s.call?.media === 'no_relay' && s.call.relayTrouble === 'expired'")
    assert (await media(caller))["video"] == 0


async def test_without_a_relay_relay_only_says_so(server, launch, webcam):
    caller, callee = await pair(launch, webcam, server.url)
    assert (await look(caller))["hasRelay"] is False
    await do(caller, "setRelayOnly", True)
    await ring(caller, callee)
    await accept(callee)
    await until_call(caller, "s => s.call?.media === 'no_relay' && s.call.relayTrouble === 'missing'")
