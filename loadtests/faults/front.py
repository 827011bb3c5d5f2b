"""A small front: one port, connections passed to the gateways that are ready in turn. Only for faults and tests.

Bytes are passed as they come; which gateways are ready is asked every 100 ms, as a load balancer's probe does.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from urllib.parse import urlsplit

import aiohttp

_PROBE_S = 0.1
_CONNECT_S = 1.0
_CHUNK_BYTES = 65536


class Front:
    """``targets``: the URLs of all gateways, asked at each probe."""

    def __init__(self, targets: Callable[[], list[str]]) -> None:
        self._targets = targets
        self._ready: list[str] = []
        self._turn = 0
        self._pipes: set[asyncio.Task[None]] = set()

    async def probe(self) -> None:
        """Ask all gateways for ever which of them are ready."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.5)) as http:
            while True:
                ready = await asyncio.gather(*(self._is_ready(http, url) for url in self._targets()))
                self._ready = [url for url in ready if url]
                await asyncio.sleep(_PROBE_S)

    async def _is_ready(self, http: aiohttp.ClientSession, url: str) -> str | None:
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with http.get(f"{url}/readyz") as answer:
                return url if answer.status == 200 else None
        return None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection of a client to a gateway that is ready."""
        for _ in range(max(1, len(self._ready))):
            if not self._ready:
                break
            self._turn += 1
            host, _, port = urlsplit(self._ready[self._turn % len(self._ready)]).netloc.partition(":")
            try:
                async with asyncio.timeout(_CONNECT_S):
                    upstream = await asyncio.open_connection(host, int(port))
            except (OSError, TimeoutError):
                continue
            await self._join((reader, writer), upstream)
            return
        writer.close()

    async def _join(
        self,
        left: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        right: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        await asyncio.gather(_pump(left[0], right[1]), _pump(right[0], left[1]))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()


@contextlib.asynccontextmanager
async def front(targets: Callable[[], list[str]]) -> AsyncIterator[str]:
    """A front on a free port of 127.0.0.1; its URL."""
    here = Front(targets)
    server = await asyncio.start_server(here.serve, "127.0.0.1", 0)
    probing = asyncio.create_task(here.probe())
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        probing.cancel()
        server.close()
        await asyncio.gather(probing, return_exceptions=True)
