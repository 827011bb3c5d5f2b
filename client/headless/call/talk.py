"""A call that is on, as a program sees it: the partner's expression comes, one's own goes."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

from client.headless.call.connection import MediaCounts
from client.headless.call.errors import CannotCall, how_in_words
from client.headless.call.media import CallMedia
from client.headless.call.partner import Partner
from client.headless.call.partner import Weights as PartnerWeights
from client.headless.room import SURE_MAX, Weights, by_label
from kuuki.call.calling import LegState
from kuuki.call.line_messages import LegStatus
from kuuki.mood.frames import Presence
from kuuki.mood.labels import LABELS, to_integers


class Talk:
    """Made by a Phone when both talk. ``leg``: where the call stands, as the line said it last."""

    def __init__(self, leg: LegStatus, media: CallMedia) -> None:
        self.leg = leg
        self.media = media
        self.words: tuple[str, ...] | None = None
        self._has_news = asyncio.Event()
        self._is_open = asyncio.Event()
        self._is_over = asyncio.Event()
        self._counts = MediaCounts()

    # --- the partner

    @property
    def name(self) -> str:
        """What the partner calls themselves."""
        return self.leg.name

    @property
    def partner(self) -> Partner:
        """What the partner sends now."""
        return self.media.partner

    @property
    def rtt_s(self) -> float | None:
        """The round trip to the partner; None before it is known."""
        return self.media.rtt_s

    async def scores(self) -> AsyncIterator[PartnerWeights | None]:
        """The partner's expression from now on: label to weight, 0..1; None when there is none any more.

        A slow reader skips to the newest. Ends when the call is hung up; raises CannotCall when it was lost.
        """
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            if self._is_over.is_set():
                break
            yield self.partner.weights
        if self.leg.state is LegState.LOST:
            raise CannotCall(how_in_words(LegState.LOST))

    # --- oneself

    def send(self, weights: Weights, sure: float = 1.0) -> bool:
        """Share one's expression: seven weights (in the order of LABELS, or by label), any positive sum; ``sure`` 0..1.

        It counts for two seconds: send it again at least once a second, and at most five times. Whether it was sent:
        not while paused or not connected. Raises ValueError.
        """
        if isinstance(weights, Mapping):
            weights = by_label(weights)
        return self.send_integers(to_integers(weights), round(min(1.0, max(0.0, sure)) * SURE_MAX))

    def send_integers(self, weights: tuple[int, ...], sure: int) -> bool:
        """Share it as it travels: integers of sum 255, ``sure`` 0..255."""
        if self.media.own.presence is Presence.PAUSED:
            return False
        self._be(Presence.SENSING)
        return self.media.score(weights, sure)

    def withdraw(self) -> bool:
        """No face is seen: the last score counts no longer. Say it once, then send nothing until there is one."""
        return self.send_integers((*(0,) * (len(LABELS) - 1), SURE_MAX), 0)

    def pause(self) -> None:
        """Take one's expression back at once, and send none until ``resume``."""
        self._be(Presence.PAUSED)

    def resume(self) -> None:
        """Expressions may be sent again."""
        self._be(Presence.SENSING)

    def _be(self, presence: Presence) -> None:
        self.media.be(replace(self.media.own, presence=presence))

    # --- the call

    @property
    def is_over(self) -> bool:
        """Whether it has ended; ``leg.state`` says how."""
        return self._is_over.is_set()

    async def opened(self) -> None:
        """Wait until the partner was heard for the first time, or the call is over."""
        await self._is_open.wait()

    async def ended(self) -> LegState:
        """Wait for the end: how it came."""
        await self._is_over.wait()
        return self.leg.state

    async def counts(self) -> MediaCounts:
        """What came and went so far; of a call that is over: in all."""
        return self._counts if self.is_over else await self.media.counts()

    def open(self) -> None:
        """The partner is heard."""
        self._is_open.set()

    def tell(self) -> None:
        """There is news of the partner's expression."""
        self._has_news.set()

    async def end(self, leg: LegStatus) -> None:
        """It is over, for the reason that the leg's state says: nothing of it stays."""
        self.leg = leg
        self._counts = await self.media.counts()
        for event in (self._is_over, self._is_open, self._has_news):
            event.set()
        await self.media.close()
