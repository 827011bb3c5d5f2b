"""The HTTP server of a gateway: where it listens, with or without TLS, and the origin that links begin with."""

import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from aiohttp import web

from kuuki.addresses import key_of_connection
from kuuki.connections import Caps
from services.launch.sockets import local_url
from services.launch.tls import self_signed
from services.runtime.certificate import CertificateWatch
from services.runtime.http.bounded_site import BoundedSite
from services.runtime.lifecycle import CannotStart
from services.runtime.metrics import Metrics
from services.runtime.settings import Settings
from services.signal.app import make_runner


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of links, and the URL for this machine; known once the socket is bound."""

    links: str
    local: str

    @classmethod
    def of(cls, settings: Settings, listener: socket.socket) -> "Origin":
        """The origin of the server that listens on this socket."""
        local = local_url("https" if settings.has_tls else "http", settings.host, listener)
        return cls(settings.public_url or local, local)


def watches(settings: Settings, listener: socket.socket, metrics: Metrics) -> list[CertificateWatch]:
    """What looks at the certificate that people are shown.

    That is the certificate of the front in the settings, else this process's own; nothing where there is neither.
    """
    if settings.front is not None:
        host, _, port = settings.front.rpartition(":")
        return [CertificateWatch((host.strip("[]"), int(port)), settings.public_url, metrics)]
    if not settings.has_tls:
        return []
    own = urlsplit(local_url("https", settings.host, listener))
    return [CertificateWatch((str(own.hostname), int(own.port or 0)), settings.public_url, metrics)]


@contextlib.asynccontextmanager
async def listening(
    settings: Settings, listener: socket.socket, app: web.Application, caps: Caps, metrics: Metrics
) -> AsyncIterator[BoundedSite]:
    """Serve the application on this socket while the context lasts. A stopped site takes no more connections."""
    runner = make_runner(app)
    await runner.setup()
    key_of = partial(key_of_connection, proxies=settings.proxies)
    site = BoundedSite(runner, listener, caps, metrics, key_of, _tls(settings))
    await site.start()
    try:
        yield site
    finally:
        await runner.cleanup()


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if not settings.has_tls:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    if settings.tls_cert is not None:
        try:
            context.load_cert_chain(settings.tls_cert, settings.tls_key)
        except OSError as error:  # ssl.SSLError is one
            raise CannotStart(
                "the certificate and the key cannot be used: they are PEM files that belong together, readable for "
                "this process, the key without a password."
            ) from error
    else:
        self_signed(context, settings.public_url, settings.host)
    return context
