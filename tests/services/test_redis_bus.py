"""What the bus on Redis does when things go wrong. (tests/services/test_bus.py holds it to the contract.)"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest
from redis.crc import key_slot

from kuuki.errors import Unavailable
from kuuki.limits import BUS_FLIGHT_BYTES
from kuuki.times import BUS_CUT_S, BUS_SETTLE_S, PUBLISH_S
from loadtests.redis_groups import RedisCluster, RedisSentinels
from loadtests.redis_servers import RedisServer
from services.runtime.redis import single_node
from services.runtime.redis.url import Address, Target, parse_url
from tests.patience import until
from tests.services.redis_buses import Process, processes, settled
from tests.services.relay import Relay

pytestmark = [pytest.mark.redis, pytest.mark.usefixtures("quiet")]


class Diary:
    """What a subscriber heard and lost, in order."""

    def __init__(self) -> None:
        self.lines: list[bytes | None] = []

    def hear(self, message: bytes) -> None:
        self.lines.append(message)

    def lose(self) -> None:
        self.lines.append(None)


async def keep_publishing(process: Process, topic: str, sent: list[bytes]) -> None:
    """A number at every twentieth of a second, for ever; ``sent`` has those that were handed over."""
    number = 0
    while True:
        message = b"%d" % number
        if await process.bus.publish(topic, message):
            sent.append(message)
        number += 1
        await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def publishing(process: Process, topic: str) -> AsyncIterator[list[bytes]]:
    sent: list[bytes] = []
    task = asyncio.create_task(keep_publishing(process, topic, sent))
    try:
        yield sent
    finally:
        task.cancel()
        await asyncio.wait([task])


def numbers(diary: Diary) -> list[int]:
    return [int(line) for line in diary.lines if line is not None]


def assert_gaps_are_told(diary: Diary) -> None:
    """Numbers grow by one but where something was lost, and never come twice or late."""
    former: int | None = None
    for line in diary.lines:
        if line is None:
            former = None
        else:
            assert former is None or int(line) == former + 1, diary.lines
            former = int(line)
    assert numbers(diary) == sorted(set(numbers(diary)))


async def test_redis_killed_and_started_again_is_used_again():
    with RedisServer() as server:
        async with processes(server, 2) as (one, other):
            diary = Diary()
            await one.bus.subscribe("a", diary.hear, diary.lose)
            async with publishing(other, "a"):
                await until(lambda: len(diary.lines) > 3)
                server.kill()
                await until(lambda: one.bus._nodes.connections[0]._connection is None and not one.bus.is_well)
                assert not await one.bus.publish("a", b"x")
                with pytest.raises(Unavailable):
                    await one.bus.publish_counted("a", b"x")
                await asyncio.sleep(1.0)
                server.start()
                await until(lambda: one.bus.is_well and other.bus.is_well)
                heard = len(diary.lines)
                await until(lambda: len(diary.lines) > heard + 3)
            assert diary.lines.count(None) == 1
            assert_gaps_are_told(diary)
            assert one.count("reconnects_total") == 1
            assert other.count("messages_dropped_total", reason="away") > 0


async def test_redis_stopped_for_a_while_is_used_again_at_once_and_nothing_old_comes():
    with RedisServer() as server:
        async with processes(server, 2) as (one, other):
            diary = Diary()
            await one.bus.subscribe("a", diary.hear, diary.lose)
            async with publishing(other, "a") as sent:
                await until(lambda: len(diary.lines) > 3)
                server.stop()
                try:
                    await until(lambda: not one.bus.is_well)
                    await asyncio.sleep(2.5)
                    assert not await other.bus.publish("a", b"-1")
                    last = int(sent[-1])
                finally:
                    server.cont()
                await until(lambda: one.bus.is_well and other.bus.is_well)
                heard = len(diary.lines)
                await until(lambda: len(diary.lines) > heard + 3)
            assert_gaps_are_told(diary)
            back = diary.lines.index(None)
            after = [int(line) for line in diary.lines[back + 1 :] if line is not None]
            assert min(after) > last
            assert other.count("messages_dropped_total", reason="late") > 0


async def test_a_process_that_was_stopped_does_not_believe_what_waited_for_it():
    """Its wire is full of messages; how late they are it knows by its own beats."""
    with RedisServer() as server:
        async with processes(server, 2) as (one, other):
            diary = Diary()
            await one.bus.subscribe("a", diary.hear, diary.lose)
            await other.bus.publish("a", b"0")
            await until(lambda: diary.lines == [b"0"])
            connection = one.bus._nodes.connections[0]
            connection._heartbeats.newest_back -= BUS_CUT_S  # as if nothing had run here for so long
            await other.bus.publish("a", b"1")
            await until(lambda: one.bus.is_well and None in diary.lines)
            await other.bus.publish("a", b"2")
            await until(lambda: diary.lines == [b"0", None, b"2"])


async def test_a_black_hole_heals_soon_after_it_ends():
    with RedisServer() as server:
        async with (
            Relay(server.port) as relay,
            processes(relay.url, 1) as (one,),
            processes(server, 1) as (other,),
        ):
            diary = Diary()
            await one.bus.subscribe("a", diary.hear, diary.lose)
            async with publishing(other, "a"):
                await until(lambda: len(diary.lines) > 3)
                relay.swallow()
                await until(lambda: not one.bus.is_well)
                assert other.bus.is_well
                await asyncio.sleep(2.5)
                relay.forward()
                await until(lambda: one.bus.is_well)
                heard = len(diary.lines)
                await until(lambda: len(diary.lines) > heard + 3)
            assert None in diary.lines
            assert_gaps_are_told(diary)


async def test_what_the_network_did_not_take_in_time_never_arrives():
    with RedisServer() as server:
        async with (
            Relay(server.port) as relay,
            processes(relay.url, 1) as (one,),
            processes(server, 1) as (other,),
        ):
            diary = Diary()
            await other.bus.subscribe("a", diary.hear, diary.lose)
            relay.stop_reading()
            raw = one.bus._nodes.connections[0]._connection._written._transport.get_extra_info("socket")
            raw.setsockopt(
                socket.SOL_SOCKET, socket.SO_SNDBUF, 400_000
            )  # the kernel takes it, and has it to throw away
            assert await one.bus.publish_all([("a", b"x" * 20_000)] * 50)
            await until(lambda: one.bus._nodes.connections[0]._connection is None)
            relay.forward()
            await until(lambda: one.bus.is_well)
            assert await one.bus.publish("a", b"new")
            await until(lambda: b"new" in diary.lines)
            assert len(diary.lines) < 10  # what the relay's machine had taken already
            assert one.count("messages_dropped_total", reason="unconfirmed") >= 50 - len(diary.lines)


async def test_a_new_connection_is_not_believed_before_what_the_former_left_has_passed(clean_redis: RedisServer):
    async with processes(clean_redis, 2) as (one, other):
        diary = Diary()
        await one.bus.subscribe("a", diary.hear, diary.lose)
        loop = asyncio.get_running_loop()
        await asyncio.sleep(1.05)  # a connection that was good: the next is tried at once
        one.bus._nodes.connections[0]._cut()
        since = loop.time()
        while None not in diary.lines:
            await other.bus.publish("a", b"1")
            await asyncio.sleep(0.002)
        assert diary.lines[0] is None
        assert loop.time() - since >= BUS_SETTLE_S


async def test_what_is_in_flight_is_bounded():
    with RedisServer() as server:
        async with processes(server, 1) as (one,):
            server.stop()
            try:
                big = b"x" * 1_000_000
                results = [await one.bus.publish("a", big) for _ in range(20)]
                assert results == [True] * 8 + [False] * 12
                assert one.bus._nodes.connections[0].publisher.flight_bytes <= BUS_FLIGHT_BYTES
                assert one.count("messages_dropped_total", reason="full") == 12
                await asyncio.sleep(PUBLISH_S + 0.1)
                assert not await one.bus.publish("a", b"small")
            finally:
                server.cont()
            await until(lambda: one.bus.is_well)
            assert await one.bus.publish("a", b"small")


async def test_a_connection_that_is_gone_publishes_nothing_more():
    """The next connection ends what is left of it in Redis, before it publishes itself."""
    with RedisServer() as server:
        async with Relay(server.port) as relay, processes(relay.url, 1) as (one,):
            relay.keep_behind()
            with server.client as client:
                mine = [each for each in client.client_list() if each["name"] == "kuuki-bus"]
                assert len(mine) == 1
                one.bus._nodes.connections[0]._cut()
                await until(lambda: one.bus.is_well)
                now = [each for each in client.client_list() if each["name"] == "kuuki-bus"]
            assert len(now) == 1
            assert now[0]["id"] != mine[0]["id"]


async def test_who_reads_too_slowly_is_cut_by_redis_and_is_told():
    options = ("client-output-buffer-limit pubsub 200kb 0 0",)
    with RedisServer(options=options) as server:
        async with (
            Relay(server.port) as relay,
            processes(relay.url, 1) as (slow,),
            processes(server, 2) as (quick, publisher),
        ):
            diary, others = Diary(), Diary()
            await slow.bus.subscribe("a", diary.hear, diary.lose)
            await quick.bus.subscribe("a", others.hear, others.lose)
            relay.stop_reading()
            for _ in range(100):
                assert await publisher.bus.publish("a", b"x" * 100_000)
                await asyncio.sleep(0.002)
            await settled(quick, publisher)
            relay.forward()
            await until(lambda: slow.bus.is_well and None in diary.lines)
            await publisher.bus.publish("a", b"new")
            await until(lambda: diary.lines[-1] == b"new")
            assert len([line for line in others.lines if line]) == 101
            assert None not in others.lines


async def test_flushall_loses_nothing(clean_redis: RedisServer):
    async with processes(clean_redis, 2) as (one, other):
        diary = Diary()
        await one.bus.subscribe("a", diary.hear, diary.lose)
        await other.bus.publish("a", b"1")
        with clean_redis.client as client:
            client.flushall()
        await other.bus.publish("a", b"2")
        await settled(other, one)
        assert diary.lines == [b"1", b"2"]


async def test_who_subscribes_while_redis_is_away_hears_when_it_is_back():
    with RedisServer() as server:
        async with processes(server, 2) as (one, other):
            server.kill()
            await until(lambda: not one.bus.is_well)
            diary = Diary()
            await one.bus.subscribe("a", diary.hear, diary.lose)
            assert not one.bus.hears("a")
            server.start()
            await until(lambda: one.bus.hears("a") and other.bus.is_well)
            await other.bus.publish("a", b"1")
            await until(lambda: diary.lines == [None, b"1"])


async def test_what_was_lost_is_told_before_anything_newer_but_not_to_who_has_left(clean_redis: RedisServer):
    async with processes(clean_redis, 2) as (one, other):
        diary, left = Diary(), Diary()
        (await one.bus.subscribe("a", left.hear, left.lose)).close()
        await one.bus.subscribe("a", diary.hear, diary.lose)
        one.bus._nodes.connections[0]._cut()
        await until(lambda: one.bus.is_well)
        await other.bus.publish("a", b"1")
        await until(lambda: diary.lines == [None, b"1"])
        assert left.lines == []


async def test_topics_that_nobody_hears_leave_nothing_behind(clean_redis: RedisServer):
    async with processes(clean_redis, 1) as (one,):
        for number in range(200):
            subscription = await one.bus.subscribe(f"t{number}", lambda message: None)
            await one.bus.publish(f"t{number}", b"1")
            subscription.close()
        await settled(one)
        assert not one.bus._topics
        assert not one.bus._nodes.connections[0].subscriptions.topics
        with clean_redis.client as client:
            assert [topic for topic in client.pubsub_channels() if topic.startswith(b"t")] == []


async def test_a_topic_of_many_here_is_one_to_redis(clean_redis: RedisServer):
    async with processes(clean_redis, 2) as (one, other):
        diary = Diary()
        for _ in range(5):
            await one.bus.subscribe("a", diary.hear)
        assert await other.bus.publish_counted("a", b"1") == 1
        assert await other.bus.publish_counted("nobody", b"1") == 0
        await settled(other, one)
        assert diary.lines == [b"1"] * 5
        assert one.count("messages_received_total") == 1
        assert other.count("messages_published_total") >= 2


def topics_by_owner(cluster: RedisCluster) -> dict[int, str]:
    """A topic on each node, by the node's port."""
    found: dict[int, str] = {}
    number = 0
    while len(found) < 3:
        topic = f"topic.{number}"
        found.setdefault(cluster.owner(key_slot(topic.encode())).port, topic)
        number += 1
    return found


