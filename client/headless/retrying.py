"""Retrying as a person would: until it succeeds, is refused for good, or has taken too long."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from client.headless.errors import TryLater
from kuuki.backoff import Backoff

RETRY_FOR_S: Final = 30.0
"""For how long one person tries."""


def always(_: TryLater) -> bool:
    """Every TryLater is worth another attempt."""
    return True


def silently(_: TryLater) -> None:
    """Tell nobody."""


async def retry_until_success(
    attempt: Callable[[], Awaitable[object]],
    backoff: Backoff,
    is_worth: Callable[[TryLater], bool] = always,
    before_wait: Callable[[TryLater], None] = silently,
) -> float:
    """Attempt it until it raises nothing. Returns how long that took, in seconds.

    Raises whatever an attempt raises; but after a TryLater that ``is_worth`` another attempt only if the next one would
    come later than RETRY_FOR_S after the first. ``before_wait`` is called with each TryLater that is not raised.
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
            before_wait(later)
            await asyncio.sleep(wait_s)
        else:
            return loop.time() - began
