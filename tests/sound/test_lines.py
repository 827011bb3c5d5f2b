"""The eight lines on the sound of rooms: each test is one, or a part of one, with the bounds of lines.py."""

import numpy as np
import pytest

from tests.sound import lines, measures
from tests.sound.lines import Crowd, within
from tests.sound.loudness import integrated_lufs, momentary_lufs, true_peak_db
from tests.sound.renders import RATE, SETTLED_S, Air, clapping, ears, laughing, mono
from tests.sound.spectra import Sound, decibels, moving_mean, rms

SEEDS = (1, 2, 3, 4)
SECONDS = 24
"""21 of them count."""
SINES = '{"sine": true, "dry": true}'


@pytest.mark.parametrize("seed", SEEDS)
def test_30_who_laugh_are_a_crowd(seed, record_property):
    crowd = Crowd.of(mono(laughing(30), seconds=SECONDS, seed=seed))
    record_property("crowd", str(crowd))
    assert not crowd.wrongs(), crowd


@pytest.mark.parametrize("people", [100, 300])
def test_1_larger_crowds_keep_the_rhythm(people):
    sounds = [mono(laughing(people), seconds=SECONDS, seed=seed) for seed in SEEDS]
    assert min(measures.rhythm_over_noise_db(sound, RATE) for sound in sounds) >= lines.RHYTHM_LEAST_DB[people]


def test_2_bands_of_applause_are_not_one():
    for seed in SEEDS:
        sound = mono(clapping(30), seconds=SECONDS, seed=seed)
        assert within(measures.togetherness_of_bands(sound, RATE), lines.BANDS["applause"])


def test_4_pitch_blends_the_more_there_are():
    medians = [
        np.median([measures.pitch_strength(mono(laughing(n), seconds=SECONDS, seed=seed), RATE) for seed in SEEDS])
        for n in (5, 30, 300)
    ]
    assert medians[0] > medians[1] > medians[2]
    assert within(float(medians[1]), lines.PITCH_OF_30)


def test_5_ears_hear_the_same_room_from_two_places():
    for seed in SEEDS:
        left, right = ears(laughing(30), seconds=SECONDS, seed=seed)[:, SETTLED_S * RATE :]
        assert within(measures.likeness_of_ears(left, right, RATE), lines.EARS)


def test_5_no_two_voices_are_one_and_none_is_a_giant():
    pitches, powers = [], []
    for seat in range(32):
        hooks = f'{{"dry": true, "solo": {seat}}}'
        voice = mono(laughing(32), seconds=8, hooks=hooks)
        strength, hz = measures.pitch(voice, RATE)
        pitches.append(np.log(np.median(hz[strength >= 0.8])))
        powers.append(rms(voice) ** 2)
    assert np.std(pitches) >= 0.2
    assert max(powers) <= 0.2 * sum(powers)


def test_5_claps_thicken_as_they_should():
    people = (3, 10, 30, 100)
    kurtoses = [
        np.mean([measures.kurtosis(mono(clapping(n), seconds=14, seed=seed)) for seed in SEEDS]) for n in people
    ]
    slope = np.polyfit(np.log(people), np.log(kurtoses), 1)[0]
    assert within(float(slope), (-1.05, -0.7))


@pytest.mark.parametrize("seat", [0, 7, 30])
def test_5_nobody_claps_like_a_machine(seat):
    onsets = _onsets_s(mono(clapping(32), seconds=SECONDS, hooks=f'{{"dry": true, "solo": {seat}}}'))
    intervals = np.diff(onsets)
    assert len(intervals) > 60
    assert within(float(np.std(intervals) / np.mean(intervals)), (0.03, 0.10))


def _onsets_s(sound: Sound) -> Sound:
    """Where the smoothed power of single claps is at its peaks."""
    power = moving_mean(sound**2, round(0.008 * RATE))
    is_loud = np.concatenate([[False], power > 0.05 * power.max(), [False]]).astype(int)
    starts, ends = np.flatnonzero(np.diff(is_loud) == 1), np.flatnonzero(np.diff(is_loud) == -1)
    return np.array([start + power[start:end].argmax() for start, end in zip(starts, ends, strict=True)]) / RATE


