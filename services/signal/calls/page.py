"""A page's socket as its line sees it: what is said never waits, and whoever does not read is cut."""

import asyncio
import contextlib
import json
from functools import partial
from typing import Any, Final

from aiohttp import WSCloseCode, WSMsgType, web

from kuuki.errors import CloseCode
from services.signal.calls.errands import Errands
from services.signal.calls.frame_guard import GuardedSocket

CLOSE_S: Final = 2.0
"""How long a page may take to answer a close."""

UNSENT_BYTES: Final = 256 * 1024
"""A page with more unsent bytes than this is cut: it has not read for minutes."""

_EACH_BYTES: Final = 256
"""What a frame that waits here costs besides its payload: an empty one is not free."""

_BROKEN: Final = (WSCloseCode.PROTOCOL_ERROR, WSCloseCode.INVALID_TEXT, WSCloseCode.MESSAGE_TOO_BIG)


class LineSocket(GuardedSocket):
    """aiohttp answers broken frames with codes of RFC 6455; the protocol has one for all that is malformed."""

    async def close(self, *, code: int = WSCloseCode.OK, message: bytes = b"", drain: bool = True) -> bool:
        """As WebSocketResponse."""
        code = CloseCode.MALFORMED if code in _BROKEN else code
        return await super().close(code=code, message=message, drain=drain)


class SocketPage:
    """A page, seen from its line (post.Page). There is a writing task only while there is something to write."""

    def __init__(self, socket: web.WebSocketResponse[bool], transport: asyncio.Transport, address: str | None) -> None:
        self.address = address
        self.code: int | None = None
        self._socket = socket
        self._transport = transport
        self._errands = Errands()
        self._unsent_bytes = 0
        self._deadline: asyncio.TimerHandle | None = None

    def say(self, message: dict[str, Any]) -> None:
        """See post.Page."""
        if self.code is not None:
            return
        self._write(json.dumps(message, separators=(",", ":")).encode(), WSMsgType.TEXT)

    def pong(self, payload: bytes) -> None:
        """Answer a ping."""
        if self.code is None:
            self._write(payload, WSMsgType.PONG)

    def _write(self, payload: bytes, kind: WSMsgType) -> None:
        self._unsent_bytes += len(payload) + _EACH_BYTES
        if self._unsent_bytes + self._transport.get_write_buffer_size() > UNSENT_BYTES:
            self._errands.forget_waiting()
            self.close(CloseCode.SLOW)
        else:
            self._errands.add(partial(self._send, payload, kind))

    async def _send(self, payload: bytes, kind: WSMsgType) -> None:
        with contextlib.suppress(ConnectionError):  # it is gone: the reader ends too
            await self._socket.send_frame(payload, kind)
        self._unsent_bytes -= len(payload) + _EACH_BYTES

    def close(self, code: int) -> None:
        """See post.Page. Who does not answer within CLOSE_S is cut."""
        if self.code is None:
            self.code = code
            self._deadline = asyncio.get_running_loop().call_later(CLOSE_S, self._transport.abort)
            self._errands.add(self._close)

    async def _close(self) -> None:
        await self._socket.close(code=self.code or WSCloseCode.OK, drain=False)

    async def end(self) -> None:
        """The socket is done with: nothing of it stays."""
        self.close(WSCloseCode.OK)
        await self._errands.done()
        if self._deadline is not None:
            self._deadline.cancel()
        self._transport.abort()
