"""``kuuki serve --workers``: many gateways behind one port, looked after by one process."""

import asyncio
import os
import re
import resource
import signal
import sys
import time
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from loadtests.faults.processes import KUUKI, Process, start_people
from loadtests.faults.watch import Watch
from loadtests.redis_servers import RedisServer
from tests.patience import PATIENCE_S, until

pytestmark = [pytest.mark.network, pytest.mark.redis]

PEOPLE = 12


@asynccontextmanager
async def workers(tmp_path, count=2, before=()):
    with RedisServer() as redis:
        command = [*KUUKI, "serve", "--port", "0", "--workers", str(count)]
        process = await Process.start(command, tmp_path / "serve.log", {"KUUKI_REDIS_URL": redis.url}, before)
        try:
            url = (await process.line(re.compile(r"serves at (http://[^\s,]+)")))[1]
            yield process, url
        finally:
            await process.end(signal.SIGTERM, PATIENCE_S)


def children_of(pid):
    """The processes that this one started, and that live."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            if _stat(int(entry.name))[1] == str(pid):
                found.append(int(entry.name))
    return found


def _stat(pid):
    """What /proc says of a process, from its state on."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def open_files_of(pid):
    return resource.prlimit(pid, resource.RLIMIT_NOFILE)


async def ready(url):
    async with aiohttp.ClientSession() as http:
        for _ in range(300):
            with suppress(aiohttp.ClientError):
                async with http.get(f"{url}/readyz") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.1)
    pytest.fail("not ready")


@asynccontextmanager
async def watched(url, tmp_path, people=PEOPLE):
    """A room with people, and what a viewer sees of it."""
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{url}/rooms", json={"privacy": "exact"}) as answer:
            watch = Watch((await answer.json())["room"])
        following = asyncio.create_task(watch.follow(http, "1", url))
        crowd = await start_people(url, watch.room, people, tmp_path)
        try:
            await watch.until(people, PATIENCE_S, 1.0)
            yield watch
        finally:
            following.cancel()
            await crowd.process.end()


async def test_without_a_redis_it_says_what_it_needs(tmp_path):
    command = [*KUUKI, "serve", "--workers", "2"]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE, env=_without_redis())
    _, said = await process.communicate()
    assert process.returncode == 2
    assert b"KUUKI_REDIS_URL" in said


def _without_redis():
    return {name: value for name, value in os.environ.items() if name != "KUUKI_REDIS_URL"}


async def test_one_port_many_gateways_replaced_one_by_one(tmp_path):
    async with workers(tmp_path) as (process, url):
        await ready(url)
        first = set(children_of(process.process.pid))
        assert len(first) == 4
        async with watched(url, tmp_path) as watch:
            began = time.monotonic()
            process.tell(signal.SIGHUP)
            await until(lambda: not first & set(children_of(process.process.pid)), 90.0)
            await watch.until(PEOPLE, PATIENCE_S, 1.0)
            assert watch.most(began) == PEOPLE
            assert watch.least(began) >= PEOPLE // 2, "few move at once"
            assert watch.ran_backwards() == 0
            assert len(children_of(process.process.pid)) == 4


async def test_every_process_may_open_as_many_files_as_the_machine_lets_it(tmp_path):
    async with workers(tmp_path, before=["sh", "-c", 'ulimit -Sn 200; ulimit -Hn 5000; exec "$@"', "sh"]) as (it, url):
        await ready(url)
        for pid in (it.process.pid, *children_of(it.process.pid)):
            assert open_files_of(pid) == (5000, 5000)


async def test_a_killed_gateway_is_started_again_and_its_people_are_back(tmp_path):
    async with workers(tmp_path) as (process, url):
        await ready(url)
        async with watched(url, tmp_path) as watch:
            gateways = [pid for pid in children_of(process.process.pid) if "signal" in _command(pid)]
            os.kill(gateways[0], signal.SIGKILL)
            killed_at = time.monotonic()
            await asyncio.sleep(1.0)
            await watch.until(PEOPLE, PATIENCE_S, 1.0, killed_at)
            await until(lambda: len(children_of(process.process.pid)) == 4)
            assert watch.most() == PEOPLE


def _command(pid):
    return Path(f"/proc/{pid}/cmdline").read_text()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
async def test_no_child_outlives_its_parent(tmp_path, how):
    async with workers(tmp_path) as (process, url):
        await ready(url)
        children = children_of(process.process.pid)
        assert len(children) == 4
        process.tell(how)
        await asyncio.wait_for(process.process.wait(), PATIENCE_S)
        await until(lambda: not any(_lives(pid) for pid in children))


def _lives(pid):
    try:
        return _stat(pid)[0] != "Z"
    except OSError:
        return False


assert sys.platform == "linux", "these tests read /proc"
