"""The client's half of the protocol, frame by frame, on a clock of the test's own."""

import pytest

from client.headless.dialog import Dialog, may_return
from kuuki.mood.frames import Beat, Mix, Presence, Score, State, Tap, decode_from_client, encode
from kuuki.times import GATEWAY_DEAD_S, REPEAT_S

WEIGHTS = (0, 0, 0, 255, 0, 0, 0)


def beat(seq, presence=Presence.WATCHING, **more):
    return encode(Beat(seq, presence, **more))


def said(data):
    return decode_from_client(data)


def test_all_frames_share_one_counter_from_one_on():
    dialog = Dialog(0.0)
    frames = [dialog.score(WEIGHTS, 255), dialog.tap("wow", 0.0), dialog.beat()]
    assert [said(frame).seq for frame in frames] == [1, 2, 3]


def test_every_new_beat_is_answered_at_once_with_its_seq():
    dialog = Dialog(0.0)
    answer, mix = dialog.hear(beat(7), 0.1)
    assert mix is None
    assert said(answer) == Beat(1, Presence.WATCHING, answer=7)
    assert dialog.hear(beat(7), 0.2) == (None, None)
    assert dialog.hear(beat(6), 0.3) == (None, None)


def test_a_score_says_that_one_is_sensing():
    dialog = Dialog(0.0)
    assert said(dialog.score(WEIGHTS, 200)) == Score(1, WEIGHTS, 200)
    answer, _ = dialog.hear(beat(1), 0.1)
    assert said(answer).presence is Presence.SENSING


def test_a_pause_is_repeated_until_the_gateway_shows_it():
    dialog = Dialog(0.0)
    assert said(dialog.be(Presence.PAUSED, 0.0)).presence is Presence.PAUSED
    assert dialog.repeats(REPEAT_S / 2) == []
    assert [said(frame).presence for frame in dialog.repeats(REPEAT_S)] == [Presence.PAUSED]
    dialog.hear(beat(1, Presence.SENSING, answer=2), 0.3)
    assert not dialog.is_seen
    dialog.hear(beat(2, Presence.PAUSED, answer=2), 0.4)
    assert dialog.is_seen
    assert dialog.repeats(10.0) == []


def test_a_presence_shown_before_it_was_said_is_an_old_one():
    dialog = Dialog(0.0)
    dialog.be(Presence.PAUSED, 0.0)
    dialog.be(Presence.SENSING, 0.1)
    dialog.be(Presence.PAUSED, 0.2)
    dialog.hear(beat(1, Presence.PAUSED, answer=1), 0.3)
    assert not dialog.is_seen


def test_taps_are_repeated_until_their_sum_is_shown():
    dialog = Dialog(0.0)
    dialog.tap("laugh", 0.0)
    assert said(dialog.tap("smile", 0.1)) == Tap(2, (1, 1, 0, 0))
    dialog.hear(beat(1, taps=1), 0.2)
    assert [said(frame).counts for frame in dialog.repeats(0.4)] == [(1, 1, 0, 0)]
    dialog.hear(beat(2, taps=2), 0.5)
    assert dialog.repeats(1.0) == []


def test_an_unknown_tap_is_refused_and_takes_no_seq():
    dialog = Dialog(0.0)
    with pytest.raises(ValueError, match="tuple"):
        dialog.tap("boo", 0.0)
    assert dialog.seq == 0


def test_the_round_trip_is_unknown_until_an_answer_was_heard():
    dialog = Dialog(0.0)
    dialog.hear(beat(1), 0.0)
    assert dialog.rtt_ms is None
    dialog.hear(beat(2, answer=0), 0.1)
    assert dialog.rtt_ms is None
    dialog.hear(beat(3, answer=1, rtt_ms=0), 0.2)
    assert dialog.rtt_ms == 0


def test_a_closing_beat_is_not_answered_and_keeps_its_code():
    dialog = Dialog(0.0)
    assert dialog.hear(beat(1, Presence.BYE, code=3501), 0.1) == (None, None)
    assert dialog.code == 3501


def test_silence_is_death_and_rubbish_is_no_sign_of_life():
    dialog = Dialog(0.0)
    assert dialog.hear(b"\xc1rubbish", 1.0) == (None, None)
    assert dialog.malformed == 1
    assert not dialog.is_dead(GATEWAY_DEAD_S)
    assert dialog.is_dead(GATEWAY_DEAD_S + 0.001)
    _, mix = dialog.hear(encode(Mix(1, 2, State.EMPTY, 0.0)), 1.2)
    assert mix is not None
    assert (mix.term, mix.seq) == (1, 2)
    assert not dialog.is_dead(2.6)


@pytest.mark.parametrize(("code", "may"), [(None, True), (3000, True), (3499, True), (3500, False), (3504, False)])
def test_the_code_says_whether_to_come_back(code, may):
    assert may_return(code) is may
