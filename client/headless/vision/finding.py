"""From a detector's candidates to one face, and from a face to the square that an expression model sees."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from client.headless.vision.sampling import Square
from models.manifest import Crop

Floats = NDArray[np.float32]
Point = tuple[float, float]


@dataclass(frozen=True)
class Face:
    """A face in pixels of the picture. ``box``: left, top, right, bottom. ``eyes``: the person's right, then left one.

    ``sure``: the detector's score, 0..1.
    """

    box: tuple[float, float, float, float]
    eyes: tuple[Point, Point]
    sure: float

    @property
    def side_px(self) -> float:
        """The longer side of the box."""
        left, top, right, bottom = self.box
        return max(right - left, bottom - top)


def largest_face(scores: Floats, boxes: Floats, min_score: float, overlap: float, longer_px: int) -> Face | None:
    """The largest of the faces that the candidates ([n] and [n, 16], units of the square input) agree on, or None.

    Weighted non-maximum suppression (BlazeFace, section 4): the surest candidate and all that overlap it become one
    face, their mean weighted by score; then the surest of the rest. Sooner found wins a tie.
    """
    passing = np.flatnonzero(scores >= min_score)
    order = passing[np.argsort(-scores[passing], kind="stable")]
    faces = []
    while len(order):
        same = _overlaps(boxes[order[0]], boxes[order]) >= overlap
        same[0] = True
        members, order = order[same], order[~same]
        mean = np.average(boxes[members].astype(np.float64), axis=0, weights=scores[members])
        faces.append(_face(mean * longer_px, float(scores[members[0]])))
    return max(faces, key=lambda face: face.side_px, default=None)


def _overlaps(box: Floats, boxes: Floats) -> Floats:
    """Intersection over union of a box with each of many."""
    low, high = np.maximum(boxes[:, :2], box[:2]), np.minimum(boxes[:, 2:4], box[2:4])
    shared = np.clip(high - low, 0, None).prod(axis=1)
    areas = (boxes[:, 2:4] - boxes[:, :2]).prod(axis=1)
    united: Floats = areas + (box[2:4] - box[:2]).prod() - shared
    overlaps: Floats = np.divide(shared, united, out=np.zeros_like(shared), where=united > 0)
    return overlaps


def _face(values: NDArray[np.float64], sure: float) -> Face:
    left, top, right, bottom, right_x, right_y, left_x, left_y = (float(value) for value in values[:8])
    return Face((left, top, right, bottom), ((right_x, right_y), (left_x, left_y)), sure)


def crop_square(face: Face, crop: Crop) -> Square:
    """The box made square, turned so that the eyes are level, scaled about its centre and shifted along its own height.

    A positive shift moves the square towards the chin.
    """
    left, top, right, bottom = face.box
    (right_x, right_y), (left_x, left_y) = face.eyes
    dx, dy = left_x - right_x, left_y - right_y
    apart = sqrt(dx * dx + dy * dy)
    ux, uy = (dx / apart, dy / apart) if apart > 0 else (1.0, 0.0)
    shift_px = crop.shift * face.side_px
    cx, cy = (left + right) / 2 - uy * shift_px, (top + bottom) / 2 + ux * shift_px
    return Square(cx, cy, crop.scale * face.side_px, ux, uy)
