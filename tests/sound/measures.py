"""What tells a crowd from what only sounds like one: a number each, with the definition that its bound was found with.

``sound`` is the mean of both ears from 3 s on, before mastering, unless it says otherwise.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tests.sound.spectra import (
    ENVELOPE_HZ,
    Sound,
    decibels,
    envelope,
    high_passed,
    log_mel,
    moving_mean,
    resampled,
    rms,
    welch,
)

_COPIES = 3
_PITCH_RATE = 8000
_PITCH_FRAME = 320
_SHORTEST_LAG, _LONGEST_LAG = 9, 80
"""900 to 100 Hz at 8 kHz."""


def rhythm_over_noise_db(sound: Sound, rate: int, seed: int = 0) -> float:
    """The envelope's power at 3.5 to 6 Hz over its mean in copies of the sound with random phases.

    Those are noise, as loud and as coloured.
    """
    chance = np.random.default_rng(seed)
    noise = np.mean([_rhythm(_phases_lost(sound, chance), rate) for _ in range(_COPIES)])
    return float(10 * np.log10(_rhythm(sound, rate) / noise))


def _rhythm(sound: Sound, rate: int) -> float:
    hz, power = welch(envelope(sound, rate), ENVELOPE_HZ, 4.0)
    return float(power[(hz >= 3.5) & (hz <= 6)].sum())


def _phases_lost(sound: Sound, chance: np.random.Generator) -> Sound:
    size = np.abs(np.fft.rfft(sound))
    return np.fft.irfft(size * np.exp(2j * np.pi * chance.random(len(size))), len(sound))


def togetherness_of_bands(sound: Sound, rate: int) -> float:
    """The mean correlation of 12 bands that are not neighbours, without their 1 s means."""
    level = log_mel(sound, rate, 12, -50)
    r = np.atleast_2d(np.corrcoef((level - moving_mean(level, 100)).T))
    return float(np.mean([r[i, k] for i in range(12) for k in range(i + 2, 12)]))


def repetition_of_envelope(sound: Sound, rate: int) -> float:
    """The largest autocorrelation of the envelope at .4 to 4 s."""
    e = envelope(sound, rate)
    e = e - e.mean()
    lags = range(round(0.4 * ENVELOPE_HZ), 4 * ENVELOPE_HZ + 1)
    return max(float(np.corrcoef(e[:-lag], e[lag:])[0, 1]) for lag in lags)


def repetition_of_pieces(sound: Sound, rate: int) -> float:
    """The largest correlation of two 1 s pieces, at least 1 s apart, as pictures of 24 bands."""
    level = log_mel(sound, rate, 24, -40)
    level = (level - level.mean(axis=0)).astype(np.float32)
    pieces = sliding_window_view(level, 100, axis=0).reshape(len(level) - 99, -1)
    pieces = pieces - pieces.mean(axis=1, keepdims=True)
    pieces /= np.linalg.norm(pieces, axis=1, keepdims=True)
    firsts = pieces[::2]
    r = firsts @ pieces.T
    apart = np.abs(2 * np.arange(len(firsts))[:, None] - np.arange(len(pieces))[None, :]) >= 200
    return float(r[apart].max())


def pitch(sound: Sound, rate: int) -> tuple[Sound, Sound]:
    """Of each loud 40 ms: how strong its strongest period of 100 to 900 Hz is (0..1), and its frequency in Hz."""
    slow = resampled(sound, rate, _PITCH_RATE)
    frames = sliding_window_view(slow, _PITCH_FRAME)[:: _PITCH_FRAME // 2]
    level = 10 * np.log10(np.maximum(np.mean(frames**2, axis=1), 1e-20))
    frames = frames[level >= np.quantile(level, 0.9) - 15]
    window = np.hanning(_PITCH_FRAME)
    r = _autocorrelation(frames * window) / _autocorrelation(window[None, :])
    r = r[:, _SHORTEST_LAG : _LONGEST_LAG + 1] / r[:, :1]
    return r.max(axis=1), _PITCH_RATE / (_SHORTEST_LAG + r.argmax(axis=1))


def _autocorrelation(frames: Sound) -> Sound:
    spectra = np.fft.rfft(frames, 2 * _PITCH_FRAME)
    return np.asarray(np.fft.irfft(np.abs(spectra) ** 2)[:, : _LONGEST_LAG + 1])


def pitch_strength(sound: Sound, rate: int) -> float:
    """The median over loud frames."""
    return float(np.median(pitch(sound, rate)[0]))


def likeness_of_ears(left: Sound, right: Sound, rate: int) -> float:
    """The largest correlation of both ears within a millisecond."""
    most = round(0.001 * rate)
    size = len(left)
    cross = np.fft.irfft(np.fft.rfft(left, 2 * size) * np.conj(np.fft.rfft(right, 2 * size)), 2 * size)
    near = np.concatenate([cross[: most + 1], cross[-most:]])
    return float(near.max() / np.sqrt(np.sum(left**2) * np.sum(right**2)))


def kurtosis(sound: Sound) -> float:
    """Excess: 0 for Gaussian noise."""
    centred = sound - sound.mean()
    return float(np.mean(centred**4) / np.mean(centred**2) ** 2 - 3)


def worst_click_db(sound: Sound, rate: int) -> float:
    """The loudest 5 ms above 1.5 kHz, over the RMS of the whole. Its own two ends do not count as clicks."""
    size = round(0.005 * rate)
    high = high_passed(_faded(sound, rate), rate, 1500, 4)
    worst = float(np.sqrt(moving_mean(high**2, size).max()))
    return decibels(worst / rms(sound))


def _faded(sound: Sound, rate: int) -> Sound:
    """In and out within half a second, without a corner."""
    size = rate // 2
    slope = 0.5 - 0.5 * np.cos(np.pi * np.arange(size) / size)
    return np.asarray(sound * np.concatenate([slope, np.ones(len(sound) - 2 * size), slope[::-1]]))


def centroid_hz(sound: Sound, rate: int) -> float:
    """Weighted by power, 80 Hz to 12 kHz."""
    hz, power = welch(sound, rate, 0.05)
    within = (hz >= 80) & (hz <= 12_000)
    return float(np.sum(hz[within] * power[within]) / np.sum(power[within]))


def rise_s(sound: Sound, rate: int, step_s: float, plateau_db: float = -6) -> float:
    """From a step to where the 50 ms RMS first comes to so much below its plateau, which is the RMS 1 to 6 s later."""
    level, after = _short_levels(sound, rate), round(step_s * rate)
    plateau = rms(sound[after + rate : after + 6 * rate])
    reached = np.flatnonzero(level[after:] >= plateau * 10 ** (plateau_db / 20))
    return float(reached[0] / rate)


def fall_s(sound: Sound, rate: int, stop_s: float, below_db: float = -10) -> float:
    """From the stop to where the 50 ms RMS is last above so much below the RMS of the 5 s before."""
    level, stop = _short_levels(sound, rate), round(stop_s * rate)
    plateau = rms(sound[stop - 5 * rate : stop])
    above = np.flatnonzero(level[stop:] >= plateau * 10 ** (below_db / 20))
    return float((above[-1] + 1) / rate) if len(above) else 0.0


def _short_levels(sound: Sound, rate: int) -> Sound:
    """RMS of the 50 ms that end there: what has been heard so far."""
    size = round(0.05 * rate)
    sums = np.concatenate([np.zeros(size), np.cumsum(sound**2)])
    return np.asarray(np.sqrt(np.maximum(sums[size:] - sums[:-size], 0) / size))
