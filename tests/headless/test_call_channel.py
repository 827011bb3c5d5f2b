"""The call's own channel without a connection: signs, scores, the round trip, and the safety check."""

import pytest

from client.headless.call.channel import Channel, Own
from client.headless.call.check import SafetyCheck
from client.headless.call.partner import Partner
from kuuki.call.calling import Side
from kuuki.call.checking import commit
from kuuki.call.frames import Check, Picture, Sign, Step, decode, encode
from kuuki.limits import MALFORMED_FRAMES
from kuuki.mood.frames import Presence, Score
from kuuki.times import SCORE_STALE_S, SIGN_S

WEIGHTS = (0, 0, 0, 255, 0, 0, 0)
A, B = ("sha-256 " + ":".join([two] * 32) for two in ("AA", "BB"))
OWN = Own(Presence.WATCHING, True, Picture.ON)


def said(frames):
    return [decode(frame) for frame in frames]


def sign(seq, presence=Presence.SENSING, answer=0, held_ms=0):
    return encode(Sign(seq, presence, answer, held_ms, True, Picture.FACE_OFF))


def pair():
    """Both ends of a channel."""
    checks = SafetyCheck(Side.CALLER, A, B, b"a" * 16), SafetyCheck(Side.CALLEE, B, A, b"b" * 16)
    return [Channel(OWN, check, 0.0) for check in checks]


def pass_on(frames, to, now):
    """Everything that one says reaches the other, and the answers come back."""
    answers = []
    for frame in frames:
        answers += to.hear(frame, now)[1]
    return answers


def test_a_sign_is_due_at_once_and_then_twice_a_second():
    channel = Channel(OWN, None, 0.0)
    times = [now / 10 for now in range(21) if channel.due(now / 10)]
    assert times == pytest.approx([0.0, 0.5, 1.0, 1.5, 2.0])


def test_a_change_is_said_at_once_and_only_once():
    channel = Channel(OWN, None, 0.0)
    channel.due(0.0)
    paused = Own(Presence.PAUSED, False, Picture.OFF)
    assert said(channel.be(paused, 0.1)) == [Sign(2, Presence.PAUSED, 0, 0, False, Picture.OFF)]
    assert channel.be(paused, 0.2) == []
    assert channel.due(0.1 + SIGN_S - 0.01) == []


def test_bye_is_said_three_times():
    channel = Channel(OWN, None, 0.0)
    assert [(sign.seq, sign.presence) for sign in said(channel.bye(0.0))] == [(n, Presence.BYE) for n in (1, 2, 3)]


def test_the_newest_frame_wins_whatever_its_kind():
    channel = Channel(OWN, None, 0.0)
    assert channel.hear(encode(Score(5, WEIGHTS, 200)), 0.0) == (Score(5, WEIGHTS, 200), [])
    assert channel.hear(sign(4), 0.0) == (None, [])
    assert channel.hear(encode(Score(5, WEIGHTS, 200)), 0.0) == (None, [])
    assert channel.hear(sign(6), 0.0)[0].seq == 6


def test_the_round_trip_is_what_the_partner_did_not_hold():
    channel = Channel(OWN, None, 0.0)
    channel.due(10.0)
    channel.hear(sign(1, answer=1, held_ms=300), 10.35)
    assert channel.rtt_s == pytest.approx(0.05)
    channel.hear(sign(2, answer=77), 11.0)
    assert channel.rtt_s == pytest.approx(0.05), "an answer to a sign that was never sent measures nothing"
    (answer,) = said(channel.due(11.25))
    assert (answer.answer, answer.held_ms) == (2, 250)


def test_rubbish_is_counted_and_then_not_listened_to():
    channel = Channel(OWN, None, 0.0)
    for _ in range(MALFORMED_FRAMES):
        assert channel.hear(b"\xc1rubbish", 0.0) == (None, [])
    assert channel.hear(sign(1), 0.0) == (None, [])


