"""Faults of processes and of people: 6 to 9, 11, 18 and 19; and 22, a gateway that is added."""

import asyncio
import signal
import socket
import time
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from loadtests.faults.outcome import Outcome
from loadtests.faults.stand import stand
from loadtests.faults.watch import at_share
from loadtests.redis_servers import RedisServer

PEOPLE = 60
_GATEWAY_KILL_PEOPLE = 200
_KILLS = 8
_TAKE_OVER_S = 5.0
_SHARE = 0.8
"""Of an even share, what a new gateway must get: it leaves differences of 10 people as they are."""
_EVEN_PATIENCE_S = 40.0


async def gateway_killed(people: int = _GATEWAY_KILL_PEOPLE) -> Outcome:
    """A gateway is killed with a third of the people on it."""
    outcome = Outcome(f"gateway SIGKILL, {people} clients on three")
    with RedisServer() as redis:
        async with stand(redis.url, gateways=3) as here:
            await here.add_hundreds(people)
            hit = await here.peers(here.gateways[0])
            killed_at = time.monotonic()
            await here.end(here.gateways[0])
            await here.watch.until(people, 40, 2.0, killed_at)
            backs = here.watch.recounted(people, hit, killed_at)
            outcome.at_most(f"95 % of {hit} that were on it are counted again", at_share(backs, 0.95), 5.0)
            outcome.at_most("all", backs[-1], 10.0)
            await here.settle(outcome, people)
    return outcome


async def gateway_drained(people: int = PEOPLE) -> Outcome:
    """A gateway is told to stop: its people are moved first."""
    outcome = Outcome("gateway SIGTERM")
    with RedisServer() as redis:
        async with stand(redis.url, gateways=3) as here:
            await here.add_people(people)
            told_at = time.monotonic()
            part = here.gateways[0]
            ending = asyncio.create_task(here.end(part, signal.SIGTERM))
            await asyncio.sleep(0.3)
            outcome.equals("ready while it drains", await here.status(part, "/readyz"), 503)
            await ending
            outcome.at_most("the process took", time.monotonic() - told_at, 40.0)
            await here.watch.until(people, 10, 1.0)
            dip = (people - here.watch.least(told_at)) / people
            outcome.at_most("the count dipped by", 100 * dip, 5.0, "%")
            await here.settle(outcome, people)
    return outcome


async def gateway_added(people: int = PEOPLE) -> Outcome:
    """A gateway is added to one that has everybody: it gets its share."""
    outcome = Outcome("no fault: a gateway is added to one with all clients")
    with RedisServer() as redis:
        async with stand(redis.url, gateways=1) as here:
            await here.add_people(people)
            fresh, added_at = await here.add_gateway(), time.monotonic()
            share = 0
            while share < _SHARE * people / 2 and time.monotonic() - added_at < _EVEN_PATIENCE_S:
                await asyncio.sleep(0.2)
                share = await here.peers(fresh)
            outcome.equals("it has its share", share >= _SHARE * people / 2, True)
            outcome.at_most("after", time.monotonic() - added_at, 15.0)
            await here.watch.until(people, 10, 2.0)
            dip = (people - here.watch.least(added_at)) / people
            outcome.at_most("the count dipped by", 100 * dip, 5.0, "%")
            await here.settle(outcome, people)
    return outcome


async def aggregator_killed(people: int = PEOPLE) -> Outcome:
    """The aggregator that publishes is killed; the standby takes over."""
    outcome = Outcome("aggregator SIGKILL")
    with RedisServer() as redis:
        async with stand(redis.url, aggregators=2) as here:
            await here.add_people(people)
            took_s: list[float] = []
            for _ in range(_KILLS):  # who holds the room's shard cannot be seen from outside
                before = here.watch.seen[-1].term
                killed_at = time.monotonic()
                await here.end(here.aggregators[0])
                await asyncio.sleep(_TAKE_OVER_S)
                later = [each for each in here.watch.since(killed_at) if each.term > before]
                if later:
                    took_s.append(later[0].at - killed_at)
                    break
                await here.add_aggregator()
                await asyncio.sleep(_TAKE_OVER_S)
            outcome.equals("a higher term came", bool(took_s), True)
            outcome.at_most("the standby publishes after", max(took_s, default=99.0), 3.0)
            await here.watch.until(people, 10, 2.0)
            await here.settle(outcome, people)
    return outcome


