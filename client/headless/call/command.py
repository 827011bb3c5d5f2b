"""``kuuki call``: a partner without a browser, for kiosks, bots and tests."""

import asyncio
import sys
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from client.headless.call.camera import CameraShow
from client.headless.call.errors import CannotCall, NotAnswered
from client.headless.call.film import FilmShow
from client.headless.call.phone import Phone
from client.headless.call.place import CallPlace, parse_call_place
from client.headless.call.saying import CallSay, InLines, InWords
from client.headless.call.shows import Calm, FaceOff, Show
from client.headless.call.talk import Talk
from client.headless.ending import run_to_end
from client.headless.errors import AskedWrongly, BadSource, SourceFailed
from client.headless.sharing import share
from client.headless.sources import Source, open_source
from client.headless.sources.picture_source import PictureSource
from client.headless.sources.pictures import watch_camera
from client.headless.stopping import until_signal
from client.headless.vision import Reading, Sensor
from kuuki.call.calling import LegState
from kuuki.call.signaling import Language
from models.errors import ModelError

_CAMERA: Final = "camera"
_COUNTED_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line. ``code``: None to wait for calls. ``seconds``: hang up after so long, 0: never."""

    url: str
    code: str | None = None
    source: str = "synthetic"
    name: str = ""
    language: str = "en"
    once: bool = False
    shares: bool = True
    face_off: bool = False
    seconds: float = 0.0


async def run_call(asked: Asked, *, as_json: bool = False) -> int:
    """Call, or wait for calls, until the end or SIGINT. Exit code: 0 ended well, 1 failed, 2 asked wrongly."""
    return await run_to_end("call", _run(asked, as_json), CannotCall)


async def _run(asked: Asked, as_json: bool) -> None:
    say = InLines(sys.stdout) if as_json else InWords(sys.stdout)
    if asked.language not in get_args(Language):
        raise AskedWrongly(f"{asked.language!r} is no language of kuuki: there are {', '.join(get_args(Language))}.")
    place = parse_call_place(asked.url, asked.code)
    await until_signal(_at_phone(place, asked, say))


async def _at_phone(place: CallPlace, asked: Asked, say: CallSay) -> None:
    """Until the end; being cancelled says bye."""
    show, source = await _open(asked)
    answers = place.code is None
    phone = Phone(place, name=asked.name, language=asked.language, show=show, answers=answers, listener=say)
    async with phone, asyncio.TaskGroup() as group:
        sensing = group.create_task(_sense(phone, source, asked.shares))
        await _call(phone, place.code, asked, say)
        sensing.cancel()


async def _open(asked: Asked) -> tuple[Show, Source | None]:
    """What is seen and heard, and where the expression comes from. Models load in a thread of their own."""
    if asked.source.startswith(_CAMERA + ":"):
        show, source = await _camera(asked.source.removeprefix(_CAMERA + ":"), asked.shares)
    else:
        show, source = await asyncio.to_thread(_film, asked.source, asked.shares)
    return (FaceOff(show) if asked.face_off else show), source


def _film(name: str, shares: bool) -> tuple[Show, Source | None]:
    is_read = shares or not Path(name).is_file()  # what is no file is refused there
    source = open_source(name) if is_read else None
    return (Calm() if name == "synthetic" else FilmShow(Path(name))), source


async def _camera(name: str, shares: bool) -> tuple[Show, Source | None]:
    """One camera for both, because it can be opened only once; without sharing nothing is read from its pictures."""
    if not name:
        raise BadSource("Which camera? `camera:0` is the first.")
    show = CameraShow()
    try:
        read = (await asyncio.to_thread(Sensor)).read if shares else _nothing
    except ModelError as error:
        raise SourceFailed(f"The models cannot be used: {error}") from error
    return show, PictureSource(lambda sleep: show.tee(watch_camera(name)), read)


def _nothing(picture: object) -> Reading | None:
    return None


async def _call(phone: Phone, code: str | None, asked: Asked, say: CallSay) -> None:
    if code is not None:
        talk = await phone.ring(code)
        return await _talk(phone, talk, asked, say)
    while True:
        await phone.coded()
        say.waits(phone.code, phone.link)
        talk = await phone.answer()
        await _talk(phone, talk, asked, say)
        if asked.once:
            return None


async def _talk(phone: Phone, talk: Talk, asked: Asked, say: CallSay) -> None:
    counting = asyncio.create_task(_count(talk, say))
    try:
        async with asyncio.timeout(asked.seconds or None):
            how = await talk.ended()
    except TimeoutError:
        phone.hang_up()
        how = await talk.ended()
    finally:
        counting.cancel()
        await asyncio.gather(counting, return_exceptions=True)
    if how is LegState.LOST:
        raise NotAnswered(how)


async def _count(talk: Talk, say: CallSay) -> None:
    while True:
        await asyncio.sleep(_COUNTED_S)
        say.counted(await talk.counts())


async def _sense(phone: Phone, source: Source | None, shares: bool) -> None:
    """Read all the time, so that a call finds the source awake; share in calls only."""
    if source is None:
        return
    had_face = False
    async with aclosing(source.sensed()) as readings:
        async for sensed in readings:
            talk = phone.talk if shares else None
            if talk is not None:
                share(talk, sensed, had_face)
            had_face = talk is not None and sensed.weights is not None
