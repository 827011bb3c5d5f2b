"""How full Redis is, and whether its files are well, as metrics: without memory or disk it refuses writes."""

import math
import re
from collections.abc import Sequence
from typing import Final

from kuuki.errors import Unavailable
from kuuki.many.bulletins import SHARDS
from kuuki.times import REDIS_WATCH_S
from services.runtime.metrics import Metrics
from services.runtime.redis.client import RedisClient, Script
from services.runtime.redis.url import Topology
from services.runtime.ticker import ticks

_FACTS: Final = Script(
    """
local function facts(section)
  local said = redis.pcall('INFO', section)
  return type(said) == 'string' and said or ''
end
return {facts('memory'), facts('persistence')}
"""
)
_WELL: Final = ("aof_last_write_status", "aof_last_bgrewrite_status", "rdb_last_bgsave_status")
"""Each is ``ok`` until Redis failed at it. On a full disk the second fails first: a rewrite needs room for two
files."""


class RedisHealth:
    """Sets the gauges of Redis; in a cluster, of the fullest node, and well only if every node with our shards is."""

    def __init__(self, redis: RedisClient, metrics: Metrics) -> None:
        self._redis = redis
        self._metrics = metrics

    async def run(self) -> None:
        """Set them every REDIS_WATCH_S until cancelled."""
        await self.look()
        async for _ in ticks(REDIS_WATCH_S):
            await self.look()

    async def look(self) -> None:
        """Set them once: NaN for what Redis does not say, and all of them while it is away."""
        try:
            said = [await self._redis.run(_FACTS, [key]) for key in self._keys()]
        except Unavailable:
            said = []
        fullest = max((_memory(_text(memory)) for memory, _ in said), key=_fullness, default=(math.nan, math.nan))
        self._metrics.redis_memory_bytes.set(fullest[0])
        self._metrics.redis_memory_limit_bytes.set(fullest[1])
        self._metrics.redis_files_well.set(min((_are_well(_text(files)) for _, files in said), default=math.nan))

    def _keys(self) -> Sequence[str]:
        """Keys that are on every node with our shards. Nothing is read from them: they only choose the node."""
        numbers = range(SHARDS) if self._redis.target.topology is Topology.CLUSTER else (0,)
        return [f"kuuki:timeline:{{{number}}}" for number in numbers]


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said


def _memory(said: str) -> tuple[float, float]:
    """The bytes in use, and the most there may be: maxmemory, or without one the machine's memory."""
    limit = _number(said, "maxmemory") or _number(said, "total_system_memory")
    return _number(said, "used_memory"), limit or math.nan


def _number(said: str, name: str) -> float:
    found = re.search(rf"^{name}:(\d+)", said, re.MULTILINE)
    return float(found[1]) if found else math.nan


def _fullness(memory: tuple[float, float]) -> float:
    share = memory[0] / memory[1]
    return -1.0 if math.isnan(share) else share


def _are_well(said: str) -> float:
    words = [found[1] for name in _WELL if (found := re.search(rf"^{name}:(\w+)", said, re.MULTILINE))]
    return float(all(word == "ok" for word in words)) if words else math.nan
