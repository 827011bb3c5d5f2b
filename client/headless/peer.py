"""One participant: joins, answers every beat, hears mixes, and joins again when its gateway is lost.

A peer is two things: ``run``, the slow path (HTTP, retries, closing), and the calls in between, which are synchronous
and cheap, so that one process can carry a crowd.
"""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Final

import aiohttp

from client.headless import signaling
from client.headless.addresses import loopback_of
from client.headless.connection import Connection
from client.headless.dialog import Dialog, may_return
from client.headless.errors import CannotJoin, TryLater
from client.headless.ice import from_environment
from client.headless.place import Place
from client.headless.retry import Retry
from kuuki.errors import CloseCode
from kuuki.frames import TAPS, Mix, Presence
from kuuki.room import Role
from kuuki.times import GATEWAY_DEAD_S, REPEAT_S

_BYES: Final = 3
_LATE_S: Final = 0.3
"""A timer that fires this late says that this process was held up, not that the gateway is dead."""

_WHY: Final = {
    CloseCode.ROOM_CLOSED: "The room was closed.",
    CloseCode.SEAT_TAKEN: "This seat was taken by a newer peer of the same participant.",
    CloseCode.FLOOD: "The gateway closed this peer: it sent too much.",
    CloseCode.MALFORMED: "The gateway closed this peer: it sent frames that are none.",
    CloseCode.REMOVED: "This participant was removed from the room.",
}

HearMix = Callable[[Mix, float], None]


def _ignore_mix(mix: Mix, received_at: float) -> None:
    """Nobody listens."""


