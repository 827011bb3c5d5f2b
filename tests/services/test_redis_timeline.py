"""The timeline in Redis: the contract, what Redis must promise, and that kill -9 loses nothing that it promised."""

import asyncio
import contextlib
import itertools
import time
from functools import partial

import pytest

from kuuki.errors import NotRecorded, Unavailable
from kuuki.mood.frames import encode
from kuuki.mood.waves import pack_waves
from kuuki.times import AOF_SYNC_S, CLOCK_STEP_S, TIMELINE_QUIET_S
from loadtests.redis_groups import RedisCluster
from loadtests.redis_servers import RedisServer
from services.runtime.redis import timeline as timeline_module
from services.runtime.redis.client import RedisClient, Script
from services.runtime.redis.timeline import RedisTimeline
from services.runtime.redis.timeline_scripts import RECORD_SECOND
from services.runtime.timeline import NewestRow, Refusal, Row, record_second
from tests.patience import until
from tests.services.test_timeline import Clock
from tests.services.timeline_contract import CLAPS, LAUGH, RETENTION_S, TimelineContract, mix

pytestmark = [pytest.mark.redis, pytest.mark.usefixtures("quiet")]


@pytest.fixture(scope="module")
def always():
    with RedisServer(aof="always") as server:
        yield server


@pytest.fixture(scope="module")
def everysec():
    with RedisServer(aof="everysec") as server:
        yield server


@contextlib.asynccontextmanager
async def timeline_at(where, clock=None):
    redis_client = RedisClient(where.url)
    try:
        yield RedisTimeline(redis_client, RETENTION_S, clock.wall if clock else None)
    finally:
        await redis_client.close()


class OverRedis(TimelineContract):
    """``server``: one or a cluster."""

    @pytest.fixture
    async def timeline(self, server):
        self.server, self.clock = server, Clock()
        for node in self.nodes():
            with node.client as client:
                client.flushall()
        async with timeline_at(server, self.clock) as timeline:
            await timeline.look()
            yield timeline

    def nodes(self):
        return self.server.nodes if isinstance(self.server, RedisCluster) else [self.server]

    async def let_pass(self, seconds):
        self.clock.wall_s += seconds

    async def let_quiet_pass(self):
        for node in self.nodes():
            with node.client as client:
                for key in client.keys("kuuki:timeline:*:guard"):
                    if (left_ms := client.pttl(key)) >= 0:
                        client.pexpire(key, round(left_ms - (TIMELINE_QUIET_S + 0.1) * 1000))


class TestRedisTimeline(OverRedis):
    @pytest.fixture
    def server(self, always):
        return always


class TestRedisTimelineInACluster(OverRedis):
    """Nothing says ``always`` of a cluster: each acknowledgement waits, here for a moment."""

    @pytest.fixture
    def server(self, redis_cluster, monkeypatch):
        monkeypatch.setattr(timeline_module, "AOF_SYNC_S", 0.001)
        for node in redis_cluster.nodes:
            with node.client as client:
                client.config_set("appendfsync", "always")
                client.config_set("appendonly", "yes")
        yield redis_cluster
        for node in redis_cluster.nodes:
            with node.client as client:
                client.config_set("appendonly", "no")


SECONDS = [100 + off for off in (0, 1, 2, -1, -CLOCK_STEP_S, -CLOCK_STEP_S - 1, CLOCK_STEP_S, CLOCK_STEP_S + 1)]


async def test_redis_places_rows_as_python_does(always):
    call = "record_second(tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4])"
    script = Script(f"{RECORD_SECOND}local at = {call}; return at or ''")
    redis_client = RedisClient(always.url)
    for second, term, seq, last in itertools.product(SECONDS, (4, 5, 6), (9, 10, 11), (None, NewestRow(100, 5, 10))):
        guard = "" if last is None else " ".join(map(str, last))
        said = await redis_client.run(script, ["k"], [int(second), term, seq, guard])
        assert (int(said) if said != b"" else None) == record_second(int(second), term, seq, last)
    await redis_client.close()


async def test_rows_have_the_servers_time_and_what_is_old_is_let_go(always):
    with always.client as client:
        client.flushall()
    async with timeline_at(always) as timeline:
        before = time.time()
        await timeline.append([Row("a", mix(1))])
        mark = await timeline.mark("a", "now")
        page = await timeline.read("a", None, 10)
        assert before - 1 <= page.rows[0].at_s <= mark.at_s <= time.time()
    clock = Clock()
    async with timeline_at(always, clock) as timeline:
        clock.wall_s = time.time() + RETENTION_S + 5
        await timeline.append([Row("a", mix(2))])
        with always.client as client:
            (stream,) = client.keys("kuuki:timeline:*:a")
            assert client.xlen(stream) == 1
            assert 0 < client.ttl(stream) <= RETENTION_S


