"""Faults of the store and of the bus: 1 to 5."""

import asyncio
import time

from redis.crc import key_slot

from kuuki.many.bulletins import mixes_topic, partials_topic, shard_of
from loadtests.faults.hole import hole
from loadtests.faults.outcome import Outcome
from loadtests.faults.stand import Stand, stand
from loadtests.redis_groups import RedisCluster, RedisSentinels
from loadtests.redis_servers import RedisServer

PEOPLE = 60


async def redis_killed(people: int = PEOPLE) -> Outcome:
    """Redis is killed and comes back after 3 s."""
    outcome = Outcome("Redis SIGKILL, back after 3 s")
    with RedisServer(aof="always") as redis:
        async with stand(redis.url) as here:
            await here.add_people(people)
            killed_at = time.monotonic()
            redis.kill()
            outcome.at_most("stale after", await _until_stale(here, 5.0), 2.3)
            await asyncio.sleep(max(0.0, killed_at + 3.0 - time.monotonic()))
            await asyncio.to_thread(redis.start)
            back_at = time.monotonic()
            outcome.at_most("full mix after it is back", await here.watch.until(people, 15, 1.0, back_at), 2.0)
            await here.settle(outcome, people)
    return outcome


async def redis_stopped(people: int = PEOPLE) -> Outcome:
    """Redis is stopped for 10 s: connections stay, nothing answers."""
    outcome = Outcome("Redis SIGSTOP for 10 s")
    with RedisServer() as redis:
        async with stand(redis.url) as here:
            await here.add_people(people)
            before = max(part.process.rss_bytes() for part in here.gateways)
            redis.stop()
            outcome.at_most("stale after", await _until_stale(here, 5.0), 2.3)
            await asyncio.sleep(7.5)
            gateway = here.gateways[0]
            outcome.equals("live", await here.status(gateway, "/healthz"), 200)
            outcome.equals("ready", await here.status(gateway, "/readyz"), 503)
            grown = max(part.process.rss_bytes() for part in here.gateways) - before
            outcome.at_most("a gateway's memory grew by", grown / 1e6, 10.0, "MB")
            redis.cont()
            outcome.at_most("full mix after it goes on", await here.watch.until(people, 15, 1.0), 2.0)
            await here.settle(outcome, people)
    return outcome


async def redis_black_hole(people: int = PEOPLE) -> Outcome:
    """Nothing passes to or from Redis for 10 s, and no connection is reset."""
    outcome = Outcome("Redis black hole for 10 s (no RST)")
    with RedisServer() as redis:
        async with hole(redis.port) as wire, stand(wire.url) as here:
            await here.add_people(people)
            wire.passes.clear()
            outcome.at_most("stale after", await _until_stale(here, 5.0), 2.3)
            await asyncio.sleep(8.0)
            wire.passes.set()
            outcome.at_most("full mix after it heals", await here.watch.until(people, 15, 1.0), 5.0)
            await here.settle(outcome, people)
    return outcome


async def flushed(people: int = PEOPLE) -> Outcome:
    """The store loses everything, and then a gateway is killed, so that its people come back with forgotten seats."""
    outcome = Outcome("FLUSHALL, then a gateway SIGKILL")
    with RedisServer() as redis:
        async with stand(redis.url, gateways=3) as here:
            await here.add_people(people)
            with redis.client as client:
                client.flushall()
            flushed_at = time.monotonic()
            await asyncio.sleep(2.0)
            outcome.at_least("counted through the loss", here.watch.least(flushed_at), people, "people")
            await here.end(here.gateways[0])
            outcome.at_most("all counted again", await here.watch.until(people, 25, 2.0), 10.0)
            outcome.equals("most counted", here.watch.most(), people)
            async with here.http.get(f"{here.gateways[-1].url}/rooms/{here.watch.room}") as answer:
                outcome.equals("the room is known again", answer.status, 200)
            await here.settle(outcome, people)
    return outcome


async def failover(people: int = PEOPLE) -> Outcome:
    """The master of a sentinel set is killed; a slot of a cluster that carries the room moves."""
    outcome = Outcome("Sentinel failover; cluster slot move")
    with RedisSentinels() as redis:
        async with stand(redis.url) as here:
            await here.add_people(people)
            redis.master.kill()
            outcome.at_most("failover: full mix", await here.watch.until(people, 30, 2.0), 10.0)
            await here.settle(outcome, people)
    with RedisCluster() as cluster:
        async with stand(cluster.url) as here:
            await here.add_people(people)
            moved_at = time.monotonic()
            await asyncio.to_thread(_move_every_topic, cluster, here.watch.room)
            outcome.at_most("slot move: full mix", await here.watch.until(people, 30, 2.0, moved_at), 10.0)
            await here.settle(outcome, people)
    return outcome


def _move_every_topic(cluster: RedisCluster, room: str) -> None:
    """Give the slots that carry this room to other nodes."""
    for topic in (mixes_topic(room), partials_topic(shard_of(room))):
        slot = key_slot(topic.encode())
        owner = cluster.owner(slot)
        cluster.move(slot, next(node for node in cluster.nodes if node is not owner))


async def _until_stale(here: Stand, timeout_s: float) -> float:
    return max(await asyncio.gather(*(here.until_state(part, "stale", timeout_s) for part in here.gateways)))
