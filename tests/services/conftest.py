"""Fixtures of the services' tests.

Nothing may be logged with a traceback, and nothing may reach the event loop's exception handler (``quiet``). The Redis
servers are shared by the whole run: a test that stops, kills or fills one starts its own.
"""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Iterator

import pytest
from structlog.testing import capture_logs

from loadtests.redis_groups import RedisCluster, RedisSentinels
from loadtests.redis_servers import RedisServer
from services.launch import running
from services.runtime.log import hush_libraries
from services.runtime.redis import client
from tests.patience import PATIENCE_S

running.exit_within = lambda seconds, status: None  # the last resort of a process would end the tests' own

_SHARED = {"clean_redis", "redis_server", "redis_cluster", "redis_sentinels"}


@pytest.fixture(autouse=True)
def patient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Redis of all tests is well: a command that takes long there met a busy machine, not a fault.

    That a command has a deadline is tested where a server is the test's own, or by who says so.
    """
    if _SHARED & set(request.fixturenames) and request.node.get_closest_marker("deadlines") is None:
        monkeypatch.setattr(client, "REDIS_COMMAND_S", PATIENCE_S)
        monkeypatch.setattr(client, "REDIS_CONNECT_S", PATIENCE_S)


@pytest.fixture
async def quiet(caplog: pytest.LogCaptureFixture) -> AsyncIterator[None]:
    """At the end: no error in any log, no exception that nobody saw."""
    hush_libraries()
    faults: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: faults.append(str(context)))
    with caplog.at_level(logging.WARNING), capture_logs() as ours:
        yield
        gc.collect(1)  # tasks whose exception nobody saw say so when they are collected
        await asyncio.sleep(0)
    assert faults == []
    assert [entry for entry in ours if entry["log_level"] in ("error", "critical") or "exc_info" in entry] == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """One server for the whole run, without a disk. Whoever stops, kills or fills it takes one of its own."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def clean_redis(redis_server: RedisServer) -> RedisServer:
    """The run's server, empty."""
    redis_server.flush()
    return redis_server


@pytest.fixture(scope="session")
def redis_cluster() -> Iterator[RedisCluster]:
    """Three masters for the whole run."""
    with RedisCluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def redis_sentinels() -> Iterator[RedisSentinels]:
    """A master, a replica and three sentinels for the whole run."""
    with RedisSentinels() as sentinels:
        yield sentinels
