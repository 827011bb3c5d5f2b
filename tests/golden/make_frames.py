"""tests/golden/frames.json: frames to the byte, bytes that are none, and weights as integers, for both languages.

``python tests/golden/make_frames.py`` writes it anew. What a decoder must say of bad bytes is written here by hand.
"""

import dataclasses
import json
import struct
from pathlib import Path

import msgpack

from kuuki.limits import FRAME_BYTES, MIX_FRAME_BYTES, SEQ_MAX
from kuuki.mood.frames import Beat, Body, Mix, Presence, Score, State, Tap, encode
from kuuki.mood.labels import to_integers
from kuuki.mood.waves import Source, Wave, WaveKind

GOLDEN = Path(__file__).parent / "frames.json"

HAPPY = (0, 0, 0, 255, 0, 0, 0)
BLEND = (12, 3, 9, 151, 20, 25, 35)
BODY = Body(0.66, (0.01, 0.0, 0.02, 0.57, 0.05, 0.1, 0.25), 0.4612, 0.6043, 0.7, (0.0, 1.5, 0.0, 0.5))
COLDEST = Body(0.0, (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0), -1.0, 0.0, 0.0, (0.0, 0.0, 0.0, 0.0))
FULLEST = Body(1.0, (1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), 1.0, 1.0, 1.0, (655.35, 655.35, 0.01, 0.5))

FRAMES = [
    ("a score", Score(7, BLEND, 240)),
    ("a score at the first seq, sure of nothing", Score(1, HAPPY, 0)),
    ("a score at seq 127, the largest of one byte", Score(127, HAPPY, 127)),
    ("a score at seq 128, the smallest of two bytes", Score(128, HAPPY, 128)),
    ("a score at seq 255", Score(255, HAPPY, 255)),
    ("a score at seq 256, the smallest of three bytes", Score(256, HAPPY, 255)),
    ("a score at seq 65535", Score(65535, HAPPY, 255)),
    ("a score at seq 65536, the smallest of five bytes", Score(65536, HAPPY, 255)),
    ("a score at the last seq", Score(SEQ_MAX, HAPPY, 255)),
    ("taps", Tap(9, (1, 0, 130, 70000))),
    ("taps at zero", Tap(1, (0, 0, 0, 0))),
    ("as many taps as fit", Tap(SEQ_MAX, (SEQ_MAX,) * 4)),
    ("a beat that watches", Beat(1, Presence.WATCHING)),
    ("a beat that senses", Beat(300, Presence.SENSING, answer=12, taps=5)),
    ("a beat that pauses", Beat(301, Presence.PAUSED, answer=13, taps=5)),
    ("a beat that leaves", Beat(302, Presence.BYE, answer=13, taps=5)),
    ("a gateway's beat", Beat(40, Presence.SENSING, answer=310, taps=5, rtt_ms=23)),
    ("a gateway that closes", Beat(41, Presence.BYE, answer=310, taps=5, code=3501, rtt_ms=23)),
    ("the largest beat", Beat(SEQ_MAX, Presence.BYE, SEQ_MAX, SEQ_MAX, SEQ_MAX, SEQ_MAX)),
    ("a mix of nobody", Mix(1, 1, State.EMPTY, 0.0, None, 0)),
    ("a mix of few", Mix(1, 2, State.FEW, 0.5, None, 4, None, 31)),
    ("a mix without bounds", Mix(1, 3, State.FEW, 0.0001)),
    ("a live mix", Mix(1, 7, State.LIVE, 0.8, 10, 19, BODY, 31)),
    ("a live mix at the lowest of everything", Mix(0, 0, State.LIVE, 0.0, 1, 1, COLDEST, 0)),
    (
        "a live mix at the highest of everything",
        Mix(SEQ_MAX, SEQ_MAX, State.LIVE, 1.0, SEQ_MAX, SEQ_MAX, FULLEST, 65535),
    ),
]


def pack(*items):
    return msgpack.packb(list(items))


def weights_of(*integers):
    return bytes(integers)


SEVEN = bytes(BLEND)
NUMBERS = struct.pack(">7H4H", 100, 0, 200, 5700, 500, 1000, 2500, 0, 150, 0, 50)
LIVE_BODY = [6600, 4612, 6043, 7000, NUMBERS]


