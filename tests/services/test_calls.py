"""Lines of a process around the core, in virtual time: what each side sees, who may, and that nothing stays."""

import asyncio
import itertools
import json
import statistics
from typing import Any

import pytest
from structlog.testing import capture_logs

from kuuki.call.calling import Event, LegState, Side
from kuuki.call.codes import make_code
from kuuki.call.lines import Line
from kuuki.call.notes import TakenNote, encode_note
from kuuki.call.signaling import Act, Hello, Ring, Signal, Standing
from kuuki.errors import CloseCode, Unavailable
from kuuki.limits import (
    ADDRESS_MISSES_BURST,
    CODE_INDEXES,
    LINES_BURST,
    LINES_PER_ADDRESS,
    MISSES_BURST,
    RINGS_BURST,
    WAITING_BYTES,
    WAITING_MESSAGES,
)
from kuuki.times import CALL_RING_S, CODE_SPENT_S, LINE_AWAY_S, LINE_GRACE_S, MISS_ANSWER_S
from services.runtime.exchange import InProcessExchange
from services.signal.calls import line_effects
from services.signal.calls import switchboard as switchboard_module
from services.signal.calls.code_directory import CODE_TTL_S, CodeDirectory
from services.signal.calls.line_services import LineServices
from services.signal.calls.line_session import LineSession
from services.signal.calls.page_socket import UNSENT_BYTES, PageSocket
from services.signal.calls.switchboard import Switchboard, line_id_of
from tests.services.lines import KEY, FakePage, come, new_call, settle, switchboards, talk
from tests.virtual import in_virtual_time

E = Event


def loop_time():
    return asyncio.get_running_loop().time()


