"""A participant whose process is killed is out of the mix, for good."""

import subprocess
import sys

import aiohttp
import pytest

from loadtests.server import start
from tests.patience import PATIENCE_S, until_answered

pytestmark = pytest.mark.network


async def test_kill_minus_nine(record_property):
    server = start()
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{server.url}/rooms", json={"privacy": "exact"}) as answer:
            room = (await answer.json())["room"]

        async def people():
            async with http.get(f"{server.url}/rooms/{room}/mix") as answer:
                return (await answer.json())["people"].get("at_least", 0)

        command = [sys.executable, "-m", "services.launch", "join", "--url", server.url, "--room", room]
        joins = [subprocess.Popen([*command, "--source", "synthetic"], stdout=subprocess.DEVNULL) for _ in range(2)]
        try:
            await until_answered(people, 2)
            joins[0].kill()
            record_property("out_s", round(await until_answered(people, 1), 2))
        finally:
            for join in joins:
                join.kill()
                join.wait(PATIENCE_S)
            said = server.stop()
    assert "Traceback" not in said
