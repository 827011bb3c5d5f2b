"""Faults of the network, in namespaces of our own (root): 12, and 14 to 17."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import quantiles

from loadtests.faults.outcome import Outcome
from loadtests.faults.processes import People, start_people
from loadtests.faults.stand import stand
from tests.services.redis_servers import RedisServer

_LOSSY_PEOPLE = 100
_LOSSY_S = 60.0
_PATIENCE_S = 180.0
_REPOSITORY = Path(__file__).resolve().parents[2]


async def loss(percent: int) -> Outcome:
    """UDP loses that share of its datagrams each way, from before the first join."""
    outcome = Outcome(f"{percent} % loss each way, {_LOSSY_PEOPLE} clients")
    rule = f"iptables -A INPUT -p udp -m statistic --mode random --probability {percent / 100} -j DROP"
    inside = f"ip link set lo up && {rule} && exec {sys.executable} -m loadtests.faults.network_faults"
    process = await asyncio.create_subprocess_exec(
        "unshare", "--net", "sh", "-c", inside, stdout=subprocess.PIPE, cwd=_REPOSITORY
    )
    said, _ = await process.communicate()
    figures = json.loads(said)
    outcome.at_least("joined within 15 s", figures["joined_in_time"], 99, "%")
    outcome.at_least("client-seconds with a fresh value", figures["fresh"], 99.9, "%")
    outcome.equals("most counted", figures["most"], _LOSSY_PEOPLE)
    outcome.equals("ran backwards", figures["backwards"], 0)
    return outcome


async def lossy_5() -> Outcome:
    """5 % loss each way."""
    return await loss(5)


async def lossy_10() -> Outcome:
    """10 % loss each way."""
    return await loss(10)


async def lossy_20() -> Outcome:
    """20 % loss each way."""
    return await loss(20)


async def measure(people: int, seconds: float) -> dict[str, float]:
    """What people on a lossy network see; run where the loss is."""
    with RedisServer() as redis:
        async with stand(redis.url) as here:
            crowd = await start_people(here.url, here.watch.room, people, here.folder)
            here.people.append(crowd)
            await _until_joined(crowd)
            await asyncio.sleep(seconds)
            total = await crowd.finish()
            took_s = [each["took_s"] for each in crowd.events("joined")]
            return {
                "joined_in_time": 100 * sum(took <= 15 for took in took_s) / people,
                "join_p50_s": quantiles(took_s, n=2)[0],
                "fresh": 100 * (1 - total["stale"] / max(1, total["all"])),
                "most": here.watch.most(),
                "backwards": here.watch.ran_backwards() + len(crowd.events("backwards")),
                "ended_at": time.monotonic(),
            }


async def _until_joined(crowd: People) -> None:
    """Until everybody joined; who has not after so long is not waited for."""
    for _ in range(round(_PATIENCE_S / 0.5)):
        if len(crowd.events("joined")) >= crowd.people:
            return
        await asyncio.sleep(0.5)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(_LOSSY_PEOPLE, _LOSSY_S))))
