"""tests/golden/callframes.json: frames of a call's channel to the byte, and bytes that are none, for both languages.

``python tests/golden/make_callframes.py`` writes it anew. What a decoder must say of bad bytes is written here by hand.
"""

import dataclasses
import json
from pathlib import Path

import msgpack

from kuuki.call.frames import HELD_MAX_MS, Check, Picture, Sign, Step, encode
from kuuki.limits import FRAME_BYTES, SEQ_MAX
from kuuki.mood.frames import Presence, Score

GOLDEN = Path(__file__).parent / "callframes.json"

HAPPY = (0, 0, 0, 255, 0, 0, 0)
BLEND = (12, 3, 9, 151, 20, 25, 35)
OCTETS = bytes(range(32))

FRAMES = [
    ("a score", Score(7, BLEND, 240)),
    ("a score at the last seq", Score(SEQ_MAX, HAPPY, 255)),
    ("a score that withdraws", Score(8, (0, 0, 0, 0, 0, 0, 255), 0)),
    ("the first sign", Sign(1, Presence.WATCHING, 0, 0, sound=True, picture=Picture.ON)),
    ("a sign that senses", Sign(128, Presence.SENSING, 127, 255, sound=True, picture=Picture.ON)),
    ("a sign that pauses", Sign(300, Presence.PAUSED, 298, 256, sound=False, picture=Picture.OFF)),
    ("a sign that is face-off", Sign(65536, Presence.SENSING, 65535, 12, sound=True, picture=Picture.FACE_OFF)),
    ("a goodbye", Sign(301, Presence.BYE, 299, 40, sound=True, picture=Picture.ON)),
    ("the largest sign", Sign(SEQ_MAX, Presence.BYE, SEQ_MAX, HELD_MAX_MS, sound=True, picture=Picture.FACE_OFF)),
    ("a commitment", Check(2, Step.COMMIT, OCTETS)),
    ("a nonce", Check(3, Step.NONCE, OCTETS[:16])),
    ("a nonce that is shown", Check(4, Step.REVEAL, OCTETS[16:])),
    ("the largest commitment", Check(SEQ_MAX, Step.COMMIT, b"\xff" * 32)),
]


def pack(*items):
    return msgpack.packb(list(items))


