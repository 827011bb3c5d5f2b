"""Redis is backed up and put back, by the very commands that docs/operations.md has."""

import contextlib
import subprocess
from typing import Any

import pytest
import redis

from kuuki.errors import RoomUnknown
from loadtests.redis_servers import RedisServer, wait_until
from services.runtime.redis.client import RedisClient
from services.runtime.redis.rooms import RedisRooms
from services.runtime.redis.timeline import RedisTimeline
from services.runtime.rooms import RoomRecord
from services.runtime.timeline import Row
from tests.deploy.test_changing_secrets import ADMIN, as_admin, made, password_of, server
from tests.deploy.tools import ROOT
from tests.services.timeline_contract import RETENTION_S, mix

pytestmark = pytest.mark.redis

__all__ = ["made", "server"]  # fixtures

BACKUP = "docker compose exec -T redis sh /etc/kuuki/backup.sh"
RESTORE = "docker compose exec -T redis sh /etc/kuuki/restore.sh"


NO_BUS: Any = None
"""What is asked for here goes past the bus."""


@contextlib.asynccontextmanager
async def linked(made, server):
    redis_client = RedisClient(f"redis://signal:{password_of(made, 'signal')}@127.0.0.1:{server.port}/0")
    try:
        yield RedisRooms(redis_client, NO_BUS, clock=lambda: 0.0), RedisTimeline(redis_client, RETENTION_S)
    finally:
        await redis_client.close()


async def seqs(timeline):
    return [entry.mix.seq for entry in (await timeline.read("a", None, 10)).rows]


def end(server: RedisServer) -> None:
    """Redis has ended by itself."""
    server._process.wait(30)
    server.kill()


def test_the_documentation_has_these_commands():
    said = (ROOT / "docs/operations.md").read_text()
    for command in (BACKUP, RESTORE):
        assert command in said
        assert command.replace("docker compose exec -T redis", "kubectl -n kuuki exec -i redis-0 --") in said


async def test_there_and_back(made, server):
    async with linked(made, server) as (rooms, timeline):
        await rooms.add(RoomRecord("a", is_kept=True))
        await timeline.append([Row("a", mix(1))])
        backup = as_admin(made, server, BACKUP).stdout
        await timeline.delete("a")
        await rooms.add(RoomRecord("b"))
    as_admin(made, server, RESTORE, input=backup)
    end(server)
    server.start()  # as Docker and Kubernetes do
    async with linked(made, server) as (rooms, timeline):
        assert (await rooms.get("a")).is_kept
        assert await seqs(timeline) == [1]
        with pytest.raises(RoomUnknown):
            await rooms.get("b")
        assert await timeline.append([Row("a", mix(2))]) == 1
    as_admin(made, server, f"{ADMIN} BGREWRITEAOF")

    def is_rewritten() -> bool:
        said = as_admin(made, server, f"{ADMIN} INFO persistence").stdout
        return b"aof_rewrite_in_progress:0" in said and b"aof_last_bgrewrite_status:ok" in said

    wait_until(is_rewritten, "the file is rewritten")
    for _ in range(2):  # the file goes on from the backup
        server.kill()
        server.start()
        async with linked(made, server) as (_, timeline):
            assert await seqs(timeline) == [1, 2]


@pytest.mark.parametrize(("cut", "more"), [(0, b""), (5, b""), (-1, b""), (None, b"more")])
async def test_what_is_no_whole_backup_changes_nothing(made, server, cut, more):
    async with linked(made, server) as (rooms, _):
        await rooms.add(RoomRecord("a"))
        backup = as_admin(made, server, BACKUP).stdout
        with pytest.raises(subprocess.CalledProcessError) as failed:
            as_admin(made, server, RESTORE, input=backup[:cut] + more)
        assert b"nothing was changed" in failed.value.stderr
        assert (await rooms.get("a")).room == "a"
    assert not (server.folder / "restoring").exists()
    assert not (server.folder / "backup.rdb").exists()
    assert b"appendonly\nyes" in as_admin(made, server, f"{ADMIN} CONFIG GET appendonly").stdout


def test_why_a_backup_is_not_simply_put_there_as_dump_rdb(tmp_path):
    """A Redis with an append-only file begins empty, whatever dump.rdb holds."""
    with RedisServer() as source:
        with source.client as client:
            client.set("a", "1")
            client.save()
        dump = (source.folder / "dump.rdb").read_bytes()
    target = RedisServer(aof="always")
    (target.folder / "dump.rdb").write_bytes(dump)
    with target, redis.Redis(port=target.port) as client:
        assert client.dbsize() == 0
