"""The judge of waves: what is a laugh of the crowd, what counts as found; and ten minutes of rooms, judged."""

import numpy as np
import pytest

from kuuki.times import TICK_S
from loadtests.waves.__main__ import Work, do, works
from loadtests.waves.crowd import BOUT_S, SMILES, Joke, jokes, smiles
from loadtests.waves.judge import Laugh, Score, Told, changes_a_minute, judge, laughs, tell
from loadtests.waves.report import Joking, Steady, tables
from loadtests.waves.venue import Cover, play


def ramp(*points):
    """A curve through (ticks, share) points."""
    at, shares = zip(*points, strict=True)
    return np.interp(np.arange(at[-1] + 1), at, shares)


def test_a_laugh_rises_by_enough_and_ends_when_a_third_of_it_is_gone():
    curve = ramp((0, 0.1), (20, 0.1), (25, 0.5), (30, 0.5), (40, 0.1), (50, 0.1), (55, 0.2), (60, 0.1))
    (laugh,) = laughs(curve)
    assert (laugh.valley, laugh.rise) == pytest.approx((0.1, 0.4))
    assert laugh.began == pytest.approx(21 * TICK_S, abs=1.01 * TICK_S)
    assert laugh.peak == pytest.approx(25 * TICK_S)


def test_a_second_rise_from_the_valley_between_is_another_laugh():
    curve = ramp((0, 0.1), (10, 0.1), (15, 0.5), (20, 0.3), (25, 0.6), (35, 0.1))
    assert [round(laugh.rise, 2) for laugh in laughs(curve)] == [0.4, 0.3]


@pytest.mark.parametrize(("people", "is_clear"), [(6, False), (30, True), (300, True)])
def test_in_a_small_room_a_laugh_must_rise_more_to_count(people, is_clear):
    assert Laugh(1.0, 2.0, 0.15, 0.3).is_clear(people) is is_clear


def night(people, seconds, said, seed=1):
    dice = np.random.default_rng(seed)
    return play(smiles(people, seconds, said, dice), dice)


def test_one_joke_is_found_once_and_shown_in_time():
    said = [Joke(30.0, 2.5, 1.0, 0.95)]
    mixes, inner = night(100, 60.0, said)
    told, score = tell(mixes[Cover.VEIL]), Score()
    judge(told, [Laugh(30.3, 32.0, 0.15, 0.6)], inner, 100, score)
    assert (score.clear, score.found, score.true, score.waves) == (1, 1, 1, 1)
    assert max(score.errors_s) <= 0.7
    assert max(score.shown_s) <= 0.4
    assert max(score.word_left_s) <= 3.0


def test_a_laugh_without_a_wave_is_missed_and_a_wave_without_a_laugh_is_false():
    mixes, inner = night(100, 60.0, [Joke(30.0, 2.5, 1.0, 0.95)])
    score = Score()
    judge(tell(mixes[Cover.VEIL]), [Laugh(10.0, 11.0, 0.1, 0.5)], inner, 100, score)
    assert (score.clear, score.found, score.true, score.waves) == (1, 0, 0, 1)
    judge(Told(), [Laugh(10.0, 11.0, 0.1, 0.5)], inner, 100, score)
    assert (score.clear, score.found) == (2, 0)


def test_people_smile_by_themselves_as_often_and_as_long_as_is_said():
    levels = smiles(200, 600.0, [], np.random.default_rng(3))
    on = levels > 0.5
    assert on.mean() == pytest.approx(SMILES, abs=0.03)
    starts = (np.diff(on.astype(int), axis=1) == 1).sum()
    assert on.sum() * TICK_S / starts == pytest.approx(BOUT_S, rel=0.35)


def test_jokes_have_the_gaps_of_real_laughs():
    at = [joke.at for joke in jokes(1, 7200.0)]
    assert np.median(np.diff(at)) == pytest.approx(7.6, rel=0.1)


def test_changes_are_counted_by_the_minute():
    assert changes_a_minute(["a", "a", "b", None, "b", "a"]) == pytest.approx(2 / (5 * TICK_S / 60))


@pytest.mark.slow
@pytest.mark.parametrize("people", [30, 300])
def test_ten_minutes_of_rooms_hold(people):
    """`make waves` has three hours of each; what is wrong by much shows in ten minutes too."""
    (steady,) = [line for line in do(Work(people, False, SMILES, 600.0, 1)) if line.cover is Cover.VEIL]
    (joking,) = [line for line in do(Work(people, True, SMILES, 600.0, 1)) if line.cover is Cover.VEIL]
    assert steady.words <= 3
    assert steady.false <= 12, "an hour: two in these ten minutes"
    assert joking.recall >= 0.7
    assert joking.precision >= 0.85


def test_the_report_names_what_does_not_hold():
    score = Score(clear=10, found=8, waves=10, true=10, errors_s=[0.2], said_s=[0.4], shown_s=[0.2], left_s=[4.0])
    score.word_left_s = [0.2]
    assert Joking(30, Cover.VEIL, score).wrong == ["recall", "left late"]
    assert Joking(30, Cover.ROUNDING, score).wrong == Joking(49, Cover.VEIL, score).wrong == []
    assert Steady(6, Cover.VEIL, SMILES, 4.0, 1.0, 9.0, 9.0).wrong == ["words"]
    assert Steady(300, Cover.VEIL, SMILES, 1.0, 1.0, 9.0, 4.0).wrong == ["false waves"]
    assert Steady(300, Cover.VEIL, 0.4, 9.0, 1.0, 9.0, 9.0).wrong == []
    text = tables([Steady(6, Cover.VEIL, SMILES, 4.0, 1.0, 9.0, 9.0)], [Joking(30, Cover.VEIL, score)])
    assert "| 6 | 0.15 | veiled and rounded | 4.0 |" in text
    assert "| 30 | veiled and rounded | 10 | 0.800 | 1.000 |" in text


def test_every_room_is_worked_on():
    assert {(work.people, work.is_joking) for work in works(60.0, 1)} >= {(n, j) for n in (6, 30, 300) for j in (0, 1)}
