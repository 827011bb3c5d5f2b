"""A guard before aiohttp's reader of one WebSocket: it counts frames, and closes on what the reader would let pass.

The reader counts bytes and hands on whole messages, so empty fragments cost their sender nothing, and it reads frames
without a mask (RFC 6455 section 5.1: a server must close on one). The guard looks at the headers alone, before the
reader sees them.
"""

import asyncio
from typing import Any, Final

from aiohttp import WebSocketError, WSCloseCode, WSMessage, WSMsgType, web

from kuuki.admission import Bucket
from kuuki.errors import CloseCode
from kuuki.limits import MESSAGE_FRAGMENTS, MESSAGES_BURST, MESSAGES_PER_S

_SHORT_BYTES: Final = 2
_MASK_BYTES: Final = 4
_LENGTH_BYTES: Final = {126: 2, 127: 8}
"""How many bytes of an extended length follow such a length (RFC 6455 section 5.2)."""
_FIN, _MASKED, _OPCODE, _LENGTH = 0x80, 0x80, 0x0F, 0x7F
_FIRST_CONTROL: Final = 8


class FrameGuard:
    """Stands in the reader's place; ``now`` is monotonic seconds. After a fault nothing passes: the queue gets one
    ERROR with a WebSocketError, and bytes that still come are dropped unread.
    """

    def __init__(self, reader: Any, queue: Any, now: float) -> None:
        self._reader = reader
        self._queue = queue
        self._frames_left = Bucket.full(MESSAGES_PER_S, MESSAGES_BURST, now)
        self._header = bytearray()
        self._body_bytes = 0
        self._fragments = 0
        self._is_deaf = False

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """As the reader's."""
        if self._is_deaf:
            return False, b""
        fault = self._fault_of(data, asyncio.get_running_loop().time())
        if fault is None:
            passed: tuple[bool, bytes] = self._reader.feed_data(data)
            return passed
        self._is_deaf = True
        self._queue.feed_data(WSMessage(WSMsgType.ERROR, fault, None), 0)
        return False, b""

    def feed_eof(self) -> None:
        """As the reader's."""
        self._reader.feed_eof()

    def _fault_of(self, data: bytes, now: float) -> WebSocketError | None:
        at = 0
        while at < len(data):
            if self._body_bytes:
                taken = min(self._body_bytes, len(data) - at)
                self._body_bytes -= taken
            else:
                taken = self._header_bytes() - len(self._header)
                self._header += data[at : at + taken]
                if len(self._header) >= self._header_bytes() and (fault := self._begin(now)):
                    return fault
            at += taken
        return None

    def _header_bytes(self) -> int:
        """How long the header of the frame that is coming is without its mask, as far as is known."""
        if len(self._header) < _SHORT_BYTES:
            return _SHORT_BYTES
        return _SHORT_BYTES + _LENGTH_BYTES.get(self._header[1] & _LENGTH, 0)

    def _begin(self, now: float) -> WebSocketError | None:
        """A frame's header is whole."""
        first, second = self._header[:_SHORT_BYTES]
        length = int.from_bytes(self._header[_SHORT_BYTES:]) if len(self._header) > _SHORT_BYTES else second & _LENGTH
        self._header.clear()
        self._body_bytes = _MASK_BYTES + length
        if not second & _MASKED:
            return WebSocketError(WSCloseCode.PROTOCOL_ERROR, "a frame without a mask")
        if first & _OPCODE < _FIRST_CONTROL:
            self._fragments = 0 if first & _FIN else self._fragments + 1
        if self._fragments > MESSAGE_FRAGMENTS:
            return WebSocketError(WSCloseCode.PROTOCOL_ERROR, "a message in too many fragments")
        if not self._frames_left.consume(now):
            return WebSocketError(CloseCode.FLOOD, "too many frames")
        return None


class GuardedSocket(web.WebSocketResponse[bool]):
    """A WebSocket whose frames pass a FrameGuard. What came with the request for it waits until the guard stands."""

    def _post_start(self, request: web.BaseRequest, protocol: str | None, writer: Any) -> None:
        connection = request.protocol
        early, connection._message_tail = connection._message_tail, b""
        super()._post_start(request, protocol, writer)
        guard = FrameGuard(self._parser, self._reader, asyncio.get_running_loop().time())
        connection._payload_parser = guard
        if early:
            guard.feed_data(early)
