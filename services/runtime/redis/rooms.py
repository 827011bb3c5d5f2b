"""Rooms that all processes share: one record each in Redis. Each process remembers the rooms that are in use there.

A room's key has its record, or the word ``closed``. A process in which the room is in use writes the record again when
Redis lost it; never when the room was closed. The cap ROOMS does not apply: records are some hundred bytes, they expire
by themselves, and only an admin makes any, while counting all of them would need one key that every process asks.
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
"""A room that was touched this recently is believed without asking Redis."""

_AT_ONCE: Final = 100
"""How many records one script refreshes."""
_SLOTS_ASKED: Final = 16
"""In a cluster each node may lose its part alone: among this many keys there is almost surely one on each node."""

_CLOSED_REMEMBERED: Final = 1000
"""How many closed rooms are remembered, so that listeners are called once for each."""

_ADD: Final = Script("""
if ARGV[2] == '0' then redis.call('SET', KEYS[1], ARGV[1]) else redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2]) end
""")
_REFRESH: Final = Script("""
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
class _RoomInUse:
    """A room in use in this process: when it was last touched, and when Redis was last told so; on ``clock``."""

    record: RoomRecord
    used_at: float
    told_at: float


class RedisRooms(Rooms):
    """Rooms in Redis. ``clock``: monotonic seconds. It hears of rooms that others closed while ``run`` runs."""

    def __init__(
        self, redis: RedisClient, bus: Bus, idle_s: float = ROOM_IDLE_S, clock: Callable[[], float] | None = None
    ) -> None:
        self._redis = redis
        self._bus = bus
        self._idle_s = idle_s
        self._clock = clock or asyncio.get_running_loop().time
        self._in_use: dict[str, _RoomInUse] = {}
        self._nonces: dict[str, bytes] = {}
        self._closed: dict[str, None] = {}
        self._unannounced: dict[str, None] = {}
        self._listeners: list[Callable[[str], None]] = []

    @override
    async def add(self, record: RoomRecord) -> None:
        await self._redis.run(_ADD, [_key(record.room)], [serialize_record(record), self._ttl(record)])
        self._closed.pop(record.room, None)
        if record.room in self._in_use:
            self._in_use[record.room].record = record

    @override
    async def get(self, room: str) -> RoomRecord:
        """A room in use in this process is known without asking Redis."""
        used = self._in_use.get(room)
        if used is not None and self._clock() - used.used_at < _IN_USE_S:
            return used.record
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
        used = self._in_use.get(record.room)
        if used is not None:
            used.used_at = now
        elif record.room not in self._closed:
            self._in_use[record.room] = _RoomInUse(record, now, -inf)

    @override
    async def remove(self, room: str) -> None:
        is_in_use = room in self._in_use
        if not await self._redis.run(_CLOSE, [_key(room)], [int(ROOM_CLOSED_S), int(is_in_use)]):
            if is_in_use:
                self._forget(room)
            raise RoomUnknown(room)
        self._forget(room)
        self._unannounced[room] = None
        await self._announce()

    @override
    def on_removed(self, listener: Callable[[str], None]) -> None:
        self._listeners.append(listener)

    async def run(self) -> None:
        """Hear of closed rooms, and refresh the records of those in use, until cancelled."""
        subscription = await self._bus.subscribe(TOPIC, self._heard_closed, self._recheck_all)
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
        await self._announce()
        if await self._was_lost():
            self._recheck_all()
        now = self._clock()
        self._in_use = {room: used for room, used in self._in_use.items() if now - used.used_at < ROOM_TOUCH_S}
        await self._refresh([used for used in self._in_use.values() if now - used.told_at >= ROOM_TOUCH_S], now)

    async def _announce(self) -> None:
        """Tell all processes of the rooms that were closed here, earlier ones too that the bus could not take."""
        for room in list(self._unannounced):
            if await self._bus.publish(TOPIC, room.encode()):
                self._unannounced.pop(room, None)

    async def _was_lost(self) -> bool:
        """Whether Redis, or a node of a cluster, may have lost what it had.

        Then the random number that the first process wrote under a key is another one, or another master answers.
        """
        count = _SLOTS_ASKED if self._is_cluster else 1
        keys = [f"kuuki:rooms:{{{number}}}" for number in range(count)]
        found = await asyncio.gather(
            *(self._redis.run(_NONCE, [key], [secrets.token_hex(8)]) for key in keys), return_exceptions=True
        )
        known = {key: nonce for key, nonce in zip(keys, found, strict=True) if isinstance(nonce, bytes)}
        was_lost = any(self._nonces.get(key, nonce) != nonce for key, nonce in known.items())
        self._nonces |= known
        return was_lost

    async def _refresh(self, due: list[_RoomInUse], now: float) -> None:
        """Tell Redis that these are in use. A script's keys must be on one node, so in a cluster each record has its
        own."""
        at_once = 1 if self._is_cluster else _AT_ONCE
        batches = [due[start : start + at_once] for start in range(0, len(due), at_once)]
        results = await asyncio.gather(*(self._refresh_batch(batch, now) for batch in batches), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, Unavailable):
                raise result

    async def _refresh_batch(self, batch: list[_RoomInUse], now: float) -> None:
        arguments = [part for used in batch for part in (serialize_record(used.record), self._ttl(used.record))]
        closed = await self._redis.run(_REFRESH, [_key(used.record.room) for used in batch], arguments)
        for used in batch:
            used.told_at = now
        self._forget_all(batch[number - 1].record.room for number in closed)

    def _recheck_all(self) -> None:
        """A closed room may have been missed: all rooms in use are refreshed, and so checked, at the next poll."""
        for used in self._in_use.values():
            used.told_at = -inf

    def _heard_closed(self, message: bytes) -> None:
        self._forget(message.decode(errors="replace"))

    def _forget_all(self, rooms: Iterable[str]) -> None:
        for room in rooms:
            self._forget(room)

    def _forget(self, room: str) -> None:
        """Forget a closed room, and call the listeners, once for each room."""
        self._in_use.pop(room, None)
        if room in self._closed:
            return
        self._closed[room] = None
        if len(self._closed) > _CLOSED_REMEMBERED:
            del self._closed[next(iter(self._closed))]
        for listener in self._listeners:
            listener(room)

    def _ttl(self, record: RoomRecord) -> int:
        """How long the record stays without being refreshed, in whole seconds; 0: for good."""
        return 0 if record.is_kept else max(1, round(self._idle_s))

    @property
    def _is_cluster(self) -> bool:
        return self._redis.target.topology is Topology.CLUSTER


def _key(room: str) -> str:
    return f"kuuki:room:{room}"
