"""Pictures to model inputs, in integers: Python and the browser agree to the last bit (docs/models.md, "Geometry").

Pictures are uint8 RGBA [height, width, 4]; a pixel in column i covers [i, i + 1) and its centre is i + 0.5. Alpha of
every output is 255; the models ignore it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Places = NDArray[np.int32]
Pairs = NDArray[np.uint32]

SAMPLES_MAX: Final = 4
"""Samples a side of one output pixel, at most: 16 in all. More costs time and finds no more faces."""
STEPS: Final = 16
"""A sample's place is rounded down to 1/16 of a pixel: blending is exact in integers, two channels at a time."""
OPAQUE: Final = 255
PIXEL: Final = "<u4"
"""A pixel as one number: red in the lowest byte, then green, blue, alpha."""
LOW_BYTES: Final = np.uint32(0x00FF00FF)


@dataclass(frozen=True)
class Square:
    """A square of the picture, perhaps turned. Pixels; ``(ux, uy)`` is the unit vector along its upper edge."""

    cx: float
    cy: float
    side: float
    ux: float
    uy: float


def rgba(picture: Picture) -> Picture:
    """RGB or RGBA as contiguous RGBA. Raises ValueError for any other shape, for no pixels and for other than uint8."""
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] not in (3, 4) or 0 in picture.shape:
        raise ValueError("a picture is uint8 [height, width, 3 or 4] with at least one pixel")
    if picture.shape[2] == 3:
        colours, picture = picture, np.full((*picture.shape[:2], 4), OPAQUE, np.uint8)
        picture[..., :3] = colours
    return np.ascontiguousarray(picture)


def letterbox(picture: Picture, size: int) -> Picture:
    """The whole picture, shrunk so that its longer side fits, in the upper left of [size, size, 4]; the rest is black.

    Each output pixel is the mean of n x n nearest samples, n = ceil(longer side / size), at most SAMPLES_MAX.
    """
    longer = max(picture.shape[:2])
    n = min(SAMPLES_MAX, ceil(longer / size))
    at = (2 * np.arange(size * n) + 1) * longer // (2 * n * size)
    rows, columns = (at[at < side] for side in picture.shape[:2])
    pixels = picture.view(PIXEL)[..., 0]
    pairs = np.zeros((2, size, size), np.uint32)
    for a in range(n):
        lines = pixels.take(rows[a::n], axis=0)
        for b in range(n):
            found = lines.take(columns[b::n], axis=1)
            pairs[:, : found.shape[0], : found.shape[1]] += _pairs(found)
    return _mean(_channels(pairs), n * n)


def crop(picture: Picture, square: Square, size: int) -> Picture:
    """The square as [size, size, 4]; outside of the picture its edge pixels repeat.

    Each output pixel is the mean of n x n bilinear samples, n = ceil(side / (2 size)), 1 to SAMPLES_MAX.
    """
    n = min(SAMPLES_MAX, max(1, ceil(square.side / (2 * size))))
    along = (((np.arange(size * n) + 0.5) / (size * n) - 0.5) * square.side).reshape(size, n).T
    across, down = along[None, :, None, :], along[:, None, :, None]
    x = np.floor((square.cx + across * square.ux - down * square.uy - 0.5) * STEPS).astype(np.int32)
    y = np.floor((square.cy + across * square.uy + down * square.ux - 0.5) * STEPS).astype(np.int32)
    channels = [channel.sum((0, 1), dtype=np.uint32) for channel in _channels(_bilinear(picture, x, y))]
    return _mean(channels, n * n * STEPS * STEPS)


def _bilinear(picture: Picture, x: Places, y: Places) -> Pairs:
    """Four neighbours of each place (in 1/STEPS pixels), weighted; the weights of a place sum to STEPS squared."""
    height, width = picture.shape[:2]
    pixels = picture.reshape(-1, 4).view(PIXEL)[:, 0]
    left, top, right_part, lower_part = x // STEPS, y // STEPS, x % STEPS, y % STEPS
    blended = np.zeros((2, *x.shape), np.uint32)
    for i, horizontal in enumerate((STEPS - right_part, right_part)):
        column = np.clip(left + i, 0, width - 1)
        for j, vertical in enumerate((STEPS - lower_part, lower_part)):
            found = pixels.take(np.clip(top + j, 0, height - 1) * width + column)
            blended += _pairs(found) * (horizontal * vertical).astype(np.uint32)
    return blended


def _pairs(pixels: Pairs) -> Pairs:
    """[2, ...]: red and blue in the halves of one 32-bit number, green and alpha in another; sums to 257 times fit."""
    return np.stack([pixels & LOW_BYTES, pixels >> 8 & LOW_BYTES])


def _channels(pairs: Pairs) -> tuple[Pairs, Pairs, Pairs]:
    """Red, green, blue."""
    return pairs[0] & 0xFFFF, pairs[1] & 0xFFFF, pairs[0] >> 16


def _mean(channels: Sequence[Pairs], count: int) -> Picture:
    """Sums divided by their count, halves up."""
    out = np.full((*channels[0].shape, 4), OPAQUE, np.uint8)
    for channel, values in enumerate(channels):
        out[..., channel] = (2 * values + count) // (2 * count)
    return out
