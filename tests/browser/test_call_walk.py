"""The seven steps of a call as two people take them, in both languages: one with a pointer, one by keyboard alone."""

import re
import time
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from loadtests.call_pages import look, open_call_page, scores_sent, until_call, until_media
from loadtests.page_waits import until_holds

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Words:
    """What stands on the buttons and fields that people use."""

    name: str
    go: str
    devices: str
    go_on: str
    their_code: str
    ring: str
    accept: str
    share: str
    agree: str
    end: str
    over: str
    not_shared: str


WORDS = {
    "en": Words(
        "Name", "Continue", "Camera and microphone", "Looks good, continue", "Their code", "Call", "Accept", "Share",
        "I agree", "End", "The call has ended.", "is not sharing an expression",
    ),
    "ja": Words(
        "名前", "次へ", "カメラとマイク", "これでよければ次へ", "相手のコード", "呼び出す", "出る", "共有する",
        "同意して共有する", "終了", "通話が終わりました", "は表情を共有していません",
    ),
}  # fmt: skip
SMILE = "s => s.call?.partner.weights?.[3] >= 0.8"
_FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return (at?.getAttribute('aria-label') ?? at?.labels?.[0]?.textContent ?? at?.textContent ?? '').trim();
}"""


async def reach(page: Page, name: str) -> None:
    """Goes to the button or field of that name by Tab."""
    passed = []
    for _ in range(60):
        passed.append(await page.evaluate(_FOCUSED))
        if passed[-1] == name:
            return
        await page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {name!r}, only {passed}")


async def press(page: Page, name: str) -> None:
    """Goes to the button of that name, and presses it."""
    await reach(page, name)
    await page.keyboard.press("Enter")


async def click(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def get_ready_by_pointer(page: Page, words: Words, name: str) -> None:
    await page.get_by_label(words.name, exact=True).fill(name)
    await click(page, words.go)
    assert await page.evaluate("window.cameraAsked") == 0, "asked for the camera before the person agreed"
    await click(page, words.devices)
    await click(page, words.go_on)


async def get_ready_by_keyboard(page: Page, words: Words, name: str) -> None:
    await reach(page, words.name)
    await page.keyboard.type(name)
    await page.keyboard.press("Enter")
    await press(page, words.devices)
    await until_call(page, "s => s.devices.state === 'on'")
    await press(page, words.go_on)


_SPY = """(() => {
  window.cameraAsked = 0;
  const inner = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (...wanted) => { window.cameraAsked += 1; return inner(...wanted); };
})()"""


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_seven_steps(server, launch, webcam, language, record_property):
    words = WORDS[language]
    browser = await launch(webcam)
    contexts = [await browser.new_context(locale=language, viewport={"width": 1280, "height": 800}) for _ in range(2)]
    for context in contexts:
        await context.add_init_script(_SPY)
    caller, callee = [await open_call_page(context, server.url) for context in contexts]
    assert await caller.evaluate("document.documentElement.lang") == language

    await get_ready_by_pointer(callee, words, "花")
    await get_ready_by_keyboard(caller, words, "Ken")
    await until_call(callee, "s => s.code")
    code = (await look(callee))["code"]
    await expect(callee.get_by_text(code.split("-")[0]).first).to_be_visible()

    typed = code.replace("-", " ").upper()
    await reach(caller, words.their_code)
    await caller.keyboard.type(typed)
    await press(caller, words.ring)
    await callee.get_by_role("button", name=words.accept, exact=True).wait_for()
    await until_holds(callee, "() => document.title.includes('Ken')")
    await click(callee, words.accept)
    for page in (caller, callee):
        await until_call(page, "s => s.call?.state === 'talking' && s.call.media === 'open'")
        await until_media(page)
        assert await scores_sent(page) == 0, "a score left before consent"
    await expect(caller.get_by_text(words.not_shared).first).to_be_visible()

    for sender, receiver in ((callee, caller), (caller, callee)):
        await click(sender, words.share) if sender is callee else await press(sender, words.share)
        agree = sender.get_by_role("button", name=re.compile(words.agree))
        await agree.wait_for()
        assert await scores_sent(sender) == 0
        agreed_at = time.monotonic()
        await agree.focus()
        await sender.keyboard.press("Enter")
        await until_call(receiver, SMILE, 20)
        record_property("smile_seen_s", round(time.monotonic() - agreed_at, 2))

    await press(caller, words.end)
    for page in (caller, callee):
        await expect(page.get_by_text(words.over).first).to_be_visible()
        assert (await look(page))["ended"]["how"] == "ended"
        assert (await look(page))["sensing"] == "off", "the agreement ends with the call"
