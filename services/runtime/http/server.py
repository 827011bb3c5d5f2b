"""The HTTP server of every port: an aiohttp application, with early refusals before it and one form of errors after."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import structlog
from aiohttp import web

from services.runtime.http.connection import Connection
from services.runtime.http.problem import ProblemError, add_headers
from services.runtime.http.refusals import refusal
from services.runtime.log import where_of


@dataclass(frozen=True, slots=True)
class ResponseObserver:
    """Learns how answers go: the site that accepted the request's connection, which has a deadline for them."""

    sends: Callable[[int], None]
    """Called when an answer of known length begins to be sent, with its length in bytes."""


RESPONSE_OBSERVER: Final = web.RequestKey("listener", ResponseObserver)

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

log = structlog.get_logger(__name__)


class Runner(web.AppRunner):
    """Runs an application. ``body_bytes``: the largest body of a POST. Other options are AppRunner's."""

    def __init__(self, app: web.Application, body_bytes: int, **options: Any) -> None:
        super().__init__(app, access_log=None, handle_signals=False, **options)
        self._body_bytes = body_bytes

    async def _make_server(self) -> web.Server:
        return Server(await super()._make_server(), self._body_bytes)


class Server(web.Server):
    """Makes this package's connections, in the place of the server that an application makes."""

    def __init__(self, inner: web.Server, body_bytes: int) -> None:
        super().__init__(
            partial(answer, inner.request_handler, body_bytes),
            request_factory=partial(inner.request_factory, _cls=_Request),  # type: ignore[call-arg]
            handler_cancellation=inner.handler_cancellation,
            loop=inner._loop,
            **inner._kwargs,
        )
        self._body_bytes = body_bytes

    def __call__(self) -> Connection:
        """A protocol for a new connection."""
        return Connection(self, body_bytes=self._body_bytes, loop=self._loop, **self._kwargs)


class _Request(web.Request):
    """A request whose every answer has HEADERS, also if no route was found or the bytes were no request."""

    async def _prepare_hook(self, response: web.StreamResponse) -> None:
        await super()._prepare_hook(response)
        add_headers(response)
        if response.content_length is not None and (listener := self.get(RESPONSE_OBSERVER)) is not None:
            listener.sends(response.content_length)


async def answer(inner: Answer, body_bytes: int, request: web.BaseRequest) -> web.StreamResponse:
    """Answer a request, or refuse it by its head. Every error becomes a ProblemError; an unexpected one is logged."""
    try:
        if (refused := refusal(request, body_bytes)) is not None:
            raise refused
        return await inner(request)
    except web.HTTPException as error:
        _require_silence(request, error)
        if error.status < 400 or isinstance(error, ProblemError):
            raise
        kept = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        raise ProblemError.of_status(error.status, kept) from error
    except Exception as error:
        if not _is_of_the_client(request, error):
            log.error("a request failed unexpectedly", kind=type(error).__name__, where=where_of(error))
        _require_silence(request, error)
        raise ProblemError.of_status(500) from error


def _is_of_the_client(request: web.BaseRequest, error: Exception) -> bool:
    """Whether the error only says that the client is gone; asyncio's sendfile says so by a RuntimeError."""
    is_gone = request.transport is None or request.transport.is_closing()
    if isinstance(error, ConnectionError):
        return is_gone or request.writer.output_size > 0
    return is_gone and isinstance(error, RuntimeError)


def _require_silence(request: web.BaseRequest, error: Exception) -> None:
    """If an answer has begun, close the connection: an error sent now would be taken for a part of that answer."""
    if request.writer.output_size > 0:
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionError("the answer had begun") from error
