"""Waves: surges of a room, as a mix says them: what kind, when it began, how long it lasted, how far it rose.

A wave is the whole truth at its mix, as everything in a frame is: it is said again in every mix while it goes on, and
for WAVE_SAID_S after it ended. (term, source, number) names it: numbers count up within one aggregator's term.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from kuuki.limits import WAVES_SAID
from kuuki.strict import Unfit, integer, octets

GRID: Final = 10_000
"""Fractions travel in steps of 1/GRID."""

WAVE_MAX_MS: Final = 0xFFFE
"""Longer ago, or longer, is said as this."""

_GOES_ON: Final = 0xFFFF
_WAVE: Final = struct.Struct(">IBBHHHH")
WAVES_BYTES: Final = WAVES_SAID * _WAVE.size


class WaveKind(IntEnum):
    """What surges. SMILES: more people smile than a moment ago; the others are named after taps, and LAUGH after the
    shape of a surge too."""

    SMILES = 0
    LAUGH = 1
    WOW = 2
    APPLAUSE = 3


class Source(IntEnum):
    """Where it was seen: in faces, or in taps."""

    FACES = 0
    TAPS = 1


@dataclass(frozen=True, slots=True)
class Wave:
    """One surge. ``began_ms``: how long before this mix. ``lasts_ms``: None while it goes on. ``rise``: how far the
    share rose at most, ``share``: the greatest share of the room, 0..1 each, on the 1/GRID grid."""

    number: int
    kind: WaveKind
    source: Source
    began_ms: int
    lasts_ms: int | None
    rise: float
    share: float


def pack_waves(waves: tuple[Wave, ...]) -> bytes:
    """Their bytes; at most WAVES_SAID of them."""
    return b"".join([_pack(wave) for wave in waves])


def unpack_waves(packed: Any) -> tuple[Wave, ...]:
    """The waves in these bytes; raises Unfit."""
    if not isinstance(packed, bytes) or len(packed) > WAVES_BYTES or len(packed) % _WAVE.size:
        raise Unfit("waves")
    return tuple([_unpack(*numbers) for numbers in _WAVE.iter_unpack(octets(packed))])


def _pack(wave: Wave) -> bytes:
    lasts_ms = _GOES_ON if wave.lasts_ms is None else min(wave.lasts_ms, WAVE_MAX_MS)
    fractions = round(wave.rise * GRID), round(wave.share * GRID)
    return _WAVE.pack(wave.number, wave.kind, wave.source, min(wave.began_ms, WAVE_MAX_MS), lasts_ms, *fractions)


def _unpack(number: int, kind: int, source: int, began_ms: int, lasts_ms: int, rise: int, share: int) -> Wave:
    return Wave(
        number,
        WaveKind(integer(kind, 0, max(WaveKind))),
        Source(integer(source, 0, max(Source))),
        integer(began_ms, 0, WAVE_MAX_MS),
        None if lasts_ms == _GOES_ON else lasts_ms,
        integer(rise, 0, GRID) / GRID,
        integer(share, 0, GRID) / GRID,
    )
