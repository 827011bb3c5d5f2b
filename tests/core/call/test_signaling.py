import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuuki.call.calling import Event, LegState, Side
from kuuki.call.signaling import (
    Act,
    Again,
    Ask,
    Hello,
    Ring,
    Signal,
    Standing,
    parse_message,
)
from kuuki.errors import BadMessage
from kuuki.limits import MESSAGE_BYTES, NAME_CHARS

CALL = "c" * 22
OTHER = "d" * 22
LINE = "0" * 32
SECRET = "s" * 32
STANDING = {"call": CALL, "partner": LINE, "side": "caller", "state": "talking", "name": "Ben"}
HELLO = {"type": "hello", "version": 1, "name": "Aki", "language": "ja"}
OFFER = {"type": "signal", "call": CALL, "generation": 1, "description": {"type": "offer", "sdp": "v=0"}}
CANDIDATE = {"type": "signal", "call": CALL, "generation": 3, "candidate": {"candidate": "", "sdpMLineIndex": 0}}


def parse(fields):
    return parse_message(json.dumps(fields))


GOOD = [
    (HELLO, Hello("Aki", "ja")),
    (
        HELLO | {"line": SECRET, "turn": 3, "call": STANDING, "more": 1},
        Hello("Aki", "ja", SECRET, 3, Standing(CALL, LINE, Side.CALLER, LegState.TALKING, "Ben")),
    ),
    (HELLO | {"line": None, "call": None, "turn": None}, Hello("Aki", "ja")),
    (HELLO | {"turn": 0}, Hello("Aki", "ja", code_index=0)),
    (HELLO | {"name": " A\u202eki\n\tB\x00 "}, Hello("A ki B", "ja")),
    (HELLO | {"name": "x" * 100}, Hello("x" * NAME_CHARS, "ja")),
    ({"type": "ring", "call": CALL, "code": "whatever"}, Ring(CALL, "whatever")),
    ({"type": "again", "call": CALL, "of": OTHER}, Again(CALL, OTHER)),
    ({"type": "accept", "call": CALL}, Act(Event.ACCEPT, CALL)),
    ({"type": "decline", "call": CALL}, Act(Event.DECLINE, CALL)),
    ({"type": "hang_up", "call": CALL}, Act(Event.HANG_UP, CALL)),
    ({"type": "lose", "call": CALL}, Act(Event.LOSE, CALL)),
    (OFFER, Signal(CALL, 1, description={"type": "offer", "sdp": "v=0"})),
    (
        CANDIDATE,
        Signal(CALL, 3, candidate={"candidate": "", "sdpMid": None, "sdpMLineIndex": 0, "usernameFragment": None}),
    ),
    *[({"type": what}, Ask(what)) for what in ("ice", "code", "still", "bye")],
]


@pytest.mark.parametrize(("fields", "message"), GOOD)
def test_what_pages_say(fields, message):
    assert parse(fields) == message


BAD = [
    ({}, "type"),
    ({"type": None}, "type"),
    ({"type": ["ring"]}, "type"),
    ({"type": "accepted", "call": CALL}, "type"),
    ({"type": "crossed", "call": CALL}, "type"),
    (HELLO | {"version": 2}, "version"),
    (HELLO | {"version": "1"}, "version"),
    (HELLO | {"name": None}, "name"),
    (HELLO | {"name": "x" * 161}, "name"),
    (HELLO | {"name": "\ud800"}, "name"),
    (HELLO | {"language": "de"}, "language"),
    (HELLO | {"language": ["ja"]}, "language"),
    (HELLO | {"line": "short"}, "line"),
    (HELLO | {"line": 7}, "line"),
    (HELLO | {"line": SECRET + "\n"}, "line"),
    (HELLO | {"turn": -1}, "turn"),
    (HELLO | {"turn": True}, "turn"),
    (HELLO | {"turn": 1e9}, "turn"),
    (HELLO | {"call": "x"}, "call"),
    (HELLO | {"call": {}}, "call"),
    (HELLO | {"call": STANDING | {"side": "judge"}}, "call"),
    (HELLO | {"call": STANDING | {"side": ["caller"]}}, "call"),
    (HELLO | {"call": STANDING | {"state": "ended"}}, "call"),
    (HELLO | {"call": STANDING | {"partner": "me"}}, "partner"),
    ({"type": "ring", "call": "../" * 8, "code": "x"}, "call"),
    ({"type": "ring", "call": CALL, "code": "x" * 65}, "code"),
    ({"type": "ring", "call": CALL}, "code"),
    ({"type": "again", "call": CALL}, "of"),
    (OFFER | {"generation": 0}, "generation"),
    (OFFER | {"generation": 1001}, "generation"),
    (OFFER | {"description": {"type": "rollback", "sdp": ""}}, "description"),
    (OFFER | {"description": {"type": "offer"}}, "sdp"),
    (OFFER | {"description": {"type": "offer", "sdp": "\udfff"}}, "sdp"),
    (OFFER | {"candidate": {"candidate": ""}}, "signal"),
    (OFFER | {"description": None}, "signal"),
    (CANDIDATE | {"candidate": {"candidate": "x" * 1025}}, "candidate"),
    (CANDIDATE | {"candidate": {"candidate": "", "sdpMLineIndex": -1}}, "candidate"),
    (CANDIDATE | {"candidate": {"candidate": "", "sdpMLineIndex": 0.5}}, "candidate"),
    (CANDIDATE | {"candidate": {"candidate": "", "sdpMid": 1}}, "candidate"),
    (CANDIDATE | {"candidate": {"candidate": "", "usernameFragment": "x" * 257}}, "candidate"),
]


@pytest.mark.parametrize(("fields", "reason"), BAD)
def test_what_is_no_message(fields, reason):
    with pytest.raises(BadMessage) as caught:
        parse(fields)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not_json"),
        ("{", "not_json"),
        ("[1]", "not_an_object"),
        ("null", "not_an_object"),
        ("[" * 10_000, "not_json"),
        ('{"type": NaN', "not_json"),
        ("9" * 10_000, "not_json"),  # more digits than Python turns into a number
        ("x" * (MESSAGE_BYTES + 1), "too_large"),
        ("あ" * (MESSAGE_BYTES // 2), "too_large"),
    ],
)
def test_text_that_is_no_message(text, reason):
    with pytest.raises(BadMessage) as caught:
        parse_message(text)
    assert caught.value.reason == reason


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.sampled_from([CALL, LINE]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_KEYS = st.sampled_from(
    [
        "type",
        "call",
        "code",
        "of",
        "name",
        "version",
        "language",
        "line",
        "turn",
        "generation",
        "description",
        "candidate",
    ]
)
_TYPES = st.sampled_from(["hello", "ring", "again", "accept", "signal", "ice", "x"])


@settings(max_examples=400)
@given(st.dictionaries(_KEYS, _JSON, max_size=8), _TYPES)
def test_any_json_is_a_message_or_none(fields, kind):
    with contextlib.suppress(BadMessage):
        parse(fields | {"type": kind})
