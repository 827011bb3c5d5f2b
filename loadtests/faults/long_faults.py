"""What takes minutes: the rolling restart of everything (10), and churn: a random kill every 15 s."""

import asyncio
import math
import signal
import sys
import time
from dataclasses import dataclass
from random import Random

from loadtests.faults.outcome import Outcome
from loadtests.faults.processes import Part
from loadtests.faults.stand import SIGNAL, Stand, stand
from loadtests.faults.watch import at_share
from loadtests.redis_servers import RedisServer

_KILL_EVERY_S = 15.0


async def rolling_restart(people: int = 300) -> Outcome:
    """Every gateway and every aggregator is replaced by a fresh one, one after the other, and Redis is restarted."""
    outcome = Outcome(f"rolling restart of all, {people} clients")
    with RedisServer(aof="always") as redis:
        async with stand(redis.url, gateways=3) as here:
            await here.add_hundreds(people)
            recorded = await _rows(here)
            began = time.monotonic()
            for part in [*here.aggregators, *here.gateways]:
                await _replace(here, part)
            dip = 100 * (people - here.watch.least(began)) / people
            await here.watch.until(people, 20, 2.0)
            await asyncio.to_thread(_restart, redis)
            await here.watch.until(people, 20, 2.0)
            outcome.at_most("the count dipped by", dip, 5.0, "%")
            kept = await _rows(here)
            outcome.equals("acknowledged rows lost", len(recorded - kept), 0)
            outcome.equals("rows were recorded meanwhile", len(kept) > len(recorded), True)
            await here.settle(outcome, people)
    return outcome


async def _replace(here: Stand, part: Part) -> None:
    await (here.add_gateway() if part.kind == SIGNAL else here.add_aggregator())
    await asyncio.sleep(3.0)  # as a rollout waits until the fresh one is ready and known
    await here.end(part, signal.SIGTERM)


def _restart(redis: RedisServer) -> None:
    redis.kill()
    redis.start()


async def _rows(here: Stand) -> set[str]:
    """The cursors of all rows that are recorded, which is to say: acknowledged."""
    cursors: set[str] = set()
    after = ""
    while True:
        url = f"{here.gateways[-1].url}/rooms/{here.watch.room}/timeline"
        async with here.http.get(url, params={"after": after} if after else {}) as answer:
            page = await answer.json()
        cursors |= {row["cursor"] for row in page["rows"]}
        if not page["next"] or page["next"] == after:
            return cursors
        after = page["next"]


async def redis_long_away(people: int = 60, away_s: float = 960.0) -> Outcome:
    """Redis is killed and comes back after 16 minutes: longer than any pause that doubles can be counted in."""
    outcome = Outcome(f"Redis away for {away_s / 60:g} min, 2 gateways, 2 aggregators")
    with RedisServer(aof="always") as redis:
        async with stand(redis.url, gateways=2) as here:
            await here.add_people(people)
            parts = [*here.gateways, *here.aggregators]
            before = [part.process.process.pid for part in parts]
            redis.kill()
            await asyncio.sleep(away_s)
            outcome.equals("processes that ended", sum(not part.process.is_alive for part in parts), 0)
            await asyncio.to_thread(redis.start)
            back_at = time.monotonic()
            outcome.at_most("full mix after it is back", await here.watch.until(people, 30, 1.0, back_at), 5.0)
            ready = [await _until_ready(here, part, back_at) for part in parts]
            outcome.at_most("every process is ready after", max(ready), 5.0)
            await here.end(here.aggregators[0])  # so that the other one must have come back too
            await here.watch.until(people, 30, 1.0)
            outcome.equals("the same processes", [part.process.process.pid for part in parts] == before, True)
            await here.settle(outcome, people)
    return outcome


async def _until_ready(here: Stand, part: Part, since: float) -> float:
    while await here.status(part, "/readyz") != 200:  # noqa: ASYNC110 - it is asked for
        await asyncio.sleep(0.05)
    return time.monotonic() - since


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: how many were on it, how many others were lost for a second, when each was back, when all were."""

    kind: str
    hit: int
    others_lost: int
    backs_s: list[float]
    whole_s: float


async def churn(people: int = 300, seconds: float = 300.0, seed: int = 1) -> Outcome:
    """A random gateway or aggregator is killed every 15 s, and another one started in its place at once."""
    outcome = Outcome(f"churn: {people} clients, 3 gateways, 2 aggregators, a kill every 15 s for {seconds:g} s")
    dice = Random(seed)
    kills: list[Kill] = []
    with RedisServer(aof="always") as redis:
        async with stand(redis.url, gateways=3, aggregators=2) as here:
            await here.add_hundreds(people)
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                began = time.monotonic()
                kills.append(await _kill_one(here, dice, people))
                print(f"  {_line(kills[-1])}", file=sys.stderr, flush=True)
                await asyncio.sleep(max(0.0, began + _KILL_EVERY_S - time.monotonic()))
            _judge(outcome, kills)
            await here.settle(outcome, people)
    return outcome


async def _kill_one(here: Stand, dice: Random, people: int) -> Kill:
    part = dice.choice([*here.gateways, *here.aggregators])
    hit = await here.peers(part) if part.kind == SIGNAL else 0
    killed_at = time.monotonic()
    await here.end(part)
    await (here.add_gateway() if part.kind == SIGNAL else here.add_aggregator())
    whole_s = await here.watch.until(people, 14, 1.0, killed_at)
    others_lost = max(0, people - here.watch.least_for(1.0, killed_at) - hit)
    return Kill(part.kind, hit, others_lost, here.watch.recounted(people, hit, killed_at), whole_s)


def _line(kill: Kill) -> str:
    """For who watches the run: how long the first, the middle and the last of those hit were out."""
    backs = kill.backs_s or [0.0]
    spread = " ".join(f"{each:.2f}" for each in (backs[0], backs[len(backs) // 2], backs[-1]))
    return f"{kill.kind}: {kill.hit} hit, back after {spread} s; whole after {kill.whole_s:.2f} s"


def _judge(outcome: Outcome, kills: list[Kill]) -> None:
    gateways = [kill for kill in kills if kill.kind == SIGNAL]
    outcome.equals("kills of gateways and of aggregators", all((gateways, len(gateways) < len(kills))), True)
    backs = sorted(seconds for kill in gateways for seconds in kill.backs_s)
    outcome.at_most(f"of {len(backs)} times that a client was hit, 95 % were counted again", at_share(backs, 0.95), 5.0)
    outcome.at_most("and all", backs[-1], 10.0)
    takeovers = [kill.whole_s for kill in kills if kill.kind != SIGNAL]
    outcome.at_most("a full mix after an aggregator's end", max(takeovers, default=math.inf), 3.0)
    outcome.equals("people lost for a second who were not hit", max(kill.others_lost for kill in kills), 0)
