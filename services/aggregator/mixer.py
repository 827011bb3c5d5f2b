"""One shard's mixer: the newest partials of each gateway in, a mix for each room out. Time is an argument.

Bulletins are full state: the newest of a gateway replaces all it said before, and a silent gateway expires. A *round*
begins with the first bulletin after a mix. It is whole when every live gateway was heard in it.

Mixes go out when the round is whole; at the latest MIX_WAIT_S after its first bulletin or, if that is later, after
MIX_SPACING_S since the last mixes: about a tick. So whatever the phases of gateways, each is heard once in a mix, and
there is one a tick. Mixes of several gateways are never closer than MIX_SPACING_S; one that is alone is mixed at once.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from math import inf
from operator import le, lt
from typing import Final, NamedTuple

from kuuki.limits import SEQ_MAX
from kuuki.many.bulletins import PartialsBulletin, Roster, Stamp
from kuuki.mood.frames import Mix
from kuuki.mood.labels import LABELS, WHOLE
from kuuki.mood.mix import COHORT, HEAD, Calibration, Partial
from kuuki.mood.privacy import Gate, Rule, publish
from kuuki.times import MIX_SPACING_S, MIX_WAIT_S, PARTIAL_EXPIRES_S, TICK_S
from services.aggregator.gathering import Gathered, gather

_SQUARES: Final = COHORT - len(LABELS)

_LATE_S: Final = 0.005
"""Who is expected comes this much later at times."""


@dataclass(frozen=True, slots=True)
class Held:
    """The newest bulletin of a gateway, when it came, and after when it was published."""

    bulletin: PartialsBulletin
    heard_at: float
    sent_after: float


class RoomMix(NamedTuple):
    """A mix to publish, the stamps of what is in it, and the inner mix: exact, not to leave the aggregator.

    ``is_recorded``: whether the published one is kept; only if all gateways say so.
    """

    room: str
    mix: Mix
    contains: tuple[Stamp, ...]
    inner: Partial
    is_recorded: bool = False

    @property
    def sensing(self) -> int:
        """How many people are in it, exactly."""
        return self.inner.sensing


def is_plausible(partial: Partial) -> bool:
    """Whether scores can sum up to this: each one's weights sum to WHOLE. Else a mix would not fit its frame."""
    for at in range(HEAD, len(partial), COHORT):
        sensing, sums, squares = partial[at + 1], partial[at + 2 : at + _SQUARES], partial[at + _SQUARES : at + COHORT]
        if not (
            0 < sensing <= SEQ_MAX
            and sum(sums) == WHOLE * sensing
            and sum(squares) <= WHOLE * WHOLE * sensing
            and all(map(le, sums, squares))
        ):
            return False
    ids = partial.ids
    return len(ids) < 2 or all(map(lt, ids, ids[1:]))


