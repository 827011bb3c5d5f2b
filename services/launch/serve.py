"""``kuuki serve``: signal, aggregator, an in-process bus and a file for what must last, all in one process."""

import asyncio
import contextlib
import signal
import sys
from functools import partial

from kuuki.mood.mix import Calibration
from services.aggregator.app import Aggregator
from services.aggregator.recorder import Recorder
from services.launch.demo import DEMO_ROOM, Demo, demo_crowd, demo_room
from services.launch.fitting import capacity_of_gateway
from services.launch.health import health_port
from services.launch.listening import Origin, listening, watches
from services.launch.running import Stop, run, running
from services.launch.sockets import bind
from services.launch.welcome import welcome
from services.runtime import log as logs
from services.runtime.bus import InProcessBus
from services.runtime.exchange import InProcessExchange
from services.runtime.leases import SoleLeases
from services.runtime.metrics import Metrics
from services.runtime.pulse import pulse
from services.runtime.seats import SoleSeats
from services.runtime.settings import Settings
from services.runtime.sqlite.backup import Backups
from services.runtime.sqlite.keys import kept_key
from services.runtime.sqlite.rooms import SqliteRooms
from services.runtime.sqlite.store import Store
from services.runtime.sqlite.timeline import SqliteTimeline
from services.runtime.strict_rooms import rooms_of
from services.signal.app import make_app, make_maker, make_switchboard, probes_of
from services.signal.gateway.composition import Shared, make_hub
from services.signal.http.rooms import links_of


def serve(settings: Settings, demo: Demo | None = None) -> int:
    """Serve until SIGINT or SIGTERM; the exit status. ``demo``: a room whose crowd is already reacting."""
    logs.set_up(settings.log)
    return run("serve", partial(serve_all, settings, demo))


async def serve_all(settings: Settings, demo: Demo | None, stop: Stop) -> None:
    """Serve everything in one process until told to stop."""
    metrics, bus, capacity = Metrics(), InProcessBus(), capacity_of_gateway(settings)
    listener = await bind(settings.host, settings.port)
    origin = Origin.of(settings, listener)
    async with contextlib.AsyncExitStack() as stack:
        store = await Store.open(settings.store_path)
        stack.push_async_callback(store.close)
        backups = Backups(store)
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, backups.ask)
        rooms = await SqliteRooms.open(store, idle_s=settings.room_idle_s)
        timeline = SqliteTimeline(store, settings.retention_s)
        maker = make_maker(settings, metrics, capacity.sockets)
        seat_key, veil_key = await _keys(store, settings)
        entered = rooms_of(settings, rooms)
        hub = make_hub(bus, entered, maker, metrics, Shared(SoleSeats(), seat_key), watchers=capacity.watchers)
        switchboard = make_switchboard(settings, InProcessExchange(), metrics, lines=capacity.lines)
        recorder = Recorder(timeline, metrics)
        aggregator = Aggregator(bus, SoleLeases(), metrics, Calibration(), veil_key, recorder.observe)
        app = make_app(settings, entered, hub, switchboard, metrics, origin.links, timeline)
        secrets = await stack.enter_async_context(demo_room(rooms, timeline)) if demo else None
        for part in (rooms, timeline, backups, recorder, aggregator, hub, switchboard):
            await stack.enter_async_context(running(part.run, stop))
        probes = probes_of(hub)
        beating = partial(pulse, metrics, probes.is_ready, lambda: bus.is_well)
        await stack.enter_async_context(running(beating, stop))
        await stack.enter_async_context(listening(settings, listener, app, capacity.connections, metrics))
        for watch in watches(settings, listener, metrics):
            await stack.enter_async_context(running(watch.run, stop))
        health = health_port(settings, metrics, probes, capacity.health)
        print(f"kuuki serve: health {await stack.enter_async_context(health)}", file=sys.stderr)
        links = None
        if demo and secrets:
            links, marks = links_of(DEMO_ROOM, secrets, origin.links, settings), timeline.retention_s > 0
            await stack.enter_async_context(demo_crowd(origin.local, secrets, demo, stop, marks=marks))
        welcome(origin.links, links, settings)
        await stop.wait()
        print("Going away: telling everyone.", file=sys.stderr)


async def _keys(store: Store, settings: Settings) -> tuple[bytes, bytes]:
    """The key of seats and that of the veil: the operator's; else those in the store. With the same two the noise in
    mixes is the same after a restart, as long as the same people are there."""
    seat_key = settings.code_key.encode() if settings.code_key else await kept_key(store, "seat")
    veil_key = settings.veil_key.encode() if settings.veil_key else await kept_key(store, "veil")
    return seat_key, veil_key
