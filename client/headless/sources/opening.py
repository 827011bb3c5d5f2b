"""From a source's name to the source."""

from pathlib import Path

from client.headless.errors import BadSource, SourceFailed
from client.headless.sources.picture_source import PictureSource, Read
from client.headless.sources.pictures import play_film, watch_camera
from client.headless.sources.source import Source
from client.headless.sources.synthetic import Synthetic
from client.headless.vision import Sensor
from models.errors import ModelError

_CAMERA = "camera:"


def open_source(name: str, *, once: bool = False, seed: int = 1) -> Source:
    """The source of that name. ``once``: a film ends when it is over. Blocks while models load.

    Raises BadSource (no such file, no such kind) and SourceFailed (models are missing).
    """
    if name == "synthetic":
        return Synthetic(seed, once=once)
    if name.startswith(_CAMERA):
        return _camera(name.removeprefix(_CAMERA))
    path = Path(name)
    if not path.is_file():
        raise BadSource(f"{name!r} is no file, and no source otherwise: there are camera:0, a video file, synthetic.")
    return _film(path, once)


def _camera(name: str) -> Source:
    if not name:
        raise BadSource("Which camera? `camera:0` is the first.")
    return PictureSource(lambda sleep: watch_camera(name), _read())


def _film(path: Path, once: bool) -> Source:
    return PictureSource(lambda sleep: play_film(path, once=once, sleep=sleep), _read())


def _read() -> Read:
    """The default models."""
    try:
        return Sensor().read
    except ModelError as error:
        raise SourceFailed(f"The models cannot be used: {error}") from error
