"""Leases: which aggregator may publish which shard's mixes, under which term. Without I/O; docs/adr/0007 has the why.

The store holds a *lease* for each shard (its newest term and its holder) and a *beat* for each aggregator, which only
its owner raises. Each aggregator polls the store: in one atomic step its beat is raised, the changes that it asks
for are made where the store is still as it believes, and the answer is all that the store holds. Two rules. The holder
of a lease trusts it for LEASE_TRUST_S after the last poll that confirmed it was *sent*. And no other takes it before it
has seen the holder's beat stand still for LEASE_S. Each measures on its own clock, so no clock is wrong by its setting.

``now`` is monotonic seconds of this process. Messages may be lost or late, processes freeze, the store may lose all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from math import inf
from typing import Final, NamedTuple

from kuuki.limits import LEASES_GIVEN, SEQ_MAX
from kuuki.many.bulletins import SHARDS
from kuuki.times import LEASE_GONE_S, LEASE_S, LEASE_TRUST_S

NOBODY: Final = ""
"""The holder of a lease that was given back."""


_ATTENTIVE_S: Final = LEASE_S / 2
"""After a longer time without an answer of the store, in seconds, an aggregator cannot tell which others were
silent."""


class Lease(NamedTuple):
    """What the store knows of a shard: its newest term, and who holds it."""

    term: int
    holder: str


class Change(NamedTuple):
    """Compare and set: the shard's lease becomes ``lease`` if it is still ``former`` (None: the store has none).

    ``beat``: that of the former holder must still be this (None: it does not matter; 0: it has none).
    """

    shard: int
    former: Lease | None
    beat: int | None
    lease: Lease


class Poll(NamedTuple):
    """What an aggregator asks of the store in one step.

    Its beat is raised by one. If it was ``beat`` before, as the aggregator believes, the changes are made: a poll that
    arrives after a later one, or after the store lost its memory, changes nothing. Then the aggregators in ``gone``
    whose beats are still as said are forgotten, and all that is held is the answer.
    """

    name: str
    beat: int
    changes: tuple[Change, ...] = ()
    gone: tuple[tuple[str, int], ...] = ()


class Store(NamedTuple):
    """All that the store holds: leases by shard, beats by aggregator."""

    leases: Mapping[int, Lease]
    beats: Mapping[str, int]


class LeaseChanges(NamedTuple):
    """How many leases changed hands by a poll."""

    taken: int
    lost: int
    given_back: int


class _Trusted(NamedTuple):
    term: int
    until: float


class _Sign(NamedTuple):
    """An aggregator's beat; when it was first seen as it is; since when the aggregator is known."""

    beat: int
    since: float
    known_since: float


