"""A bad network between clients and their gateway: datagrams pass here, are lost, wait, or come from elsewhere."""

import asyncio
import re
from random import Random
from typing import Any

from client.headless import signaling

_CANDIDATE = re.compile(r"(a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 )(\d+)( typ host)")
_QUEUE_S = 0.1


class Network:
    """``loss``: the share of datagrams that is lost each way; ``bytes_per_s``: what fits through, of all paths."""

    def __init__(self, monkeypatch: Any, seed: int = 1) -> None:
        self.loss = 0.0
        self.bytes_per_s: float | None = None
        self.passed = self.dropped = 0
        self._dice = Random(seed)
        self._free_at = 0.0
        self._paths: list[_Near] = []
        self._join = signaling.join
        monkeypatch.setattr(signaling, "join", self._through)

    async def _through(self, *request: Any) -> signaling.Answer:
        """A join whose answer leads here."""
        answer = await self._join(*request)
        found = _CANDIDATE.search(answer.sdp)
        assert found is not None
        path = _Near(self, ("127.0.0.1", int(found[2])))
        self._paths.append(path)
        sdp = _CANDIDATE.sub(rf"\g<1>{await path.open()}\g<3>", answer.sdp)
        return signaling.Answer(sdp, answer.participant, answer.seat, answer.ice_servers)

    async def move(self) -> None:
        """From now on all that passes comes from other addresses; what is sent to the former ones is lost."""
        for path in self._paths:
            await path.move()

    def delay_s(self, size: int) -> float | None:
        """How long a datagram of that size waits here; None: it is lost."""
        now = asyncio.get_running_loop().time()
        wait_s = max(0.0, self._free_at - now)
        if self._dice.random() < self.loss or (self.bytes_per_s is not None and wait_s > _QUEUE_S):
            self.dropped += 1
            return None
        self.passed += 1
        if self.bytes_per_s is None:
            return 0.0
        self._free_at = now + wait_s + size / self.bytes_per_s
        return wait_s

    def close(self) -> None:
        """Let go of all sockets."""
        for path in self._paths:
            path.close()


class _Near(asyncio.DatagramProtocol):
    """One join's path, at the client's end."""

    def __init__(self, network: Network, gateway: tuple[str, int]) -> None:
        self._network = network
        self._gateway = gateway
        self._client: Any = None
        self._near: Any = None
        self._far: Any = None

    async def open(self) -> int:
        loop = asyncio.get_running_loop()
        self._near, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        await self.move()
        port: int = self._near.get_extra_info("sockname")[1]
        return port

    async def move(self) -> None:
        former = self._far
        self._far, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Far(self), local_addr=("127.0.0.1", 0)
        )
        if former is not None:
            former.close()

    def datagram_received(self, data: bytes, address: Any) -> None:
        self._client = address
        self._pass(lambda: self._far.sendto(data, self._gateway), data)

    def back(self, data: bytes) -> None:
        self._pass(lambda: self._near.sendto(data, self._client), data)

    def _pass(self, send: Any, data: bytes) -> None:
        wait_s = self._network.delay_s(len(data))
        if wait_s is not None:
            asyncio.get_running_loop().call_later(wait_s, send)

    def close(self) -> None:
        self._near.close()
        self._far.close()


class _Far(asyncio.DatagramProtocol):
    def __init__(self, near: _Near) -> None:
        self._near = near

    def datagram_received(self, data: bytes, address: Any) -> None:
        self._near.back(data)
