"""Films, cameras and the thread between pictures and readings, on a clock of the test's own."""

import asyncio
import threading
from itertools import pairwise
from types import SimpleNamespace

import av
import numpy as np
import pytest

from client.headless.errors import BadSource, SourceFailed
from client.headless.sources import open_source
from client.headless.sources.picture_source import PictureSource
from client.headless.sources.pictures import play_film, upright, watch_camera
from client.headless.sources.synthetic import Synthetic
from tests.patience import PATIENCE_S

FPS = 25


class Clock:
    """Time that passes only by sleeping, and by ``cost_s`` for each look at it."""

    def __init__(self, cost_s=0.0):
        self.now = 100.0
        self.cost_s = cost_s

    def __call__(self):
        self.now += self.cost_s
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Two seconds of 64x48, each picture a grey of its own."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for i in range(2 * FPS):
            picture = np.full((48, 64, 3), 4 * i, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode())
    return path


def test_a_film_gives_five_pictures_a_second_in_real_time_and_ends(film):
    clock = Clock()
    shown = [(at, clock.now - 100.0) for at, _ in play_film(film, once=True, sleep=clock.sleep, clock=clock)]
    assert [at for at, _ in shown] == pytest.approx([i * 0.2 for i in range(10)], abs=0.041)
    assert all(at == pytest.approx(when, abs=1e-6) for at, when in shown)


def test_pictures_are_rgba_and_the_right_ones(film):
    clock = Clock()
    for at, picture in play_film(film, once=True, sleep=clock.sleep, clock=clock):
        assert picture.shape == (48, 64, 4)
        assert picture[..., :3].mean() == pytest.approx(4 * at * FPS, abs=6)


def test_a_film_repeats_until_it_is_closed(film):
    clock = Clock()
    player = play_film(film, once=False, sleep=clock.sleep, clock=clock)
    positions = [next(player)[0] for _ in range(25)]
    assert max(positions) < 2.0
    assert sum(later < earlier for earlier, later in pairwise(positions)) == 2
    assert clock.now - 100.0 == pytest.approx(24 * 0.2, abs=0.3)


def test_a_slow_reader_gets_the_newest_picture_and_the_rest_is_left_out(film):
    clock, shown = Clock(), []
    for at, _ in play_film(film, once=True, sleep=clock.sleep, clock=clock):
        shown.append((at, clock.now - 100.0))
        clock.now += 0.5
    assert len(shown) in (4, 5)
    assert all(when - at <= 0.1 for at, when in shown)


def test_a_machine_too_slow_for_the_film_still_sees_some_of_it(film):
    clock = Clock(cost_s=0.4)
    assert len(list(play_film(film, once=True, sleep=clock.sleep, clock=clock))) >= 5


def test_what_is_no_film_is_said_to_be_none(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("no film")
    with pytest.raises(SourceFailed, match=r"notes\.txt cannot be played.*a video that FFmpeg reads"):
        next(play_film(path, once=True, sleep=print))


def test_a_camera_that_is_not_there_is_named_with_what_to_do():
    with pytest.raises(SourceFailed, match=r"Camera 97 .*Is it plugged in"):
        next(watch_camera("97"))


@pytest.mark.parametrize(("rotation", "corner"), [(0, (0, 0)), (90, (3, 0)), (180, (2, 3)), (-90, (0, 2))])
def test_a_picture_filmed_sideways_is_turned_upright(rotation, corner):
    """Counterclockwise by ``rotation``: the top left corner goes to the bottom left when turned by 90."""
    picture = np.zeros((3, 4, 4), np.uint8)
    picture[0, 0] = 255
    turned = upright(SimpleNamespace(rotation=rotation, to_ndarray=lambda **_: picture))
    assert tuple(np.argwhere(turned[..., 0])[0]) == corner


@pytest.mark.parametrize("name", ["nothing.mp4", "camera:", "/tmp", "synthetics"])
def test_unknown_sources_are_refused(name):
    with pytest.raises(BadSource):
        open_source(name)


def reading(value):
    return SimpleNamespace(weights=(0, 0, 0, value, 0, 0, 1 - value), sure=0.9)


async def test_readings_come_in_order_and_a_missing_face_is_no_score():
    read = threading.Semaphore(1)

    def one_by_one(_):
        for picture in [(0.0, 1.0), (0.2, None), (0.4, 0.0)]:
            assert read.acquire(timeout=PATIENCE_S)  # the newest wins, so the next waits until this one was read
            yield picture

    sensed = []
    async for one in PictureSource(one_by_one, lambda value: None if value is None else reading(value)).sensed():
        sensed.append(one)
        read.release()
    assert [one.at_s for one in sensed] == [0.0, 0.2, 0.4]
    assert [one.weights for one in sensed] == [(0, 0, 0, 255, 0, 0, 0), None, (0, 0, 0, 0, 0, 0, 255)]
    assert [one.sure for one in sensed] == [230, 0, 230]


async def test_a_failure_in_the_worker_reaches_the_reader():
    def broken(_):
        raise SourceFailed("out of film")
        yield

    with pytest.raises(SourceFailed, match="out of film"):
        [one async for one in PictureSource(broken, reading).sensed()]


async def test_closing_ends_a_worker_that_waits():
    def endless(sleep):
        while True:
            yield 0.0, 1.0
            sleep(60)

    readings = PictureSource(endless, reading).sensed()
    assert (await anext(readings)).sure == 230
    async with asyncio.timeout(PATIENCE_S):
        await readings.aclose()


async def test_a_synthetic_face_is_seeded_and_needs_no_models():
    first = [await anext(Synthetic(seed).sensed()) for seed in (1, 1, 2)]
    assert first[0].weights == first[1].weights
    assert sum(first[0].weights or ()) == 255
    assert first[0].weights != first[2].weights
