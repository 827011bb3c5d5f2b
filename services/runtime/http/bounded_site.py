"""A site of aiohttp's (a socket that a server listens on) that bounds how many connections are open, handshakes too.

asyncio and uvloop accept connections until the process has no file left. Then asyncio stops accepting for a second, and
libuv closes all that wait, whoever they are. A protocol hears of a connection only when its TLS handshake is over, so
it cannot bound those. Therefore this site accepts by itself and decides about each connection before its handshake.
"""

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import structlog
from aiohttp import web
from typing_extensions import override

from kuuki.connections import Admission, Caps, Connections, CutReason
from kuuki.episodes import Episode
from kuuki.limits import ACCEPTS
from kuuki.times import ACCEPT_AGAIN_S, HANDSHAKE_S
from services.runtime.http.accepted import AcceptedConnection
from services.runtime.http.server import RESPONSE_OBSERVER, ResponseObserver
from services.runtime.metrics import Metrics
from services.runtime.tcp import end_when_unheard

log = structlog.get_logger(__name__)

KeyOf = Callable[[str], str | None]
"""The key under which a client's address is counted; None where no cap applies, as for a proxy that serves many."""

_BACKLOG: Final = 1024
"""How many connections the kernel completes before they are accepted (listen(2))."""
_NO_FILE: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


def one_for_all(_: str) -> str | None:
    """The key of addresses that have no cap of their own."""
    return None


class BoundedSite(web.BaseSite):
    """Listens on a bound socket for the server of ``runner``, and holds as many connections as ``caps`` say."""

    def __init__(
        self,
        runner: web.AppRunner,
        listener: socket.socket,
        caps: Caps,
        metrics: Metrics,
        key_of: KeyOf = one_for_all,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(runner, ssl_context=tls)
        self._listener = listener
        self._connections: Connections[AcceptedConnection] = Connections(caps)
        self._metrics = metrics
        self._key_of = key_of
        self._tls = tls
        self._by_protocol: dict[object, AcceptedConnection] = {}
        self._opening: dict[asyncio.Task[None], AcceptedConnection] = {}
        self._trouble = Episode()
        self._pause: asyncio.TimerHandle | None = None
        self._is_stopped = False

    @property
    @override
    def name(self) -> str:
        return "{}://{}:{}".format("http" if self._tls is None else "https", *self._listener.getsockname()[:2])

    async def start(self) -> None:
        """Listen, and accept connections from now on."""
        await super().start()
        self._loop = asyncio.get_running_loop()
        server = self._server_of_runner()
        server.request_handler = partial(self._answer, server.request_handler)
        self._listener.setblocking(False)
        self._listener.listen(_BACKLOG)
        self._loop.add_reader(self._listener, self._accept)

    async def stop(self) -> None:
        """Accept no more, and cut those whose handshake is not over; open ones stay. Takes ACCEPT_AGAIN_S at most."""
        await super().stop()
        if self._is_stopped:
            return
        self._is_stopped = True
        if self._pause is not None:
            self._pause.cancel()
        self._loop.remove_reader(self._listener)
        self._listener.close()
        for connection in self._opening.values():
            connection.cut()
        if self._opening:
            await asyncio.wait(self._opening, timeout=ACCEPT_AGAIN_S)

    def _server_of_runner(self) -> web.Server:
        if self._runner.server is None:
            raise RuntimeError("the runner is set up before its sites")
        return self._runner.server

    # --- accepting

    def _accept(self) -> None:
        for _ in range(ACCEPTS):
            try:
                accepted, address = self._listener.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                if error.errno in _NO_FILE:
                    self._accept_later()
                    return
                continue  # an error of that one connection, which is gone again (accept(2))
            self._admit(accepted, address[0])

    def _accept_later(self) -> None:
        """There is no file for it in spite of the reserve: it waits in the backlog, and another connection is cut."""
        self._metrics.http_connections_refused.labels("files").inc()
        self._log_trouble()
        self._loop.remove_reader(self._listener)
        self._pause = self._loop.call_later(ACCEPT_AGAIN_S, self._loop.add_reader, self._listener, self._accept)
        of_all = self._connections.next_to_go(self._loop.time())
        if of_all is not None:
            self._cut(*of_all)

    def _admit(self, accepted: socket.socket, address: str) -> None:
        accepted.setblocking(False)
        with contextlib.suppress(OSError):  # gone already
            end_when_unheard(accepted)
        connection = AcceptedConnection(accepted, self._gone)
        admission = self._connections.admit(connection, self._key_of(address), self._loop.time())
        self._carry_out(admission)
        if admission.refusal is not None:
            accepted.close()
        else:
            self._begin(connection, accepted)

    def _begin(self, connection: AcceptedConnection, accepted: socket.socket) -> None:
        connection.inner = self._server_of_runner()()
        self._by_protocol[connection.inner] = connection
        self._metrics.http_connections.inc()
        task = self._loop.create_task(self._open(connection, accepted))
        self._opening[task] = connection
        task.add_done_callback(self._opening.pop)

    def _carry_out(self, admission: Admission[AcceptedConnection]) -> None:
        if admission.refusal is not None:
            self._metrics.http_connections_refused.labels(admission.refusal).inc()
        for connection, why in admission.cut:
            self._cut(connection, why)
        if admission.refusal is not None or admission.cut:
            self._log_trouble()

    def _log_trouble(self) -> None:
        if self._trouble.begins(self._loop.time()):
            log.warning("HTTP connections are refused or cut: too many are open", count=len(self._connections))

    def _cut(self, connection: AcceptedConnection, why: CutReason) -> None:
        self._metrics.http_connections_cut.labels(why).inc()
        connection.cut()

    async def _open(self, connection: AcceptedConnection, accepted: socket.socket) -> None:
        if connection.is_cut:  # it was cut before this task began
            accepted.close()
            connection.gone()
            return
        tls: dict[str, Any] = {} if self._tls is None else {"ssl": self._tls, "ssl_handshake_timeout": HANDSHAKE_S}
        try:
            await self._loop.connect_accepted_socket(lambda: connection, accepted, **tls)
        except ConnectionAbortedError:
            self._metrics.http_connections_cut.labels("handshake").inc()
            connection.gone()
        except OSError:  # the client does not speak TLS, or is gone
            connection.gone()

    # --- requests and answers

    async def _answer(self, handle: Callable[[web.BaseRequest], Any], request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request. The task that calls this ends when the whole answer was written."""
        connection = self._by_protocol.get(request.protocol)
        task = asyncio.current_task()
        if connection is not None and task is not None:
            self._connections.busy(connection)
            task.add_done_callback(lambda _: self._rest(connection))
            request[RESPONSE_OBSERVER] = ResponseObserver(partial(self._send, connection))
        response: web.StreamResponse = await handle(request)
        return response

    def _send(self, connection: AcceptedConnection, length: int) -> None:
        due = self._connections.send(connection, length, self._loop.time())
        self._set_deadline(connection, self._loop.call_at(due, self._cut, connection, CutReason.SLOW))

    def _rest(self, connection: AcceptedConnection) -> None:
        self._connections.rest(connection)
        self._set_deadline(connection, None)

    def _set_deadline(self, connection: AcceptedConnection, deadline: asyncio.TimerHandle | None) -> None:
        if connection.deadline is not None:
            connection.deadline.cancel()
        connection.deadline = deadline

    def _gone(self, connection: AcceptedConnection) -> None:
        self._connections.gone(connection)
        self._set_deadline(connection, None)
        del self._by_protocol[connection.inner]
        self._metrics.http_connections.dec()
