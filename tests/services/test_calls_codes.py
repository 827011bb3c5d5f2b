"""A code is good for one answered call, whatever the store says: used while it is away, by two at once, told late."""

import asyncio
import contextlib

import pytest

from kuuki.call.calling import Event, LegState, Side
from kuuki.call.notes import RingNote, UnknownCode, encode_note
from kuuki.call.signaling import Ring, Standing
from kuuki.errors import Unavailable
from kuuki.times import CODE_RETRY_S, CODE_SPENT_S, MISS_ANSWER_S
from services.signal.calls.code_directory import CODE_TTL_S
from tests.services.lines import come, new_call, settle, switchboards, talk
from tests.virtual import in_virtual_time

WRITES = ("claim", "release", "retire")
LATER_S = CODE_RETRY_S + 1.5


@contextlib.contextmanager
def away(exchange, *names):
    """The store takes none of these; what it knows, it still says. Counts what was asked of it."""
    asked, real = [], {name: getattr(exchange, name) for name in names or WRITES}

    def failing(name):
        async def fail(*arguments):
            asked.append(name)
            raise Unavailable

        return fail

    for name in real:
        setattr(exchange, name, failing(name))
    try:
        yield asked
    finally:
        for name, method in real.items():
            setattr(exchange, name, method)


async def answer_to(caller, code):
    """What is said to a ring, and how long after it."""
    before, rang_at = len(caller.page.said), asyncio.get_running_loop().time()
    call = await caller.ring(code)
    await asyncio.sleep(3)
    return [(round(at - rang_at, 9), str(message | {"call": ""})) for at, message in caller.page.said[before:]], call


def codes(person):
    return [message["code"] for message in person.messages if message["type"] in ("welcome", "code")]


@pytest.mark.parametrize("names", [WRITES, ("claim",), ("retire", "release")])
def test_a_code_that_was_used_while_the_store_is_away_is_answered_as_one_that_never_was(names):
    @in_virtual_time
    async def run():
        async with switchboards(2) as here:
            a, b = await come(here.boards[0], "Aki"), await come(here.boards[1], "Ben")
            c, d = await come(here.boards[0], address="192.0.2.1"), await come(here.boards[0], address="192.0.2.2")
            used = b.code
            with away(here.exchange, *names):
                await talk(a, b)
                assert await here.exchange.find(used) == b.id
                spent, call = await answer_to(c, used)
                unknown, _ = await answer_to(d, "kumo-sora-umi-1")
                assert spent == unknown
                assert [at for at, _ in spent] == [0.0, MISS_ANSWER_S]
                assert b.states(call) == []
                assert ("claim" in names) == (b.code is None)
            await asyncio.sleep(LATER_S)
            assert b.code not in (used, None)
            assert await here.exchange.find(used) is None
            assert await here.exchange.find(b.code) == b.id
            assert c.states(await c.ring(b.code))[-1] == "waiting"

    run()


@in_virtual_time
async def test_the_page_hears_that_its_code_is_spent_before_it_hears_that_it_talks():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        with away(here.exchange):
            await talk(a, b)
            said = [(m["type"], m.get("code"), m.get("state")) for m in b.messages[-2:]]
            assert said == [("code", None, None), ("state", None, "talking")]
            assert b.messages[-2] == {"type": "code", "code": None, "turn": None}
            again = await b.come_back()
            assert (again.messages[0]["code"], again.messages[0]["turn"]) == (None, None)
            assert again.states(a.messages[-1]["call"])[-1] == "talking"
        await asyncio.sleep(LATER_S)
        assert again.code is not None


