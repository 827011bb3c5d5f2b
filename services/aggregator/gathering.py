"""Bulletins, room by room: which rows there are of each, under which terms, and whose they are."""

from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

from kuuki.many.bulletins import PartialsBulletin, Stamp, Terms
from kuuki.many.partials import total, totals
from kuuki.mood.mix import Partial
from kuuki.mood.privacy import Rule


class Part(NamedTuple):
    """Of one room: what those say who have the same rooms on the same terms. ``stamps`` is the same for all of them."""

    terms: Terms
    stamps: tuple[Stamp, ...]
    rows: tuple[bytes, ...]


class Gathered:
    """What is said of one room."""

    __slots__ = ("_inner", "_parts")

    def __init__(self, inner: Partial | None = None) -> None:
        self._inner = inner
        self._parts: list[Part] = []

    def add(self, part: Part) -> None:
        """More of it."""
        self._parts.append(part)

    @property
    def inner(self) -> Partial:
        """The sum of the rows."""
        return total(self.rows) if self._inner is None else self._inner

    @property
    def rows(self) -> tuple[bytes, ...]:
        """Of all who hold the room."""
        parts = self._parts
        return parts[0].rows if len(parts) == 1 else tuple(chain.from_iterable([part.rows for part in parts]))

    @property
    def stamps(self) -> tuple[Stamp, ...]:
        """Whose they are, in the same order."""
        parts = self._parts
        return parts[0].stamps if len(parts) == 1 else tuple(chain.from_iterable([part.stamps for part in parts]))

    @property
    def rule(self) -> Rule:
        """The strictest that its gateways know."""
        rules = [part.terms.rule for part in self._parts]
        return rules[0] if len(rules) == 1 else max(rules, key=lambda rule: rule.strictness)

    @property
    def is_recorded(self) -> bool:
        """Whether all gateways say so."""
        return all(part.terms.is_recorded for part in self._parts)


def gather(bulletins: Iterable[PartialsBulletin]) -> dict[str, Gathered]:
    """All that these say. Those with one roster are taken column by column; if all have the same, they are added so."""
    by_roster: dict[bytes, list[PartialsBulletin]] = {}
    for bulletin in bulletins:
        by_roster.setdefault(bulletin.roster.packed, []).append(bulletin)
    rooms: dict[str, Gathered] = {}
    if len(by_roster) == 1:
        (alike,) = by_roster.values()
        inners = totals([each.rows for each in alike])
        rooms = {room: Gathered(inner) for room, inner in zip(alike[0].roster.rooms, inners, strict=True)}
    for alike in by_roster.values():
        roster = alike[0].roster
        stamps = tuple([each.stamp for each in alike])
        columns = zip(*[each.rows for each in alike], strict=True)
        for room, terms, rows in zip(roster.rooms, roster.terms, columns, strict=True):
            gathered = rooms.get(room)
            if gathered is None:
                gathered = rooms[room] = Gathered()
            gathered.add(Part(terms, stamps, rows))
    return rooms
