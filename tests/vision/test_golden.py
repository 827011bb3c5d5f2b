"""tests/golden/vision.json: what sampler and finder must give, to the bit; the browser's tests read the same file.

``python tests/vision/test_golden.py`` writes it anew.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from client.headless.vision.finding import Face, crop_square, largest_face
from client.headless.vision.sampling import Square, crop, letterbox
from client.headless.vision.sensor import tempered
from models.manifest import Crop

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "vision.json"

LETTERBOXES = [(640, 480, 128), (480, 640, 256), (1280, 720, 128), (101, 67, 128), (257, 300, 128)]
SQUARES = [
    ("level, two samples a side", (640, 480), Square(320.25, 240.5, 300.0, 1.0, 0.0), 112),
    (
        "turned by 15 degrees, three samples",
        (640, 480),
        Square(311.7, 198.3, 330.6, 0.9659258262890683, 0.25881904510252074),
        64,
    ),
    ("over the upper left corner", (640, 480), Square(20.0, 11.5, 96.0, 0.8, -0.6), 64),
    ("over the lower right corner", (640, 480), Square(630.0, 475.0, 150.0, 0.6, 0.8), 112),
    ("small: enlarged", (101, 67), Square(50.5, 33.25, 38.4, 0.28, 0.96), 112),
    ("large: four samples, the most", (1280, 720), Square(640.0, 360.0, 900.0, 0.96, 0.28), 64),
]
FACES = [
    Face((100.0, 50.0, 300.0, 250.0), ((150.0, 120.0), (250.0, 120.0)), 0.9),
    Face((100.0, 50.0, 290.0, 250.0), ((150.0, 140.0), (240.0, 100.0)), 0.9),
    Face((-10.0, 5.0, 60.0, 77.0), ((20.0, 30.0), (20.0, 30.0)), 0.9),
]
CROPS = [Crop(scale=1.2, shift=-0.03), Crop(scale=1.3, shift=0.0)]


def picture(width, height):
    y, x, c = np.ogrid[:height, :width, :4]
    values = ((3 * x + 5 * y + 37 * c + x * y // 8) % 256).astype(np.uint8)
    values[..., 3] = 255
    return values


def candidates():
    """Two people: three candidates agree on the nearer one, two on the farther one; one is not sure enough."""
    rows = [
        (0.91, (0.1, 0.2, 0.4, 0.5)),
        (0.55, (0.12, 0.21, 0.42, 0.52)),
        (0.97, (0.7, 0.3, 0.8, 0.4)),
        (0.74, (0.09, 0.18, 0.41, 0.5)),
        (0.49, (0.0, 0.0, 0.9, 0.9)),
        (0.62, (0.7, 0.31, 0.81, 0.4)),
    ]
    boxes = np.zeros((len(rows), 16), np.float32)
    for row, (_, (x0, y0, x1, y1)) in zip(boxes, rows, strict=True):
        row[:4] = x0, y0, x1, y1
        row[4:8] = x0 + 0.1, y0 + 0.1, x1 - 0.1, y0 + 0.12
    return np.array([score for score, _ in rows], np.float32), boxes


def described(values):
    """sha256 of all bytes, and some pixels by [row, column] for whoever looks for a fault."""
    size = values.shape[0]
    places = [(0, 0), (0, size - 1), (size // 3, size // 2), (size // 2, size // 5), (size - 1, size - 1)]
    pixels = [{"row": row, "column": column, "rgba": values[row, column].tolist()} for row, column in places]
    return {"sha256": hashlib.sha256(values.tobytes()).hexdigest(), "pixels": pixels}


def letterbox_case(width, height, size):
    return {"width": width, "height": height, "size": size, **described(letterbox(picture(width, height), size))}


def crop_case(title, wide_high, square, size):
    width, height = wide_high
    sampled = described(crop(picture(width, height), square, size))
    return {"title": title, "width": width, "height": height, "square": vars(square), "size": size, **sampled}


def square_case(face, how):
    return {"face": vars(face), "crop": how.model_dump(), "square": vars(crop_square(face, how))}


def faces_case():
    scores, boxes = candidates()
    found = largest_face(scores, boxes, 0.5, 0.3, 640)
    given = {"scores": scores.tolist(), "boxes": boxes.tolist(), "min_score": 0.5, "overlap": 0.3, "longer_px": 640}
    return {**given, "face": vars(found)}


def tempered_case(temperature):
    probabilities = [0.02, 0.0, 0.01, 0.9, 0.03, 0.02, 0.02]
    shown = tempered(np.array(probabilities), temperature).tolist()
    return {"probabilities": probabilities, "temperature": temperature, "shown": shown}


def golden():
    cases = {
        "picture": "row y, column x, channel c: (3x + 5y + 37c + floor(xy / 8)) mod 256; alpha (channel 3) is 255",
        "letterboxes": [letterbox_case(*case) for case in LETTERBOXES],
        "crops": [crop_case(*case) for case in SQUARES],
        "squares": [square_case(face, how) for face in FACES for how in CROPS],
        "largest_face": faces_case(),
        "tempered": [tempered_case(temperature) for temperature in (1.0, 1.5, 2.5)],
    }
    return json.loads(json.dumps(cases))


@pytest.mark.parametrize("part", ["picture", "letterboxes", "crops"])
def test_samples_are_equal_to_the_last_bit(part):
    assert golden()[part] == json.loads(GOLDEN.read_text())[part]


@pytest.mark.parametrize("part", ["squares", "largest_face", "tempered"])
def test_arithmetic_is_equal_up_to_rounding(part):
    def flat(value):
        if isinstance(value, dict):
            value = value.values()
        return [value] if isinstance(value, int | float) else [number for each in value for number in flat(each)]

    assert flat(golden()[part]) == pytest.approx(flat(json.loads(GOLDEN.read_text())[part]), abs=1e-6)


def test_a_letterbox_is_the_mean_of_its_samples():
    """The same rule, pixel by pixel, in plain integers: the form in which docs/models.md gives it."""
    given, size, n, longer = picture(640, 480), 128, 4, 640
    sampled = letterbox(given, size)
    for i, j in [(0, 0), (17, 93), (95, 127)]:
        rows = [(2 * (i * n + a) + 1) * longer // (2 * n * size) for a in range(n)]
        columns = [(2 * (j * n + b) + 1) * longer // (2 * n * size) for b in range(n)]
        total = sum(int(given[row, column, 1]) for row in rows for column in columns)
        assert sampled[i, j, 1] == (2 * total + n * n) // (2 * n * n)
    assert not sampled[96:, :, :3].any()


def test_a_level_crop_at_its_own_scale_is_the_picture():
    given = picture(200, 200)
    assert np.array_equal(crop(given, Square(100.0, 90.0, 64.0, 1.0, 0.0), 64), given[58:122, 68:132])


def test_a_crop_outside_of_the_picture_repeats_its_edge():
    given = picture(50, 40)
    sampled = crop(given, Square(-500.0, 20.0, 16.0, 1.0, 0.0), 16)
    assert np.array_equal(sampled, np.repeat(given[12:28, :1], 16, axis=1))


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(golden(), indent=1) + "\n")
