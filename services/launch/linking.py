"""How one process of many reaches the others: by a link to Redis, and by the bus over it."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial

from kuuki.errors import Unavailable
from services.launch.running import Stop, running
from services.runtime.lifecycle import CannotStart
from services.runtime.metrics import Metrics
from services.runtime.redis.bus import RedisBus
from services.runtime.redis.diagnosis import look_out
from services.runtime.redis.link import RedisLink
from services.runtime.redis.schema import SchemaKeeper
from services.runtime.settings import Settings


@contextlib.asynccontextmanager
async def linked(settings: Settings, metrics: Metrics, stop: Stop) -> AsyncIterator[tuple[RedisLink, RedisBus]]:
    """A link and a bus, open while the context lasts.

    Redis may be away at the start or later: both connect again by themselves. Raises CannotStart where the settings
    can never work.
    """
    if settings.redis_url is None:
        raise RuntimeError("KUUKI_REDIS_URL is checked before anything starts")
    link = RedisLink(settings.redis_url.get_secret_value())
    try:
        bus = RedisBus(link, metrics)
    except OSError as error:
        raise CannotStart("KUUKI_REDIS_URL: ca, cert or key cannot be used; each is a PEM file's path.") from error
    try:
        schema = SchemaKeeper(link)
        with contextlib.suppress(Unavailable):  # ``schema.run`` looks as soon as Redis is there
            await schema.look()
        looking = partial(look_out, link.target, lambda: bus.is_well and not link.is_away, link.sayer)
        async with running(bus.run, stop), running(looking, stop), running(schema.run, stop):
            yield link, bus
    finally:
        await bus.close()
        await link.close()