@dataclass(slots=True)
class Leasing:
    """One aggregator's leases. ``name`` is made anew at each start.

    ``floor``: the least term; unix seconds at the start, for the case that the store has lost a greater one.
    """

    name: str
    floor: int
    _store: Store = field(default_factory=lambda: Store({}, {}))
    _trusted: dict[int, _Trusted] = field(default_factory=dict)
    _giving: dict[int, _Trusted] = field(default_factory=dict)
    _newest: dict[int, int] = field(default_factory=dict)
    _signs: dict[str, _Sign] = field(default_factory=dict)
    _missing_since: dict[int, float] = field(default_factory=dict)
    _heard_at: float = -inf

    def term(self, shard: int, now: float) -> int | None:
        """The term to publish a shard's mixes under; None: another may hold it."""
        trusted = self._trusted.get(shard)
        return trusted.term if trusted is not None and now < trusted.until else None

    def held(self, now: float) -> int:
        """How many shards may be published."""
        return sum(now < trusted.until for trusted in self._trusted.values())

    def heard_term(self, shard: int, term: int) -> None:
        """A gateway has shown a mix of this shard under this term: it drops every mix that comes under a lower one."""
        if term > self._newest.get(shard, 0):
            self._newest[shard] = term

    # --- what to ask

    def poll(self, now: float) -> Poll:
        """The next poll, to be sent at once. What it gives back is not trusted from here on.

        An aggregator that has not heard of the store for a while asks for nothing: to it all others would seem silent.
        """
        changes = self._changes(now)
        for change in changes:
            if change.lease.holder == NOBODY and change.shard in self._trusted:
                self._giving[change.shard] = self._trusted.pop(change.shard)
        return Poll(self.name, self._store.beats.get(self.name, 0), tuple(changes), self._gone(now))

    def is_pressing(self, now: float) -> bool:
        """Whether there is something to take, so that the next poll should not wait."""
        return any(change.lease.holder == self.name for change in self._changes(now))

    def leave(self) -> Poll:
        """The last poll: all leases are given back, and this aggregator is forgotten."""
        self._giving |= self._trusted
        self._trusted.clear()
        mine = {shard: lease for shard, lease in self._store.leases.items() if lease.holder == self.name}
        changes = [Change(shard, lease, None, Lease(lease.term, NOBODY)) for shard, lease in mine.items()]
        beat = self._store.beats.get(self.name, 0)
        return Poll(self.name, beat, tuple(changes), ((self.name, beat + 1),))

    def _changes(self, now: float) -> list[Change]:
        if now - self._heard_at > _ATTENTIVE_S:
            return []
        members = self._members(now)
        changes = [change for shard in range(SHARDS) if (change := self._change(shard, members, now)) is not None]
        given = [change for change in changes if change.lease.holder == NOBODY]
        return [change for change in changes if change not in given[LEASES_GIVEN:]]

    def _change(self, shard: int, members: frozenset[str], now: float) -> Change | None:
        lease = self._store.leases.get(shard)
        owner = belongs_to(shard, members)
        if lease is None and (term := self.term(shard, now)) is not None:
            return Change(shard, None, None, Lease(term, self.name))  # trusted while it was lost: no other has it
        if lease is not None and lease.holder == self.name and owner != self.name:
            return Change(shard, lease, None, Lease(lease.term, NOBODY))
        if owner != self.name or not self._is_free(shard, lease, now):
            return None
        term = min(SEQ_MAX, max(self.floor, self._newest.get(shard, 0) + 1))
        return Change(shard, lease, self._beat_of(lease), Lease(term, self.name))

    def _beat_of(self, lease: Lease | None) -> int | None:
        """The beat at which another's lease is taken."""
        return None if lease is None or lease.holder in (NOBODY, self.name) else self._signs[lease.holder].beat

    def _is_free(self, shard: int, lease: Lease | None, now: float) -> bool:
        """Whether this aggregator may take the lease, under a new term."""
        if lease is None:
            return now - self._missing_since[shard] >= LEASE_S
        if lease.holder == self.name:
            return lease.term < self._newest[shard]  # gateways drop mixes under its term
        return lease.holder == NOBODY or now - self._signs[lease.holder].since >= LEASE_S

    def _members(self, now: float) -> frozenset[str]:
        """Among whom the shards are shared: aggregators that live, and have listened for as long as a standby must."""
        living = {name: sign for name, sign in self._signs.items() if now - sign.since < LEASE_S}
        settled = {name for name, sign in living.items() if now - sign.known_since >= LEASE_S}
        return frozenset(settled or living)

    def _gone(self, now: float) -> tuple[tuple[str, int], ...]:
        holders = {lease.holder for lease in self._store.leases.values()}
        return tuple(
            (name, sign.beat)
            for name, sign in self._signs.items()
            if now - sign.since >= LEASE_GONE_S and name in self._store.beats and name not in holders
        )

    # --- what is answered

    def heard(self, store: Store, sent_at: float, now: float) -> LeaseChanges:
        """Take in the answer to a poll that was sent at ``sent_at``."""
        self._watch(store, sent_at, now)
        for shard, lease in store.leases.items():
            self.heard_term(shard, lease.term)
        before, given = self._trusted | self._giving, self._giving
        until = sent_at + LEASE_TRUST_S
        self._giving = {}
        self._trusted = {shard: kept for shard, kept in self._trusted.items() if shard not in store.leases} | {
            shard: _Trusted(lease.term, until)
            for shard, lease in store.leases.items()
            if lease.holder == self.name and lease.term == self._newest[shard]
        }
        gone = before.keys() - self._trusted.keys()
        taken = self._trusted.keys() - before.keys()
        return LeaseChanges(len(taken), len(gone - given.keys()), len(gone & given.keys()))

    def _watch(self, store: Store, sent_at: float, now: float) -> None:
        """Remember since when each beat stands still, and each lease is missing, before one's own eyes."""
        is_anew = now - self._heard_at > _ATTENTIVE_S or self._has_forgotten(store)
        names = {self.name, *store.beats, *(lease.holder for lease in store.leases.values())} - {NOBODY}
        self._signs = {name: self._sign(name, store.beats.get(name, 0), is_anew, sent_at, now) for name in names}
        missing = {} if is_anew else self._missing_since
        self._missing_since = {shard: missing.get(shard, now) for shard in range(SHARDS) if shard not in store.leases}
        self._store, self._heard_at = store, now

    def _has_forgotten(self, store: Store) -> bool:
        """Whether the store lost what it held. What is missing now may be held, by one who will say so at its poll."""
        return store.beats.get(self.name, 0) <= self._store.beats.get(self.name, 0)

    def _sign(self, name: str, beat: int, is_anew: bool, sent_at: float, now: float) -> _Sign:
        former = self._signs.get(name)
        if former is not None:
            is_still = former.beat == beat and not is_anew
            return _Sign(beat, former.since if is_still else now, former.known_since)
        if name == self.name:
            return _Sign(beat, now, sent_at)
        was_there_before = self._heard_at == -inf
        return _Sign(beat, now, -inf if was_there_before else now)


@lru_cache(maxsize=4 * SHARDS)
def belongs_to(shard: int, members: frozenset[str]) -> str:
    """Whose a shard is: the highest random weight (Thaler and Ravishankar, 1998). NOBODY's without members.

    When one comes or goes, only its own shards change hands.
    """
    return max(members, key=lambda name: blake2b(f"{shard} {name}".encode(), digest_size=8).digest(), default=NOBODY)
