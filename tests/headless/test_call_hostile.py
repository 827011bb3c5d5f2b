"""Partners, and servers between, that are not what they should be; and ends that come at a bad moment."""

import asyncio
import os
import signal
import socket
from random import Random
from typing import ClassVar

import pytest

from client.headless.call import line as line_module
from client.headless.call import media as media_module
from client.headless.call.command import Asked, run_call
from client.headless.call.connection import BadDescription, CallConnection, MediaCounts, Way
from client.headless.call.descriptions import fit
from client.headless.call.media import CallMedia
from client.headless.call.shows import Nothing, Tracks
from kuuki.call.calling import Side
from kuuki.call.frames import Picture, Sign, encode
from kuuki.call.signaling import Signal
from kuuki.mood.frames import Presence
from tests.patience import PATIENCE_S

CALL = "c" * 22
PRINT = "a=fingerprint:sha-256 " + ":".join(["AB"] * 32)
OTHER = "a=fingerprint:sha-512 " + ":".join(["CD"] * 64)


@pytest.mark.parametrize("end", ["\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\n\r"])
def test_a_line_that_hides_another_fingerprint_is_refused(end):
    """aiortc divides lines wherever Python does, and takes whichever fingerprint fits."""
    with pytest.raises(ValueError, match="lines"):
        fit(f"v=0\r\n{PRINT}\r\na=x{end}{OTHER}\r\n")


def test_two_sections_of_a_kind_are_refused():
    one = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
    assert fit(one) == one
    with pytest.raises(ValueError, match="sections"):
        fit(one + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n")


def connection():
    return CallConnection(Way(address="127.0.0.1"), Tracks(), lambda: None, lambda data: None)


@pytest.mark.network
async def test_another_certificate_in_the_same_connection_is_refused():
    """What the transport is held to, and what the words are made of, is that of the first description."""
    caller, callee, middle = connection(), connection(), connection()
    offer, strange = await caller.offer(), await middle.offer()
    await callee.answer(offer)
    own, foreign = (
        next(line for line in sdp.split("\r\n") if "fingerprint:sha-256" in line) for sdp in (offer, strange)
    )
    before = callee.fingerprints
    with pytest.raises(BadDescription):
        await callee.answer(offer.replace(own, foreign))
    assert callee.fingerprints == before
    await callee.answer(offer)
    await asyncio.gather(caller.close(), callee.close(), middle.close())


class Standing:
    """In the place of a connection: takes what comes, and counts. ``hold`` delays what it is asked."""

    all: ClassVar[list["Standing"]] = []

    def __init__(self, way, tracks, on_open, on_message):
        self.on_open, self.on_message = on_open, on_message
        self.is_closed, self.candidates, self.sent = False, 0, []
        self.waits_for_answer = False
        self.fingerprints = None
        self.hold = asyncio.Event()
        self.hold.set()
        Standing.all.append(self)

    def restarts(self, sdp):
        return False

    async def answer(self, sdp):
        return "v=0"

    async def add_candidate(self, candidate):
        self.candidates += 1

    def send(self, data):
        self.sent.append(data)
        return True

    async def counts(self):
        await self.hold.wait()
        return MediaCounts()

    async def close(self):
        await self.hold.wait()
        self.is_closed = True


class Events:
    def __init__(self):
        self.said, self.expressions = [], 0

    async def way(self):
        return Way()

    def say(self, message):
        self.said.append(message)

    def expressed(self):
        self.expressions += 1

    def checked(self, words):
        pass


@pytest.fixture
async def media(monkeypatch):
    monkeypatch.setattr(media_module, "CallConnection", Standing)
    Standing.all = []
    media = CallMedia(CALL, Side.CALLEE, Nothing(), Events(), Random(0))
    yield media
    for standing in Standing.all:
        standing.hold.set()
    await media.close()


def offer(generation):
    return Signal(CALL, generation, {"type": "offer", "sdp": "v=0"})


async def turns(count=2000):
    for _ in range(count):
        await asyncio.sleep(0)


async def test_offers_without_end_begin_few_connections(media):
    for generation in range(1, 3000):
        media.take(offer(generation))
    assert media._steps.qsize() < 15
    await turns()
    assert len(Standing.all) < 15
    assert [standing.is_closed for standing in Standing.all[:-1]] == [True] * (len(Standing.all) - 1)


async def test_candidates_without_end_do_not_pile_up(media):
    media.take(offer(1))
    await turns(50)
    Standing.all[0].hold.clear()
    for _ in range(5000):
        media.take(Signal(CALL, 1, candidate={"candidate": "x"}))
    assert media._steps.qsize() < 300


class Stopped:
    """A loop whose clock stands."""

    def __init__(self):
        self._now = asyncio.get_running_loop().time()

    def time(self):
        return self._now


async def test_frames_without_end_are_passed_over(media, monkeypatch):
    media.take(offer(1))
    await turns(50)
    (standing,) = Standing.all
    standing.on_open()
    monkeypatch.setattr(media, "_loop", Stopped())
    for seq in range(1, 5001):
        standing.on_message(encode(Sign(seq, Presence.PAUSED, 0, 0, sound=True, picture=Picture.ON)))
    assert media._channel._newest < 200
    monkeypatch.undo()


async def test_a_call_that_ends_while_its_connection_is_renewed_leaves_none_open(media):
    media.take(offer(1))
    await turns(50)
    (standing,) = Standing.all
    standing.hold.clear()
    media.take(offer(2))
    await turns(50)
    closing = asyncio.create_task(media.close())
    await turns(50)
    standing.hold.set()
    await closing
    assert [each.is_closed for each in Standing.all] == [True] * len(Standing.all)


@pytest.mark.network
async def test_the_command_stops_though_the_server_does_not_answer(capsys, monkeypatch):
    monkeypatch.setattr(line_module, "_OPEN_S", 3600.0)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        asked = Asked(f"http://127.0.0.1:{deaf.getsockname()[1]}", shares=False)
        running = asyncio.create_task(run_call(asked, as_json=True))
        await asyncio.to_thread(deaf.accept)
        os.kill(os.getpid(), signal.SIGINT)
        assert await asyncio.wait_for(running, PATIENCE_S) == 0
    assert capsys.readouterr().err == ""
