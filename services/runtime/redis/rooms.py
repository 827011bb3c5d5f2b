"""Rooms that all processes share: a record each in Redis, read through; what is in use here is held here too.

A room's key holds its record, or the word that it was closed. Whoever holds a room writes its record again when Redis
lost it; never when it was closed. ROOMS does not apply: records are some hundred bytes, expire by themselves, and only
who has the admin token makes any; a count of all would need one key that every process asks.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf
from typing import Final

import structlog
from typing_extensions import override

from kuuki.errors import Malformed, RoomUnknown, Unavailable
from kuuki.times import ROOM_CLOSED_S, ROOM_IDLE_S, ROOM_TOUCH_S
from services.runtime.bus import Bus
from services.runtime.redis.client import MEMORY, RedisClient, Script
from services.runtime.redis.url import Topology
from services.runtime.rooms import RoomRecord, Rooms, parse_record, serialize_record

TOPIC: Final = "kuuki.rooms"
"""The bus topic of rooms that were closed: their ids."""

CLOSED: Final = "closed"

_POLL_S: Final = 1.0
_IN_USE_S: Final = 2.0
"""A room that was kept so lately is believed without asking Redis."""

_AT_ONCE: Final = 100
_SLOTS_ASKED: Final = 16
"""In a cluster each node may lose what it holds: this many keys are on all of them, as good as surely."""

_TOLD: Final = 1000
"""How many closed rooms are remembered, so that nobody is told twice."""

_ADD: Final = Script("""
if ARGV[2] == '0' then redis.call('SET', KEYS[1], ARGV[1]) else redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2]) end
""")
_KEEP: Final = Script("""
local closed = {}
for i, key in ipairs(KEYS) do
  local record, ttl = ARGV[2 * i - 1], ARGV[2 * i]
  local found = redis.call('GET', key)
  if found == 'closed' then
    closed[#closed + 1] = i
  elseif not found then
    if ttl == '0' then redis.call('SET', key, record) else redis.call('SET', key, record, 'EX', ttl) end
  elseif ttl ~= '0' then
    redis.call('EXPIRE', key, ttl)
  end
end
return closed
""")
_CLOSE: Final = Script("""
local found = redis.call('GET', KEYS[1])
if found == 'closed' or (not found and ARGV[2] == '0') then return 0 end
redis.call('SET', KEYS[1], 'closed', 'EX', ARGV[1])
return 1
""")
_NONCE: Final = Script(
    MEMORY
    + """
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return redis.call('GET', KEYS[1]) .. memory()
"""
)

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Held:
    """A room in use here: when somebody last said so, and when Redis was last told."""

    record: RoomRecord
    used_at: float
    told_at: float


class RedisRooms(Rooms):
    """Rooms in Redis. ``clock``: monotonic seconds. RespEvents of rooms closed elsewhere while ``run`` runs."""

    def __init__(
        self, redis: RedisClient, bus: Bus, idle_s: float = ROOM_IDLE_S, clock: Callable[[], float] | None = None
    ) -> None:
        self._redis = redis
        self._bus = bus
        self._idle_s = idle_s
        self._clock = clock or asyncio.get_running_loop().time
        self._holder: dict[str, _Held] = {}
        self._nonces: dict[str, bytes] = {}
        self._closed: dict[str, None] = {}
        self._untold: dict[str, None] = {}
        self._listeners: list[Callable[[str], None]] = []

    @override
    async def add(self, record: RoomRecord) -> None:
        await self._redis.run(_ADD, [_key(record.room)], [serialize_record(record), self._ttl(record)])
        self._closed.pop(record.room, None)
        if record.room in self._holder:
            self._holder[record.room].record = record

    @override
    async def get(self, room: str) -> RoomRecord:
        """What is in use here is known without asking."""
        held = self._holder.get(room)
        if held is not None and self._clock() - held.used_at < _IN_USE_S:
            return held.record
        found = await self._redis.ask("GET", _key(room))
        if found is None or found == CLOSED.encode():
            raise RoomUnknown(room)
        try:
            return parse_record(found)
        except Malformed as error:
            log.warning("a room in Redis is none that this kuuki knows")
            raise RoomUnknown(room) from error

    @override
    def touch(self, record: RoomRecord) -> None:
        now = self._clock()
        held = self._holder.get(record.room)
        if held is not None:
            held.used_at = now
        elif record.room not in self._closed:
            self._holder[record.room] = _Held(record, now, -inf)

    @override
    async def remove(self, room: str) -> None:
        is_held = room in self._holder
        if not await self._redis.run(_CLOSE, [_key(room)], [int(ROOM_CLOSED_S), int(is_held)]):
            if is_held:
                self._forget(room)
            raise RoomUnknown(room)
        self._forget(room)
        self._untold[room] = None
        await self._tell_others()

    @override
    def on_removed(self, listener: Callable[[str], None]) -> None:
        self._listeners.append(listener)

    async def run(self) -> None:
        """Hear of closed rooms, and keep the records of those in use, until cancelled."""
        subscription = await self._bus.subscribe(TOPIC, self._hear, self._doubt)
        try:
            while True:
                await asyncio.sleep(_POLL_S)
                try:
                    await self._poll()
                except Unavailable:
                    continue  # the client says so itself
        finally:
            subscription.close()

    async def _poll(self) -> None:
        await self._tell_others()
        if await self._was_lost():
            self._doubt()
        now = self._clock()
        self._holder = {room: held for room, held in self._holder.items() if now - held.used_at < ROOM_TOUCH_S}
        await self._keep([held for held in self._holder.values() if now - held.told_at >= ROOM_TOUCH_S], now)

    async def _tell_others(self) -> None:
        """Also those that the bus could not take before."""
        for room in list(self._untold):
            if await self._bus.publish(TOPIC, room.encode()):
                self._untold.pop(room, None)

    async def _was_lost(self) -> bool:
        """Whether Redis, or one of a cluster's, may have lost what it held: a number that all wrote there is another
        one, or another master answers."""
        count = _SLOTS_ASKED if self._is_cluster else 1
        keys = [f"kuuki:rooms:{{{number}}}" for number in range(count)]
        found = await asyncio.gather(
            *(self._redis.run(_NONCE, [key], [secrets.token_hex(8)]) for key in keys), return_exceptions=True
        )
        known = {key: nonce for key, nonce in zip(keys, found, strict=True) if isinstance(nonce, bytes)}
        was_lost = any(self._nonces.get(key, nonce) != nonce for key, nonce in known.items())
        self._nonces |= known
        return was_lost

    async def _keep(self, due: list[_Held], now: float) -> None:
        """Tell Redis that these are in use. Those of one call must be on one node: in a cluster each has its own."""
        at_once = 1 if self._is_cluster else _AT_ONCE
        batches = [due[start : start + at_once] for start in range(0, len(due), at_once)]
        results = await asyncio.gather(*(self._keep_batch(batch, now) for batch in batches), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, Unavailable):
                raise result

    async def _keep_batch(self, batch: list[_Held], now: float) -> None:
        arguments = [part for held in batch for part in (serialize_record(held.record), self._ttl(held.record))]
        closed = await self._redis.run(_KEEP, [_key(held.record.room) for held in batch], arguments)
        for held in batch:
            held.told_at = now
        self._forget_all(batch[number - 1].record.room for number in closed)

    def _doubt(self) -> None:
        """Something may have been missed: what is held is asked for again with the next poll."""
        for held in self._holder.values():
            held.told_at = -inf

    def _hear(self, message: bytes) -> None:
        self._forget(message.decode(errors="replace"))

    def _forget_all(self, rooms: Iterable[str]) -> None:
        for room in rooms:
            self._forget(room)

    def _forget(self, room: str) -> None:
        """A room is closed: whoever listens is told, once."""
        self._holder.pop(room, None)
        if room in self._closed:
            return
        self._closed[room] = None
        if len(self._closed) > _TOLD:
            del self._closed[next(iter(self._closed))]
        for listener in self._listeners:
            listener(room)

    def _ttl(self, record: RoomRecord) -> int:
        """Whole seconds; 0: for good."""
        return 0 if record.is_kept else max(1, round(self._idle_s))

    @property
    def _is_cluster(self) -> bool:
        return self._redis.target.topology is Topology.CLUSTER


def _key(room: str) -> str:
    return f"kuuki:room:{room}"
