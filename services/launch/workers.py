"""``kuuki serve --workers N``: N gateways behind one port and two aggregators, which this process supervises."""

import asyncio
import contextlib
import os
import signal
import sys
from functools import partial
from urllib.parse import urlsplit

from services.launch.children import Place, Recipe
from services.launch.fitting import capacity_without_peers
from services.launch.health import health_port
from services.launch.running import Stop, run, running
from services.launch.sockets import bind, local_url
from services.launch.welcome import welcome
from services.runtime import log as logs
from services.runtime.http.probes import Probes
from services.runtime.metrics import Metrics
from services.runtime.settings import Settings

_KUUKI = (sys.executable, "-m", "services.launch")
_AGGREGATORS = 2
_END_S = 10.0
_BACKLOG = 1024


def serve_workers(settings: Settings, workers: int) -> int:
    """Serve with that many gateways until SIGINT or SIGTERM. SIGHUP replaces all processes, one after the other."""
    logs.set_up(settings.log)
    return run("serve", partial(look_after, settings, workers))


async def look_after(settings: Settings, workers: int, stop: Stop) -> None:
    """Keep that many gateways, and two aggregators, until told to stop."""
    capacity = capacity_without_peers()  # before the children start: they inherit the limit of open files
    listener = await bind(settings.host, settings.port)
    listener.listen(_BACKLOG)
    listener.set_inheritable(True)
    origin = settings.public_url or local_url("https" if settings.has_tls else "http", settings.host, listener)
    # The health port in the settings is this process's own; each child takes a free one.
    own = {"KUUKI_PORT": str(listener.getsockname()[1]), "KUUKI_HEALTH_PORT": "0"}
    environment = environment_of(settings) | own
    descriptor = listener.fileno()
    command = [*_KUUKI, "signal", "--with-parent", "--listen-fd", str(descriptor)]
    gateway = Recipe("signal", command, environment, [descriptor])
    aggregator = Recipe("aggregator", [*_KUUKI, "aggregator", "--with-parent"], environment)
    places = [Place(aggregator) for _ in range(_AGGREGATORS)] + [Place(gateway) for _ in range(workers)]
    async with contextlib.AsyncExitStack() as stack:
        for place in places:
            await stack.enter_async_context(running(place.run, stop))
        probes, targets = Probes(partial(_all_serve, places)), partial(_targets, places)
        health = health_port(settings, Metrics(), probes, capacity.health, targets)
        print(f"kuuki serve: health {await stack.enter_async_context(health)}", file=sys.stderr)
        rolling = _Rolling(places, settings.drain_s + _END_S)
        await stack.enter_async_context(running(rolling.run, stop))
        welcome(origin, None, settings)
        await stop.wait()
        print("Going away: telling everyone.", file=sys.stderr)
        await asyncio.gather(*(place.end(_END_S) for place in places))
    listener.close()


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment that gives a child the same settings, whether they came from the environment or from options."""
    said = {f"KUUKI_{name.upper()}": _text(value) for name, value in settings if value is not None}
    return dict(os.environ) | said


def _text(value: object) -> str:
    return str(value.get_secret_value()) if hasattr(value, "get_secret_value") else str(value)


def _targets(places: list[Place]) -> list[int]:
    return [port for place in places if (port := urlsplit(place.health() or "").port) is not None]


def _all_serve(places: list[Place]) -> bool:
    return all(place.health() is not None for place in places)


class _Rolling:
    """Replaces every process, one after the other, each time that SIGHUP comes."""

    def __init__(self, places: list[Place], patience_s: float) -> None:
        self._places = places
        self._patience_s = patience_s
        self._asked = asyncio.Event()

    async def run(self) -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._asked.set)
        while True:
            await self._asked.wait()
            self._asked.clear()
            for place in self._places:
                await place.replace(self._patience_s)
