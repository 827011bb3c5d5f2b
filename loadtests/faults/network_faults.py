"""Faults of the network, in a namespace of our own (root): another address (12), loss (14 to 16), a bottleneck (17)."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from loadtests.faults.outcome import Outcome
from loadtests.faults.processes import People, Process, start_people
from loadtests.faults.stand import Stand, stand
from loadtests.faults.watch import Watch, at_share
from loadtests.redis_servers import RedisServer

_LOSSY_PEOPLE = 100
_LOSSY_S = 60.0
_PATIENCE_S = 180.0
_MOVING_PEOPLE = 20
_STAYING_PEOPLE = 40
_NARROW_PEOPLE = 16
_NARROW_S = 30.0
_NARROW_KBIT = 256
_REPOSITORY = Path(__file__).resolve().parents[2]

Figures = dict[str, Any]


async def _inside(what: str, *words: str, prepare: str = "true") -> Figures:
    """The figures of a part of this file that runs in a network namespace of its own."""
    command = f"ip link set lo up && {prepare} && exec {sys.executable} -m loadtests.faults.network_faults {what} "
    process = await asyncio.create_subprocess_exec(
        "unshare", "--net", "sh", "-c", command + " ".join(words), stdout=subprocess.PIPE, cwd=_REPOSITORY
    )
    said, _ = await process.communicate()
    figures: Figures = json.loads(said)
    return figures


# --- loss


async def loss(percent: int) -> Outcome:
    """UDP loses that share of its datagrams each way, from before the first join."""
    outcome = Outcome(f"{percent} % loss each way, {_LOSSY_PEOPLE} clients")
    rule = f"iptables -A INPUT -p udp -m statistic --mode random --probability {percent / 100} -j DROP"
    figures = await _inside("lossy", prepare=rule)
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


async def lossy() -> Figures:
    """What people on a lossy network see; run where the loss is."""
    async with _stand() as here:
        crowd = await start_people(here.url, here.watch.room, _LOSSY_PEOPLE, here.folder)
        here.people.append(crowd)
        await _until_joined(crowd)
        await asyncio.sleep(_LOSSY_S)
        total = await crowd.finish()
        took_s = sorted(each["took_s"] for each in crowd.events("joined"))
        return _laws(here) | {
            "joined_in_time": 100 * sum(took <= 15 for took in took_s) / crowd.people,
            "join_s": {share: at_share(took_s, share) for share in (0.5, 0.9, 0.99, 1.0)},
            "fresh": 100 * (1 - total["stale"] / max(1, total["all"])),
        }


async def _until_joined(crowd: People) -> None:
    """Wait until everybody has joined, but not longer than that."""
    for _ in range(round(_PATIENCE_S / 0.5)):
        if len(crowd.events("joined")) >= crowd.people:
            return
        await asyncio.sleep(0.5)


# --- another address


async def other_address() -> Outcome:
    """The addresses of a third of the people go away at once, without a word to anybody."""
    people = _MOVING_PEOPLE + _STAYING_PEOPLE
    outcome = Outcome(f"{_MOVING_PEOPLE} of {people} clients change their address")
    figures = await _inside("moved")
    outcome.equals("went by addresses that were cut", figures["cut"], True)
    outcome.at_most("counted again, 95 %", figures["back_s"], 5.0)
    outcome.at_most("all", figures["all_s"], 10.0)
    outcome.equals("people lost who stayed", figures["others_lost"], 0)
    outcome.equals("most counted", figures["most"], people)
    outcome.equals("ran backwards", figures["backwards"], 0)
    return outcome


async def moved() -> Figures:
    """People whose addresses carry nothing any more; run in the namespace."""
    people = _MOVING_PEOPLE + _STAYING_PEOPLE
    async with _stand() as here:
        await here.add_people(_STAYING_PEOPLE)
        moving = await here.add_people(_MOVING_PEOPLE)
        ports = _ports_of(moving.process)
        cut_at = asyncio.get_running_loop().time()
        await _cut(ports)
        await asyncio.sleep(2.5)  # scores count for so long after they were heard
        await here.watch.until(people, 20, 2.0)
        backs = here.watch.recounted(people, _MOVING_PEOPLE, cut_at)
        await asyncio.sleep(2.0)
        return _laws(here) | {
            "cut": len(ports) >= _MOVING_PEOPLE and not ports & _ports_of(moving.process),
            "back_s": at_share(backs, 0.95),
            "all_s": backs[-1],
            "others_lost": max(0, people - here.watch.least(cut_at) - _MOVING_PEOPLE),
        }


async def _cut(ports: set[int]) -> None:
    """Nothing comes from these UDP ports any more, and nothing gets there."""
    rules = "".join(f"-A INPUT -p udp --{end} {port} -j DROP\n" for port in ports for end in ("sport", "dport"))
    process = await asyncio.create_subprocess_exec("iptables-restore", stdin=subprocess.PIPE)
    await process.communicate(f"*filter\n{rules}COMMIT\n".encode())


def _ports_of(process: Process) -> set[int]:
    """The UDP ports that a process has."""
    folder = Path(f"/proc/{process.process.pid}")
    sockets = {str(each.readlink()) for each in (folder / "fd").iterdir() if each.is_symlink()}
    rows = [line.split() for line in (folder / "net" / "udp").read_text().splitlines()[1:]]
    return {int(row[1].partition(":")[2], 16) for row in rows if f"socket:[{row[9]}]" in sockets}


# --- a bottleneck


async def bottleneck() -> Outcome:
    """All datagrams of all clients, both ways, through one narrow place; then it is wide again."""
    outcome = Outcome(f"{_NARROW_KBIT} kbit/s for {_NARROW_PEOPLE} clients together, for {_NARROW_S:g} s")
    figures = await _inside("narrow")
    outcome.at_least("offered, of what fits", figures["offered"], 125, "%")
    outcome.at_most("age of mixes that arrived, 99 %", figures["age_s"], 1.0)
    outcome.at_most("a gateway's memory grew by", figures["grew_mb"], 10.0, "MB")
    outcome.at_most("longest gap at a viewer elsewhere", figures["gap_s"], 0.6)
    outcome.at_most("all counted again after it", figures["back_s"], 10.0)
    outcome.equals("most counted", figures["most"], _NARROW_PEOPLE)
    outcome.equals("ran backwards", figures["backwards"], 0)
    return outcome


async def narrow() -> Figures:
    """People behind one narrow place; run in the namespace."""
    async with _stand() as here:
        crowd = await here.add_people(_NARROW_PEOPLE, options=["--tell-mixes"])
        loop = asyncio.get_running_loop()
        wide_bytes = await _sent_bytes()
        await asyncio.sleep(5.0)
        offered = 100 * (await _sent_bytes() - wide_bytes) / 5.0 / (_NARROW_KBIT * 125)
        before = [part.process.rss_bytes() for part in here.gateways]
        began = loop.time()
        await _narrow_to(_NARROW_KBIT)
        await asyncio.sleep(_NARROW_S)
        grew = max(part.process.rss_bytes() - rss for part, rss in zip(here.gateways, before, strict=True))
        ended = loop.time()
        await _narrow_to(None)
        back_s = await here.watch.until(_NARROW_PEOPLE, 30, 2.0, ended)
        ages = _ages(here.watch, crowd, began + 1.0, ended)
        return _laws(here) | {
            "offered": offered,
            "mixes_arrived": len(ages),
            "age_s": at_share(ages, 0.99),
            "oldest_s": at_share(ages, 1.0),
            "grew_mb": grew / 1e6,
            "gap_s": here.watch.longest_gap(began, ended),
            "back_s": back_s,
        }


async def _narrow_to(kbit: int | None) -> None:
    """UDP has so much from now on, and 100 ms of a queue; None: as much as there is."""
    if kbit is None:
        return await _tc("qdisc del dev lo root")
    await _tc("qdisc add dev lo root handle 1: htb default 1")
    for class_ in ("1:1", "1:3"):
        await _tc(f"class add dev lo parent 1: classid {class_} htb rate 10gbit quantum 60000")
    await _tc(f"qdisc add dev lo parent 1:3 handle 30: tbf rate {kbit}kbit burst 5k latency 100ms")
    await _tc("filter add dev lo parent 1: protocol ip prio 1 u32 match ip protocol 17 0xff flowid 1:3")
    return None


async def _tc(words: str) -> None:
    process = await asyncio.create_subprocess_exec("tc", *words.split())
    if await process.wait():
        raise RuntimeError(f"tc {words}: failed")


async def _sent_bytes() -> int:
    """Of all datagrams that were sent in this namespace, with their UDP and IP headers, as a counting rule saw them."""
    count = ("iptables", "-t", "mangle", "-nvxL", "OUTPUT")
    rule = ("iptables", "-t", "mangle", "-A", "OUTPUT", "-p", "udp")
    process = await asyncio.create_subprocess_exec(*count, stdout=subprocess.PIPE)
    said, _ = await process.communicate()
    rows = [line.split() for line in said.decode().splitlines()[2:]]
    if not rows:
        await (await asyncio.create_subprocess_exec(*rule)).wait()
        return 0
    return int(rows[0][1])


def _ages(watch: Watch, crowd: People, since: float, until: float) -> list[float]:
    """For each mix that arrived at somebody then: seconds since it was first seen anywhere, in order."""
    first: dict[tuple[int, int], float] = {}
    for seen in watch.seen:
        first.setdefault((seen.term, seen.seq), seen.at)
    told = [(each["at"], tuple(each["order"])) for each in crowd.events("mix", since) if each["at"] <= until]
    return sorted(max(0.0, at - first[order]) for at, order in told if order in first)


# --- what runs in the namespace


@asynccontextmanager
async def _stand() -> AsyncIterator[Stand]:
    """A stand on a Redis of its own."""
    with RedisServer() as redis:
        async with stand(redis.url) as here:
            yield here


def _laws(here: Stand) -> Figures:
    backwards = here.watch.ran_backwards() + sum(len(crowd.events("backwards")) for crowd in here.people)
    return {"most": here.watch.most(), "backwards": backwards}


_PARTS: dict[str, Callable[[], Awaitable[Figures]]] = {"lossy": lossy, "moved": moved, "narrow": narrow}


async def _part(name: str) -> None:
    print(json.dumps(await _PARTS[name]()))


if __name__ == "__main__":
    asyncio.run(_part(sys.argv[1]))
