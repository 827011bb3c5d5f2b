"""The library: call someone in five lines.

import asyncio
from client.headless import call

async def main():
    async with call("http://127.0.0.1:8080", "sakura tanuki momiji 7") as talk:
        talk.send({"happy": 1})
        async for expression in talk.scores():
            print(expression)

asyncio.run(main())
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from client.headless.call.errors import BadCode
from client.headless.call.phone import Phone
from client.headless.call.place import parse_call_place
from client.headless.call.shows import Show
from client.headless.call.talk import Talk


@asynccontextmanager
async def call(
    url: str, code: str | None = None, *, name: str = "", language: str = "en", show: Show | None = None
) -> AsyncIterator[Talk]:
    """Call a code, typed in any way, and enter when both talk and hear each other; leaving the block hangs up.

    ``url`` is the server's, or with no ``code`` a whole link. ``show`` is what is seen and heard of oneself: nothing
    unless given. Raises BadPlace, BadCode, NotAnswered (declined, busy, …), CannotCall or TryLater.
    """
    place = parse_call_place(url, code)
    if place.code is None:
        raise BadCode("Whom to call? Give a code, or a link that carries one.")
    async with Phone(place, name=name, language=language, show=show, answers=False) as phone:
        talk = await phone.ring(place.code)
        await talk.opened()
        yield talk


def wait(url: str, *, name: str = "", language: str = "en", show: Show | None = None) -> Phone:
    """A phone to enter with ``async with``: it has a ``code`` and a ``link``, and ``answer()`` waits for the next call.

    Raises BadPlace here, CannotCall or TryLater on entering.
    """
    return Phone(parse_call_place(url), name=name, language=language, show=show)
