"""One session with a gateway: a join's connection, the frames on it, and whether the gateway is still heard."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from aiortc import RTCIceServer

from client.headless.connection import Connection
from client.headless.dialog import Dialog
from kuuki.mood.frames import Mix, Presence
from kuuki.times import GATEWAY_DEAD_S, REPEAT_S

_LATE_S: Final = 0.3
"""A timer that fires this late says that this process was held up, and nothing about the gateway."""

HearMix = Callable[[Mix, float], None]


class GatewaySession:
    """A session from its offer to its end. Everything but making it and ``close`` returns at once.

    ``on_mix(mix, received_at)`` is called for each mix, with the loop's time in seconds. ``on_turn(self)`` is called
    when the gateway asks the client to move, and when the session ended; at most once each. Neither is called after
    ``silence``. ``known`` and ``address`` are Connection's.
    """

    def __init__(
        self,
        known: Sequence[RTCIceServer],
        address: str | None,
        on_mix: HearMix,
        on_turn: Callable[["GatewaySession"], None],
    ) -> None:
        self.connection = Connection(known, address, self._hear, self._end)
        self.participant = ""
        self.is_over = False
        self._on_mix = on_mix
        self._on_turn = on_turn
        self._loop = asyncio.get_running_loop()
        self.dialog = Dialog(self._loop.time())
        self._timer: asyncio.TimerHandle | None = None
        self._repeater: asyncio.TimerHandle | None = None

    def opened(self) -> None:
        """The channel is open: from now on the gateway must be heard."""
        if self.is_over:
            return
        self.dialog.heard_at = self._loop.time()
        self._watch(self.dialog.heard_at + GATEWAY_DEAD_S)

    def score(self, weights: tuple[int, ...], sure: int) -> int:
        """Send a score. Returns its seq, or 0 if it was not sent because an older frame is still unsent."""
        if self.is_over or not self.connection.is_clear:
            return 0
        return self.dialog.seq if self.connection.send(self.dialog.score(weights, sure)) else 0

    def tap(self, kind: str) -> None:
        """Send one tap of a kind of TAPS, and repeat it until the gateway's beat shows that it was seen."""
        self._say(self.dialog.tap(kind, self._loop.time()))

    def be(self, presence: Presence) -> None:
        """Send a presence, and repeat it until the gateway's beat shows that it was seen."""
        self._say(self.dialog.be(presence, self._loop.time()))

    def beat(self) -> None:
        """Send a beat."""
        self._send(self.dialog.beat())

    def silence(self) -> None:
        """Send nothing and call nothing any more."""
        self.is_over = True
        for timer in (self._timer, self._repeater):
            if timer is not None:
                timer.cancel()
        self._timer = self._repeater = None

    async def close(self) -> None:
        """Close the connection without a bye to the gateway. May be called twice."""
        self.silence()
        await self.connection.close()

    def _hear(self, data: bytes) -> None:
        if self.is_over:
            return
        now, had_to_move = self._loop.time(), self.dialog.must_move
        answer, mix = self.dialog.hear(data, now)
        if answer is not None:
            self._send(answer)
        elif mix is not None:
            self._on_mix(mix, now)
        if self.dialog.code is not None:
            self._end()
        elif self.dialog.must_move and not had_to_move:
            self._on_turn(self)

    def _end(self) -> None:
        if not self.is_over:
            self.silence()
            self._on_turn(self)

    def _say(self, data: bytes) -> None:
        """Send a frame that the gateway must see, and see to it that it is repeated."""
        self._send(data)
        if self._repeater is None and not self.is_over:
            self._repeater = self._loop.call_later(REPEAT_S, self._repeat)

    def _repeat(self) -> None:
        self._repeater = None
        if self.dialog.is_seen:
            return
        for data in self.dialog.repeats(self._loop.time()):
            self._send(data)
        self._repeater = self._loop.call_later(REPEAT_S, self._repeat)

    def _send(self, data: bytes) -> None:
        if not self.is_over:
            self.connection.send(data)

    def _watch(self, due: float) -> None:
        self._timer = self._loop.call_at(due, self._look, due)

    def _look(self, due: float) -> None:
        """Check whether the gateway is dead. One timer a session, set again when it fires, costs nothing per frame."""
        now = self._loop.time()
        if now - due > _LATE_S:
            self._watch(now + _LATE_S)  # the frames that wait in the socket are read first
        elif self.dialog.is_dead(now):
            self._end()
        else:
            self._watch(self.dialog.heard_at + GATEWAY_DEAD_S + 0.01)
