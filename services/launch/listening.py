"""The HTTP server of ``kuuki serve``: where it listens, with or without TLS, and the origin that links begin with."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator

from aiohttp import web

from services.launch.tls import self_signed
from services.runtime.metrics import Metrics
from services.runtime.rooms import InProcessRooms
from services.runtime.settings import Settings
from services.signal.app import make_app, make_runner
from services.signal.calls.switchboard import Switchboard
from services.signal.gateway.hub import Hub


@contextlib.asynccontextmanager
async def listening(
    settings: Settings, rooms: InProcessRooms, hub: Hub, switchboard: Switchboard, metrics: Metrics
) -> AsyncIterator[tuple[str, str]]:
    """The HTTP server: the origin for links, and the URL for this machine."""
    context = _tls(settings)
    scheme = "https" if context else "http"
    # The origin holds the port, and with port 0 that is known only once bound: bind first, then make the app.
    host = None if settings.host in ("0.0.0.0", "") else settings.host  # noqa: S104 - compared
    listener = await _bind(host or "0.0.0.0", settings.port)  # noqa: S104 - the operator asked for it
    port = listener.getsockname()[1]
    local = f"{scheme}://{_bracketed(host or '127.0.0.1')}:{port}"
    origin = settings.public_url or local
    runner = make_runner(make_app(settings, rooms, hub, switchboard, metrics, origin))
    await runner.setup()
    await web.SockSite(runner, listener, ssl_context=context).start()
    try:
        yield origin, local
    finally:
        await runner.cleanup()


async def _bind(host: str, port: int) -> socket.socket:
    infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    family, kind, protocol, _, address = infos[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if not settings.has_tls:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    if settings.tls_cert is not None:
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
    else:
        self_signed(context, settings.public_url, settings.host)
    return context
