"""Rooms in Redis: the contract, and what happens when Redis forgets, goes away or a message is missed."""

import asyncio
import contextlib

import pytest

from kuuki.errors import RoomUnknown, Unavailable
from kuuki.times import ROOM_CLOSED_S, ROOM_IDLE_S, ROOM_TOUCH_S
from loadtests.redis_groups import RedisCluster
from loadtests.redis_servers import RedisServer
from services.runtime.redis.rooms import TOPIC, RedisRooms
from services.runtime.rooms import RoomRecord, Rooms, Secrets
from tests.patience import until, until_answered
from tests.services.redis_buses import Process, processes, settled
from tests.services.rooms_contract import RoomsContract

pytestmark = [pytest.mark.redis, pytest.mark.usefixtures("quiet")]


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@contextlib.asynccontextmanager
async def hearing(made: list[Process], clock: Clock):
    """A registry of each process, all of them hearing what is closed. They poll only when a test has them do it."""
    registries = [RedisRooms(each.redis_client, each.bus, clock=clock) for each in made]
    running = [asyncio.create_task(registry.run()) for registry in registries]
    await until(lambda: all(TOPIC.encode() in each.bus._topics for each in made))
    await settled(*made)
    yield registries
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


def elapse(nodes: list[RedisServer], seconds: float) -> None:
    """All that expires does so many seconds sooner."""
    for node in nodes:
        with node.client as client:
            for key in client.keys("kuuki:room:*"):
                if (left_ms := client.pttl(key)) >= 0:
                    client.pexpire(key, round(left_ms - seconds * 1000))


class OverRedis(RoomsContract):
    """``made``: two processes; ``nodes``: the servers that hold keys."""

    @pytest.fixture(autouse=True)
    async def _begin(self, made, nodes, clock):
        self.made, self.nodes, self.clock = made, nodes, clock
        self.registries: list[RedisRooms] = []
        async with hearing(made, clock) as registries:
            self.registries += registries
            yield

    @pytest.fixture
    def rooms(self) -> Rooms:
        return self.registries[0]

    @pytest.fixture
    def others(self) -> Rooms:
        return self.registries[1]

    async def settle(self):
        await settled(*self.made)
        await asyncio.sleep(0)

    async def pass_idle(self, rooms):
        await self.elapse(rooms, ROOM_IDLE_S + 1)

    async def pass_some(self, rooms):
        await self.elapse(rooms, ROOM_IDLE_S * 2 / 3)

    async def elapse(self, rooms, seconds):
        await rooms._poll()
        self.clock.now += seconds
        elapse(self.nodes, seconds)


class TestRedisRooms(OverRedis):
    @pytest.fixture
    async def made(self, clean_redis):
        async with processes(clean_redis, 2) as made:
            yield made

    @pytest.fixture
    def nodes(self, clean_redis):
        return [clean_redis]


class TestRedisRoomsInACluster(OverRedis):
    @pytest.fixture
    async def made(self, redis_cluster):
        redis_cluster.flush()
        async with processes(redis_cluster, 2) as made:
            yield made

    @pytest.fixture
    def nodes(self, redis_cluster):
        return redis_cluster.nodes


@pytest.fixture
async def two(clean_redis: RedisServer, clock: Clock):
    """Two registries."""
    async with processes(clean_redis, 2) as made, hearing(made, clock) as registries:
        yield registries


async def in_use(*registries: RedisRooms, room: str = "a") -> RoomRecord:
    """A room that is in use at all of these."""
    record = RoomRecord(room, language="ja")
    await registries[0].add(record)
    for registry in registries:
        registry.touch(await registry.get(room))
        await registry._poll()
    return record


async def test_what_redis_forgot_is_written_again_by_who_holds_it_at_the_next_look(two, clean_redis, clock):
    here, there = two
    record = await in_use(here)
    await here.add(RoomRecord("unused"))
    with clean_redis.client as client:
        client.flushall()
    with pytest.raises(RoomUnknown):
        await there.get("a")
    await here._poll()
    assert await there.get("a") == record
    with pytest.raises(RoomUnknown):
        await there.get("unused")


async def test_what_a_new_master_never_got_is_written_again_at_the_next_look(two, clean_redis):
    here, there = two
    record = await in_use(here)
    await here._poll()
    with clean_redis.client as client:
        client.delete("kuuki:room:a")
        await here._poll()
        with pytest.raises(RoomUnknown):
            await there.get("a")
        client.execute_command("DEBUG", "CHANGE-REPL-ID")  # as a replica that becomes the master does
    await here._poll()
    assert await there.get("a") == record


