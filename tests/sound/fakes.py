"""Sounds that only seem to be a crowd. Each must fail a line, or the lines would show nothing."""

import numpy as np

from tests.sound.renders import RATE, SETTLED_S, ears, laughing, mono
from tests.sound.spectra import Sound, rms

SECONDS = 24


def noise_with_the_level() -> Sound:
    """Noise of the crowd's colour, as loud as the crowd in each half second."""
    crowd = mono(laughing(30), seconds=SECONDS)
    loud = np.repeat([rms(piece) for piece in np.array_split(crowd, 2 * (SECONDS - SETTLED_S))], RATE // 2)
    return np.asarray(_coloured(crowd)[: len(loud)] * loud[: len(crowd)])


def tremolo_noise() -> Sound:
    """The same noise, with the swelling of laughter: one throb for all."""
    noise = _coloured(mono(laughing(30), seconds=SECONDS))
    at = np.arange(len(noise)) / RATE
    throb = np.sin(2 * np.pi * 4.7 * at + 2 * np.sin(2 * np.pi * 0.31 * at))
    return np.asarray(noise * (0.6 + 0.4 * throb))


def loop() -> Sound:
    """A second and a half of the crowd, again and again."""
    crowd = mono(laughing(30), seconds=SECONDS)
    return np.tile(crowd[: 3 * RATE // 2], (SECONDS - SETTLED_S) * 2 // 3)


def disguised_loop() -> Sound:
    """Six seconds, repeated a little louder and under noise, so that its envelope does not show it within 4 s."""
    crowd = np.tile(mono(laughing(30), seconds=SECONDS)[: 6 * RATE], 4)[: (SECONDS - SETTLED_S) * RATE]
    swell = 1 + 0.2 * np.sin(2 * np.pi * 0.11 * np.arange(len(crowd)) / RATE)
    return np.asarray(crowd * swell + 0.15 * rms(crowd) * _coloured(crowd))


def clones() -> Sound:
    """One voice, thirty times at once, each somewhere else in what it has to say."""
    voice = _one_voice()
    starts = np.random.default_rng(3).integers(0, len(voice), 30)
    return np.asarray(np.sum([np.roll(voice, start) for start in starts], axis=0))


def one_giant() -> Sound:
    """One voice, as loud as thirty."""
    return 5.5 * _one_voice()


def _one_voice() -> Sound:
    return np.asarray(ears(laughing(30), seconds=SECONDS, hooks='{"solo": 4}').mean(axis=0)[SETTLED_S * RATE :])


def _coloured(sound: Sound) -> Sound:
    """Noise of the same spectrum, with an RMS of 1."""
    size = np.abs(np.fft.rfft(sound))
    turned = size * np.exp(2j * np.pi * np.random.default_rng(5).random(len(size)))
    noise = np.fft.irfft(turned, len(sound))
    return np.asarray(noise / rms(noise))


FAKES = [noise_with_the_level, tremolo_noise, loop, disguised_loop, clones, one_giant]
