"""Redis's append-only file, rewritten so that what was deleted is really out of it.

Redis rewrites the file by itself only when it has grown; a file that does not grow keeps what was deleted for ever. So
one of all aggregators asks for it: REWRITE_SOON_S after a record was deleted (all that is deleted meanwhile goes with
it), and every REWRITE_S in any case, for what expired. A rewrite counts when Redis says that it succeeded; until then
it is asked for again every REWRITE_SOON_S.

A key with a TTL says when it is time: when it has expired. Its value is ``due`` when a record was deleted, the name of
the aggregator that has the file rewritten now, or ``done``. In a cluster the key is on one node, and every node's file
is rewritten, replicas' too; behind sentinels only the master's.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from redis.exceptions import ResponseError

from kuuki.errors import Unavailable
from kuuki.times import REWRITE_CHECK_S, REWRITE_MOST_S, REWRITE_S, REWRITE_SOON_S
from services.runtime.redis.client import Ask, RedisClient, Script

Pause = Callable[[float], Awaitable[None]]

_KEY: Final = "kuuki:timeline:rewrite"
_LOOK_S: Final = 1.0
_UNDER_WAY: Final = ("aof_rewrite_in_progress", "aof_rewrite_scheduled", "master_sync_in_progress")
"""Of INFO. While a replica takes over all of its master's data its file is off, and looks like one that is not kept."""

_ASK_SOON: Final = Script("""
if redis.call('GET', KEYS[1]) == 'due' then return 1 end
return redis.pcall('SET', KEYS[1], 'due', 'PX', ARGV[1]).err and 0 or 1
""")
_CLAIM: Final = Script("return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0")
_HOLD: Final = Script("if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end")
_DONE: Final = Script("""
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[1], 'done', 'PX', ARGV[2]) end
""")

log = structlog.get_logger(__name__)


class _Failed(Exception):
    """A server did not rewrite its file. ``reason`` is static."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def ask_soon(redis: RedisClient) -> bool:
    """Have the file rewritten soon, as a record is deleted. False if Redis is so full that it cannot note it.

    Raises Unavailable.
    """
    return bool(await redis.run(_ASK_SOON, [_KEY], [_ms(REWRITE_SOON_S)]))


class AofRewriter:
    """Has Redis rewrite its file when it is time. ``pause``: how to wait for Redis, in seconds, for tests."""

    def __init__(self, redis: RedisClient, pause: Pause = asyncio.sleep) -> None:
        self._redis = redis
        self._pause = pause
        self._name = secrets.token_hex(8)
        self._failed: str | None = None

    async def run(self) -> None:
        """Check every REWRITE_CHECK_S whether it is time, until cancelled."""
        while True:
            with contextlib.suppress(Unavailable):  # the client says so itself
                await self.look()
            await self._pause(REWRITE_CHECK_S)

    async def look(self) -> None:
        """If it is time, and no other aggregator is at it, have the file rewritten. Raises Unavailable."""
        if not await self._redis.run(_CLAIM, [_KEY], [self._name, _ms(REWRITE_SOON_S)]):
            return
        try:
            async with asyncio.timeout(REWRITE_MOST_S), self._redis.servers() as servers:
                for ask in servers:  # one after the other, as they may share a disk
                    await self._rewrite(ask)
        except (_Failed, TimeoutError) as failure:
            self._tell(failure.reason if isinstance(failure, _Failed) else "slow")
            return
        await self._redis.run(_DONE, [_KEY], [self._name, _ms(REWRITE_S)])
        self._tell(None)

    async def _rewrite(self, ask: Ask) -> None:
        """Return when this server has rewritten its file, beginning from now. Raises _Failed or Unavailable."""
        facts = await self._idle(ask)
        while facts.get("aof_enabled"):
            reply = await ask("BGREWRITEAOF")
            if not isinstance(reply, ResponseError):
                break
            if "in progress" not in str(reply):
                raise _Failed("refused")
            facts = await self._idle(ask)  # a rewrite that began before does not count
        else:
            return
        done = await self._idle(ask)
        if done.get("run_id") != facts.get("run_id") or done.get("aof_last_bgrewrite_status") != "ok":
            raise _Failed("failed")

    async def _idle(self, ask: Ask) -> dict[str, Any]:
        """INFO of the server once no rewrite is under way, nor what begins the file anew. A server that only resembles
        Redis may leave fields out."""
        while True:
            facts = await ask("INFO")
            if not isinstance(facts, dict):
                raise _Failed("refused")
            if not any(facts.get(field) for field in _UNDER_WAY):
                return facts
            await self._redis.run(_HOLD, [_KEY], [self._name, _ms(REWRITE_SOON_S)])
            await self._pause(_LOOK_S)

    def _tell(self, reason: str | None) -> None:
        """Log changes only."""
        if reason is not None and reason != self._failed:
            log.warning("Redis's file is not rewritten; what was deleted is still in it", reason=reason)
        elif reason is None and self._failed is not None:
            log.info("Redis's file is rewritten again")
        self._failed = reason


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
