"""A process's health port, for probes and Prometheus: /healthz, /readyz, /metrics; of a supervisor also /targets.

The numbers are here and nowhere else: how many people there are is not for strangers.
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
from services.runtime.http.server import Runner
from services.runtime.metrics import Metrics
from services.runtime.settings import Settings

IsReady = Callable[[], bool]
Targets = Callable[[], list[int]]
"""The health port of every process whose metrics Prometheus should read (its HTTP service discovery)."""


@contextlib.asynccontextmanager
async def health_port(
    settings: Settings,
    metrics: Metrics,
    is_ready: IsReady,
    caps: Caps,
    targets: Targets | None = None,
    is_late: IsReady | None = None,
) -> AsyncIterator[str]:
    """Serve them; the URL. Where: ``health_host`` and ``health_port``. ``caps``: how many connections it holds.

    ``is_late``: of a gateway, said beside whether it is ready.
    """
    listener = await bind(settings.health_host, settings.health_port)
    app = _app(metrics, is_ready, targets, is_late)
    runner = Runner(app, body_bytes=0, keepalive_timeout=CONNECTION_IDLE_S, shutdown_timeout=1.0)
    await runner.setup()
    await BoundedSite(runner, listener, caps, metrics).start()
    try:
        yield local_url("http", settings.health_host, listener)
    finally:
        await runner.cleanup()


def _app(metrics: Metrics, is_ready: IsReady, targets: Targets | None, is_late: IsReady | None) -> web.Application:
    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_: web.Request) -> web.Response:
        ready = is_ready()
        said = {"ready": ready} if is_late is None else {"ready": ready, "late": is_late()}
        return web.json_response(said, status=200 if ready else 503)

    async def numbers(_: web.Request) -> web.Response:
        body = await asyncio.to_thread(generate_latest, metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    if targets is not None:
        app.router.add_get("/targets", partial(_targets, targets))
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", numbers)])
    return app


async def _targets(targets: Targets, request: web.Request) -> web.Response:
    """The children's ports are bound where ours is, so they are reached at the address that was asked."""
    address = request.transport.get_extra_info("sockname")[0] if request.transport else "127.0.0.1"
    return web.json_response([{"targets": [netloc(address, port) for port in targets()]}])
