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
    """What is to be sent next: a slow reader skips to the newest."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Event] = asyncio.Queue(maxsize=1)

    def put(self, event: Event) -> None:
        """A newer one takes the place of one that was not sent."""
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(event)

    async def get(self, within_s: float) -> Event:
        """The next; TimeoutError if there was none."""
        async with asyncio.timeout(within_s):
            return await self._queue.get()


class EventStream:
    """The answer to one request, open until it is told to end or its reader is cut."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self.response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        self.response.force_close()  # a connection with so small a buffer is good for nothing else

    async def open(self) -> None:
        """Send the head. Little waits on the way from here on, so that a reader who takes nothing is soon noticed.

        TimeoutError as in ``write``; ConnectionResetError if it is gone.
        """
        transport = self._request.transport
        if transport is None:
            raise ConnectionResetError
        # Not 0: then uvloop's TLS takes an empty buffer for a full one, and nothing is ever written again.
        transport.set_write_buffer_limits(high=1, low=0)
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, STREAM_BUFFER_BYTES)
        async with asyncio.timeout(SILENT_READER_S):
            await self.response.prepare(self._request)
            await until_sent(self._request.transport)

    async def write(self, event: bytes) -> None:
        """Until it has left this machine; TimeoutError if the reader has not made room for it in time.

        What the reader's own system takes in for it counts as read: nobody can see more from here.
        """
        async with asyncio.timeout(SILENT_READER_S):
            await self.response.write(event)
            await self._request.writer.drain()
            await until_sent(self._request.transport)

    def cut(self) -> None:
        """Let go of a reader that is gone, or does not read."""
        if self._request.transport is not None:
            self._request.transport.abort()
