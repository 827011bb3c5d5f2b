"""Frames: Score, Tap, Beat and Mix, to bytes and back. The whole language of a kuuki data channel.

Two rules. A frame is the whole truth at its ``seq``: the receiver keeps the newest and drops the rest. And any
bytes decode to a frame or raise BadFrame, in bounded time and memory.

A frame is one msgpack array ``[version, kind, seq-or-term, ...]``; docs/protocol.md has the layouts. Fractions
travel as integers in ten-thousandths, so both languages read the same number.
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from typing import Any, Final

from kuuki.errors import BadFrame
from kuuki.limits import FRAME_BYTES, MIX_FRAME_BYTES
from kuuki.mood.labels import LABELS, WHOLE
from kuuki.strict import Unfit, array, integer, octets, pack, pack_but_last, unpacker

VERSION: Final = 1
"""Of the frames that clients write, and of those that a gateway writes to a client that says nothing else."""

VERSIONS: Final = (1,)
"""Of the frames that a gateway reads, the newest first. It announces them in its answer to a join."""

LATEST: Final = 2
"""The version of frames that a gateway writes to clients that read it: mixes say which draw of noise they are under,
beats who waits."""

READ: Final = (LATEST, VERSION)
"""Of the frames that a client reads here, the newest first. It announces them when it joins."""

GRID: Final = 10_000
"""Fractions travel in steps of 1/GRID."""

TAPS: Final = ("smile", "laugh", "wow", "applause")
"""Kinds of tap, in their order."""

AGE_MAX_MS: Final = 0xFFFF
_MIX_BODY: Final = struct.Struct(">7H4H")
_LIMITS: Final = {"raw": True, "max_str_len": 0, "max_bin_len": _MIX_BODY.size}
_unpack_from_client: Final = unpacker(FRAME_BYTES, max_array_len=10, **_LIMITS)
_unpack_from_gateway: Final = unpacker(MIX_FRAME_BYTES, max_array_len=11, **_LIMITS)
_AGE: Final = struct.Struct(">BH")
_UINT16: Final = 0xCD
"""The first byte of a uint16 in msgpack."""


class Kind(IntEnum):
    """The second item of every frame."""

    SCORE = 1
    TAP = 2
    BEAT = 3
    MIX = 4


class Presence(IntEnum):
    """What a client says of itself; the gateway's beat echoes what it knows."""

    WATCHING = 0
    SENSING = 1
    PAUSED = 2
    BYE = 3


class State(IntEnum):
    """Where a mix stands. STALE is found by the receiver's own clock and is never sent."""

    EMPTY = 0
    FEW = 1
    LIVE = 2
    STALE = 3


@dataclass(frozen=True, slots=True)
class Score:
    """One participant at one instant: seven integer weights (sum 255, order of LABELS), how sure (0..255)."""

    seq: int
    weights: tuple[int, ...]
    sure: int