async def test_it_is_written_again_without_being_asked(two, clean_redis):
    here, there = two
    record = await in_use(here)
    with clean_redis.client as client:
        client.flushall()

    async def is_back():
        with contextlib.suppress(RoomUnknown):
            return await there.get("a") == record

    await until_answered(is_back, True)


async def test_one_node_of_a_cluster_that_forgot_is_told_again(redis_cluster: RedisCluster, clock):
    redis_cluster.flush()
    async with processes(redis_cluster, 2) as made, hearing(made, clock) as (here, there):
        records = [await in_use(here, room=f"room-{number}") for number in range(30)]
        with redis_cluster.nodes[1].client as client:
            client.flushall()
        await here._poll()
        assert [await there.get(record.room) for record in records] == records


async def test_a_room_closed_while_the_message_was_missed_is_closed_at_the_next_keep(two, clean_redis, clock):
    here, there = two
    record = await in_use(here, there)
    told = []
    there.on_removed(told.append)
    with clean_redis.client as client:
        client.set("kuuki:room:a", "closed")
    clock.now += ROOM_TOUCH_S - 1
    there.touch(record)
    clock.now += 1
    await there._poll()
    assert told == ["a"]
    there.touch(record)
    await there._poll()
    with pytest.raises(RoomUnknown):
        await there.get("a")
    assert told == ["a"]


async def test_after_a_closed_room_was_forgotten_too_who_heard_of_it_does_not_write_it(two, clean_redis):
    here, there = two
    record = await in_use(here, there)
    await here.remove("a")
    with clean_redis.client as client:
        assert 0 < client.ttl("kuuki:room:a") <= ROOM_CLOSED_S
        client.flushall()
    here.touch(record)
    await here._poll()
    with pytest.raises(RoomUnknown):
        await here.get("a")


async def test_a_room_in_use_here_can_be_closed_although_redis_forgot_it(two, clean_redis):
    here, there = two
    await in_use(here)
    with clean_redis.client as client:
        client.flushall()
    await here.remove("a")
    with pytest.raises(RoomUnknown):
        await there.get("a")


async def test_what_the_bus_did_not_take_is_told_later(two, monkeypatch):
    here, there = two
    await in_use(here, there)
    told = []
    there.on_removed(told.append)
    taken = here._bus.publish

    async def dropped(topic, message):
        return False

    monkeypatch.setattr(here._bus, "publish", dropped)
    await here.remove("a")
    monkeypatch.setattr(here._bus, "publish", taken)
    await here._poll()
    await until(lambda: told == ["a"])


async def test_redis_is_told_of_use_once_in_a_while_in_one_call_and_not_asked_for_what_is_in_use(
    two, clean_redis, clock
):
    here, _ = two
    records = [await in_use(here, room=f"room-{number}") for number in range(40)]

    def calls():
        with clean_redis.client as client:
            stats = client.info("commandstats")
        return {name: stats.get(f"cmdstat_{name}", {}).get("calls", 0) for name in ("evalsha", "expire", "get")}

    before = calls()
    for _ in range(60):
        clock.now += 1.0
        for record in records:
            here.touch(record)
            assert await here.get(record.room) == record
        await here._poll()
    after = calls()
    assert after["expire"] - before["expire"] == 2 * len(records)
    assert 60 + 2 <= after["evalsha"] - before["evalsha"] <= 60 + 4


@pytest.mark.deadlines
async def test_while_redis_is_away_rooms_in_use_are_known_and_others_are_not(two, clean_redis):
    here, _ = two
    record = await in_use(here)
    clean_redis.stop()
    try:
        assert await here.get("a") == record
        for act in (here.get("b"), here.add(RoomRecord("b")), here.remove("a")):
            with pytest.raises(Unavailable):
                await act
    finally:
        clean_redis.cont()
    assert await here.get("a") == record


async def test_no_secret_is_in_redis(two, clean_redis):
    here, _ = two
    secrets = Secrets.fresh()
    await here.add(RoomRecord("a").opened_by(secrets))
    with clean_redis.client as client:
        held = b"".join(client.get(key) for key in client.keys("*"))
    assert b'"room":"a"' in held
    assert not any(secret.encode() in held for secret in secrets)


async def test_what_is_no_record_is_no_room(two, clean_redis):
    here, _ = two
    with clean_redis.client as client:
        client.set("kuuki:room:a", "{}")
    with pytest.raises(RoomUnknown):
        await here.get("a")
