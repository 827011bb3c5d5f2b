"""What is checked before a route answers: Host and Origin, the token or secret, and the client's address."""

import asyncio
from typing import Final

from aiohttp import ClientError, web

from kuuki.addresses import client_of, is_loopback
from kuuki.mood.room import Role
from services.runtime.http.probes import HEALTHZ, READYZ
from services.runtime.http.problem import ProblemError
from services.runtime.rooms import RoomRecord, is_same
from services.signal.http.hosts import name_of, origin_of
from services.signal.http.keys import SETTINGS
from services.signal.http.problems import Handle

_PROBES: Final = (HEALTHZ, READYZ)
_BODY_S: Final = 10.0


@web.middleware
async def host_and_origin(request: web.Request, handler: Handle) -> web.StreamResponse:
    """Open on loopback, kuuki answers only to loopback names (no DNS rebinding); a browser's Origin must be ours."""
    if request.path in _PROBES:
        return await handler(request)
    settings = request.app[SETTINGS]
    host = name_of(request.host)
    if settings.open_to_all and not (is_loopback(host) or host in ("localhost", settings.host)):
        raise ProblemError(403, "host", "This kuuki answers on loopback only.")
    origin = request.headers.get("Origin")
    if origin is not None and not _is_own(origin, request):
        raise ProblemError(403, "origin", "Requests from other sites are not served.")
    return await handler(request)


def _is_own(origin: str, request: web.Request) -> bool:
    public_url = request.app[SETTINGS].public_url
    if public_url is not None and origin == origin_of(public_url):
        return True
    return origin in (f"http://{request.host}", f"https://{request.host}")


async def body_of(request: web.Request) -> bytes:
    """The request's whole body. Raises ProblemError if it does not come within 10 s, or is not what its headers say."""
    try:
        async with asyncio.timeout(_BODY_S):
            return await request.read()
    except TimeoutError as error:
        raise ProblemError(408, "too_slow", "The request's body did not come in time.") from error
    except (web.RequestPayloadError, ClientError, ConnectionError) as error:
        raise ProblemError(400, "body", "The request's body is not what its headers say.") from error


def require_admin(request: web.Request) -> None:
    """Raise ProblemError unless the request shows the admin token, or kuuki is open on loopback."""
    settings = request.app[SETTINGS]
    if settings.open_to_all:
        return
    if not settings.admin_token or not is_same(_bearer(request), settings.admin_token):
        raise ProblemError(401, "admin_token", "Making rooms here needs the admin token.", _CHALLENGE)


def require_secret(request: web.Request, record: RoomRecord, role: Role) -> None:
    """Raise ProblemError unless the request shows the room's secret for that role.

    The admin token opens every room, and where kuuki is open on loopback none is asked for.
    """
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
    """The key of the client's address for quotas; None on loopback without a proxy, where all are the same machine."""
    forwarded = request.headers.getall("X-Forwarded-For", ())
    return client_of(request.remote, forwarded, request.app[SETTINGS].proxies)
