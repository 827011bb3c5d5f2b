"""What a program says on its line, without a socket: rings, answers, crossings, and what a lost server costs."""

import json

import pytest

from client.headless.call.dialog import LineDialog
from client.headless.call.messages import parse_from_line
from kuuki.call.calling import Event, LegState, Side
from kuuki.call.line_messages import IceServers, LegStatus, NewCode, Problem, Still, Welcome
from kuuki.call.signaling import Hello, Ring, Signal, parse_message
from kuuki.errors import BadMessage

MINE, THEIRS = "m" * 22, "t" * 22
LINE, SECRET = "a" * 32, "s" * 22
CODE = "sakura-tanuki-momiji-7"
WELCOME = Welcome(SECRET, CODE, 3, False)


def leg(state, call=MINE, side=Side.CALLER, partner=LINE, **more):
    return LegStatus(call, side, LegState(state), partner, **more)


def incoming(state="incoming", call=THEIRS):
    return leg(state, call, Side.CALLEE, name="Ben")


def ringing():
    dialog = LineDialog("Aki", "ja", answers=False)
    dialog.hear(WELCOME)
    assert dialog.ring(MINE, CODE) == {"type": "ring", "call": MINE, "code": CODE}
    dialog.hear(leg("calling", partner=None))
    return dialog


def test_the_first_hello_is_one_that_the_server_understands():
    hello = parse_message(json.dumps(LineDialog("Aki", "ja").hello()))
    assert hello == Hello("Aki", "ja")


def test_a_later_hello_shows_the_secret_the_turn_and_the_call_that_is_on():
    dialog = ringing()
    dialog.hear(leg("ringing"))
    changed, _ = dialog.hear(leg("talking", name="Ben"))
    assert changed == dialog.leg
    hello = parse_message(json.dumps(dialog.hello()))
    assert (hello.line, hello.code_index) == (SECRET, 3)
    assert (hello.call.call, hello.call.partner, hello.call.state) == (MINE, LINE, LegState.TALKING)
    assert (hello.call.side, hello.call.name) == (Side.CALLER, "Ben")


def test_a_ring_that_nobody_has_answered_is_said_again_to_a_server_that_came_back():
    dialog = ringing()
    assert parse_message(json.dumps(dialog.hello())).call is None, "the partner is not known yet"
    _, said = dialog.hear(WELCOME)
    assert [parse_message(json.dumps(one)) for one in said] == [Ring(MINE, CODE)]
    dialog.hear(leg("ringing"))
    assert dialog.hear(WELCOME) == (None, []), "from now on the hello carries it"


def test_a_new_code_counts_from_the_next_hello():
    dialog = LineDialog("", "en")
    dialog.hear(WELCOME)
    dialog.hear(NewCode("kumo-sora-umi-1", 4))
    assert (dialog.code, dialog.hello()["turn"]) == ("kumo-sora-umi-1", 4)


def test_a_code_that_is_spent_is_none_and_its_turn_is_not_said_again():
    dialog = LineDialog("", "en")
    dialog.hear(WELCOME)
    dialog.hear(NewCode(None, None))
    assert (dialog.code, "turn" in dialog.hello()) == (None, False)
    dialog.hear(NewCode("kumo-sora-umi-1", 4))
    assert dialog.hello()["turn"] == 4


@pytest.mark.parametrize("is_spent", [True, False])
def test_who_answered_says_no_turn_until_the_line_has_said_what_became_of_it(is_spent):
    dialog = LineDialog("", "en")
    dialog.hear(WELCOME)
    dialog.hear(incoming())
    dialog.act(Event.ACCEPT)
    assert "turn" not in dialog.hello()
    if is_spent:
        dialog.hear(NewCode(None, None))
    dialog.hear(incoming("talking"))
    assert dialog.hello().get("turn") == (None if is_spent else 3)


@pytest.mark.parametrize("end", ["declined", "busy", "timed_out", "unreachable", "cancelled"])
def test_an_end_leaves_the_line_free(end):
    dialog = ringing()
    changed, _ = dialog.hear(leg(end))
    assert changed.state == end
    assert dialog.leg is None
    assert dialog.act(Event.HANG_UP) is None


def test_who_waits_is_rung_and_accepts():
    dialog = LineDialog("Aki", "en")
    changed, said = dialog.hear(incoming())
    assert (changed.name, said) == ("Ben", [])
    assert dialog.act(Event.ACCEPT) == {"type": "accept", "call": THEIRS}
    changed, _ = dialog.hear(incoming("talking"))
    assert changed.state is LegState.TALKING


