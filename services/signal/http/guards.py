"""What stands before every route: errors as JSON, Host and Origin, who may, safe headers."""

import asyncio
import ipaddress
import json
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import structlog
from aiohttp import ClientError, web

from kuuki.errors import BadOffer, KuukiError, PurposeRefused, RoomUnknown, TooMany, Unavailable
from kuuki.room import Role
from services.runtime.rooms import RoomRecord, is_same
from services.runtime.settings import Network
from services.signal.http.keys import METRICS, SETTINGS

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = structlog.get_logger(__name__)

_PROBES: Final = ("/healthz", "/readyz", "/metrics")
_LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "::1")
_BODY_S: Final = 10.0
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(self), speaker-selection=(self), picture-in-picture=(self), "
    "display-capture=()",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
}


class ProblemError(web.HTTPException):
    """An HTTP error with kuuki's JSON body."""

    def __init__(self, status: int, error: str, message: str, headers: dict[str, str] | None = None) -> None:
        self.status_code = status
        text = json.dumps({"error": error, "message": message})
        super().__init__(headers=headers, text=text, content_type="application/json")


@web.middleware
async def errors_as_json(request: web.Request, handler: Handle) -> web.StreamResponse:
    """Every failure is a JSON problem; only an unexpected one is logged, without the request."""
    try:
        return await handler(request)
    except ProblemError:
        raise
    except web.HTTPException as error:
        if error.status < 400:
            raise
        name = HTTPStatus(error.status).phrase.lower().replace(" ", "_").replace("-", "_")
        kept = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        raise ProblemError(error.status, name, error.reason, kept) from error
    except KuukiError as error:
        raise _problem(request, error) from error
    except Exception as error:
        log.exception("a request failed unexpectedly", method=request.method)
        raise ProblemError(500, "internal", "Something broke here; it was logged.") from error


def _problem(request: web.Request, error: KuukiError) -> ProblemError:
    if isinstance(error, RoomUnknown):
        return ProblemError(404, "room_unknown", "There is no such room, or it is closed.")
    if isinstance(error, BadOffer):
        request.app[METRICS].offers_refused.labels(error.reason).inc()
        return ProblemError(400, "bad_offer", f"The SDP offer is not acceptable: {error.reason}. See docs/protocol.md.")
    if isinstance(error, TooMany):
        request.app[METRICS].joins.labels(f"too_many_{error.reason}").inc()
        return ProblemError(429, f"too_many_{error.reason}", "Too many at once; try again.", {"Retry-After": "1"})
    if isinstance(error, PurposeRefused):
        return ProblemError(422, "purpose_refused", str(error))
    if isinstance(error, Unavailable):
        problem = ProblemError(503, "unavailable", "Not here, or not now; try again.", {"Retry-After": "1"})
        problem.force_close()  # whoever tries again must not come back to a process that goes away
        return problem
    return ProblemError(400, "malformed", str(error))


@web.middleware
async def host_and_origin(request: web.Request, handler: Handle) -> web.StreamResponse:
    """Open on loopback, kuuki answers only to loopback names (no DNS rebinding); a browser's Origin must be ours."""
    if request.path in _PROBES:
        return await handler(request)
    settings = request.app[SETTINGS]
    host = _host_name(request.host)
    if settings.open_to_all and host not in (*_LOOPBACK_NAMES, settings.host):
        raise ProblemError(403, "host", "This kuuki answers on loopback only.")
    origin = request.headers.get("Origin")
    if origin is not None and not _is_own(origin, request):
        raise ProblemError(403, "origin", "Requests from other sites are not served.")
    return await handler(request)


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_own(origin: str, request: web.Request) -> bool:
    public_url = request.app[SETTINGS].public_url
    if public_url is not None and origin == "{0.scheme}://{0.netloc}".format(urlsplit(public_url)):
        return True
    return origin in (f"http://{request.host}", f"https://{request.host}")


async def body_of(request: web.Request) -> bytes:
    """The request's whole body; one that dribbles is not waited for."""
    try:
        async with asyncio.timeout(_BODY_S):
            return await request.read()
    except TimeoutError as error:
        raise ProblemError(408, "too_slow", "The request's body did not come in time.") from error
    except (web.RequestPayloadError, ClientError) as error:
        raise ProblemError(400, "body", "The request's body is not what its headers say.") from error


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Headers that every answer carries."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.pop("Server", None)


def require_admin(request: web.Request) -> None:
    """The admin token, unless kuuki is open on loopback."""
    settings = request.app[SETTINGS]
    if settings.open_to_all:
        return
    if not settings.admin_token or not is_same(_bearer(request), settings.admin_token):
        raise ProblemError(401, "admin_token", "Making rooms here needs the admin token.", _CHALLENGE)


def require_secret(request: web.Request, record: RoomRecord, role: Role) -> None:
    """The secret of the room's link for that role, unless kuuki is open on loopback. Admins may everything."""
    settings = request.app[SETTINGS]
    if settings.open_to_all:
        return
    secret = _bearer(request)
    if settings.admin_token and is_same(secret, settings.admin_token):
        return
    if not record.allows(secret, role):
        raise ProblemError(401, "secret", "This link is not complete; ask for it again.", _CHALLENGE)


_CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def address_of(request: web.Request) -> str | None:
    """The client's address for quotas; None on loopback without a proxy, where everybody is the same machine.

    A proxy that is trusted is believed about whom it serves, and so on along a chain of them.
    """
    proxies = request.app[SETTINGS].proxies
    forwarded = [entry.strip() for entry in request.headers.get("X-Forwarded-For", "").split(",") if entry.strip()]
    address = request.remote or ""
    if not forwarded and _is_loopback(address):
        return None
    while forwarded and _is_among(address, proxies):
        address = forwarded.pop()
    return _network_of(address)


def _is_among(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    plain = getattr(parsed, "ipv4_mapped", None) or parsed  # as a socket that takes both kinds names IPv4
    return any(plain in network for network in networks)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return not address


def _network_of(address: str) -> str:
    """Of an IPv6 address its /64: one subscriber has all of them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if parsed.version == 4 else str(ipaddress.ip_network((int(parsed), 64), strict=False))
