"""What a program shows and sounds like in a call: a calm light and a soft tone, a film, a camera, or nothing.

A show outlives connections: each connection of a call gets tracks of its own, because aiortc stops those of a
connection that closes.
"""

import asyncio
from dataclasses import dataclass
from fractions import Fraction
from math import pi, sin
from typing import Final, Protocol

import av
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from typing_extensions import override

from kuuki.call.frames import Picture

WIDTH: Final = 320
HEIGHT: Final = 240
FPS: Final = 10
VIDEO_HZ: Final = 90_000
AUDIO_HZ: Final = 48_000
AUDIO_SAMPLES: Final = AUDIO_HZ // 50
"""20 ms, one packet of Opus."""

_TONE_HZ: Final = 220
_SWELL_S: Final = 4
_LOUDEST: Final = 600
"""Of 32767: -35 dB, a tone in the next room."""


@dataclass(frozen=True, slots=True)
class Tracks:
    """What one connection sends; None: nothing of that kind."""

    audio: "PacedTrack | None" = None
    video: "PacedTrack | None" = None

    @property
    def by_kind(self) -> "dict[str, PacedTrack | None]":
        """Both, by what aiortc calls their kind."""
        return {"audio": self.audio, "video": self.video}

    def stop(self) -> None:
        """Let go of what they play."""
        for track in (self.audio, self.video):
            if track is not None:
                track.stop()


class Show(Protocol):
    """Where tracks come from. ``sound`` and ``picture`` are what the partner is told of them."""

    @property
    def sound(self) -> bool:
        """Whether there is anything to hear."""
        ...

    @property
    def picture(self) -> Picture:
        """Whether there is anything to see."""
        ...

    def make(self) -> Tracks:
        """New tracks for a new connection. Must be called on the event loop."""
        ...


class Nothing(Show):
    """No sound, no picture: for programs that only speak with expressions."""

    sound = False
    picture = Picture.OFF

    @override
    def make(self) -> Tracks:
        return Tracks()


class Calm(Show):
    """A light that changes slowly, and a soft tone."""

    sound = True
    picture = Picture.ON

    @override
    def make(self) -> Tracks:
        return Tracks(Tone(), Light())


@dataclass(frozen=True, slots=True)
class FaceOff(Show):
    """Another show without its picture: sound and expression only, by choice."""

    of: Show
    picture: Picture = Picture.FACE_OFF

    @property
    @override
    def sound(self) -> bool:
        return self.of.sound

    @override
    def make(self) -> Tracks:
        tracks = self.of.make()
        if tracks.video is not None:
            tracks.video.stop()
        return Tracks(tracks.audio)


class PacedTrack(MediaStreamTrack):
    """A track whose frames are due at their time since the first one was asked for. ``sent``: how many were."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0
        self._clock = asyncio.get_running_loop().time
        self._began: float | None = None

    async def until(self, at_s: float) -> None:
        """Sleep until the next frame is due. Raises MediaStreamError when the track was stopped."""
        if self._began is None:
            self._began = self._clock() - at_s
        await asyncio.sleep(self._began + at_s - self._clock())
        if self.readyState != "live":
            raise MediaStreamError
        self.sent += 1


class Tone(PacedTrack):
    """A tone that swells and fades; ``loudest`` 0 is silence."""

    kind = "audio"

    def __init__(self, loudest: int = _LOUDEST) -> None:
        super().__init__()
        self._loudest = loudest
        self._packet = 0
        self._wave = np.sin(2 * pi * _TONE_HZ * np.arange(AUDIO_HZ) / AUDIO_HZ)

    async def recv(self) -> av.AudioFrame:
        """20 ms of it."""
        at = self._packet * AUDIO_SAMPLES
        await self.until(at / AUDIO_HZ)
        self._packet += 1
        loud = self._loudest * (1 - np.cos(2 * pi * (at / AUDIO_HZ) / _SWELL_S)) / 2
        wave = self._wave[at % AUDIO_HZ : at % AUDIO_HZ + AUDIO_SAMPLES] * loud
        frame = av.AudioFrame.from_ndarray(wave.astype(np.int16).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = AUDIO_HZ, at, Fraction(1, AUDIO_HZ)
        return frame


class Light(PacedTrack):
    """A dark room with a light that breathes."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        x, y = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-0.75, 0.75, HEIGHT))
        self._glow = np.exp(-4 * (x * x + y * y))

    async def recv(self) -> av.VideoFrame:
        """The next picture, 320 by 240, 10 a second."""
        at_s = self._count / FPS
        await self.until(at_s)
        self._count += 1
        planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        planes[:HEIGHT] = (24 + (110 + 40 * sin(at_s)) * self._glow).astype(np.uint8)
        planes[HEIGHT : HEIGHT * 5 // 4] = round(118 + 6 * sin(at_s / 5))
        planes[HEIGHT * 5 // 4 :] = round(140 + 8 * sin(at_s / 7))
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, frame.time_base = round(at_s * VIDEO_HZ), Fraction(1, VIDEO_HZ)
        return frame