def mix(*changed, state=2, coverage=8000, at_least=10, at_most=19, body=LIVE_BODY, age_ms=31):
    return pack(1, 4, 1, 7, state, coverage, at_least, at_most, body, age_ms, *changed)


def veiled_mix(
    *changed,
    state=2,
    coverage=8000,
    at_least=10,
    at_most=19,
    body=LIVE_BODY,
    draw=12,
    tapped=None,
    waves=b"",
    age_ms=31,
    term=1,
    seq=7,
):
    return pack(2, 4, term, seq, state, coverage, at_least, at_most, body, draw, tapped, waves, age_ms, *changed)


LAUGH = struct.pack(">IBBHHHH", 7, 1, 0, 1800, 0xFFFF, 3100, 6200)
CLAPS = struct.pack(">IBBHHHH", SEQ_MAX, 3, 1, 0xFFFE, 0xFFFE, 10_000, 10_000)


def as_sent(mix_bytes, age_ms):
    """A mix whose one byte of age is as a gateway writes it, in three."""
    return mix_bytes[:-1] + struct.pack(">BH", 0xCD, age_ms)


def body_of(body):
    numbers = struct.pack(">7H4H", *(round(w * 10_000) for w in body.weights), *(round(t * 100) for t in body.taps))
    four = (body.smiling, body.warmth, body.energy, body.agreement)
    return [*(round(fraction * 10_000) for fraction in four), numbers]


NEWER = [
    (
        "a gateway's beat to one who waits",
        pack(2, 3, 40, 1, 310, 5, 0, 23, 1),
        Beat(40, Presence.SENSING, answer=310, taps=5, rtt_ms=23, waits=True),
    ),
    (
        "a gateway's beat to one who counts",
        pack(2, 3, 41, 1, 312, 5, 0, 23, 0),
        Beat(41, Presence.SENSING, answer=312, taps=5, rtt_ms=23),
    ),
    (
        "a gateway that closes, in version 2",
        pack(2, 3, 42, 3, 312, 5, 3501, 23, 0),
        Beat(42, Presence.BYE, answer=312, taps=5, code=3501, rtt_ms=23),
    ),
    (
        "the largest beat of version 2",
        pack(2, 3, SEQ_MAX, 3, *[SEQ_MAX] * 4, 1),
        Beat(SEQ_MAX, Presence.BYE, SEQ_MAX, SEQ_MAX, SEQ_MAX, SEQ_MAX, waits=True),
    ),
    (
        "a mix of nobody, with its draw",
        as_sent(veiled_mix(seq=1, state=0, coverage=0, at_least=None, at_most=0, body=None, draw=0, age_ms=0), 0),
        Mix(1, 1, State.EMPTY, 0.0, None, 0),
    ),
    (
        "a mix of few, with its draw",
        as_sent(veiled_mix(seq=2, state=1, coverage=0, at_least=None, at_most=4, body=None, draw=3, age_ms=0), 31),
        Mix(1, 2, State.FEW, 0.0, None, 4, None, 31, draw=3),
    ),
    (
        "a live mix, with its draw",
        as_sent(veiled_mix(age_ms=0), 31),
        Mix(1, 7, State.LIVE, 0.8, 10, 19, BODY, 31, draw=12),
    ),
    (
        "a live mix with taps and a wave that goes on",
        as_sent(veiled_mix(tapped=struct.pack(">4H", 0, 5, 1, 0), waves=LAUGH, age_ms=0), 31),
        Mix(
            *(1, 7, State.LIVE, 0.8, 10, 19, BODY, 31, 12, (0, 5, 1, 0)),
            (Wave(7, WaveKind.LAUGH, Source.FACES, 1800, None, 0.31, 0.62),),
        ),
    ),
    (
        "a mix of few in which people clap",
        as_sent(
            veiled_mix(
                state=1,
                coverage=0,
                at_least=None,
                at_most=4,
                body=None,
                tapped=struct.pack(">4H", 0, 0, 0, 50_000),
                waves=4 * CLAPS,
                age_ms=0,
            ),
            31,
        ),
        Mix(
            *(1, 7, State.FEW, 0.0, None, 4, None, 31, 12, (0, 0, 0, 50_000)),
            4 * (Wave(SEQ_MAX, WaveKind.APPLAUSE, Source.TAPS, 0xFFFE, 0xFFFE, 1.0, 1.0),),
        ),
    ),
    (
        "a live mix at the lowest of everything, with its draw",
        as_sent(
            veiled_mix(coverage=0, at_least=1, at_most=1, body=body_of(COLDEST), draw=0, age_ms=0, term=0, seq=0), 0
        ),
        Mix(0, 0, State.LIVE, 0.0, 1, 1, COLDEST, 0),
    ),
    (
        "a live mix at the highest of everything, with its draw",
        as_sent(
            veiled_mix(
                coverage=10000,
                at_least=SEQ_MAX,
                at_most=SEQ_MAX,
                body=body_of(FULLEST),
                draw=SEQ_MAX,
                age_ms=0,
                term=SEQ_MAX,
                seq=SEQ_MAX,
            ),
            65535,
        ),
        Mix(SEQ_MAX, SEQ_MAX, State.LIVE, 1.0, SEQ_MAX, SEQ_MAX, FULLEST, 65535, draw=SEQ_MAX),
    ),
]
"""Version 2, which a gateway writes to a client that reads it: the bytes by hand, as they are sent."""

