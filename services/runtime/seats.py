"""The store of seats: which gateway has each seat. Asked when a channel opens, never at a tick (docs/adr/0006)."""

from dataclasses import dataclass
from typing import Protocol

from typing_extensions import override


@dataclass(frozen=True, slots=True)
class SeatClaim:
    """The store's answer: the epoch of the claim, and the gateways that may still count the seat, the claimant perhaps.

    ``formers`` is None when they are not known: the store never knew the seat, or lost it, or what it knows may be old.
    Then any gateway may count it.
    """

    epoch: int
    formers: frozenset[str] | None


class Seats(Protocol):
    """The store of seats, shared by all gateways. A seat is named by a keyed hash, so no key names a participant.

    Both coroutines end within REDIS_COMMAND_S. If they raise Unavailable or are cancelled, the store may have done it;
    both may be repeated: a claim then has a higher epoch.
    """

    async def claim(self, seat: str, gateway: str, above: int, is_shown: bool) -> SeatClaim:
        """Have the seat from now on, under an epoch above ``above`` and above every earlier claim's. Raises
        Unavailable.

        Claims of one seat are ordered: each is told of the gateways of all claims before it that were not settled.
        ``is_shown``: the participant had the seat before, so one that the store does not know may be counted anywhere.
        """
        ...

    async def settle(self, seat: str, gateway: str, epoch: int) -> None:
        """Say that no other gateway counts the seat any more. Raises Unavailable.

        Changes nothing if the seat was claimed again since ``epoch``.
        """
        ...


class SoleSeats(Seats):
    """The seats of the only gateway: no other can count one."""

    def __init__(self) -> None:
        self._epoch = 0

    @override
    async def claim(self, seat: str, gateway: str, above: int, is_shown: bool) -> SeatClaim:
        self._epoch = max(self._epoch, above) + 1
        return SeatClaim(self._epoch, frozenset())

    @override
    async def settle(self, seat: str, gateway: str, epoch: int) -> None:
        """Nothing to do: no other gateway counts the seat."""
