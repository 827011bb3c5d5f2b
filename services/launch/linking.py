"""The two things through which one of many processes reaches the others: the link to Redis, and the bus over it."""

import contextlib
from collections.abc import AsyncIterator

from services.runtime.metrics import Metrics
from services.runtime.redis.bus import RedisBus
from services.runtime.redis.link import RedisLink
from services.runtime.settings import Settings


@contextlib.asynccontextmanager
async def linked(settings: Settings, metrics: Metrics) -> AsyncIterator[tuple[RedisLink, RedisBus]]:
    """Open while the context lasts. Redis may be away; both heal by themselves."""
    if settings.redis_url is None:
        raise RuntimeError("KUUKI_REDIS_URL is checked before anything starts")
    link = RedisLink(settings.redis_url.get_secret_value())
    bus = RedisBus(link, metrics)
    try:
        yield link, bus
    finally:
        await bus.close()
        await link.close()
