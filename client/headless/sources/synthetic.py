"""A synthetic person: a seeded walk over expressions, without camera and models."""

import asyncio
from collections.abc import AsyncGenerator
from itertools import count

from typing_extensions import override

from client.headless.crowd.people import make_person
from client.headless.crowd.programme import LENGTH_S, make_sheet
from client.headless.sources.source import Sensed, Source
from kuuki.mood.labels import to_integers
from kuuki.times import TICK_S


class Synthetic(Source):
    """One person of the crowd who watches its show alone. ``once``: one show (four minutes), then it ends."""

    def __init__(self, seed: int = 1, *, once: bool = False) -> None:
        self._sheet = make_sheet(seed, with_stills=False)
        people = (make_person(seed, index, self._sheet) for index in count())
        self._person = next(person for person in people if not person.temperament.camera_off)
        self._once = once

    @override
    async def sensed(self) -> AsyncGenerator[Sensed, None]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        while not self._once or loop.time() - began < LENGTH_S:
            t = loop.time() - began
            clock = self._sheet.clock(t)
            yield Sensed(round(t, 3), to_integers(self._person.weights(clock)), self._person.sure(clock))
            await asyncio.sleep(max(0.0, TICK_S - (loop.time() - began - t)))
