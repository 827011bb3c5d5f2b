"""The attack bench judges rightly: what is cut, what is late, what it costs. (The attacks: `make strangers`.)"""

import asyncio
import contextlib
import zlib
from math import inf
from pathlib import Path
from struct import unpack
from typing import Any

import pytest

from loadtests.strangers import trial, wire
from loadtests.strangers.attack import Attack, Target
from loadtests.strangers.attacks import ATTACKS
from loadtests.strangers.bombs import bomb
from loadtests.strangers.frames import frame, has_close
from loadtests.strangers.ground import Ground
from loadtests.strangers.newcomers import Behind

_DOCS = Path(__file__).resolve().parents[2] / "docs" / "bench.md"


async def _nothing(target):
    pass


def result_of(events, must="all", quiet_s=0.2, beside_s=0.25, newcomers=None, **more):
    """What the bench makes of what an attacker and newcomers tell."""
    attack = Attack("x", "an attack", _nothing, must, () if newcomers is None else ("--joins", "2"), **more)
    result = trial.Result("x", "an attack", quiet_s, beside_s, beside_s, 0.1)
    trial._read_attacker(result, [{"at": at, "event": event, **facts} for at, event, facts in events])
    trial._read_newcomers(result, newcomers or [])
    trial._judge(result, attack, is_alive=True)
    return result


def struck(at, number=0):
    return (at, "struck", {"number": number})


def cut(at, number=0, **facts):
    return (at, "cut", {"number": number, **facts})


END = (30.0, "end", {})


def test_an_attack_that_is_cut_at_once_and_costs_nothing_is_met():
    result = result_of(
        [struck(10.0), cut(10.2), struck(11.0, 1), (11.5, "refused", {"number": 1, "answer": "415"}), END]
    )
    assert (result.struck, result.cut, result.cut_first_s, result.cut_all_s) == (2, 2, 0.2, 0.5)
    assert result.answers == {"cut": 1, "415": 1}
    assert result.broken == []
    assert result.row.endswith("| met |")


@pytest.mark.parametrize(
    ("events", "broken"),
    [
        ([struck(10.0), END], ["not all cut in 1 s"]),
        ([struck(10.0), (10.5, "through", {"number": 0}), END], ["not all cut in 1 s"]),
        ([struck(10.0), cut(11.5), END], ["not all cut in 1 s"]),
        ([struck(10.0), cut(10.1), struck(11.0, 1), END], ["not all cut in 1 s"]),
        ([END], ["nothing was struck", "not all cut in 1 s"]),
        ([struck(10.0), cut(12.0, since_s=1.9), END], []),
        ([struck(10.0), cut(10.1), struck(29.5, 1), END], []),  # no time was left for that one
    ],
)
def test_what_is_not_cut_in_time_is_not_met(events, broken):
    assert result_of(events).broken == broken


def test_some_is_enough_where_some_must_be_refused():
    events = [struck(10.0), struck(10.0, 1), cut(10.5, 1), END]
    assert result_of(events, "some").broken == []
    assert result_of([*events[:2], END], "some").broken == ["none refused in 1 s"]


def test_what_honest_people_feel_is_not_met():
    events = [struck(10.0), cut(10.1), END]
    assert result_of(events, beside_s=0.31).broken == ["p99 age + 110 ms"]
    assert result_of(events, beside_s=inf).broken == ["p99 age + inf ms"]
    assert result_of([END], "none", beside_s=3.0, is_peaceful=True).broken == []


@pytest.mark.parametrize(("last", "broken"), [("in", []), ("out", ["newcomers not in after 10 s"])])
def test_newcomers_must_all_get_in(last, broken):
    told = [{"event": "in", "took_s": 0.5, "refused": 1}, {"event": last, "took_s": 2.0, "refused": 2}]
    result = result_of([struck(10.0), cut(10.1), END], newcomers=told)
    assert (result.newcomers, result.newcomers_refused, result.broken) == (2, 3, broken)
    assert result.newcomers_last_s == (2.0 if last == "in" else None)


