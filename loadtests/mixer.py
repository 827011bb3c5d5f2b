"""What mixing costs: ``python -m loadtests.mixer --gateways 1000 --people 1000``; one JSON line.

Three processes on a Redis of their own: an aggregator as in production; gateways that only publish what gateways
publish (``--people`` in each room of each, the number changing every tick; each has its rooms in an order of its own);
and this one, which subscribes to the rooms' mixes and compares each with the partials that it contains.
"""

import argparse
import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any

import msgpack
import uvloop

from kuuki.limits import SEQ_MAX
from kuuki.many.bulletins import (
    Policy,
    Roster,
    Stamp,
    decode_mix,
    encode_partials,
    mixes_topic,
    pack_steps,
    partials_topic,
    shard_of,
)
from kuuki.mood.frames import Mix, decode_from_gateway
from kuuki.mood.growth import FIRST
from kuuki.mood.mix import Calibration, Partial, SetSums, Sums
from kuuki.mood.privacy import Privacy, Rule
from kuuki.times import TICK_S
from loadtests.redis_servers import RedisServer
from loadtests.server import cpu_s_of
from services.aggregator.app import Aggregator
from services.runtime.metrics import Metrics
from services.runtime.redis.bus import RedisBus
from services.runtime.redis.client import RedisClient
from services.runtime.redis.leases import RedisLeases
from services.runtime.ticker import ticks

WARM_S = 5.0
"""Until the aggregator holds all leases, and every gateway was heard."""

WATCHED = 200
"""Rooms that are subscribed to, at most: this process must not be what is too slow."""

SLICES = 10
SLICE_S = 0.001
"""Gateways that tick together do so within about this many slices of this length."""

WEIGHTS = (5, 0, 5, 145, 20, 10, 70)
EXACT = Policy(Rule(Privacy.EXACT))
HEAD_OF_NOBODY = b"".join(map(msgpack.packb, ("gateway", 7, 9)))


def people_of(gateway: int, seq: int, people: int) -> int:
    """How many sense in each room of a gateway at a tick: a little more or less each time."""
    return people + (gateway * 31 + seq * 17) % 5 - 2


def partial_of(people: int) -> Partial:
    """Scores of so many, all alike."""
    squares = people * sum(weight * weight for weight in WEIGHTS)
    sums = Sums(people, tuple(people * weight for weight in WEIGHTS), squares)
    return Partial(people, (0, 1, 0, 2), sums, SetSums(people * 0x9E3779B1 & SEQ_MAX, sums))


@contextlib.asynccontextmanager
async def redis_bus(url: str) -> AsyncIterator[tuple[RedisClient, RedisBus]]:
    """A Redis client and a bus of one's own."""
    redis_client = RedisClient(url)
    bus = RedisBus(redis_client, Metrics())
    try:
        yield redis_client, bus
    finally:
        await bus.close()
        await redis_client.close()


# --- the aggregator


async def aggregate(asked: argparse.Namespace) -> None:
    """Mix until killed; every second a line: when, and how many mixes were published."""
    async with redis_bus(asked.url) as (redis_client, bus):
        metrics = Metrics()
        leases = RedisLeases(redis_client, "aggregator", metrics)
        aggregator = Aggregator(bus, leases, metrics, Calibration(), b"veil")
        async with asyncio.TaskGroup() as group:
            group.create_task(leases.run())
            group.create_task(aggregator.run())
            async for _ in ticks(1.0):
                published = metrics.registry.get_sample_value("kuuki_mixes_published_total")
                print(json.dumps([time.monotonic(), published]), flush=True)


# --- the gateways


