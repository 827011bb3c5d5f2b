"""One shard's mixer: the newest partials of each gateway in, a mix for each room out. Time is an argument.

A mix goes out when every live gateway's bulletin of the tick has come, at the latest MIX_WAIT_S after the first.
Bulletins are full state: the newest of a gateway replaces all it said before, and a silent gateway expires.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kuuki.bulletins import PartialsBulletin, RoomPartial, Stamp
from kuuki.frames import Mix
from kuuki.labels import WHOLE
from kuuki.limits import SEQ_MAX
from kuuki.mix import Calibration, Partial, merge
from kuuki.privacy import Gate, publish
from kuuki.times import MIX_WAIT_S, PARTIAL_EXPIRES_S


@dataclass(frozen=True, slots=True)
class Held:
    """The newest bulletin of a gateway and when it came."""

    bulletin: PartialsBulletin
    heard_at: float


@dataclass(frozen=True, slots=True)
class RoomMix:
    """A mix to publish, the stamps of what is in it, and the inner mix: exact, not to leave the aggregator."""

    room: str
    mix: Mix
    contains: tuple[Stamp, ...]
    inner: Partial


def is_plausible(partial: Partial) -> bool:
    """Whether a fold of scores can give this: each score's weights sum to WHOLE. Else a mix would not fit its frame."""
    return all(
        0 < part.sensing <= SEQ_MAX
        and sum(part.sums) == WHOLE * part.sensing
        and all(sum_ <= square <= WHOLE * sum_ for sum_, square in zip(part.sums, part.squares, strict=True))
        for part in partial.cohorts
    )


class Mixer:
    """The mixer of one shard."""

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration
        self._held: dict[str, Held] = {}
        self._gates: dict[str, Gate] = {}
        self._heard_this_round: set[str] = set()
        self._first_at: float | None = None
        self._seq = 0

    def take(self, bulletin: PartialsBulletin, now: float) -> bool:
        """Take a gateway's bulletin; False when it is late (not newer than what is held)."""
        stamp = bulletin.stamp
        held = self._held.get(stamp.gateway)
        if held is not None and stamp.seq <= held.bulletin.stamp.seq:
            return False
        self._held[stamp.gateway] = Held(bulletin, now)
        self._heard_this_round.add(stamp.gateway)
        if self._first_at is None:
            self._first_at = now
        return True

    def due_at(self, now: float) -> float | None:
        """When the next mixes are due: at once when all live gateways were heard; None before the first."""
        if self._first_at is None:
            return None
        self._expire(now)
        if self._held.keys() <= self._heard_this_round:
            return now
        return self._first_at + MIX_WAIT_S

    def mixes(self, term: int, now: float) -> Iterator[RoomMix]:
        """The mixes of this round, and the end of the round. Every room of every live gateway, each once."""
        self._expire(now)
        self._heard_this_round.clear()
        self._first_at = None
        rooms: dict[str, list[tuple[Stamp, RoomPartial]]] = {}
        for held in self._held.values():
            for room, each in held.bulletin.rooms.items():
                rooms.setdefault(room, []).append((held.bulletin.stamp, each))
        self._gates = {room: gate for room, gate in self._gates.items() if room in rooms}
        self._seq += 1
        for room in sorted(rooms):
            yield self._mix(room, rooms[room], term, now)

    def _mix(self, room: str, holders: list[tuple[Stamp, RoomPartial]], term: int, now: float) -> RoomMix:
        inner = merge(each.partial for _, each in holders)
        gate = self._gate(room, holders)
        mix = publish(inner, gate, (term, self._seq), now, self._calibration)
        return RoomMix(room, mix, tuple(stamp for stamp, _ in holders), inner)

    def _gate(self, room: str, holders: list[tuple[Stamp, RoomPartial]]) -> Gate:
        """A room's gate, under the strictest rule that its gateways know."""
        rule = max((each.rule for _, each in holders), key=lambda rule: rule.strictness)
        gate = self._gates.get(room)
        if gate is None or gate.rule != rule:
            gate = self._gates[room] = Gate(rule)
        return gate

    def _expire(self, now: float) -> None:
        gone = [gateway for gateway, held in self._held.items() if now - held.heard_at > PARTIAL_EXPIRES_S]
        for gateway in gone:
            del self._held[gateway]
            self._heard_this_round.discard(gateway)

    @property
    def is_idle(self) -> bool:
        """Whether it holds nothing."""
        return not self._held
