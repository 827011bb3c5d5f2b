"""Loudness and true peak by ITU-R BS.1770-4, of both ears."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tests.sound.spectra import Sound

_OFFSET = -0.691
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE = -10.0
_BLOCK_S, _HOP_S = 0.4, 0.1


def momentary_lufs(ears: Sound, rate: int) -> Sound:
    """Of each 400 ms, every 100 ms. ``ears``: two rows."""
    weighted = np.sum(_k_weighted(ears, rate) ** 2, axis=0)
    pieces = sliding_window_view(weighted, round(_BLOCK_S * rate))[:: round(_HOP_S * rate)]
    return np.asarray(_OFFSET + 10 * np.log10(np.maximum(pieces.mean(axis=1), 1e-14)))


def integrated_lufs(ears: Sound, rate: int) -> float:
    """Of the whole, without what the standard's two gates keep out."""
    levels = momentary_lufs(ears, rate)
    levels = levels[levels > _ABSOLUTE_GATE_LUFS]
    return _mean(levels[levels > _mean(levels) + _RELATIVE_GATE])


def true_peak_db(ears: Sound) -> float:
    """Between samples too: four times as many of them."""
    size = ears.shape[1]
    spectrum = np.fft.rfft(ears, axis=1)
    fine = np.fft.irfft(spectrum, 4 * size, axis=1) * 4
    return float(20 * np.log10(np.abs(fine).max()))


def _mean(levels: Sound) -> float:
    return float(10 * np.log10(np.mean(10 ** (levels / 10)))) if len(levels) else -120.0


def _k_weighted(ears: Sound, rate: int) -> Sound:
    """By the standard's two filters: their analog ancestors' constants (as libebur128 gives them), at any rate."""
    hz = np.fft.rfftfreq(ears.shape[1], 1 / rate)
    z = np.exp(-2j * np.pi * hz / rate)
    response = _shelf(rate, z) * _high_pass(rate, z)
    return np.asarray(np.fft.irfft(np.fft.rfft(ears, axis=1) * response, ears.shape[1], axis=1))


def _shelf(rate: int, z: np.typing.NDArray[np.complex128]) -> np.typing.NDArray[np.complex128]:
    k, q = np.tan(np.pi * 1681.974450955533 / rate), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    above = (high + band * k / q + k * k) + 2 * (k * k - high) * z + (high - band * k / q + k * k) * z**2
    return np.asarray(above / ((1 + k / q + k * k) + 2 * (k * k - 1) * z + (1 - k / q + k * k) * z**2))


def _high_pass(rate: int, z: np.typing.NDArray[np.complex128]) -> np.typing.NDArray[np.complex128]:
    k, q = np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    a0 = 1 + k / q + k * k
    return np.asarray((1 - 2 * z + z**2) / (1 + 2 * (k * k - 1) / a0 * z + (1 - k / q + k * k) / a0 * z**2))
