"""Fault 24: what is done to processes while a room is under the veil draws no noise; only people do, at moments."""

import asyncio
import signal
import time
from itertools import pairwise
from typing import Final

from kuuki.times import MOMENT_S
from loadtests.faults.outcome import Outcome
from loadtests.faults.processes import start_people
from loadtests.faults.stand import Stand, stand
from loadtests.redis_servers import RedisServer

PEOPLE: Final = 30
_BUCKET: Final = 20
"""The least of the bucket that they are in."""

_MORE: Final = 8
_KILLS: Final = 4
_TAKE_OVER_S: Final = 5.0
_SEEN_S: Final = 0.25
"""A viewer may see of two mixes the first so much later and the second at once."""


async def veil_holds(people: int = PEOPLE) -> Outcome:
    """Aggregators are killed and half of the room moves; then newcomers come."""
    outcome = Outcome("the veil: aggregators SIGKILL, half of a standard room moved, newcomers")
    with RedisServer() as redis:
        async with stand(redis.url, gateways=2, aggregators=2, privacy="standard") as here:
            await _come(here, people, 1)
            steady_at = time.monotonic()
            shown = here.watch.seen[-1].smiling
            terms = await _kill_aggregators(here)
            outcome.equals("a higher term came", terms > 0, True)
            await here.end(here.gateways[0], signal.SIGTERM)  # it moves its people to the other
            await asyncio.sleep(MOMENT_S + 2)
            outcome.equals("draws meanwhile", len(here.watch.drawn(steady_at)), 0)
            after = {each.smiling for each in here.watch.since(steady_at) if each.state == "live"}
            outcome.equals("what is shown, changed", len(after - {shown}), 0)
            came_at = time.monotonic()
            await _come(here, _MORE, 2)
            drawn = here.watch.drawn(came_at)
            outcome.at_most("draws when 8 come", len(drawn), 1 + (time.monotonic() - came_at) // MOMENT_S, "")
            closest = min((later - soon for soon, later in pairwise(drawn)), default=MOMENT_S)
            outcome.equals("never closer than a moment", closest >= MOMENT_S - _SEEN_S, True)
    return outcome


async def _come(here: Stand, people: int, seed: int) -> None:
    """So many come, all with the same face; until nobody waits any more, and nothing has changed for a while."""
    here.people.append(await start_people(here.url, here.watch.room, people, here.folder, seed))
    came_at = time.monotonic()
    while not (
        here.watch.seen
        and here.watch.seen[-1].people == _BUCKET
        and time.monotonic() - max([came_at, *here.watch.drawn(came_at)]) > 2 * MOMENT_S
    ):
        await asyncio.sleep(0.2)
        if time.monotonic() - came_at > 120:
            raise TimeoutError("they did not all come to count")


async def _kill_aggregators(here: Stand) -> int:
    """One after the other, each replaced: until one was the one that published. How often the term rose."""
    rose = 0
    for _ in range(_KILLS):
        before = here.watch.seen[-1].term
        await here.end(here.aggregators[0])
        await asyncio.sleep(_TAKE_OVER_S)
        rose += here.watch.seen[-1].term > before
        await here.add_aggregator()
        await asyncio.sleep(_TAKE_OVER_S)
    return rose
