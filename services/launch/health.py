"""A process's own port for probes and Prometheus: /healthz, /readyz, /metrics; of a supervisor also /targets."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from kuuki.connections import Caps
from kuuki.times import CONNECTION_IDLE_S
from services.launch.sockets import bind, local_url
from services.runtime.http.server import Runner
from services.runtime.metrics import Metrics
from services.runtime.site import BoundedSite

IsReady = Callable[[], bool]
Targets = Callable[[], list[str]]
"""host:port of every process whose metrics Prometheus should read (its HTTP service discovery)."""


@contextlib.asynccontextmanager
async def health_port(
    host: str,
    port: int,
    metrics: Metrics,
    is_ready: IsReady,
    caps: Caps,
    targets: Targets | None = None,
    is_late: IsReady | None = None,
) -> AsyncIterator[str]:
    """Serve them; the URL. ``port`` 0 picks a free one. ``caps``: how many connections it holds.

    ``is_late``: of a gateway, said beside whether it is ready.
    """
    listener = await bind(host, port)
    app = _app(metrics, is_ready, targets, is_late)
    runner = Runner(app, body_bytes=0, keepalive_timeout=CONNECTION_IDLE_S, shutdown_timeout=1.0)
    await runner.setup()
    await BoundedSite(runner, listener, caps, metrics).start()
    try:
        yield local_url("http", host, listener)
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

    async def sd(_: web.Request) -> web.Response:
        return web.json_response([{"targets": targets() if targets else []}])

    app = web.Application()
    if targets is not None:
        app.router.add_get("/targets", sd)
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", numbers)])
    return app
