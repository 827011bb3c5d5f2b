"""A seat as one gateway knows it while it is handed over, and the effects of that (kuuki/many/handover.py)."""

from dataclasses import dataclass, field
from enum import StrEnum
from math import inf

from kuuki.backoff import Doubling
from kuuki.many.notices import Claimed, Left, Places
from kuuki.times import BUS_BEAT_S, SEAT_ASK_MAX_S, SEAT_ASK_S, SEAT_EXPIRES_S, SEAT_REPEAT_S


class Outcome(StrEnum):
    """How a seat came to be counted here."""

    NEW = "new"
    """No other gateway had it."""
    ANSWERED = "answered"
    """The gateway that had it answered that its partials are without it."""
    ABSENT = "absent"
    """The gateway that had it is in the room's mixes no more."""
    EXPIRED = "expired"
    """The gateway that had it did not answer, and SEAT_EXPIRES_S went by: no partial of it can be mixed any more."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the store for this seat, above this epoch; then call ``answered`` or ``failed`` with the same number.

    ``is_shown``: its participant had it before. So if the store does not know which gateway did, any of them may.
    """

    seat: str
    number: int
    above: int
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Tell:
    """Publish a notice to a gateway, or to ALL. Of a ``Claimed``, ``told`` is to be called when it has its place."""

    gateway: str
    notice: Claimed | Places | Left


@dataclass(frozen=True, slots=True)
class Count:
    """Count this seat from now on.

    ``moment``: from which on it counts in the published mix, as the gateway says that counted it before.
    """

    seat: str
    outcome: Outcome
    waited_s: float
    moment: int | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Count this seat no more, until ``Count``. Its peer stays."""

    seat: str


@dataclass(frozen=True, slots=True)
class Yield:
    """A newer peer of this participant is elsewhere: close the one here (SEAT_TAKEN)."""

    seat: str


@dataclass(frozen=True, slots=True)
class Settle:
    """Tell the store that no gateway but this one can count the seat. Said once: if it is lost, the next gateway that
    claims the seat waits for more gateways than it must."""

    seat: str
    epoch: int


Effect = Ask | Tell | Count | Hold | Yield | Settle


@dataclass(slots=True)
class Former:
    """A gateway that may count the seat. Times are monotonic seconds; ``inf`` and ``-inf`` mean not yet.

    ``since``: from when on it has been told, without a gap longer than SEAT_REPEAT_S, that it must not. ``told_at``:
    when it was last told. ``absent_at``: when the first mix came that shows that it counts the seat no more.
    """

    since: float = inf
    told_at: float = -inf
    absent_at: float = inf

    def tell(self, sent_at: float, now: float) -> None:
        """A ``Claimed`` that was sent then has its place."""
        if sent_at < self.told_at:
            return
        if now - self.told_at > SEAT_REPEAT_S:
            self.since, self.absent_at = now, inf
        self.told_at = sent_at

    def outcome(self, now: float) -> Outcome | None:
        """Why it cannot count the seat, if it cannot."""
        if now - self.told_at > SEAT_REPEAT_S:
            return None
        if now >= self.absent_at + BUS_BEAT_S:  # a mixer that takes over may be a beat behind the one that mixed
            return Outcome.ABSENT
        return Outcome.EXPIRED if now >= self.since + SEAT_EXPIRES_S else None


@dataclass(slots=True)
class HeldSeat:
    """A seat in which a member of this gateway sits. ``epoch`` 0: the store has not answered yet.

    ``number``: of the last question to the store. ``outbid``: the greatest claim, (epoch, gateway), that was heard
    while the store was asked. ``waiting``: the gateways that must be done with the seat before it is counted here.
    ``owed``: those that gave no answer, and until when they are told that the seat is not theirs. ``moment``: as Count
    says.
    """

    room: str
    is_shown: bool
    opened_at: float
    number: int
    epoch: int = 0
    is_counted: bool = False
    is_asking: bool = True
    ask_at: float = inf
    pause: Doubling = field(default_factory=lambda: Doubling(SEAT_ASK_S, SEAT_ASK_MAX_S))
    outbid: tuple[int, str] = (0, "")
    is_settled: bool = False
    waiting: dict[str, Former] = field(default_factory=dict)
    owed: dict[str, float] = field(default_factory=dict)
    outcome: Outcome = Outcome.NEW
    moment: int | None = None

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is to be done for it."""
        return not (self.is_asking or self.waiting or self.owed)
