"""Few open files, really: a server of its own under a small hard limit, and more than fits of everything."""

import asyncio
import contextlib
import re
import resource
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiortc import RTCPeerConnection

from kuuki.capacity import Capacity
from loadtests import server
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.network, pytest.mark.slow]

FILES = 80
FITS = Capacity.of(FILES)
SDP = {"Content-Type": "application/sdp"}


@pytest.fixture
def small():
    """``ulimit -n 80``, soft and hard."""
    before = ["sh", "-c", f'ulimit -n {FILES}; exec "$@"', "sh"]
    running = server.start(before=before, environment={"KUUKI_STORE": "none", "KUUKI_LOG": "json"})
    yield running
    running.stop()


def idle(url, count, source="127.0.0.1"):
    """That many connections that say nothing."""
    place = urlsplit(url)
    return [
        socket.create_connection((place.hostname, place.port), timeout=PATIENCE_S, source_address=(source, 0))
        for _ in range(count)
    ]


async def numbers(http, url):
    async with http.get(f"{url}/metrics") as answer:
        text = await answer.text()
    return {name: float(value) for name, value in re.findall(r"^(kuuki_[^ #]+) (\S+)$", text, re.MULTILINE)}


async def join(http, url, stack):
    """One more: the status, what Retry-After says, and the body."""
    client = RTCPeerConnection()
    stack.push_async_callback(client.close)
    client.createDataChannel("kuuki")
    await client.setLocalDescription(await client.createOffer())
    async with http.post(url, data=client.localDescription.sdp, headers=SDP) as answer:
        return answer.status, answer.headers.get("Retry-After"), await answer.text()


def said_by(running):
    """What it has logged so far."""
    return Path(running.errors.name).read_text()


async def test_who_does_not_fit_is_told_at_once_and_the_rest_goes_on(small):
    async with contextlib.AsyncExitStack() as stack:
        local = aiohttp.TCPConnector(local_addr=("127.0.0.2", 0))
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=local))
        async with http.post(f"{small.url}/rooms", json={}) as made:
            room = (await made.json())["room"]
        for connection in idle(small.url, 200):
            stack.callback(connection.close)
        async with http.get(f"{small.url}/healthz") as answer:
            assert answer.status == 200
        joins = f"{small.url}/rooms/{room}/participants"
        answers = [await join(http, joins, stack) for _ in range(FITS.peers + 10)]
        assert [status for status, _, _ in answers] == [201] * FITS.peers + [503] * 10
        assert all("a=candidate:" in body for status, _, body in answers if status == 201)
        assert all(int(again) >= 1 for status, again, _ in answers if status == 503)
        async with http.get(f"{small.url}/healthz") as answer:
            assert answer.status == 200
        found = await numbers(http, small.health)
    assert found['kuuki_joins_total{outcome="full_files"}'] == 10
    assert found['kuuki_http_connections_cut_total{reason="idle"}'] >= 200 - FITS.connections.in_all
    assert found['kuuki_http_connections_refused_total{reason="files"}'] == 0
    said = said_by(small)
    for sentence in ("the limit of open files allows few", "joins are refused", "HTTP connections are refused or cut"):
        assert said.count(sentence) == 1
    assert "Traceback" not in said


def test_the_soft_limit_is_raised_to_the_hard_one():
    before = ["sh", "-c", 'ulimit -Sn 100; ulimit -Hn 5000; exec "$@"', "sh"]
    running = server.start(before=before, environment={"KUUKI_STORE": "none"})
    try:
        assert resource.prlimit(running.process.pid, resource.RLIMIT_NOFILE) == (5000, 5000)
        assert "open files" not in said_by(running)  # all its peers fit
    finally:
        running.stop()


async def test_room_comes_back_when_people_leave(small):
    async with contextlib.AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        async with http.post(f"{small.url}/rooms", json={}) as made:
            room = (await made.json())["room"]
        joins = f"{small.url}/rooms/{room}/participants"
        statuses = [(await join(http, joins, stack))[0] for _ in range(FITS.peers + 1)]
        assert statuses == [201] * FITS.peers + [503]
        async with http.delete(f"{small.url}/rooms/{room}") as closed:
            assert closed.status == 204
        async with http.post(f"{small.url}/rooms", json={}) as made:
            room = (await made.json())["room"]
        joins, deadline = f"{small.url}/rooms/{room}/participants", time.monotonic() + PATIENCE_S
        while (await join(http, joins, stack))[0] != 201:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.2)
