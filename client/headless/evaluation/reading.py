"""From pictures to readings, by exactly the path of a picture in a room: detector, crops, models, their mean."""

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TextIO

import av

from client.headless.evaluation.labelled_pictures import Picture, Read, Skipped
from client.headless.sources.pictures import upright
from client.headless.vision import Sensor
from client.headless.vision.sampling import Picture as Pixels

_TELL_S: Final = 2.0


def read_all(pictures: Sequence[Picture], sensors: Mapping[str, Sensor], skipped: Skipped) -> list[Read]:
    """What each choice of models reads in each picture with a face; the rest is skipped. Tells how far it is."""
    progress = Progress(len(pictures))
    read: list[Read] = []
    for picture in pictures:
        read += _read(picture, sensors, skipped)
        progress.step()
    progress.end()
    return read


def _read(picture: Picture, sensors: Mapping[str, Sensor], skipped: Skipped) -> list[Read]:
    try:
        pixels = pixels_of(picture.path)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        skipped.add("unreadable", f"{picture.path} ({getattr(error, 'strerror', None) or error})")
        return []
    read = []
    for choice, sensor in sensors.items():
        reading = sensor.read(pixels)
        if reading is None:  # whatever the choice: all have the same detector
            face = sensor.find(pixels)
            why = "no face found" if face is None else f"a face too small to be read ({face.side_px:.0f} px)"
            skipped.add(why.partition(" (")[0], f"{picture.path}{'' if face is None else f' ({face.side_px:.0f} px)'}")
            return []
        read.append(Read(choice, picture.label, reading.weights))
    return read


def pixels_of(path: Path) -> Pixels:
    """The picture, upright, RGBA. Raises OSError, ValueError or FFmpegError for what is none."""
    with av.open(str(path)) as container:
        if not container.streams.video:
            raise ValueError("it holds no picture")
        for frame in container.decode(video=0):
            return upright(frame)
    raise ValueError("it holds no picture")


class Progress:
    """A line every two seconds on standard error."""

    def __init__(self, count: int, to: TextIO | None = None) -> None:
        self._count = count
        self._to = to or sys.stderr
        self._done = 0
        self._began = self._told = time.monotonic()

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        if time.monotonic() - self._told >= _TELL_S:
            self._told = time.monotonic()
            self._tell()

    def end(self) -> None:
        """All are done."""
        self._tell()

    def _tell(self) -> None:
        rate = self._done / max(time.monotonic() - self._began, 1e-3)
        self._to.write(f"read {self._done:,} of {self._count:,} pictures, {rate:.0f} a second\n")
        self._to.flush()
