"""Frames of a call's own channel: the partner's Score as in a room, a Sign, and the steps of the safety check.

The rules are those of frames.py. The channel is negotiated (id 0, label ``kuuki``), unordered and never resends;
what must be seen is repeated with each sign until the partner's frames show it.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from kuuki.errors import BadFrame
from kuuki.limits import FRAME_BYTES, SEQ_MAX
from kuuki.mood.frames import VERSION, VERSIONS, Presence, Score, decode_from_client
from kuuki.mood.frames import encode as encode_frame
from kuuki.strict import Unfit, array, integer, octets, pack, require, unpacker

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


_unpack_own: Final = unpacker(
    FRAME_BYTES, raw=True, max_str_len=0, max_array_len=10, max_bin_len=max(STEP_BYTES.values())
)

CallFrame = Score | Sign | Check
HELD_MAX_MS: Final = 0xFFFF


def encode(frame: CallFrame) -> bytes:
    """A frame's bytes; the frame must hold what its class says."""
    if isinstance(frame, Score):
        return encode_frame(frame)
    if isinstance(frame, Sign):
        held_ms = min(max(frame.held_ms, 0), HELD_MAX_MS)
        items = [int(frame.presence), frame.answer, held_ms, int(frame.sound), int(frame.picture)]
        return pack((VERSION, CallKind.SIGN, frame.seq, *items))
    return pack((VERSION, CallKind.CHECK, frame.seq, int(frame.step), frame.octets))


def decode(data: bytes) -> CallFrame:
    """What a partner accepts: at most FRAME_BYTES; raises BadFrame."""
    try:
        own = _decode_own(_unpack(data))
    except Unfit as error:
        raise BadFrame(error.reason) from error
    if own is not None:
        return own
    frame = decode_from_client(data)
    if not isinstance(frame, Score):
        raise BadFrame("wrong_kind")
    return frame


def _unpack(data: bytes) -> list[Any]:
    items = array(_unpack_own(data))
    require(len(items) >= 3, "not_an_array")
    require(type(items[0]) is int and items[0] in VERSIONS and type(items[1]) is int, "version")
    return items


def _decode_own(items: list[Any]) -> Sign | Check | None:
    """The frame, if it is one that only calls have."""
    if items[1] == CallKind.SIGN:
        return _decode_sign(items[2:])
    return _decode_check(items[2:]) if items[1] == CallKind.CHECK else None


def _decode_sign(items: list[Any]) -> Sign:
    tops = (SEQ_MAX, max(Presence), SEQ_MAX, HELD_MAX_MS, 1, max(Picture))
    seq, presence, answer, held_ms, sound, picture = map(integer, array(items, 6), [0] * len(tops), tops)
    return Sign(seq, Presence(presence), answer, held_ms, bool(sound), Picture(picture))


def _decode_check(items: list[Any]) -> Check:
    seq, step, said = array(items, 3)
    step = Step(integer(step, min(Step), max(Step)))
    return Check(integer(seq), step, octets(said, STEP_BYTES[step]))