@pytest.mark.parametrize("deed", ["laughing", "clapping", "wowing"])
def test_6_nothing_clicks_when_the_room_begins_and_stops(deed):
    toggled = [Air(at_s=second, people=300, level=0.5, **{deed: 0.99 * (second % 2 == 0)}) for second in range(8)]
    for seed in SEEDS:
        sound = ears(*toggled, seconds=8, seed=seed, hooks=SINES).mean(axis=0)
        assert measures.worst_click_db(sound, RATE) <= -50


def test_6_a_click_would_be_heard():
    sound = ears(laughing(300), seconds=8, hooks=SINES).mean(axis=0).copy()
    sound[4 * RATE :] *= 0.7
    assert measures.worst_click_db(sound, RATE) > -50


@pytest.mark.parametrize("deed", [laughing, clapping])
def test_7_ten_times_as_many_are_10_db_louder(deed):
    levels = [
        decibels(np.sqrt(np.mean([rms(mono(deed(n), seconds=12, seed=seed)) ** 2 for seed in range(1, 7)])))
        for n in (3, 30, 300)
    ]
    assert all(within(float(step), (8, 12)) for step in np.diff(levels)), levels


def test_7_a_living_room_hears_few_and_is_not_hurt_by_many():
    sounds = {n: [_mastered(laughing(n), seed) for seed in (1, 2)] for n in (6, 30, 60, 300, 3000)}
    lufs = {n: float(np.mean([integrated_lufs(sound, RATE) for sound in pair])) for n, pair in sounds.items()}
    assert lufs[60] - lufs[6] <= 7
    assert lufs[300] - lufs[30] <= 7
    assert lufs[6] >= -30
    assert lufs[300] >= -22


@pytest.mark.parametrize(
    "air",
    [
        laughing(300),
        laughing(3000),
        clapping(64),
        clapping(5000),
        Air(people=3000, level=1, laughing=1, clapping=1, wowing=1),
    ],
)
def test_7_nothing_is_louder_than_it_may_be(air):
    sound = ears(air, seconds=12, master=True)
    assert momentary_lufs(sound, RATE).max() <= -16
    assert true_peak_db(sound) <= -1


def _mastered(air: Air, seed: int) -> Sound:
    return ears(air, seconds=15, seed=seed, master=True)[:, SETTLED_S * RATE :]


def test_7_loudness_follows_the_level():
    """A slow wave of laughter in 300, as .4 s pieces of it: raw in proportion, mastered in the same order."""
    at = np.arange(0, 40, 0.4)
    shares = 0.5 - 0.45 * np.cos(2 * np.pi * at / 20)
    airs = [laughing(300, float(share), float(second)) for second, share in zip(at, shares, strict=True)]
    raw, mastered = (
        np.array([rms(piece) for piece in np.split(ears(*airs, seconds=40, master=master).mean(axis=0), len(at))])
        for master in (False, True)
    )
    assert np.corrcoef(shares, raw)[0, 1] >= 0.95
    assert np.corrcoef(_ranks(shares), _ranks(mastered))[0, 1] >= 0.9


def _ranks(values: Sound) -> Sound:
    return np.asarray(values.argsort().argsort(), dtype=float)


@pytest.mark.parametrize("people", [30, 300])
def test_8_laughter_breaks_out_at_once_and_dies_away(people):
    airs = (laughing(people, 0), laughing(people, 0.8, 1), laughing(people, 0, 8))
    sounds = [ears(*airs, seconds=11, seed=seed).mean(axis=0) for seed in range(1, 8)]
    assert np.median([measures.rise_s(sound, RATE, 1) for sound in sounds]) <= 0.15
    assert max(measures.fall_s(sound, RATE, 8) for sound in sounds) <= 1.2


def test_8_many_are_as_bright_as_few():
    for people in (30, 100, 300):
        assert within(measures.centroid_hz(mono(laughing(people), seconds=12), RATE), lines.CENTROID_HZ)
