"""Bulletins of partials as tests need them: of these rooms, encoded and, where it is wanted, decoded."""

from collections.abc import Mapping

from kuuki.many.bulletins import (
    VERSION,
    PartialsBulletin,
    Policy,
    Roster,
    Stamp,
    decode_partials,
    encode_contents,
    encode_mix,
    encode_partials,
    encode_partials_2,
    pack_steps,
)
from kuuki.many.partials import decode_partial
from kuuki.mood.growth import FIRST
from kuuki.mood.mix import Partial, SetSums, Sums
from kuuki.mood.privacy import Privacy, Rule

EXACT = Rule(Privacy.EXACT)


def message_of(
    gateway: str,
    seq: int,
    rooms: Mapping[str, tuple[Policy, Partial]],
    *,
    term: int = 0,
    version: int = VERSION,
    step: int = FIRST,
) -> bytes:
    """A bulletin's bytes. ``step``: of the growth of each room."""
    roster = Roster.of({room: policy for room, (policy, _) in rooms.items()})
    partials = [rooms[room][1] for room in roster.rooms]
    if version != VERSION:
        return encode_partials_2(Stamp(gateway, seq), term, roster, partials)
    return encode_partials(Stamp(gateway, seq), term, roster, partials, pack_steps([step] * len(partials)))


def bulletin_of(
    gateway: str,
    seq: int,
    rooms: Mapping[str, Partial],
    rule: Rule = EXACT,
    *,
    is_recorded: bool = False,
    step: int = FIRST,
) -> PartialsBulletin:
    """The same as the aggregator has it; all rooms have one policy."""
    policy = Policy(rule, is_recorded)
    held = {room: (policy, partial) for room, partial in rooms.items()}
    return decode_partials(message_of(gateway, seq, held, step=step))


def partials_of(bulletin: PartialsBulletin) -> dict[str, Partial]:
    """The partial of each room."""
    return dict(zip(bulletin.roster.rooms, map(decode_partial, bulletin.encoded), strict=True))


def mix_message(room: str, frame: bytes, *contains: Stamp, step: int | None = FIRST) -> bytes:
    """A mix bulletin's bytes."""
    return encode_mix(room, frame, encode_contents(contains), step)


def sums_of(people: int, weights: tuple[int, ...]) -> Sums:
    """The sums of so many scores, all alike."""
    return Sums(people, tuple(people * weight for weight in weights), people * sum(weight**2 for weight in weights))


def all_counted(partial: Partial, number: int = 1) -> Partial:
    """The same partial where everyone who is read counts in the published mix."""
    return Partial(partial.present, partial.taps, partial.inner, SetSums(number, partial.inner))
