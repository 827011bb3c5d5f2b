"""The timeline in Redis: a stream for each room, all rooms of a shard in one call.

**When a row is durable.** Redis must append to a file (AOF), or nothing is recorded. With ``appendfsync always`` Redis
answers after the row is on its disk: acknowledged at the reply. With ``everysec`` (assumed where CONFIG is forbidden)
Redis writes a row to the file at once, or within 2 s if a sync is under way, and syncs once a second: a row is
acknowledged AOF_SYNC_S later, when the same Redis still runs and has nothing left to write or to sync. So what was
acknowledged is there after a power cut too. ``no`` promises nothing, and counts as no AOF. A replica that takes over
may lack what its master acknowledged last: replication waits for nobody.

**Time.** Rows get the time of the server that holds their stream: one clock for all who write. An id is that time in
milliseconds, or the former id's if the clock went back, so ids only grow.

**When Redis is full.** A Redis whose maxmemory is reached refuses all writes: seats, leases and codes too. So records
may fill RECORDS_SHARE of it; beyond that, rows are refused and all else goes on. Each row is judged as it comes.

Besides its stream a room has a *guard*: a key that holds the newest row's second, term and seq, or says that the record
was deleted. All keys of a shard are in one slot, so that in a cluster too one call writes a shard's rows.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from typing_extensions import override

from kuuki.errors import Malformed, NotRecorded, Unavailable
from kuuki.many.bulletins import shard_of
from kuuki.mood.frames import Mix
from kuuki.mood.waves import pack_waves
from kuuki.times import (
    AOF_SYNC_S,
    RETENTION_S,
    ROOM_CLOSED_S,
    STORE_S,
    TIMELINE_CHECK_S,
    TIMELINE_QUIET_S,
)
from services.runtime.redis.aof_rewriting import ask_soon
from services.runtime.redis.client import RedisClient, Script
from services.runtime.redis.timeline_scripts import APPEND, DELETE, LOOK, MARK, READ
from services.runtime.redis.url import Topology
from services.runtime.timeline import Entry, Mark, Page, Refusal, Row, Timeline, to_frame, to_mix

_SHARDS_AT_ONCE: Final = 4
"""How many shards are written at the same time: the client has connections left for other callers."""

_AGAIN_S: Final = 0.2
_CURSOR: Final = re.compile(r"[0-9]{1,15}-[0-9]{1,15}")


class _Done(NamedTuple):
    """The reply of a script that wrote: the run id of the server that did it, and the rest."""

    run_id: bytes
    rest: list[Any]


class RedisTimeline(Timeline):
    """The timeline in Redis Streams. ``wall``: unix seconds in place of the servers' clocks, for tests."""

    def __init__(
        self, redis: RedisClient, retention_s: int = RETENTION_S, wall: Callable[[], float] | None = None
    ) -> None:
        self._redis = redis
        self._retention_s = retention_s
        self._wall = wall
        self._refusal: Refusal | None = Refusal.UNAVAILABLE
        self._at_once = asyncio.Semaphore(_SHARDS_AT_ONCE)
        self._always: bytes | None = None
        self._is_forbidden_at: bytes | None = None

    @property
    @override
    def retention_s(self) -> int:
        return self._retention_s

    @override
    def refusal(self) -> Refusal | None:
        """As of the last look at Redis, or the last write."""
        return self._refusal

    async def run(self) -> None:
        """Check every TIMELINE_CHECK_S whether Redis keeps what it acknowledges, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(TIMELINE_CHECK_S if self._refusal is not Refusal.UNAVAILABLE else 1.0)

    async def look(self) -> None:
        """Learn whether Redis keeps what it acknowledges, and how soon. Never raises: ``refusal`` says what was
        found."""
        try:
            refused, run_id, full, *_ = await self._redis.run(LOOK, ["kuuki:timeline:{0}"], [""])
            policy = await self._policy(run_id)
        except Unavailable:
            self._refusal = Refusal.UNAVAILABLE
            return
        self._always = run_id if policy == b"always" else None
        refused = refused or (Refusal.NO_AOF.encode() if policy == b"no" else full)
        self._refusal = Refusal(refused.decode()) if refused else None

    async def _policy(self, run_id: bytes) -> bytes:
        """Redis's appendfsync; ``everysec`` is assumed in a cluster, whose nodes may differ, and where CONFIG is
        forbidden."""
        if self._redis.target.topology is Topology.CLUSTER or self._is_forbidden_at == run_id:
            return b"everysec"
        found = await self._redis.ask_if_allowed("CONFIG", "GET", "appendfsync")
        if found is None:
            self._is_forbidden_at = run_id
            return b"everysec"
        return bytes(found[1])

    @override
    async def append(self, rows: Sequence[Row]) -> int:
        """One call for each shard, _SHARDS_AT_ONCE at a time."""
        await self._require_on()
        by_shard: dict[int, list[Row]] = {}
        for row in rows:
            by_shard.setdefault(shard_of(row.room), []).append(row)
        written = await asyncio.gather(*map(self._append_shard, by_shard.values()), return_exceptions=True)
        for each in written:
            if isinstance(each, NotRecorded):
                self._refusal = Refusal(each.reason)  # of several shards' refusals, the last one
            if isinstance(each, BaseException):
                raise each
        return sum(each for each in written if isinstance(each, int))

    async def _append_shard(self, rows: Sequence[Row]) -> int:
        keys = [key for row in rows for key in _keys(row.room)]
        async with self._at_once:
            arguments = [part for row in rows for part in _parts(row.mix)]
            done = await self._do(APPEND, keys, [self._retention_s, *arguments])
        await self._durable(keys, done)
        return int(done.rest[0])

    @override
    async def mark(self, room: str, text: str) -> Mark:
        await self._require_on()
        keys = _keys(room)
        done = await self._do(MARK, keys, [self._retention_s, text])
        await self._durable(keys, done)
        return Mark(done.rest[0].decode(), int(done.rest[1]) / 1000, text)

    @override
    async def read(self, room: str, after: str | None, limit: int, within_s: float | None = None) -> Page:
        if after is not None and not _CURSOR.fullmatch(after):
            raise Malformed("cursor")
        oldest_s = min(self._retention_s, within_s if within_s is not None else self._retention_s)
        stream, _ = _keys(room)
        found = await self._redis.run(READ, [stream], [self._time(), oldest_s, after or "", limit + 1])
        return _page(found, limit)

    @override
    async def delete(self, room: str, *, for_good: bool = False) -> None:
        """Of a room that goes on, returns when the deletion is durable. A closed room's is not waited for: if Redis is
        killed at that moment and brings the rows back, no one can read them."""
        keys = _keys(room)
        word, quiet_s = ("closed", ROOM_CLOSED_S) if for_good else ("deleted", TIMELINE_QUIET_S)
        is_noted = await ask_soon(
            self._redis
        )  # before the deletion: else a crash between the two would leave the rows in the file for ever
        refused, run_id = await self._redis.run(DELETE, keys, [self._time(), word, round(quiet_s)])
        if not is_noted:  # Redis was too full to note it; the deletion made room
            await ask_soon(self._redis)
        if not for_good and not refused:
            await self._durable(keys, _Done(run_id, []))

    async def _require_on(self) -> None:
        if not self._retention_s:
            raise NotRecorded("off")
        if self._refusal is Refusal.UNAVAILABLE:
            await self.look()  # Redis was not looked at yet, or was away
        if self._refusal is Refusal.UNAVAILABLE:
            raise Unavailable("Redis is away")
        if self._refusal is Refusal.NO_AOF:
            await self.look()
        if self._refusal is Refusal.NO_AOF:
            raise NotRecorded(Refusal.NO_AOF)

    async def _do(self, script: Script, keys: Sequence[str], arguments: Sequence[Any]) -> _Done:
        try:
            refused, *rest = await self._redis.run(script, keys, [self._time(), *arguments])
        except Unavailable:
            self._refusal = Refusal.UNAVAILABLE
            raise
        if refused:
            self._refusal = Refusal(refused.decode())
            raise NotRecorded(self._refusal)
        self._refusal = None
        return _Done(rest[0], rest[1:])

    async def _durable(self, keys: Sequence[str], done: _Done) -> None:
        """Return when what was written survives. Raises NotRecorded, or Unavailable if that cannot be known."""
        if done.run_id == self._always:
            return
        try:
            async with asyncio.timeout(AOF_SYNC_S + STORE_S):
                await asyncio.sleep(AOF_SYNC_S)
                while not await self._is_synced(keys, done):  # noqa: ASYNC110 - Redis sends no event for it
                    await asyncio.sleep(_AGAIN_S)
        except TimeoutError as error:
            self._refusal = Refusal.DISK
            raise NotRecorded(Refusal.DISK) from error

    async def _is_synced(self, keys: Sequence[str], done: _Done) -> bool:
        refused, run_id, _, *waiting = await self._redis.run(LOOK, keys[:1], [""])
        if run_id != done.run_id:
            raise Unavailable("another Redis answers")
        if refused:
            self._refusal = Refusal(refused.decode())
            raise NotRecorded(self._refusal)
        return bool(waiting == [b"0", b"0"])

    def _time(self) -> str:
        return "" if self._wall is None else str(round(self._wall() * 1000))


def _keys(room: str) -> tuple[str, str]:
    """A room's stream and its guard."""
    stream = f"kuuki:timeline:{{{shard_of(room)}}}:{room}"
    return stream, f"{stream}:guard"


def _parts(mix: Mix) -> tuple[int, int, bytes, int, bytes]:
    """What a row keeps of a mix. A kuuki of before passes over its draw and its waves, and leaves none."""
    return mix.term, mix.seq, to_frame(mix), mix.draw, pack_waves(mix.waves)


def _page(found: list[Any], limit: int) -> Page:
    rows, marks = [], []
    for id_, fields in found[:limit]:
        cursor, said = id_.decode(), dict(zip(fields[::2], fields[1::2], strict=True))
        if b"mark" in said:
            marks.append(Mark(cursor, float(said[b"at"]), said[b"mark"].decode()))
        elif (mix := _mix(said)) is not None:
            rows.append(Entry(int(said[b"at"]), cursor, mix))
    return Page(tuple(rows), tuple(marks), found[limit - 1][0].decode() if len(found) > limit else None)


def _mix(said: dict[bytes, bytes]) -> Mix | None:
    return to_mix(said.get(b"frame", b""), int(said.get(b"draw", 0)), said.get(b"waves", b""))
