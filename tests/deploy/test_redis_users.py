"""The users of deploy/redis/redis.acl: each may do what its processes need, and no gateway hears anybody's partials."""

import asyncio
import re
import shlex
import signal
import socket
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import hiredis
import pytest
import redis

from kuuki.many.bulletins import partials_topic, shard_of
from loadtests.faults.processes import KUUKI, Process, start_part
from loadtests.redis_groups import RedisCluster, RedisSentinels
from loadtests.redis_servers import RedisServer
from services.runtime.redis.schema import OURS
from tests.deploy.test_secrets import environment_of, made, until, walk
from tests.deploy.tools import ROOT
from tests.patience import PATIENCE_S

__all__ = ["made"]  # a fixture

pytestmark = pytest.mark.redis

_TABLE = re.compile(r"^\| command \|(.+)\|\n\|[-|]+\|\n((?:\|.+\|\n)+)", re.MULTILINE)
WORDS = {"yes": True, "no": False}
_REFUSED = re.compile(r"NOPERM|The user executing the script")
"""In a script Redis 7.0 says it in words of its own."""


def table() -> dict[tuple[str, str], bool]:
    """(user, command) as docs/operations.md has them, and whether that user may."""
    found = _TABLE.search((ROOT / "docs/operations.md").read_text())
    assert found is not None
    users = [name.strip(" `") for name in found[1].split("|")]
    said: dict[tuple[str, str], bool] = {}
    for row in found[2].splitlines():
        command, *may = (cell.strip() for cell in row.strip("|").split("|"))
        said |= {
            (user, command.strip("`")): {"yes": True, "no": False}[each] for user, each in zip(users, may, strict=True)
        }
    return said


@dataclass(frozen=True)
class Guarded:
    """Servers with the users of the file, and one more, ``judge``, who sees what was denied."""

    servers: list[RedisServer]
    url: str
    """With ``{login}`` where name and password belong."""

    def denied(self) -> set[tuple[str, str, str]]:
        found = set()
        for server in self.servers:
            with redis.Redis(port=server.port, username="judge", password="any") as judge:
                found |= {(entry["username"], entry["reason"], entry["object"]) for entry in judge.acl_log()}
                judge.acl_log_reset()
        return found


@contextmanager
def alone(made: Path, folder: Path) -> Iterator[Guarded]:
    """One Redis with the very files of compose.yaml, but for where it is."""
    users = folder / "redis.acl"
    users.write_text((made / "redis.acl").read_text() + "user judge on nopass -@all +acl|log\n")
    lines = (ROOT / "deploy/redis/redis.conf").read_text().splitlines()
    kept = [line for line in lines if line and not line.startswith(("#", "port ", "dir ", "aclfile "))]
    with RedisServer(aof="always", options=(*kept, f"aclfile {users}")) as server:
        yield Guarded([server], f"redis://{{login}}@127.0.0.1:{server.port}/0")


def opened(made: Path, folder: Path) -> Path:
    """The file, but that ``default`` may all: so several servers are set up, and reach one another."""
    users = folder / "redis.acl"
    text = (made / "redis.acl").read_text().replace("user default off", "user default on nopass ~* &* +@all")
    users.write_text(text + "user judge on nopass -@all +acl|log\n")
    return users


@contextmanager
def clustered(made: Path, folder: Path) -> Iterator[Guarded]:
    """A cluster of three with the same users."""
    with RedisCluster(options=(f"aclfile {opened(made, folder)}", "appendonly yes", "appendfsync always")) as cluster:
        yield Guarded(cluster.nodes, cluster.url.replace("://", "://{login}@"))


@contextmanager
def watched(made: Path, folder: Path) -> Iterator[Guarded]:
    """A master and a replica with the same users, behind sentinels with the user of docs/operations.md."""
    lines = re.findall(
        r"^user kuuki on >password .*sentinel.*$", (ROOT / "docs/operations.md").read_text(), re.MULTILINE
    )
    options = (f"aclfile {opened(made, folder)}", "appendonly yes", "appendfsync always")
    with RedisSentinels(options=options, sentinel_options=tuple(lines)) as sentinels:
        url = sentinels.url.replace("://", "://{login}@") + "?sentinel_name=kuuki&sentinel_password=password"
        yield Guarded([sentinels.master], url)


