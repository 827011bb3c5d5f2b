"""A face for tests and demonstrations, without a picture in the repository.

The picture is scikit-image's astronaut: Eileen Collins, NASA, public domain. She smiles.
"""

from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from math import pi, sin
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.fetch import extract
from models.manifest import CACHE, PackageFile, load_source

ASTRONAUT: Final = PackageFile(
    path="skimage/data/astronaut.png",
    size_bytes=791_555,
    sha256="88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
)
WIDTH: Final = 640
HEIGHT: Final = 480
FACE_CENTRE: Final = (224, 118)
"""Column and row, in pixels of the picture."""
ENLARGED: Final = 2.5
SWAY_PX: Final = 16

Picture = NDArray[np.uint8]


def astronaut(cache: Path = CACHE) -> Picture:
    """The whole picture, RGB uint8 [512, 512, 3]. Fetches scikit-image's wheel as a file once. Raises ModelError."""
    content = extract(load_source().packages["scikit-image"], ASTRONAUT, cache)
    with av.open(BytesIO(content), "r") as container:
        for frame in container.decode(video=0):
            return np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
    raise ModelError("the picture holds no frame", ASTRONAUT.path, "Is PyAV sound on this machine?")


def smile_frames(seconds: float, fps: int = 10, cache: Path = CACHE) -> Iterator[Picture]:
    """RGB frames [480, 640, 3]: the smiling face, about 250 px wide, sways once in the whole time (a loop)."""
    whole = _enlarged(astronaut(cache))
    count = max(1, round(seconds * fps))
    left, top = (round(at * ENLARGED - half) for at, half in zip(FACE_CENTRE, (WIDTH // 2, HEIGHT // 2), strict=True))
    for i in range(count):
        x = left + round(SWAY_PX * sin(2 * pi * i / count))
        yield np.ascontiguousarray(whole[top : top + HEIGHT, x : x + WIDTH])


def write_smile_y4m(path: Path, seconds: float = 4, fps: int = 10, cache: Path = CACHE) -> None:
    """Raw video (4:2:0, BT.601) for a browser's fake webcam, ``--use-file-for-fake-video-capture``, and any player."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{fps}:1 Ip A1:1 C420\n".encode())
        for picture in smile_frames(seconds, fps, cache):
            planes = av.VideoFrame.from_ndarray(picture, format="rgb24").to_ndarray(format="yuv420p")
            file.write(b"FRAME\n" + planes.tobytes())


def write_smile_mp4(path: Path, seconds: float = 4, fps: int = 10, cache: Path = CACHE) -> None:
    """Compressed video (MPEG-4 part 2); the container is what the path's ending says: .mp4, .mkv."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=Fraction(fps))
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = WIDTH, HEIGHT, "yuv420p", 4_000_000
        for picture in smile_frames(seconds, fps, cache):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())


def _enlarged(picture: Picture) -> Picture:
    side = round(picture.shape[0] * ENLARGED)
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(
        width=side, height=side, interpolation="BICUBIC"
    )
    return np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
