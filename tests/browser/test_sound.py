"""The room's sound in a real Chromium, from a real kuuki with its real policy of content."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from loadtests.page_waits import until_holds
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.browser

_SPY = """() => {
  window.contexts = [];
  window.refused = [];
  addEventListener("securitypolicyviolation", ({ violatedDirective }) => window.refused.push(violatedDirective));
  const Real = window.AudioContext;
  window.AudioContext = class extends Real {
    constructor(options) {
      super(options);
      this.ear = this.createAnalyser();
      this.ear.fftSize = 32768;
      window.contexts.push(this);
    }
  };
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (target, ...more) {
    if (target === this.context.destination && this.context.ear) connect.call(this, this.context.ear);
    return connect.call(this, target, ...more);
  };
  window.loudness = () => {
    const [context] = window.contexts;
    const heard = new Float32Array(32768);
    context.ear.getFloatTimeDomainData(heard);
    return Math.sqrt(heard.reduce((sum, x) => sum + x * x, 0) / heard.length);
  };
}"""


async def opened(launch, server) -> Page:
    page: Page = await (await launch()).new_page(locale="en")
    await page.add_init_script(f"({_SPY})()")
    await page.goto(f"{server.url}/sound")
    return page


async def test_the_room_is_heard_once_it_was_turned_on(server, launch):
    page = await opened(launch, server)
    switch = page.get_by_role("button", name="Turn the sound on")
    await switch.wait_for()
    assert await page.evaluate("window.contexts.length") == 0, "a context was made before anybody asked"
    await switch.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("You hear the room.")
    await until_holds(page, "() => loudness() > 3e-3", PATIENCE_S)
    await page.get_by_label("How many laugh").press("End")
    await until_holds(page, "() => loudness() > 8e-3", PATIENCE_S)
    await page.get_by_label("How many laugh").press("Home")
    await page.get_by_label("How much they smile").press("Home")
    await until_holds(page, "() => loudness() < 2e-3 && loudness() > 1e-5", PATIENCE_S)  # murmur is left
    await page.get_by_label("Volume").press("Home")
    await until_holds(page, "() => loudness() < 1e-6", PATIENCE_S)
    await page.get_by_role("button", name="Turn the sound off").press("Enter")
    await until_holds(page, "() => contexts[0].state === 'suspended'", PATIENCE_S)
    assert await page.evaluate("window.refused") == []


async def test_off_at_once_and_on_again(server, launch):
    page = await opened(launch, server)
    await page.get_by_role("button", name="Turn the sound on").press("Enter")
    await page.get_by_role("button", name="Turn the sound off").press("Enter")
    await expect(page.get_by_role("status")).to_have_text("It is off.")
    await asyncio.sleep(1)
    await until_holds(page, "() => contexts.every(context => context.state === 'suspended')", PATIENCE_S)
    await page.get_by_role("button", name="Turn the sound on").press("Enter")
    await until_holds(page, "() => loudness() > 1e-5", PATIENCE_S)
    assert await page.evaluate("window.contexts.length") == 1


async def test_a_browser_that_cannot_is_told_so(server, launch):
    page = await opened(launch, server)
    await page.evaluate("""() => {
      const real = AudioWorklet.prototype.addModule;
      AudioWorklet.prototype.addModule = async function () {
        AudioWorklet.prototype.addModule = real;
        throw new DOMException("no", "AbortError");
      };
    }""")
    await page.get_by_role("button", name="Turn the sound on").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("could not make the sound")
    await page.get_by_role("button", name="Turn the sound on").press("Enter")
    await expect(page.get_by_role("status")).to_have_text("You hear the room.")
