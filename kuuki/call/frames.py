"""Frames of a call's own channel: the partner's Score as in a room, a Sign, and the steps of the safety check.

The rules are those of frames.py. The channel is negotiated (id 0, label ``kuuki``), unordered and never resends;
what must be seen is repeated with each sign until the partner's frames show it.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import msgpack

from kuuki.errors import BadFrame
from kuuki.limits import FRAME_BYTES, SEQ_MAX
from kuuki.mood.frames import VERSION, Presence, Score, decode_from_client
from kuuki.mood.frames import encode as encode_frame

CHANNEL_ID: Final = 0


class CallKind(IntEnum):
    """The second item of a call's own frames; Score (1) is frames.py's."""

    SIGN = 5
    CHECK = 6


class Picture(IntEnum):
    """What is sent of one's picture. FACE_OFF: nothing, by choice, while the expression goes on."""

    OFF = 0
    ON = 1
    FACE_OFF = 2


class Step(IntEnum):
    """Of the safety check (checking.py): the caller commits, the callee shows its nonce, the caller shows its own."""

    COMMIT = 1
    NONCE = 2
    REVEAL = 3


STEP_BYTES: Final = {Step.COMMIT: 32, Step.NONCE: 16, Step.REVEAL: 16}


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of life and the whole state of what one sends, every SIGN_S and at every change.

    ``answer``: the newest seq of a sign heard from the partner, and ``held_ms``: how long ago it came, so that both can
    measure the round trip without a clock in common. ``seq`` is one counter for all frames of one side in one call's
    connection.
    """

    seq: int
    presence: Presence
    answer: int
    held_ms: int
    sound: bool
    picture: Picture


@dataclass(frozen=True, slots=True)
class Check:
    """One step of the safety check, repeated until the next one comes."""

    seq: int
    step: Step
    octets: bytes


CallFrame = Score | Sign | Check
HELD_MAX_MS: Final = 0xFFFF


def encode(frame: CallFrame) -> bytes:
    """A frame's bytes; the frame must hold what its class says."""
    if isinstance(frame, Score):
        return encode_frame(frame)
    if isinstance(frame, Sign):
        held_ms = min(max(frame.held_ms, 0), HELD_MAX_MS)
        items = [int(frame.presence), frame.answer, held_ms, int(frame.sound), int(frame.picture)]
        return _pack(CallKind.SIGN, frame.seq, *items)
    return _pack(CallKind.CHECK, frame.seq, int(frame.step), frame.octets)


def decode(data: bytes) -> CallFrame:
    """What a partner accepts: at most FRAME_BYTES; raises BadFrame."""
    if len(data) > FRAME_BYTES:
        raise BadFrame("too_large")
    items = _unpack(data)
    kind = items[1]
    if kind == CallKind.SIGN:
        return _decode_sign(items[2:])
    if kind == CallKind.CHECK:
        return _decode_check(items[2:])
    frame = decode_from_client(data)
    if not isinstance(frame, Score):
        raise BadFrame("wrong_kind")
    return frame


def _pack(*items: Any) -> bytes:
    packed: bytes = msgpack.packb([VERSION, *items])
    return packed


def _unpack(data: bytes) -> list[Any]:
    try:
        items = msgpack.unpackb(
            data, raw=True, max_str_len=0, max_map_len=0, max_ext_len=0, max_array_len=10, max_bin_len=32
        )
    except Exception as error:  # as in frames.py: all of msgpack's exceptions mean the same here
        raise BadFrame("not_msgpack") from error
    if not isinstance(items, list) or len(items) < 3:
        raise BadFrame("not_an_array")
    if type(items[0]) is not int or items[0] != VERSION or type(items[1]) is not int:
        raise BadFrame("version")
    return items


def _decode_sign(items: list[Any]) -> Sign:
    if len(items) != 6:
        raise BadFrame("length")
    tops = (SEQ_MAX, max(Presence), SEQ_MAX, HELD_MAX_MS, 1, max(Picture))
    if any(type(item) is not int or not 0 <= item <= top for item, top in zip(items, tops, strict=True)):
        raise BadFrame("integer")
    seq, presence, answer, held_ms, sound, picture = items
    return Sign(seq, Presence(presence), answer, held_ms, bool(sound), Picture(picture))


def _decode_check(items: list[Any]) -> Check:
    if len(items) != 3:
        raise BadFrame("length")
    seq, step, octets = items
    if type(seq) is not int or not 0 <= seq <= SEQ_MAX or type(step) is not int or step not in list(Step):
        raise BadFrame("integer")
    if type(octets) is not bytes or len(octets) != STEP_BYTES[Step(step)]:
        raise BadFrame("bytes")
    return Check(seq, Step(step), octets)
