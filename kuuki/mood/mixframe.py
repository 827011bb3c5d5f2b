"""What a mix says, and its bytes in a frame. docs/protocol.md has the layout, docs/mix.md what each number means."""

import struct
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, Final

from kuuki.mood.labels import LABELS
from kuuki.mood.waves import GRID, WAVES_BYTES, Wave, pack_waves, unpack_waves
from kuuki.strict import Unfit, array, integer, octets, pack_but_last

TAPS: Final = ("smile", "laugh", "wow", "applause")
"""Kinds of tap, in their order."""

AGE_MAX_MS: Final = 0xFFFF
_BODY: Final = struct.Struct(">7H4H")
_TAPPED: Final = struct.Struct(f">{len(TAPS)}H")
MIX_BYTES: Final = max(_BODY.size, WAVES_BYTES)
"""The longest run of bytes in a mix."""

_AGE: Final = struct.Struct(">BH")
_UINT16: Final = 0xCD
"""The first byte of a uint16 in msgpack."""


class State(IntEnum):
    """Where a mix stands. STALE is found by the receiver's own clock and is never sent."""

    EMPTY = 0
    FEW = 1
    LIVE = 2
    STALE = 3


@dataclass(frozen=True, slots=True)
class Body:
    """What only a live mix has. Fractions on the 1/GRID grid; tap rates per person and minute, in hundredths."""

    smiling: float
    weights: tuple[float, ...]
    warmth: float
    energy: float
    agreement: float
    taps: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Mix:
    """The mood of a room as it is published: (term, seq) orders mixes, ``age_ms`` is of the fold behind it.

    ``at_least`` and ``at_most`` bound the number of contributors; absent where the rule withholds them. ``coverage``: 0
    unless it is live. ``draw``: another one (a counter) when the contributors are others than in the live mix before:
    what changed in between is not the mood alone. ``tapped``: how many people tapped each kind in the last second, as
    the lower edges of their buckets; None where too few are present. ``waves``: those that go on or have just ended
    (waves.py). Frames of version 1 have neither of these.
    """

    term: int
    seq: int
    state: State
    coverage: float
    at_least: int | None = None
    at_most: int | None = None
    body: Body | None = None
    age_ms: int = 0
    draw: int = 0
    tapped: tuple[int, ...] | None = None
    waves: tuple[Wave, ...] = ()


def encode_mix(version: int, kind: int, mix: Mix, *, has_latest: bool) -> bytes:
    """A mix's bytes. ``has_latest``: whether the version has a place for the draw, the taps and the waves."""
    body = None if mix.body is None else _encode_body(mix.body)
    coverage = round(mix.coverage * GRID)
    items = version, kind, mix.term, mix.seq, mix.state, coverage, mix.at_least, mix.at_most, body
    if not has_latest:
        return pack_but_last(items) + _age(mix.age_ms)
    tapped = None if mix.tapped is None else _TAPPED.pack(*mix.tapped)
    return pack_but_last((*items, mix.draw, tapped, pack_waves(mix.waves))) + _age(mix.age_ms)


def _age(age_ms: int) -> bytes:
    """The age as every mix ends with it: three bytes however small it is, so that it can be replaced by itself."""
    return _AGE.pack(_UINT16, min(max(age_ms, 0), AGE_MAX_MS))


def _encode_body(body: Body) -> list[Any]:
    weights = [round(weight * GRID) for weight in body.weights]
    numbers = _BODY.pack(*weights, *[min(round(rate * 100), 0xFFFF) for rate in body.taps])
    four = (body.smiling, body.warmth, body.energy, body.agreement)
    return [*[round(fraction * GRID) for fraction in four], numbers]


def with_age(mix_bytes: bytes, age_ms: int) -> bytes:
    """The same mix of another age (0 to AGE_MAX_MS, cut to that range)."""
    return mix_bytes[: -_AGE.size] + _age(age_ms)


def decode_mix(items: list[Any]) -> Mix:
    """The mix in the items of a frame of version 1, after its kind. Raises Unfit."""
    array(items, 8)
    state = State(integer(items[2], 0, State.LIVE))
    body = None if items[6] is None else _decode_body(items[6])
    if (body is None) is (state is State.LIVE):
        raise Unfit("body")
    at_least, at_most = (None if bound is None else integer(bound) for bound in items[4:6])
    coverage = integer(items[3], 0, GRID) / GRID
    order = integer(items[0]), integer(items[1])
    return Mix(*order, state, coverage, at_least, at_most, body, integer(items[7], 0, AGE_MAX_MS))


def decode_latest_mix(items: list[Any]) -> Mix:
    """The same of the latest version. Raises Unfit."""
    array(items, 11)
    *others, draw, tapped, waves, age = items
    counts = None if tapped is None else _TAPPED.unpack(octets(tapped, _TAPPED.size))
    return replace(decode_mix([*others, age]), draw=integer(draw), tapped=counts, waves=unpack_waves(waves))


def _decode_body(items: Any) -> Body:
    if type(items) is not list:
        raise Unfit("body")
    array(items, 5)
    numbers = _BODY.unpack(octets(items[4], _BODY.size))
    if max(numbers[: len(LABELS)]) > GRID:
        raise Unfit("weight")
    return Body(
        smiling=integer(items[0], 0, GRID) / GRID,
        weights=tuple(number / GRID for number in numbers[: len(LABELS)]),
        warmth=integer(items[1], -GRID, GRID) / GRID,
        energy=integer(items[2], 0, GRID) / GRID,
        agreement=integer(items[3], 0, GRID) / GRID,
        taps=tuple(number / 100 for number in numbers[len(LABELS) :]),
    )
