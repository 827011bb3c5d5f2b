"""A crowd's people: the same for the same seed, plausible, and true to the cue sheet."""

import math
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.headless.crowd.cues import Cue, CueSheet, Event, parse_cues
from client.headless.crowd.people import CAMERA_OFF, make_person
from client.headless.crowd.programme import make_sheet
from kuuki.limits import SURE_MIN
from kuuki.mood.labels import HAPPY, LABELS, WHOLE, to_integers
from kuuki.times import TICK_S

SHEET = make_sheet(1, with_stills=True)
SURPRISE = LABELS.index("surprise")


def mean(people, t, label):
    return sum(person.weights(t)[label] for person in people) / len(people)


@given(st.integers(0, 10_000), st.integers(0, 2000), st.floats(0, 100_000))
def test_weights_are_a_score_at_any_time(seed, index, t):
    person = make_person(seed, index, SHEET)
    weights = person.weights(SHEET.clock(t))
    assert min(weights) >= 0
    assert sum(weights) == pytest.approx(1.0)
    assert sum(to_integers(weights)) == 255
    assert 0 <= person.sure(t) <= 255


def test_a_person_depends_on_seed_and_index_alone():
    assert make_person(1, 5, SHEET) == make_person(1, 5, SHEET)
    assert make_person(1, 5, SHEET) != make_person(1, 6, SHEET)
    assert make_person(1, 5, SHEET) != make_person(2, 5, SHEET)


def test_a_crowd_laughs_at_a_laugh_is_taken_by_a_wow_and_calms_down():
    sheet = parse_cues("10 laugh 3 1 1\n40 wow 3 1 1")
    people = [make_person(1, index, sheet) for index in range(60)]
    assert mean(people, 12.0, HAPPY) > mean(people, 9.0, HAPPY) + 0.4
    assert mean(people, 30.0, HAPPY) < 0.3
    assert mean(people, 42.0, SURPRISE) > mean(people, 9.0, SURPRISE) + 0.2  # models see a third of what people do


def test_quiet_takes_laughter_back():
    loud, hushed = parse_cues("10 laugh 9 1 1"), parse_cues("10 laugh 9 1 1\n13 quiet 6 1 1")
    people = [[make_person(1, index, sheet) for index in range(40)] for sheet in (loud, hushed)]
    assert mean(people[1], 16.0, HAPPY) < mean(people[0], 16.0, HAPPY) - 0.3


def test_a_cue_that_lasts_for_a_minute_has_hold_of_people_all_through_it():
    people = [make_person(1, index, parse_cues("10 laugh 60 1 1")) for index in range(40)]
    assert mean(people, 55.0, HAPPY) == pytest.approx(mean(people, 14.0, HAPPY), abs=0.05)


def test_a_laugh_is_the_persons_own_smile_and_comes_and_goes_as_before():
    sheet = parse_cues("10 laugh 3 1 1")
    for index in range(40):
        person = make_person(1, index, sheet)
        (reaction,) = person.reactions
        at_rest, _, smile, _ = person.face.parts[HAPPY]
        assert at_rest <= smile
        shown = at_rest + reaction.shows * (smile - at_rest)
        assert person.weights(reaction.at + 1.0)[HAPPY] == pytest.approx(shown / WHOLE, abs=0.25)  # it wavers
        assert reaction.envelope(reaction.at) == 0.0
        assert reaction.envelope(reaction.at + 0.35) == pytest.approx(1.0)
        assert reaction.envelope(reaction.at + reaction.lasts + 0.9) == pytest.approx(1 / math.e)


def test_people_smile_by_themselves_now_and_then():
    people = [make_person(1, index, parse_cues("1000 laugh")) for index in range(200)]
    levels = [[person.bouts.level(tick * TICK_S) for tick in range(1500)] for person in people]
    shares = [sum(level) / len(level) for level in levels]
    assert sum(shares) / len(shares) == pytest.approx(0.15, abs=0.02)
    assert min(shares) < 0.06
    assert max(shares) > 0.3
    lengths = [len(list(run)) * TICK_S for level in levels for smiles, run in groupby(level, bool) if smiles]
    assert sum(lengths) / len(lengths) == pytest.approx(2.6, abs=0.3)


def test_spread_is_the_share_that_reacts():
    sheet = CueSheet((Cue(1.0, Event.LAUGH, 2.0, 1.0, 0.3),))
    reacted = sum(bool(make_person(1, index, sheet).reactions) for index in range(500))
    assert reacted / 500 == pytest.approx(0.3, abs=0.07)


def test_some_have_their_camera_off_and_tap_the_more():
    people = [make_person(1, index, SHEET) for index in range(600)]
    off = [person for person in people if person.temperament.camera_off]
    on = [person for person in people if not person.temperament.camera_off]
    assert len(off) / len(people) == pytest.approx(CAMERA_OFF, abs=0.05)
    assert sum(len(person.taps) for person in off) / len(off) > sum(len(person.taps) for person in on) / len(on)


def test_each_tap_is_tapped_once():
    sheet = parse_cues("1 applause 5 1 1")
    person = next(person for i in range(50) if (person := make_person(1, i, sheet)).taps)
    ticks = [i * 0.2 for i in range(100)]
    tapped = [kind for after, until in pairwise(ticks) for kind in person.tapped(after, until)]
    assert tapped == [kind for _, kind in person.taps]
    assert set(tapped) == {"applause"}


def test_most_are_sure_most_of_the_time_but_not_all_always():
    people = [make_person(1, index, SHEET) for index in range(100)]
    sure = [person.sure(t) >= SURE_MIN for person in people for t in range(0, 240, 3)]
    assert 0.85 < sum(sure) / len(sure) < 1.0