def test_a_flood_of_scores_is_thinned():
    channel = Channel(OWN, None, 0.0)
    heard = [channel.hear(encode(Score(seq, WEIGHTS, 200)), 0.0)[0] for seq in range(1, 101)]
    assert sum(frame is not None for frame in heard) == 20


# --- the safety check


def test_both_sides_come_to_the_same_four_words():
    caller, callee = pair()
    reveal = pass_on(pass_on(caller.due(0.0), callee, 0.0), caller, 0.0)
    pass_on(reveal, callee, 0.0)
    assert caller.check.words == callee.check.words
    assert len(caller.check.words) == 4
    assert [type(frame) for frame in said(caller.due(1.0))] == [Sign], "nothing is left to repeat"


def test_a_step_that_was_lost_is_repeated_with_the_next_sign():
    caller, callee = pair()
    caller.due(0.0)
    assert [frame.step for frame in said(caller.due(0.5)) if isinstance(frame, Check)] == [Step.COMMIT]
    pass_on(caller.due(1.0), callee, 1.0)
    nonce = [frame for frame in callee.due(1.0) if isinstance(decode(frame), Check)]
    pass_on(pass_on(nonce, caller, 1.0), callee, 1.0)
    assert caller.check.words == callee.check.words is not None


def test_a_middle_that_gives_each_side_another_certificate_is_seen():
    caller = SafetyCheck(Side.CALLER, A, "sha-256 " + ":".join(["CC"] * 32), b"a" * 16)
    callee = SafetyCheck(Side.CALLEE, B, A, b"b" * 16)
    commitment = caller.repeat()
    assert commitment is not None
    callee.hear(Step.COMMIT, commitment[1])
    nonce = callee.repeat()
    assert nonce is not None
    revealed = caller.hear(Step.NONCE, nonce[1])
    assert revealed is not None
    callee.hear(*revealed)
    assert None not in (caller.words, callee.words)
    assert caller.words != callee.words


def test_a_caller_that_shows_another_nonce_gets_no_words_for_good():
    callee = SafetyCheck(Side.CALLEE, B, A, b"b" * 16)
    callee.hear(Step.COMMIT, commit(A, b"a" * 16))
    callee.hear(Step.COMMIT, commit(A, b"x" * 16))
    callee.hear(Step.REVEAL, b"x" * 16)
    callee.hear(Step.REVEAL, b"a" * 16)
    assert callee.words is None


def test_steps_of_the_wrong_side_or_out_of_order_mean_nothing():
    caller, callee = (channel.check for channel in pair())
    assert caller.hear(Step.COMMIT, b"x" * 32) is None
    assert callee.hear(Step.NONCE, b"x" * 16) is None
    assert callee.hear(Step.REVEAL, b"x" * 16) is None
    assert callee.repeat() is None, "a callee waits for the commitment"


# --- the partner


def heard(presence):
    return Sign(2, presence, 0, 0, True, Picture.ON)


def test_a_score_counts_for_two_seconds():
    partner = Partner()
    assert partner.see(Score(1, WEIGHTS, 200), 0.0)
    assert partner.weights is not None
    assert partner.weights["happy"] == 1.0
    assert not partner.age(SCORE_STALE_S)
    assert partner.age(SCORE_STALE_S + 0.01)
    assert partner.weights is None
    assert not partner.age(SCORE_STALE_S + 1), "that it is gone is no news twice"


@pytest.mark.parametrize("presence", [Presence.PAUSED, Presence.WATCHING, Presence.BYE])
def test_whoever_does_not_sense_has_withdrawn(presence):
    partner = Partner()
    partner.see(Score(1, WEIGHTS, 200), 0.0)
    assert partner.see(heard(presence), 0.1)
    assert partner.weights is None
    assert partner.has_left is (presence is Presence.BYE)


def test_an_unsure_score_withdraws_and_a_sensing_sign_does_not():
    partner = Partner()
    partner.see(Score(1, WEIGHTS, 200), 0.0)
    assert not partner.see(heard(Presence.SENSING), 0.1)
    assert partner.weights is not None
    assert partner.see(Score(3, WEIGHTS, 127), 0.2)
    assert partner.weights is None
