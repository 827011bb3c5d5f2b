"""The show of `make demo`: what its cues do to the room, as its crowd of thirty plays it."""

from pathlib import Path
from statistics import fmean, quantiles

import pytest

from client.headless.crowd import cues
from client.headless.crowd.attendance import attendances
from client.headless.crowd.people import make_person
from kuuki.mood.labels import HAPPY, LABELS

PEOPLE, SEED = 30, 1
SHEET = cues.read_cues(Path(cues.__file__).with_name("three-minutes.cues"))
CROWD = [make_person(SEED, index, SHEET) for index in range(PEOPLE)]
ATTENDANCES = attendances(SHEET, SEED, PEOPLE)
AT = {cue.name.partition(" ·")[0]: cue.at for cue in SHEET.cues if cue.name}


def sensing(t):
    """Who is there at that second, with a camera."""
    all_ = zip(CROWD, ATTENDANCES, strict=True)
    return [one for one, at in all_ if at.comes <= t < at.goes and not one.temperament.camera_off]


def mean(t, label=HAPPY):
    """Of a label's weight over those."""
    return fmean(person.weights(t)[label] for person in sensing(t))


def height(name, label=HAPPY):
    """The most within some seconds of a cue."""
    return max(mean(AT[name] + t / 5, label) for t in range(5, 20))


def test_it_lasts_three_minutes_and_begins_again():
    assert 170 <= SHEET.ends_s <= 185
    assert SHEET.repeat_s is not None
    assert 0 < SHEET.repeat_s - SHEET.ends_s <= 15


def test_names_are_told_apart_in_both_languages():
    names = [cue.name for cue in SHEET.cues if cue.name]
    assert len(set(names)) == len(names) > 10
    for name in names:
        english, _, japanese = name.partition(" · ")
        assert english.isascii()
        assert japanese
        assert not japanese.isascii()


def test_jokes_are_of_different_strength_and_one_falls_flat():
    heights = {name: height(name) for name in AT}
    assert min(heights["the ferry"], heights["the last one"], heights["applause"]) > 0.75
    assert heights["the ferry"] > heights["the tickets"] > heights["the weather"] > heights["falls flat"] + 0.1
    assert heights["falls flat"] < 0.35, "people smile by themselves, too"
    gaps = sorted(b - a for a, b in zip(list(AT.values()), list(AT.values())[1:], strict=False))
    assert gaps[-1] > 2 * gaps[0]


def test_a_quiet_passage_and_a_wow_are_seen():
    calm = [mean(t) for t in range(int(AT["a quiet tale"]) + 4, int(AT["a quiet tale"]) + 17)]
    assert max(calm) < 0.2
    surprised = LABELS.index("surprise")
    assert height("the parrot", surprised) > 5 * mean(AT["the parrot"] - 1, surprised)


@pytest.mark.parametrize(("t", "share"), [(1, 2 / 3), (30, 1.0), (150, 1.0), (170, 0.9)])
def test_a_third_comes_late_and_a_tenth_goes_early(t, share):
    there = sum(at.comes <= t < at.goes for at in ATTENDANCES)
    assert there == pytest.approx(share * PEOPLE, abs=1)


def test_some_laugh_easily_some_hardly_and_one_late():
    cameras = [one for one in CROWD if not one.temperament.camera_off]
    smiled = [fmean(one.weights(t / 2)[HAPPY] > 0.5 for t in range(380)) for one in cameras]
    low, *_, high = quantiles(smiled, n=10)
    assert high > 1.5 * low
    assert min(smiled) < 0.1
    assert max(one.temperament.delay_s for one in cameras) > 1.2