@pytest.fixture(scope="module", params=[alone, watched, clustered], ids=["one Redis", "sentinels", "a cluster"])
def guarded(request, made, tmp_path_factory) -> Iterator[Guarded]:
    with request.param(made, tmp_path_factory.mktemp("users")) as guarded:
        yield guarded


def login_of(made: Path, user: str) -> str:
    if user == "probe":
        return "probe:any"
    if user == "admin":
        return f"admin:{(made / 'redis_admin_password').read_text().strip()}"
    found = re.search(rf"//({user}:\w+)@", environment_of(made / f"{user}.env")["KUUKI_REDIS_URL"])
    assert found is not None
    return found[1]


class Raw:
    """A connection that shows what Redis really says, pushes and all."""

    def __init__(self, server: RedisServer, login: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S)
        self._reader = hiredis.Reader(encoding="utf-8", errors="replace")
        assert self.ask("AUTH", *login.split(":")) == "OK"

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, *words: str) -> object:
        self._socket.sendall(hiredis.pack_command(words))  # type: ignore[arg-type]  # its stub knows tuples of one only
        return self.next()

    def next(self) -> object:
        """What comes next. Raises TimeoutError if nothing does."""
        while (reply := self._reader.gets()) is False:
            received = self._socket.recv(65536)
            if not received:
                raise EOFError
            self._reader.feed(received)
        return reply

    def is_silent(self, seconds: float) -> bool:
        """Whether nothing comes for so long."""
        self._socket.settimeout(seconds)
        try:
            self.next()
        except TimeoutError:
            return True
        return False


def may(server: RedisServer, login: str, command: str) -> bool:
    with Raw(server, login) as here:
        reply = here.ask(*shlex.split(command))
        return not (isinstance(reply, hiredis.ReplyError) and _REFUSED.search(str(reply)))


def test_each_user_may_do_what_the_table_says_and_nothing_else(made, guarded):
    """In a cluster any node may be asked: one that has not the key refuses what is forbidden all the same."""
    said = table()
    found = {
        (user, command): all(may(server, login_of(made, user), command) for server in guarded.servers)
        for user, command in said
    }
    assert {each for each in said if said[each] != found[each]} == set()
    guarded.denied()


def test_the_table_has_what_it_is_for():
    said = table()
    assert {user for user, _ in said} == {"signal", "aggregator", "probe"}
    assert [user for user, command in said if said[user, command] and command == "GET kuuki:veil"] == ["aggregator"]
    hearing = re.compile(r"^S?P?S?SUBSCRIBE .*partials|^P?SUBSCRIBE .*\*|^MONITOR|^PUBSUB|^CLIENT (LIST|TRACKING)")
    assert {user for user, command in said if hearing.match(command) and said[user, command]} == {"aggregator"}
    assert sum(map(bool, said.values())) > 30


def test_what_a_gateway_reads_of_the_configuration_has_no_password(made, guarded):
    with Raw(guarded.servers[0], login_of(made, "signal")) as here:
        reply = here.ask("CONFIG", "GET", "*")
    assert isinstance(reply, list)
    found = dict(zip(reply[::2], reply[1::2], strict=True))
    secret = {name for name in found if re.search(r"auth$|pass$|pass\b|requirepass", name)}
    assert {"masterauth", "requirepass", "tls-key-file-pass"} <= secret
    assert {name: found[name] for name in secret if found[name]} == {}


def test_redis_keeps_no_message(made, tmp_path):
    """Not even one that took long, in its slow log."""
    with alone(made, tmp_path) as guarded, Raw(guarded.servers[0], login_of(made, "admin")) as admin:
        with Raw(guarded.servers[0], login_of(made, "signal")) as gateway:
            gateway.ask("PUBLISH", partials_topic(1), "x")
        assert admin.ask("SLOWLOG", "GET", "-1") == []
        assert admin.ask("CONFIG", "GET", "slowlog-log-slower-than") == ["slowlog-log-slower-than", "-1"]
        assert admin.ask("CONFIG", "SET", "slowlog-log-slower-than", "0") == "OK"
        admin.ask("PUBLISH", partials_topic(1), "x")
        assert admin.ask("SLOWLOG", "GET", "-1") != [], "it would have been seen"


