"""What one gateway asks of Redis, with few people and with many: ``python -m loadtests.redis_load``; one JSON object.

A real hub on a real Redis; its people are only objects that send a score every 200 ms, so a thousand fit.
"""

import asyncio
import json
from typing import Any

from kuuki.mood.mix import Calibration
from kuuki.mood.privacy import Privacy, Rule
from kuuki.mood.room import Role
from loadtests.fake_transport import OFFER, FakeMaker
from loadtests.redis_servers import RedisServer
from loadtests.rooms_in_memory import InProcessRooms
from services.aggregator.app import Aggregator
from services.runtime.leases import SoleLeases
from services.runtime.metrics import Metrics
from services.runtime.redis.bus import RedisBus
from services.runtime.redis.client import RedisClient
from services.runtime.rooms import RoomRecord
from services.signal.gateway.composition import make_hub
from services.signal.gateway.hub import Hub

_WARM_S = 3.0
_FOR_S = 20.0
_TICK_S = 0.2


async def measure(people: int) -> dict[str, Any]:
    """Redis's own counters over some seconds, by tick of one gateway."""
    with RedisServer() as server:
        redis_client = RedisClient(server.url)
        metrics = Metrics()
        bus, maker, rooms = RedisBus(redis_client, metrics), FakeMaker(), InProcessRooms()
        hub = make_hub(bus, rooms, maker, metrics)
        aggregator = Aggregator(bus, SoleLeases(), metrics, Calibration(), b"veil")
        await rooms.add(RoomRecord("room", rule=Rule(Privacy.EXACT)))
        parts = [asyncio.create_task(part.run()) for part in (aggregator, hub)]
        await _fill(hub, maker, people)
        talking = asyncio.create_task(_talk(maker))
        await asyncio.sleep(_WARM_S)
        before = await asyncio.to_thread(_counters, server)
        await asyncio.sleep(_FOR_S)
        after = await asyncio.to_thread(_counters, server)
        counted = maker.peers[0].mix.at_least
        for task in (talking, *parts):
            task.cancel()
        await asyncio.gather(talking, *parts, return_exceptions=True)
        await bus.close()
        await redis_client.close()
    ticks = _FOR_S / _TICK_S
    by_tick = {name: round((after[name] - before[name]) / ticks, 2) for name in after}
    return {"people": people, "counted": counted} | by_tick


async def _fill(hub: Hub, maker: FakeMaker, people: int) -> None:
    for _ in range(people):
        await hub.join("room", Role.AUDIENCE, None, OFFER, None)
        maker.peers[-1].events.opened()


async def _talk(maker: FakeMaker) -> None:
    while True:
        for peer in maker.peers:
            peer.score()
            peer.heard = peer.heard[-1:]
        await asyncio.sleep(_TICK_S)


def _counters(server: RedisServer) -> dict[str, float]:
    with server.client as client:
        stats = client.info("stats")
        cpu = client.info("cpu")
    return {
        "commands_per_tick": float(stats["total_commands_processed"]),
        "bytes_in_per_tick": float(stats["total_net_input_bytes"]),
        "bytes_out_per_tick": float(stats["total_net_output_bytes"]),
        "cpu_ms_per_tick": 1000 * (float(cpu["used_cpu_user"]) + float(cpu["used_cpu_sys"])),
    }


async def main() -> None:
    """Measure with ten people, then with a thousand."""
    print(json.dumps([await measure(10), await measure(1000)]))


if __name__ == "__main__":
    asyncio.run(main())
