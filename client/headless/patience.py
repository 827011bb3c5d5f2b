"""Trying again, as often as a person would: until it works, is refused for good, or has taken too long."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from client.headless.errors import TryLater
from kuuki.backoff import Backoff

PATIENCE_S: Final = 30.0
"""How long one person tries to join."""


def always(_: TryLater) -> bool:
    """Whatever the server lacks, it may have it later."""
    return True


def silently(_: TryLater) -> None:
    """Nobody is told."""


async def patiently(
    attempt: Callable[[], Awaitable[object]],
    backoff: Backoff,
    is_worth: Callable[[TryLater], bool] = always,
    before_wait: Callable[[TryLater], None] = silently,
) -> float:
    """Until the attempt raises nothing: how long that took, in seconds.

    Raises what the attempt raises, except a TryLater after which another attempt ``is_worth`` its wait and would come
    within PATIENCE_S: ``before_wait`` is called with that one.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    while True:
        try:
            await attempt()
        except TryLater as later:
            wait_s = backoff.next_s(later.after_s)
            if not is_worth(later) or loop.time() + wait_s > began + PATIENCE_S:
                raise
            before_wait(later)
            await asyncio.sleep(wait_s)
        else:
            return loop.time() - began