WIDER = [
    (
        "a score whose integers are wider than they need be",
        "950101cd0007c407" + SEVEN.hex() + "ccf0",
        Score(7, BLEND, 240),
    ),
    ("a score in a wide array", "dc0005010107c407" + SEVEN.hex() + "ccf0", Score(7, BLEND, 240)),
    ("a score with a long form of bin", "95010107c50007" + SEVEN.hex() + "ccf0", Score(7, BLEND, 240)),
    ("a score with signed integers", "95d00101d10007c407" + SEVEN.hex() + "d100f0", Score(7, BLEND, 240)),
    ("a score with 64 bits of seq", "950101cf0000000000000007c407" + SEVEN.hex() + "ccf0", Score(7, BLEND, 240)),
    ("a score with 64 signed bits of seq", "950101d30000000000000007c407" + SEVEN.hex() + "ccf0", Score(7, BLEND, 240)),
]
"""Accepted by both, written by neither: only the shortest form is ever sent."""

BOTH = [
    ("nothing", b"", "not_msgpack"),
    ("one byte that is no array", b"\x01", "not_an_array"),
    ("nil", b"\xc0", "not_an_array"),
    ("a byte that msgpack never uses", b"\xc1", "not_msgpack"),
    ("an empty array", b"\x90", "version"),
    ("a version and no more", pack(1), "version"),
    ("a version and a kind", pack(1, 1), "version"),
    ("another version", pack(3, 3, 1, 0, 0, 0, 0, 0), "version"),
    ("version 0", pack(0, 3, 1, 0, 0, 0, 0, 0), "version"),
    ("version true", pack(True, 3, 1, 0, 0, 0, 0, 0), "version"),
    ("version 1.0", pack(1.0, 3, 1, 0, 0, 0, 0, 0), "version"),
    ("version 2.0", pack(2.0, 3, 1, 0, 0, 0, 0, 0, 0), "version"),
    ("kind 0", pack(1, 0, 1, 0, 0, 0, 0, 0), "kind"),
    ("kind 5", pack(1, 5, 1, 0, 0, 0, 0, 0), "kind"),
    ("kind true", pack(1, True, 7, SEVEN, 240), "kind"),
    ("a kind that is an array", pack(1, [3], 1, 0, 0, 0, 0, 0), "kind"),
    ("text", b'{"kind": 1}', "not_msgpack"),
    ("a map", msgpack.packb({1: 3}), "not_msgpack"),
    ("a map with the same key twice", bytes.fromhex("8201010102"), "not_msgpack"),
    ("an empty map", b"\x80", "not_an_array"),
    ("a beat with a map in it", pack(1, 3, 1, 0, 0, 0, 0, {1: 1}), "not_msgpack"),
    ("a beat with an empty map in it", pack(1, 3, 1, 0, 0, 0, 0, {}), "integer"),
    ("a beat with text in it", pack(1, 3, "1", 0, 0, 0, 0, 0), "not_msgpack"),
    ("a beat with empty text in it", pack(1, 3, "", 0, 0, 0, 0, 0), "integer"),
    ("a beat with an extension type in it", pack(1, 3, msgpack.ExtType(5, b"x"), 0, 0, 0, 0, 0), "not_msgpack"),
    ("a beat with a time stamp in it", pack(1, 3, msgpack.Timestamp(1), 0, 0, 0, 0, 0), "not_msgpack"),
    ("a beat with an array in it", pack(1, 3, [1], 0, 0, 0, 0, 0), "integer"),
    ("a beat with nil in it", pack(1, 3, None, 0, 0, 0, 0, 0), "integer"),
    ("a beat with false in it", pack(1, 3, 1, False, 0, 0, 0, 0), "integer"),
    ("a beat with NaN in it", pack(1, 3, 1, 0, float("nan"), 0, 0, 0), "integer"),
    ("a beat with infinity in it", pack(1, 3, 1, 0, float("inf"), 0, 0, 0), "integer"),
    ("a beat with minus infinity in it", pack(1, 3, 1, 0, float("-inf"), 0, 0, 0), "integer"),
    ("a beat with 1e308 in it", pack(1, 3, 1, 0, 1e308, 0, 0, 0), "integer"),
    ("a beat with 1.0 for a seq", pack(1, 3, 1.0, 0, 0, 0, 0, 0), "integer"),
    ("a beat with bytes for a seq", pack(1, 3, b"\x01", 0, 0, 0, 0, 0), "integer"),
    ("a beat with presence 4", pack(1, 3, 1, 4, 0, 0, 0, 0), "integer"),
    ("a beat with a negative presence", pack(1, 3, 1, -1, 0, 0, 0, 0), "integer"),
    ("a beat with a negative seq", pack(1, 3, -1, 0, 0, 0, 0, 0), "integer"),
    ("a beat whose seq is just too large", pack(1, 3, SEQ_MAX + 1, 0, 0, 0, 0, 0), "integer"),
    ("a beat whose seq has 64 bits", pack(1, 3, 2**64 - 1, 0, 0, 0, 0, 0), "integer"),
    ("a beat whose seq is the most negative", pack(1, 3, -(2**63), 0, 0, 0, 0, 0), "integer"),
    ("a beat of five", pack(1, 3, 1, 0, 0, 0, 0), "length"),
    ("a beat of seven", pack(1, 3, 1, 0, 0, 0, 0, 0, 0), "length"),
    ("a beat of eight", pack(1, 3, *[0] * 8), "length"),
    ("a beat of twelve", pack(1, 3, *[0] * 12), "not_msgpack"),
    ("a beat, cut", pack(1, 3, 1, 0, 0, 0, 0, 0)[:-1], "not_msgpack"),
    ("a beat, cut within a number", pack(1, 3, SEQ_MAX, 0, 0, 0, 0, 0)[:6], "not_msgpack"),
    ("a beat and one more byte", pack(1, 3, 1, 0, 0, 0, 0, 0) + b"\x00", "not_msgpack"),
    ("two beats in one message", pack(1, 3, 1, 0, 0, 0, 0, 0) * 2, "not_msgpack"),
    ("an array that claims four thousand million items", b"\xdd\xff\xff\xff\xff", "not_msgpack"),
    ("bytes that claim four thousand million", b"\x95\x01\x01\x07\xc6\xff\xff\xff\xff", "not_msgpack"),
    ("text that claims four thousand million", b"\x95\x01\x01\xdb\xff\xff\xff\xff", "not_msgpack"),
    ("a map that claims four thousand million", b"\x95\x01\x01\xdf\xff\xff\xff\xff", "not_msgpack"),
    ("arrays within arrays", b"\x91" * 60, "not_msgpack"),
    ("arrays within arrays to the end", b"\x91" * 59 + b"\x90", "version"),
]
"""Neither decoder takes these: title, bytes, the reason of the Python decoders."""

