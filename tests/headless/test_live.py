"""The headless client against the real thing: `kuuki serve` as a process of its own, real data channels on loopback."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from itertools import pairwise
from pathlib import Path
from random import Random

import aiohttp
import pytest

from client.headless import CannotJoin, TryLater, join, signaling
from client.headless.command import run_join
from client.headless.crowd import run_crowd
from client.headless.gateway_session import GatewaySession
from client.headless.place import Place
from client.headless.retrying import retry_until_success
from kuuki.backoff import Backoff
from kuuki.mood.frames import State
from kuuki.times import TICK_S
from loadtests.ports import free_port
from tests.patience import PATIENCE_S
from tests.patience import until as until_so

pytestmark = pytest.mark.network

SHEET = "0.5 laugh 1 1 1\n1.2 applause 1 1 1\n1.6 still 2.4\nrepeat 20\n"


def start_server(url, *options):
    """`kuuki serve` at that URL."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KUUKI_")}
    command = [sys.executable, "-m", "services.launch", "serve", "--port", url.rpartition(":")[2], *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=clean)


def wait_until_ready(address):
    by = time.monotonic() + PATIENCE_S
    while True:
        try:
            urllib.request.urlopen(address, timeout=PATIENCE_S).close()
            return
        except OSError:
            assert time.monotonic() < by, f"{address} does not answer"
            time.sleep(0.1)


@pytest.fixture(scope="module")
def server():
    url = f"http://127.0.0.1:{free_port()}"
    process = start_server(url)
    try:
        wait_until_ready(f"{url}/readyz")
        yield url, process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(PATIENCE_S)


@pytest.fixture
async def place(server):
    """A room with exact mixes."""
    async with aiohttp.ClientSession() as http:
        made = await signaling.make_room(http, server[0], {"purpose": "private", "privacy": "exact"}, None)
        room = Place(server[0], made["room"])
        yield room
        await signaling.close_room(http, room)


@contextlib.asynccontextmanager
async def entered(*where, **how):
    """``join``, tried again as people do: a server on a busy machine refuses whoever would make it late."""
    async with contextlib.AsyncExitStack() as stack:
        rooms = []

        async def attempt():
            rooms.append(await stack.enter_async_context(join(*where, **how)))

        await retry_until_success(attempt, Backoff(Random().uniform))
        yield rooms[0]


def is_peopled(mix):
    """An empty room never becomes stale: whether it is empty or unheard of, nobody is seen in it."""
    return mix.state in (State.FEW, State.LIVE)


async def until(room, what):
    """The first mix of which ``what`` holds."""
    async with asyncio.timeout(PATIENCE_S):
        async for mix in room.mixes():
            if what(mix):
                return mix
    raise AssertionError


async def test_a_score_comes_back_in_the_mix_a_tap_in_its_rate_and_a_pause_takes_it_out(place, record_property):
    async with entered(place.base, place.room) as room:
        assert room.send({"happy": 3, "neutral": 1}, sure=0.9) > 0
        mix = await until(room, lambda mix: mix.state is State.LIVE)
        assert mix.body.weights[3] == pytest.approx(0.75, abs=1 / 255)
        assert (mix.at_least, mix.at_most) == (1, 1)
        room.tap("laugh")
        room.send({"happy": 1})
        await until(room, lambda mix: mix.body is not None and mix.body.taps[1] > 0)
        paused_at = time.monotonic()
        room.pause()
        assert room.send({"happy": 1}) == 0
        await until(room, lambda mix: mix.state is State.FEW)
        record_property("paused_s", round(time.monotonic() - paused_at, 2))
        room.resume()
        assert room.send({"sad": 1}) > 0
        await until(room, lambda mix: mix.state is State.LIVE)
        room.withdraw()
        await until(room, lambda mix: mix.state is State.FEW)


async def test_a_stage_only_watches_and_leaving_is_seen(place, record_property):
    async with entered(place.base, place.room, role="stage") as stage:
        async with entered(place.base, place.room) as room:
            room.send({"happy": 1})
            await until(stage, lambda mix: mix.at_least == 1)
            stage.send({"angry": 1})
            left_at = time.monotonic()
        await until(stage, lambda mix: mix.state is State.EMPTY)
        record_property("left_s", round(time.monotonic() - left_at, 2))


async def test_a_closed_room_says_so_and_an_unknown_one_cannot_be_joined(server, place):
    async with entered(place.base, place.room) as room, aiohttp.ClientSession() as http:
        await signaling.close_room(http, place)
        with pytest.raises(CannotJoin, match="closed"):
            await until(room, lambda mix: False)
    with pytest.raises(CannotJoin, match="no such room"):
        async with join(place.base, place.room):
            raise AssertionError
    with pytest.raises(TryLater, match="cannot be reached"):
        async with join(f"http://127.0.0.1:{free_port()}", "demo"):
            raise AssertionError


async def test_a_gateway_that_falls_silent_is_left_and_the_seat_is_found_again(server, place):
    _, process = server
    async with entered(place.base, place.room) as room:
        room.send({"happy": 1})
        before = await until(room, lambda mix: mix.at_least == 1)
        process.send_signal(signal.SIGSTOP)
        try:
            await until(room, lambda mix: mix.state is State.STALE)
        finally:
            process.send_signal(signal.SIGCONT)
        for _ in range(40):
            await asyncio.sleep(0.2)
            if room.send({"happy": 1}) and room._peer.joins == 2:
                break
        after = await until(room, lambda mix: mix.state is State.LIVE)
        assert (after.at_least, after.at_most) == (1, 1)
        assert (after.term, after.seq) > (before.term, before.seq)


