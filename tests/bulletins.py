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
)
from kuuki.many.partials import decode_partial
from kuuki.mood.mix import Partial
from kuuki.mood.privacy import Privacy, Rule

EXACT = Rule(Privacy.EXACT)


def message_of(
    gateway: str,
    seq: int,
    rooms: Mapping[str, tuple[Policy, Partial]],
    *,
    term: int = 0,
    version: int = VERSION,
) -> bytes:
    """A bulletin's bytes."""
    roster = Roster.of({room: policy for room, (policy, _) in rooms.items()}, version)
    return encode_partials(Stamp(gateway, seq), term, roster, [rooms[room][1] for room in roster.rooms])


def bulletin_of(
    gateway: str, seq: int, rooms: Mapping[str, Partial], rule: Rule = EXACT, *, is_recorded: bool = False
) -> PartialsBulletin:
    """The same as the aggregator has it; all rooms have one policy."""
    policy = Policy(rule, is_recorded)
    return decode_partials(message_of(gateway, seq, {room: (policy, partial) for room, partial in rooms.items()}))


def partials_of(bulletin: PartialsBulletin) -> dict[str, Partial]:
    """The partial of each room."""
    return dict(zip(bulletin.roster.rooms, map(decode_partial, bulletin.encoded), strict=True))


def mix_message(room: str, frame: bytes, *contains: Stamp) -> bytes:
    """A mix bulletin's bytes."""
    return encode_mix(room, frame, encode_contents(contains))