TO_GATEWAY = [
    ("a score with six weights", pack(1, 1, 7, bytes((13, 3, 9, 151, 44, 35)), 240), "bytes"),
    ("a score with eight weights", pack(1, 1, 7, bytes((*BLEND, 0)), 240), "bytes"),
    ("a score with no weights", pack(1, 1, 7, b"", 240), "bytes"),
    ("a score with all zero", pack(1, 1, 7, bytes(7), 240), "sum"),
    ("a score whose sum is 254", pack(1, 1, 7, weights_of(0, 0, 0, 254, 0, 0, 0), 240), "sum"),
    ("a score whose sum is 256", pack(1, 1, 7, weights_of(1, 0, 0, 255, 0, 0, 0), 240), "sum"),
    ("a score whose sum is 511, 255 modulo 256", pack(1, 1, 7, weights_of(255, 255, 1, 0, 0, 0, 0), 240), "sum"),
    ("a score whose sum is far from it", pack(1, 1, 7, weights_of(*[255] * 7), 240), "sum"),
    ("a score with its weights as an array", pack(1, 1, 7, list(BLEND), 240), "bytes"),
    ("a score with its weights as text", pack(1, 1, 7, "happier", 240), "not_msgpack"),
    ("a score with a float for its weights", pack(1, 1, 7, 0.5, 240), "bytes"),
    ("a score with NaN for its weights", pack(1, 1, 7, float("nan"), 240), "bytes"),
    ("a score with nil for its weights", pack(1, 1, 7, None, 240), "bytes"),
    ("a score with a negative sure", pack(1, 1, 7, SEVEN, -1), "integer"),
    ("a score with sure 256", pack(1, 1, 7, SEVEN, 256), "integer"),
    ("a score with sure 0.9", pack(1, 1, 7, SEVEN, 0.9), "integer"),
    ("a score with NaN for sure", pack(1, 1, 7, SEVEN, float("nan")), "integer"),
    ("a score with infinity for sure", pack(1, 1, 7, SEVEN, float("inf")), "integer"),
    ("a score with sure true", pack(1, 1, 7, SEVEN, True), "integer"),
    ("a score with a negative seq", pack(1, 1, -7, SEVEN, 240), "integer"),
    ("a score whose seq jumped out of range", pack(1, 1, 2**40, SEVEN, 240), "integer"),
    ("a score with a seat of its own choice", pack(1, 1, 7, SEVEN, 240, b"someone"), "length"),
    ("a score with an epoch", pack(1, 1, 7, SEVEN, 240, 3), "length"),
    ("a score without sure", pack(1, 1, 7, SEVEN), "length"),
    ("a score, cut", pack(1, 1, 7, SEVEN, 240)[:-3], "not_msgpack"),
    ("a tap of three counts", pack(1, 2, 7, 1, 2, 3), "length"),
    ("a tap of five counts", pack(1, 2, 7, 1, 2, 3, 4, 5), "length"),
    ("a tap with a negative count", pack(1, 2, 7, 1, -2, 3, 4), "integer"),
    ("a tap with a float", pack(1, 2, 7, 1, 2.0, 3, 4), "integer"),
    ("a tap with text", pack(1, 2, 7, 1, 2, 3, "4"), "not_msgpack"),
    ("a tap with too large a count", pack(1, 2, 7, 1, 2, 3, SEQ_MAX + 1), "integer"),
    ("a mix", mix(), "wrong_kind"),
    ("a score of version 2", pack(2, 1, 7, SEVEN, 240), "version"),
    ("a beat of version 2", pack(2, 3, 1, 0, 0, 0, 0, 0, 0), "version"),
    ("one byte more than a client may send", b"\x00" * (FRAME_BYTES + 1), "too_large"),
]
"""Only the gateway meets these; its reason. A client takes neither score nor tap, whatever is in them."""

