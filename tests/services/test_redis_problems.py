"""What is wrong with Redis when it is not simply away: said as what it is, once, while everything goes on trying."""

import asyncio
import contextlib
import dataclasses
import socket
import ssl
from typing import Any

import pytest
from redis.exceptions import AuthenticationError, MovedError, NoPermissionError, RedisError, ResponseError
from structlog.testing import capture_logs

from kuuki.errors import Unavailable
from loadtests.ports import free_port
from loadtests.redis_servers import RedisServer
from services.runtime.lifecycle import together
from services.runtime.metrics import Metrics
from services.runtime.redis import diagnosis
from services.runtime.redis.bus import RedisBus
from services.runtime.redis.client import RedisClient
from services.runtime.redis.diagnosis import diagnose, report_outages
from services.runtime.redis.problems import ADVICE, Problem, ProblemLog, problem_of
from services.runtime.redis.url import parse_url
from tests.patience import until
from tests.services.test_redis_access import write_certificate
from tests.virtual import in_virtual_time

RIGHTS = ("~*", "&*", "+@all", "-role", "-select", "-get")


class Said(list[Any]):
    """What the log says of Redis."""

    @property
    def problems(self):
        return [each["kind"] for each in self if each["event"] == "Redis does not serve this process"]


@contextlib.asynccontextmanager
async def trying(url):
    """A process's redis_client and bus, and the search for what is wrong; what they say."""
    with capture_logs() as entries:
        said = Said()
        redis_client = RedisClient(url)
        bus = RedisBus(redis_client, Metrics())

        async def ask():
            while True:
                with contextlib.suppress(Unavailable):
                    await redis_client.ask("GET", "x")
                said[:] = entries
                await asyncio.sleep(0.02)

        looking = report_outages(
            redis_client.target, lambda: bus.is_well and not redis_client.is_away, redis_client.problem_log
        )
        work = asyncio.ensure_future(together(bus.run, ask, lambda: looking))
        try:
            yield redis_client, bus, said
        finally:
            work.cancel()
            await asyncio.wait([work])
            await bus.close()
            await redis_client.close()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A Redis with a password, that also speaks TLS. Its TLS port, and who signed its certificate."""
    cert, key = write_certificate(tmp_path_factory.mktemp("tls"))
    port = free_port()
    tls = (f"tls-port {port}", f"tls-cert-file {cert}", f"tls-key-file {key}", "tls-auth-clients no")
    options = (*tls, f"tls-ca-cert-file {cert}", "requirepass secret")
    with RedisServer(options=options) as server:
        yield server, port, cert


@pytest.mark.redis
@pytest.mark.network
@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("redis://:wrong@127.0.0.1:{plain}", Problem.PASSWORD),
        ("redis://127.0.0.1:{plain}", Problem.PASSWORD),
        ("redis://nobody:secret@127.0.0.1:{plain}", Problem.PASSWORD),
        ("redis://:secret@127.0.0.1:{plain}/99", Problem.DATABASE),
        ("redis://:secret@127.0.0.1:{tls}", Problem.TLS_PORT),
        ("rediss://:secret@127.0.0.1:{plain}?ca={ca}", Problem.PLAIN_PORT),
        ("rediss://:secret@127.0.0.1:{tls}", Problem.CERTIFICATE),
        ("rediss://:wrong@127.0.0.1:{tls}?ca={ca}", Problem.PASSWORD),
        ("redis+cluster://:secret@127.0.0.1:{plain}", Problem.NO_CLUSTER),
        ("redis+sentinel://127.0.0.1:{plain}/x?sentinel_password=secret", Problem.NO_SENTINEL),
        ("redis+sentinel://127.0.0.1:{plain}/x", Problem.SENTINEL_PASSWORD),
        ("redis://:secret@no.such.host.invalid", Problem.HOST),
        ("redis://:secret@a..b", Problem.HOST),
        ("rediss://:secret@127.0.0.1:{tls}?ca={gone}", Problem.CERTIFICATE),
    ],
)
async def test_it_is_said_as_what_it_is_and_once(guarded, url, problem, tmp_path):
    server, tls, ca = guarded
    gone = tmp_path / "gone.pem"
    gone.write_bytes(ca.read_bytes())
    async with trying(url.format(plain=server.port, tls=tls, ca=ca, gone=gone)) as (redis_client, bus, said):
        if "gone" in url:
            await until(lambda: bus.is_well)
            gone.unlink()
            connector = bus._nodes.connections[0]._connector
            connector._options = dataclasses.replace(connector._options, tls=None)
            bus._nodes.connections[0]._cut()
        await until(lambda: said.problems)
        await asyncio.sleep(0.5)  # more tries
        assert said.problems == [problem]
        assert redis_client.is_away or "gone" in url
        assert "secret" not in str(said)


def unresolvable(name):
    with pytest.raises(UnicodeError) as caught:
        socket.getaddrinfo(name, 1)
    return caught.value


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), Problem.HOST),
        (socket.gaierror(getattr(socket, "EAI_NODATA", socket.EAI_NONAME), "No address"), Problem.HOST),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), None),
        (socket.gaierror(socket.EAI_FAIL, "Non-recoverable failure in name resolution"), None),
        (socket.gaierror("a text only"), None),
        (unresolvable("a..b"), Problem.HOST),
        (unresolvable("é" * 70), Problem.HOST),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), None),
        (UnicodeEncodeError("idna", "a..b", 0, 1, "label empty"), Problem.HOST),
    ],
)
def test_only_a_name_that_is_not_there_is_a_wrong_host(error, problem):
    assert problem_of(error) is problem
    wrapped = RedisError("Error connecting")
    wrapped.__cause__ = error
    assert problem_of(wrapped) is problem


@pytest.mark.redis
@pytest.mark.network
async def test_a_plain_url_to_a_node_of_a_cluster(redis_cluster):
    async with trying(f"redis://127.0.0.1:{redis_cluster.nodes[0].port}") as (redis_client, _, said):
        await until(lambda: said.problems)  # the slot of x is the last node's
        assert said.problems == [Problem.IS_CLUSTER]
        assert redis_client.is_away


@pytest.mark.redis
@pytest.mark.network
async def test_a_service_that_the_sentinels_do_not_watch(redis_sentinels):
    url = redis_sentinels.url.rpartition("/")[0] + "/another"
    assert await diagnose(parse_url(url)) is Problem.SERVICE
    assert await diagnose(parse_url(redis_sentinels.url)) is None


@pytest.mark.redis
@pytest.mark.network
async def test_what_was_mended_is_used_again_and_may_be_said_again():
    with RedisServer() as server, server.client as client:
        client.execute_command("ACL", "SETUSER", "app", "on", ">other", "~*", "&*", "+@all")
        async with trying(f"redis://app:secret@127.0.0.1:{server.port}") as (redis_client, bus, said):
            await until(lambda: said.problems)
            client.execute_command("ACL", "SETUSER", "app", ">secret")
            await until(lambda: bus.is_well and not redis_client.is_away)
            client.execute_command("ACL", "SETUSER", "app", "-get")
            await until(lambda: len(said.problems) == 2)
            assert said.problems == [Problem.PASSWORD, Problem.FORBIDDEN]


@pytest.mark.redis
@pytest.mark.network
async def test_a_server_that_is_just_away_is_called_that():
    async with trying(f"redis://127.0.0.1:{free_port()}") as (redis_client, _, said):
        await until(lambda: any(each["event"] == "Redis is away" for each in said))
        await asyncio.sleep(0.3)
        assert said.problems == []
        assert await diagnose(redis_client.target) is None


@pytest.mark.redis
async def test_what_nobody_may_ask_is_no_outage():
    with RedisServer(options=('rename-command CONFIG ""',)) as server:
        redis_client = RedisClient(server.url)
        with capture_logs() as entries:
            assert await redis_client.ask_if_allowed("CONFIG", "GET", "appendfsync") is None
        assert entries == []
        await redis_client.close()


@pytest.mark.redis
async def test_what_may_be_forbidden_is_no_outage():
    with RedisServer() as server, server.client as client:
        client.execute_command("ACL", "SETUSER", "app", "on", ">secret", "~*", "+@all", "-config")
        redis_client = RedisClient(f"redis://app:secret@127.0.0.1:{server.port}")
        with capture_logs() as entries:
            assert await redis_client.ask_if_allowed("CONFIG", "GET", "appendfsync") is None
            assert (await redis_client.ask_if_allowed("PING")) in (b"PONG", True)
        assert entries == []
        assert not redis_client.is_away
        await redis_client.close()


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (AuthenticationError("x"), Problem.PASSWORD),
        (NoPermissionError("x"), Problem.FORBIDDEN),
        (MovedError("1 127.0.0.1:7000"), Problem.IS_CLUSTER),
        (ResponseError("WRONGPASS invalid"), Problem.PASSWORD),
        (ResponseError("LOADING Redis is loading"), None),
        (RedisError("refused"), None),
        (caused(RedisError("x"), ssl.SSLCertVerificationError("x")), Problem.CERTIFICATE),
        (caused(RedisError("x"), caused(OSError("x"), socket.gaierror(socket.EAI_NONAME, "x"))), Problem.HOST),
        (TimeoutError(), None),
    ],
)
def test_which_problem_an_error_tells_of(error, problem):
    assert problem_of(error) is problem


def test_an_error_that_caused_itself_is_no_endless_story():
    first, second = OSError("a"), OSError("b")
    first.__cause__, second.__cause__ = second, first
    assert problem_of(first) is None


def test_there_is_advice_for_each():
    assert set(ADVICE) == set(Problem)


@pytest.mark.redis
@pytest.mark.network
async def test_a_sentinel_and_a_replica_are_no_master(redis_sentinels):
    port = redis_sentinels.url.partition("://")[2].partition(",")[0].partition(":")[2]
    assert await diagnose(parse_url(f"redis://127.0.0.1:{port}")) is Problem.IS_SENTINEL
    with RedisServer() as master, RedisServer(options=(f"replicaof 127.0.0.1 {master.port}",)) as replica:
        assert await diagnose(parse_url(replica.url)) is Problem.REPLICA


@pytest.mark.redis
@pytest.mark.network
async def test_who_has_few_rights_and_is_served_has_no_problem():
    with RedisServer() as server, server.client as client:
        client.execute_command("ACL", "SETUSER", "app", "on", ">secret", *RIGHTS)
        async with trying(f"redis://app:secret@127.0.0.1:{server.port}") as (redis_client, bus, said):
            await until(lambda: said.problems)  # the one that it has: GET
            for _ in range(20):
                assert await redis_client.ask("PING")
                with pytest.raises(Unavailable):
                    await redis_client.ask("GET", "x")
            await until(lambda: bus.is_well)
            assert said.problems == [Problem.FORBIDDEN]
            assert not redis_client.is_away
            assert [each["event"] for each in said if each["event"] in ("Redis is away", "Redis is back")] == []
            assert await diagnose(redis_client.target) is None


async def test_a_search_that_fails_goes_on(monkeypatch):
    looked = []

    async def fails(target):
        looked.append(target)
        raise ZeroDivisionError

    @in_virtual_time
    async def test():
        target: Any = None
        looking = asyncio.ensure_future(diagnosis.report_outages(target, lambda: False, ProblemLog()))
        await asyncio.sleep(100.0)
        assert not looking.done()
        looking.cancel()

    monkeypatch.setattr(diagnosis, "diagnose", fails)
    await asyncio.to_thread(test)
    assert len(looked) > 3


def test_what_just_begins_is_not_looked_into(monkeypatch):
    looked = []

    async def diagnosed(target):
        looked.append(target)

    @in_virtual_time
    async def test():
        target: Any = None
        served_at = 1.5
        loop = asyncio.get_running_loop()
        is_well = lambda: loop.time() > served_at  # noqa: E731
        looking = asyncio.ensure_future(diagnosis.report_outages(target, is_well, ProblemLog()))
        await asyncio.sleep(100.0)
        looking.cancel()

    monkeypatch.setattr(diagnosis, "diagnose", diagnosed)
    test()
    assert looked == []


def test_a_problem_of_several_is_said_once_and_again_when_all_were_rid_of_it():
    with capture_logs() as said:
        now = iter(range(0, 10**9, 10_000))
        problem_log = ProblemLog(lambda: next(now))
        problem_log.report(Problem.PASSWORD, "redis_client")
        problem_log.report(Problem.PASSWORD, "bus")
        problem_log.clear("redis_client")
        problem_log.report(Problem.PASSWORD, "redis_client")
        assert len(said) == 1
        problem_log.report(Problem.DATABASE, "redis_client")
        problem_log.report(Problem.DATABASE, "bus")
        assert [each["kind"] for each in said] == ["password", "database"]
        problem_log.report(Problem.PASSWORD, "redis_client")
        assert len(said) == 3


def test_a_problem_that_comes_and_goes_is_said_once_in_ten_minutes():
    with capture_logs() as said:
        clock = [0.0]
        problem_log = ProblemLog(lambda: clock[0])
        while clock[0] < 1300.0:
            problem_log.report(Problem.FORBIDDEN, "redis_client")
            problem_log.clear("redis_client")
            clock[0] += 10.0
        assert len(said) == 3
