"""Calls between programs: a real server, real media and a real channel on loopback."""

import asyncio
import json
import os
import signal
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from client.headless import CannotCall, NotAnswered, TryLater, call, wait
from client.headless.call.command import Asked, run_call
from client.headless.call.connection import CallConnection, Way
from client.headless.call.ladder import Link
from client.headless.call.line import Line
from client.headless.call.listener import Listener
from client.headless.call.phone import Phone
from client.headless.call.place import CallPlace
from client.headless.call.shows import Calm, Tracks
from kuuki.call.calling import LegState, Side
from kuuki.call.frames import Picture
from kuuki.mood.frames import Presence
from services.runtime.settings import Settings
from tests.patience import PATIENCE_S, until
from tests.services.harness import serving

pytestmark = pytest.mark.network

KEYED = {"host": "127.0.0.1", "port": 0, "code_key": "a key of 16 bytes or more"}


@pytest.fixture
async def kuuki():
    async with serving() as running:
        yield running
    assert running.value("lines") == 0


class Heard(Listener):
    """Remembers what it was told."""

    def __init__(self):
        self.states, self.links, self.words, self.servers = [], [], [], []

    def state(self, leg):
        self.states.append(leg.state.value)

    def media(self, link):
        self.links.append(link)

    def check(self, words):
        self.words.append(words)

    def server(self, is_open):
        self.servers.append(is_open)


def phone(url, name, **more):
    return Phone(CallPlace(url), name=name, show=Calm(), listener=Heard(), **more)


@asynccontextmanager
async def talking(url):
    """Two who talk: phones and talks, the caller's first."""
    async with phone(url, "Aki") as a, phone(url, "Ben") as b:
        answering = asyncio.create_task(b.answer())
        talk = await a.ring(b.code)
        yield a, b, talk, await answering


async def until_media(talk, video=5, audio=20):
    before = await talk.counts()
    async with asyncio.timeout(PATIENCE_S):
        while True:
            now = await talk.counts()
            if now.video_frames - before.video_frames >= video and now.audio_packets - before.audio_packets >= audio:
                return now
            await asyncio.sleep(0.05)


async def first(scores, holds=lambda weights: weights is not None):
    async with asyncio.timeout(PATIENCE_S):
        async for weights in scores:
            if holds(weights):
                return weights
    raise AssertionError


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_two_talk_hear_see_and_share(kuuki):
    async with talking(kuuki.url) as (a, b, one, other):
        assert (one.name, other.name) == ("Ben", "Aki")
        for talk in (one, other):
            counts = await until_media(talk)
            assert counts.sent_video_frames >= 5
        assert (one.partner.presence, one.partner.picture, one.partner.sound) == (Presence.WATCHING, Picture.ON, True)
        assert not any(talk.partner.weights for talk in (one, other)), "nothing is shared before it is given"
        assert one.send({"happy": 3, "neutral": 1}, sure=0.9)
        assert (await first(other.scores()))["happy"] == pytest.approx(0.75, abs=1 / 255)
        other.send({"sad": 1})
        assert (await first(one.scores()))["sad"] == 1.0
        one.pause()
        assert not one.send({"happy": 1})
        assert await first(other.scores(), lambda weights: weights is None) is None
        one.resume()
        one.send({"happy": 1})
        await first(other.scores())
        one.withdraw()
        await first(other.scores(), lambda weights: weights is None)
        await until(lambda: one.words and other.words and one.rtt_s is not None)
        assert one.words == other.words
        assert one.rtt_s > 0
        a.hang_up()
        assert await other.ended() is LegState.ENDED
        assert (await other.counts()).video_frames >= 5, "what came is still known"
        await until(lambda: b._listener.states == ["incoming", "talking", "ended"])
    assert a._listener.states == ["calling", "ringing", "talking", "ended"]


async def test_who_declines_is_told_apart_from_who_is_not_there(kuuki):
    async with phone(kuuki.url, "Aki") as a, phone(kuuki.url, "Ben") as b:
        ringing = asyncio.create_task(a.ring(b.code))
        assert (await b.incoming()).name == "Aki"
        b.decline()
        with pytest.raises(NotAnswered, match="declined") as declined:
            await ringing
        assert declined.value.how is LegState.DECLINED
        with pytest.raises(NotAnswered, match="Ask for the code again"):
            await a.ring("sakura-sakura-sakura-0")