class Mixer:
    """The mixer of one shard."""

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration
        self._held: dict[str, Held] = {}  # in the order in which they were heard
        self._gates: dict[str, Gate] = {}
        self._heard_this_round: set[str] = set()
        self._first_at: float | None = None
        self._whole_at: float | None = None
        self._awaited: set[str] = set()
        self._mixed_at = -inf
        self._mixed_alone: str | None = None
        self._has_missed = False
        self._gathers_until = -inf
        self._seq = 0
        self.left_out = 0

    def take(self, bulletin: PartialsBulletin, now: float, sent_after: float = inf) -> bool:
        """Take a gateway's bulletin; False when it is late (not newer than what is held).

        ``sent_after``: it was published no earlier than then, which never falls back. It may have been long under way,
        to a process that was busy; by then its gateway may be gone, and its people counted elsewhere.
        """
        gateway, seq = bulletin.stamp
        held = self._held.get(gateway)
        if held is not None:
            if seq <= held.bulletin.stamp.seq:
                return False
            del self._held[gateway]
        self._held[gateway] = Held(bulletin, now, min(now, sent_after))
        self._heard_this_round.add(gateway)
        self._awaited.discard(gateway)
        if self._first_at is None:
            self._first_at = now
        if self._has_missed:
            self.listen(now)
        return True

    def listen(self, now: float) -> None:
        """Nothing before ``now`` was heard: mixes wait until everybody could be, a tick and MIX_WAIT_S."""
        self._has_missed, self._gathers_until = False, now + TICK_S + MIX_WAIT_S

    def due_at(self, now: float) -> float | None:
        """When the next mixes are due; None while there is nothing new. Ask again after each bulletin."""
        self._expire(now)
        if self._first_at is None:
            return None
        if len(self._heard_this_round) < len(self._held):
            return max(max(self._first_at, self._mixed_at + MIX_SPACING_S) + MIX_WAIT_S, self._gathers_until)
        if self._whole_at is None:
            self._whole_at = max(now, self._mixed_at + self._spacing_s())
            self._awaited = self._worth_waiting_for(self._whole_at)
        return max(self._whole_at + (MIX_WAIT_S if self._awaited else 0.0), self._gathers_until)

    def _spacing_s(self) -> float:
        """A gateway that is alone sets the pace itself."""
        return 0.0 if self._alone() is not None and self._alone() == self._mixed_alone else MIX_SPACING_S

    def _alone(self) -> str | None:
        return next(iter(self._held)) if len(self._held) == 1 else None

    def _worth_waiting_for(self, whole_at: float) -> set[str]:
        """Who is awaited once more although the round is whole.

        Who was heard early in the round is heard again soon. Its partial then becomes a tick younger, while all grow
        older by the wait: that pays when gateways tick together and the round began amid them. Then the round moves to
        where it ends with the last of them.
        """
        candidates: list[str] = []
        best, most = 0, 0.0
        for gateway, held in self._held.items():
            wait_s = held.heard_at + TICK_S - whole_at + _LATE_S
            if wait_s > MIX_WAIT_S:
                break
            if wait_s < 0:
                continue
            candidates.append(gateway)
            gain = len(candidates) * TICK_S - len(self._held) * wait_s
            if gain > most:
                best, most = len(candidates), gain
        return set(candidates[:best])

    def mixes(self, term: int, now: float) -> Iterator[RoomMix]:
        """The mixes of this round, and the end of the round. Every room of every live gateway, each once.

        Without rooms of which something implausible is said: ``left_out`` is how many.
        """
        rooms = self._end_round(now)
        self._seq += 1
        self.left_out = 0
        for room in sorted(rooms):
            room_mix = self._mix(room, rooms[room], term, now)
            if room_mix is not None:
                yield room_mix
            else:
                self.left_out += 1

    def follow(self, now: float) -> None:
        """The end of a round that another mixer publishes: only the minimum groups are watched."""
        for room, gathered in self._end_round(now).items():
            self._gate(room, gathered.rule).is_open(gathered.inner.sensing, now)

    def forget(self) -> None:
        """Bulletins may have been missed: nothing that is held can be trusted. Listen anew from the next one on."""
        self._held.clear()
        self._heard_this_round.clear()
        self._first_at, self._whole_at = None, None
        self._awaited.clear()
        self._has_missed = True

    def _end_round(self, now: float) -> dict[str, Gathered]:
        self._expire(now)
        self._heard_this_round.clear()
        self._first_at, self._whole_at = None, None
        self._awaited.clear()
        self._mixed_at, self._mixed_alone = now, self._alone()
        rooms = gather([held.bulletin for held in self._held.values()])
        for room in self._gates.keys() - rooms.keys():
            del self._gates[room]
        return rooms

    def _mix(self, room: str, gathered: Gathered, term: int, now: float) -> RoomMix | None:
        inner = gathered.inner
        if not is_plausible(inner):
            return None
        mix = publish(inner, self._gate(room, gathered.rule), (term, self._seq), now, self._calibration)
        return RoomMix(room, mix, gathered.stamps, inner, gathered.is_recorded)

    def _gate(self, room: str, rule: Rule) -> Gate:
        gate = self._gates.get(room)
        if gate is None or (gate.rule is not rule and gate.rule != rule):
            gate = self._gates[room] = Gate(rule)
        return gate

    def _expire(self, now: float) -> None:
        while self._held:
            gateway, held = next(iter(self._held.items()))
            if now - held.sent_after <= PARTIAL_EXPIRES_S:
                return
            del self._held[gateway]
            self._heard_this_round.discard(gateway)
            self._awaited.discard(gateway)

    def roster(self, gateway: str) -> Roster | None:
        """The rooms of a gateway, as it said last."""
        held = self._held.get(gateway)
        return None if held is None else held.bulletin.roster

    @property
    def began_at(self) -> float | None:
        """When the first bulletin of this round came; None while there is none."""
        return self._first_at

    def gateways(self, now: float) -> Set[str]:
        """Those whose partials are in the mixes now."""
        self._expire(now)
        return self._held.keys()
