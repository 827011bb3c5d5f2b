"""How many people there are is told at a process's health port, which is for its operator: never where people come."""

import re
import socket
from contextlib import suppress

import aiohttp
import pytest

from loadtests import server
from loadtests.faults.processes import KUUKI, Process, start_part
from services.launch.sockets import netloc
from tests.patience import PATIENCE_S, until_answered
from tests.services.harness import serving

pytestmark = [pytest.mark.network, pytest.mark.usefixtures("quiet")]

NUMBERS = re.compile(rb"kuuki_[a-z]|# HELP|# TYPE|process_[a-z]+_|python_")
BESIDE = ("/metrics", "/metrics/", "//metrics", "/%6detrics", "/targets", "/health/metrics", "/assets/../metrics")
HEAD_BYTES = 65_536


def routes_of(app, room):
    """(method, path) of everything that the public port answers, placeholders filled with what is there."""
    for route in app.router.routes():
        path = route.resource.canonical.replace("{room}", room).replace("{participant}", "x" * 22)
        yield route.method, path.replace("{file}", "index.html")


async def what_strangers_read(url, routes):
    """status, head and the first of the body of each, asked without any secret."""
    read = {}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE_S)) as http:
        for method, path in routes:
            async with http.request(method, f"{url}{path}") as answer:
                body = b""
                with suppress(TimeoutError):  # event streams have no end
                    body = await answer.content.readany()
                read[method, path] = answer.status, f"{answer.headers}".encode() + body[:HEAD_BYTES]
    return read


def assert_told_nothing(read):
    told = {asked: NUMBERS.findall(said) for asked, (_, said) in read.items() if NUMBERS.search(said)}
    assert told == {}
    assert {asked: status for asked, (status, _) in read.items() if asked[1] in BESIDE} == {
        ("GET", path): 404 for path in BESIDE
    }


async def walk(url):
    """Everything, with a room in it; closing it comes last."""
    async with aiohttp.ClientSession() as http, http.post(f"{url}/rooms", json={"privacy": "exact"}) as made:
        assert made.status == 201
        room = (await made.json())["room"]
    async with serving() as kuuki:
        routes = sorted(routes_of(kuuki.app, room), key=lambda each: each[0] == "DELETE")
    assert len(routes) > 20
    return await what_strangers_read(url, [("GET", path) for path in BESIDE] + routes)


async def test_no_route_of_a_gateway_tells_a_stranger_a_number():
    async with serving() as kuuki:
        assert_told_nothing(await walk(kuuki.url))


async def numbers_of(health):
    async with aiohttp.ClientSession() as http, http.get(f"{health}/metrics") as answer:
        assert answer.status == 200
        return await answer.text()


@pytest.mark.slow
async def test_serve_tells_numbers_at_a_free_port_of_loopback_alone():
    running = [server.start(environment={"KUUKI_STORE": "none"}) for _ in range(2)]
    try:
        healths = {each.health for each in running}
        assert len(healths) == 2, "two side by side do not meet"
        assert all(health.startswith("http://127.0.0.1:") for health in healths)
        assert_told_nothing(await walk(running[0].url))
        assert "kuuki_peers" in await numbers_of(running[0].health)
    finally:
        for each in running:
            each.stop()


@pytest.mark.slow
@pytest.mark.redis
async def test_signal_and_aggregator_have_theirs_where_they_are_told(clean_redis, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {"KUUKI_REDIS_URL": clean_redis.url, "KUUKI_HEALTH_HOST": "127.0.0.2"}
    signal = await start_part("signal", tmp_path, {**environment, "KUUKI_HEALTH_PORT": str(port)})
    aggregator = await start_part("aggregator", tmp_path, environment)
    try:
        assert signal.health == f"http://127.0.0.2:{port}"
        await until_answered(lambda: is_ready(signal.url), True)
        assert_told_nothing(await walk(signal.url))
        assert "kuuki_peers" in await numbers_of(signal.health)
        assert aggregator.health.startswith("http://127.0.0.2:")
        assert "kuuki_shards_held" in await numbers_of(aggregator.health)
    finally:
        for part in (signal, aggregator):
            await part.process.end()


async def is_ready(url):
    async with aiohttp.ClientSession() as http, http.get(f"{url}/readyz") as answer:
        return answer.status == 200


@pytest.mark.slow
@pytest.mark.redis
async def test_of_workers_the_named_port_is_the_one_that_knows_all_others(clean_redis, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = tmp_path / "serve.log"
    environment = {"KUUKI_REDIS_URL": clean_redis.url, "KUUKI_HEALTH_HOST": "0.0.0.0"}
    command = [*KUUKI, "serve", "--port", "0", "--workers", "1", "--health-port", str(port)]
    process = await Process.start(command, log, environment)
    try:
        await process.line(re.compile("serves at"))
        asked = f"http://127.0.0.3:{port}"
        await until_answered(lambda: is_ready(asked), True)
        async with aiohttp.ClientSession() as http, http.get(f"{asked}/targets") as answer:
            ((targets,),) = [each.values() for each in await answer.json()]
        assert len(targets) == 3
        assert all(each.startswith("127.0.0.3:") for each in targets), "where they were asked for, they are reached"
        for target in targets:
            assert "kuuki_" in await numbers_of(f"http://{target}")
    finally:
        await process.end()


def test_a_place_is_written_as_urls_have_it():
    assert [netloc("127.0.0.1", 80), netloc("::1", 81)] == ["127.0.0.1:80", "[::1]:81"]


async def test_two_ports_that_are_one_are_refused_in_a_sentence(tmp_path):
    process = await Process.start([*KUUKI, "serve", "--port", "8099", "--health-port", "8099"], tmp_path / "log")
    assert await process.process.wait() == 2
    await process.end()
    assert "KUUKI_HEALTH_PORT" in process.log.read_text()
