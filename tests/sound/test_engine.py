"""What the engine promises beside the eight lines."""

import numpy as np
import pytest

from tests.sound import measures
from tests.sound.loudness import integrated_lufs
from tests.sound.renders import RATE, SETTLED_S, Air, ears, laughing
from tests.sound.spectra import rms


def test_no_room_is_silence():
    assert not ears(Air(people=0, level=1, laughing=1, clapping=1, wowing=1), seconds=1).any()


def test_the_same_seed_is_the_same_room_and_another_is_not():
    first = ears(laughing(30), seconds=2, seed=7)
    ears.cache_clear()
    assert np.array_equal(first, ears(laughing(30), seconds=2, seed=7))
    assert not np.allclose(first, ears(laughing(30), seconds=2, seed=8))


def test_a_room_at_rest_murmurs_25_db_below_its_laughter():
    for people in (30, 300):
        rest, laughter = (
            integrated_lufs(ears(air, seconds=15), RATE) for air in (Air(people=people), laughing(people))
        )
        assert -28 <= rest - laughter <= -22


def test_a_smiling_room_chuckles_and_is_softer_than_one_that_laughs():
    quiet, smiling, laughter = (
        rms(ears(air, seconds=20)[:, SETTLED_S * RATE :])
        for air in (Air(people=30), Air(people=30, level=0.9), laughing(30))
    )
    assert 1.7 * quiet < smiling < laughter / 3


def test_wow_is_a_swell_of_low_voices():
    sound = ears(Air(people=30, wowing=0.9), seconds=12).mean(axis=0)[SETTLED_S * RATE :]
    assert measures.centroid_hz(sound, RATE) < 1200
    assert measures.pitch_strength(sound, RATE) > 0.5


def test_one_tap_in_a_small_room_is_heard():
    assert rms(ears(Air(people=8, clapping=0.02), seconds=3)) > 4 * rms(ears(Air(people=8), seconds=3))


@pytest.mark.parametrize("rate", [44_100, 96_000])
def test_other_rates_sound_alike(rate):
    here = ears(laughing(30), seconds=20)[:, SETTLED_S * RATE :].mean(axis=0)
    there = ears(laughing(30), seconds=20, rate=rate)[:, SETTLED_S * rate :].mean(axis=0)
    assert abs(20 * np.log10(rms(here) / rms(there))) < 2
    assert measures.centroid_hz(there, rate) == pytest.approx(measures.centroid_hz(here, RATE), rel=0.12)
