"""A participant whose process is killed is out of the mix, for good."""

import asyncio
import subprocess
import sys
import time

import aiohttp
import pytest

from loadtests.server import start

pytestmark = pytest.mark.network

_OUT_S = 3.0


async def _mix(http, url, room):
    async with http.get(f"{url}/rooms/{room}/mix") as answer:
        return await answer.json()


async def _until(http, url, room, people, seconds):
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        mix = await _mix(http, url, room)
        if mix["people"].get("at_least", 0) == people:
            return time.monotonic() - began
        await asyncio.sleep(0.05)
    return pytest.fail(f"not {people} people within {seconds} s: {mix}")


async def test_kill_minus_nine():
    server = start()
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{server.url}/rooms", json={"privacy": "exact"}) as answer:
            room = (await answer.json())["room"]
        command = [sys.executable, "-m", "services.launch", "join", "--url", server.url, "--room", room]
        joins = [subprocess.Popen([*command, "--source", "synthetic"], stdout=subprocess.DEVNULL) for _ in range(2)]
        try:
            await _until(http, server.url, room, 2, 15)
            joins[0].kill()
            assert await _until(http, server.url, room, 1, _OUT_S) <= _OUT_S
        finally:
            for join in joins:
                join.kill()
                join.wait(10)
            said = server.stop()
    assert "Traceback" not in said
