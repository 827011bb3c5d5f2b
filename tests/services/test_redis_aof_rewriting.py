"""What was deleted is out of Redis's append-only file: real files, searched for what stood in them."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import ResponseError
from structlog.testing import capture_logs

from kuuki.times import REWRITE_S, REWRITE_SOON_S
from loadtests.redis_groups import RedisCluster
from loadtests.redis_servers import RedisServer
from services.runtime.redis.aof_rewriting import AofRewriter
from services.runtime.redis.client import RedisClient
from services.runtime.redis.timeline import RedisTimeline
from services.runtime.timeline import Row
from tests.patience import until, until_answered
from tests.services.timeline_contract import RETENTION_S, mix

pytestmark = pytest.mark.redis

KEY = "kuuki:timeline:rewrite"
SECRET, OTHER = "the secret of the evening", "the other evening"


async def shortly(_: float) -> None:
    await asyncio.sleep(0.01)


@pytest.fixture
def server():
    """One whose file can be read: what it holds is not packed."""
    with RedisServer(aof="always", options=("rdbcompression no",)) as server:
        yield server


@contextlib.asynccontextmanager
async def linked(url: str):
    redis_client = RedisClient(url)
    try:
        yield redis_client
    finally:
        await redis_client.close()


def is_in_a_file(folder: Path, text: str) -> bool:
    return any(text.encode() in each.read_bytes() for each in folder.rglob("*") if each.is_file())


async def is_gone(folder: Path, text: str) -> bool:
    """Redis removes the former files in the background."""
    async with asyncio.timeout(10):
        while is_in_a_file(folder, text):  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.01)
    return True


def rewrites(server: RedisServer) -> int:
    with server.client as client:
        return int(client.info("persistence")["aof_rewrites"])


def is_steady(server: RedisServer) -> bool:
    """Its file is kept and not being written anew, and if it is a replica it follows its master."""
    with server.client as client:
        facts = client.info()
    under_way = facts["aof_rewrite_in_progress"] or facts["aof_rewrite_scheduled"]
    return facts["aof_enabled"] == 1 and not under_way and facts.get("master_link_status", "up") == "up"


def names(server: RedisServer) -> int:
    """How many nodes it names to a client: each node learns by itself of a replica, and that one is gone."""
    with server.client as client:
        slots = client.execute_command("CLUSTER SLOTS")
    return sum(len(nodes) for _, _, *nodes in slots)


def be_due(server: RedisServer) -> None:
    """The time of the key has passed."""
    with server.client as client:
        client.pexpire(KEY, 0)


async def test_what_was_deleted_is_in_no_file_soon(server):
    async with linked(server.url) as redis_client:
        timeline, rewriter = RedisTimeline(redis_client, RETENTION_S), AofRewriter(redis_client, shortly)
        await rewriter.look()
        await timeline.mark("a", SECRET)
        await timeline.append([Row("a", mix(1))])
        await timeline.mark("b", OTHER)
        await rewriter.look()
        assert rewrites(server) == 1, "it is not time yet"
        await timeline.delete("a")
        assert is_in_a_file(server.folder, SECRET)
        with server.client as client:
            assert 0 < client.pttl(KEY) <= REWRITE_SOON_S * 1000
        be_due(server)
        await rewriter.look()
        assert await is_gone(server.folder, SECRET)
        assert is_in_a_file(server.folder, OTHER)
        assert rewrites(server) == 2
        with server.client as client:
            assert client.get(KEY) == b"done"
            assert client.pttl(KEY) > (REWRITE_S - 60) * 1000
    server.kill()
    server.start()
    async with linked(server.url) as redis_client:
        page = await RedisTimeline(redis_client, RETENTION_S).read("b", None, 10)
        assert [mark.text for mark in page.marks] == [OTHER]


async def test_what_expired_is_in_no_file_a_day_later(server):
    async with linked(server.url) as redis_client:
        timeline, rewriter = RedisTimeline(redis_client, RETENTION_S), AofRewriter(redis_client, shortly)
        await rewriter.look()
        await timeline.mark("a", SECRET)
        with server.client as client:
            (stream,) = client.keys("kuuki:timeline:*:a")
            client.pexpire(stream, 0)
        assert is_in_a_file(server.folder, SECRET)
        be_due(server)
        await rewriter.look()
        assert await is_gone(server.folder, SECRET)


async def test_many_deletions_are_one_rewrite_and_none_is_put_off(server):
    async with linked(server.url) as redis_client:
        timeline = RedisTimeline(redis_client, RETENTION_S)
        await timeline.delete("a")
        with server.client as client:
            client.pexpire(KEY, 5000)
            await timeline.delete("b")
            assert client.pttl(KEY) <= 5000
        be_due(server)
        await asyncio.gather(*(AofRewriter(redis_client, shortly).look() for _ in range(5)))
        assert rewrites(server) == 1


async def test_a_deletion_during_a_rewrite_has_one_of_its_own(server):
    async with linked(server.url) as redis_client:
        timeline = RedisTimeline(redis_client, RETENTION_S)

        async def meanwhile(_: float) -> None:
            await timeline.delete("a")
            await asyncio.sleep(0.05)

        await AofRewriter(redis_client, meanwhile).look()
        with server.client as client:
            assert client.get(KEY) == b"due"
            assert client.pttl(KEY) <= REWRITE_SOON_S * 1000


async def test_a_user_who_may_not_ask_for_it_says_so_once_and_tries_again(server):
    with server.client as client:
        client.execute_command("ACL", "SETUSER", "kuuki", "on", ">secret", "~kuuki:*", "+@all", "-bgrewriteaof")
    async with linked(server.url.replace("//", "//kuuki:secret@")) as redis_client:
        rewriter = AofRewriter(redis_client, shortly)
        with capture_logs() as said:
            for _ in range(3):
                await rewriter.look()
                with server.client as client:
                    assert 0 < client.pttl(KEY) <= REWRITE_SOON_S * 1000
                be_due(server)
        assert [(each["log_level"], each["reason"]) for each in said] == [("warning", "refused")]
        assert not redis_client.is_away
        with server.client as client:
            client.execute_command("ACL", "SETUSER", "kuuki", "+bgrewriteaof")
        with capture_logs() as said:
            await rewriter.look()
        assert [each["event"] for each in said] == ["Redis's file is rewritten again"]
        assert rewrites(server) == 1


async def test_without_a_file_nothing_is_rewritten():
    with RedisServer() as server:
        async with linked(server.url) as redis_client:
            await AofRewriter(redis_client, shortly).look()
            assert rewrites(server) == 0
            with server.client as client:
                assert client.get(KEY) == b"done"


async def test_in_a_cluster_each_node_rewrites_its_own(redis_cluster):
    redis_cluster.flush()
    for node in redis_cluster.nodes:
        with node.client as client:
            client.config_set("appendonly", "yes")
    try:
        before = [rewrites(node) for node in redis_cluster.nodes]
        async with linked(redis_cluster.url) as redis_client:
            await AofRewriter(redis_client, shortly).look()
        assert [rewrites(node) for node in redis_cluster.nodes] == [count + 1 for count in before]
    finally:
        for node in redis_cluster.nodes:
            with node.client as client:
                client.config_set("appendonly", "no")
        redis_cluster.flush()


async def test_in_a_cluster_it_is_each_node_that_there_is_now():
    """Redis names a replica once something came to it, and one that is gone no more."""
    with RedisCluster(replicas=1) as cluster:
        for node in cluster.nodes:
            with node.client as client:
                client.config_set("appendonly", "yes")
        async with linked(cluster.url) as redis_client:
            await redis_client.ask("GET", KEY)
            assert len(redis_client.client.get_nodes()) == 3

            async def named() -> int:
                async with redis_client.servers() as servers:
                    for node in cluster.nodes[:3]:  # something comes to each
                        await redis_client.client.ask_node(
                            redis_client.client.get_node("127.0.0.1", node.port), "PUBLISH", "kuuki", "1"
                        )
                    return len(servers)

            await until_answered(named, 6)
            await until(lambda: all(names(node) == 6 for node in cluster.nodes))
            await until(lambda: all(map(is_steady, cluster.nodes)))
            before = [rewrites(node) for node in cluster.nodes]
            await AofRewriter(redis_client, shortly).look()
            assert await redis_client.ask("GET", KEY) == b"done"
            assert [rewrites(node) for node in cluster.nodes] == [count + 1 for count in before]
            cluster.nodes[-1].kill()
            await until_answered(named, 5)
            await until(lambda: all(names(node) == 5 for node in cluster.nodes[:-1]))
            await redis_client.ask("DEL", KEY)
            await AofRewriter(redis_client, shortly).look()
            assert await redis_client.ask("GET", KEY) == b"done"


# --- what Redis may answer


IDLE = {
    "aof_enabled": 1,
    "aof_rewrite_in_progress": 0,
    "aof_rewrite_scheduled": 0,
    "aof_last_bgrewrite_status": "ok",
    "run_id": "a",
}
BUSY = ResponseError("Background append only file rewriting already in progress")


class Scripted:
    """A redis_client whose server answers what it is told to, and whose key is always free."""

    def __init__(self, *replies):
        self.replies, self.scripts = list(replies), 0

    async def run(self, *_):
        self.scripts += 1
        return 1

    @contextlib.asynccontextmanager
    async def servers(self):
        yield [self.ask]

    async def ask(self, *_):
        return self.replies.pop(0)


async def outcome_of(*replies) -> str | None:
    redis_client: Any = Scripted(*replies)
    with capture_logs() as said:
        await AofRewriter(redis_client, shortly).look()
    assert redis_client.replies == []
    return said[0]["reason"] if said else None


async def test_only_a_rewrite_that_went_well_and_began_since_counts():
    assert await outcome_of(IDLE, True, IDLE) is None
    assert await outcome_of(IDLE, True, IDLE | {"aof_rewrite_in_progress": 1}, IDLE) is None
    assert await outcome_of(IDLE, True, IDLE | {"aof_rewrite_scheduled": 1}, IDLE) is None
    assert await outcome_of(IDLE | {"aof_rewrite_in_progress": 1}, IDLE, BUSY, IDLE, True, IDLE) is None
    assert await outcome_of(IDLE, True, IDLE | {"aof_last_bgrewrite_status": "err"}) == "failed"
    assert await outcome_of(IDLE, True, IDLE | {"run_id": "b"}) == "failed"
    assert await outcome_of(IDLE, ResponseError("Can't execute an AOF background rewriting")) == "refused"
    assert await outcome_of(ResponseError("no")) == "refused"


async def test_the_file_of_a_replica_that_takes_over_its_master_s_data_is_not_taken_for_one_that_is_off():
    taking_over = IDLE | {"aof_enabled": 0, "master_sync_in_progress": 1}
    assert await outcome_of(taking_over, IDLE | {"aof_rewrite_in_progress": 1}, IDLE, True, IDLE) is None


async def test_who_does_not_say_how_its_file_is_ends_nothing():
    """Some that pass for Redis say less: the aggregator that looks after rooms goes on."""
    assert await outcome_of({"redis_version": "7.4.5"}) is None
    assert await outcome_of({"aof_enabled": 1}, True, {"aof_enabled": 1}) == "failed"
