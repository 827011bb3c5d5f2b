"""``kuuki serve``: signal, aggregator and an in-process bus, all in one process."""

import contextlib
import sys

from kuuki.mix import Calibration
from kuuki.privacy import Privacy, Rule
from services.aggregator.app import Aggregator
from services.launch.demo import demo_crowd
from services.launch.listening import Origin, listening
from services.launch.running import Stop, run, running
from services.launch.sockets import bind
from services.launch.welcome import welcome
from services.runtime import log as logs
from services.runtime.bus import InProcessBus
from services.runtime.exchange import InProcessExchange
from services.runtime.leases import SoleLeases
from services.runtime.metrics import Metrics
from services.runtime.rooms import InProcessRooms, RoomRecord, Secrets
from services.runtime.settings import Settings
from services.signal.app import make_app, make_maker, make_switchboard
from services.signal.gateway.hub import Hub
from services.signal.http.rooms import links_of

DEMO_ROOM = "demo"


def serve(settings: Settings, demo_people: int = 0) -> int:
    """Serve until SIGINT or SIGTERM; the exit status. ``demo_people``: a room whose crowd is already reacting."""
    logs.set_up(settings.log)
    try:
        return run(lambda: _serve(settings, demo_people))
    except OSError as error:
        print(f"kuuki serve: cannot bind {settings.host}:{settings.port}: {error.strerror}", file=sys.stderr)
        return 1


async def _serve(settings: Settings, demo_people: int) -> int:
    metrics, bus, rooms = Metrics(), InProcessBus(), InProcessRooms()
    listener = await bind(settings.host, settings.port)
    origin = Origin.of(settings, listener)
    hub = Hub(bus, rooms, make_maker(settings, metrics), metrics)
    switchboard = make_switchboard(settings, InProcessExchange(), metrics)
    aggregator = Aggregator(bus, SoleLeases(), metrics, Calibration())
    app = make_app(settings, rooms, hub, switchboard, metrics, origin.links)
    stop = Stop()
    async with contextlib.AsyncExitStack() as stack:
        for part in (aggregator, hub, switchboard):
            await stack.enter_async_context(running(part.run))
        await stack.enter_async_context(listening(settings, listener, app))
        links = None
        if demo_people:
            secrets = Secrets.fresh()
            record = RoomRecord(DEMO_ROOM, rule=Rule(Privacy.STANDARD), is_kept=True)
            await rooms.add(record.opened_by(secrets))
            links = links_of(DEMO_ROOM, secrets, origin.links, settings)
            await stack.enter_async_context(demo_crowd(origin.local, DEMO_ROOM, secrets.audience, demo_people))
        welcome(origin.links, links, settings)
        await stop.wait()
        print("Going away: telling everyone.", file=sys.stderr)
    return 0
