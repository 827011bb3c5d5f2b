"""``kuuki join`` against a real gateway."""

import asyncio
import os
import signal

import aiohttp
import pytest

from client.headless import retrying, signaling
from client.headless.command import run_join
from kuuki.errors import Overloaded
from tests.patience import until
from tests.services.harness import serving

pytestmark = pytest.mark.network


async def test_a_server_that_is_busy_is_asked_again_when_it_said(capsys):
    refused = []

    def refuse_twice():
        if len(refused) < 2:
            refused.append(Overloaded())
            raise refused[-1]

    async with serving() as kuuki, aiohttp.ClientSession() as http:
        kuuki.hub.readiness._overload.refuse_if_late = refuse_twice
        room = (await signaling.make_room(http, kuuki.url, {}, None))["room"]
        running = asyncio.create_task(run_join(url=kuuki.url, room=room))
        await until(lambda: running.done() or kuuki.value("peers", role="audience") == 1)
        os.kill(os.getpid(), signal.SIGINT)
        assert await running == 0
    assert capsys.readouterr().err.count("Too much to do here now; try again in a few seconds.") == 2


async def test_the_last_refusal_is_told_once(capsys, monkeypatch):
    """It is the command's end, which tells why: nothing is waited for after it."""

    def refuse():
        raise Overloaded

    monkeypatch.setattr(retrying, "RETRY_FOR_S", 0.0)
    async with serving() as kuuki, aiohttp.ClientSession() as http:
        kuuki.hub.readiness._overload.refuse_if_late = refuse
        room = (await signaling.make_room(http, kuuki.url, {}, None))["room"]
        assert await run_join(url=kuuki.url, room=room) == 1
    assert capsys.readouterr().err.splitlines() == ["kuuki join: Too much to do here now; try again in a few seconds."]
