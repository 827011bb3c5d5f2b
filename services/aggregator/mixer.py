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
from typing import Final, NamedTuple

from kuuki.many.bulletins import PartialsBulletin, Roster, Stamp
from kuuki.mood.frames import Mix
from kuuki.mood.mix import Calibration, Partial
from kuuki.mood.privacy import publish
from kuuki.times import MIX_SPACING_S, MIX_WAIT_S, PARTIAL_EXPIRES_S, TICK_S
from services.aggregator.gathering import RoomSum, gather
from services.aggregator.publications import Publications

_JITTER_S: Final = 0.005
"""A gateway's next bulletin may come this much later than one tick after its last one, and is still waited for."""


@dataclass(frozen=True, slots=True)
class LatestBulletin:
    """The newest bulletin of a gateway, when it came, and a time before which it was not published."""

    bulletin: PartialsBulletin
    heard_at: float
    sent_after: float


class RoomMix(NamedTuple):
    """A mix to publish, the stamps of what is in it, and the inner mix: exact, not to leave the aggregator.

    ``is_recorded``: whether the published one is kept; only if all gateways say so. ``step``: where the room's growth
    stands; None where a gateway would not know what that is.
    """

    room: str
    mix: Mix
    contains: tuple[Stamp, ...]
    inner: Partial
    is_recorded: bool = False
    step: int | None = None

    @property
    def sensing(self) -> int:
        """How many people are in it, exactly."""
        return self.inner.sensing


