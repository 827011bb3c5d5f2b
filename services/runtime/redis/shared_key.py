"""The key that all processes of a deployment derive codes and seats from, where the operator gave none."""

import asyncio
import contextlib
import random
import secrets

import structlog

from kuuki.backoff import Backoff
from kuuki.errors import Unavailable
from kuuki.times import BUS_RETRY_FIRST_S, BUS_RETRY_S
from services.runtime.redis.client import RedisClient, Script

_KEEP_S = 10.0
_KEEP = Script("return redis.call('SET', KEYS[1], ARGV[1], 'NX') and ARGV[1] or redis.call('GET', KEYS[1])")
_NAME = "kuuki:key"

log = structlog.get_logger(__name__)


async def shared_key(redis: RedisClient, given: str | None) -> bytes:
    """The operator's key; else the one in Redis, which the first process made. Waits until Redis answers, however
    long."""
    if given is not None:
        return given.encode()
    backoff = Backoff(random.uniform, BUS_RETRY_FIRST_S, 0.0, BUS_RETRY_S)
    has_told = False
    while True:
        try:
            return bytes(await redis.run(_KEEP, [_NAME], [secrets.token_bytes(32)]))
        except Unavailable:
            if not has_told:
                log.warning("waiting for Redis; with KUUKI_CODE_KEY set this process would start without it")
                has_told = True
            await asyncio.sleep(backoff.next_s())


class KeyKeeper:
    """Writes the key again if Redis lost it, so that processes that start later get the same."""

    def __init__(self, redis: RedisClient, key: bytes) -> None:
        self._redis = redis
        self._key = key

    async def run(self) -> None:
        """Write it every 10 s if it is missing, until cancelled."""
        while True:
            with contextlib.suppress(Unavailable):
                await self._redis.run(_KEEP, [_NAME], [self._key])
            await asyncio.sleep(_KEEP_S)
