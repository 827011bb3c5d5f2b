"""One accepted TCP connection: it stands between its transport and the HTTP protocol, and can be cut at any time."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import cast

from typing_extensions import override


class AcceptedConnection(asyncio.Protocol):
    """Passes everything on to ``inner``, the HTTP protocol. ``on_gone`` is called once, when it is closed.

    During the TLS handshake there is no transport yet, and only the socket can be closed. ``deadline`` is the timer of
    the answer that is being sent, or None.
    """

    inner: asyncio.Protocol

    def __init__(self, sock: socket.socket, on_gone: Callable[["AcceptedConnection"], None]) -> None:
        self._socket = sock
        self._on_gone = on_gone
        self._transport: asyncio.Transport | None = None
        self._is_gone = False
        self.is_cut = False
        self.deadline: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Pass it on, unless this connection was cut during its TLS handshake: then abort."""
        made = cast(asyncio.Transport, transport)
        if self.is_cut:
            made.abort()
        else:
            self._transport = made
            self.inner.connection_made(transport)

    @override
    def connection_lost(self, error: Exception | None) -> None:
        if self._transport is not None:
            self.inner.connection_lost(error)
        self.gone()

    @override
    def data_received(self, data: bytes) -> None:
        self.inner.data_received(data)

    @override
    def eof_received(self) -> bool | None:
        return self.inner.eof_received()

    @override
    def pause_writing(self) -> None:
        self.inner.pause_writing()

    @override
    def resume_writing(self) -> None:
        self.inner.resume_writing()

    def cut(self) -> None:
        """Close it now, without sending what is unsent. A handshake that is under way fails."""
        self.is_cut = True
        if self._transport is not None:
            self._transport.abort()
        else:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def gone(self) -> None:
        """Say that it is closed, or was never opened. Calling it twice changes nothing."""
        if not self._is_gone:
            self._is_gone = True
            self._on_gone(self)