class Peer:
    """One participant of one room.

    ``on_mix(mix, received_at)`` is called on the event loop for each mix that is newer than all before, over all
    joins; ``on_open(is_open)`` when the channel opens and when it is lost. Times are of the loop's clock, in seconds.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        place: Place,
        role: Role = Role.AUDIENCE,
        *,
        dice: Random | None = None,
        on_mix: HearMix = _ignore_mix,
        on_open: Callable[[bool], None] = lambda is_open: None,
    ) -> None:
        self._http = http
        self._place = place
        self._role = role
        self._retry = Retry(dice or Random())  # noqa: S311 - jitter, no secret
        self._on_mix = on_mix
        self._on_open = on_open
        self._loop = asyncio.get_running_loop()
        self._address = loopback_of(place.host)
        self._ice_servers = from_environment()
        self._seat: str | None = None
        self._participant: str | None = None
        self._connection: Connection | None = None
        self._dialog: Dialog | None = None
        self._lost = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._repeater: asyncio.TimerHandle | None = None
        self._is_paused = False
        self._order = (-1, -1)
        self.joins = 0

    # --- what a participant does; all of it returns at once

    @property
    def is_open(self) -> bool:
        """Whether frames can be sent."""
        return self._dialog is not None

    @property
    def is_paused(self) -> bool:
        """Whether this participant paused."""
        return self._is_paused

    @property
    def rtt_ms(self) -> int | None:
        """Round trip to the gateway by its own measure; None before it has one."""
        return None if self._dialog is None else self._dialog.rtt_ms

    def score(self, weights: tuple[int, ...], sure: int) -> int:
        """Send a score (integers of sum 255; ``sure`` 0..255); its seq, or 0 if it was not sent.

        Not sent: while paused or not open, and while an older frame is still unsent (the next score is the truth).
        """
        dialog, connection = self._dialog, self._connection
        if dialog is None or connection is None or self._is_paused or not connection.is_clear:
            return 0
        return dialog.seq if connection.send(dialog.score(weights, sure)) else 0

    def tap(self, kind: str) -> None:
        """One tap of a kind of TAPS; said again until seen. One made while not connected is lost: late taps mislead."""
        if kind not in TAPS:
            raise ValueError(f"{kind!r} is no kind of tap: {', '.join(TAPS)}")
        if self._dialog is not None:
            self._say(self._dialog.tap(kind, self._loop.time()))

    def pause(self) -> None:
        """Withdraw the score at once, and stay paused until ``resume``."""
        self._is_paused = True
        self._be(Presence.PAUSED)

    def resume(self) -> None:
        """Scores count again."""
        self._is_paused = False
        self._be(Presence.SENSING)

    # --- the slow path

    async def open(self) -> None:
        """Join and wait for the channel. Raises CannotJoin or TryLater; then nothing is left open."""
        connection = Connection(self._ice_servers, self._address, self._hear, self._lost.set)
        try:
            answer = await signaling.join(self._http, self._place, self._role, await connection.offer(), self._seat)
            self._seat = answer.seat or self._seat
            self._participant = answer.participant
            self._ice_servers = answer.ice_servers or self._ice_servers  # aiortc takes them only before it gathers
            self._dialog = Dialog(self._loop.time())
            self._connection = connection
            await connection.accept(answer.sdp)
        except BaseException:
            self._connection = self._dialog = None
            await connection.close()
            raise
        self._opened()

    async def stay(self) -> None:
        """After ``open``: stay in the room, joining again as often as it takes. Raises CannotJoin when told to stop."""
        while True:
            await self._lost.wait()
            code = None if self._dialog is None else self._dialog.code
            await self._let_go()
            if not may_return(code):
                raise CannotJoin(_why(code))
            await self._rejoin()

    async def close(self) -> None:
        """Say bye and leave. May be called at any time, also twice."""
        if self._dialog is not None and self._participant is not None:
            self._be(Presence.BYE)
            self._stop_timers()
            if not await signaling.leave(self._http, self._place, self._participant):
                await self._repeat_bye()
        await self._let_go()

    async def _repeat_bye(self) -> None:
        for _ in range(_BYES - 1):
            await asyncio.sleep(REPEAT_S)
            if self._dialog is not None:
                self._say(self._dialog.beat())

    async def _rejoin(self) -> None:
        after_s = 0.0
        while True:
            await asyncio.sleep(self._retry.next_s(after_s))
            try:
                await self.open()
            except TryLater as later:
                after_s = later.after_s
            else:
                return

    async def _let_go(self) -> None:
        self._stop_timers()
        self._dialog = None
        connection, self._connection = self._connection, None
        if connection is not None:
            self._on_open(False)
            await connection.close()

    def _opened(self) -> None:
        self._lost.clear()
        self._retry.succeeded()
        self.joins += 1
        now = self._loop.time()
        if self._dialog is not None:
            self._dialog.heard_at = now
        self._watch(now + GATEWAY_DEAD_S)
        if self._is_paused:
            self._be(Presence.PAUSED)
        self._on_open(True)

    # --- the channel

    def _hear(self, data: bytes) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        now = self._loop.time()
        answer, mix = dialog.hear(data, now)
        if answer is not None:
            self._send(answer)
        elif mix is not None and (mix.term, mix.seq) > self._order:
            self._order = (mix.term, mix.seq)
            self._on_mix(mix, now)
        if dialog.code is not None:
            self._lost.set()

    def _be(self, presence: Presence) -> None:
        if self._dialog is not None:
            self._say(self._dialog.be(presence, self._loop.time()))

    def _say(self, data: bytes) -> None:
        """Send what must be seen, and make sure that it is said again."""
        self._send(data)
        if self._repeater is None:
            self._repeater = self._loop.call_later(REPEAT_S, self._repeat)

    def _repeat(self) -> None:
        self._repeater = None
        dialog = self._dialog
        if dialog is None or dialog.is_seen:
            return
        for data in dialog.repeats(self._loop.time()):
            self._send(data)
        self._repeater = self._loop.call_later(REPEAT_S, self._repeat)

    def _send(self, data: bytes) -> None:
        if self._connection is not None:
            self._connection.send(data)

    # --- is the gateway alive

    def _watch(self, due: float) -> None:
        self._timer = self._loop.call_at(due, self._look, due)

    def _look(self, due: float) -> None:
        """One timer for each peer, moved on lazily: it costs nothing per frame."""
        dialog, now = self._dialog, self._loop.time()
        if dialog is None:
            return
        if now - due > _LATE_S:
            self._watch(now + _LATE_S)  # frames that already wait in the socket are heard first
        elif dialog.is_dead(now):
            self._lost.set()
        else:
            self._watch(dialog.heard_at + GATEWAY_DEAD_S + 0.01)

    def _stop_timers(self) -> None:
        for timer in (self._timer, self._repeater):
            if timer is not None:
                timer.cancel()
        self._timer = self._repeater = None


def _why(code: int | None) -> str:
    return next((text for known, text in _WHY.items() if known == code), f"The gateway closed this peer ({code}).")
