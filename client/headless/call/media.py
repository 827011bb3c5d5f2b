"""The media of one call, over all its connections: each is a generation, and the ladder says when the next is due.

Who offers: the caller first; either side for another connection in the same call. aiortc cannot take an offer back, so
a polite side whose offer met another drops its connection and answers with a new one in the same generation. Nor can
it restart ICE: to an offer that asks for it, the answer is a new generation.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from random import Random
from typing import Final, Protocol

from client.headless.call import messages
from client.headless.call.channel import Channel, Own
from client.headless.call.check import SafetyCheck
from client.headless.call.connection import CallConnection, MediaCounts, Way
from client.headless.call.ladder import Ladder, Link
from client.headless.call.messages import Said
from client.headless.call.partner import Partner
from client.headless.call.shows import Show
from kuuki.admission import Bucket
from kuuki.call.calling import Side
from kuuki.call.checking import NONCE_BYTES
from kuuki.call.signaling import Signal
from kuuki.limits import GENERATIONS

_FRAMES_PER_S: Final = 30.0
_FRAMES_BURST: Final = 60
"""Signs, scores and steps of the check are some ten a second."""

_DESCRIPTIONS_PER_S: Final = 0.5
_DESCRIPTIONS_BURST: Final = 10
_CANDIDATES_PER_S: Final = 2.0
_CANDIDATES_BURST: Final = 200
"""A connection now and then, and its candidates; more of a partner's would be work without end."""

_EARLY: Final = 40
"""Candidates that came before the description which they belong to."""


class MediaEvents(Protocol):
    """What the media of a call need, and what they tell. Only ``way`` waits."""

    async def way(self) -> Way:
        """By which servers and address to connect now. Asked before each connection; it may take some seconds."""
        ...

    def say(self, message: Said) -> None:
        """Say this on the line."""
        ...

    def expressed(self) -> None:
        """The partner's expression changed, or is gone."""
        ...

    def checked(self, words: tuple[str, ...]) -> None:
        """The four words of the safety check of this connection are known."""
        ...