BAD = [
    ("nothing", b"", "not_msgpack"),
    ("a byte that is no msgpack", b"\xc1", "not_msgpack"),
    ("nil", b"\xc0", "not_an_array"),
    ("a number", b"\x01", "not_an_array"),
    ("a map", b"\x81\x01\x05", "not_msgpack"),
    ("text", pack(1, "sign", 1), "not_msgpack"),
    ("an empty array", pack(), "not_an_array"),
    ("a kind alone", pack(1, 5), "not_an_array"),
    ("a later version", pack(2, 5, 1, 1, 0, 0, 1, 1), "version"),
    ("a version that is true", pack(True, 5, 1, 1, 0, 0, 1, 1), "version"),
    ("a kind that is nil", pack(1, None, 1), "version"),
    ("kind 9", pack(1, 9, 1), "kind"),
    ("a tap", pack(1, 2, 9, 1, 0, 0, 0), "wrong_kind"),
    ("a beat", pack(1, 3, 1, 0, 0, 0, 0, 0), "wrong_kind"),
    ("a sign of five", pack(1, 5, 1, 1, 0, 0, 1), "length"),
    ("a sign of seven", pack(1, 5, 1, 1, 0, 0, 1, 1, 0), "length"),
    ("a sign with presence 4", pack(1, 5, 1, 4, 0, 0, 1, 1), "integer"),
    ("a sign with a negative presence", pack(1, 5, 1, -1, 0, 0, 1, 1), "integer"),
    ("a sign with a negative seq", pack(1, 5, -1, 1, 0, 0, 1, 1), "integer"),
    ("a sign whose seq is too large", pack(1, 5, SEQ_MAX + 1, 1, 0, 0, 1, 1), "integer"),
    ("a sign with a float", pack(1, 5, 1, 1, 0, 0.5, 1, 1), "integer"),
    ("a sign with NaN", pack(1, 5, 1, 1, float("nan"), 0, 1, 1), "integer"),
    ("a sign that held too long", pack(1, 5, 1, 1, 0, HELD_MAX_MS + 1, 1, 1), "integer"),
    ("a sign with sound 2", pack(1, 5, 1, 1, 0, 0, 2, 1), "integer"),
    ("a sign whose sound is true", pack(1, 5, 1, 1, 0, 0, True, 1), "integer"),
    ("a sign with picture 3", pack(1, 5, 1, 1, 0, 0, 1, 3), "integer"),
    ("a sign with bytes in it", pack(1, 5, 1, 1, 0, 0, 1, b"\x01"), "integer"),
    ("a sign with nil in it", pack(1, 5, 1, 1, None, 0, 1, 1), "integer"),
    ("a sign, cut", pack(1, 5, SEQ_MAX, 1, 0, 0, 1, 1)[:7], "not_msgpack"),
    ("a sign and one more byte", pack(1, 5, 1, 1, 0, 0, 1, 1) + b"\x00", "not_msgpack"),
    ("a check of two", pack(1, 6, 1, 1), "length"),
    ("a check of four", pack(1, 6, 1, 1, OCTETS, 0), "length"),
    ("a check with step 0", pack(1, 6, 1, 0, OCTETS), "integer"),
    ("a check with step 4", pack(1, 6, 1, 4, OCTETS), "integer"),
    ("a check whose step is true", pack(1, 6, 1, True, OCTETS), "integer"),
    ("a commitment of 31 octets", pack(1, 6, 1, 1, OCTETS[:31]), "bytes"),
    ("a commitment of 33 octets", pack(1, 6, 1, 1, OCTETS + b"\x00"), "not_msgpack"),
    ("a nonce of 15 octets", pack(1, 6, 1, 2, OCTETS[:15]), "bytes"),
    ("a nonce of 32 octets", pack(1, 6, 1, 2, OCTETS), "bytes"),
    ("a nonce that is an array", pack(1, 6, 1, 3, [1, 2]), "bytes"),
    ("a score with six weights", pack(1, 1, 7, bytes(BLEND[:6]), 240), "bytes"),
    ("a score whose sum is 254", pack(1, 1, 7, bytes((0, 0, 0, 254, 0, 0, 0)), 240), "sum"),
    ("a score with sure 256", pack(1, 1, 7, bytes(BLEND), 256), "integer"),
    ("a score without sure", pack(1, 1, 7, bytes(BLEND)), "length"),
    ("a score with a float for its weights", pack(1, 1, 7, 0.5, 240), "bytes"),
    ("bytes that claim four thousand million", b"\x95\x01\x06\x07\x01\xc6\xff\xff\xff\xff", "not_msgpack"),
    ("arrays within arrays", b"\x91" * 60, "not_msgpack"),
    ("one byte more than a frame may have", b"\x00" * (FRAME_BYTES + 1), "too_large"),
]
"""Title, bytes, the reason of the Python decoder."""


def frame_case(title, frame):
    return {"title": title, "kind": type(frame).__name__.lower(), "frame": described(frame), "hex": encode(frame).hex()}


def described(frame):
    def plain(value):
        if isinstance(value, bytes):
            return value.hex()
        return value if isinstance(value, bool) or not isinstance(value, int) else int(value)

    return {name: plain(value) for name, value in dataclasses.asdict(frame).items()}


def golden():
    bad = [{"title": title, "hex": given.hex(), "reason": reason} for title, given, reason in BAD]
    cases = {
        "about": "frame: its fields (octets in hex); hex: its bytes; reason: why a partner drops the bytes",
        "frames": [frame_case(*case) for case in FRAMES],
        "bad": bad,
    }
    return json.loads(json.dumps(cases))


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(golden(), indent=1) + "\n")
