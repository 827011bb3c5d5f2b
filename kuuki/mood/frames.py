"""Frames: Score, Tap, Beat and Mix, to bytes and back. The whole language of a kuuki data channel; what a mix says is
in mixframe.py.

Two rules. A frame is the whole truth at its ``seq``: the receiver keeps the newest and drops the rest. And any
bytes decode to a frame or raise BadFrame, in bounded time and memory.

A frame is one msgpack array ``[version, kind, seq-or-term, ...]``; docs/protocol.md has the layouts. Fractions
travel as integers in ten-thousandths, so both languages read the same number.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from typing import Any, Final

from kuuki.errors import BadFrame
from kuuki.limits import FRAME_BYTES, MIX_FRAME_BYTES
from kuuki.mood.labels import LABELS, WHOLE
from kuuki.mood.mixframe import (
    AGE_MAX_MS,
    MIX_BYTES,
    TAPS,
    Body,
    Mix,
    State,
    decode_latest_mix,
    decode_mix,
    encode_mix,
    with_age,
)
from kuuki.mood.waves import GRID
from kuuki.strict import Unfit, array, integer, octets, pack, unpacker

__all__ = [
    "AGE_MAX_MS",
    "GRID",
    "LATEST",
    "READ",
    "TAPS",
    "VERSION",
    "VERSIONS",
    "Beat",
    "Body",
    "Frame",
    "Kind",
    "Mix",
    "Presence",
    "Score",
    "State",
    "Tap",
    "decode_from_client",
    "decode_from_gateway",
    "encode",
    "with_age",
]

VERSION: Final = 1
"""Of the frames that clients write, and of those that a gateway writes to a client that says nothing else."""

VERSIONS: Final = (1,)
"""Of the frames that a gateway reads, the newest first. It announces them in its answer to a join."""

LATEST: Final = 2
"""The version of frames that a gateway writes to clients that read it: mixes say which draw of noise they are under,
the taps of this second and the waves, beats who waits."""

READ: Final = (LATEST, VERSION)
"""Of the frames that a client reads here, the newest first. It announces them when it joins."""

_LIMITS: Final = {"raw": True, "max_str_len": 0, "max_bin_len": MIX_BYTES}
_unpack_from_client: Final = unpacker(FRAME_BYTES, max_array_len=10, **_LIMITS)
_unpack_from_gateway: Final = unpacker(MIX_FRAME_BYTES, max_array_len=13, **_LIMITS)


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
    if isinstance(frame, Beat):
        return _encode_beat(frame, version)
    return encode_mix(version, Kind.MIX, frame, has_latest=version == LATEST)


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


_FROM_CLIENT: Final[Mapping[tuple[int, int], Decoder]] = {
    (VERSION, Kind.SCORE): _decode_score,
    (VERSION, Kind.TAP): _decode_tap,
    (VERSION, Kind.BEAT): _decode_beat,
    (VERSION, Kind.MIX): decode_mix,
}
_FROM_GATEWAY: Final[Mapping[tuple[int, int], Decoder]] = {
    **_FROM_CLIENT,
    (LATEST, Kind.BEAT): _decode_latest_beat,
    (LATEST, Kind.MIX): decode_latest_mix,
}
