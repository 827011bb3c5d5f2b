"""Tests in virtual time: an event loop whose clock jumps to the next timer instead of waiting for it."""

import asyncio
import functools
import inspect
import selectors
from collections.abc import Callable
from typing import Any


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that never sleeps: when there is no I/O to serve, its clock advances to the next timer.

    ``faults`` is what reached the loop's exception handler: exceptions that nobody awaited or caught.
    """

    def __init__(self) -> None:
        self._now = 0.0
        self.faults: list[dict[str, Any]] = []
        super().__init__(_JumpingSelector(self))
        self.set_exception_handler(lambda loop, context: self.faults.append(context))

    def time(self) -> float:
        return self._now

    def jump(self, seconds: float) -> None:
        self._now += seconds


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise RuntimeError("nothing is scheduled: this test would wait for ever")
        self._loop.jump(timeout)
        return []


def jump(seconds: float) -> None:
    """Have the clock of the loop that runs go on by so many seconds at once: as if something had held it up."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    loop.jump(seconds)


def in_virtual_time(test: Callable[..., Any]) -> Callable[..., None]:
    """Run an async test on a VirtualLoop; exceptions that nobody saw fail it."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        loop = VirtualLoop()
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(test(*args, **kwargs))
        assert loop.faults == []

    assert inspect.iscoroutinefunction(test)
    return run