@dataclass(frozen=True, slots=True)
class Tap:
    """How often each kind of TAPS was tapped since this join; counts only grow."""

    seq: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life, both ways.

    ``answer``: newest seq heard from the other side (client: of its beats; gateway: of any frame).
    ``taps``: sum of tap counts, as the sender knows it. ``code``: a CloseCode with BYE, else 0.
    ``rtt_ms``: the gateway's measure of the round trip of its last answered beat, 0 from a client. ``waits``: the seat
    shares, and will be in the published mix from the room's next moment on; only in a gateway's of LATEST.
    """

    seq: int
    presence: Presence
    answer: int = 0
    taps: int = 0
    code: int = 0
    rtt_ms: int = 0
    waits: bool = False


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
    what changed in between is not the mood alone. 0 in frames of version 1.
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


Frame = Score | Tap | Beat | Mix
Decoder = Callable[[list[Any]], Frame]


def encode(frame: Frame, version: int = VERSION) -> bytes:
    """A frame's bytes. The frame must hold what its class says; nothing is checked twice.

    ``version``: of a mix or of a gateway's beat. What a version has no place for is left out.
    """
    if isinstance(frame, Score):
        return pack((VERSION, Kind.SCORE, frame.seq, bytes(frame.weights), frame.sure))
    if isinstance(frame, Tap):
        return pack((VERSION, Kind.TAP, frame.seq, *frame.counts))
    return _encode_beat(frame, version) if isinstance(frame, Beat) else _encode_mix(frame, version)


def with_age(mix_bytes: bytes, age_ms: int) -> bytes:
    """The same mix of another age (0 to AGE_MAX_MS, cut to that range)."""
    return mix_bytes[: -_AGE.size] + _age(age_ms)


def decode_from_client(data: bytes) -> Score | Tap | Beat:
    """What a gateway accepts: at most FRAME_BYTES, no Mix. Raises BadFrame."""
    frame = _decode(_unpack_from_client, data, _FROM_CLIENT)
    if isinstance(frame, Mix):
        raise BadFrame("wrong_kind")
    return frame


def decode_from_gateway(data: bytes) -> Beat | Mix:
    """What a client accepts: at most MIX_FRAME_BYTES, a Beat or a Mix. Raises BadFrame."""
    frame = _decode(_unpack_from_gateway, data, _FROM_GATEWAY)
    if not isinstance(frame, Beat | Mix):
        raise BadFrame("wrong_kind")
    return frame


def _encode_beat(beat: Beat, version: int) -> bytes:
    items = [int(getattr(beat, field.name)) for field in fields(Beat)]
    return pack((version, Kind.BEAT, *(items if version == LATEST else items[:-1])))


def _encode_mix(mix: Mix, version: int) -> bytes:
    body = None if mix.body is None else _encode_body(mix.body)
    coverage = round(mix.coverage * GRID)
    items = version, Kind.MIX, mix.term, mix.seq, mix.state, coverage, mix.at_least, mix.at_most, body
    return pack_but_last((*items, mix.draw) if version == LATEST else items) + _age(mix.age_ms)


def _age(age_ms: int) -> bytes:
    """The age as every mix ends with it: three bytes however small it is, so that it can be replaced by itself."""
    return _AGE.pack(_UINT16, min(max(age_ms, 0), AGE_MAX_MS))


def _encode_body(body: Body) -> list[Any]:
    weights = [round(weight * GRID) for weight in body.weights]
    numbers = _MIX_BODY.pack(*weights, *[min(round(rate * 100), 0xFFFF) for rate in body.taps])
    four = (body.smiling, body.warmth, body.energy, body.agreement)
    return [*[round(fraction * GRID) for fraction in four], numbers]


def _decode(unpack: Callable[[bytes], Any], data: bytes, decoders: Mapping[tuple[int, int], Decoder]) -> Frame:
    try:
        return _decode_items(array(unpack(data)), decoders)
    except Unfit as error:
        raise BadFrame(error.reason) from error


def _decode_items(items: list[Any], decoders: Mapping[tuple[int, int], Decoder]) -> Frame:
    version, kind = items[:2] if len(items) >= 3 else (None, None)
    if type(version) is not int or all(version != known for known, _ in decoders):
        raise Unfit("version")
    decoder = decoders.get((version, kind)) if type(kind) is int else None
    if decoder is None:
        raise Unfit("kind")
    return decoder(items[2:])


def _decode_score(items: list[Any]) -> Score:
    array(items, 3)
    weights = tuple(octets(items[1], len(LABELS)))
    if sum(weights) != WHOLE:
        raise Unfit("sum")
    return Score(integer(items[0]), weights, integer(items[2], 0, 255))


def _decode_tap(items: list[Any]) -> Tap:
    array(items, 1 + len(TAPS))
    seq, *counts = map(integer, items)
    return Tap(seq, tuple(counts))


def _decode_beat(items: list[Any]) -> Beat:
    array(items, 6)
    seq, presence, answer, taps, code, rtt_ms = map(integer, items)
    return Beat(seq, Presence(integer(presence, 0, 3)), answer, taps, code, rtt_ms)


def _decode_latest_beat(items: list[Any]) -> Beat:
    array(items, 7)
    return replace(_decode_beat(items[:-1]), waits=bool(integer(items[-1], 0, 1)))


def _decode_mix(items: list[Any]) -> Mix:
    array(items, 8)
    state = State(integer(items[2], 0, State.LIVE))
    body = None if items[6] is None else _decode_body(items[6])
    if (body is None) is (state is State.LIVE):
        raise Unfit("body")
    at_least, at_most = (None if bound is None else integer(bound) for bound in items[4:6])
    coverage = integer(items[3], 0, GRID) / GRID
    order = integer(items[0]), integer(items[1])
    return Mix(*order, state, coverage, at_least, at_most, body, integer(items[7], 0, AGE_MAX_MS))


def _decode_latest_mix(items: list[Any]) -> Mix:
    array(items, 9)
    *others, draw, age = items
    return replace(_decode_mix([*others, age]), draw=integer(draw))


def _decode_body(items: Any) -> Body:
    if type(items) is not list:
        raise Unfit("body")
    array(items, 5)
    numbers = _MIX_BODY.unpack(octets(items[4], _MIX_BODY.size))
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


_FROM_CLIENT: Final[Mapping[tuple[int, int], Decoder]] = {
    (VERSION, Kind.SCORE): _decode_score,
    (VERSION, Kind.TAP): _decode_tap,
    (VERSION, Kind.BEAT): _decode_beat,
    (VERSION, Kind.MIX): _decode_mix,
}
_FROM_GATEWAY: Final[Mapping[tuple[int, int], Decoder]] = {
    **_FROM_CLIENT,
    (LATEST, Kind.BEAT): _decode_latest_beat,
    (LATEST, Kind.MIX): _decode_latest_mix,
}
