"""From pictures to readings: one worker thread, one inference in flight, the newest reading wins."""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from typing_extensions import override

from client.headless.sources.pictures import Picture
from client.headless.sources.source import Sensed, Source
from client.headless.vision import Reading
from kuuki.mood.labels import to_integers

Read = Callable[[Picture], Reading | None]
Pictures = Callable[[Callable[[float], object]], Iterator[tuple[float, Picture]]]
"""Given a way to sleep that ends early when the source is closed, yields (time, picture)."""

_SURE_MAX = 255


class _Closed(Exception):
    """The generator was closed: the worker thread ends."""


class PictureSource(Source):
    """Reads expressions from pictures, which never leave the worker thread."""

    def __init__(self, pictures: Pictures, read: Read) -> None:
        self._pictures = pictures
        self._read = read

    @override
    async def sensed(self) -> AsyncGenerator[Sensed, None]:
        loop = asyncio.get_running_loop()
        newest: deque[Sensed] = deque(maxlen=1)
        changed, closed = asyncio.Event(), threading.Event()

        def put(sensed: Sensed) -> None:
            newest.append(sensed)
            changed.set()

        with ThreadPoolExecutor(1, "sensing") as pool:
            work = loop.run_in_executor(pool, self._work, lambda sensed: loop.call_soon_threadsafe(put, sensed), closed)
            work.add_done_callback(lambda _: changed.set())
            try:
                while newest or not work.done():
                    while newest:
                        yield newest.pop()
                    changed.clear()
                    if not work.done():
                        await changed.wait()
                await work
            finally:
                closed.set()
                await asyncio.gather(work, return_exceptions=True)

    def _work(self, put: Callable[[Sensed], object], closed: threading.Event) -> None:
        def sleep(seconds: float) -> None:
            if closed.wait(seconds):
                raise _Closed

        try:
            for at_s, picture in self._pictures(sleep):
                if closed.is_set():
                    return
                put(_to_sensed(at_s, self._read(picture)))
        except _Closed:
            return


def _to_sensed(at_s: float, reading: Reading | None) -> Sensed:
    if reading is None:
        return Sensed(round(at_s, 3), None, 0)
    return Sensed(round(at_s, 3), to_integers([float(weight) for weight in reading.weights]), to_byte(reading.sure))


def to_byte(sure: float) -> int:
    """0..1 as 0..255.

    >>> to_byte(1.0), to_byte(0.5)
    (255, 128)
    """
    return round(min(1.0, max(0.0, sure)) * _SURE_MAX)
