"""A film's own picture and sound as tracks, in real time, again and again."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
from aiortc.mediastreams import MediaStreamError
from typing_extensions import override

from client.headless.call.shows import AUDIO_HZ, AUDIO_SAMPLES, VIDEO_HZ, PacedTrack, Show, Tone, Tracks
from client.headless.errors import SourceFailed
from client.headless.sources.pictures import upright
from kuuki.call.frames import Picture

_WIDEST: Final = 640
_FPS_MOST: Final = 15
_AHEAD_S: Final = 0.4
"""How far ahead of its time the film is read."""

_FRAME_S: Final = 0.04
_KEPT: Final = 100
"""Frames that wait to be sent; older ones go when a sender is slow."""


class FilmShow(Show):
    """A video file. Raises SourceFailed if it cannot be played or has no pictures."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with av.open(str(path)) as film:
                self._picture = Picture.ON if film.streams.video else Picture.OFF
                self._sound = bool(film.streams.audio)
        except (av.error.FFmpegError, OSError) as error:
            raise SourceFailed(f"{path} cannot be played. It must be a video that FFmpeg reads.") from error

    @property
    @override
    def sound(self) -> bool:
        return self._sound

    @property
    @override
    def picture(self) -> Picture:
        return self._picture

    @override
    def make(self) -> Tracks:
        # A film without sound sends silence, so that the partner sees a connection that is whole.
        video = FilmTrack("video") if self.picture is Picture.ON else None
        audio = FilmTrack("audio") if self.sound else None
        _Playing(self._path, audio, video)
        return Tracks(audio or Tone(loudest=0), video)


class FilmTrack(PacedTrack):
    """Frames of a film that a thread reads. ``begin`` is called at the first ``recv``, ``end`` when stopped."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.begin: Callable[[], None] = lambda: None
        self.end: Callable[[], None] = lambda: None
        self._frames: deque[Any] = deque(maxlen=_KEPT)
        self._has_more = asyncio.Event()

    async def recv(self) -> Any:
        """The next frame, at its time. Raises MediaStreamError when stopped."""
        self.begin()
        while not self._frames:
            if self.readyState != "live":
                raise MediaStreamError
            self._has_more.clear()
            await self._has_more.wait()
        frame = self._frames.popleft()
        await self.until(float(frame.pts * frame.time_base))
        return frame

    def put(self, frame: Any) -> None:
        """From the reading thread, by the loop."""
        self._frames.append(frame)
        self._has_more.set()

    @override
    def stop(self) -> None:
        super().stop()
        self._has_more.set()
        self.end()


class _Playing:
    """One reading of a film for the tracks of one connection. The thread ends soon after the last track stopped."""

    def __init__(self, path: Path, audio: FilmTrack | None, video: FilmTrack | None) -> None:
        self._path = path
        self._audio, self._video = audio, video
        self._loop = asyncio.get_running_loop()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        for track in (audio, video):
            if track is not None:
                track.begin, track.end = self._begin, self._end

    def _begin(self) -> None:
        if self._thread is None and not self._closed.is_set():
            self._thread = threading.Thread(target=self._work, name="film", daemon=True)
            self._thread.start()

    def _end(self) -> None:
        if all(track is None or track.readyState != "live" for track in (self._audio, self._video)):
            self._closed.set()

    def _work(self) -> None:
        try:
            for track, frame in self._frames():
                self._loop.call_soon_threadsafe(track.put, frame)
        except (av.error.FFmpegError, OSError, RuntimeError):
            return  # unreadable from here on, or the loop has ended: the tracks fall silent

    def _frames(self) -> Iterator[tuple[FilmTrack, Any]]:
        began, offset_s = time.monotonic(), 0.0
        while not self._closed.is_set():
            ends_s = _FRAME_S
            shrink, sound = Shrink(), Sound(offset_s)
            for at_s, frame in self._decoded():
                ends_s = max(ends_s, at_s + _FRAME_S)
                late_s = time.monotonic() - began - offset_s - at_s
                if self._closed.wait(max(0.0, -late_s - _AHEAD_S)):
                    return
                if isinstance(frame, av.AudioFrame) and self._audio is not None:
                    yield from ((self._audio, part) for part in sound.cut(frame))
                elif isinstance(frame, av.VideoFrame) and self._video is not None and late_s < _AHEAD_S:
                    yield from ((self._video, picture) for picture in shrink.take(frame, at_s, offset_s))
            offset_s += ends_s

    def _decoded(self) -> Iterator[tuple[float, Any]]:
        with av.open(str(self._path)) as film:
            wanted = [*film.streams.video[:1], *film.streams.audio[:1]]
            first_s: float | None = None
            decoded: Iterator[Any] = film.decode(*wanted)
            for index, frame in enumerate(decoded):
                time_s = index * _FRAME_S if frame.time is None else frame.time
                first_s = time_s if first_s is None else first_s
                yield max(0.0, time_s - first_s), frame


class Shrink:
    """Pictures as they are sent: upright, at most 640 wide, at most 15 a second."""

    def __init__(self) -> None:
        self._due_s = 0.0

    def take(self, frame: av.VideoFrame, at_s: float, offset_s: float) -> list[av.VideoFrame]:
        """The picture at its time in the call, or none if it comes too soon after the last."""
        if at_s < self._due_s - 0.01:
            return []
        self._due_s = at_s + 1 / _FPS_MOST
        small = shrink(frame)
        small.pts, small.time_base = round((offset_s + at_s) * VIDEO_HZ), Fraction(1, VIDEO_HZ)
        return [small]


def shrink(frame: av.VideoFrame) -> av.VideoFrame:
    """A picture of even sides, at most 640 wide, as encoders like it."""
    if frame.rotation:
        frame = av.VideoFrame.from_ndarray(upright(frame), format="rgba")
    part = min(1.0, _WIDEST / frame.width)
    width, height = (max(2, round(side * part) // 2 * 2) for side in (frame.width, frame.height))
    return frame.reformat(width=width, height=height, format="yuv420p")


class Sound:
    """Sound in packets of 20 ms, each at its time in the call."""

    def __init__(self, offset_s: float) -> None:
        self._resampler = av.AudioResampler("s16", "stereo", AUDIO_HZ, frame_size=AUDIO_SAMPLES)
        self._at = round(offset_s * AUDIO_HZ)

    def cut(self, frame: av.AudioFrame) -> list[av.AudioFrame]:
        """The packets that are full now."""
        parts = []
        for part in self._resampler.resample(frame):
            part.pts, part.time_base = self._at, Fraction(1, AUDIO_HZ)
            self._at += part.samples
            parts.append(part)
        return parts
