"""Joins until their channel is open: the wait for a turn, the place among pending offers, the deadlines.

A turn comes first: offers are answered at a bounded rate (JOINS_PER_S), and addresses take turns. Then a place: so many
answered offers may be pending at a time.
"""

import asyncio
from enum import Enum, auto
from typing import Final

from kuuki.admission import Bucket
from kuuki.errors import CloseCode, TooMany, Unavailable
from kuuki.lanes import Lanes
from kuuki.limits import JOINS_BURST, JOINS_PER_S, JOINS_WAITING
from kuuki.pending import Ended, PendingOffers
from kuuki.times import JOIN_WAIT_S
from services.runtime.metrics import Metrics
from services.signal.gateway.departures import Departures
from services.signal.gateway.hall import Hall
from services.signal.gateway.member import Member

_REST_S: Final = 0.001
"""The shortest wait for a token, in seconds: the rest of a token may be due sooner than the loop's clock can tell."""

_CODES: Final = {
    Ended.UNCHECKED: CloseCode.SILENT,
    Ended.EXPIRED: CloseCode.SILENT,
    Ended.EVICTED: CloseCode.FULL,
    Ended.REPLACED: CloseCode.SEAT_TAKEN,
}


class _Word(Enum):
    """What a join that waits is told.

    Not by an exception: a future with an exception and the frame that awaits it refer to each other, so only the
    garbage collector frees them, and in a flood thousands of joins are refused.
    """

    COME = auto()
    """Its turn has come."""
    NOT_NOW = auto()
    """Too many wait, or it has waited too long: try again."""
    NOT_HERE = auto()
    """This gateway goes away: try another."""


class PendingJoins:
    """``len`` is the number of pending ``offers``. A member whose offer ends here leaves by ``departures``."""

    def __init__(self, offers: PendingOffers[tuple[Hall, Member]], departures: Departures, metrics: Metrics) -> None:
        self._offers = offers
        self._departures = departures
        self._metrics = metrics
        self._lanes = Lanes[asyncio.Future[_Word]](JOINS_WAITING)
        self._left = Bucket.full(JOINS_PER_S, JOINS_BURST, 0.0)
        self._timer: asyncio.TimerHandle | None = None

    # --- the turn

    async def turn(self, address: str | None) -> None:
        """Wait until a join from this address has its turn, JOIN_WAIT_S at most.

        Raises TooMany when it waits in vain, and Unavailable when this gateway goes away.
        """
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[_Word] = loop.create_future()
        timer = loop.call_later(JOIN_WAIT_S, _tell, turn, _Word.NOT_NOW)
        _tell(self._lanes.wait(address, turn), _Word.NOT_NOW)
        self._go_on()
        try:
            word = await turn
        finally:
            timer.cancel()
            self._lanes.leave(address, turn)
        if word is _Word.NOT_NOW:
            raise TooMany("pending_offers")
        if word is _Word.NOT_HERE:
            raise Unavailable("going_away")

    def turn_away(self) -> None:
        """Refuse all joins that wait: this gateway goes away."""
        while len(self._lanes):
            _tell(self._lanes.next(), _Word.NOT_HERE)

    def _go_on(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        while len(self._lanes) and self._left.consume(now):
            _tell(self._lanes.next(), _Word.COME)
        if len(self._lanes) and self._timer is None:
            self._timer = loop.call_later(max(_REST_S, self._left.next_s(now)), self._come_back)

    def _come_back(self) -> None:
        self._timer = None
        self._go_on()

    # --- the place

    def add(self, hall: Hall, member: Member, now: float) -> None:
        """Give a place to a member that is about to be answered. Raises TooMany if there is none.

        Its participant's older offer ends. If there are still too many, another offer that may give way ends.
        """
        older = [each for each in self._offers if each[0] is hall and each[1].seat_id == member.seat_id]
        for each in older:
            self._end(each, Ended.REPLACED)
        is_free, other = self._offers.place()
        if not is_free:
            raise TooMany("pending_offers")
        if other is not None:
            self._end(other, Ended.EVICTED)
        self._offers.add((hall, member), member.address, now)

    def answered(self, hall: Hall, member: Member, now: float) -> None:
        """The member's answer goes out."""
        self._offers.answered((hall, member), now)

    def checked(self, hall: Hall, member: Member) -> None:
        """The member's client is really there."""
        self._offers.checked((hall, member))

    def discard(self, hall: Hall, member: Member) -> None:
        """The member is open, or leaves: its offer is pending no more."""
        self._offers.discard((hall, member))

    def tick(self, now: float) -> None:
        """Have the members leave whose offers have waited too long."""
        for each, end in self._offers.tick(now):
            self._end(each, end)

    def _end(self, each: tuple[Hall, Member], end: Ended) -> None:
        self._offers.discard(each)
        self._metrics.joins.labels(end).inc()
        self._departures.leave(*each, _CODES[end])

    def __len__(self) -> int:
        return len(self._offers)


def _tell(turn: asyncio.Future[_Word] | None, word: _Word) -> None:
    if turn is not None and not turn.done():
        turn.set_result(word)