async def test_a_kuuki_of_before_reads_the_rows_of_today_and_leaves_some_without_a_draw(always):
    """It looks at no field of a row but ``at``, ``frame`` and ``mark``, and writes the first two."""
    clock = Clock()
    async with timeline_at(always, clock) as timeline:
        await timeline.append([Row("before", mix(1, draw=7))])
        with always.client as client:
            (stream,) = client.keys("kuuki:timeline:*:before")
            ((id_, fields),) = client.xrange(stream)
            frame = encode(mix(1), version=1)
            at = fields[b"at"]
            assert fields == {b"at": at, b"frame": frame, b"draw": b"7"}
            client.xadd(stream, {"at": int(at) + 1, "frame": frame}, id=f"{int(id_.split(b'-')[0]) + 1000}-0")
        clock.wall_s += 2
        await timeline.append([Row("before", mix(3, draw=8))])
        assert [entry.mix.draw for entry in (await timeline.read("before", None, 10)).rows] == [7, 0, 8]


async def test_a_kuuki_of_version_2_leaves_rows_without_waves(always):
    """It looks at no field of a row but ``at``, ``frame``, ``draw`` and ``mark``, and writes the first three; so does
    today's where there are no waves."""
    clock = Clock()
    async with timeline_at(always, clock) as timeline:
        await timeline.append([Row("second", mix(1, waves=(LAUGH, CLAPS)))])
        with always.client as client:
            (stream,) = client.keys("kuuki:timeline:*:second")
            ((id_, fields),) = client.xrange(stream)
            packed = pack_waves((LAUGH, CLAPS))
            at, frame = fields[b"at"], encode(mix(1), version=1)
            assert fields == {b"at": at, b"frame": frame, b"draw": b"7", b"waves": packed}
            row = {"at": int(at) + 1, "frame": encode(mix(2), version=1), "draw": 8}
            client.xadd(stream, row, id=f"{int(id_.split(b'-')[0]) + 1000}-0")
        clock.wall_s += 2
        await timeline.append([Row("second", mix(3))])
        read = [entry.mix for entry in (await timeline.read("second", None, 10)).rows]
        assert read == [mix(1, waves=(LAUGH, CLAPS)), mix(2, draw=8), mix(3)]


@pytest.mark.parametrize("waves", [b"\x00", bytes(13), b"\xff" * 14, bytes(14 * 5)])
async def test_waves_that_are_none_are_passed_over_and_the_rest_of_the_row_is_read(always, waves):
    clock = Clock()
    async with timeline_at(always, clock) as timeline:
        with always.client as client:
            client.flushall()
            await timeline.append([Row("odd", mix(1))])
            (stream,) = client.keys("kuuki:timeline:*:odd")
            ((_, fields),) = client.xrange(stream)
            client.xadd(stream, {**fields, b"waves": waves})
        assert [entry.mix for entry in (await timeline.read("odd", None, 10)).rows] == [mix(1), mix(1)]


async def test_cursors_grow_when_the_servers_clock_is_set_back(always):
    clock = Clock()
    async with timeline_at(always, clock) as timeline:
        await timeline.append([Row("back", mix(1))])
        clock.wall_s -= 1800
        await timeline.append([Row("back", mix(2))])
        page = await timeline.read("back", None, 10)
        assert [entry.mix.seq for entry in page.rows] == [1, 2]
        assert page.rows[1].at_s == page.rows[0].at_s - 1800


async def test_without_aof_nothing_is_recorded_and_it_begins_when_there_is_one():
    with RedisServer() as server:
        async with timeline_at(server) as timeline:
            await timeline.look()
            assert timeline.refusal() is Refusal.NO_AOF
            for act in (timeline.append([Row("a", mix(1))]), timeline.mark("a", "")):
                with pytest.raises(NotRecorded, match="no_aof"):
                    await act
            assert (await timeline.read("a", None, 10)).rows == ()
            await timeline.delete("a")
            with server.client as client:
                assert client.keys("kuuki:timeline:*:a") == []
                client.config_set("appendfsync", "always")
                client.config_set("appendonly", "yes")
            assert await timeline.append([Row("b", mix(1))]) == 1
            assert timeline.refusal() is None
            with server.client as client:
                client.config_set("appendonly", "no")
            with pytest.raises(NotRecorded, match="no_aof"):
                await timeline.append([Row("b", mix(2))])


async def test_a_redis_that_never_syncs_promises_nothing():
    with RedisServer(aof="no") as server:
        async with timeline_at(server) as timeline:
            await timeline.look()
            assert timeline.refusal() is Refusal.NO_AOF