class CallMedia:
    """From the moment when both talk until ``close``. Everything but ``counts`` and ``close`` returns at once."""

    def __init__(self, call: str, side: Side, show: Show, events: MediaEvents, dice: Random) -> None:
        self._loop = asyncio.get_running_loop()
        self._call, self._side = call, side
        self._show, self._events = show, events
        self._generation = 0
        self._connection: CallConnection | None = None
        self._channel: Channel | None = None
        self._past = MediaCounts()
        self._ending: set[CallConnection] = set()
        self._early: list[Signal] = []
        self._own = Own(sound=show.sound, picture=show.picture)
        self._words: tuple[str, ...] | None = None
        now = self._loop.time()
        self._frames = Bucket.full(_FRAMES_PER_S, _FRAMES_BURST, now)
        self._descriptions = Bucket.full(_DESCRIPTIONS_PER_S, _DESCRIPTIONS_BURST, now)
        self._candidates = Bucket.full(_CANDIDATES_PER_S, _CANDIDATES_BURST, now)
        self._dropping: set[asyncio.Task[None]] = set()
        self._steps: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self.partner = Partner()
        self.ladder = Ladder(dice, now)
        self._working = self._loop.create_task(self._work())
        if side is Side.CALLER:
            self.renew()

    @property
    def link(self) -> Link:
        """How the media fare."""
        return self.ladder.link

    @property
    def rtt_s(self) -> float | None:
        """The round trip to the partner."""
        return None if self._channel is None else self._channel.rtt_s

    # --- what one sends

    def be(self, own: Own) -> None:
        """Say what one sends from now on."""
        self._own = own
        if self._channel is not None:
            self._send(self._channel.be(own, self._loop.time()))

    @property
    def own(self) -> Own:
        """What one sends at this moment."""
        return self._own

    def score(self, weights: tuple[int, ...], sure: int) -> bool:
        """Send a score (integers of sum 255; ``sure`` 0..255); whether it went."""
        if self._channel is None or self._connection is None:
            return False
        return self._connection.send(self._channel.score(weights, sure))

    def _send(self, frames: list[bytes]) -> None:
        for frame in frames:
            if self._connection is not None:
                self._connection.send(frame)

    # --- what comes

    def take(self, signal: Signal) -> None:
        """What the partner's page said. Lower generations are over; a higher one begins with its offer."""
        bucket = self._candidates if signal.description is None else self._descriptions
        if signal.generation >= self._generation and bucket.consume(self._loop.time()):
            self._steps.put_nowait(lambda: self._take(signal))

    async def _take(self, signal: Signal) -> None:
        if signal.generation < self._generation:
            return
        if signal.description is None:
            await self._take_candidate(signal)
        elif signal.description["type"] == "offer":
            await self._take_offer(signal.generation, signal.description["sdp"])
        else:
            await self._take_answer(signal.generation, signal.description["sdp"])

    async def _take_offer(self, generation: int, sdp: str) -> None:
        connection = self._connection
        if generation > self._generation or connection is None:
            self.ladder.renewed(self._loop.time())
            connection = await self._connect(generation)
        elif connection.waits_for_answer:
            if self._side is Side.CALLER:
                return None  # the caller is the impolite side (W3C WebRTC section 10.7): the partner takes ours
            connection = await self._connect(generation)
        elif connection.restarts(sdp):
            return await self._renew()
        answer = await connection.answer(sdp)
        self._say("answer", answer)
        return await self._take_early()

    async def _take_answer(self, generation: int, sdp: str) -> None:
        if generation == self._generation and self._connection is not None and self._connection.waits_for_answer:
            await self._connection.take_answer(sdp)
            await self._take_early()

    async def _take_candidate(self, signal: Signal) -> None:
        if signal.generation > self._generation or self._connection is None or self._connection.waits_for_answer:
            self._early = [*self._early, signal][-_EARLY:]
        else:
            await self._connection.add_candidate(signal.candidate or {})

    async def _take_early(self) -> None:
        early, self._early = self._early, []
        for signal in early:
            await self._take(signal)

    def _opened(self, connection: CallConnection) -> None:
        if connection is not self._connection:
            return
        now, prints = self._loop.time(), connection.fingerprints
        check = prints and SafetyCheck(self._side, *prints, secrets.token_bytes(NONCE_BYTES))
        self._channel = Channel(self._own, check or None, now)
        self._words = None
        self._send(self._channel.due(now))

    def _hear(self, connection: CallConnection, data: bytes) -> None:
        now = self._loop.time()
        if connection is not self._connection or self._channel is None or not self._frames.consume(now):
            return
        frame, answers = self._channel.hear(data, now)
        self._send(answers)
        self.ladder.heard(now)
        if frame is not None and self.partner.see(frame, now):
            self._events.expressed()
        check = self._channel.check
        if check is not None and check.words is not None and self._words is None:
            self._words = check.words
            self._events.checked(check.words)

    # --- connections

    def tick(self, is_reachable: bool) -> None:
        """Several times a second. ``is_reachable``: whether the partner's page could hear of a new connection."""
        now = self._loop.time()
        if self._channel is not None:
            self._send(self._channel.due(now))
        if self.partner.age(now):
            self._events.expressed()
        if self.ladder.tick(now, is_reachable):
            self.renew()

    def renew(self) -> None:
        """A new connection in the same call."""
        self._steps.put_nowait(self._renew)

    def repeat(self) -> None:
        """Say an offer again that was not answered: the line is back, and it may have been lost with the line."""
        self._steps.put_nowait(self._repeat)

    async def _renew(self) -> None:
        connection = await self._connect(min(self._generation + 1, GENERATIONS))
        self._say("offer", await connection.offer())

    async def _repeat(self) -> None:
        if self._connection is not None and self._connection.waits_for_answer:
            self._say("offer", self._connection.local_sdp)

    def _say(self, kind: str, sdp: str) -> None:
        self._events.say(messages.describe(self._call, self._generation, kind, sdp))

    async def _connect(self, generation: int) -> CallConnection:
        await self._drop()
        self._generation = generation
        self._early = [signal for signal in self._early if signal.generation == generation]
        connection = CallConnection(
            await self._events.way(),
            self._show.make(),
            lambda: self._opened(connection),
            lambda data: self._hear(connection, data),
        )
        self._connection = connection
        return connection

    async def _drop(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            self._ending.add(connection)
            dropping = self._loop.create_task(self._let_go(connection))
            self._dropping.add(dropping)
            dropping.add_done_callback(self._dropping.discard)
            await asyncio.shield(dropping)  # a call that ends meanwhile must not leave it open

    async def _let_go(self, connection: CallConnection) -> None:
        counts = MediaCounts()
        try:
            counts = await connection.counts()
        finally:
            self._ending.remove(connection)  # in one step with the next line: it counts once, whenever it is asked
            self._past += counts
            await connection.close()

    async def _work(self) -> None:
        """One step after the other: descriptions may not overtake each other."""
        while True:
            step = await self._steps.get()
            try:
                await step()
            except Exception:  # of aiortc, whatever its parser or a transport that has just ended stumbles over
                self.ladder.broken(self._loop.time())

    async def counts(self) -> MediaCounts:
        """Of all connections of the call so far: never less than before."""
        total, live = self._past, [*self._ending, *filter(None, [self._connection])]
        for connection in live:
            total += await connection.counts()
        return total

    async def close(self) -> None:
        """Say bye and let go of everything."""
        if self._channel is not None:
            self._send(self._channel.bye(self._loop.time()))
            await asyncio.sleep(0)  # the frames leave before the transport does
        self._working.cancel()
        await asyncio.gather(self._working, return_exceptions=True)
        await self._drop()
        await asyncio.gather(*self._dropping, return_exceptions=True)