async def test_who_gives_up_is_missed_and_may_be_answered_the_next_time(kuuki):
    async with phone(kuuki.url, "Ben") as b:
        answering = asyncio.create_task(b.answer())
        async with phone(kuuki.url, "Aki") as a:
            ringing = asyncio.create_task(a.ring(b.code))
            await until(lambda: "ringing" in a._listener.states or "talking" in a._listener.states)
            await ringing
        await (await answering).ended()
        again = asyncio.create_task(b.incoming())
        async with phone(kuuki.url, "Eve") as eve:
            ringing = asyncio.create_task(eve.ring(b.code))
            assert (await again).name == "Eve"
            eve.hang_up()
            with pytest.raises(NotAnswered):
                await ringing
            await until(lambda: b._listener.states[-1] == "missed")
        assert await b.accept() is None


async def test_both_call_at_once_and_are_in_one_call(kuuki):
    async with phone(kuuki.url, "Aki") as a, phone(kuuki.url, "Ben") as b:
        one, other = await asyncio.gather(a.ring(b.code), b.ring(a.code))
        assert one.leg.call == other.leg.call
        assert {one.leg.side, other.leg.side} == {Side.CALLER, Side.CALLEE}
        await asyncio.gather(until_media(one), until_media(other))


async def test_a_third_caller_waits_and_is_answered_when_the_call_is_over(kuuki):
    async with talking(kuuki.url) as (a, b, _, _), phone(kuuki.url, "Eve") as eve:
        ringing = asyncio.create_task(eve.ring(b.code))
        await until(lambda: "waiting" in eve._listener.states)
        answering = asyncio.create_task(b.answer())
        a.hang_up()
        assert (await answering).name == "Eve"
        await until_media(await ringing)


async def test_a_connection_that_dies_is_followed_by_another_in_the_same_call(kuuki):
    async with talking(kuuki.url) as (a, b, one, other):
        await asyncio.gather(until_media(one), until_media(other))
        before = await one.counts()
        await until(lambda: one.words)
        await one.media._connection._peer.close()
        await until(lambda: Link.RENEWING in a._listener.links + b._listener.links)
        await asyncio.gather(until_media(one), until_media(other))
        assert [one.is_over, other.is_over] == [False, False]
        assert (await one.counts()).video_frames > before.video_frames
        await until(lambda: len(a._listener.words) == len(b._listener.words) == 2)
        assert a._listener.words[1] == b._listener.words[1] != a._listener.words[0]


async def test_what_came_so_far_never_becomes_less_while_a_connection_ends(kuuki):
    async with talking(kuuki.url) as (_, _, one, other):
        await asyncio.gather(until_media(one), until_media(other))
        before = await one.counts()
        ending = asyncio.create_task(one.media._drop())
        while not ending.done():
            await asyncio.sleep(0)
            now = await one.counts()
            assert now.video_frames >= before.video_frames
            assert now.audio_packets >= before.audio_packets
            before = now


async def test_both_begin_a_new_connection_at_once_and_agree_on_one(kuuki):
    async with talking(kuuki.url) as (_, _, one, other):
        await asyncio.gather(until_media(one), until_media(other))
        one.media.renew()
        other.media.renew()
        await asyncio.sleep(0.5)
        await asyncio.gather(until_media(one), until_media(other))
        assert one.media._generation == other.media._generation == 2


async def test_an_ice_restart_is_answered_with_a_new_connection(kuuki):
    """As a browser asks for it: another offer of the same generation, with another fragment."""
    async with talking(kuuki.url) as (_, _, one, other):
        await asyncio.gather(until_media(one), until_media(other))
        strange = CallConnection(Way(address="127.0.0.1"), Tracks(), lambda: None, lambda data: None)
        one.media._say("offer", await strange.offer())
        await until(lambda: one.media._generation == 2)
        await asyncio.gather(until_media(one), until_media(other))
        await strange.close()


async def test_an_offer_whose_answer_was_lost_is_answered_again(kuuki):
    async with talking(kuuki.url) as (_, _, one, other):
        await asyncio.gather(until_media(one), until_media(other))
        one.media._say("offer", one.media._connection.local_sdp)
        await until_media(other)
        assert (one.media._generation, other.media._generation, other.media.link) == (1, 1, Link.OPEN)


