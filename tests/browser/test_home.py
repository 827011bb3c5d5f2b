"""The first page in a real Chromium against a real kuuki: where each of three people gets from there."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import until

pytestmark = pytest.mark.browser

FIELD = "Link, room name or call code"


@pytest.fixture
async def home(server, launch):
    page = await (await launch()).new_page(locale="en")
    await page.goto(server.url)
    return page


async def give(page, text):
    await page.get_by_label(FIELD).fill(text)
    await page.get_by_label(FIELD).press("Enter")


async def test_whoever_was_invited_gets_there_by_whatever_they_were_given(server, make_room, home):
    room = await make_room()
    for given, place in (
        (f"Tonight at eight: {server.url}/r/{room}.", f"/r/{room}"),
        (room.upper().replace("-", " "), f"/r/{room}"),
        (f"{server.url}/r/{room}/stage", f"/r/{room}/stage"),
    ):
        await home.goto(server.url)
        await give(home, given)
        await home.wait_for_url(f"{server.url}{place}")
        await until(home, "s => s.link === 'open'")
    for given in ("sakura tanuki momiji 7", "さくら・たぬき・もみじ・7"):
        await home.goto(server.url)
        await give(home, given)
        await home.wait_for_url(f"{server.url}/call#c=sakura-tanuki-momiji-7")
        await expect(home.get_by_text("sakura").first).to_be_visible()


async def test_what_leads_nowhere_is_said_and_another_server_is_named(server, home):
    await give(home, "the comedy night")
    await expect(home.get_by_role("alert")).to_contain_text("Paste the whole link")
    await expect(home.get_by_label(FIELD)).to_be_focused()
    await give(home, "https://another.example/r/demo#k=x")
    await expect(home.get_by_role("alert")).to_contain_text("another.example")
    link = home.get_by_role("link", name="Open it there")
    assert await link.get_attribute("href") == "https://another.example/r/demo#k=x"
    assert home.url == f"{server.url}/"


async def test_an_organizer_decides_twice_and_has_a_room(server, home):
    await expect(home.get_by_role("button", name="Start the room")).to_be_hidden()
    await home.get_by_text("I am organizing").click()
    await home.get_by_label("A performance").check()
    await home.get_by_label("Language of the room").select_option("ja")
    await home.get_by_role("button", name="Start the room").click()
    await expect(home.get_by_role("heading", name="Your room is open.")).to_be_focused()
    stage = await home.get_by_label("For the stage", exact=True).input_value()
    facts = await (await home.request.get(stage.replace("/r/", "/rooms/").removesuffix("/stage"))).json()
    said = {key: facts[key] for key in ("purpose", "language", "min_group")}
    assert said == {"purpose": "performance", "language": "ja", "min_group": 5}
    assert stage.startswith(f"{server.url}/r/")


async def test_an_organizers_link_has_the_form_open(server, home):
    await home.goto(f"{server.url}/licences.txt")  # a link that differs by its fragment alone would load nothing anew
    await home.goto(f"{server.url}/#k=organizer")
    await expect(home.get_by_role("button", name="Start the room")).to_be_visible()


async def test_whoever_calls_is_led_to_calls(server, home):
    await home.get_by_role("link", name="I want to call someone").click()
    await home.wait_for_url(f"{server.url}/call")
