"""Keys that processes of a deployment share, where the operator gave none: the first process makes one, Redis keeps it.

Who may read which is a matter of the users of Redis (deploy/redis/redis.acl): gateways the seat key, aggregators the
veil key, neither the other's.
"""

import asyncio
import contextlib
import random
import secrets
from dataclasses import dataclass
from typing import Final

import structlog

from kuuki.backoff import Backoff
from kuuki.errors import Unavailable
from kuuki.times import BUS_RETRY_FIRST_S, BUS_RETRY_S
from services.runtime.redis.client import RedisClient, Script

_KEEP_S = 10.0
_KEEP = Script("return redis.call('SET', KEYS[1], ARGV[1], 'NX') and ARGV[1] or redis.call('GET', KEYS[1])")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SharedKey:
    """A key that is shared: the name under which Redis keeps it, and the setting by which an operator gives it."""

    name: str
    setting: str

    @property
    def advice(self) -> str:
        """What would spare a process the wait for Redis."""
        return f"with {self.setting} set this process would start without it"


SEAT_KEY: Final = SharedKey("kuuki:key", "KUUKI_CODE_KEY")
"""What gateways derive codes and the names of seats from."""

VEIL_KEY: Final = SharedKey("kuuki:veil", "KUUKI_VEIL_KEY")
"""What aggregators derive the noise in published mixes from. Whoever has it can take the noise away again."""


async def shared_key(redis: RedisClient, which: SharedKey, given: str | None) -> bytes:
    """The operator's key; else the one in Redis, which the first process made. Waits until Redis answers, however
    long."""
    if given is not None:
        return given.encode()
    backoff = Backoff(random.uniform, BUS_RETRY_FIRST_S, 0.0, BUS_RETRY_S)
    has_told = False
    while True:
        try:
            return bytes(await redis.run(_KEEP, [which.name], [secrets.token_bytes(32)]))
        except Unavailable:
            if not has_told:
                log.warning("waiting for Redis, which has a key", advice=which.advice)
                has_told = True
            await asyncio.sleep(backoff.next_s())


class KeyKeeper:
    """Writes the key again if Redis lost it, so that processes that start later get the same."""

    def __init__(self, redis: RedisClient, which: SharedKey, key: bytes) -> None:
        self._redis = redis
        self._name = which.name
        self._key = key

    async def run(self) -> None:
        """Write it every 10 s if it is missing, until cancelled."""
        while True:
            with contextlib.suppress(Unavailable):
                await self._redis.run(_KEEP, [self._name], [self._key])
            await asyncio.sleep(_KEEP_S)
