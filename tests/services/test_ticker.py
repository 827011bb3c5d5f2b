"""Ticks on a wall clock's beat: together with strangers, and unmoved by a clock that jumps."""

import asyncio
from itertools import pairwise

import pytest

from services.runtime.ticker import STEP_S, ticks
from tests.virtual import in_virtual_time, jump

PERIOD_S = 0.2


class Wall:
    """A wall clock: ``ahead_s`` of the loop's, running ``fast`` times as fast; it can be set."""

    def __init__(self, ahead_s, fast=1.0):
        self.ahead_s, self.fast = ahead_s, fast

    def __call__(self):
        return asyncio.get_running_loop().time() * self.fast + self.ahead_s


async def times(count, phase, work_s=0.0, jumps=()):
    """When ``count`` ticks happen; ``jumps`` are (after this many ticks, seconds to set the wall clock by)."""
    loop, ats = asyncio.get_running_loop(), []
    async for _ in ticks(PERIOD_S, phase):
        ats.append(loop.time())
        if len(ats) == count:
            return ats
        phase.ahead_s += dict(jumps).get(len(ats), 0.0)
        await asyncio.sleep(work_s)
    raise AssertionError


def off(wall_s):
    """How far from the nearest multiple of the period."""
    return abs((wall_s + PERIOD_S / 2) % PERIOD_S - PERIOD_S / 2)


@in_virtual_time
async def test_ticks_fall_on_multiples_of_the_wall_clock_from_the_first_on():
    for ahead_s in (1_790_000_000.0, 1_790_000_000.07, 1_790_000_000.1999):
        wall = Wall(ahead_s)
        ats = await times(5, wall)
        assert all(off(at + ahead_s) < 1e-6 for at in ats)
        assert [later - at for at, later in pairwise(ats)] == pytest.approx([PERIOD_S] * 4)


@in_virtual_time
async def test_a_fast_wall_clock_is_followed():
    wall = Wall(5.0, fast=1.002)
    ats = await times(200, wall)
    assert max(off(at * wall.fast + wall.ahead_s) for at in ats) <= STEP_S


@pytest.mark.parametrize("jump_s", [0.1, -0.1, 0.05, 3600.0, -3600.0, 3600.09, 1e9 + 0.07])
@in_virtual_time
async def test_a_wall_clock_that_jumps_makes_no_burst_and_no_gap_and_is_met_again(jump_s):
    wall = Wall(1_790_000_000.0)
    ats = await times(150, wall, jumps=[(20, jump_s)])
    assert all(abs(later - at - PERIOD_S) <= STEP_S + 1e-6 for at, later in pairwise(ats))
    assert off(ats[-1] + wall.ahead_s) < 1e-6


@pytest.mark.parametrize("work_s", [0.15, 0.25, 0.61])
@in_virtual_time
async def test_ticks_that_were_missed_are_left_out_and_the_beat_is_kept(work_s):
    wall = Wall(0.03)
    ats = await times(10, wall, work_s)
    assert all(off(at + wall.ahead_s) < 1e-6 for at in ats)
    assert all(later - at >= PERIOD_S - 1e-6 for at, later in pairwise(ats))


@in_virtual_time
async def test_lateness_is_not_taken_for_a_wrong_phase():
    """A loop that is held up tells of a late tick; the next is on time again, not moved."""
    loop, wall, seen = asyncio.get_running_loop(), Wall(0.0), []
    async for late_s in ticks(PERIOD_S, wall):
        seen.append((round(loop.time(), 6), round(late_s, 6)))
        if len(seen) == 4:
            break
        if len(seen) == 2:
            loop.call_later(0.19, jump, 0.05)  # something holds the loop up over the next tick
    assert seen == [(0.2, 0.0), (0.4, 0.0), (0.64, 0.04), (0.8, 0.0)]
