"""One participant: joins, answers every beat, hears mixes; joins again when its gateway is lost or asks it to move.

A peer has two paths: ``open``, ``stay`` and ``close`` are slow (HTTP, retries, closing); all other methods are
synchronous and cheap, so that one process can have a crowd of peers. It makes one join at a time. When a new session
opens, the one before is closed without a bye (make before break): the participant stays in the room.
"""

import asyncio
import contextlib
from collections.abc import Callable
from random import Random
from typing import Final

import aiohttp
from aiortc import RTCIceServer

from client.headless import signaling
from client.headless.addresses import loopback_of
from client.headless.close_reasons import close_name, why_closed
from client.headless.dialog import may_return
from client.headless.errors import CannotJoin, TryLater
from client.headless.gateway_session import GatewaySession, HearMix
from client.headless.ice import from_environment
from client.headless.join_events import JoinEvents
from client.headless.place import Place
from kuuki.backoff import Backoff
from kuuki.errors import CloseCode, KuukiError
from kuuki.mood.frames import TAPS, Mix, Presence
from kuuki.mood.room import Role
from kuuki.times import FORMER_S, JOIN_PATIENCE_S, PENDING_OFFER_S, REPEAT_S, SCORE_STALE_S

_BYES: Final = 3


def _ignore_mix(mix: Mix, received_at: float) -> None:
    """Drop the mix: no listener was given."""


