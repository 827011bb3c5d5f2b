"""The run queue: one piece of work a turn of the event loop, each waits once, what is added again goes to the end."""

import asyncio
from functools import partial

from services.aggregator.runqueue import RunQueue
from tests.virtual import in_virtual_time


@in_virtual_time
async def test_others_run_between_two_pieces():
    done = []
    queue = RunQueue()
    loop = asyncio.get_running_loop()

    def do(name: str) -> None:
        done.append(name)
        loop.call_soon(done.append, "other")

    for name in "abc":
        queue.add(partial(do, name))
    assert done == [], "nothing is done by whoever adds it"
    await asyncio.sleep(0.01)
    assert done == ["a", "b", "other", "c", "other", "other"]


@in_virtual_time
async def test_what_is_added_often_waits_once_and_again_only_at_the_end():
    done = []
    queue = RunQueue()

    def greedy():
        done.append("greedy")
        if len(done) < 5:
            queue.add(greedy)

    for _ in range(3):
        queue.add(greedy)
    queue.add(lambda: done.append("modest"))
    await asyncio.sleep(0.01)
    assert done == ["greedy", "modest", "greedy", "greedy", "greedy"]


@in_virtual_time
async def test_what_is_removed_does_not_run_and_holds_up_nothing():
    done = []
    queue = RunQueue()

    def gone():
        done.append("gone")

    queue.add(gone)
    queue.remove(gone)
    queue.remove(gone)
    await asyncio.sleep(0.01)
    queue.add(lambda: done.append("later"))
    await asyncio.sleep(0.01)
    assert done == ["later"]


@in_virtual_time
async def test_a_piece_that_fails_ends_no_other():
    done = []
    queue = RunQueue()

    def fails():
        raise ValueError

    told = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(type(context["exception"])))
    queue.add(fails)
    queue.add(lambda: done.append("next"))
    await asyncio.sleep(0.01)
    assert (done, told) == (["next"], [ValueError])