async def aggregator_frozen(people: int = PEOPLE) -> Outcome:
    """The publishing aggregator is stopped for 5 s and goes on, as if nothing had been."""
    outcome = Outcome("two aggregators, one frozen for 5 s and resumed")
    with RedisServer() as redis:
        async with stand(redis.url, aggregators=2) as here:
            await here.add_people(people)
            for part in list(here.aggregators):
                part.process.tell(signal.SIGSTOP)
                frozen_at = time.monotonic()
                await asyncio.sleep(5.0)
                part.process.tell(signal.SIGCONT)
                await here.watch.until(people, 10, 2.0, frozen_at + 3.0)
            await here.settle(outcome, people)
    return outcome


async def client_killed(people: int = PEOPLE) -> Outcome:
    """A third of the people are killed."""
    outcome = Outcome("client SIGKILL")
    with RedisServer() as redis:
        async with stand(redis.url) as here:
            await here.add_people(people)
            gone = await here.add_people(people // 2)
            here.people.remove(gone)
            killed_at = time.monotonic()
            await gone.process.end()
            outcome.at_most("out of the mix", await here.watch.until(people, 10, 2.0, killed_at), 3.0)
    return outcome


def _faketime() -> Path:
    """The library; its command would stand between us and the process that is to be killed."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


async def clocks_wrong(people: int = PEOPLE) -> Outcome:
    """A gateway and an aggregator whose wall clocks are an hour off."""
    outcome = Outcome("clock ±1 h")
    fake = ["env", f"LD_PRELOAD={_faketime()}", "FAKETIME_DONT_FAKE_MONOTONIC=1"]
    with RedisServer() as redis:
        async with stand(redis.url, gateways=1, aggregators=1) as here:
            await here.add_people(people)
            since = time.monotonic()
            await here.add_gateway([*fake, "FAKETIME=+1h"])
            await here.add_aggregator([*fake, "FAKETIME=-1h"])
            await here.add_people(people, here.gateways[-1].url)
            outcome.equals("counted", here.watch.seen[-1].people, 2 * people)
            await here.end(here.aggregators[0])
            await here.watch.until(2 * people, 15, 2.0)
            outcome.equals("stale or late", sum(each.age_ms > 2000 for each in here.watch.since(since)), 0)
            await here.settle(outcome, 2 * people)
    return outcome


async def slow_dashboard(people: int = PEOPLE, seconds: float = 20.0) -> Outcome:
    """Somebody opens an event stream and does not read it."""
    outcome = Outcome("slow dashboard")
    with RedisServer() as redis:
        async with stand(redis.url, gateways=1) as here:
            await here.add_people(people)
            where = urlsplit(here.gateways[0].url)
            with socket.create_connection((where.hostname or "", where.port or 0)) as lazy:
                lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                ask = (
                    f"GET /rooms/{here.watch.room}/mix HTTP/1.1",
                    f"Host: {where.netloc}",
                    "Accept: text/event-stream",
                )
                lazy.sendall("\r\n".join([*ask, "", ""]).encode())
                before, since = here.gateways[0].process.rss_bytes(), time.monotonic()
                await asyncio.sleep(seconds)
                grown = here.gateways[0].process.rss_bytes() - before
            seen = here.watch.since(since)
            gaps = [after.at - each.at for each, after in pairwise(seen)]
            outcome.at_most("longest gap at another viewer", max(gaps), 0.6)
            outcome.at_most("memory grew by", grown / 1e6, 5.0, "MB")
            await here.settle(outcome, people)
    return outcome
