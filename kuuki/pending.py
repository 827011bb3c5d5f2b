"""Pending offers: joins that were answered and whose channel is not open yet. Pure; time is an argument.

An offer costs its sender nothing, so most that nobody comes for are *ghosts*. Who is really there shows it with the
first authenticated connectivity check (RFC 8445 section 7.3), which only a holder of the answer can make: before it an
offer is *unchecked*, and the first to go.
"""

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from kuuki.times import JOIN_PATIENCE_S, OFFER_CHECKED_S, OFFER_SURE_S, PENDING_OFFER_S, TICK_S


class Ended(StrEnum):
    """How a pending offer ended that led to no channel: the label of a counter."""

    UNCHECKED = "unchecked"
    """No authenticated check came in OFFER_CHECKED_S."""
    EXPIRED = "expired"
    """A check came, but no channel; or there never was an answer."""
    EVICTED = "evicted"
    """It gave way to a newer one: too many were pending."""
    REPLACED = "replaced"
    """Its own participant made a newer one."""


@dataclass(slots=True)
class _PendingOffer:
    """``since``: of its answer; while there is none, of its coming."""

    address: Hashable
    since: float
    is_answered: bool = False
    is_checked: bool = False

    def end(self, now: float) -> Ended | None:
        age_s = now - self.since
        if self.is_answered and not self.is_checked:
            return Ended.UNCHECKED if age_s > OFFER_CHECKED_S else None
        return Ended.EXPIRED if age_s > PENDING_OFFER_S else None

    def gives_way(self, now: float) -> bool:
        return self.is_answered and now - self.since > (JOIN_PATIENCE_S if self.is_checked else OFFER_SURE_S)


Owner = TypeVar("Owner", bound=Hashable)


class PendingOffers(Generic[Owner]):
    """All pending offers of a gateway, each by its owner. ``in_all``: how many there may be.

    Ages are judged at ticks, and the time by which a tick is late does not count: what came meanwhile waits in sockets.
    """

    def __init__(self, in_all: int) -> None:
        self._in_all = in_all
        self._offers: dict[Owner, _PendingOffer] = {}
        self._ticked_at = 0.0

    def place(self) -> tuple[bool, Owner | None]:
        """Whether one more may come, and whose offer must go for it.

        The unchecked go first, then who was checked long ago and still has no channel: of the address that has the most
        of that kind the oldest. So one address's ghosts never cost another its place, and who just came keeps its own.
        """
        if len(self._offers) < self._in_all:
            return True, None
        ready = [(owner, offer) for owner, offer in self._offers.items() if offer.gives_way(self._ticked_at)]
        if not ready:
            return False, None
        kinds = Counter((offer.address, offer.is_checked) for _, offer in ready)
        owner, _ = max(
            ready, key=lambda each: (not each[1].is_checked, kinds[each[1].address, each[1].is_checked], -each[1].since)
        )
        return True, owner

    def add(self, owner: Owner, address: Hashable, now: float) -> None:
        """An offer that is about to be answered. ``address``: whence it came; None is one like any."""
        self._offers[owner] = _PendingOffer(address, now)

    def answered(self, owner: Owner, now: float) -> None:
        """Its answer goes out: from now on it must be checked. Who is not pending changes nothing, here and below."""
        if (offer := self._offers.get(owner)) is not None:
            offer.since, offer.is_answered = now, True

    def checked(self, owner: Owner) -> None:
        """Its first authenticated check came."""
        if (offer := self._offers.get(owner)) is not None:
            offer.is_checked = True

    def discard(self, owner: Owner) -> None:
        """It is pending no more."""
        self._offers.pop(owner, None)

    def tick(self, now: float) -> list[tuple[Owner, Ended]]:
        """Whose time is up, and why; they are still there."""
        late_s = max(0.0, now - self._ticked_at - TICK_S)
        self._ticked_at = now
        for offer in self._offers.values():
            offer.since = min(now, offer.since + late_s)
        ends = ((owner, offer.end(now)) for owner, offer in self._offers.items())
        return [(owner, end) for owner, end in ends if end is not None]

    def __iter__(self) -> Iterator[Owner]:
        return iter(self._offers)

    def __len__(self) -> int:
        return len(self._offers)