def test_who_knocks_waits_until_the_call_is_over_and_then_rings():
    dialog = LineDialog("Aki", "en")
    dialog.hear(incoming())
    dialog.hear(incoming("talking"))
    knocking = incoming("knocking", "k" * 22)
    assert dialog.hear(knocking) == (None, [])
    dialog.hear(incoming("ended"))
    changed, _ = dialog.hear(incoming("incoming", "k" * 22))
    assert changed.call == "k" * 22


def test_who_only_calls_declines_others():
    dialog = LineDialog("Aki", "en", answers=False)
    assert dialog.hear(incoming()) == (None, [{"type": "decline", "call": THEIRS}])
    dialog = ringing()
    dialog.hear(leg("talking"))
    assert dialog.hear(incoming("knocking")) == (None, [{"type": "decline", "call": THEIRS}])


def test_two_who_call_each_other_are_in_one_call():
    dialog = ringing()
    assert dialog.hear(incoming("knocking")) == (None, []), "it may be the other half"
    changed, _ = dialog.hear(leg("crossed"))
    assert changed.state is LegState.CROSSED
    changed, said = dialog.hear(incoming("talking"))
    assert (changed.call, said) == (THEIRS, [])
    assert dialog.leg is changed


def test_a_crossing_whose_other_half_comes_first_is_taken_too():
    dialog = ringing()
    changed, _ = dialog.hear(incoming("talking"))
    assert changed.call == THEIRS
    assert dialog.hear(leg("crossed")) == (None, [])
    assert dialog.leg.call == THEIRS


def test_a_call_that_one_is_not_in_any_more_is_hung_up():
    dialog = ringing()
    dialog.hear(leg("talking"))
    dialog.leave()
    assert dialog.hear(leg("talking", partner_is="away")) == (None, [{"type": "hang_up", "call": MINE}])
    assert dialog.hear(leg("ended")) == (None, [])


def test_a_call_that_one_talks_in_is_not_left_for_an_unknown_one():
    dialog = ringing()
    dialog.hear(leg("talking"))
    assert dialog.hear(incoming("talking")) == (None, [{"type": "hang_up", "call": THEIRS}])
    assert dialog.leg.call == MINE


STATE = {"type": "state", "call": MINE, "side": "caller", "state": "ringing", "partner": LINE, "name": "", "more": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ({"type": "welcome", "line": SECRET, "code": CODE, "turn": 3, "relay": False}, WELCOME),
        (STATE | {"partner_is": "away"}, leg("ringing", partner_is="away")),
        (STATE | {"state": "unreachable", "partner": None}, leg("unreachable", partner=None)),
        ({"type": "welcome", "line": SECRET, "code": None, "turn": None}, Welcome(SECRET, None, None, False)),
        ({"type": "code", "code": CODE, "turn": 4}, NewCode(CODE, 4)),
        ({"type": "code", "code": None, "turn": None}, NewCode(None, None)),
        ({"type": "still"}, Still()),
        ({"type": "problem", "error": "type"}, Problem("type")),
        (
            {
                "type": "ice",
                "ttl_s": 60,
                "servers": [{"urls": ["turn:a", "turn:b"], "username": "u", "credential": "c"}],
            },
            IceServers(({"urls": ["turn:a", "turn:b"], "username": "u", "credential": "c"},), 60),
        ),
        ({"type": "ice", "ttl_s": 60, "servers": [{"urls": "stun:a"}]}, IceServers(({"urls": ["stun:a"]},), 60)),
        (
            {"type": "signal", "call": MINE, "generation": 2, "description": {"type": "offer", "sdp": "v=0"}},
            Signal(MINE, 2, {"type": "offer", "sdp": "v=0"}),
        ),
        ({"type": "a later version's"}, None),
        ({"type": ["state"]}, None),
    ],
)
def test_what_a_line_says_is_parsed(text, message):
    assert parse_from_line(json.dumps(text)) == message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 10_000,
        "x" * 100_000,
        '{"type": "welcome"}',
        json.dumps(STATE | {"state": "dreaming"}),
        json.dumps(STATE | {"side": None}),
        json.dumps(STATE | {"partner": 7}),
        json.dumps(STATE | {"partner_is": "everywhere"}),
        json.dumps(STATE | {"call": None}),
        '{"type": "code", "code": "x", "turn": null}',
        '{"type": "ice", "servers": 7}',
        '{"type": "ice", "servers": [7]}',
        '{"type": "ice", "servers": [{"urls": [7]}]}',
        '{"type": "signal", "call": "../..", "generation": 1}',
    ],
)
def test_what_is_none_of_it_is_refused(text):
    with pytest.raises(BadMessage):
        parse_from_line(text)
