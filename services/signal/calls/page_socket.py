"""A page's WebSocket as its line sees it: sending never waits, and a page that does not read is cut."""

import asyncio
import contextlib
from functools import partial
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, web
from typing_extensions import override

from kuuki.call.line_messages import LineMessage, serialize_message
from kuuki.errors import CloseCode
from services.signal.calls.frame_guard import GuardedSocket
from services.signal.calls.page_connection import PageConnection
from services.signal.calls.serial_queue import SerialQueue

CLOSE_S: Final = 2.0
"""How long a page may take to answer a close."""

UNSENT_BYTES: Final = 256 * 1024
"""A page with more unsent bytes than this is cut: it has not read for minutes."""

_EACH_BYTES: Final = 256
"""What a frame that waits here costs besides its payload: an empty one is not free."""

_BROKEN: Final = (WSCloseCode.PROTOCOL_ERROR, WSCloseCode.INVALID_TEXT, WSCloseCode.MESSAGE_TOO_BIG)


class LineSocket(GuardedSocket):
    """aiohttp answers broken frames with codes of RFC 6455; the protocol has one for all that is malformed."""

    @override
    async def close(self, *, code: int = WSCloseCode.OK, message: bytes = b"", drain: bool = True) -> bool:
        code = CloseCode.MALFORMED if code in _BROKEN else code
        return await super().close(code=code, message=message, drain=drain)


class PageSocket(PageConnection):
    """A page's connection by WebSocket. There is a writing task only while there is something to write.

    ``code``: with which it is closed or being closed, None while it is open.
    """

    def __init__(self, socket: web.WebSocketResponse[bool], transport: asyncio.Transport, address: str | None) -> None:
        self.address = address
        self.code: int | None = None
        self._socket = socket
        self._transport = transport
        self._queue = SerialQueue()
        self._unsent_bytes = 0
        self._deadline: asyncio.TimerHandle | None = None

    @override
    def send(self, message: LineMessage) -> None:
        if self.code is None:
            self._write(serialize_message(message), WSMsgType.TEXT)

    def pong(self, payload: bytes) -> None:
        """Answer a ping."""
        if self.code is None:
            self._write(payload, WSMsgType.PONG)

    def _write(self, payload: bytes, kind: WSMsgType) -> None:
        self._unsent_bytes += len(payload) + _EACH_BYTES
        if self._unsent_bytes + self._transport.get_write_buffer_size() > UNSENT_BYTES:
            self._queue.drop_waiting()
            self.close(CloseCode.SLOW)
        else:
            self._queue.add(partial(self._send, payload, kind))

    async def _send(self, payload: bytes, kind: WSMsgType) -> None:
        with contextlib.suppress(ConnectionError):  # it is gone: the reader ends too
            await self._socket.send_frame(payload, kind)
        self._unsent_bytes -= len(payload) + _EACH_BYTES

    @override
    def close(self, code: int) -> None:
        if self.code is None:  # a page that does not answer within CLOSE_S is cut
            self.code = code
            self._deadline = asyncio.get_running_loop().call_later(CLOSE_S, self._transport.abort)
            self._queue.add(self._close)

    async def _close(self) -> None:
        await self._socket.close(code=self.code or WSCloseCode.OK, drain=False)

    async def end(self) -> None:
        """The socket is done with: nothing of it stays."""
        self.close(WSCloseCode.OK)
        await self._queue.join()
        if self._deadline is not None:
            self._deadline.cancel()
        self._transport.abort()
