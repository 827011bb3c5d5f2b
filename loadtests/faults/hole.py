"""A wire to Redis that can be cut without anybody being told: bytes wait, and no connection is reset."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

_CHUNK_BYTES = 65536


@dataclass(eq=False)
class Hole:
    """``passes`` is set while bytes pass."""

    upstream_port: int
    url: str = ""
    passes: asyncio.Event = field(default_factory=asyncio.Event)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection to the Redis."""
        self._writers.add(writer)
        try:
            await self.passes.wait()
            upstream, downstream = await asyncio.open_connection("127.0.0.1", self.upstream_port)
            self._writers.add(downstream)
            await asyncio.gather(self._pump(reader, downstream), self._pump(upstream, writer))
        except OSError:
            writer.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_CHUNK_BYTES):
                await self.passes.wait()
                writer.write(data)
                await writer.drain()
        writer.close()
        self._writers.discard(writer)

    def close(self) -> None:
        """Cut every connection, so that both sides notice."""
        for writer in self._writers:
            writer.close()


@contextlib.asynccontextmanager
async def hole(upstream_port: int) -> AsyncIterator[Hole]:
    """A wire to a Redis on that port of 127.0.0.1."""
    wire = Hole(upstream_port)
    wire.passes.set()
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
    wire.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    try:
        yield wire
    finally:
        wire.close()
        server.close()
