"""Sounds made to be bad fail the lines: so the lines can fail."""

import pytest

from tests.sound import fakes
from tests.sound.lines import Crowd

CAUGHT_BY = {
    fakes.noise_with_the_level: {"1 rhythm", "2 bands", "4 pitch", "5 crowd"},
    fakes.tremolo_noise: {"2 bands", "3 loop"},
    fakes.loop: {"3 loop"},
    fakes.disguised_loop: {"3 loop"},
    fakes.clones: {"5 crowd"},
    fakes.one_giant: {"2 bands", "4 pitch", "5 crowd"},
}


@pytest.mark.parametrize("fake", fakes.FAKES, ids=lambda fake: fake.__name__)
def test_a_bad_sound_is_caught(fake):
    assert CAUGHT_BY[fake] <= Crowd.of(fake()).wrongs()
