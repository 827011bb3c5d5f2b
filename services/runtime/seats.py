"""Who has a seat: asked when a channel opens, never at a tick (docs/adr/0006)."""

from dataclasses import dataclass
from typing import Protocol

from typing_extensions import override


@dataclass(frozen=True, slots=True)
class SeatClaim:
    """The store's answer: an epoch above every earlier one, and the gateways that may still count the seat.

    ``formers`` is None when that is not known: the store never knew the seat, or lost it, or what it knows may be old.
    """

    epoch: int
    formers: frozenset[str] | None


class Seats(Protocol):
    """The store of seats. A seat is named by its key, a keyed hash."""

    async def claim(self, seat: str, gateway: str, above: int, is_shown: bool) -> SeatClaim:
        """Have the seat from now on, under an epoch greater than ``above``. Raises Unavailable.

        ``is_shown``: the participant has had it before, so an unknown seat may be counted anywhere.
        """
        ...

    async def settle(self, seat: str, gateway: str, epoch: int) -> None:
        """Nobody but this gateway counts the seat. Changes nothing if another claimed it since. Raises Unavailable."""
        ...


class SoleSeats(Seats):
    """The seats of the only gateway: nobody else can have one."""

    def __init__(self) -> None:
        self._epoch = 0

    @override
    async def claim(self, seat: str, gateway: str, above: int, is_shown: bool) -> SeatClaim:
        self._epoch = max(self._epoch, above) + 1
        return SeatClaim(self._epoch, frozenset())

    @override
    async def settle(self, seat: str, gateway: str, epoch: int) -> None:
        """There is nothing to settle."""