async def simulate(asked: argparse.Namespace) -> None:
    """Publish what so many gateways do; at the end one line: for each tick, when each slice was handed to the bus."""
    by_shard: dict[int, list[str]] = defaultdict(list)
    for number in range(asked.rooms):
        by_shard[shard_of(room_id(number))].append(room_id(number))
    sent: dict[int, list[float]] = {}
    async with redis_bus(asked.url) as (_, bus):
        seq = 0
        async for _ in ticks(TICK_S, time.time):
            seq += 1
            sent[seq] = []
            for slice_ in range(SLICES):
                gateways = range(slice_, asked.gateways, SLICES)
                sent[seq].append(time.monotonic())
                await bus.publish_all(
                    [each for gateway in gateways for each in bulletins(gateway, seq, by_shard, asked)]
                )
                await asyncio.sleep(SLICE_S)
            if seq * TICK_S > WARM_S + asked.seconds + 1.0:
                break
    print(json.dumps(sent))


def bulletins(gateway: int, seq: int, by_shard: dict[int, list[str]], asked: argparse.Namespace) -> Iterator[Any]:
    """What a gateway publishes in a tick."""
    people = people_of(gateway, seq, asked.people // asked.share)
    head = b"".join(map(msgpack.packb, (str(gateway), seq, 0)))
    for shard, rooms in by_shard.items():
        start, rest = said_of(shuffled(tuple(rooms), gateway), people)
        yield partials_topic(shard), start + head + rest


@cache
def shuffled(rooms: tuple[str, ...], gateway: int) -> tuple[str, ...]:
    """A gateway has its rooms in the order in which people came to them."""
    return tuple(Random(gateway).sample(rooms, len(rooms)))


@cache
def said_of(rooms: tuple[str, ...], people: int) -> tuple[bytes, bytes]:
    """A bulletin before its stamp and term, and after: the same for every gateway that has so many people."""
    roster, steps = Roster.of(dict.fromkeys(rooms, EXACT)), pack_steps([FIRST] * len(rooms))
    message = encode_partials(Stamp("gateway", 7), 9, roster, [partial_of(people)] * len(rooms), steps)
    start, head, rest = message.partition(HEAD_OF_NOBODY)
    if not head:
        raise RuntimeError("bulletins have another layout")
    return start, rest


def room_id(number: int) -> str:
    """The id of a room by its number."""
    return f"room-{number:05}"


# --- who watches


@dataclass
class Watch:
    """Holds each mix against what is in it."""

    asked: argparse.Namespace
    mixes: int = 0
    wrong: int = 0
    incomplete: int = 0
    heard: list[tuple[float, list[tuple[int, int]]]] = field(default_factory=list)
    ats: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def hear(self, message: bytes) -> None:
        """A mix from the bus."""
        now = time.monotonic()
        bulletin = decode_mix(message)
        mix = decode_from_gateway(bulletin.frame)
        stamps = [(int(stamp.gateway), stamp.seq) for stamp in bulletin.contains]
        each = self.asked.people // self.asked.share
        people = sum(people_of(gateway, seq, each) for gateway, seq in stamps)
        self.mixes += 1
        self.wrong += not (isinstance(mix, Mix) and mix.at_least == mix.at_most == people)
        self.incomplete += len(stamps) != self.asked.gateways
        self.ats[bulletin.room].append(now)
        if bulletin.room == room_id(0):
            self.heard.append((now, stamps))

    def forget(self) -> None:
        """Begin to count: the aggregator holds all leases and has heard every gateway."""
        self.mixes = self.wrong = self.incomplete = 0
        self.heard.clear()
        self.ats.clear()

    def latencies_ms(self, sent: dict[str, list[float]]) -> list[float]:
        """Of one room: from each gateway's partial to the first mix with it."""
        seen: set[tuple[int, int]] = set()
        found = []
        for at, stamps in self.heard:
            for gateway, seq in stamps:
                if (gateway, seq) not in seen:
                    seen.add((gateway, seq))
                    found.append((at - sent[str(seq)][gateway % SLICES]) * 1000)
        return found

    def closest_s(self) -> float:
        """The shortest time between two mixes of a room."""
        return min((later - at for ats in self.ats.values() for at, later in pairwise(ats)), default=0.0)


async def watch(asked: argparse.Namespace, url: str, aggregator: int) -> tuple[Watch, float, float]:
    """What was seen, the aggregator's share of a core meanwhile, and when that began."""
    seen = Watch(asked)
    rooms = [room_id(number) for number in range(0, asked.rooms, -(-asked.rooms // WATCHED))]
    async with redis_bus(url) as (_, bus):
        warm = asyncio.create_task(asyncio.sleep(WARM_S))
        await asyncio.gather(*(bus.subscribe(mixes_topic(room), seen.hear) for room in rooms))
        await warm
        seen.forget()
        began, before = time.monotonic(), cpu_s_of(aggregator)
        await asyncio.sleep(asked.seconds)
        return seen, (cpu_s_of(aggregator) - before) / (time.monotonic() - began), began


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """Run the three processes; the measurement as an object."""
    with RedisServer() as server, contextlib.ExitStack() as stack:
        aggregator = stack.enter_context(part("aggregator", asked, server.url))
        gateways = stack.enter_context(part("gateways", asked, server.url))
        seen, share, began = uvloop.run(watch(asked, server.url, aggregator.pid))
        sent = json.loads(gateways.communicate(timeout=30)[0])
        aggregator.kill()
        lines = aggregator.communicate()[0].splitlines()
        said = [json.loads(line) for line in lines if line.startswith("[")]
        print(*(line for line in lines if not line.startswith("[")), sep="\n", end="", file=sys.stderr)  # its log
    published = [(at, count) for at, count in said if began <= at <= began + asked.seconds]
    (first_at, first), (last_at, last) = published[0], published[-1]
    latencies = sorted(seen.latencies_ms(sent))
    return {
        "gateways": asked.gateways,
        "rooms": asked.rooms,
        "people": asked.people // asked.share * asked.gateways * asked.rooms,
        "aggregator_cores": round(share, 3),
        "mixes_per_s": round((last - first) / (last_at - first_at), 1),
        "rooms_watched": len(seen.ats),
        "mixes_checked": seen.mixes,
        "count_exact": seen.mixes > 0 and seen.wrong == 0,
        "incomplete": seen.incomplete,
        "closest_ms": round(seen.closest_s() * 1000, 1),
        "partial_to_mix_ms": {
            "p50": round(statistics.median(latencies), 1),
            "p99": round(latencies[int(len(latencies) * 0.99)], 1),
        },
    }


@contextlib.contextmanager
def part(name: str, asked: argparse.Namespace, url: str) -> Iterator["subprocess.Popen[str]"]:
    """A process of this file's."""
    options = [f"--{option}={value}" for option, value in vars(asked).items() if option not in ("part", "url", "share")]
    command = [sys.executable, "-m", "loadtests.mixer", f"--part={name}", f"--url={url}", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def main() -> None:
    """One measurement."""
    options = argparse.ArgumentParser(prog="python -m loadtests.mixer", description=__doc__)
    options.add_argument("--gateways", type=int, default=1000, choices=range(1, 2001), metavar="1..2000")
    options.add_argument("--rooms", type=int, default=1, choices=range(1, 10_001), metavar="1..10000")
    options.add_argument("--people", type=int, default=1000, help="in each room: of each gateway, if there is one room")
    options.add_argument("--seconds", type=float, default=20.0)
    options.add_argument("--part", choices=["aggregator", "gateways"], help=argparse.SUPPRESS)
    options.add_argument("--url", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if not 3 <= asked.seconds <= 120:
        options.error("--seconds: 3 to 120")
    asked.share = 1 if asked.rooms == 1 else asked.gateways
    if asked.people // asked.share < 3:
        options.error("--people: three or more at each gateway")
    if asked.part is None:
        print(json.dumps(run(asked)))
    else:
        uvloop.run({"aggregator": aggregate, "gateways": simulate}[asked.part](asked))


if __name__ == "__main__":
    main()
