"""Who says each named cue as it comes, and marks the moment in the room's record where that was asked."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from client.headless.crowd.cues import CueSheet
from client.headless.errors import CannotJoin, TryLater

_MINUTE_S: Final = 60

Mark = Callable[[str], Awaitable[None]]
"""Marks this moment by that name. Raises CannotJoin or TryLater."""


class Herald:
    """Follows the cues with names. A mark that is refused ends the marking, and is told; the show goes on."""

    def __init__(self, sheet: CueSheet, say: Callable[[str], None], mark: Mark | None = None) -> None:
        self._sheet = sheet
        self._say = say
        self._mark = mark
        self._loop = asyncio.get_running_loop()

    async def run(self, began: float) -> None:
        """Until the last cue is said, or cancelled. ``began``: when the show began, on the loop's clock."""
        for at, cue in self._sheet.named():
            await asyncio.sleep(max(0.0, began + at - self._loop.time()))
            minutes, seconds = divmod(int(cue.at), _MINUTE_S)
            self._say(f"{minutes}:{seconds:02} {cue.name}")
            await self._set(cue.name)

    async def _set(self, name: str) -> None:
        if self._mark is None:
            return
        try:
            await self._mark(name)
        except TryLater:
            return  # this one is missing; the next comes soon
        except CannotJoin as refusal:
            self._say(f"No marks are set: {refusal}")
            self._mark = None
