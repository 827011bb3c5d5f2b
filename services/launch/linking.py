"""How one process of many reaches the others: by a link to Redis, and by the bus over it."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial

import structlog

from kuuki.errors import Unavailable
from services.launch.running import Stop, running
from services.runtime.lifecycle import CannotStart
from services.runtime.metrics import Metrics
from services.runtime.redis.bus import RedisBus
from services.runtime.redis.client import RedisClient
from services.runtime.redis.diagnosis import report_outages
from services.runtime.redis.schema import SchemaKeeper
from services.runtime.settings import Settings

log = structlog.get_logger(__name__)


@contextlib.asynccontextmanager
async def linked(settings: Settings, metrics: Metrics, stop: Stop) -> AsyncIterator[tuple[RedisClient, RedisBus]]:
    """A link and a bus, open while the context lasts.

    Redis may be away at the start or later: both connect again by themselves. Raises CannotStart where the settings
    can never work.
    """
    if settings.redis_url is None:
        raise RuntimeError("KUUKI_REDIS_URL is checked before anything starts")
    redis = RedisClient(settings.redis_url.get_secret_value())
    if redis.target.is_plain_beyond_this_host and not settings.redis_plain:
        log.warning(
            "single people's scores go to Redis unencrypted: begin KUUKI_REDIS_URL with rediss, or set "
            "KUUKI_REDIS_PLAIN=1 if nobody else can read that network"
        )
    try:
        bus = RedisBus(redis, metrics)
    except OSError as error:
        raise CannotStart("KUUKI_REDIS_URL: ca, cert or key cannot be used; each is a PEM file's path.") from error
    try:
        schema = SchemaKeeper(redis)
        with contextlib.suppress(Unavailable):  # ``schema.run`` looks as soon as Redis is there
            await schema.look()
        looking = partial(report_outages, redis.target, lambda: bus.is_well and not redis.is_away, redis.problem_log)
        async with running(bus.run, stop), running(looking, stop), running(schema.run, stop):
            yield redis, bus
    finally:
        await bus.close()
        await redis.close()
