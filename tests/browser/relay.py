"""A UDP relay between a browser and its gateway: sees, counts or swallows every datagram."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Page, Route

_CANDIDATE = re.compile(r"(a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 )(\d+)( typ host)")


@dataclass
class Relay(asyncio.DatagramProtocol):
    """One relayed path. ``sizes``: bytes of each datagram from the browser, in order."""

    gateway: tuple[str, int]
    swallows: bool = False
    sizes: list[int] = field(default_factory=list)
    _near: Any = None
    _far: Any = None
    _browser: Any = None

    async def open(self) -> int:
        """The port to send to instead of the gateway's."""
        loop = asyncio.get_running_loop()
        self._near, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self._far, _ = await loop.create_datagram_endpoint(lambda: _Far(self), remote_addr=self.gateway)
        port: int = self._near.get_extra_info("sockname")[1]
        return port

    def datagram_received(self, data: bytes, address: Any) -> None:
        self._browser = address
        self.sizes.append(len(data))
        if not self.swallows:
            self._far.sendto(data)

    def back(self, data: bytes) -> None:
        if self._browser is not None:
            self._near.sendto(data, self._browser)

    def close(self) -> None:
        self._near.close()
        self._far.close()


class _Far(asyncio.DatagramProtocol):
    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def datagram_received(self, data: bytes, address: Any) -> None:
        self._relay.back(data)


async def relay_joins(page: Page, swallows: bool = False) -> list[Relay]:
    """Put a relay into every join of the page from now on."""
    relays: list[Relay] = []

    async def through(route: Route) -> None:
        answer = await route.fetch()
        text = await answer.text()
        match = _CANDIDATE.search(text)
        if match is not None:
            relay = Relay(("127.0.0.1", int(match[2])), swallows)
            port = await relay.open()
            relays.append(relay)
            text = _CANDIDATE.sub(rf"\g<1>{port}\g<3>", text)
        await route.fulfill(response=answer, body=text)

    await page.route("**/participants*", through)
    return relays