TO_CLIENT = [
    ("a score", pack(1, 1, 7, SEVEN, 240), "wrong_kind"),
    ("a tap", pack(1, 2, 7, 1, 2, 3, 4), "wrong_kind"),
    ("a live mix without a body", mix(body=None), "body"),
    ("a mix of few with a body", mix(state=1), "body"),
    ("a mix that says of itself that it is stale", mix(state=3), "integer"),
    ("a mix with a negative state", mix(state=-1), "integer"),
    ("a mix with text for its state", mix(state="live"), "not_msgpack"),
    ("a mix with coverage 10001", mix(coverage=10001), "integer"),
    ("a mix with coverage 0.8", mix(coverage=0.8), "integer"),
    ("a mix with a negative bound", mix(at_least=-1), "integer"),
    ("a mix with false for a bound", mix(at_most=False), "integer"),
    ("a mix with too large a bound", mix(at_most=SEQ_MAX + 1), "integer"),
    ("a mix with a body that is a number", mix(body=1), "body"),
    ("a mix with a body that is bytes", mix(body=NUMBERS), "body"),
    ("a mix with a body of four", mix(body=LIVE_BODY[1:]), "length"),
    ("a mix with a body of six", mix(body=[*LIVE_BODY, 0]), "length"),
    ("a mix that smiles more than all", mix(body=[10001, *LIVE_BODY[1:]]), "integer"),
    ("a mix that is too cold", mix(body=[6600, -10001, *LIVE_BODY[2:]]), "integer"),
    ("a mix that is too warm", mix(body=[6600, 10001, *LIVE_BODY[2:]]), "integer"),
    ("a mix with negative energy", mix(body=[6600, 4612, -1, *LIVE_BODY[3:]]), "integer"),
    ("a mix with NaN agreement", mix(body=[6600, 4612, 6043, float("nan"), NUMBERS]), "integer"),
    ("a mix with 21 bytes of numbers", mix(body=[*LIVE_BODY[:4], NUMBERS[:-1]]), "bytes"),
    ("a mix with 23 bytes of numbers", mix(body=[*LIVE_BODY[:4], NUMBERS + b"\x00"]), "bytes"),
    ("a mix with 57 bytes of numbers", mix(body=[*LIVE_BODY[:4], bytes(57)]), "not_msgpack"),
    ("a mix with nil for its numbers", mix(body=[*LIVE_BODY[:4], None]), "bytes"),
    ("a mix with a weight above one", mix(body=[*LIVE_BODY[:4], b"\x27\x11" + NUMBERS[2:]]), "weight"),
    ("a mix with too great an age", mix(age_ms=65536), "integer"),
    ("a mix with a negative age", mix(age_ms=-1), "integer"),
    ("a mix with one more item", mix(0), "length"),
    ("a mix with four more items", mix(0, 0, 0, 0), "not_msgpack"),
    ("a mix, cut", mix()[:-1], "not_msgpack"),
    ("a mix and one more byte", mix() + b"\x00", "not_msgpack"),
    ("a beat of version 2 without waits", pack(2, 3, 1, 0, 0, 0, 0, 0), "length"),
    ("a beat of version 2 with one more item", pack(2, 3, 1, 0, 0, 0, 0, 0, 0, 0), "length"),
    ("a beat with waits 2", pack(2, 3, 1, 0, 0, 0, 0, 0, 2), "integer"),
    ("a beat with a negative waits", pack(2, 3, 1, 0, 0, 0, 0, 0, -1), "integer"),
    ("a beat with waits true", pack(2, 3, 1, 0, 0, 0, 0, 0, True), "integer"),
    ("a beat with nil for waits", pack(2, 3, 1, 0, 0, 0, 0, 0, None), "integer"),
    ("a beat of version 2 with presence 4", pack(2, 3, 1, 4, 0, 0, 0, 0, 0), "integer"),
    ("a beat of version 2, cut", pack(2, 3, 1, 0, 0, 0, 0, 0, 0)[:-1], "not_msgpack"),
    ("a mix of version 2 without its draw", b"\x9a\x02" + mix()[2:], "length"),
    ("a mix of version 2 with one more item", veiled_mix(0), "not_msgpack"),
    ("a mix with a negative draw", veiled_mix(draw=-1), "integer"),
    ("a mix with too large a draw", veiled_mix(draw=SEQ_MAX + 1), "integer"),
    ("a mix with draw 12.0", veiled_mix(draw=12.0), "integer"),
    ("a mix with draw true", veiled_mix(draw=True), "integer"),
    ("a mix with nil for its draw", veiled_mix(draw=None), "integer"),
    ("a mix with bytes for its draw", veiled_mix(draw=b"\x0c"), "integer"),
    ("a mix with text for its draw", veiled_mix(draw="12"), "not_msgpack"),
    ("a mix with three kinds of taps", veiled_mix(tapped=bytes(6)), "bytes"),
    ("a mix with a number for its taps", veiled_mix(tapped=5), "bytes"),
    ("a mix with nil for its waves", veiled_mix(waves=None), "waves"),
    ("a mix with a number for its waves", veiled_mix(waves=1), "waves"),
    ("a mix with a wave of thirteen bytes", veiled_mix(waves=LAUGH[:-1]), "waves"),
    ("a mix with five waves", veiled_mix(waves=5 * LAUGH), "not_msgpack"),
    ("a mix with a wave of another kind", veiled_mix(waves=LAUGH[:4] + b"\x04" + LAUGH[5:]), "integer"),
    ("a mix with a wave of another source", veiled_mix(waves=LAUGH[:5] + b"\x02" + LAUGH[6:]), "integer"),
    ("a mix with a wave that began too long ago", veiled_mix(waves=LAUGH[:6] + b"\xff\xff" + LAUGH[8:]), "integer"),
    ("a mix with a wave that rises more than all", veiled_mix(waves=LAUGH[:10] + b"\x27\x11" + LAUGH[12:]), "integer"),
    ("a mix with a wave of more than all", veiled_mix(waves=LAUGH[:12] + b"\x27\x11"), "integer"),
    ("a live mix of version 2 without a body", veiled_mix(body=None), "body"),
    ("a mix of few of version 2 with a body", veiled_mix(state=1, coverage=0), "body"),
    ("a mix of version 2 with coverage 10001", veiled_mix(coverage=10001), "integer"),
    ("a mix of few whose coverage is none", veiled_mix(state=1, coverage=-1, body=None), "integer"),
    ("a mix of version 2 with too great an age", veiled_mix(age_ms=65536), "integer"),
    ("a mix of version 2, cut", veiled_mix()[:-1], "not_msgpack"),
    ("a mix of version 2 and one more byte", veiled_mix() + b"\x00", "not_msgpack"),
    ("one byte more than a gateway sends", b"\x00" * (MIX_FRAME_BYTES + 1), "too_large"),
]
"""Only a client meets these; the reason of the Python client."""