class Mixer:
    """The mixer of one shard. ``veil_key``: the secret of all aggregators that may mix it. ``publications``: what is
    known of its rooms from mix to mix."""

    def __init__(self, calibration: Calibration, veil_key: bytes) -> None:
        self._calibration = calibration
        self.publications = Publications(veil_key)
        self._latest: dict[str, LatestBulletin] = {}  # in the order in which they were heard
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

    def accept(self, bulletin: PartialsBulletin, now: float, sent_after: float = inf) -> bool:
        """Keep a gateway's bulletin in the place of its last one; False when it is late (not newer than that).

        ``sent_after``: a time before which it was not published; it never falls back. The bulletin may have been long
        under way, to a process that was busy; by then its gateway may be gone, and its people counted elsewhere.
        """
        gateway, seq = bulletin.stamp
        former = self._latest.get(gateway)
        if former is not None:
            if seq <= former.bulletin.stamp.seq:
                return False
            del self._latest[gateway]
        self._latest[gateway] = LatestBulletin(bulletin, now, min(now, sent_after))
        self._heard_this_round.add(gateway)
        self._awaited.discard(gateway)
        if self._first_at is None:
            self._first_at = now
        if self._has_missed:
            self.listen(now)
        return True

    def has(self, stamp: Stamp) -> bool:
        """Whether this very bulletin was accepted: a gateway may say the same in two versions, the newest first."""
        latest = self._latest.get(stamp.gateway)
        return latest is not None and latest.bulletin.stamp == stamp

    def listen(self, now: float) -> None:
        """Bulletins are heard from ``now`` on, and none before was: the first mixes wait a tick and MIX_WAIT_S.

        By then every gateway could be heard once. A mix before would be without the people of those that were not heard
        yet; every page would show them gone, and a tick later back.
        """
        self._has_missed, self._gathers_until = False, now + TICK_S + MIX_WAIT_S

    def due_at(self, now: float) -> float | None:
        """When the next mixes are due; None while no bulletin has come since the last ones. Ask after each bulletin."""
        self._expire(now)
        if self._first_at is None:
            return None
        if len(self._heard_this_round) < len(self._latest):
            return max(max(self._first_at, self._mixed_at + MIX_SPACING_S) + MIX_WAIT_S, self._gathers_until)
        if self._whole_at is None:
            self._whole_at = max(now, self._mixed_at + self._spacing_s())
            self._awaited = self._worth_waiting_for(self._whole_at)
        return max(self._whole_at + (MIX_WAIT_S if self._awaited else 0.0), self._gathers_until)

    def _spacing_s(self) -> float:
        """How far apart mixes are: 0 while one gateway is alone, as at the last mixes. It sets the pace by its
        ticks."""
        return 0.0 if self._alone() is not None and self._alone() == self._mixed_alone else MIX_SPACING_S

    def _alone(self) -> str | None:
        return next(iter(self._latest)) if len(self._latest) == 1 else None

    def _worth_waiting_for(self, whole_at: float) -> set[str]:
        """The gateways that are waited for once more although the round is whole.

        Gateways tick together, so a round that began amid their ticks has the newest of some and, of the others, what
        is nearly a tick old. If it was mixed when it is whole, the next one would begin at the same place: half of the
        people would be seen a tick late for ever. A gateway that was heard early in the round is heard again soon.
        Waiting for it makes its partial a tick younger and all others older by the wait. So as many are awaited as make
        the sum of ages smallest, within MIX_WAIT_S, and the next round begins after the last of them.
        """
        candidates: list[str] = []
        best, most = 0, 0.0
        for gateway, latest in self._latest.items():  # in the order in which they were heard
            wait_s = latest.heard_at + TICK_S - whole_at + _JITTER_S
            if wait_s > MIX_WAIT_S:
                break
            if wait_s < 0:
                continue
            candidates.append(gateway)
            gain_s = len(candidates) * TICK_S - len(self._latest) * wait_s
            if gain_s > most:
                best, most = len(candidates), gain_s
        return set(candidates[:best])

    def mixes(self, term: int, now: float) -> Iterator[RoomMix]:
        """End the round, and give the mix of each room of every live gateway once.

        Rooms whose sums no scores can have are left out; ``left_out`` is how many.
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
        """The end of a round that another aggregator publishes: it is seen who counts and how each room grows.

        Whoever takes the lease over then knows since when each room has had enough people, shuts none for a while, and
        has the noise that it had.
        """
        for room, said in self._end_round(now).items():
            publication = self.publications.of(room, said.policy.rule)
            publication.follow(said.inner, said.steps, now, is_latest=said.is_latest)

    def forget(self) -> None:
        """Bulletins may have been missed: none that is kept can be trusted. Listen anew from the next one on."""
        self._latest.clear()
        self._heard_this_round.clear()
        self._first_at, self._whole_at = None, None
        self._awaited.clear()
        self._has_missed = True

    def _end_round(self, now: float) -> dict[str, RoomSum]:
        self._expire(now)
        self._heard_this_round.clear()
        self._first_at, self._whole_at = None, None
        self._awaited.clear()
        self._mixed_at, self._mixed_alone = now, self._alone()
        rooms = gather([latest.bulletin for latest in self._latest.values()])
        self.publications.keep(rooms.keys(), now)
        return rooms

    def _mix(self, room: str, said: RoomSum, term: int, now: float) -> RoomMix | None:
        if not said.inner.is_plausible:
            return None
        publication = self.publications.of(room, said.policy.rule)
        publication.lead(said.inner, said.steps, now, is_latest=said.is_latest)
        mix = publish(said.inner, publication, (term, self._seq), self._calibration)
        step = publication.growth.step if said.is_latest else None
        return RoomMix(room, mix, said.stamps, said.inner, said.policy.is_recorded, step)

    def _expire(self, now: float) -> None:
        while self._latest:
            gateway, latest = next(iter(self._latest.items()))
            if now - latest.sent_after <= PARTIAL_EXPIRES_S:
                return
            del self._latest[gateway]
            self._heard_this_round.discard(gateway)
            self._awaited.discard(gateway)

    def roster(self, gateway: str) -> Roster | None:
        """The rooms of a gateway, as it said last."""
        latest = self._latest.get(gateway)
        return None if latest is None else latest.bulletin.roster

    @property
    def began_at(self) -> float | None:
        """When the first bulletin of this round came; None while there is none."""
        return self._first_at

    def gateways(self, now: float) -> Set[str]:
        """The gateways whose partials would be in a mix at ``now``."""
        self._expire(now)
        return self._latest.keys()
