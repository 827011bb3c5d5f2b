"""A whole kuuki in this process: hub, aggregator and HTTP on a free port of loopback."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from kuuki.capacity import Capacity
from kuuki.limits import FILES
from kuuki.mood.mix import Calibration
from kuuki.times import CONNECTION_IDLE_S
from loadtests.rooms_in_memory import InProcessRooms
from services.aggregator.app import Aggregator
from services.aggregator.recorder import Recorder
from services.runtime.bus import InProcessBus
from services.runtime.exchange import InProcessExchange
from services.runtime.http.bounded_site import BoundedSite, KeyOf, one_for_all
from services.runtime.leases import SoleLeases
from services.runtime.metrics import Metrics
from services.runtime.settings import Settings
from services.runtime.strict_rooms import rooms_of
from services.runtime.timeline import NoTimeline, Timeline
from services.signal.app import make_app, make_maker, make_runner, make_switchboard
from services.signal.calls.switchboard import Switchboard
from services.signal.gateway.composition import make_hub
from services.signal.gateway.hub import Hub
from services.signal.gateway.peer import OfferAnswerer
from services.signal.http.keys import PAGES

WHOLE = Capacity.of(FILES)


@dataclass
class Kuuki:
    """What runs, and where. ``rooms``: as the store has them, whoever may enter."""

    url: str
    port: int
    hub: Hub
    rooms: InProcessRooms
    bus: InProcessBus
    metrics: Metrics
    switchboard: Switchboard
    exchange: InProcessExchange
    app: web.Application

    def value(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(f"kuuki_{name}", labels) or 0.0

    def samples(self, name: str) -> dict[str, float]:
        """A metric's values by its one label, zeros left out."""
        samples = (sample for metric in self.metrics.registry.collect() for sample in metric.samples)
        return {
            next(iter(sample.labels.values()), ""): sample.value
            for sample in samples
            if sample.name == f"kuuki_{name}" and sample.value
        }


@contextlib.asynccontextmanager
async def serving(
    settings: Settings | None = None,
    maker: Callable[[Settings, Metrics], OfferAnswerer] = make_maker,
    pages: Path | None = None,
    idle_s: float = CONNECTION_IDLE_S,
    timeline: Timeline | None = None,
    capacity: Capacity = WHOLE,
    key_of: KeyOf = one_for_all,
    sheds: bool = False,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Kuuki]:
    """Serve until the context ends, then go away as ``kuuki serve`` does.

    ``sheds``: refuses joins while ticks are late. How busy this machine is decides no other test.
    """
    settings = settings or Settings(host="127.0.0.1", port=0)
    metrics, bus, rooms = Metrics(), InProcessBus(), InProcessRooms()
    entered = rooms_of(settings, rooms)
    hub = make_hub(bus, entered, maker(settings, metrics), metrics, watchers=capacity.watchers)
    if not sheds:
        hub.readiness._overload.refuse_if_late = lambda: None
    exchange = InProcessExchange()
    switchboard = make_switchboard(settings, exchange, metrics)
    recorder = Recorder(timeline or NoTimeline(), metrics)
    aggregator = Aggregator(bus, SoleLeases(), metrics, Calibration(), b"veil", recorder.observe)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    url = f"{'http' if tls is None else 'https'}://127.0.0.1:{port}"
    app = make_app(settings, entered, hub, switchboard, metrics, settings.public_url or url, timeline)
    if pages is not None:
        app[PAGES] = pages
    runner = make_runner(app, idle_s)
    parts = [asyncio.create_task(part.run()) for part in (recorder, aggregator, hub, switchboard)]
    await runner.setup()
    await BoundedSite(runner, listener, capacity.connections, metrics, key_of, tls).start()
    try:
        yield Kuuki(url, port, hub, rooms, bus, metrics, switchboard, exchange, app)
    finally:
        await runner.cleanup()
        for part in reversed(parts):
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
    for part in parts:
        if not part.cancelled():
            raise AssertionError("a part ended") from part.exception()
