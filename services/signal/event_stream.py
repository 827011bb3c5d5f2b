"""An event stream (WHATWG HTML, server-sent events) to a reader who may be slow, silent or gone."""

import asyncio
import socket
from typing import Generic, TypeVar

from aiohttp import web

from kuuki.limits import STREAM_BUFFER_BYTES
from kuuki.times import SILENT_READER_S
from services.signal.http.unsent import until_sent

Event = TypeVar("Event")


class Newest(Generic[Event]):
    """The event that is to be sent next. A slow reader skips to the newest."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Event] = asyncio.Queue(maxsize=1)

    def put(self, event: Event) -> None:
        """Keep this event, in place of one that was not sent yet."""
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(event)

    async def get(self, within_s: float) -> Event:
        """Wait for the next event. Raises TimeoutError if there was none for so many seconds."""
        async with asyncio.timeout(within_s):
            return await self._queue.get()


class EventStream:
    """The answer to one request, open until it is told to end or its reader is cut."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self.response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        self.response.force_close()  # its send buffer is too small for any other answer

    async def open(self) -> None:
        """Send the head. From here on buffers are small, so that a reader who takes nothing is soon noticed.

        Raises TimeoutError as ``write`` does, and ConnectionResetError if the reader is gone.
        """
        transport = self._request.transport
        if transport is None:
            raise ConnectionResetError
        # Not high=0: uvloop's TLS would take an empty buffer for a full one, and never write again.
        transport.set_write_buffer_limits(high=1, low=0)
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, STREAM_BUFFER_BYTES)
        async with asyncio.timeout(SILENT_READER_S):
            await self.response.prepare(self._request)
            await until_sent(self._request.transport)

    async def write(self, event: bytes) -> None:
        """Write, and wait until it has left this machine. Raises TimeoutError after SILENT_READER_S.

        What the reader's operating system has taken in counts as read: more cannot be seen from here.
        """
        async with asyncio.timeout(SILENT_READER_S):
            await self.response.write(event)
            await self._request.writer.drain()
            await until_sent(self._request.transport)

    def cut(self) -> None:
        """Cut the connection of a reader that is gone, or does not read."""
        if self._request.transport is not None:
            self._request.transport.abort()