def wrong_codes(count):
    return [make_code(bytes([7, n % 256, n // 256, 9, *[5] * 28])) for n in range(count)]


# --- a call, from both sides


@in_virtual_time
async def test_a_call_from_ring_to_end():
    async with switchboards() as here:
        a, b = await come(here.board, "Aki"), await come(here.board, "Ben")
        code = b.code
        call = await a.ring(code)
        assert (a.states(call), b.states(call)) == (["calling", "ringing"], ["incoming"])
        assert (a.state(call)["name"], b.state(call)["name"]) == ("", "Aki")
        await b.act(E.ACCEPT, call)
        assert a.state(call) == {
            "type": "state",
            "call": call,
            "side": "caller",
            "state": "talking",
            "partner": b.id,
            "name": "Ben",
            "partner_is": "here",
        }
        assert b.states(call) == ["incoming", "talking"]
        await a.signal(call)
        await b.signal(call, 2)
        offer = {"type": "offer", "sdp": "v=0"}
        assert b.messages[-1] == {"type": "signal", "call": call, "generation": 1, "description": offer}
        assert a.messages[-1] == {"type": "signal", "call": call, "generation": 2, "description": offer}
        await asyncio.sleep(300)
        await a.act(E.HANG_UP, call)
        assert a.states(call)[-1] == b.states(call)[-1] == "ended"
        assert here.samples("calls_total") == {"ended": 1}
        assert here.samples("lines") == {"": 2}
        assert b.code != code


@pytest.mark.parametrize(
    ("who", "event", "caller", "callee", "outcome"),
    [
        ("b", E.DECLINE, "declined", "declined", "declined"),
        ("a", E.HANG_UP, "cancelled", "missed", "cancelled"),
        (None, CALL_RING_S + 5, "timed_out", "missed", "timed_out"),
        ("b", "bye", "declined", None, "declined"),
        ("b", "vanish", "unreachable", None, "unreachable"),
        ("a", "vanish", None, "missed", "unreachable"),
    ],
)
def test_every_end_of_ringing_from_both_sides(who, event, caller, callee, outcome):
    @in_virtual_time
    async def run():
        async with switchboards() as here:
            a, b = await come(here.board), await come(here.board)
            call = await a.ring(b.code)
            actor = {"a": a, "b": b, None: None}[who]
            if isinstance(event, float):
                await asyncio.sleep(event)
            elif event == "bye":
                actor.session.end()
            elif event == "vanish":
                await actor.leave()
                await asyncio.sleep(LINE_GRACE_S + 1)
            else:
                await actor.act(event, call)
            await settle()
            for person, state in ((a, caller), (b, callee)):
                if state is not None:
                    assert person.states(call)[-1] == state
            assert here.samples("calls_total") == {outcome: 1}

    run()


@in_virtual_time
async def test_both_at_once_is_one_call():
    async with switchboards(2) as here:
        a, b = await come(here.boards[0], "Aki"), await come(here.boards[1], "Ben")
        small, large = sorted((new_call(), new_call()))
        a.session.receive(Ring(large, b.code))
        b.session.receive(Ring(small, a.code))
        await settle()
        assert (a.states(large)[-1], b.states(small)[-1]) == ("crossed", "talking")
        assert a.states(small)[-1] == "talking"
        assert a.state(small)["side"] == "callee"
        assert b.states(large) == []
        await a.signal(small)
        assert b.messages[-1]["type"] == "signal"


@in_virtual_time
async def test_a_third_caller_waits_and_a_fourth_is_busy():
    async with switchboards() as here:
        a, b, c, d = [await come(here.board, name) for name in "ABCD"]
        first = await talk(a, b)
        second, third = await c.ring(b.code), await d.ring(b.code)
        assert (c.states(second)[-1], b.states(second)[-1]) == ("waiting", "knocking")
        assert (d.states(third)[-1], b.states(third)) == ("busy", [])
        await b.act(E.ACCEPT, second)
        assert [p.states(first)[-1] for p in (a, b)] == ["ended", "ended"]
        assert [p.states(second)[-1] for p in (b, c)] == ["talking", "talking"]
        assert here.samples("calls_total") == {"ended": 1, "busy": 1}


@in_virtual_time
async def test_who_waits_rings_when_the_call_is_over():
    async with switchboards() as here:
        a, b, c = [await come(here.board, name) for name in "ABC"]
        first = await talk(a, b)
        second = await c.ring(b.code)
        await a.act(E.HANG_UP, first)
        assert (c.states(second)[-1], b.states(second)[-1]) == ("ringing", "incoming")


@in_virtual_time
async def test_again_calls_the_partner_without_a_code():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        call = await talk(a, b)
        await a.act(E.HANG_UP, call)
        second = await b.again(call)
        assert (b.states(second)[-1], a.states(second)[-1]) == ("ringing", "incoming")
        assert here.samples("call_lookups_total") == {"found": 1}


# --- pages come and go


@in_virtual_time
async def test_a_page_that_reloads_has_its_line_its_code_and_its_call():
    async with switchboards() as here:
        a, b = await come(here.board, "Aki"), await come(here.board, "Ben")
        call = await talk(a, b)
        code = a.code
        await a.leave()
        assert b.state(call)["partner_is"] == "away"
        await b.signal(call, 2)
        await asyncio.sleep(LINE_GRACE_S - 1)
        again = await a.come_back()
        assert (again.id, again.code, again.secret) == (a.id, code, a.secret)
        assert [m["type"] for m in again.messages[:3]] == ["welcome", "signal", "state"]
        assert again.states(call)[-1] == "talking"
        assert b.state(call)["partner_is"] == "here"
        await again.signal(call, 3)
        assert b.messages[-1]["generation"] == 3
        assert here.samples("lines") == {"": 2}


@in_virtual_time
async def test_what_waits_for_a_page_is_bounded_and_the_newest():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        call = await talk(a, b)
        await a.leave()
        for generation in range(1, WAITING_MESSAGES + 10):
            await b.signal(call, generation)
        again = await a.come_back()
        generations = [m["generation"] for m in again.messages if m["type"] == "signal"]
        assert generations == list(range(10, WAITING_MESSAGES + 10))


@in_virtual_time
async def test_what_waits_for_a_page_is_no_more_than_it_can_take_at_once():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        call = await talk(a, b)
        await a.leave()
        for generation in range(1, WAITING_MESSAGES):
            await b.say(Signal(call, generation, {"type": "offer", "sdp": "x" * 16_000}))
        await b.act(E.HANG_UP, call)
        again = await a.come_back()
        waited = again.messages[1:]
        assert [m["type"] for m in waited] == ["signal"] * (WAITING_BYTES // 16_200) + ["state"]
        assert sum(len(json.dumps(m)) for m in waited) < UNSENT_BYTES


@in_virtual_time
async def test_a_line_whose_page_stays_away_is_forgotten_and_its_code_is_free():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        call, code = await talk(a, b), a.code
        await a.leave()
        await asyncio.sleep(LINE_GRACE_S - 1)
        assert await here.exchange.find(code) == a.id
        await asyncio.sleep(2)
        assert await here.exchange.find(code) is None
        assert here.samples("lines") == {"": 1}
        assert not await here.exchange.send(a.id, b"")
        await asyncio.sleep(LINE_GRACE_S)
        assert b.state(call)["partner_is"] == "gone"
        assert b.states(call)[-1] == "talking"
        back = await a.come_back(call=Standing(call, b.id, Side.CALLER, LegState.TALKING))
        await back.signal(call, 2)
        assert b.messages[-1]["generation"] == 2
        assert b.state(call)["partner_is"] == "here"


@pytest.mark.parametrize("boards", [1, 2])
def test_the_newest_page_with_the_secret_has_the_line(boards):
    @in_virtual_time
    async def run():
        async with switchboards(boards) as here:
            a, b = await come(here.boards[0], "Aki"), await come(here.boards[0], "Ben")
            call = await talk(a, b)
            standing = Standing(call, b.id, Side.CALLER, LegState.TALKING, "Ben")
            newer = await a.come_back(here.boards[-1], standing)
            assert a.page.code == CloseCode.LINE_TAKEN
            await a.leave()
            assert newer.code == a.code
            assert newer.states(call)[-1] == "talking"
            await b.signal(call)
            assert newer.messages[-1]["type"] == "signal"
            await newer.signal(call)
            assert b.messages[-1]["type"] == "signal"
            await asyncio.sleep(LINE_GRACE_S + CODE_TTL_S)
            assert newer.page.code is None
            assert b.states(call)[-1] == "talking"
            assert await here.exchange.find(newer.code) == a.id
            assert sum(map(len, here.boards)) == 2
            back = await a.come_back(here.boards[0], standing)
            assert newer.page.code == CloseCode.LINE_TAKEN
            assert back.page.code is None

    run()


@in_virtual_time
async def test_pages_that_come_at_once_leave_one():
    async with switchboards(3) as here:
        secret = "s" * 22
        callers = await asyncio.gather(*(come(board, "Aki", secret) for board in here.boards * 2))
        await settle()
        left = [caller for caller in callers if caller.page.code is None]
        assert len(left) == 1
        assert {caller.page.code for caller in callers} == {None, CloseCode.LINE_TAKEN}


@in_virtual_time
async def test_a_page_that_is_replaced_while_its_line_opens_is_welcomed_nowhere():
    async with switchboards() as here:
        claim = here.exchange.claim

        async def slow(*arguments):
            await asyncio.sleep(1)
            return await claim(*arguments)

        here.exchange.claim = slow
        pages = [FakePage(), FakePage()]
        for page in pages:
            here.board.admit(page)
        await asyncio.gather(*(here.board.connect(page, Hello("Aki", "en", "s" * 22)) for page in pages))
        assert (pages[0].said, pages[0].code) == ([], CloseCode.LINE_TAKEN)
        assert (pages[1].said[0][1]["type"], pages[1].code) == ("welcome", None)


@in_virtual_time
async def test_a_line_that_waits_for_its_page_gives_way_to_another_process():
    async with switchboards(2) as here:
        a = await come(here.boards[0], "Aki")
        await a.leave()
        newer = await a.come_back(here.boards[1])
        assert [len(board) for board in here.boards] == [0, 1]
        await asyncio.sleep(LINE_GRACE_S + 1)
        assert await here.exchange.find(newer.code) == a.id


@in_virtual_time
async def test_an_older_take_over_that_comes_late_takes_nothing():
    async with switchboards() as here:
        attach = here.exchange.attach

        async def hear_an_older_one_first(line, receive):
            await attach(line, receive)
            await here.exchange.send(line, encode_note(TakenNote(line, "0" * 16)))

        here.exchange.attach = hear_an_older_one_first
        a = await come(here.board)
        assert a.page.code is None
        assert not a.session.is_over


@in_virtual_time
async def test_without_the_secret_nobody_has_the_line():
    async with switchboards() as here:
        a = await come(here.board)
        for secret in (a.id, a.code, a.secret[:-1] + "_"):
            padded = (secret + "_" * 22)[:64]
            other = await come(here.board, "Eve", padded)
            assert (other.id, other.code) != (a.id, a.code)
        assert a.page.code is None
        assert await here.exchange.find(a.code) == a.id


@in_virtual_time
async def test_a_page_may_change_its_name():
    async with switchboards() as here:
        a, b = await come(here.board, "Aki"), await come(here.board, "Ben")
        await a.session.connect(a.page, Hello("Akira", "ja"))
        call = await a.ring(b.code)
        assert b.state(call)["name"] == "Akira"


@in_virtual_time
async def test_a_server_that_restarts_loses_no_call_and_with_a_key_no_code():
    async with switchboards() as here:
        a, b = await come(here.board, "Aki"), await come(here.board, "Ben")
        call = await talk(a, b)
        indexes = [p.session.claimed_code.index for p in (a, b)]
        codes = [a.code, b.code]
    async with switchboards() as here:
        sides = ((a, b, Side.CALLER, indexes[0]), (b, a, Side.CALLEE, indexes[1]))
        a2, b2 = [
            await one.come_back(here.board, Standing(call, other.id, side, LegState.TALKING, other.name), index)
            for one, other, side, index in sides
        ]
        assert [a2.code, b2.code] == codes
        assert (a2.states(call)[-1], b2.states(call)[-1]) == ("talking", "talking")
        await a2.signal(call, 2)
        await b2.signal(call, 2)
        assert [p.messages[-1]["type"] for p in (a2, b2)] == ["signal", "signal"]
        await b2.act(E.HANG_UP, call)
        assert (a2.states(call)[-1], b2.states(call)[-1]) == ("ended", "ended")


@in_virtual_time
async def test_a_process_that_stops_tells_its_pages_and_hangs_nothing_up():
    async with switchboards() as here:
        second = Switchboard(here.exchange, here.metrics, KEY)
        running = asyncio.create_task(second.run())
        a, b = await come(second), await come(here.board)
        call = await talk(a, b)
        stopping = asyncio.create_task(second.turn_away())
        await settle()
        assert a.page.code == CloseCode.GOING_AWAY
        late = FakePage()
        assert not second.admit(late)
        assert late.code == CloseCode.GOING_AWAY
        await a.leave()
        await stopping
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert b.state(call)["partner_is"] == "away"
        assert b.states(call)[-1] == "talking"
        assert await here.exchange.find(a.code) == a.id
        back = await a.come_back(here.board, Standing(call, b.id, Side.CALLER, LegState.TALKING))
        assert b.state(call)["partner_is"] == "here"
        assert back.states(call)[-1] == "talking"


@in_virtual_time
async def test_pages_that_do_not_go_are_waited_for_only_so_long():
    async with switchboards() as here:
        await come(here.board)
        began = loop_time()
        await here.board.turn_away()
        assert loop_time() - began == pytest.approx(switchboard_module._GOODBYE_S)


# --- codes


@in_virtual_time
async def test_a_code_is_held_as_long_as_its_line_and_cannot_be_claimed_meanwhile():
    async with switchboards() as here:
        a = await come(here.board)
        for _ in range(10):
            await asyncio.sleep(CODE_TTL_S / 2)
            assert not await here.exchange.claim(a.code, "another line", CODE_TTL_S)
            assert await here.exchange.find(a.code) == a.id


@in_virtual_time
async def test_a_code_that_another_line_has_is_skipped():
    async with switchboards() as here:
        line = line_id_of("s" * 22)
        directory = CodeDirectory(here.exchange, KEY, here.metrics)
        taken = [(await directory.claim(line, index)).code for index in (0, 1)]
        for code in taken:
            await here.exchange.release(code, line)
            await here.exchange.claim(code, "another", 1000.0)
        a = await come(here.board, "Aki", "s" * 22)
        assert a.code not in taken
        assert a.messages[0]["turn"] == a.session.claimed_code.index > 1


@in_virtual_time
async def test_a_code_that_was_lost_is_replaced():
    async with switchboards() as here:
        a = await come(here.board)
        lost = a.code
        await here.exchange.release(lost, a.id)
        await here.exchange.claim(lost, "another", 1000.0)
        await asyncio.sleep(CODE_TTL_S)
        assert a.code != lost
        assert await here.exchange.find(a.code) == a.id
        assert await here.exchange.find(lost) == "another"


@in_virtual_time
async def test_another_code_on_demand_and_the_old_one_leads_nowhere():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        old = a.code
        a.session.replace_code()
        await settle()
        assert a.messages[-1] == {"type": "code", "code": a.code, "turn": a.session.claimed_code.index}
        call = await b.ring(old)
        await asyncio.sleep(1)
        assert b.states(call)[-1] == "unreachable"
        assert b.states(await b.ring(a.code))[-1] == "ringing"


@in_virtual_time
async def test_indexes_cannot_be_foreseen_so_that_none_is_seen_to_be_passed_over():
    """Or else a line that knows its own codes would look up others' by asking for the next one."""
    async with switchboards() as here:
        a = await come(here.board, secret="s" * 22)
        indexes = [0]
        for _ in range(50):
            a.session.replace_code()
            await settle()
            indexes.append(a.session.claimed_code.index)
        assert len(set(indexes)) == 51
        assert all(abs(one - other) > 100 for one, other in itertools.pairwise(indexes))


@in_virtual_time
async def test_any_index_that_was_told_may_be_had_again():
    async with switchboards() as here:
        a = await come(here.board, index=CODE_INDEXES - 1)
        code = a.code
        a.session.end()
        assert (await a.come_back(index=CODE_INDEXES - 1)).code == code


@in_virtual_time
async def test_bye_frees_line_and_code_at_once_and_the_same_line_may_come_again():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        call = await talk(a, b)
        code = a.code
        a.session.end()
        a.session.end()
        back = await a.come_back(index=a.session.claimed_code.index)
        assert b.states(call)[-1] == "ended"
        assert back.code == code
        assert await here.exchange.find(code) == back.id
        assert back.session is not a.session


@in_virtual_time
async def test_without_a_free_code_or_an_exchange_a_page_is_told_to_come_again():
    async with switchboards() as here:

        async def refuse(code, line, ttl_s):
            return False

        here.exchange.claim = refuse
        page = FakePage()
        here.board.admit(page)
        await here.board.connect(page, Hello("Aki", "en"))
        await settle()
        assert page.code == CloseCode.FULL
        assert len(here.board) == 0


# --- wrong codes


async def answers_to(caller, codes, wait_s):
    """What is said to each ring, its call left out, and how long after it."""
    answers = []
    for code in codes:
        before, rang_at = len(caller.page.said), loop_time()
        call = await caller.ring(code)
        await asyncio.sleep(wait_s)
        said = caller.page.said[before:]
        assert {message["call"] for _, message in said} == {call}
        answers.append(tuple((round(at - rang_at, 9), str(message | {"call": ""})) for at, message in said))
    return answers


async def guess_wrong(caller):
    """All wrong codes that a line may ring, in no time."""
    for code in wrong_codes(MISSES_BURST):
        await caller.act(E.HANG_UP, await caller.ring(code))


@in_virtual_time
async def test_a_thousand_wrong_codes_have_equal_answers():
    async with switchboards() as here:
        eve = await come(here.board, address="192.0.2.7")
        answers = await answers_to(eve, wrong_codes(1000), 2.0)
        assert len(answers) == 1000
        assert len(set(answers)) == 1
        (calling, unreachable) = answers[0]
        assert (calling[0], unreachable[0]) == (0.0, MISS_ANSWER_S)
        assert here.samples("call_lookups_total")["limited"] > 700
        assert here.samples("calls_total") == {"unreachable": 1000}


@in_virtual_time
async def test_whatever_is_wrong_with_a_code_the_answer_is_equal_and_as_late():
    """Unknown, not a code, one's own, of a line without a page, of a line that died, of nobody any more; or limited."""
    async with switchboards() as here:
        b, c, d, bye = [await come(here.board, name) for name in ("B", "C", "D", "E")]
        await c.leave()
        dead = make_code(b"d" * 32)
        await here.exchange.claim(dead, "a line that nobody attends", 1000.0)
        bye.session.end()
        await settle()
        answers = []
        for wrong in (*wrong_codes(1), "", "nonsense", "own", c.code, dead, bye.code):
            eve = await come(here.board, address=f"192.0.2.{len(answers)}")
            answers += await answers_to(eve, [eve.code if wrong == "own" else wrong], 3.0)
        limited = await come(here.board, address="198.51.100.1")
        answers += await answers_to(limited, wrong_codes(MISSES_BURST), 0.6)
        answers += await answers_to(limited, [b.code, d.code], 0.9)
        assert len(set(answers)) == 1, set(answers)
        assert statistics.pvariance(answer[-1][0] for answer in answers) == 0
        assert [m["type"] for m in (*b.messages, *d.messages)] == ["welcome", "welcome"]
        assert here.samples("call_lookups_total")["limited"] == 2


@in_virtual_time
async def test_right_codes_cost_nothing():
    async with switchboards() as here:
        a, b = await come(here.board, address="192.0.2.7"), await come(here.board)
        for _ in range(5 * MISSES_BURST):
            call = await a.ring(b.code)
            assert a.states(call)[-1] == "ringing"
            await b.act(E.DECLINE, call)
            await asyncio.sleep(2)
        await guess_wrong(a)
        assert here.samples("call_lookups_total") == {"found": 5 * MISSES_BURST, "missed": MISSES_BURST}


@in_virtual_time
async def test_who_guessed_too_often_waits_and_may_call_again():
    async with switchboards() as here:
        a, b = await come(here.board, address="192.0.2.7"), await come(here.board)
        await guess_wrong(a)
        await asyncio.sleep(9)
        limited = await a.ring(b.code)
        await asyncio.sleep(2)
        assert a.states(limited)[-1] == "unreachable"
        assert a.states(await a.ring(b.code))[-1] == "ringing"


@pytest.mark.parametrize("address", ["192.0.2.7", None])
def test_new_lines_of_an_address_guess_no_more_than_one(address):
    @in_virtual_time
    async def run():
        async with switchboards() as here:
            b = await come(here.board, address="198.51.100.1")
            for _ in range(ADDRESS_MISSES_BURST // MISSES_BURST):
                eve = await come(here.board, address=address)
                await guess_wrong(eve)
            eve = await come(here.board, address=address)
            call = await eve.ring(b.code)
            await asyncio.sleep(1)
            assert eve.states(call) == ["calling", "unreachable"]
            assert b.messages[-1]["type"] == "welcome"
            other = await come(here.board, address="203.0.113.1")
            assert other.states(await other.ring(b.code))[-1] == "ringing"

    run()


@in_virtual_time
async def test_who_hangs_up_before_a_wrong_code_is_answered_cancelled():
    async with switchboards() as here:
        a = await come(here.board)
        call = await a.ring(*wrong_codes(1))
        await a.act(E.HANG_UP, call)
        await asyncio.sleep(2)
        assert a.states(call) == ["calling", "cancelled"]
        await a.act(E.HANG_UP, call)
        assert a.states(call) == ["calling", "cancelled"]


@in_virtual_time
async def test_who_was_not_told_of_a_wrong_code_yet_is_still_calling():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        first = await a.ring(*wrong_codes(1))
        assert a.states(await a.ring(b.code)) == ["busy"]
        await asyncio.sleep(1)
        assert a.states(first) == ["calling", "unreachable"]
        assert a.states(await a.ring(b.code))[-1] == "ringing"


@in_virtual_time
async def test_a_ring_that_was_taken_back_before_it_was_looked_up_costs_a_guess_and_rings_nobody():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        for _ in range(MISSES_BURST):
            call = new_call()
            a.session.receive(Ring(call, b.code))
            a.session.receive(Act(E.HANG_UP, call))
            await settle()
            assert a.states(call) == ["calling", "cancelled"]
        assert b.messages[-1]["type"] == "welcome"
        limited = await a.ring(b.code)
        await asyncio.sleep(1)
        assert a.states(limited) == ["calling", "unreachable"]


@in_virtual_time
async def test_bad_news_that_is_kept_back_is_not_said_to_a_line_that_is_over():
    async with switchboards(2) as here:
        a, b = await come(here.boards[0]), await come(here.boards[0])
        calls = [await person.ring(*wrong_codes(1)) for person in (a, b)]
        a.session.end()
        await b.come_back(here.boards[1])
        await asyncio.sleep(2)
        assert a.states(calls[0]) == ["calling", "cancelled"]
        assert b.states(calls[1]) == ["calling"]


@in_virtual_time
async def test_who_comes_back_is_calling_until_a_wrong_code_is_answered_whatever_is_wrong():
    async with switchboards() as here:
        b, bye = await come(here.board), await come(here.board)
        await b.leave()
        bye.session.end()
        heard = []
        for code in (*wrong_codes(1), b.code, bye.code, "nonsense"):
            a = await come(here.board)
            call = new_call()
            a.session.receive(Ring(call, code))
            for _ in range(40):
                await a.session.connect(a.page, Hello("Aki", "en"))
                await asyncio.sleep(0)
            await asyncio.sleep(1)
            heard.append(a.states(call))
        assert heard == [["calling"] * 41 + ["unreachable"]] * 4


@in_virtual_time
async def test_a_line_rings_only_so_often():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        for _ in range(RINGS_BURST):
            await b.act(E.DECLINE, await a.ring(b.code))
        call = await a.ring(b.code)
        await asyncio.sleep(1)
        assert a.states(call) == ["calling", "unreachable"]


# --- caps


@in_virtual_time
async def test_an_address_has_so_many_lines_and_new_ones_only_so_fast():
    async with switchboards() as here:
        pages = []
        for number in range(LINES_PER_ADDRESS):
            if number >= LINES_BURST:
                await asyncio.sleep(1)
            pages.append(await come(here.board, address="192.0.2.7"))
        late = FakePage("192.0.2.7")
        assert not here.board.admit(late)
        assert late.code == CloseCode.FULL
        await come(here.board, address="198.51.100.1")
        await pages[0].leave()
        assert (await pages[0].come_back()).page.code is None


@in_virtual_time
async def test_too_many_new_lines_at_once_are_told_to_come_again():
    async with switchboards() as here:
        for _ in range(LINES_BURST):
            await (await come(here.board, address="192.0.2.7")).leave()
        page = FakePage("192.0.2.7")
        assert here.board.admit(page)
        assert await here.board.connect(page, Hello("Eve", "en")) is None
        assert page.code == CloseCode.FULL
        assert len(here.board) == LINES_BURST


@in_virtual_time
async def test_a_process_has_so_many_lines(monkeypatch):
    monkeypatch.setattr(switchboard_module, "LINES", 2)
    async with switchboards() as here:
        for _ in range(2):
            await come(here.board)
        page = FakePage()
        here.board.admit(page)
        assert await here.board.connect(page, Hello("Eve", "en")) is None
        assert page.code == CloseCode.FULL


# --- what goes wrong


@in_virtual_time
async def test_notes_that_are_none_are_counted_and_change_nothing():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        call = await talk(a, b)
        for note in (b"", b"{}", b"\xff", b"[" * 100_000, b'{"kind": "taken"}'):
            await here.exchange.send(a.id, note)
        await settle()
        assert here.samples("call_messages_dropped_total") == {"note": 5}
        await b.signal(call)
        assert a.messages[-1]["type"] == "signal"


@in_virtual_time
async def test_a_line_that_fails_to_tick_is_logged_without_its_words_and_stops_no_other():
    async with switchboards() as here:
        a, b, c = [await come(here.board) for _ in range(3)]
        call = await talk(b, c)

        def fail(now):
            raise ValueError(a.code)

        a.session.tick = fail
        with capture_logs() as logs:
            await asyncio.sleep(LINE_AWAY_S * 2)
        assert {entry["event"] for entry in logs} == {"a line failed to tick"}
        assert a.code not in str(logs)
        assert b.state(call)["partner_is"] == "here"


@in_virtual_time
async def test_an_exchange_that_is_not_there_costs_notes_and_nothing_else():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        call = await talk(a, b)
        send, claim, detach = here.exchange.send, here.exchange.claim, here.exchange.detach

        async def fail(*arguments):
            raise Unavailable

        async def break_down(*arguments):
            raise ValueError(a.code)

        here.exchange.send = here.exchange.claim = fail
        with capture_logs() as logs:
            await a.signal(call)
            await asyncio.sleep(CODE_TTL_S / 2)
        assert logs == []
        here.exchange.send = break_down
        with capture_logs() as logs:
            await a.signal(call)
        assert {entry["event"] for entry in logs} == {"queued work of a call failed"}
        assert a.code not in str(logs)
        here.exchange.send, here.exchange.claim = send, claim
        await asyncio.sleep(CODE_TTL_S / 2)
        assert b.state(call)["partner_is"] == "here"
        assert a.state(call)["state"] == "talking"
        here.exchange.detach = fail
        c = await come(here.board)
        c.session.end()
        await settle()
        assert len(here.board) == 2
        here.exchange.detach = detach
        await here.exchange.detach(c.id, c.session._receive_bytes)


@in_virtual_time
async def test_notes_for_an_exchange_that_hangs_are_bounded():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        call = await talk(a, b)
        send, answer = here.exchange.send, asyncio.Event()

        async def hang(line, note):
            await answer.wait()
            return await send(line, note)

        here.exchange.send = hang
        for generation in range(1, 800):
            await a.signal(call, generation)
        dropped = here.samples("call_messages_dropped_total")["backlog"]
        assert dropped >= 800 - line_effects._QUEUED_NOTES - 10
        answer.set()
        await settle()
        await a.signal(call, 900)
        for _ in range(20):
            await settle()
        assert b.messages[-1]["generation"] == 900


@in_virtual_time
async def test_two_pages_of_a_line_that_cannot_be_opened_are_both_told_and_leave_nothing():
    async with switchboards() as here:
        claim = here.exchange.claim

        async def fail_late(*arguments):
            await asyncio.sleep(1)
            here.exchange.claim = claim
            raise Unavailable

        here.exchange.claim = fail_late
        pages = [FakePage(), FakePage()]
        for page in pages:
            here.board.admit(page)
        await asyncio.gather(*(here.board.connect(page, Hello("Aki", "en", "s" * 22)) for page in pages))
        await settle()
        assert [page.code for page in pages] == [CloseCode.LINE_TAKEN, CloseCode.FULL]
        assert (len(here.board), len(here.exchange)) == (0, 0)


@in_virtual_time
async def test_a_page_that_reads_nothing_is_cut_however_little_is_said():
    class Stuck:
        def get_write_buffer_size(self):
            return 0

        def abort(self):
            self.is_cut = True

        async def send_frame(self, payload, kind):
            await asyncio.sleep(3600)

        async def close(self, **how):
            pass

    stuck: Any = Stuck()
    page = PageSocket(stuck, stuck, None)
    said = 0
    while page.code is None and said < 10_000:
        page.pong(b"")
        said += 1
    assert page.code == CloseCode.SLOW
    assert said < 2000
    await page.end()


@in_virtual_time
async def test_codes_that_are_asked_for_while_the_exchange_hangs_are_bounded():
    async with switchboards() as here:
        a = await come(here.board)
        claim, answer = here.exchange.claim, asyncio.Event()

        async def hang(*arguments):
            await answer.wait()
            return await claim(*arguments)

        here.exchange.claim = hang
        for _ in range(1000):
            a.session.replace_code()
            await asyncio.sleep(0)
        assert len(a.session._queue) == 0  # one is under way, and it is for all of them
        answer.set()
        await settle()
        assert [m["code"] is None for m in a.messages] == [False, True, False]


@in_virtual_time
async def test_a_hello_that_is_given_up_leaves_no_line_for_ever():
    async with switchboards() as here:
        claim = here.exchange.claim

        async def hang(*arguments):
            await asyncio.sleep(1e6)

        here.exchange.claim = hang
        page = FakePage()
        here.board.admit(page)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(here.board.connect(page, Hello("Aki", "en")), 10)
        here.exchange.claim = claim
        await asyncio.sleep(LINE_GRACE_S + 1)
        assert len(here.board) == 0


@in_virtual_time
async def test_a_hundred_calls_leave_nothing():
    async with switchboards() as here:
        before = len(asyncio.all_tasks())
        for number in range(100):
            a, b = await come(here.board), await come(here.board)
            call = await talk(a, b)
            await a.signal(call)
            await (a, b)[number % 2].act(E.HANG_UP, call)
            for person in (a, b):
                person.session.end()
                await person.leave()
        await settle()
        assert len(here.board) == 0
        await asyncio.sleep(CODE_SPENT_S + 1)
        await here.exchange.claim("any", "line", 0.0)  # what ran out is swept then
        assert len(here.exchange) == 1
        assert len(asyncio.all_tasks()) == before
        assert here.samples("lines") == {}
        assert here.samples("calls_total") == {"ended": 100}


@in_virtual_time
async def test_a_line_remembers_no_ring_that_was_answered():
    async with switchboards() as here:
        a, b = await come(here.board), await come(here.board)
        call = await a.ring(b.code)
        await a.ring(b.code, call)
        await b.ring(a.code, call)
        await b.act(E.DECLINE, call)
        await asyncio.sleep(2)
        assert [len(p.session._effects._outcomes) for p in (a, b)] == [0, 0]


@in_virtual_time
async def test_a_session_without_a_code_renews_none():
    exchange, forgotten = InProcessExchange(), []
    async with switchboards() as here:
        services = LineServices(exchange, CodeDirectory(exchange, KEY, here.metrics), here.metrics)
        session = LineSession("s" * 22, Line("a" * 32, loop_time()), services, forgotten.append)
        session.replace_code()
        session.tick(loop_time() + 1000)
        await session.join()
        assert session.claimed_code is None
        await session.stop()
        assert forgotten == [session]
