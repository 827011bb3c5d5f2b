"""A room's mixes as the library gives them: however slowly they are read, nothing old is live."""

import asyncio
from typing import Any

from client.headless.place import parse_place
from client.headless.room import Room
from kuuki.mood.frames import Body, Mix, State
from kuuki.mood.room import Role
from kuuki.times import MIX_STALE_S
from tests.virtual import in_virtual_time

BODY = Body(0.5, (0.0,) * 6 + (1.0,), 0.0, 0.0, 1.0, (0.0,) * 4)


def live(seq, age_ms=0):
    return Mix(1, seq, State.LIVE, 1.0, 5, 5, BODY, age_ms)


def entered():
    """A room without its peer."""
    room = Room(parse_place("http://127.0.0.1:1", "demo"), Role.STAGE)
    room._loop = asyncio.get_running_loop()
    staying: Any = room._loop.create_future()
    room._staying = staying
    return room


@in_virtual_time
async def test_a_reader_that_was_busy_gets_the_newest_as_old_as_it_is_by_then():
    room = entered()
    mixes = room.mixes()
    room._hear(live(1, age_ms=500), 0.0)
    assert (await anext(mixes)).state is State.LIVE
    room._hear(live(2, age_ms=500), 0.0)
    await asyncio.sleep(MIX_STALE_S)
    mix = await anext(mixes)
    assert (mix.seq, mix.state, mix.body) == (2, State.STALE, None)
    room._hear(live(3), asyncio.get_running_loop().time())
    assert (await anext(mixes)).seq == 3


@in_virtual_time
async def test_a_mix_that_gets_old_comes_once_more_as_stale():
    room = entered()
    mixes = room.mixes()
    room._hear(live(1, age_ms=500), 0.0)
    assert [(await anext(mixes)).state for _ in range(2)] == [State.LIVE, State.STALE]
    assert asyncio.get_running_loop().time() == MIX_STALE_S - 0.5
    assert room.mix is not None
    await asyncio.sleep(0.001)
    assert room.mix.state is State.STALE
