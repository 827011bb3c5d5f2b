"""Trying again, as often as a person would: until it works, is refused for good, or has taken too long."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from client.headless.errors import TryLater
from kuuki.backoff import Backoff

RETRY_FOR_S: Final = 30.0
"""How long one person tries to join."""


def always(_: TryLater) -> bool:
    """Whatever it is, it may pass."""
    return True


async def retry_until_success(
    attempt: Callable[[], Awaitable[object]], backoff: Backoff, is_worth: Callable[[TryLater], bool] = always
) -> float:
    """Until it raises nothing: how long that took, in seconds.

    Raises whatever the attempt does, but a TryLater that ``is_worth`` it only when RETRY_FOR_S would be over before the
    next one.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    while True:
        try:
            await attempt()
        except TryLater as later:
            wait_s = backoff.next_s(later.after_s)
            if not is_worth(later) or loop.time() + wait_s > began + RETRY_FOR_S:
                raise
            await asyncio.sleep(wait_s)
        else:
            return loop.time() - began