class Peer:
    """One participant of one room.

    ``on_mix(mix, received_at)`` is called on the event loop for each mix that is newer than all before, over all
    joins; ``on_open(is_open)`` when a channel opens and when it is lost; ``steps`` of what becomes of each join. Times
    are of the loop's clock, in seconds.
    ``joins`` counts channels that opened, ``moves`` those of them that the gateway before had asked for.
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
        steps: JoinEvents | None = None,
    ) -> None:
        self._http = http
        self._place = place
        self._role = role
        self._backoff = Backoff((dice or Random()).uniform)  # noqa: S311 - jitter, no secret
        self._on_mix = on_mix
        self._on_open = on_open
        self._steps = steps or JoinEvents()
        self._loop = asyncio.get_running_loop()
        self._address = loopback_of(place.host)
        self._own_servers = from_environment()
        self._known: list[RTCIceServer] = []
        self._seat: str | None = None
        self._session: GatewaySession | None = None
        self._is_moving = False
        self._patience_s = JOIN_PATIENCE_S
        self._needed = asyncio.Event()
        self._lost = asyncio.Event()
        self._stopped: asyncio.Future[int | None] = self._loop.create_future()
        self._closing: set[asyncio.Task[None]] = set()
        self._hurries = asyncio.Event()
        self._is_paused = False
        self._order = self._order_here = (-1, -1)
        self.joins = self.moves = 0
        self._score: tuple[tuple[int, ...], int] | None = None
        self._scored_at = 0.0

    # --- what a participant does; all of it returns at once

    @property
    def is_open(self) -> bool:
        """Whether frames can be sent."""
        return self._session is not None

    @property
    def rtt_ms(self) -> int | None:
        """Round trip to the gateway by its own measure; None before it has one."""
        return None if self._session is None else self._session.dialog.rtt_ms

    def score(self, weights: tuple[int, ...], sure: int) -> int:
        """Send a score (integers of sum 255; ``sure`` 0..255); its seq, or 0 if it was not sent.

        Not sent: while paused or not open, and while an older frame is still unsent (the next score is the truth).
        """
        self._score, self._scored_at = (weights, sure), self._loop.time()
        return 0 if self._session is None or self._is_paused else self._session.score(weights, sure)

    def tap(self, kind: str) -> None:
        """Send one tap of a kind of TAPS, and repeat it until seen. While not connected it is dropped: a late tap
        misleads."""
        if kind not in TAPS:
            raise ValueError(f"{kind!r} is no kind of tap: {', '.join(TAPS)}")
        if self._session is not None:
            self._session.tap(kind)

    def pause(self) -> None:
        """Withdraw the score at once, and send none until ``resume``."""
        self._is_paused = True
        self._hurry()  # what was said on a former channel must not count any longer
        self._be(Presence.PAUSED)

    def resume(self) -> None:
        """Send scores again."""
        self._is_paused = False
        self._be(Presence.SENSING)

    def _be(self, presence: Presence) -> None:
        if self._session is not None:
            self._session.be(presence)

    # --- the slow path

    async def open(self) -> None:
        """Join, and return when the channel is open. Raises CannotJoin or TryLater; then, or when cancelled, nothing is
        left."""
        try:
            session = await self._join()
        except KuukiError as error:
            self._steps.failed(error)
            raise
        self._opened(session)

    async def _join(self) -> GatewaySession:
        """One join, up to its open channel. Raises CannotJoin or TryLater."""
        session = GatewaySession(self._known, self._address, self._hear, self._turn)
        self._known = []
        try:
            offer = await session.connection.offer()
            self._steps.offered()
            self._is_moving = self._session is not None
            answer = await signaling.join(self._http, self._place, self._role, offer, self._seat)
            self._seat = answer.seat or self._seat
            session.participant = answer.participant
            self._steps.answered()
            servers = self._known = [*self._own_servers, *answer.ice_servers]
            await session.connection.accept(answer.sdp, self._patience_s, servers)
        except BaseException:
            self._patience_s = PENDING_OFFER_S
            await session.close()
            raise
        return session

    async def stay(self) -> None:
        """After ``open``: stay in the room, joining again whenever needed. Raises CannotJoin when the gateway says to
        stop."""
        going = self._loop.create_task(self._go_on())
        try:
            await asyncio.wait((going, self._stopped), return_when=asyncio.FIRST_COMPLETED)
        finally:
            going.cancel()
            result = (await asyncio.gather(going, return_exceptions=True))[0]
        await self._let_go()
        if self._stopped.done():
            code = self._stopped.result()
            raise CannotJoin(why_closed(code), close_name(code))
        if isinstance(result, BaseException):
            raise result

    async def close(self) -> None:
        """Say bye and leave, within some 3 s. May be called at any time, and twice."""
        session = self._session
        if session is not None:
            session.be(Presence.BYE)
            if not await signaling.leave(self._http, self._place, session.participant):
                await self._repeat_bye(session)
        await self._let_go()

    async def _repeat_bye(self, session: GatewaySession) -> None:
        for _ in range(_BYES - 1):
            await asyncio.sleep(REPEAT_S)
            session.beat()

    async def _go_on(self) -> None:
        """Join again whenever it is needed, until cancelled. Raises CannotJoin."""
        while True:
            await self._needed.wait()
            self._needed.clear()
            after_s: float | None = 0.0
            while after_s is not None:
                await self._rest(after_s)
                after_s = await self._try()

    async def _rest(self, after_s: float) -> None:
        """Wait before another join. If the session is lost meanwhile, begin with a short wait again, as after any
        loss."""
        self._lost.clear()
        while True:
            try:
                async with asyncio.timeout(self._backoff.next_s(after_s)):
                    await self._lost.wait()
            except TimeoutError:
                return
            self._lost.clear()
            self._backoff.succeeded()
            after_s = 0.0

    async def _try(self) -> float | None:
        """Attempt one join. None when it opened, else how long the server asks to wait at least, in seconds."""
        try:
            await self.open()
        except TryLater as later:
            return later.after_s
        return None

    def _opened(self, session: GatewaySession) -> None:
        """Use this session from now on, and close the one before."""
        old, self._session = self._session, session
        self._order_here = (-1, -1)
        self.joins += 1
        self.moves += self._is_moving
        self._is_moving = False
        self._patience_s = JOIN_PATIENCE_S
        self._known = []  # they are kept after a join that does not open: the next one gathers at once
        self._needed.clear()
        self._backoff.succeeded()
        session.opened()
        if self._is_paused:
            session.be(Presence.PAUSED)
        elif self._score is not None and self._loop.time() - self._scored_at <= SCORE_STALE_S:
            session.score(*self._score)  # at once, so that a peer that moves is in the next mix
        if old is not None:
            # Until the new gateway has the seat, the one before counts it.
            self._close_later(old, 0.0 if self._is_paused else FORMER_S)
        self._on_open(True)
        if session.is_over or session.dialog.must_move:  # it happened before this session was in use
            self._turn(session)

    def _turn(self, session: GatewaySession) -> None:
        """A session ended, or the gateway asks to leave it."""
        if session is not self._session:
            return  # it is still being made: ``_join`` finds out by itself
        if session.is_over:
            self._lose(session, session.dialog.code)
        self._needed.set()

    def _lose(self, session: GatewaySession, code: int | None) -> None:
        was_taken = code == CloseCode.SEAT_TAKEN
        is_own_doing = was_taken and self._is_moving
        if not is_own_doing and session.dialog.presence is not Presence.BYE:
            self._steps.lost(code)
        if not may_return(code) and not is_own_doing:
            if not self._stopped.done():
                self._stopped.set_result(code)
            return
        self._is_moving = self._is_moving and was_taken  # our own new join took the seat; any other end is a loss
        self._session = None
        self._lost.set()
        self._close_later(session)
        self._on_open(False)

    def _close_later(self, session: GatewaySession, after_s: float = 0.0) -> None:
        session.silence()
        task = self._loop.create_task(self._close(session, after_s, self._hurries))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    @staticmethod
    async def _close(session: GatewaySession, after_s: float, hurries: asyncio.Event) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hurries.wait(), after_s)
        await session.close()

    def _hurry(self) -> None:
        """Wait no longer with former channels."""
        self._hurries.set()
        self._hurries = asyncio.Event()

    async def _let_go(self) -> None:
        self._hurry()
        session, self._session = self._session, None
        if session is not None:
            self._on_open(False)
            await session.close()
        await asyncio.gather(*self._closing, return_exceptions=True)

    def _hear(self, mix: Mix, received_at: float) -> None:
        order = (mix.term, mix.seq)
        if order < self._order_here:
            self._steps.overtaken()
        self._order_here = max(order, self._order_here)
        if order > self._order:
            self._order = order
            self._on_mix(mix, received_at)
