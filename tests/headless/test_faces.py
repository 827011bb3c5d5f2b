"""The faces of a crowd: readings of real photos that waver as such do, and rooms of them that look like real ones."""

import hashlib
from itertools import pairwise
from random import Random

import pytest

from client.headless.crowd.bouts import make_bouts
from client.headless.crowd.faces import make_face, readings_of
from client.headless.crowd.people import make_person
from client.headless.crowd.programme import make_sheet
from client.headless.crowd.wavering import make_waver
from kuuki.mood.labels import HAPPY, LABELS, WHOLE, to_integers
from kuuki.times import TICK_S
from loadtests import crowd_rooms
from models.manifest import ROOT

TIMES = [tick * TICK_S for tick in range(1200)]


def at(values, share):
    return sorted(values)[int(share * len(values))]


def test_readings_are_scores():
    assert {sum(reading) for reading in readings_of()} == {WHOLE}
    assert len(readings_of()) == 1997
    assert len(readings_of("happy")) + len(readings_of("neutral")) == len(readings_of("happy", "neutral"))


def test_a_face_at_rest_is_about_what_was_read_in_its_photo():
    for index in range(50):
        face = make_face(Random(index))
        at_rest = [part[0] / WHOLE for part in face.parts]
        weights = [face.weights(t, 0.0, 0.0, 0.0) for t in TIMES]
        for label in range(len(LABELS)):
            mean = sum(each[label] for each in weights) / len(weights)
            assert mean == pytest.approx(at_rest[label], abs=0.03)


def test_faces_differ_and_so_do_smiles():
    faces = [make_face(Random(index)) for index in range(300)]
    assert len({face.parts for face in faces}) == 300
    smiles = sorted(face.weights(1.0, 0.0, 1.0, 0.0)[HAPPY] for face in faces)
    assert smiles[30] < 0.65
    assert smiles[-30] > 0.99


def test_a_reading_moves_a_little_from_frame_to_frame_and_more_in_seconds():
    quick, slow = [], []
    for index in range(200):
        face = make_face(Random(index))
        weights = [face.weights(t, 0.0, 0.0, 0.0) for t in TIMES[:100]]
        quick += [max(map(abs, map(float.__sub__, *pair))) for pair in pairwise(weights)]
        slow += [max(map(abs, map(float.__sub__, *pair))) for pair in zip(weights, weights[10:], strict=False)]
    assert 0.005 < at(quick, 0.5) < at(slow, 0.5) < 0.06
    assert at(quick, 0.99) < 0.2


def test_a_waver_never_takes_a_weight_away_and_is_smooth_but_for_its_jitter():
    for index in range(100):
        waver = make_waver(Random(index))
        for t in TIMES:
            assert min(waver.factors(t)) > 0.0
        for one, other in pairwise(waver.factors(at / 1000) for at in range(200, 400)):
            assert max(map(abs, map(float.__sub__, one, other))) < 0.01


@pytest.mark.parametrize("share", [0.03, 0.15, 0.51])
def test_bouts_take_their_share_of_the_time_and_begin_softly(share):
    levels = [make_bouts(share, Random(1)).level(at / 100) for at in range(200_000)]
    assert sum(levels) / len(levels) == pytest.approx(share, rel=0.1)
    assert max(abs(one - other) for one, other in pairwise(levels)) < 0.03


def test_scores_are_the_same_on_every_machine_and_python():
    """Nothing of them depends on what may differ: hashes, summing, choosing."""
    sheet = make_sheet(1, with_stills=False)
    people = [make_person(1, index, sheet) for index in range(20)]
    scores = [to_integers(person.weights(t + person.phase * TICK_S)) for person in people for t in TIMES[::7]]
    assert hashlib.sha256(repr(scores).encode()).hexdigest()[:16] == "df5d4c3b70172d10"


@pytest.mark.slow
def test_rooms_of_the_crowd_are_what_the_page_says():
    """docs/library.md: run `python -m loadtests.crowd_rooms` and copy its table."""
    assert crowd_rooms.table() in (ROOT / "docs/library.md").read_text(encoding="utf-8")


def test_a_room_of_the_crowd_is_as_divided_as_a_real_one():
    moods = [body for _, body in crowd_rooms.play(1, 100.0)]
    agreement = [mood.agreement for mood in moods]
    assert 0.55 < at(agreement, 0.05) < at(agreement, 0.95) < 0.95
    assert at([mood.smiling for mood in moods], 0.95) > 0.6
