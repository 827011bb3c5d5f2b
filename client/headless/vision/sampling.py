"""Pictures to model inputs, in integers: Python and the browser agree to the last bit (docs/models.md, "Geometry").

Pictures are uint8 RGBA [height, width, 4]; a pixel in column i covers [i, i + 1) and its centre is i + 0.5. Alpha of
every output is 255; the models ignore it.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Places = NDArray[np.int32]

SAMPLES_MAX: Final = 4
"""Samples a side of one output pixel, at most: 16 in all. More costs time and finds no more faces."""
STEPS: Final = 256
"""A sample's place is rounded down to 1/256 of a pixel, which makes blending exact integer arithmetic."""
OPAQUE: Final = 255


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
    n = min(SAMPLES_MAX, -(-longer // size))
    at = (2 * np.arange(size * n) + 1) * longer // (2 * n * size)
    rows, columns = (at[at < side].reshape(-1) for side in picture.shape[:2])
    sums = np.zeros((size, size, 4), np.int32)
    pixels = picture.view("<u4")[..., 0]
    for a in range(n):
        lines = pixels[rows[a::n]]
        for b in range(n):
            found = lines.take(columns[b::n], axis=1)
            sums[: found.shape[0], : found.shape[1]] += found.view(np.uint8).reshape(*found.shape, 4)
    out: Picture = ((2 * sums + n * n) // (2 * n * n)).astype(np.uint8)
    out[..., 3] = OPAQUE
    return out


def crop(picture: Picture, square: Square, size: int) -> Picture:
    """The square as [size, size, 4]; outside of the picture its edge pixels repeat.

    Each output pixel is the mean of n x n bilinear samples, n = ceil(side / (2 size)), 1 to SAMPLES_MAX.
    """
    n = min(SAMPLES_MAX, max(1, ceil(square.side / (2 * size))))
    along = (((np.arange(size * n) + 0.5) / (size * n) - 0.5) * square.side).reshape(size, n).T
    across, down = along[None, :, None, :], along[:, None, :, None]
    x = np.floor((square.cx + across * square.ux - down * square.uy - 0.5) * STEPS).astype(np.int32)
    y = np.floor((square.cy + across * square.uy + down * square.ux - 0.5) * STEPS).astype(np.int32)
    whole = n * n * STEPS * STEPS
    out = np.full((size, size, 4), OPAQUE, np.uint8)
    for channel, values in enumerate(_blend(picture, x, y)):
        out[..., channel] = (values.sum((0, 1), dtype=np.uint32) + whole // 2) // whole
    return out


def _blend(picture: Picture, x: Places, y: Places) -> list[NDArray[np.uint32]]:
    """Red, green and blue at places in 1/STEPS pixels, from four neighbours whose weights sum to STEPS squared."""
    height, width = picture.shape[:2]
    pixels = picture.reshape(-1, 4).view("<u4")[:, 0]
    left, top, right_part, lower_part = x // STEPS, y // STEPS, x % STEPS, y % STEPS
    blended = [np.zeros(x.shape, np.uint32) for _ in range(3)]
    for i, horizontal in enumerate((STEPS - right_part, right_part)):
        column = np.clip(left + i, 0, width - 1)
        for j, vertical in enumerate((STEPS - lower_part, lower_part)):
            found = pixels.take(np.clip(top + j, 0, height - 1) * width + column)
            weight = (horizontal * vertical).astype(np.uint32)
            for channel in range(3):
                blended[channel] += (found >> (8 * channel) & 255) * weight
    return blended
