"""``kuuki signal``: one gateway of many, with HTTP, event streams and calls. What must be shared is in Redis."""

import contextlib
from dataclasses import dataclass
from functools import partial

from services.launch.fitting import capacity_of_gateway
from services.launch.health import health_port
from services.launch.linking import linked
from services.launch.listening import Origin, listening, watches
from services.launch.running import Stop, run, running
from services.launch.sockets import bind, inherited
from services.runtime import log as logs
from services.runtime.metrics import Metrics
from services.runtime.pulse import pulse
from services.runtime.redis.exchange import RedisExchange
from services.runtime.redis.rooms import RedisRooms
from services.runtime.redis.seats import RedisSeats
from services.runtime.redis.shared_key import SEAT_KEY, KeyKeeper, shared_key
from services.runtime.redis.timeline import RedisTimeline
from services.runtime.settings import Settings
from services.runtime.strict_rooms import rooms_of
from services.signal.app import make_app, make_maker, make_switchboard, probes_of
from services.signal.gateway.composition import Shared, make_hub


@dataclass(frozen=True, slots=True)
class Descent:
    """What a parent process gives to a gateway that it supervises.

    ``listen_fd``: the file descriptor of a listening socket. ``with_parent``: the gateway goes at once
    when standard input ends, which tells that the parent is gone.
    """

    listen_fd: int | None = None
    with_parent: bool = False


def run_signal(settings: Settings, descent: Descent) -> int:
    """Serve until SIGTERM (clients are moved first) or SIGINT (at once); the exit status."""
    logs.set_up(settings.log)
    return run("signal", partial(serve_gateway, settings, descent), descent.with_parent)


async def serve_gateway(settings: Settings, descent: Descent, stop: Stop) -> None:
    """Serve until told to stop."""
    metrics, capacity = Metrics(), capacity_of_gateway(settings)
    listener = await bind(settings.host, settings.port) if descent.listen_fd is None else inherited(descent.listen_fd)
    origin = Origin.of(settings, listener)
    async with contextlib.AsyncExitStack() as stack:
        redis, bus = await stack.enter_async_context(linked(settings, metrics, stop))
        key = await shared_key(redis, SEAT_KEY, settings.code_key)
        rooms, exchange = RedisRooms(redis, bus, settings.room_idle_s), RedisExchange(redis, bus, key)
        timeline = RedisTimeline(redis, settings.retention_s)
        maker, shared = make_maker(settings, metrics, capacity.sockets), Shared(RedisSeats(redis), key)
        entered = rooms_of(settings, rooms)
        hub = make_hub(bus, entered, maker, metrics, shared, watchers=capacity.watchers)
        switchboard = make_switchboard(settings, exchange, metrics, key, capacity.lines)
        app = make_app(settings, entered, hub, switchboard, metrics, origin.links, timeline)
        for part in (KeyKeeper(redis, SEAT_KEY, key), rooms, timeline, hub, switchboard):
            await stack.enter_async_context(running(part.run, stop))
        site = await stack.enter_async_context(listening(settings, listener, app, capacity.connections, metrics))
        for watch in watches(settings, listener, metrics):
            await stack.enter_async_context(running(watch.run, stop))
        probes = probes_of(hub)
        beating = partial(pulse, metrics, probes.is_ready, lambda: bus.is_well)
        await stack.enter_async_context(running(beating, stop))
        health = await stack.enter_async_context(health_port(settings, metrics, probes, capacity.health))
        print(f"kuuki signal: serves at {origin.local}, health {health}", flush=True)
        await stop.wait()
        if descent.listen_fd is not None:
            await site.stop()  # the other gateways take new connections from the same socket
        await stop.last(hub.drain(settings.drain_s))