async def test_where_nothing_is_to_be_recorded_nothing_is():
    redis_client = RedisClient("redis://127.0.0.1:1")
    timeline = RedisTimeline(redis_client, 0)
    for act in (timeline.append([Row("a", mix(1))]), timeline.mark("a", "")):
        with pytest.raises(NotRecorded, match="off"):
            await act
    await redis_client.close()


async def test_with_everysec_it_is_acknowledged_when_the_promise_is_due(everysec):
    async with timeline_at(everysec) as timeline:
        began = time.monotonic()
        assert await timeline.append([Row(f"room-{number}", mix(1)) for number in range(20)]) == 20
        assert time.monotonic() - began >= AOF_SYNC_S


async def test_what_another_redis_answers_is_not_acknowledged(monkeypatch):
    """Killed between the reply and the sync: what was not yet promised is not acknowledged, there or not."""
    monkeypatch.setattr(timeline_module, "AOF_SYNC_S", 2.0)
    with RedisServer(aof="everysec") as server:
        async with timeline_at(server) as timeline:
            appending = asyncio.create_task(timeline.append([Row("a", mix(1))]))
            await asyncio.sleep(0.2)
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            with pytest.raises(Unavailable):
                await appending


async def test_where_config_is_forbidden_the_slower_promise_is_assumed(monkeypatch):
    monkeypatch.setattr(timeline_module, "AOF_SYNC_S", 0.1)
    with RedisServer(aof="always") as server:
        with server.client as client:
            client.execute_command("ACL", "SETUSER", "kuuki", "on", ">secret", "~kuuki:*", "+@all", "-config")
        redis_client = RedisClient(server.url.replace("//", "//kuuki:secret@"))
        timeline = RedisTimeline(redis_client, RETENTION_S)
        began = time.monotonic()
        assert await timeline.append([Row("a", mix(1))]) == 1
        assert time.monotonic() - began > 0.1
        await redis_client.close()


async def test_while_redis_is_away_nothing_is_acknowledged_and_it_goes_on(always, monkeypatch):
    async with timeline_at(always) as timeline:
        await timeline.append([Row("away", mix(1))])
        always.stop()
        try:
            for act in (
                timeline.append([Row("away", mix(2))]),
                timeline.mark("away", ""),
                timeline.read("away", None, 1),
            ):
                with pytest.raises(Unavailable):
                    await act
            assert timeline.refusal() is Refusal.UNAVAILABLE
        finally:
            always.cont()
        await asyncio.sleep(1.0)
        assert await timeline.append([Row("away", mix(3))]) == 1
        assert timeline.refusal() is None


def _refuses(timeline: RedisTimeline, wanted: Refusal | None) -> bool:
    return timeline.refusal() is wanted


async def test_its_loop_finds_what_redis_promises(everysec, monkeypatch):
    monkeypatch.setattr(timeline_module, "TIMELINE_CHECK_S", 0.01)
    async with timeline_at(everysec) as timeline:
        running = asyncio.create_task(timeline.run())
        for wanted, value in ((None, "everysec"), (Refusal.NO_AOF, "no"), (None, "everysec")):
            with everysec.client as client:
                client.config_set("appendfsync", value)
            await until(partial(_refuses, timeline, wanted))
        running.cancel()


ROOMS = ("a", "b", "c")


async def record(timeline, clock, acknowledged):
    """A row of each room again and again, whatever becomes of Redis."""
    for seq in itertools.count(1):
        clock.wall_s += 1
        try:
            assert await timeline.append([Row(room, mix(seq)) for room in ROOMS]) == len(ROOMS)
        except Unavailable:
            await asyncio.sleep(0.01)
        else:
            acknowledged.add(seq)


async def all_seqs(timeline, room):
    """Of all pages."""
    seen, after = set(), ""
    while after is not None:
        page = await timeline.read(room, after or None, 3600)
        seen |= {entry.mix.seq for entry in page.rows}
        after = page.next
    return seen


def _has(acknowledged: set[int], enough: int) -> bool:
    return len(acknowledged) >= enough


async def test_twenty_kills_of_redis_lose_no_acknowledged_row(record_property):
    acknowledged: set[int] = set()
    clock = Clock()
    with RedisServer(aof="always") as server:
        async with timeline_at(server, clock) as timeline:
            recording = asyncio.create_task(record(timeline, clock, acknowledged))
            for number in range(20):
                enough = len(acknowledged) + 3 + number % 5
                await until(partial(_has, acknowledged, enough))
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
            recording.cancel()
            held = [await all_seqs(timeline, room) for room in ROOMS]
    record_property("timeline_rows_acknowledged", len(acknowledged) * len(ROOMS))
    assert [acknowledged - seqs for seqs in held] == [set()] * len(ROOMS)
    assert len(acknowledged) >= 20 * 3
