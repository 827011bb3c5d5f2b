"""``kuuki aggregator``: one aggregator of many. It has no port but that of its health and metrics."""

import contextlib
import secrets
from functools import partial

from kuuki.mood.mix import Calibration
from services.aggregator.app import Aggregator
from services.aggregator.recorder import Recorder
from services.launch.fitting import capacity_without_peers
from services.launch.health import health_port
from services.launch.linking import linked
from services.launch.running import Stop, run, running
from services.runtime import log as logs
from services.runtime.http.probes import Probes
from services.runtime.metrics import Metrics
from services.runtime.pulse import pulse
from services.runtime.redis.aof_rewriting import AofRewriter
from services.runtime.redis.health import RedisHealth
from services.runtime.redis.leases import RedisLeases
from services.runtime.redis.shared_key import VEIL_KEY, KeyKeeper, shared_key
from services.runtime.redis.timeline import RedisTimeline
from services.runtime.settings import Settings


def run_aggregator(settings: Settings, with_parent: bool) -> int:
    """Mix until SIGINT or SIGTERM; the exit status."""
    logs.set_up(settings.log)
    return run("aggregator", partial(aggregate, settings), with_parent)


async def aggregate(settings: Settings, stop: Stop) -> None:
    """Mix until told to stop."""
    metrics, capacity = Metrics(), capacity_without_peers()
    async with contextlib.AsyncExitStack() as stack:
        redis, bus = await stack.enter_async_context(linked(settings, metrics, stop))
        veil_key = await shared_key(redis, VEIL_KEY, settings.veil_key)
        leases = RedisLeases(redis, secrets.token_urlsafe(6), metrics)
        timeline = RedisTimeline(redis, settings.retention_s)
        recorder = Recorder(timeline, metrics)
        aggregator = Aggregator(bus, leases, metrics, Calibration(), veil_key, recorder.observe)
        for part in (timeline, AofRewriter(redis), recorder, leases, aggregator, RedisHealth(redis, metrics)):
            await stack.enter_async_context(running(part.run, stop))
        if settings.veil_key is None:  # one that the operator gave is not put into Redis, nor into its backups
            await stack.enter_async_context(running(KeyKeeper(redis, VEIL_KEY, veil_key).run, stop))
        probes = Probes(lambda: bus.is_well)
        beating = partial(pulse, metrics, probes.is_ready, lambda: bus.is_well)
        await stack.enter_async_context(running(beating, stop))
        health = health_port(settings, metrics, probes, capacity.health)
        print(f"kuuki aggregator: health {await stack.enter_async_context(health)}", flush=True)
        await stop.wait()
