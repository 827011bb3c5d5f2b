"""The whole pipeline on a real face: it reads a smile, and says nothing where there is nothing to say."""

from math import cos, radians, sin

import av
import numpy as np
import pytest

from client.headless.vision import Sensor
from client.headless.vision.finding import largest_face
from client.headless.vision.sampling import Square, crop, rgba
from kuuki.mood.labels import HAPPY, LABELS
from loadtests.faces import astronaut, smile_frames, write_smile_mp4, write_smile_y4m
from models.errors import ModelError


@pytest.fixture(scope="module")
def sensor(built):
    return Sensor(built)


@pytest.fixture(scope="module")
def smile():
    return next(smile_frames(1))


def turned(picture, degrees):
    """The picture as a camera sees it that is turned."""
    height, width = picture.shape[:2]
    along = (cos(radians(degrees)), sin(radians(degrees)))
    return crop(rgba(picture), Square(width / 2, height / 2, float(height), *along), height)


def test_the_astronaut_smiles(sensor):
    reading = sensor.read(astronaut())
    assert reading.weights[HAPPY] >= 0.99
    assert reading.shown[HAPPY] >= 0.8
    assert 0.5 <= reading.sure <= 1
    left, top, right, bottom = reading.face.box
    (right_x, right_y), (left_x, left_y) = reading.face.eyes
    assert left < right_x < left_x < right
    assert top < right_y < bottom
    assert top < left_y < bottom


def test_weights_are_probabilities_in_the_order_of_the_labels(sensor, smile):
    reading = sensor.read(smile)
    for weights in (reading.weights, reading.shown):
        assert len(weights) == len(LABELS)
        assert min(weights) >= 0
        assert sum(weights) == pytest.approx(1, abs=1e-9)


def test_what_is_shown_is_less_sure_than_what_is_sent(sensor, smile):
    reading = sensor.read(smile)
    assert max(reading.shown) < max(reading.weights)


def test_the_mean_is_the_mean_of_both(built, sensor, smile):
    each = [Sensor(built, expression=name).read(smile).weights for name in ("face-api", "mini-xception")]
    assert sensor.read(smile).weights == pytest.approx(np.mean(each, axis=0))


@pytest.mark.parametrize("degrees", [-15, -8, 8, 15])
def test_a_tilted_head_still_smiles(sensor, smile, degrees):
    assert sensor.read(turned(smile, degrees)).weights[HAPPY] >= 0.95


def test_rgb_and_rgba_read_the_same(sensor, smile):
    assert sensor.read(smile) == sensor.read(rgba(smile))


@pytest.mark.parametrize("shape", [(480, 640), (1, 1), (31, 700)])
@pytest.mark.parametrize("shade", [0, 128, 255])
def test_no_face_is_no_score(sensor, shape, shade):
    assert sensor.read(np.full((*shape, 3), shade, np.uint8)) is None


def test_noise_is_no_score(sensor):
    noise = np.random.default_rng(7).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    assert sensor.read(noise) is None


def test_a_face_that_is_too_small_is_no_score(sensor):
    """Shrunk until the detector still sees it, but under 32 px."""
    whole = rgba(astronaut())
    small = crop(whole, Square(256.0, 256.0, 512.0, 1.0, 0.0), 150)
    face = sensor.find(small)
    assert face is not None
    assert face.side_px < 32
    assert sensor.read(small) is None


def test_the_larger_of_two_faces_is_read(sensor):
    whole = rgba(astronaut())
    both = np.zeros((480, 640, 4), np.uint8)
    both[:200, :200] = crop(whole, Square(225.0, 125.0, 200.0, 1.0, 0.0), 200)
    both[100:460, 260:620] = crop(whole, Square(225.0, 125.0, 200.0, 1.0, 0.0), 360)
    face = sensor.find(both)
    assert face.box[0] > 260
    assert face.side_px > 150


def test_no_candidates_are_no_face():
    assert largest_face(np.zeros(3, np.float32), np.zeros((3, 16), np.float32), 0.5, 0.3, 640) is None


def test_candidates_without_an_area_do_no_harm():
    face = largest_face(np.ones(2, np.float32), np.zeros((2, 16), np.float32), 0.5, 0.3, 640)
    assert face.side_px == 0


@pytest.mark.parametrize("bad", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)])
def test_what_is_not_a_picture_is_refused(sensor, bad):
    with pytest.raises(ValueError, match="a picture is"):
        sensor.read(bad)


@pytest.mark.parametrize(
    ("choice", "word"), [({"detector": "face-api"}, "blazeface-back"), ({"expression": "x"}, "mean")]
)
def test_an_unknown_choice_names_the_known_ones(built, choice, word):
    with pytest.raises(ModelError, match=word):
        Sensor(built, **choice)


def test_the_far_detector_finds_the_same_face(built, sensor, smile):
    near, far = sensor.find(smile), Sensor(built, detector="blazeface-back").find(smile)
    assert np.abs(np.subtract(near.box, far.box)).max() < 25
    assert np.abs(np.subtract(near.eyes, far.eyes)).max() < 10


@pytest.mark.parametrize(
    ("ending", "write"), [("y4m", write_smile_y4m), ("mp4", write_smile_mp4), ("mkv", write_smile_mp4)]
)
def test_the_smiling_video_smiles_in_every_frame(sensor, tmp_path, ending, write):
    path = tmp_path / f"smile.{ending}"
    write(path, seconds=1, fps=4)
    with av.open(str(path)) as container:
        readings = [sensor.read(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
    assert len(readings) == 4
    assert min(reading.weights[HAPPY] for reading in readings) >= 0.99
    assert len({reading.face.box for reading in readings}) > 1