@in_virtual_time
async def test_what_is_owed_is_tried_again_now_and_then_one_at_a_time_until_it_is_done():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        with away(here.exchange) as asked:
            await talk(a, b)
            await asyncio.sleep(600)
            tries = [name for name in asked if name == "claim"]
            assert 600 / (CODE_RETRY_S + 1) <= len(tries) / 2 <= 600 / CODE_RETRY_S + 5  # a's sign of life is owed too
        await asyncio.sleep(LATER_S)
        assert None not in (a.code, b.code)
        with away(here.exchange) as asked:
            await asyncio.sleep(20)
            assert len(asked) == 0


@pytest.mark.parametrize("first", ["a", "c"])
def test_two_who_ring_by_one_code_at_once_are_not_both_answered(first):
    @in_virtual_time
    async def run():
        async with switchboards(2) as here:
            a, c = await come(here.boards[0], "Aki"), await come(here.boards[1], "Chie")
            b = await come(here.boards[1], "Ben")
            calls = {"a": new_call(), "c": new_call()}
            code = b.code
            for name, caller in (("a", a), ("c", c)):
                caller.session.receive(Ring(calls[name], code))
            await settle()
            assert {b.states(call)[-1] for call in calls.values()} == {"incoming", "knocking"}
            await b.act(Event.ACCEPT, calls[first])
            (other,) = set(calls) - {first}
            for name, caller in (("a", a), ("c", c)):
                ends = ("busy", "declined")
                assert caller.states(calls[name])[-1] in (["talking"] if name == first else ends)
            assert b.states(calls[other])[-1] in ("missed", "declined")
            await b.act(Event.ACCEPT, calls[other])
            assert b.states(calls[other])[-1] in ("missed", "declined")
            late = await {"a": c, "c": a}[first].ring(code)
            assert b.states(late) == []

    run()


@in_virtual_time
async def test_who_knocks_by_another_code_goes_on_knocking():
    async with switchboards() as here:
        a, b, c = [await come(here.board, name) for name in "ABC"]
        first = await a.ring(b.code)
        b.session.replace_code()
        await settle()
        second = await c.ring(b.code)
        newest = b.code
        await b.act(Event.ACCEPT, first)
        assert c.states(second)[-1] == "waiting"
        assert b.code == newest  # the call was by the one before
        await b.act(Event.ACCEPT, second)
        assert b.code != newest


@in_virtual_time
async def test_a_ring_that_was_looked_up_before_the_answer_and_comes_after_it_rings_nobody():
    async with switchboards() as here:
        a, b, c = [await come(here.board, name) for name in "ABC"]
        used = b.code
        await talk(a, b)
        call = new_call()
        await here.exchange.send(b.id, encode_note(RingNote(c.id, call, code=used)))
        await settle()
        assert b.states(call) == []


@in_virtual_time
async def test_a_ring_of_the_version_before_does_not_say_its_code_and_rings_while_there_is_one():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        calls = [new_call(), new_call()]
        await here.exchange.send(b.id, encode_note(RingNote(a.id, calls[0], code=UnknownCode.UNKNOWN)))
        await settle()
        assert b.states(calls[0]) == ["incoming"]
        with away(here.exchange):
            await b.act(Event.ACCEPT, calls[0])
            await b.act(Event.HANG_UP, calls[0])
            assert b.code is None
            await here.exchange.send(b.id, encode_note(RingNote(a.id, calls[1], code=UnknownCode.UNKNOWN)))
            await settle()
            assert b.states(calls[1]) == []


@in_virtual_time
async def test_another_code_on_demand_while_the_store_is_away_ends_the_old_one_at_once():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        old = b.code
        with away(here.exchange):
            b.session.replace_code()
            await settle()
            assert b.code is None
            assert b.states(await a.ring(old)) == []
        await asyncio.sleep(LATER_S)
        assert b.code not in (None, old)


@in_virtual_time
async def test_a_code_that_the_store_did_not_hear_of_for_too_long_is_not_shown_and_then_had_again():
    async with switchboards() as here:
        a = await come(here.board)
        code = a.code
        with away(here.exchange):
            await asyncio.sleep(CODE_TTL_S - 2)
            assert codes(a) == [code]
            await asyncio.sleep(4)
            assert codes(a) == [code, None]
            await asyncio.sleep(600)
        await asyncio.sleep(LATER_S)
        assert codes(a) == [code, None, code]
        assert await here.exchange.find(code) == a.id