async def test_a_move_on_real_channels_loses_no_second_and_counts_nobody_twice(place):
    """The request is put into the client's mouth; the server is one, so the seat is taken from the own old channel."""
    async with entered(place.base, place.room, role="stage") as stage, entered(place.base, place.room) as room:
        sending = asyncio.create_task(send_on(room))
        await until(stage, lambda mix: mix.at_least == 1)
        mixes, seen = [], []
        listening = [asyncio.create_task(listen(*each)) for each in ((room, mixes), (stage, seen))]
        await asyncio.sleep(0.5)
        before = room._peer._session
        before.dialog.must_move = True
        room._peer._turn(before)
        await until_so(lambda: room._peer.joins == 2)
        await asyncio.sleep(2.0)
        for task in listening:
            task.cancel()
        assert (room._peer.joins, room._peer.moves, room._peer._session is before) == (2, 1, False)
        assert all(0 < other.seq - one.seq < 1 / TICK_S for one, other in pairwise(mixes)), "no second is missed"
        assert {mix.at_most for mix in seen} <= {0, 1}
        assert sum(mix.at_least != 1 for mix in seen) <= 3
        sending.cancel()


async def send_on(room):
    while True:
        room.send({"happy": 1})
        await asyncio.sleep(0.2)


async def listen(room, mixes):
    """All mixes until it is cancelled."""
    async for mix in room.mixes():
        mixes.append(mix)


async def test_a_server_that_restarts_at_its_url_is_found_again():
    url = f"http://127.0.0.1:{free_port()}"
    servers = [start_server(url, "--demo", "1")]
    try:
        await asyncio.to_thread(wait_until_ready, f"{url}/rooms/demo")
        async with entered(url, "demo") as room:
            await until(room, is_peopled)
            servers[0].kill()
            await until(room, lambda mix: mix.state is State.STALE)
            servers.append(start_server(url, "--demo", "1"))
            await asyncio.to_thread(wait_until_ready, f"{url}/rooms/demo")  # however long a busy machine takes
            await until(room, is_peopled)
            assert room.send({"happy": 1}) > 0
            assert (room._peer.joins, room._peer.moves) == (2, 0)
    finally:
        for process in servers:
            process.terminate()
            process.wait(PATIENCE_S)


async def test_a_crowd_knows_the_truth_and_finds_it_in_every_mix(server, tmp_path):
    url, _ = server
    cues = tmp_path / "show.cues"
    cues.write_text(SHEET)
    said = []
    summary = await run_crowd(url=url, people=12, seconds=4.2, cues=cues, seed=3, progress=said.append)
    assert (summary.joined, summary.moves, summary.rejoins) == (12, 0, 0)
    assert summary.sent >= 12 * 0.3 * 4 * 5
    assert summary.mixes >= 12 * 4 * 5 * 0.5
    assert summary.truth_judged > 12
    assert summary.truth_error_max < 1 / 255
    assert 0 < summary.end_to_end_p50_ms < summary.end_to_end_p99_ms
    assert said


async def test_a_crowd_that_is_asked_to_move_moves_and_says_so(server, monkeypatch):
    opened, stay = [], GatewaySession.opened
    monkeypatch.setattr(GatewaySession, "opened", lambda joined: (opened.append(joined), stay(joined)))

    def ask_all_to_move():
        for joined in opened:
            joined.dialog.must_move = True
            joined._on_turn(joined)

    asyncio.get_running_loop().call_later(2.0, ask_all_to_move)
    summary = await run_crowd(url=server[0], people=4, seconds=5.0, seed=4)
    assert (summary.joined, summary.moves, summary.rejoins) == (4, 4, 0)
    assert summary.as_json().items() >= {"moves": 4, "rejoins": 0}.items()


async def test_join_prints_own_scores_and_mixes_until_it_is_stopped(place, capsys):
    lines = []

    def said(what):
        lines.extend(json.loads(line) for line in capsys.readouterr().out.splitlines())
        return [line[what] for line in lines if what in line]

    running = asyncio.create_task(run_join(url=place.base, room=place.room, source="synthetic", as_json=True))
    await until_so(lambda: len(said("score")) >= 4 and said("mix") and said("mix")[-1]["state"] == "live")
    os.kill(os.getpid(), signal.SIGINT)
    assert await running == 0
    scores, mixes = [line for line in lines if "score" in line], said("mix")
    assert sum(scores[0]["score"].values()) == pytest.approx(1.0, abs=0.001)
    assert mixes[-1]["state"] == "live"


@pytest.mark.parametrize(
    ("wanted", "code", "words"),
    [
        ({"source": "nothing.mp4"}, 2, "is no file"),
        ({"url": "127.0.0.1"}, 2, "is no URL"),
        ({"room": "no-such-room"}, 1, "no such room"),
    ],
)
async def test_join_says_what_is_wrong(server, capsys, wanted, code, words):
    assert await run_join(**({"url": server[0], "room": "demo"} | wanted)) == code
    assert words in capsys.readouterr().err


def test_the_five_lines_of_the_docs_run_as_they_stand(server):
    url, _ = server
    wanted = urllib.request.Request(f"{url}/rooms", b"{}", {"Content-Type": "application/json"})
    with urllib.request.urlopen(wanted, timeout=PATIENCE_S) as answer:
        room = json.load(answer)["room"]
    text = (Path(__file__).parents[2] / "docs/library.md").read_text()
    lines = text.partition("```python\n")[2].partition("```")[0]
    assert "http://127.0.0.1:8080" in lines
    lines = lines.replace("http://127.0.0.1:8080", url).replace('"demo"', f'"{room}"')
    with subprocess.Popen([sys.executable, "-u", "-c", lines], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout.readline().startswith("Mix(term=")
        program.kill()
