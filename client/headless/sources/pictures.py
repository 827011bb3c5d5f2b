"""Pictures of a film or a camera, by PyAV; each with its time. Runs in a worker thread: everything here may block."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

from client.headless.errors import BadSource, SourceFailed
from kuuki.times import TICK_S

Picture = NDArray[np.uint8]
Sleep = Callable[[float], object]

_OPEN_S: Final = 8.0
_LATE_S: Final = 0.06
_BEHIND_S: Final = 1.0
"""A film that falls this far behind (a slow machine, a process that was held up) goes on from where it is."""

_FRAME_S: Final = 0.04
"""How long a picture lasts whose film does not say."""


def play_film(
    path: Path, *, once: bool, sleep: Sleep, clock: Callable[[], float] = time.monotonic
) -> Iterator[tuple[float, Picture]]:
    """(position in the film in seconds, picture) in real time, at most one a tick.

    What is already late is left out, so a slow reader sees the newest. The film repeats, unless ``once``. Raises
    SourceFailed.
    """
    began, due = clock(), 0.0
    offset_s = 0.0
    while True:
        ends_s = _FRAME_S
        for at_s, frame in _frames(path):
            ends_s = at_s + _FRAME_S
            at = offset_s + at_s
            late_s = clock() - began - at
            if late_s > _BEHIND_S:
                began += late_s
            elif at < due or late_s > _LATE_S:
                continue
            sleep(max(0.0, began + at - clock()))
            yield at_s, upright(frame)
            due = max(due + TICK_S, at + TICK_S / 2)
        if once:
            return
        offset_s += ends_s


def _frames(path: Path) -> Iterator[tuple[float, Any]]:
    first_s: float | None = None
    try:
        with av.open(str(path)) as film:
            film.streams.video[0].thread_type = "AUTO"
            for index, frame in enumerate(film.decode(video=0)):
                time_s = index * _FRAME_S if frame.time is None else frame.time
                first_s = time_s if first_s is None else first_s
                yield time_s - first_s, frame
    except (av.error.FFmpegError, IndexError, OSError) as error:
        raise SourceFailed(
            f"{path} cannot be played: {_reason(error)}. It must be a video that FFmpeg reads."
        ) from error
    if first_s is None:
        raise SourceFailed(f"{path} has no pictures.")


def watch_camera(name: str, clock: Callable[[], float] = time.monotonic) -> Iterator[tuple[float, Picture]]:
    """(seconds since the start, picture) of a camera, at most one a tick; the pictures in between are let go."""
    device, form, options = _device(name)
    began, due = clock(), 0.0
    try:
        with av.open(device, format=form, options=options, timeout=_OPEN_S) as camera:
            for frame in camera.decode(video=0):
                at_s = clock() - began
                if at_s >= due:
                    yield at_s, upright(frame)
                    due = max(due + TICK_S, at_s + TICK_S / 2)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise SourceFailed(
            f"Camera {name} ({device}) gives no pictures: {_reason(error)}. Is it plugged in, "
            "free of other programs, and may you use it? `--source synthetic` needs none."
        ) from error
    raise SourceFailed(f"Camera {name} ({device}) has stopped.")


def _device(name: str) -> tuple[str, str, dict[str, str]]:
    """Device, FFmpeg input format and options of ``camera:NAME`` on this system."""
    if sys.platform == "darwin":
        return f"{name}:none", "avfoundation", {"framerate": "30"}
    if sys.platform == "win32":
        if name.isdigit():
            raise BadSource('On Windows cameras go by name, for example `--source "camera:Integrated Camera"`.')
        return f"video={name}", "dshow", {}
    return f"/dev/video{name}" if name.isdigit() else name, "v4l2", {}


def upright(frame: Any) -> Picture:
    """The RGBA picture of a frame, turned as its display matrix says (phones film sideways)."""
    picture: Picture = frame.to_ndarray(format="rgba")
    quarters = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(picture, quarters)) if quarters else picture


def _reason(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or error)
