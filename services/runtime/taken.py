"""One TCP connection that was taken: stands between its transport and the HTTP protocol, and can be cut at any time."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import cast


class Taken(asyncio.Protocol):
    """``inner``, once there is one, is told all that happens; ``on_gone`` is called once, at the end.

    While TLS shakes hands there is no transport yet: then the socket is all there is of it. ``deadline``: of the answer
    that is on its way.
    """

    inner: asyncio.Protocol

    def __init__(self, sock: socket.socket, on_gone: Callable[["Taken"], None]) -> None:
        self._socket = sock
        self._on_gone = on_gone
        self._transport: asyncio.Transport | None = None
        self._is_gone = False
        self.is_cut = False
        self.deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol, as for the others. One that was cut meanwhile never gets so far."""
        made = cast(asyncio.Transport, transport)
        if self.is_cut:
            made.abort()
        else:
            self._transport = made
            self.inner.connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """It is closed."""
        if self._transport is not None:
            self.inner.connection_lost(error)
        self.gone()

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        self.inner.data_received(data)

    def eof_received(self) -> bool | None:
        """The other side sends no more."""
        return self.inner.eof_received()

    def pause_writing(self) -> None:
        """Too much is unsent."""
        self.inner.pause_writing()

    def resume_writing(self) -> None:
        """It is not any more."""
        self.inner.resume_writing()

    def cut(self) -> None:
        """Close it now. A handshake finds its socket at an end, and fails."""
        self.is_cut = True
        if self._transport is not None:
            self._transport.abort()
        else:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def gone(self) -> None:
        """It is closed, or never opened."""
        if not self._is_gone:
            self._is_gone = True
            self._on_gone(self)