@pytest.mark.parametrize("sdp", ["", "v=0", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", "\x00" * 500])
async def test_a_description_that_is_none_breaks_nothing(kuuki, sdp):
    async with talking(kuuki.url) as (_, _, one, other):
        await asyncio.gather(until_media(one), until_media(other))
        for generation in (1, 0, 1001):
            one.media._events.say(
                {
                    "type": "signal",
                    "call": one.leg.call,
                    "generation": generation,
                    "description": {"type": "offer", "sdp": sdp},
                }
            )
        await asyncio.gather(until_media(one), until_media(other))
        assert not other.is_over


async def test_a_server_that_restarts_ends_no_call():
    async with AsyncExitStack() as phones:
        async with serving(Settings.model_validate(KEYED)) as before:
            a, b, one, other = await phones.enter_async_context(talking(before.url))
            await asyncio.gather(until_media(one), until_media(other))
            code = b.code
        await until(lambda: not (a._line.is_open or b._line.is_open))
        await asyncio.gather(until_media(one), until_media(other))
        async with serving(Settings.model_validate(KEYED)) as after:
            for each in (a, b):
                each._line._place = CallPlace(after.url)
            await until(lambda: a._line.is_open and b._line.is_open)
            assert a._listener.servers == b._listener.servers == [True, False, True]
            assert b.code == code
            one.media.renew()
            await until(lambda: other.media._generation == 2)
            await asyncio.gather(until_media(one), until_media(other))
            b.hang_up()
            assert await one.ended() is LegState.ENDED
            await phones.aclose()


async def test_a_partner_who_is_gone_and_silent_is_lost(kuuki, monkeypatch):
    monkeypatch.setattr(sys.modules[Phone.__module__], "CALL_LOST_S", 1.0)
    async with talking(kuuki.url) as (a, b, one, other):
        await asyncio.gather(one.opened(), other.opened())
        a._leg_moved(replace(one.leg, partner_is="gone"))
        await asyncio.sleep(1.5)
        assert not one.is_over, "whoever is heard is not lost"
        b._ticker.cancel()
        await other.media._connection._peer.close()
        with pytest.raises(CannotCall, match="lost"):
            await first(one.scores(), lambda weights: False)
        assert await one.ended() is LegState.LOST
        await until(lambda: b._listener.states[-1] == "ended")


async def test_goodbye_on_the_channel_ends_a_call_without_a_server(kuuki):
    async with talking(kuuki.url) as (a, b, one, _):
        await until_media(one)
        b._line.say = lambda message: None
        b.hang_up()
        assert await asyncio.wait_for(one.ended(), PATIENCE_S) is LegState.ENDED
        assert a.talk is None


async def test_twenty_calls_leave_no_task_socket_or_connection(kuuki):
    async def one_call():
        async with phone(kuuki.url, "Aki") as a, phone(kuuki.url, "Ben") as b:
            answering = asyncio.create_task(b.answer())
            talk = await a.ring(b.code)
            other = await answering
            await until(lambda: talk.media.link is other.media.link is Link.OPEN)
            talk.send({"happy": 1})

    await one_call()
    await asyncio.sleep(0.2)
    tasks, files = len(asyncio.all_tasks()), descriptors()
    for _ in range(20):
        await one_call()
    await until(lambda: len(asyncio.all_tasks()) <= tasks)
    await until(lambda: descriptors() <= files)


async def test_a_line_that_is_taken_over_or_off_says_so(kuuki):
    async with phone(kuuki.url, "Aki") as a:
        waiting = asyncio.create_task(a.answer())
        async with phone(kuuki.url, "Aki") as newer:
            newer._dialog.secret = a._dialog.secret
            newer._line._socket._response.connection.transport.abort()
            with pytest.raises(CannotCall, match="taken over"):
                await asyncio.wait_for(waiting, PATIENCE_S)
    async with serving(Settings(host="127.0.0.1", port=0, calls="off")) as off:
        with pytest.raises(CannotCall, match="serves no calls"):
            async with phone(off.url, "Aki"):
                raise AssertionError
    with pytest.raises(TryLater, match="cannot be reached"):
        async with phone(off.url, "Aki"):
            raise AssertionError


async def test_a_line_that_falls_silent_is_opened_anew(kuuki, monkeypatch):
    monkeypatch.setattr(sys.modules[Line.__module__], "_QUIET_S", 0.1)
    monkeypatch.setattr(sys.modules[Line.__module__], "_ANSWER_S", 2.0)
    async with phone(kuuki.url, "Aki") as a:
        await asyncio.sleep(2.5)
        assert a._listener.servers == [True], "an answer to “still” is life enough"
        a._line.probe = lambda: None
        await until(lambda: a._listener.servers[:3] == [True, False, True])


# --- the library and the command


async def test_the_library_calls_in_five_lines(kuuki):
    async with wait(kuuki.url, name="Kiosk") as kiosk:
        answering = asyncio.create_task(kiosk.answer())
        async with call(kiosk.link) as talk:
            other = await answering
            await other.opened()
            assert (talk.name, talk.partner.picture, talk.partner.sound) == ("Kiosk", Picture.OFF, False)
            assert talk.send({"happy": 1})
            assert (await first(other.scores()))["happy"] == 1.0
        assert await other.ended() is LegState.ENDED
        assert [weights async for weights in other.scores()] == []


def said(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


async def test_the_command_calls_shares_counts_and_hangs_up(kuuki, capsys):
    async with phone(kuuki.url, "Ben") as b:
        answering = asyncio.create_task(b.answer())
        typed = b.code.upper().replace("-", "  ")
        asked = Asked(kuuki.url, typed, name="Bot", face_off=True, seconds=2.5)
        running = asyncio.create_task(run_call(asked, as_json=True))
        talk = await answering
        await talk.opened()
        assert talk.send({"happy": 1})
        assert sum((await first(talk.scores())).values()) == pytest.approx(1, abs=0.001)
        assert talk.partner.picture is Picture.FACE_OFF
        assert await running == 0
    lines = said(capsys)
    assert [line["state"] for line in lines if "state" in line] == ["calling", "ringing", "talking", "ended"]
    assert any(line.get("media", {}).get("video_frames", 0) > 5 for line in lines)
    assert all(line["media"]["sent_video_frames"] == 0 for line in lines if "media" in line)
    assert {"happy": 1.0}.items() <= next(line["partner"] for line in lines if line.get("partner")).items()
    assert next(line["check"] for line in lines if "check" in line) == list(talk.words)


async def test_the_command_waits_answers_one_after_the_other_and_says_bye(kuuki, capsys):
    running = asyncio.create_task(run_call(Asked(kuuki.url, name="Kiosk", shares=False), as_json=True))
    codes = []
    for name in ("Aki", "Ben"):
        await until(lambda: len(kuuki.switchboard) == 1)
        lines = []
        async with asyncio.timeout(PATIENCE_S):
            while not any("code" in line for line in lines):
                lines += said(capsys)
                await asyncio.sleep(0.02)
        codes.append(next(line["code"] for line in lines if "code" in line))
        async with phone(kuuki.url, name) as caller:
            talk = await caller.ring(codes[-1])
            assert talk.name == "Kiosk"
            await until_media(talk)
            assert talk.partner.weights is None
    assert codes[0] != codes[1]
    os.kill(os.getpid(), signal.SIGINT)
    assert await running == 0


async def test_the_command_with_once_ends_after_its_first_call(kuuki, capsys):
    running = asyncio.create_task(run_call(Asked(kuuki.url, once=True)))
    await until(lambda: len(kuuki.switchboard) == 1)
    await until(lambda: any(session.claimed_code for session in kuuki.switchboard._sessions.values()))
    (session,) = kuuki.switchboard._sessions.values()
    async with phone(kuuki.url, "Aki") as a:
        await a.ring(session.claimed_code.code)
        a.hang_up()
        assert await running == 0
    assert "Your code" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wanted", "code", "words"),
    [
        ({"code": "sakura-sakura-sakura-0"}, 1, "Ask for the code again"),
        ({"code": "not a code"}, 2, "three words and a digit"),
        ({"url": "127.0.0.1"}, 2, "is no URL"),
        ({"source": "nothing.mp4"}, 2, "is no file"),
        ({"source": "camera:"}, 2, "Which camera"),
        ({"language": "fr"}, 2, "no language of kuuki"),
        ({"url": "http://127.0.0.1:9"}, 1, "cannot be reached"),
    ],
)
async def test_the_command_says_what_is_wrong(kuuki, capsys, wanted, code, words):
    assert await run_call(Asked(**({"url": kuuki.url} | wanted)), as_json=True) == code
    assert words in capsys.readouterr().err


async def test_the_five_lines_of_the_docs_call_as_they_stand(kuuki):
    text = (Path(__file__).parents[2] / "docs/library.md").read_text()
    lines = next(block for block in text.split("```python\n") if "import call" in block).partition("```")[0]
    assert '"http://127.0.0.1:8080", "sakura tanuki momiji 7"' in lines
    async with phone(kuuki.url, "Ben") as b:
        lines = lines.replace("http://127.0.0.1:8080", kuuki.url).replace("sakura tanuki momiji 7", b.code)
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-u", "-c", lines, stdout=asyncio.subprocess.PIPE
        )
        talk = await b.answer()
        assert (await first(talk.scores()))["happy"] == 1.0
        talk.send({"sad": 1})
        printed = await asyncio.wait_for(program.stdout.readline(), 5)
        assert printed.startswith(b"{'angry': 0.0")
        b.hang_up()
        assert await asyncio.wait_for(program.wait(), 5) == 0
