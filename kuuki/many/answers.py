"""The answers that a gateway owes to others which claimed seats of it: each waits for partials without its seat."""

from typing import Final

from kuuki.many.notices import Claim, Left, Place, Places, parts_of
from kuuki.many.seats import Tell

_ANSWERS: Final = 20_000
"""Answers that wait for a publication. One over this is dropped; the gateway that waits for it asks again at its next
tick."""


class Answers:
    """Those of one gateway. Folds are counted here: a claim that came after a fold waits for the next one."""

    def __init__(self, gateway: str) -> None:
        self._gateway = gateway
        self._owed: dict[tuple[str, str], tuple[int, int]] = {}
        self._places: dict[str, int] = {}
        self._folds = 0

    def owe(self, sender: str, claim: Claim) -> None:
        """Another gateway asks for a seat. Asked again under the same epoch, it waits no longer for that."""
        key = sender, claim.seat
        if self._owed.get(key, (0, 0))[0] == claim.epoch:
            return
        self._owed[key] = claim.epoch, self._folds
        while len(self._owed) > _ANSWERS:
            oldest = next(iter(self._owed))
            del self._owed[oldest]
            self._places.pop(oldest[1], None)

    def leave_place(self, seat: str, moment: int) -> None:
        """A seat that is asked for had this place in the published mix."""
        if any(asked == seat for _, asked in self._owed):
            self._places[seat] = moment

    def forget(self, seat: str) -> None:
        """The seat is counted here: whoever asked for it before is told nothing."""
        self._owed = {key: owed for key, owed in self._owed.items() if key[1] != seat}
        self._places.pop(seat, None)

    def fold(self) -> int:
        """Partials are folded now. The number is for ``published``."""
        self._folds += 1
        return self._folds

    def published(self, fold: int) -> list[Tell]:
        """The partials of this fold have their place on the bus: who asked before it is answered."""
        claims: dict[str, list[Claim]] = {}
        places: dict[str, list[Place]] = {}
        for sender, seat in [key for key, (_, folds) in self._owed.items() if folds < fold]:
            epoch, _ = self._owed.pop((sender, seat))
            claims.setdefault(sender, []).append(Claim(seat, epoch))
            if (moment := self._places.get(seat)) is not None:
                places.setdefault(sender, []).append(Place(seat, epoch, moment))
        asked = {seat for _, seat in self._owed}
        self._places = {seat: moment for seat, moment in self._places.items() if seat in asked}
        return [
            *[Tell(to, Places(self._gateway, part)) for to, each in places.items() for part in parts_of(each)],
            *[Tell(to, Left(self._gateway, part)) for to, each in claims.items() for part in parts_of(each)],
        ]

    def __bool__(self) -> bool:
        """Whether another gateway waits for the next publication."""
        return bool(self._owed)
