"""Filters, envelopes and spectra of a whole sound. All filters are applied to its spectrum, so none shifts it."""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Sound = NDArray[np.float64]

ENVELOPE_HZ = 200
_ENVELOPE_CORNER_HZ = 30.0
_HOP_S = 0.010
_MEL_WINDOW = 1024
_MEL_LOW_HZ, _MEL_HIGH_HZ = 150.0, 8000.0


def rms(sound: Sound) -> float:
    """Root of the mean square of all samples."""
    return float(np.sqrt(np.mean(np.square(sound))))


def decibels(ratio: float) -> float:
    """Of an amplitude."""
    return 20 * math.log10(max(ratio, 1e-12))


def resampled(sound: Sound, rate: int, new_rate: int) -> Sound:
    """At a lower rate: what does not fit below half of it is cut off."""
    size = round(len(sound) * new_rate / rate)
    spectrum = np.fft.rfft(sound)[: size // 2 + 1]
    return np.fft.irfft(spectrum, size) * (size / len(sound))


def high_passed(sound: Sound, rate: int, corner_hz: float, order: int) -> Sound:
    """A Butterworth filter there and back (its squared response): no phase."""
    hz = np.fft.rfftfreq(len(sound), 1 / rate)
    ratio = (hz / corner_hz) ** (2 * order)
    return np.fft.irfft(np.fft.rfft(sound) * ratio / (1 + ratio), len(sound))


def moving_mean(values: Sound, size: int) -> Sound:
    """Centred; at the ends, of what there is. Along the first axis."""
    before = size // 2
    padded = np.concatenate([np.zeros_like(values[:1]), np.cumsum(values, axis=0)])
    at = np.arange(len(values))
    low, high = np.maximum(0, at - before), np.minimum(len(values), at - before + size)
    counts = (high - low).reshape((-1,) + (1,) * (values.ndim - 1))
    return np.asarray((padded[high] - padded[low]) / counts)


def envelope(sound: Sound, rate: int) -> Sound:
    """The root of the squared sound through 30 Hz, at 200 Hz, over its 2 s mean.

    Through a Butterworth filter of second order, there and back.
    """
    squared = np.fft.rfft(np.square(sound))
    hz = np.fft.rfftfreq(len(sound), 1 / rate)
    smooth = np.fft.irfft(squared / (1 + (hz / _ENVELOPE_CORNER_HZ) ** 4), len(sound))
    slow = resampled(smooth, rate, ENVELOPE_HZ)
    level = np.sqrt(np.maximum(slow, 0))
    return level / np.maximum(moving_mean(level, 2 * ENVELOPE_HZ), 1e-12)


def welch(values: Sound, rate: int, seconds: float) -> tuple[Sound, Sound]:
    """Frequencies, and the power there: Hann windows, half overlapping, each without its mean."""
    size = round(seconds * rate)
    pieces = sliding_window_view(values, size)[:: size // 2]
    window = np.hanning(size + 1)[:-1]
    spectra = np.fft.rfft((pieces - pieces.mean(axis=1, keepdims=True)) * window)
    power: Sound = np.asarray(np.mean(np.abs(spectra) ** 2, axis=0), dtype=np.float64)
    hz: Sound = np.asarray(np.fft.rfftfreq(size, 1 / rate), dtype=np.float64)
    return hz, power


def log_mel(sound: Sound, rate: int, bands: int, floor_db: float) -> Sound:
    """Decibels by 10 ms and band (150 Hz to 8 kHz), none lower than the floor below the highest."""
    hop = round(_HOP_S * rate)
    frames = sliding_window_view(sound, _MEL_WINDOW)[::hop]
    power = np.abs(np.fft.rfft(frames * np.hanning(_MEL_WINDOW))) ** 2
    mel = power @ _mel_bank(rate, bands).T
    level = 10 * np.log10(np.maximum(mel, 1e-20))
    return np.asarray(np.maximum(level, level.max() + floor_db))


def _mel_bank(rate: int, bands: int) -> Sound:
    """Triangles, a row for each band."""
    mels = np.linspace(_mel(_MEL_LOW_HZ), _mel(_MEL_HIGH_HZ), bands + 2)
    corners = 700 * (10 ** (mels / 2595) - 1)
    hz = np.fft.rfftfreq(_MEL_WINDOW, 1 / rate)
    low, middle, high = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    return np.maximum(0, np.minimum((hz - low) / (middle - low), (high - hz) / (high - middle)))


def _mel(hz: float) -> float:
    return 2595 * math.log10(1 + hz / 700)
