"""What a join is answered with, and whether that is worth another try."""

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from client.headless import CannotJoin, TryLater, signaling
from client.headless.place import Place
from kuuki.mood.room import Role


async def ask(answer):
    app = web.Application()
    app.router.add_post("/rooms/demo/participants", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        place = Place(str(server.make_url("")).rstrip("/"), "demo")
        return await signaling.join(http, place, Role.AUDIENCE, "v=0", None)


@pytest.mark.parametrize(
    ("status", "after_s"), [(408, 0.0), (429, 7.0), (500, 0.0), (502, 0.0), (503, 0.0), (504, 0.0)]
)
async def test_a_server_that_cannot_now_is_asked_again(status, after_s):
    async def answer(request):
        headers = {"Retry-After": str(int(after_s))} if after_s else {}
        return web.json_response({"error": "busy", "message": "Not now."}, status=status, headers=headers)

    with pytest.raises(TryLater, match="Not now") as raised:
        await ask(answer)
    assert (raised.value.after_s, raised.value.problem) == (after_s, "busy")


async def test_a_server_that_dies_over_the_question_is_asked_again():
    async def answer(request):
        request.transport.abort()
        return web.Response()

    with pytest.raises(TryLater, match="cannot be reached") as raised:
        await ask(answer)
    assert raised.value.problem == "unreachable"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_a_refusal_is_one(status):
    async def answer(request):
        return web.json_response({"error": "no", "message": "No."}, status=status)

    with pytest.raises(CannotJoin, match="No") as raised:
        await ask(answer)
    assert raised.value.problem == "no"


async def test_each_try_comes_on_a_connection_of_its_own():
    peers = []

    async def answer(request):
        peers.append(request.transport.get_extra_info("peername"))
        return web.json_response({"error": "busy", "message": "Not now."}, status=503)

    app = web.Application()
    app.router.add_post("/rooms/demo/participants", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        place = Place(str(server.make_url("")).rstrip("/"), "demo")
        for _ in range(3):
            with pytest.raises(TryLater):
                await signaling.join(http, place, Role.AUDIENCE, "v=0", None)
    assert len(set(peers)) == 3
