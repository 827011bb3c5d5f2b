"""Turns: one piece of work a turn of the event loop, each in line once, whoever asks again goes to the end."""

import asyncio

from services.aggregator.turns import Turns
from tests.virtual import in_virtual_time


@in_virtual_time
async def test_others_have_their_turn_between_two_pieces():
    done = []
    turns = Turns()
    loop = asyncio.get_running_loop()
    for name in "abc":
        turns.ask(lambda name=name: (done.append(name), loop.call_soon(done.append, "other"))[0])
    assert done == [], "nothing is done by who asks"
    await asyncio.sleep(0.01)
    assert done == ["a", "b", "other", "c", "other", "other"]


@in_virtual_time
async def test_who_asks_often_is_in_line_once_and_again_only_at_the_end():
    done = []
    turns = Turns()

    def greedy():
        done.append("greedy")
        if len(done) < 5:
            turns.ask(greedy)

    for _ in range(3):
        turns.ask(greedy)
    turns.ask(lambda: done.append("modest"))
    await asyncio.sleep(0.01)
    assert done == ["greedy", "modest", "greedy", "greedy", "greedy"]


@in_virtual_time
async def test_who_leaves_has_no_turn_and_holds_up_nobody():
    done = []
    turns = Turns()

    def gone():
        done.append("gone")

    turns.ask(gone)
    turns.leave(gone)
    turns.leave(gone)
    await asyncio.sleep(0.01)
    turns.ask(lambda: done.append("later"))
    await asyncio.sleep(0.01)
    assert done == ["later"]


@in_virtual_time
async def test_a_piece_that_fails_ends_no_other():
    done = []
    turns = Turns()

    def fails():
        raise ValueError

    told = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(type(context["exception"])))
    turns.ask(fails)
    turns.ask(lambda: done.append("next"))
    await asyncio.sleep(0.01)
    assert (done, told) == (["next"], [ValueError])
