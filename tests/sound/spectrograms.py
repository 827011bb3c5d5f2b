"""``python -m tests.sound.spectrograms``: pictures of 1, 5, 30 and 300 who laugh and clap, into docs/sound/.

Six seconds, raw, the mean of both ears, from 3 s on. Above: 80 Hz to 12 kHz, a logarithmic scale with fine lines at
100, 200, 500, 1,000 … Hz and at each second, 60 dB from the loudest down. Below: the envelope of `spectra.envelope`.
"""

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tests.sound.renders import RATE, SETTLED_S, clapping, laughing, mono
from tests.sound.spectra import Sound, envelope

_OUT = Path(__file__).parents[2] / "docs/sound"
_SECONDS = 6
_WIDTH, _HEIGHT, _BELOW = 900, 300, 80
_WINDOW = 2048
_LOW_HZ, _HIGH_HZ = 80.0, 12_000.0
_RANGE_DB = 60.0
_SHADES = 64
_LINES_HZ = (100, 200, 500, 1000, 2000, 5000, 10_000)
_COLOURS = np.array([(9, 10, 14), (42, 36, 96), (122, 48, 110), (214, 84, 60), (255, 179, 71), (255, 246, 230)])
"""From the house's ink over dusk to its light."""
_GRID, _LINE = _SHADES, _SHADES + 1

Picture = NDArray[np.uint8]


def spectrogram(sound: Sound) -> Picture:
    """Shades by height (high tones above) and width."""
    hop = len(sound) // _WIDTH
    padded = np.pad(sound, _WINDOW // 2)
    frames = sliding_window_view(padded, _WINDOW)[::hop][:_WIDTH]
    power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW))) ** 2
    wanted_hz = np.geomspace(_HIGH_HZ, _LOW_HZ, _HEIGHT)
    bins = wanted_hz * _WINDOW / RATE
    low = np.floor(bins).astype(int)
    rows = power[:, low] * (1 - bins + low) + power[:, low + 1] * (bins - low)
    level = 10 * np.log10(np.maximum(rows, 1e-20))
    shade = (level - level.max() + _RANGE_DB) / _RANGE_DB * (_SHADES - 1)
    return _with_grid(np.clip(shade, 0, _SHADES - 1).astype(np.uint8).T.copy())


def _with_grid(picture: Picture) -> Picture:
    """Lines where it is dark, so that they hide nothing."""
    for hz in _LINES_HZ:
        row = round((np.log(_HIGH_HZ / hz) / np.log(_HIGH_HZ / _LOW_HZ)) * (_HEIGHT - 1))
        picture[row, picture[row] < _SHADES // 3] = _GRID
    for second in range(1, _SECONDS):
        column = second * _WIDTH // _SECONDS
        picture[picture[:, column] < _SHADES // 3, column] = _GRID
    return picture


def envelope_strip(sound: Sound) -> Picture:
    """The envelope, filled; full height is four times its mean."""
    level = envelope(sound, RATE)
    columns = np.interp(np.linspace(0, len(level) - 1, _WIDTH), np.arange(len(level)), level)
    heights = np.clip(columns / 4 * _BELOW, 0, _BELOW).astype(int)
    rows = np.arange(_BELOW)[::-1, None]
    return np.where(rows < heights[None, :], _LINE, 0).astype(np.uint8)


def png(picture: Picture) -> bytes:
    """With a palette: a byte a pixel, before it is deflated."""
    height, width = picture.shape
    at = np.linspace(0, len(_COLOURS) - 1, _SHADES)
    shades = np.stack([np.interp(at, range(len(_COLOURS)), _COLOURS[:, c]) for c in range(3)], axis=1)
    palette = np.concatenate([shades, [(72, 78, 98)], [(255, 192, 106)]]).astype(np.uint8)
    rows = np.pad(picture, ((0, 0), (1, 0)))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [(b"IHDR", head), (b"PLTE", palette.tobytes()), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def main() -> None:
    """Write all eight."""
    _OUT.mkdir(exist_ok=True)
    for name, deed in (("laughers", laughing), ("clappers", clapping)):
        for people in (1, 5, 30, 300):
            sound = mono(deed(people), seconds=SETTLED_S + _SECONDS)
            gap = np.zeros((4, _WIDTH), np.uint8)
            picture = np.concatenate([spectrogram(sound), gap, envelope_strip(sound)])
            (_OUT / f"{name}-{people}.png").write_bytes(png(picture))


if __name__ == "__main__":
    main()