def test_without_a_name_one_may_nothing(made, tmp_path):
    with (
        alone(made, tmp_path) as guarded,
        redis.Redis(port=guarded.servers[0].port) as nobody,
        pytest.raises(redis.AuthenticationError),
    ):
        nobody.ping()


@asynccontextmanager
async def parts(made: Path, guarded: Guarded, folder: Path):
    """A gateway and an aggregator, each as its user; and the admin token."""
    started = []
    try:
        for name in ("signal", "aggregator"):
            given = environment_of(made / f"{name}.env")
            url = guarded.url.format(login=login_of(made, name))
            near = {"KUUKI_HOST": "127.0.0.1", "KUUKI_PORT": "0", "KUUKI_REDIS_URL": url}
            started.append(await start_part(name, folder, given | near))
        yield (*started, environment_of(made / "signal.env")["KUUKI_ADMIN_TOKEN"])
    finally:
        for part in started:
            await part.process.end(signal.SIGINT)


@pytest.mark.network
async def test_kuuki_works_under_these_rights(made, guarded, tmp_path):
    """A room is made, mixed, recorded, read and closed, and nothing that kuuki asked for was denied."""
    guarded.denied()
    async with parts(made, guarded, tmp_path) as (gateway, aggregator, token):
        await walk(gateway.url, token, gateway.health, aggregator.health)
    for server in guarded.servers:
        with redis.Redis.from_url(f"redis://{login_of(made, 'admin')}@127.0.0.1:{server.port}") as admin:
            assert admin.info("persistence")["aof_rewrites"] >= 1
    assert guarded.denied() == set()
    if len(guarded.servers) == 1:
        with redis.Redis.from_url(f"redis://{login_of(made, 'admin')}@127.0.0.1:{guarded.servers[0].port}") as admin:
            assert admin.get("kuuki:schema") == str(OURS).encode()


@pytest.mark.network
async def test_people_are_mixed_and_no_gateways_user_hears_of_them(made, guarded, tmp_path):
    """The aggregator's user hears the very partials that the gateway's tries to hear in every way."""
    async with parts(made, guarded, tmp_path) as (gateway, _, token), aiohttp.ClientSession() as http:
        admin = {"Authorization": f"Bearer {token}"}
        async with http.post(f"{gateway.url}/rooms", json={"purpose": "performance"}, headers=admin) as answer:
            found = await answer.json()
        room, secret = found["room"], found["links"]["audience"].partition("#k=")[2]
        crowd = [*KUUKI, "crowd", "--url", gateway.url, "--room", room, "--people", "12", "--seconds", "0"]
        people = await Process.start(crowd, tmp_path / "crowd.log", {"KUUKI_ROOM_SECRET": secret})
        try:

            async def is_live() -> bool:
                async with http.get(f"{gateway.url}/rooms/{room}/mix", headers=admin) as answer:
                    return bool((await answer.json())["state"] == "live")

            await until(is_live)
            await asyncio.to_thread(listen, made, guarded, partials_topic(shard_of(room)))
        finally:
            await people.end(signal.SIGINT)
    guarded.denied()


def listen(made: Path, guarded: Guarded, topic: str) -> None:
    verb = "SUBSCRIBE" if len(guarded.servers) == 1 else "SSUBSCRIBE"
    heard = 0
    for server in guarded.servers:
        with Raw(server, login_of(made, "aggregator")) as aggregator, Raw(server, login_of(made, "signal")) as gateway:
            reply = aggregator.ask(verb, topic)
            if isinstance(reply, hiredis.ReplyError):
                assert str(reply).startswith("MOVED")  # this node has not the topic
            for words in ((verb, topic), ("PSUBSCRIBE", "*"), ("MONITOR",), ("SUBSCRIBE", topic)):
                refused = gateway.ask(*words)
                assert isinstance(refused, hiredis.ReplyError), words
                assert "NOPERM" in str(refused), words
            if not isinstance(reply, hiredis.ReplyError):
                message = aggregator.next()
                assert isinstance(message, list)
                assert message[:2] == ["message" if verb == "SUBSCRIBE" else "smessage", topic]
                heard += 1
            assert gateway.is_silent(0.5)  # two ticks' partials
    assert heard == 1
