import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuuki.call.calling import Event, LegState
from kuuki.call.notes import (
    FIELDS,
    NOTE_BYTES,
    TOLD,
    EventNote,
    Liveness,
    LivenessNote,
    RingNote,
    SignalNote,
    TakenNote,
    UnknownCode,
    decode_note,
    encode_note,
)
from kuuki.call.signaling import Signal
from kuuki.errors import BadMessage
from kuuki.limits import MESSAGE_BYTES

CALL = "c" * 22
LINE = "0" * 32
SESSION = "0123456789abcdef"
ANSWER = Signal(CALL, 2, description={"type": "answer", "sdp": "v=0\r\n"})
CANDIDATE = {"candidate": "", "sdpMid": None, "sdpMLineIndex": 0, "usernameFragment": None}

NOTES = [
    RingNote(LINE, CALL, "亜希", "sakura-tanuki-momiji-7"),
    RingNote(LINE, CALL, code=UnknownCode.UNKNOWN),
    RingNote(LINE, CALL),
    *[EventNote(LINE, CALL, event, "B") for event in sorted(TOLD)],
    LivenessNote(LINE, CALL, Liveness.STILL, LegState.TALKING, "A"),
    LivenessNote(LINE, CALL, Liveness.AWAY),
    LivenessNote(LINE, CALL, Liveness.BACK, LegState.RINGING),
    SignalNote(LINE, ANSWER),
    SignalNote(LINE, Signal(CALL, 1000, candidate=CANDIDATE)),
    TakenNote(LINE, SESSION),
]


@pytest.mark.parametrize("note", NOTES)
def test_notes_come_as_they_went(note):
    assert decode_note(encode_note(note)) == note


@pytest.mark.parametrize(
    ("note", "own"),
    [
        (RingNote(LINE, CALL, "亜", "a-b"), {"kind": "ring", "call": CALL, "name": "亜", "by_code": "a-b"}),
        (RingNote(LINE, CALL, code=UnknownCode.UNKNOWN), {"kind": "ring", "call": CALL, "by_code": True}),
        (EventNote(LINE, CALL, Event.ACCEPTED), {"kind": "event", "call": CALL, "event": "accepted"}),
        (LivenessNote(LINE, CALL, Liveness.AWAY), {"kind": "away", "call": CALL}),
        (
            LivenessNote(LINE, CALL, Liveness.BACK, LegState.TALKING),
            {"kind": "back", "call": CALL, "state": "talking"},
        ),
        (
            SignalNote(LINE, ANSWER),
            {
                "kind": "signal",
                "call": CALL,
                "signal": {"call": CALL, "generation": 2, "description": ANSWER.description, "candidate": None},
            },
        ),
        (TakenNote(LINE, SESSION), {"kind": "taken", "stamp": SESSION}),
    ],
)
def test_every_note_has_all_fields_in_one_order_and_those_of_other_kinds_are_empty(note, own):
    empty = {"call": "", "name": "", "event": None, "state": None, "by_code": "", "signal": None, "stamp": ""}
    fields = {"kind": "", "sender": LINE} | empty | own
    assert encode_note(note) == json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    assert list(fields) == list(FIELDS)


def test_what_the_version_before_does_not_say_of_a_code():
    ring = FIELDS | {"kind": "ring", "sender": LINE, "call": CALL}
    assert decode(ring | {"by_code": True}).code is UnknownCode.UNKNOWN
    assert decode(ring | {"by_code": False}).code is None
    assert decode(ring).code is None
    hung_up = FIELDS | {"kind": "event", "sender": LINE, "call": CALL, "event": "hung_up", "by_code": False}
    assert decode(hung_up) == EventNote(LINE, CALL, Event.HUNG_UP)


def decode(fields):
    return decode_note(json.dumps(fields).encode())


def fields_of(note):
    return json.loads(encode_note(note))


RING, EVENT, LIFE, SIGNAL, TAKEN = (fields_of(NOTES[n]) for n in (0, 3, -6, -3, -1))

BAD = [
    *[good | {"kind": kind} for good in (RING, TAKEN) for kind in ("later", None, 7, ["ring"], "")],
    *[good | {"sender": sender} for good in (RING, EVENT, TAKEN) for sender in (None, "", "x" * 32, LINE + "\n", 7)],
    *[good | {"call": call} for good in (RING, EVENT, LIFE, SIGNAL) for call in (None, "", "../" * 8, 7, "d" * 23)],
    *[good | {"name": name} for good in (RING, EVENT, LIFE) for name in (None, 7, "x" * 161, "\ud800", ["A"])],
    *[RING | {"by_code": code} for code in (None, 7, "x" * 65, ["x"], {})],
    *[EVENT | {"event": event} for event in (None, "", 7, [], "accept", "lose", "timeout", "of a later version")],
    *[LIFE | {"state": state} for state in ("", 7, [], {}, "of a later version")],
    *[SIGNAL | {"signal": signal} for signal in (None, "x", [], {}, SIGNAL["signal"] | {"call": "d" * 22})],
    *[
        SIGNAL | {"signal": SIGNAL["signal"] | changed}
        for changed in ({"generation": 0}, {"generation": True}, {"description": None}, {"candidate": CANDIDATE})
    ],
    *[TAKEN | {"stamp": stamp} for stamp in (None, "", "older", 7, SESSION.upper())],
    *[good | {"more": 1} for good in (RING, EVENT, LIFE, SIGNAL, TAKEN)],
    RING | {"event": "accepted"},
    EVENT | {"signal": SIGNAL["signal"]},
    LIFE | {"by_code": "sakura-tanuki-momiji-7"},
    SIGNAL | {"name": "A"},
    TAKEN | {"call": CALL},
    *[{key: value for key, value in RING.items() if key != gone} for gone in ("kind", "sender", "call", "name")],
]


@pytest.mark.parametrize("fields", BAD)
def test_what_has_wrong_fields_is_no_note(fields):
    with pytest.raises(BadMessage) as caught:
        decode(fields)
    assert caught.value.reason == "note"


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"\xff",
        b"[" * 5000,
        b"9" * 5000,
        json.dumps(RING).encode("utf-16"),
        b'{"kind":"ring","sender":"x","signal":null,"event":"no","state":null}',
    ],
)
def test_what_is_no_note(message):
    with pytest.raises(BadMessage) as caught:
        decode_note(message)
    assert caught.value.reason == "note"


def test_the_longest_signal_of_a_page_fits_in_a_note_and_nothing_longer():
    longest = SignalNote(LINE, Signal(CALL, 1000, {"type": "answer", "sdp": "\x01" * (MESSAGE_BYTES // 6)}))
    assert decode_note(encode_note(longest)) == longest
    with pytest.raises(BadMessage):
        decode_note(encode_note(SignalNote(LINE, Signal(CALL, 1, {"type": "answer", "sdp": "x" * NOTE_BYTES}))))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.sampled_from([CALL, LINE]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=400)
@given(
    st.sampled_from(NOTES),
    st.dictionaries(st.sampled_from([*FIELDS, "more"]), _JSON, max_size=3),
    st.dictionaries(st.sampled_from(["call", "generation", "description", "candidate"]), _JSON, max_size=2),
)
def test_any_json_is_a_note_or_none_and_a_note_comes_again_as_it_is(note, changed, signal):
    fields = fields_of(note) | changed
    if isinstance(fields.get("signal"), dict):
        fields["signal"] |= signal
    with contextlib.suppress(BadMessage):
        came = decode(fields)
        assert decode_note(encode_note(came)) == came


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_note_or_none(message):
    with contextlib.suppress(BadMessage):
        decode_note(message)
