"""What an aggregator that publishes tells those that follow it: where the veil of each room of a shard stands.

Who follows sees the same partials, and so the same sets of people; but it may have begun later. With this its veil
stands where the other's does, and when it takes over, what is shown goes on. It is as secret as a partial is: with a
published mix it gives the exact one. A msgpack array, strictly decoded, the whole truth of the rooms that it names.
"""

import struct
from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

from kuuki.errors import BadMessage
from kuuki.limits import BULLETIN_BYTES
from kuuki.mood.labels import LABELS
from kuuki.mood.veil import VeilState
from kuuki.strict import Unfit, array, flag, integer, octets, pack, require, text, unpacker

VERSION: Final = 1

_unpack: Final = unpacker(BULLETIN_BYTES)
_NUMBERS: Final = struct.Struct(f">{len(LABELS) + 2}d")


def veils_topic(shard: int) -> str:
    """The bus topic of a shard's veils, which aggregators alone hear."""
    return f"kuuki.veils.{shard}"


def encode_veils(term: int, veils: Mapping[str, VeilState]) -> bytes:
    """The bytes of these rooms' veils, as whoever publishes them under this term says."""
    return pack((VERSION, term, [_item(room, veil) for room, veil in veils.items()]))


def _item(room: str, veil: VeilState) -> tuple[str, int, int, int, bool, bytes]:
    return room, veil.number, veil.people, veil.draw, veil.is_met, _NUMBERS.pack(*veil.off, veil.variance)


def decode_veils(message: bytes) -> tuple[int, dict[str, VeilState]]:
    """The term, and each room's veil, in these bytes; raises BadMessage."""
    try:
        version, term, items = array(_unpack(message), 3)
        integer(version, VERSION, VERSION)
        return integer(term), dict(_veil(*array(item, 6)) for item in array(items))
    except Unfit as error:
        raise BadMessage(error.reason if error.reason in ("too_large", "not_msgpack") else "veils") from error


def _veil(room: Any, number: Any, people: Any, draw: Any, is_met: Any, numbers: Any) -> tuple[str, VeilState]:
    *off, variance = _NUMBERS.unpack(octets(numbers, _NUMBERS.size))
    require(all(map(isfinite, off)) and 0 <= variance <= 1, "numbers")
    state = VeilState(integer(number), integer(people, 1), integer(draw), tuple(off), variance, flag(is_met))
    return text(room), state
