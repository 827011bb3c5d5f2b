"""A process's health port, for probes and Prometheus: /healthz, /readyz, /metrics; of a supervisor also /targets.

Metrics are served at this port alone: how many people there are is not for strangers.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from kuuki.connections import Caps
from kuuki.times import CONNECTION_IDLE_S
from services.launch.sockets import bind, local_url, netloc
from services.runtime.http.bounded_site import BoundedSite
from services.runtime.http.probes import Probes
from services.runtime.http.server import Runner
from services.runtime.metrics import Metrics
from services.runtime.settings import Settings

Targets = Callable[[], list[int]]
"""The health port of every process whose metrics Prometheus should read (its HTTP service discovery)."""


@contextlib.asynccontextmanager
async def health_port(
    settings: Settings,
    metrics: Metrics,
    probes: Probes,
    caps: Caps,
    targets: Targets | None = None,
) -> AsyncIterator[str]:
    """Serve them while the context lasts; the port's URL. The settings say where. ``caps``: its connections."""
    listener = await bind(settings.health_host, settings.health_port)
    runner = Runner(
        _app(metrics, probes, targets), body_bytes=0, keepalive_timeout=CONNECTION_IDLE_S, shutdown_timeout=1.0
    )
    await runner.setup()
    await BoundedSite(runner, listener, caps, metrics).start()
    try:
        yield local_url("http", settings.health_host, listener)
    finally:
        await runner.cleanup()


def _app(metrics: Metrics, probes: Probes, targets: Targets | None) -> web.Application:
    app = web.Application()
    app.add_routes([*probes.routes(), web.get("/metrics", partial(_metrics, metrics))])
    if targets is not None:
        app.router.add_get("/targets", partial(_targets, targets))
    return app


async def _metrics(metrics: Metrics, _: web.Request) -> web.Response:
    body = await asyncio.to_thread(generate_latest, metrics.registry)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _targets(targets: Targets, request: web.Request) -> web.Response:
    """The children's ports are bound where ours is, so they are reached at the address that was asked."""
    address = request.transport.get_extra_info("sockname")[0] if request.transport else "127.0.0.1"
    return web.json_response([{"targets": [netloc(address, port) for port in targets()]}])
