"""When the published mix takes newcomers in: at numbered *moments*, all who have come since the last one together.

Who counts changes the veil's noise, and many draws of it average out. So whoever comes waits for the room's next
moment, MOMENT_S after the last one at the earliest; whoever leaves is out at once. The mixer numbers the moments and
says in its mixes where the room stands; a gateway gives each newcomer the moment that is *open*.

A gateway may hear of a moment later than another. So a moment is closed before it comes: first the mixer opens the next
one, and when every gateway has said that it knows (or MOMENT_CLOSES_S went by), the former one comes; nobody was given
it meanwhile. These are two *steps*, and where a room stands is their count: an even step closes a moment, the odd one
after it is when that has come. A gateway adds up who waits by the parity of their moments, as at most two are not over.
"""

from dataclasses import dataclass
from math import inf
from typing import Final

from kuuki.times import MOMENT_CLOSES_S, MOMENT_S

FIRST: Final = 1
"""The step at which a room begins: moment 0 is open, and nobody has a place yet."""

UNKNOWN: Final = 0
"""Stands for the step where a gateway has heard of none."""


def open_moment(step: int) -> int:
    """The moment that newcomers are given."""
    return step // 2


def last_moment(step: int) -> int:
    """The newest moment that has come: who was given it, or an earlier one, counts."""
    return step // 2 - 2 + step % 2


@dataclass(slots=True)
class Growth:
    """Where one room stands, as its mixer knows it. ``since``: monotonic seconds, when the step was taken or heard
    of."""

    step: int = FIRST
    since: float = -inf

    def hear(self, heard: int, now: float) -> None:
        """Gateways say that the room stands at ``heard``: another mixer may have led it further than this one."""
        if heard > self.step:
            self.step, self.since = heard, now

    def follow(self, known: int, heard: int, now: float) -> None:
        """Another mixer leads. When all gateways know that a moment is closed, it comes there and here at once."""
        self.hear(heard, now)
        if self.step % 2 == 0 and known >= self.step:
            self.step, self.since = self.step + 1, now

    def lead(self, known: int, waiting: tuple[bool, bool], is_shown: bool, now: float) -> None:
        """Take the next step if it is due, before a mix. ``known``: the step that all gateways know of at least.
        ``waiting``: whether anyone was given an even, an odd moment. ``is_shown``: whether the room's mixes show its
        weights; as long as they do not, nothing is told by who comes, and newcomers need not wait."""
        if self.step % 2 == 0:
            is_due = known >= self.step or now - self.since >= MOMENT_CLOSES_S
        else:
            is_over = now - self.since >= MOMENT_S or not is_shown
            is_due = waiting[open_moment(self.step) % 2] and is_over
        if is_due:
            self.step, self.since = self.step + 1, now

    @property
    def late(self) -> int | None:
        """The parity of the moment that has come last, which some gateways may not know yet; None while the next one is
        being closed: by then they do, and who has this parity waits for the moment that is open."""
        return last_moment(self.step) % 2 if self.step % 2 else None
