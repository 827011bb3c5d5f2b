"""The virtual clock itself: hours in no time, in order, and honest about what nobody awaited."""

import asyncio
import time

import pytest

from tests.virtual import in_virtual_time


@in_virtual_time
async def test_an_hour_takes_no_time_and_timers_fire_in_order():
    loop = asyncio.get_running_loop()
    began, fired = time.monotonic(), []

    def note(delay: float) -> None:
        fired.append((delay, loop.time()))

    for delay in (3600.0, 0.2, 60.0):
        loop.call_later(delay, note, delay)
    await asyncio.sleep(3601)
    assert fired == [(0.2, 0.2), (60.0, 60.0), (3600.0, 3600.0)]
    assert loop.time() == pytest.approx(3601)
    assert time.monotonic() - began < 5


def test_an_exception_that_nobody_saw_fails_the_test():
    @in_virtual_time
    async def forgetful():
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)
        await asyncio.sleep(1)

    with pytest.raises(AssertionError):
        forgetful()


def test_waiting_for_ever_is_an_error():
    @in_virtual_time
    async def endless():
        await asyncio.Event().wait()

    with pytest.raises(RuntimeError):
        endless()
