"""A camera whose pictures are both sent and read for the expression: it can be opened only once."""

import asyncio
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import av
from aiortc.mediastreams import MediaStreamError
from typing_extensions import override

from client.headless.call.film import shrink
from client.headless.call.shows import VIDEO_HZ, PacedTrack, Show, Tone, Tracks
from client.headless.sources.pictures import Picture as Pixels
from kuuki.call.frames import Picture

_FPS: Final = 5


class CameraShow(Show):
    """The pictures that went through ``tee``. No microphone is opened: silence is sent."""

    sound = False
    picture = Picture.ON

    def __init__(self) -> None:
        """Must be made where an event loop runs."""
        self._loop = asyncio.get_running_loop()
        self._has_one = asyncio.Event()
        self._newest: Pixels | None = None

    async def newest(self) -> Pixels:
        """The newest picture, waiting for the first."""
        while self._newest is None:
            await self._has_one.wait()
        return self._newest

    def tee(self, pictures: Iterator[tuple[float, Pixels]]) -> Iterator[tuple[float, Pixels]]:
        """The same pictures, of which the newest is kept."""
        for at_s, picture in pictures:
            self._newest = picture
            self._loop.call_soon_threadsafe(self._has_one.set)
            yield at_s, picture

    @override
    def make(self) -> Tracks:
        return Tracks(Tone(loudest=0), _CameraTrack(self))


class _CameraTrack(PacedTrack):
    kind = "video"

    def __init__(self, show: CameraShow) -> None:
        super().__init__()
        self._show = show
        self._count = 0

    async def recv(self) -> av.VideoFrame:
        """The newest picture, five a second."""
        await self._show.newest()
        at_s = self._count / _FPS
        await self.until(at_s)
        self._count += 1
        frame = await asyncio.to_thread(_frame, await self._show.newest())
        if self.readyState != "live":
            raise MediaStreamError
        frame.pts, frame.time_base = round(at_s * VIDEO_HZ), Fraction(1, VIDEO_HZ)
        return frame


def _frame(pixels: Pixels) -> av.VideoFrame:
    return shrink(av.VideoFrame.from_ndarray(pixels, format="rgba"))
