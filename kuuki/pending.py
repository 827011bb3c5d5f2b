"""Pending offers: joins that were answered and whose channel is not open yet. Pure; time is an argument.

An offer costs its sender nothing, and each takes a place until its channel opens. So anybody could take all places by
offers of which he never opens a channel. A client that is really there makes an authenticated connectivity check (RFC
8445 section 7.3), which only a holder of the answer can make. Until that came an offer is *unchecked*: it has less
time, and is the first that gives way.
"""

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from kuuki.times import JOIN_PATIENCE_S, OFFER_CHECKED_S, OFFER_SURE_S, PENDING_OFFER_S, TICK_S


class Ended(StrEnum):
    """How a pending offer ended without a channel: the label of a counter."""

    UNCHECKED = "unchecked"
    """No authenticated check came in OFFER_CHECKED_S."""
    EXPIRED = "expired"
    """A check came in time, but no channel opened in PENDING_OFFER_S; or the answer was never made."""
    EVICTED = "evicted"
    """It gave way to a newer offer, because too many were pending."""
    REPLACED = "replaced"
    """Its own participant made a newer offer."""


@dataclass(slots=True)
class _PendingOffer:
    """``since``: when it was answered; before that, when it came (monotonic seconds)."""

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

    Ages are judged at ticks. The time by which a tick is late does not count: checks that came while the process stood
    still are not read yet.
    """

    def __init__(self, in_all: int) -> None:
        self._in_all = in_all
        self._offers: dict[Owner, _PendingOffer] = {}
        self._ticked_at = 0.0

    def place(self) -> tuple[bool, Owner | None]:
        """Whether there is a place for one more offer, and the owner of the offer that must give way for it, if any.

        Unchecked offers give way first, then those that were checked long ago and still have no channel: the oldest of
        the address that has most of that kind. So an address that fills all places by offers without clients loses its
        own, and never another's; and an offer that just came keeps its place for OFFER_SURE_S.
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
        """Add an offer that is about to be answered. ``address``: of its client; None counts as one address."""
        self._offers[owner] = _PendingOffer(address, now)

    def answered(self, owner: Owner, now: float) -> None:
        """Its answer goes out: it must be checked in time. An owner without a pending offer changes nothing."""
        if (offer := self._offers.get(owner)) is not None:
            offer.since, offer.is_answered = now, True

    def checked(self, owner: Owner) -> None:
        """Its first authenticated check came. An owner without a pending offer changes nothing."""
        if (offer := self._offers.get(owner)) is not None:
            offer.is_checked = True

    def discard(self, owner: Owner) -> None:
        """Its offer is pending no more. An owner without a pending offer changes nothing."""
        self._offers.pop(owner, None)

    def tick(self, now: float) -> list[tuple[Owner, Ended]]:
        """The owners whose offers have waited too long, and how each ends. They stay until they are discarded."""
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
