"""Where an HTTP server takes connections: a site of aiohttp's that knows how many it can hold, TLS handshakes too.

Neither asyncio nor uvloop can be told to take fewer: they accept until there is no file left. Then asyncio stops for a
second, and libuv closes all that wait. A protocol hears of a connection only when its TLS handshake is over. So the
site accepts by itself.
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
"""What a client's address counts as, for the cap of each; None: it has none (a proxy stands for everybody)."""

_BACKLOG: Final = 1024
_NO_FILE: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


def one_for_all(_: str) -> str | None:
    """No cap of an address's own."""
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
        """Begin to take connections."""
        await super().start()
        self._loop = asyncio.get_running_loop()
        server = self._server_of_runner()
        server.request_handler = partial(self._answer, server.request_handler)
        self._listener.setblocking(False)
        self._listener.listen(_BACKLOG)
        self._loop.add_reader(self._listener, self._accept)

    async def stop(self) -> None:
        """Take no more; those that are open stay, but for handshakes."""
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

    # --- taking them

    def _accept(self) -> None:
        for _ in range(ACCEPTS):
            try:
                taken, address = self._listener.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                if error.errno in _NO_FILE:
                    self._accept_later()
                    return
                continue  # of that one connection: gone again, or a firewall's or network's word on it (accept(2))
            self._take(taken, address[0])

    def _accept_later(self) -> None:
        """No file for it in spite of the reserve: it waits, and another goes."""
        self._metrics.http_connections_refused.labels("files").inc()
        self._say_trouble()
        self._loop.remove_reader(self._listener)
        self._pause = self._loop.call_later(ACCEPT_AGAIN_S, self._loop.add_reader, self._listener, self._accept)
        of_all = self._connections.next_to_go(self._loop.time())
        if of_all is not None:
            self._cut(*of_all)

    def _take(self, taken: socket.socket, address: str) -> None:
        taken.setblocking(False)
        with contextlib.suppress(OSError):  # gone already
            end_when_unheard(taken)
        connection = AcceptedConnection(taken, self._gone)
        admission = self._connections.admit(connection, self._key_of(address), self._loop.time())
        self._tell(admission)
        if admission.refusal is not None:
            taken.close()
        else:
            self._begin(connection, taken)

    def _begin(self, connection: AcceptedConnection, taken: socket.socket) -> None:
        connection.inner = self._server_of_runner()()
        self._by_protocol[connection.inner] = connection
        self._metrics.http_connections.inc()
        task = self._loop.create_task(self._open(connection, taken))
        self._opening[task] = connection
        task.add_done_callback(self._opening.pop)

    def _tell(self, admission: Admission[AcceptedConnection]) -> None:
        if admission.refusal is not None:
            self._metrics.http_connections_refused.labels(admission.refusal).inc()
        for connection, why in admission.cut:
            self._cut(connection, why)
        if admission.refusal is not None or admission.cut:
            self._say_trouble()

    def _say_trouble(self) -> None:
        if self._trouble.begins(self._loop.time()):
            log.warning("HTTP connections are refused or cut: too many are open", count=len(self._connections))

    def _cut(self, connection: AcceptedConnection, why: CutReason) -> None:
        self._metrics.http_connections_cut.labels(why).inc()
        connection.cut()

    async def _open(self, connection: AcceptedConnection, taken: socket.socket) -> None:
        if connection.is_cut:  # before it began
            taken.close()
            connection.gone()
            return
        tls: dict[str, Any] = {} if self._tls is None else {"ssl": self._tls, "ssl_handshake_timeout": HANDSHAKE_S}
        try:
            await self._loop.connect_accepted_socket(lambda: connection, taken, **tls)
        except ConnectionAbortedError:
            self._metrics.http_connections_cut.labels("handshake").inc()
            connection.gone()
        except OSError:  # no TLS, or gone: strangers knock
            connection.gone()

    # --- what they do

    async def _answer(self, handle: Callable[[web.BaseRequest], Any], request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request. The task around this ends when the answer was written."""
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
