"""A TCP relay to a port of 127.0.0.1 that can turn into a black hole: nothing passes, and nobody is told."""

import asyncio
import contextlib
import socket
from typing import Self


class Relay:
    """Forwards until told otherwise. ``port``: where it listens."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_swallowing = False
        self._passes = asyncio.Event()
        self._keeps_behind = False
        self.port = 0

    @property
    def url(self) -> str:
        """Redis by way of the relay."""
        return f"redis://127.0.0.1:{self.port}"

    def swallow(self) -> None:
        """From now on what comes is read and thrown away, in both directions."""
        self._is_swallowing = True

    def stop_reading(self) -> None:
        """From now on nothing is read: who sends fills the network's buffers."""
        self._passes.clear()

    def keep_behind(self) -> None:
        """From now on who hangs up is not told to the other side."""
        self._keeps_behind = True

    def forward(self) -> None:
        """Forward again what comes from now on."""
        self._is_swallowing = False
        self._passes.set()

    async def __aenter__(self) -> Self:
        self._passes.set()
        listening = socket.create_server(("127.0.0.1", 0))
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._server = await asyncio.start_server(self._accept, sock=listening, limit=4096)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to_port, limit=4096)
        for source, target, end in ((reader, back, None), (there, writer, writer)):
            task = asyncio.create_task(self._pump(source, target, end))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, end: asyncio.StreamWriter | None
    ) -> None:
        with contextlib.suppress(OSError, RuntimeError):  # the latter is uvloop's for a closed one
            while True:
                await self._passes.wait()
                some = await source.read(4096)
                if not some:
                    break
                if self._is_swallowing:
                    continue
                await self._passes.wait()
                target.write(some)
                await target.drain()
        if self._keeps_behind and end is None:
            await asyncio.Event().wait()
        target.close()
