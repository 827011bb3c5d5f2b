"""Leases in Redis: each poll of kuuki.many.leasing is one script on two hashes in one slot, however many shards.

{kuuki.leases}:holders   shard -> "term holder"
{kuuki.leases}:beats     aggregator -> its beat
"""

import asyncio
import contextlib
import time
from collections.abc import Iterable
from math import inf
from typing import Any, Final

import structlog
from typing_extensions import override

from kuuki.errors import Unavailable
from kuuki.limits import SEQ_MAX
from kuuki.many.bulletins import SHARDS
from kuuki.many.leasing import Change, Lease, Leasing, Poll, Store
from kuuki.times import LEASE_POLL_S
from services.runtime.leases import Leases
from services.runtime.metrics import Metrics
from services.runtime.redis.client import Argument, RedisClient, Script
from services.runtime.ticker import ticks

log = structlog.get_logger(__name__)

KEYS: Final = ("{kuuki.leases}:holders", "{kuuki.leases}:beats")

POLL: Final = Script("""
local name, believed, changes = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local beat = redis.call('HINCRBY', KEYS[2], name, 1)
local at = 4
for _ = 1, changes do
  local shard, former, holder, his, lease = unpack(ARGV, at, at + 4)
  at = at + 5
  if beat == believed + 1
      and (redis.call('HGET', KEYS[1], shard) or '') == former
      and (his == '' or (redis.call('HGET', KEYS[2], holder) or '0') == his) then
    redis.call('HSET', KEYS[1], shard, lease)
  end
end
for each = at, #ARGV, 2 do
  if redis.call('HGET', KEYS[2], ARGV[each]) == ARGV[each + 1] then
    redis.call('HDEL', KEYS[2], ARGV[each])
  end
end
return {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2])}
""")


class RedisLeases(Leases):
    """The leases of one aggregator in Redis. ``name``: this aggregator's, made anew at each start, without a space."""

    def __init__(self, redis: RedisClient, name: str, metrics: Metrics) -> None:
        self._redis = redis
        self._metrics = metrics
        self._name = name
        self._leasing = Leasing(name, floor=int(time.time()))
        self._is_odd = False

    @override
    def term(self, shard: int) -> int | None:
        return self._leasing.term(shard, _now())

    @override
    def heard_term(self, shard: int, term: int) -> None:
        self._leasing.heard_term(shard, term)

    @override
    async def run(self) -> None:
        try:
            await self._poll()
            async for _ in ticks(LEASE_POLL_S):
                await self._poll()
        finally:
            await self._leave()

    async def _poll(self) -> None:
        """Poll, and again at once if there is a lease to take. While Redis is away leases lapse by themselves."""
        with contextlib.suppress(Unavailable):
            await self._ask(self._leasing.poll(_now()))
            if self._leasing.is_pressing(_now()):
                await self._ask(self._leasing.poll(_now()))
        self._metrics.shards_held.set(self._leasing.held(_now()))

    async def _ask(self, poll: Poll) -> None:
        sent_at = _now()
        moves = self._leasing.heard(await self._run(poll), sent_at, _now())
        self._metrics.shards_taken.inc(moves.taken)
        self._metrics.shards_lost.inc(moves.lost + moves.given_back)

    async def _leave(self) -> None:
        """Give all leases back, so that others need not wait. If Redis is away, others take them after LEASE_S."""
        held = self._leasing.held(_now())
        self._metrics.shards_held.set(0)
        with contextlib.suppress(Unavailable):
            store = await self._run(self._leasing.leave())
            if any(
                lease.holder == self._name for lease in store.leases.values()
            ):  # a poll that was under way took some
                self._leasing.heard(store, -inf, _now())
                await self._run(self._leasing.leave())
        self._metrics.shards_lost.inc(held)

    async def _run(self, poll: Poll) -> Store:
        reply = await self._redis.run(POLL, KEYS, _arguments(poll))
        try:
            store = _store(reply)
        except (TypeError, ValueError, AttributeError) as error:
            if not self._is_odd:
                log.error("something else stands in Redis where leases do")
            self._is_odd = True
            raise Unavailable("no leases") from error
        self._is_odd = False
        return store


def _now() -> float:
    return asyncio.get_running_loop().time()


def _arguments(poll: Poll) -> list[Argument]:
    changes = [part for change in poll.changes for part in _change(change)]
    gone = [part for name_and_beat in poll.gone for part in name_and_beat]
    return [poll.name, poll.beat, len(poll.changes), *changes, *gone]


def _change(change: Change) -> tuple[Argument, ...]:
    shard, former, beat, lease = change
    holder = former.holder if former else ""
    return shard, _text(former) if former else "", holder, "" if beat is None else beat, _text(lease)


def _text(lease: Lease) -> str:
    return f"{lease.term} {lease.holder}"


def _store(reply: Any) -> Store:
    """What the script answered. Raises TypeError, ValueError or AttributeError if something else is in the hashes."""
    holders, beats = reply
    leases = {_shard(shard): _lease(text) for shard, text in _pairs(holders)}
    return Store(leases, {name.decode(): int(beat) for name, beat in _pairs(beats)})


def _pairs(flat: list[bytes]) -> Iterable[tuple[bytes, bytes]]:
    return zip(flat[::2], flat[1::2], strict=True)


def _shard(text: bytes) -> int:
    shard = int(text)
    if not 0 <= shard < SHARDS:
        raise ValueError("no shard")
    return shard


def _lease(text: bytes) -> Lease:
    term, _, holder = text.decode().partition(" ")
    if not 0 <= int(term) <= SEQ_MAX:
        raise ValueError("no term")
    return Lease(int(term), holder)
