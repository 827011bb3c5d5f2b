"""Trying again, as often as a person would: until it works, is refused for good, or has taken too long."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from client.headless.errors import TryLater
from kuuki.backoff import Backoff

PATIENCE_S: Final = 30.0
"""How long one person tries to join."""


async def patiently(attempt: Callable[[], Awaitable[object]], backoff: Backoff) -> float:
    """Until it raises nothing: how long that took, in seconds.

    Raises whatever the attempt does, but TryLater only when PATIENCE_S would be over before the next one.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    while True:
        try:
            await attempt()
        except TryLater as later:
            wait_s = backoff.next_s(later.after_s)
            if loop.time() + wait_s > began + PATIENCE_S:
                raise
            await asyncio.sleep(wait_s)
        else:
            return loop.time() - began