async def test_a_slot_that_moves_takes_its_topics_along(redis_cluster: RedisCluster):
    (from_port, topic), (_, still), *_ = topics_by_owner(redis_cluster).items()
    slot = key_slot(topic.encode())
    to = next(node for node in redis_cluster.nodes if node.port != from_port)
    async with processes(redis_cluster, 2) as (one, other):
        moving, staying = Diary(), Diary()
        await one.bus.subscribe(topic, moving.hear, moving.lose)
        await one.bus.subscribe(still, staying.hear, staying.lose)
        async with publishing(other, topic), publishing(other, still):
            await until(lambda: len(moving.lines) > 2 and len(staying.lines) > 2)
            await asyncio.to_thread(redis_cluster.move, slot, to)
            await until(lambda: None in moving.lines)
            heard = len(moving.lines)
            await until(lambda: len(moving.lines) > heard + 3)
        assert_gaps_are_told(moving)
        assert_gaps_are_told(staying)
        assert None not in staying.lines
        assert one.bus.is_well
        with redis_cluster.owner(slot).client as client:
            assert redis_cluster.owner(slot) is to
            assert client.execute_command("PUBSUB", "SHARDNUMSUB", topic)[1] == 1


async def test_a_failover_of_a_node_moves_its_topics_to_the_replica():
    with RedisCluster(replicas=1) as cluster:
        topics = topics_by_owner(cluster)
        victim = cluster.nodes[0]
        async with processes(cluster, 2) as (one, other):
            diaries = {port: Diary() for port in topics}
            for port, topic in topics.items():
                await one.bus.subscribe(topic, diaries[port].hear, diaries[port].lose)
            async with publishing(other, topics[victim.port]):
                await until(lambda: len(diaries[victim.port].lines) > 2)
                victim.stop()
                await until(lambda: not one.bus.is_well)
                await until(lambda: one.bus.is_well and other.bus.is_well)
                heard = len(diaries[victim.port].lines)
                await until(lambda: len(diaries[victim.port].lines) > heard + 3)
            assert None in diaries[victim.port].lines
            assert_gaps_are_told(diaries[victim.port])
            assert all(diaries[port].lines == [] for port in topics if port != victim.port)


