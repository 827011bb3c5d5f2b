"""What all gateways of a shard together say of each of its rooms: their encoded partials added up, and the rest
agreed."""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

from kuuki.many.bulletins import PartialsBulletin, Policy, Stamp, unpack_steps
from kuuki.many.partials import sum_by_room, sum_partials
from kuuki.mood.growth import UNKNOWN
from kuuki.mood.mix import Partial

Steps = tuple[int, int]
"""Of a room's growth: the step that every gateway has heard of at least, and the newest that one of them has."""


class RoomSum(NamedTuple):
    """What all gateways together say of one room: the inner mix, whose partials are in it, the room's policy, where
    they think that its growth stands, and whether all of them speak the latest version."""

    inner: Partial
    stamps: tuple[Stamp, ...]
    policy: Policy
    steps: Steps
    is_latest: bool = True


def gather(bulletins: Iterable[PartialsBulletin]) -> dict[str, RoomSum]:
    """What these bulletins, one of each gateway, say of each room.

    Where all gateways have the same rooms, their rosters are the same bytes, and each gateway's partials are added as
    one column. Else a room's partials come from columns of different rosters, and each room is added by itself.
    """
    by_roster: dict[bytes, list[PartialsBulletin]] = {}
    for bulletin in bulletins:
        by_roster.setdefault(bulletin.roster.packed, []).append(bulletin)
    alike = list(by_roster.values())
    return _add_columns(alike[0]) if len(alike) == 1 else _add_rooms(alike)


def _add_columns(bulletins: list[PartialsBulletin]) -> dict[str, RoomSum]:
    """Of bulletins with the same roster."""
    roster = bulletins[0].roster
    stamps = tuple([each.stamp for each in bulletins])
    inners = sum_by_room([each.encoded for each in bulletins])
    said = {each.steps for each in bulletins}
    steps, is_latest = _steps_by_room(said, len(roster.rooms)), None not in said
    return {
        room: RoomSum(inner, stamps, policy, of_room, is_latest)
        for room, inner, policy, of_room in zip(roster.rooms, inners, roster.policies, steps, strict=True)
    }


def _steps_by_room(packed: set[bytes | None], rooms: int) -> Sequence[Steps]:
    """The least and the greatest of each room, where each bulletin has a step for every room, or says nothing of them.
    Mostly all say the same."""
    known = [unpack_steps(each) for each in packed if each is not None]
    if not known:
        return [(UNKNOWN, UNKNOWN)] * rooms
    return list(zip(map(min, zip(*known, strict=True)), map(max, zip(*known, strict=True)), strict=True))


def _add_rooms(alike: list[list[PartialsBulletin]]) -> dict[str, RoomSum]:
    """Of bulletins in lists, each of one roster."""
    stamps = [tuple([each.stamp for each in bulletins]) for bulletins in alike]
    stamps_of = cache(lambda lists: tuple(chain.from_iterable([stamps[at] for at in lists])))  # one for many rooms
    said = [{each.steps for each in bulletins} for bulletins in alike]
    rooms: dict[str, list[tuple[int, Policy, Steps, tuple[bytes, ...]]]] = {}
    for at, bulletins in enumerate(alike):
        roster = bulletins[0].roster
        columns = zip(*[each.encoded for each in bulletins], strict=True)
        steps = _steps_by_room(said[at], len(roster.rooms))
        for room, policy, of_room, encoded in zip(roster.rooms, roster.policies, steps, columns, strict=True):
            rooms.setdefault(room, []).append((at, policy, of_room, encoded))

    def add(parts: list[tuple[int, Policy, Steps, tuple[bytes, ...]]]) -> RoomSum:
        lists, policies, steps, encoded = zip(*parts, strict=True)
        inner = sum_partials(list(chain.from_iterable(encoded)))
        is_latest = all(None not in said[at] for at in lists)
        return RoomSum(inner, stamps_of(lists), _strictest(policies), _widest(steps), is_latest)

    return {room: add(parts) for room, parts in rooms.items()}


def _widest(steps: Sequence[Steps]) -> Steps:
    return min([least for least, _ in steps]), max([greatest for _, greatest in steps])


def _strictest(policies: tuple[Policy, ...]) -> Policy:
    """The strictest rule that a gateway knows; recorded only if all gateways say so."""
    if len(policies) == 1:
        return policies[0]
    rule = max([policy.rule for policy in policies], key=lambda rule: rule.strictness)
    return Policy(rule, all(policy.is_recorded for policy in policies))
