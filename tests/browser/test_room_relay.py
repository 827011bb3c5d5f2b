"""A room whose gateway is reached by a real coturn alone, and what a page learns of the relay, and when."""

import aiohttp
import pytest
from playwright.async_api import expect

from loadtests.call_pages import do, look, ready, until_call
from tests.browser.conftest import until

pytestmark = pytest.mark.browser

_RELAY_ALONE = """(() => {
  const Inner = RTCPeerConnection;
  const alone = (how) => ({...how, iceTransportPolicy: 'relay'});
  window.peers = [];
  window.RTCPeerConnection = class extends Inner {
    constructor(how) { super(alone(how)); window.peers.push(this); this.servers = [how.iceServers.length]; }
    setConfiguration(how) { super.setConfiguration(alone(how)); this.servers.push(how.iceServers.length); }
  };
})()"""
"""Connections that may use no other way, and how many servers they were given, in order."""

_WAY = """async () => {
  const [peer] = window.peers.slice(-1);
  const stats = [...(await peer.getStats()).values()];
  const {selectedCandidatePairId} = stats.find(({type}) => type === 'transport');
  const {localCandidateId} = stats.find(({id}) => id === selectedCandidatePairId);
  return {local: stats.find(({id}) => id === localCandidateId).candidateType, servers: peer.servers};
}"""


async def test_a_room_is_joined_through_the_relay_alone(relayed, launch):
    """The answer of the join names the relay, and that is soon enough: its very offer gets through."""
    async with aiohttp.ClientSession() as http, http.post(f"{relayed.url}/rooms") as answer:
        room = (await answer.json())["room"]
    page = await (await launch()).new_page(locale="en")
    await page.add_init_script(_RELAY_ALONE)
    links = []
    page.on("response", lambda answer: links.append((answer.request.method, "link" in answer.headers)))
    await page.goto(f"{relayed.url}/r/{room}")
    await until(page, "s => s.link === 'open'")
    assert await page.evaluate(_WAY) == {"local": "relay", "servers": [0, 1]}
    assert await page.evaluate("window.peers.length") == 1
    assert [method for method, has_link in links if has_link] == ["POST"]


async def test_the_network_is_tested_with_the_relay_once_a_minute(relayed, launch, webcam):
    browser = await launch(webcam)
    tested, other = [await ready(await browser.new_context(locale="en"), relayed.url, name) for name in ("Aki", "Ben")]
    await do(tested, "testNetwork")
    await until_call(tested, "s => s.network?.state === 'done'")
    first = (await look(tested))["network"]
    assert (first["relay"], first["isTooSoon"]) == (True, False)
    await do(tested, "testNetwork")
    await until_call(tested, "s => s.network?.state === 'done'")
    assert (await look(tested))["network"] == {**first, "isTooSoon": True}
    for name in ("Continue", "Camera and microphone", "Test the network"):
        await other.get_by_role("button", name=name).click()
    await expect(other.get_by_text("This network was tested a moment ago. Try again in a minute.")).to_be_visible()
    seen = (await look(other))["network"]
    assert (seen["relay"], seen["relayTrouble"], seen["isTooSoon"]) == (None, None, True)