async def test_a_failover_by_sentinels_is_followed():
    with RedisSentinels() as sentinels:
        async with processes(sentinels, 2) as (one, other):
            diary = Diary()
            await one.bus.subscribe("a", diary.hear, diary.lose)
            async with publishing(other, "a"):
                await until(lambda: len(diary.lines) > 2)
                sentinels.sentinels[0].stop()
                sentinels.master.stop()
                await until(lambda: not one.bus.is_well)
                await until(lambda: one.bus.is_well and other.bus.is_well)
                heard = len(diary.lines)
                await until(lambda: len(diary.lines) > heard + 3)
            assert diary.lines.count(None) == 1
            assert_gaps_are_told(diary)
            replica = sentinels.replicas[0]
            with replica.client as client:
                assert client.pubsub_numsub("a")[0][1] == 1


async def test_of_sentinels_that_disagree_the_newest_word_comes_first(monkeypatch: pytest.MonkeyPatch):
    words = {1: (6, Address("old", 1)), 2: (7, Address("new", 1)), 3: None, 4: (6, Address("old", 1))}

    async def ask(target: Target, sentinel: Address) -> tuple[int, Address] | None:
        return words[sentinel.port]

    monkeypatch.setattr(single_node, "_ask_sentinel", ask)
    target = parse_url("redis+sentinel://a:1,a:2,a:3,a:4/kuuki")
    assert await single_node.locate(target) == [Address("new", 1), Address("old", 1)]


async def test_a_master_that_becomes_a_copy_is_left():
    with RedisServer() as server, RedisServer() as master:
        async with processes(server, 1) as (one,):
            with server.client as client:
                client.replicaof("127.0.0.1", str(master.port))
                await until(lambda: not one.bus.is_well)
                assert not await one.bus.publish("a", b"1")
                client.replicaof("NO", "ONE")
            await until(lambda: one.bus.is_well)


async def test_a_password_is_needed_and_never_said(capsys: pytest.CaptureFixture[str]):
    with RedisServer(options=("requirepass hush-hush",)) as server:
        wrong = Process(f"redis://:not-hush@127.0.0.1:{server.port}")
        try:
            await asyncio.sleep(0.3)
            assert not wrong.bus.is_well
        finally:
            await wrong.close()
        async with processes(f"redis://:hush-hush@127.0.0.1:{server.port}", 1) as (one,):
            assert await one.bus.publish("a", b"1")
    said = capsys.readouterr()
    assert "hush" not in said.out + said.err
