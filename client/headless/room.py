"""The library: join a room in five lines.

import asyncio
from client.headless import join

async def main():
    async with join("http://127.0.0.1:8080", room="demo") as room:
        async for mix in room.mixes():
            print(mix)

asyncio.run(main())
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from types import TracebackType

import aiohttp

from client.headless.peer import Peer
from client.headless.place import Place, parse_place
from kuuki.mood.frames import Mix, State
from kuuki.mood.labels import LABELS, to_integers
from kuuki.mood.room import Role
from kuuki.times import MIX_STALE_S

Weights = Sequence[float] | Mapping[str, float]
SURE_MAX = 255


def join(url: str, room: str | None = None, *, role: str = "audience", dice: Random | None = None) -> "Room":
    """A room to enter with ``async with``; leaving the block says bye.

    ``url`` is the server's, with ``room`` its id; or the whole link of a room. ``role``: ``audience`` is counted and
    may send; ``stage`` and ``overlay`` watch. Raises BadPlace here, CannotJoin or TryLater on entering.
    """
    return Room(parse_place(url, room), Role(role), dice)


class Room:
    """A room as one participant sees it. Once entered, it is joined again by itself whenever its gateway is lost."""

    def __init__(self, place: Place, role: Role, dice: Random | None = None) -> None:
        self._place = place
        self._role = role
        self._dice = dice
        self._newest: Mix | None = None
        self._heard_at = 0.0
        self._changed = asyncio.Event()

    async def __aenter__(self) -> "Room":
        self._loop = asyncio.get_running_loop()
        self._http = aiohttp.ClientSession()
        self._peer = Peer(self._http, self._place, self._role, dice=self._dice, on_mix=self._hear)
        try:
            await self._peer.open()
        except BaseException:
            await self._http.close()
            raise
        self._staying = self._loop.create_task(self._peer.stay())
        self._staying.add_done_callback(lambda _: self._changed.set())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._staying.cancel()
        await asyncio.gather(self._staying, return_exceptions=True)
        await self._peer.close()
        await self._http.close()

    def send(self, weights: Weights, sure: float = 1.0) -> int:
        """Send a score: seven weights (in the order of LABELS, or by label), any positive sum; ``sure`` 0..1.

        It counts for two seconds, from a ``sure`` of one half on. Send it again at least once a second, and at most
        five times. Returns its seq, 0 if it was not sent (paused, not connected). Raises ValueError.
        """
        if isinstance(weights, Mapping):
            weights = by_label(weights)
        return self._peer.score(to_integers(weights), round(min(1.0, max(0.0, sure)) * SURE_MAX))

    def send_integers(self, weights: tuple[int, ...], sure: int) -> int:
        """Send a score as it travels: integers of sum 255, ``sure`` 0..255."""
        return self._peer.score(weights, sure)

    def withdraw(self) -> int:
        """Withdraw the last score, as no face is seen. Call it once, and send nothing until there is a face."""
        neutral = (*(0,) * (len(LABELS) - 1), SURE_MAX)
        return self._peer.score(neutral, 0)

    def tap(self, kind: str) -> None:
        """A deliberate reaction: ``smile``, ``laugh``, ``wow`` or ``applause``."""
        self._peer.tap(kind)

    def pause(self) -> None:
        """Withdraw the score at once, and send none until ``resume``."""
        self._peer.pause()

    def resume(self) -> None:
        """Scores may be sent again."""
        self._peer.resume()

    @property
    def mix(self) -> Mix | None:
        """The newest mix, STALE when it is older than 2 s; None before the first."""
        if self._newest is None or self._loop.time() <= self._stale_at:
            return self._newest
        return _stale(self._newest)

    async def mixes(self) -> AsyncIterator[Mix]:
        """Each mix from now on. A slow reader skips to the newest, STALE if that is old by then; a mix that gets old
        comes once more, as STALE.

        Ends by raising CannotJoin when the room was closed or the seat taken.
        """
        while True:
            is_new = await self._wait()
            if self._staying.done():
                self._staying.result()
            if self._newest is not None and self.mix is not None:
                yield self.mix if is_new else _stale(self._newest)

    @property
    def _stale_at(self) -> float:
        age_s = 0.0 if self._newest is None else self._newest.age_ms / 1000
        return self._heard_at + MIX_STALE_S - age_s

    async def _wait(self) -> bool:
        """Wait until there is a new mix (True), or until the newest becomes stale (False)."""
        left_s = self._stale_at - self._loop.time()
        try:
            async with asyncio.timeout(left_s if self._newest is not None and left_s > 0 else None):
                await self._changed.wait()
        except TimeoutError:
            return False
        self._changed.clear()
        return True

    def _hear(self, mix: Mix, received_at: float) -> None:
        self._newest, self._heard_at = mix, received_at
        self._changed.set()


def _stale(mix: Mix) -> Mix:
    return mix if mix.state is State.EMPTY else replace(mix, state=State.STALE, body=None)


def by_label(weights: Mapping[str, float]) -> list[float]:
    """The weights in the order of LABELS; those left out are 0. Raises ValueError for what is no label."""
    if unknown := set(weights) - set(LABELS):
        raise ValueError(f"no labels: {', '.join(sorted(unknown))}; there are {', '.join(LABELS)}")
    return [weights.get(label, 0.0) for label in LABELS]
