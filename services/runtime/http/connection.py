"""A connection of aiohttp's that checks a request before it works on it, and answers every error in kuuki's form.

aiohttp parses whatever comes, inflates bodies while it does, reads on for seconds after an early answer, and answers
what it cannot parse in plain text that repeats it. Here bytes reach the parser in pieces, and after each piece it is
decided whether the rest may be read. If it may not, the connection becomes *deaf*: nothing more is read from the
socket, the requests before it are answered, the client gets LINGER_S to read the answers, and the connection is closed.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import structlog
from aiohttp import web
from aiohttp.http import RawRequestMessage
from aiohttp.http_exceptions import BadHttpMessage, LineTooLong
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader
from aiohttp.web_protocol import RequestHandler, _ErrInfo
from typing_extensions import override

from kuuki.limits import CHUNKING_BYTES, CHUNKING_SHARE, HEAD_BYTES
from kuuki.times import LINGER_S
from services.runtime.http.problem import ProblemError
from services.runtime.http.refusals import body_cap, refusal

PIECE_BYTES: Final = 4 * 1024
"""How many bytes the parser gets at once: the most that is parsed in vain."""

log = structlog.get_logger(__name__)


class Connection(RequestHandler):
    """One connection of HTTP/1.1. ``body_bytes``: the largest body of a POST; 0: no request has a body."""

    __slots__ = ("_body", "_body_bytes", "_body_cap", "_is_deaf", "_parting", "_spent")

    def __init__(self, manager: web.Server, *, body_bytes: int, **options: Any) -> None:
        super().__init__(manager, auto_decompress=False, lingering_time=0, **options)
        self._body_bytes = body_bytes
        self._body: StreamReader = EMPTY_PAYLOAD
        self._body_cap = 0
        self._spent = 0
        self._is_deaf = False
        self._parting: asyncio.Future[None] | None = None

    # --- what comes in

    @override
    def data_received(self, data: bytes) -> None:
        for piece in _pieces(data):
            if self._is_deaf:
                return
            if self._upgraded or self._payload_parser is not None:
                super().data_received(piece)  # a WebSocket's, whose frames have caps of their own
            else:
                self._parse(piece)

    def _parse(self, piece: bytes) -> None:
        known, was_whole = len(self._messages), self._body.is_eof()
        super().data_received(piece)
        for message, body in islice(self._messages, known, None):
            if not isinstance(message, RawRequestMessage):
                return self._break_off()
            self._begin(message, body)
        is_new = len(self._messages) > known or self._body.is_eof() != was_whole
        self._spent = 0 if is_new else self._spent + len(piece)
        return self._check_caps()

    def _begin(self, message: RawRequestMessage, body: StreamReader) -> None:
        self._body = body
        self._body_cap = body_cap(message, self._body_bytes)
        if not body.is_eof() and refusal(message, self._body_bytes) is not None:
            self._grow_deaf()  # server.py answers the refusal when its turn comes

    def _check_caps(self) -> None:
        """Stop reading a body that is too large, by its bytes or by its chunks' overhead, and a head that does not
        end."""
        if self._is_deaf:
            return
        if self._body.is_eof():
            if self._spent > HEAD_BYTES:
                self._refuse_head()
        elif self._is_too_much(self._body.total_bytes):
            self._body.set_exception(ProblemError.of_status(413))
            self._grow_deaf()

    def _is_too_much(self, came_bytes: int) -> bool:
        beside = self._spent - came_bytes
        return came_bytes > self._body_cap or beside > CHUNKING_BYTES + CHUNKING_SHARE * came_bytes

    def _refuse_head(self) -> None:
        error = LineTooLong(b"", HEAD_BYTES)
        self._messages.append((_ErrInfo(status=431, exc=error, message=""), EMPTY_PAYLOAD))
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        self._grow_deaf()

    def _break_off(self) -> None:
        """The parser found no HTTP. A coroutine that waits for the rest of a body gets an error at once."""
        if not self._body.is_eof():
            self._body.set_exception(web.RequestPayloadError("malformed"))
        self._grow_deaf()

    def _grow_deaf(self) -> None:
        self._is_deaf = True
        self._pause_transport_reading()

    def _resume_transport_reading(self) -> None:
        if not self._is_deaf:
            super()._resume_transport_reading()

    # --- what goes out

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send the answer. What was not read of the request by then is never read."""
        if not request.content.is_eof() or self._declines_upgrade():
            self._message_tail = b""
            self._grow_deaf()
            resp.force_close()
        finished = await super().finish_response(request, resp, start_time)
        if self._is_deaf and not resp.keep_alive:
            await self._linger()
        return finished

    def _declines_upgrade(self) -> bool:
        return self._upgraded and self._payload_parser is None and not self._messages

    async def _linger(self) -> None:
        """Close our half, and give the client LINGER_S to read the answer before the connection is closed."""
        # Closing a socket that still has unread bytes makes the kernel send a reset, and a reset that overtakes the
        # answer makes the client's kernel throw the answer away. So first our half is closed, which says that the
        # answer is complete, and the rest is closed when the client has closed its half or LINGER_S is over (RFC 9112
        # section 9.6). Unlike there nothing is read meanwhile: a client that goes on sending must cost nothing.

        transport = self.transport
        if transport is None:
            return
        with contextlib.suppress(
            OSError, RuntimeError, NotImplementedError
        ):  # the client is gone, or the connection is TLS, which cannot close one half
            transport.write_eof()
        self._parting = self._loop.create_future()
        await asyncio.wait([self._parting], timeout=LINGER_S)
        transport.abort()

    def _end_parting(self) -> None:
        if self._parting is not None and not self._parting.done():
            self._parting.set_result(None)

    @override
    def connection_lost(self, exc: BaseException | None) -> None:
        self._end_parting()
        super().connection_lost(exc)

    @override
    async def shutdown(self, timeout: float | None = 15.0) -> None:
        """The server stops: do not linger any more."""
        self._end_parting()
        await super().shutdown(timeout)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what aiohttp refuses, as a problem. Neither the answer nor a log repeats what came."""
        if self.transport is None or request.writer.output_size > 0:
            raise ConnectionError("nothing more can be said here") from exc
        if not isinstance(exc, BadHttpMessage):
            self.log_exception(exc_info=exc)
        response = ProblemError.of_status(431 if isinstance(exc, LineTooLong) else status).as_response()
        response.force_close()
        return response

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """Log the error's class alone: aiohttp's own text repeats the request."""
        log.error("a connection failed unexpectedly", kind=type(kw.get("exc_info")).__name__)


def _pieces(data: bytes) -> Iterator[bytes]:
    """The data in pieces; at least one, perhaps empty: aiohttp passes b'' to have buffered bytes parsed."""
    if len(data) <= PIECE_BYTES:
        yield data
        return
    for at in range(0, len(data), PIECE_BYTES):
        yield data[at : at + PIECE_BYTES]
