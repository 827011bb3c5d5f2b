"""Between Locust's greenlets and asyncio: one loop in a native thread, and greenlets that wait for what it does.

Locust patches this process (``gevent.monkey``): a patched ``select`` knows nothing of a thread that never yields to
gevent. So the thread is a native one, and the loop uvloop's, which waits in C. Back across the border nothing is called
but an async watcher's ``send``, the one thing of gevent's that any thread may call.

The two threads share the interpreter's lock. The loop's takes it again as soon as it gave it away (each call into
OpenSSL is such a moment), and on a busy machine whoever is woken for it comes too late each time: Locust's thread stood
for 4 s while people joined. Who waits longer than the switch interval asks for it, and is given it.
"""

import asyncio
import contextlib
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Final, Generic, TypeVar

import gevent
import uvloop
from gevent import get_hub
from gevent.event import Event
from gevent.monkey import get_original

T = TypeVar("T")

_SWITCHES_S: Final = 0.0001
_LEAVES_S: Final = 20.0
"""What is cancelled is waited for so long."""


class Bridge:
    """The loop runs from the first use to ``stop``. All methods are for greenlets of Locust's thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_over = False

    def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run it on the loop, and wait; what it returns or raises. A greenlet that is killed cancels it, and waits."""
        waiting = _Waiting(self._started(), work)
        try:
            waiting.done.wait()
        except BaseException:
            waiting.cancel()
            with gevent.Timeout(_LEAVES_S, False):
                waiting.done.wait()
            raise
        finally:
            waiting.close()
        return waiting.task.result()

    def call(self, function: Callable[[], T]) -> T:
        """Call it on the loop, between two of its turns; what it returns or raises."""

        async def called() -> T:
            return function()

        return self.run(called)

    def stop(self) -> None:
        """End the loop, and wait. Else the interpreter waits for the thread, and the thread for gevent, for ever."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)
            with gevent.Timeout(_LEAVES_S, False):
                while not self._is_over:
                    gevent.sleep(0.01)

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            sys.setswitchinterval(_SWITCHES_S)
            self._loop = uvloop.new_event_loop()
            get_original("_thread", "start_new_thread")(self._serve, (self._loop,))
        return self._loop

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            asyncio.set_event_loop(loop)
            loop.run_forever()
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            loop.close()
        finally:
            self._is_over = True


class _Waiting(Generic[T]):
    """One greenlet that waits for one task."""

    def __init__(self, loop: asyncio.AbstractEventLoop, work: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self.done = Event()
        self.task: asyncio.Task[T]
        self._loop = loop
        self._is_closed = False
        self._watcher = get_hub().loop.async_()
        self._watcher.start(self.done.set)
        loop.call_soon_threadsafe(self._begin, work)

    def _begin(self, work: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self.task = self._loop.create_task(work())
        self.task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[T]") -> None:
        if not self._is_closed:
            self._watcher.send()

    def cancel(self) -> None:
        self._loop.call_soon_threadsafe(self._cancel)  # after _begin: calls keep their order

    def _cancel(self) -> None:
        self.task.cancel()

    def close(self) -> None:
        self._is_closed = True
        self._watcher.stop()
        with contextlib.suppress(ValueError, RuntimeError):
            self._watcher.close()
