"""Ctrl-C and SIGTERM as an event, so that a program can say bye before it ends."""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")


@contextmanager
def stop_on_signals(with_parent: bool = False) -> Iterator[asyncio.Event]:
    """An event that SIGINT and SIGTERM set while the context lasts. A second one does no more: leaving has deadlines.

    ``with_parent``: the end of standard input sets it too; the program that started this one holds it open.

    Where signals cannot be caught (not the main thread, or no support in the loop), the event is just never set.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    caught: list[signal.Signals] = []

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except (NotImplementedError, RuntimeError, ValueError):
            continue
        caught.append(number)
    if with_parent:
        loop.add_reader(sys.stdin.fileno(), _hear_parent, loop, stop)
    try:
        yield stop
    finally:
        if with_parent:
            loop.remove_reader(sys.stdin.fileno())
        for number in caught:
            loop.remove_signal_handler(number)


def _hear_parent(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        loop.remove_reader(sys.stdin.fileno())
        stop.set()


async def until_signal(work: Coroutine[Any, Any, T]) -> T | None:
    """What the work returns; None if SIGINT or SIGTERM came first: then it is cancelled, and waited for."""
    with stop_on_signals() as stop:
        return await until_stopped(work, stop)


async def until_stopped(work: Coroutine[Any, Any, T], stop: asyncio.Event) -> T | None:
    """What the work returns; None if the stop came first: then it is cancelled, and waited for.

    All that a program waits for, also at its start, must be waited for by this: else it could not be stopped there.
    """
    working, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((working, stopped), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        working.cancel()
        await asyncio.gather(working, stopped, return_exceptions=True)
    return None if working.cancelled() else working.result()