@in_virtual_time
async def test_a_code_that_ran_out_and_is_anothers_by_now_is_replaced():
    async with switchboards() as here:
        a = await come(here.board)
        code, claim = a.code, here.exchange.claim
        with away(here.exchange):
            await asyncio.sleep(CODE_TTL_S + 40)
            await claim(code, "another line", 1000.0)
        await asyncio.sleep(LATER_S)
        assert a.code not in (None, code)
        assert await here.exchange.find(code) == "another line"


# --- the line moves, or ends


@in_virtual_time
async def test_a_line_that_moves_with_the_index_of_a_used_code_gets_another():
    async with switchboards(2) as here:
        a, b = await come(here.boards[0]), await come(here.boards[0])
        used, index = b.code, b.session.claimed_code.index
        await talk(a, b)
        moved = await b.come_back(here.boards[1], index=index)
        assert moved.code != used
        assert await here.exchange.find(used) is None
        await asyncio.sleep(CODE_SPENT_S / 2)
        later = await b.come_back(here.boards[0], index=index)
        assert later.code != used


@in_virtual_time
async def test_what_the_store_was_not_told_when_the_line_moved_it_is_told_then():
    async with switchboards(2) as here:
        a, b = await come(here.boards[0]), await come(here.boards[0])
        used = b.code
        with away(here.exchange):
            await talk(a, b)
        assert await here.exchange.find(used) == b.id
        moved = await b.come_back(here.boards[1], index=None)
        await settle()
        assert moved.code not in (used, None)
        assert await here.exchange.find(used) is None


@in_virtual_time
async def test_a_page_that_may_have_answered_without_knowing_has_its_code_no_longer():
    async with switchboards(2) as here:
        a, b = await come(here.boards[0]), await come(here.boards[0])
        code, index = b.code, b.session.claimed_code.index
        call = await a.ring(code)
        ringing = Standing(call, a.id, Side.CALLEE, LegState.INCOMING)
        moved = await b.come_back(here.boards[1], index=index, call=ringing)
        second = moved.code
        assert second != code
        await moved.act(Event.ACCEPT, call)
        assert a.states(call)[-1] == "talking"
        assert moved.code != second  # what it was rung by is not known: it may have been this one


@pytest.mark.parametrize("index", [None, 0])
def test_a_page_without_an_index_has_a_code_that_cannot_be_foreseen(index):
    @in_virtual_time
    async def run():
        async with switchboards() as here:
            people = [await come(here.board, index=index) for _ in range(3)]
            indexes = {person.session.claimed_code.index for person in people}
            assert indexes == {0} if index == 0 else len(indexes) == 3

    run()


@in_virtual_time
async def test_the_code_of_a_line_that_ended_while_the_store_is_away_leads_to_nobody():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        code, index = b.code, b.session.claimed_code.index
        with away(here.exchange):
            b.session.end()
            await settle()
            assert await here.exchange.find(code) == b.id
            spent, _ = await answer_to(a, code)
            unknown, _ = await answer_to(a, "kumo-sora-umi-1")
            assert spent == unknown
        back = await b.come_back(index=index)
        assert back.code == code  # nobody used it
        assert a.states(await a.ring(code))[-1] == "ringing"


@in_virtual_time
async def test_a_process_that_stops_tells_the_store_what_it_owes():
    async with switchboards(2) as here:
        a, b = await come(here.boards[0]), await come(here.boards[1])
        used = b.code
        with away(here.exchange, "retire"):
            await talk(a, b)
        await b.session.stop()
        assert await here.exchange.find(used) is None
        assert await here.exchange.find(b.code) == b.id