def test_newcomers_of_whom_nothing_is_heard_are_not_in():
    assert result_of([struck(10.0), cut(10.1), END], newcomers=[]).broken == ["newcomers not in after 10 s"]


def test_a_server_that_ended_is_not_met():
    result = trial.Result("x", "an attack", 0.2, 0.2, 0.2, 0.0, struck=1)
    trial._judge(result, Attack("x", "an attack", _nothing, "none"), is_alive=False)
    assert result.broken == ["the server has ended"]


def test_the_99th_percentile():
    assert trial.p99([float(number) for number in range(1000)]) == 990.0
    assert trial.p99([1.0]) == 1.0
    assert trial.p99([]) == inf


def test_a_mix_is_as_old_as_it_was_when_the_next_one_came():
    class Told:
        def events(self, kind):
            mixes = [(1, 10.0, 40), (2, 10.1, 50), (1, 10.2, 40), (1, 12.2, 30)]
            return [{"person": person, "at": at, "age_ms": age} for person, at, age in mixes]

    server: Any = None
    people: Any = Told()
    ground = Ground(server, "", "", people, Path())
    assert sorted(ground.ages_s(10.0, 12.4)) == pytest.approx([0.23, 0.24, 2.04, 2.35])
    assert sorted(ground.ages_s(12.3, 12.4)) == pytest.approx([0.23, 2.35])
    assert sorted(ground.ages_s(10.0, 10.15)) == pytest.approx([0.1, 0.19])


def test_the_bomb_is_small_and_inflates_to_a_thousand_times_as_much():
    data = bomb()
    assert len(data) < 900_000
    assert zlib.decompressobj(31).decompress(data, 1_000_000) == bytes(1_000_000)
    assert unpack("<L", data[-4:]) == (900_000_000,)


def test_frames_are_masked_or_not_and_a_close_is_found_among_others():
    assert frame(b"ab") == b"\x81\x82\0\0\0\0ab"
    assert frame(b"ab", is_masked=False) == b"\x81\x02ab"
    assert frame(b"", first=0) == b"\x00\x80\0\0\0\0"
    long = frame(b"x" * 300, is_masked=False)
    assert has_close(long + b"\x88\x02\x0d\xae")
    assert not has_close(long + frame(b"\x88" * 9, is_masked=False))
    assert not has_close(b"")


@pytest.mark.parametrize(
    ("says", "closes", "told"),
    [
        (b"", True, ["cut"]),
        (b"HTTP/1.1 415 Unsupported Media Type\r\n\r\n", False, ["refused"]),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", False, ["refused"]),
        (b"HTTP/1.1 500 Internal Server Error\r\n\r\n", False, ["through"]),
        (b"HTTP/1.1 200 OK\r\n\r\n", False, ["through"]),
        (b"HTTP/1.1 200 OK\r\n\r\n", True, ["cut"]),
    ],
)
async def test_what_a_server_does_with_an_attack_is_told_as_what_it_is(monkeypatch, says, closes, told):
    heard = []
    monkeypatch.setattr(wire, "tell", lambda event, **facts: heard.append(event))
    release = asyncio.Event()

    async def serve(reader, writer):
        await reader.read(1)
        writer.write(says)
        if closes:
            writer.close()
        with contextlib.suppress(ConnectionError):
            while await reader.read(2**16):
                pass
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        target = Target(f"http://127.0.0.1:{port}", "room", 0.5 if told == ["through"] else 30.0)

        async def send():
            writer.write(b"x")
            if told != ["through"]:
                await release.wait()

        async with wire.dial(target) as (reader, writer):
            assert writer.get_extra_info("sockname")[0] == wire.SOURCE
            await wire.against(target, 0, reader, send)
    assert heard == told


def test_who_comes_through_a_proxy_says_from_where():
    assert Behind("http://127.0.0.1:1", "room", None, "192.0.2.1").headers == {"X-Forwarded-For": "192.0.2.1"}
    assert Behind("http://127.0.0.1:1", "room").headers == {}


def test_every_attack_is_in_the_docs():
    page = _DOCS.read_text()
    assert [name for name in ATTACKS if f"`{name}`" not in page] == []
