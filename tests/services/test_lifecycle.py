"""Long-lived tasks: one that fails, returns or is cancelled from outside ends the part that it belongs to."""

import asyncio

import pytest

from services.runtime.lifecycle import EndedUnasked, Tasks, together
from tests.virtual import in_virtual_time


class Broken(Exception):
    pass


async def for_ever():
    await asyncio.get_running_loop().create_future()


@in_virtual_time
async def test_one_that_fails_ends_the_others_and_is_the_reason():
    ended = []

    async def other():
        try:
            await for_ever()
        finally:
            ended.append("other")

    async def fails():
        await asyncio.sleep(1.0)
        raise Broken

    with pytest.raises(Broken):
        await together(other, fails)
    assert ended == ["other"]


@in_virtual_time
async def test_one_that_returns_is_missed_too():
    async def returns():
        await asyncio.sleep(1.0)

    with pytest.raises(EndedUnasked):
        await together(for_ever, returns)


@in_virtual_time
async def test_one_that_somebody_cancelled_is_missed_too():
    working = []

    async def work():
        working.append(asyncio.current_task())
        await for_ever()

    asyncio.get_running_loop().call_later(1.0, lambda: working.pop().cancel())
    with pytest.raises(EndedUnasked):
        await together(for_ever, work)


@in_virtual_time
async def test_to_be_cancelled_cancels_all_and_waits_for_their_ends():
    ended = []

    async def slow():
        try:
            await for_ever()
        finally:
            await asyncio.sleep(3.0)
            ended.append(asyncio.get_running_loop().time())

    whole = asyncio.ensure_future(together(slow, slow))
    await asyncio.sleep(1.0)
    whole.cancel()
    with pytest.raises(asyncio.CancelledError):
        await whole
    assert ended == [4.0, 4.0]


@in_virtual_time
async def test_one_that_is_stopped_is_not_missed_and_one_that_ends_before_anybody_looks_is():
    tasks = Tasks()
    first, second = tasks.start(for_ever()), tasks.start(for_ever())
    await tasks.stop(first)
    running = asyncio.ensure_future(tasks.run())
    await asyncio.sleep(1.0)
    assert not running.done()
    running.cancel()
    second.cancel()
    await asyncio.sleep(1.0)
    with pytest.raises(EndedUnasked):
        await tasks.run()