HUGE_BYTES = 5_000_000

WEIGHTS = [
    (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0),
    (1 / 7,) * 7,
    (1.0,) * 7,
    (0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0),
    (0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5),
    (0.25, 0.0, 0.25, 0.0, 0.25, 0.0, 0.25),
    (0.012, 0.003, 0.009, 0.8, 0.05, 0.026, 0.1),
    (3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0),
    (1e-300, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    (0.999, 0.0005, 0.0005, 0.0, 0.0, 0.0, 0.0),
    (0.1, 0.2, 0.3, 0.05, 0.15, 0.05, 0.15),
    (1e-9, 1.0, 1e-9, 1e-9, 1e-9, 1e-9, 1e-9),
]


def frame_case(title, frame):
    return {"title": title, "kind": type(frame).__name__.lower(), "frame": described(frame), "hex": encode(frame).hex()}


def given_case(title, given, frame):
    return {"title": title, "kind": type(frame).__name__.lower(), "frame": described(frame), "hex": given}


def described(frame):
    fields = dataclasses.asdict(frame)
    return {name: int(value) if isinstance(value, int) else value for name, value in fields.items()}


def bad_case(title, given, gateway=None, client=None):
    return {"title": title, "hex": given.hex(), "gateway": gateway, "client": client}


def golden():
    huge = {
        "title": "five million bytes",
        "hex": "00",
        "repeat": HUGE_BYTES,
        "gateway": "too_large",
        "client": "too_large",
    }
    bad = [
        *(bad_case(title, given, reason, reason) for title, given, reason in BOTH),
        *(bad_case(title, given, gateway=reason) for title, given, reason in TO_GATEWAY),
        *(bad_case(title, given, client=reason) for title, given, reason in TO_CLIENT),
        huge,
    ]
    cases = {
        "about": "frame: its fields; hex: its bytes; gateway, client: why that side drops the bytes (null: not asked)",
        "frames": [frame_case(*case) for case in FRAMES],
        "newer": [given_case(title, given.hex(), frame) for title, given, frame in NEWER],
        "wider": [given_case(*case) for case in WIDER],
        "bad": bad,
        "weights": [{"weights": weights, "integers": to_integers(weights)} for weights in WEIGHTS],
    }
    return json.loads(json.dumps(cases))


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(golden(), indent=1) + "\n")
