"""People laugh, and a listening page hears it: real clients, a real kuuki with its veil, a real Chromium."""

import asyncio

import pytest

from loadtests.laughter import HEARD_DB, OVER_DB, Crowd, laughing_room, listen, loudness, summary
from loadtests.page_waits import until_holds
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.browser

_PEOPLE = 12
_LOUD = (
    "() => {{ const some = window.heard.slice(-10); return some.reduce((sum, [, power]) => sum + power, 0) / 10 {} }}"
)


async def test_the_room_laughs_and_is_heard(server, launch):
    async with laughing_room(server.url, _PEOPLE) as (address, crowd):
        page = await (await launch()).new_page(locale="en")
        await listen(page, address)
        await until_holds(page, "() => document.querySelector('kuuki-audience').session.snapshot.mix?.state === 'live'")
        usual = await _usual(page)
        crowd.set_laughing(True)
        await until_holds(page, _LOUD.format(f"> {usual * 10 ** (HEARD_DB / 10)}"), PATIENCE_S)
        crowd.set_laughing(False)
        await until_holds(page, _LOUD.format(f"< {usual * 10 ** (OVER_DB / 10)}"), PATIENCE_S)
        await _only_with_one_who_smiles(page, crowd, usual)


async def _usual(page) -> float:
    """The mean power of a few seconds in which nobody laughs together."""
    await asyncio.sleep(6)
    levels = [10 ** (level / 10) for _, level in (await loudness(page, 0.0))[-150:]]
    return sum(levels) / len(levels)


async def _only_with_one_who_smiles(page, crowd: Crowd, usual: float) -> None:
    """Who wants to hear the room only while smiling too, and has no camera on, hears nothing of the next laugh."""
    await page.get_by_label("Only while I smile too").check()
    await until_holds(page, _LOUD.format("< 1e-9"), PATIENCE_S)
    crowd.set_laughing(True)
    await asyncio.sleep(2)
    assert max(level for _, level in (await loudness(page, 0.0))[-50:]) < -80
    await page.get_by_label("Only while I smile too").uncheck()
    await until_holds(page, _LOUD.format(f"> {usual * 10 ** (HEARD_DB / 10)}"), PATIENCE_S)


def test_the_figures_are_medians_and_what_most_are_below():
    heard = [{"heard_s": at / 10, "over_s": 1.0, "usual_db": -50.0, "most_db": -30.0} for at in range(20)]
    assert summary(heard) == {
        "laughs": 20,
        "heard_s_median": 0.95,
        "over_s_median": 1.0,
        "usual_db_median": -50.0,
        "most_db_median": -30.0,
        "heard_s_95": 1.9,
        "over_s_95": 1.0,
    }
