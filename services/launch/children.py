"""The processes of ``kuuki serve --workers``: each is started again when it ends, and replaced one by one on demand."""

import asyncio
import contextlib
import random
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import aiohttp
import structlog

from kuuki.backoff import Backoff
from services.runtime.lifecycle import EndedUnasked

log = structlog.get_logger(__name__)

_HEALTH: Final = re.compile(rb"health (http://[^\s,]+)")
_START_S: Final = 30.0
_POLL_S: Final = 0.1
STEADY_S: Final = 30.0
"""A child that lived this long did not fail at its start, so it is started again without waiting."""


@dataclass(slots=True)
class Recipe:
    """How a child is started. ``kind`` is its subcommand; ``inherits``: the file descriptors that it is given."""

    kind: str
    command: Sequence[str]
    environment: Mapping[str, str]
    inherits: Sequence[int] = ()


@dataclass(slots=True, eq=False)
class Child:
    """One process. ``health``: the URL of its health port, once it has printed it."""

    process: asyncio.subprocess.Process
    health: "asyncio.Future[str]"
    reading: "asyncio.Task[None]"

    @classmethod
    async def start(cls, recipe: Recipe) -> "Child":
        """Start it. It serves only later; ``ready`` waits for that."""
        process = await asyncio.create_subprocess_exec(
            *recipe.command,
            stdin=asyncio.subprocess.PIPE,  # its end tells the child that its parent is gone
            stdout=asyncio.subprocess.PIPE,
            env=recipe.environment,
            pass_fds=recipe.inherits,
            start_new_session=True,  # Ctrl-C is for the parent, which tells its children
        )
        health: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        return cls(process, health, asyncio.ensure_future(_read(process, health)))

    async def ended(self) -> int | None:
        """Wait for its end; its exit status.

        Raises EndedUnasked if the task that reads its output has failed: once the pipe is full, the child would stop at
        its next line.
        """
        waiting = asyncio.ensure_future(self.process.wait())
        try:
            await asyncio.wait((waiting, self.reading), return_when=asyncio.FIRST_COMPLETED)
            if self.reading.cancelled() or (self.reading.done() and self.reading.exception() is not None):
                raise EndedUnasked
            return await waiting
        finally:
            waiting.cancel()

    async def ready(self) -> None:
        """Wait until it answers that it is ready. Raises TimeoutError, or ConnectionError if it ended before."""
        async with asyncio.timeout(_START_S), aiohttp.ClientSession() as http:
            health = await asyncio.shield(self.health)
            while self.process.returncode is None:
                with contextlib.suppress(aiohttp.ClientError):
                    async with http.get(f"{health}/readyz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(_POLL_S)
        raise ConnectionError

    async def end(self, how: signal.Signals, patience_s: float) -> None:
        """Send it this signal and wait for its end; after ``patience_s`` seconds it is killed."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(how)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self.process.wait()
        if self.process.returncode is None:
            log.warning("a child did not end in time and is killed")
            self.process.kill()
            await self.process.wait()
        await asyncio.wait([self.reading])


async def _read(process: asyncio.subprocess.Process, health: "asyncio.Future[str]") -> None:
    """Pass on what the child prints, and note the URL of its health port."""
    if process.stdout is None:
        raise RuntimeError("a child without a pipe")
    async for line in _lines(process.stdout):
        if (match := _HEALTH.search(line)) and not health.done():
            health.set_result(match[1].decode())
        sys.stderr.write(line.decode(errors="replace"))
    if not health.done():
        health.set_exception(ConnectionError("it ended before it served"))
        health.exception()  # marks it as retrieved, or asyncio would report it; ``ready`` still raises it


async def _lines(pipe: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Every line, but those that are longer than the reader's buffer.

    Such a line is passed over, and reading goes on: a child whose pipe nobody empties would stop at its next line.
    """
    while True:
        try:
            line = await pipe.readline()
        except ValueError:
            continue
        if not line:
            return
        yield line


@dataclass(slots=True, eq=False)
class Place:
    """A child's place: one process stands in it, and when that one ends another is started in it."""

    recipe: Recipe
    child: Child | None = None
    _is_ending: bool = False

    async def run(self) -> None:
        """Keep one process in this place until ``end`` is called."""
        backoff = Backoff(random.uniform)
        while True:
            began = asyncio.get_running_loop().time()
            try:
                child = self.child = self.child or await self._start()
            except OSError as error:  # no file or no memory for it at this time
                log.error("a process of kuuki could not be started", kind=type(error).__name__)
                await asyncio.sleep(backoff.next_s())
                continue
            status = await child.ended()
            if self._may_end():
                return
            if self.child is not child:
                continue  # replaced
            self.child = None
            log.error("a process of kuuki ended and is started again", kind=self.recipe.kind, status=status)
            if asyncio.get_running_loop().time() - began > STEADY_S:
                backoff.succeeded()
            await asyncio.sleep(backoff.next_s())

    async def _start(self) -> Child:
        """A new process; if ``replace`` has put one in this place meanwhile, that one."""
        started = await Child.start(self.recipe)
        if self.child is None:
            return started
        await started.end(signal.SIGKILL, 5.0)
        return self.child

    def _may_end(self) -> bool:
        return self._is_ending

    async def replace(self, patience_s: float) -> None:
        """Put a fresh process in this place, then tell the former one to go, with ``patience_s`` seconds for it.

        The former one stays if the fresh one cannot be started or does not become ready.
        """
        try:
            fresh = await Child.start(self.recipe)
        except OSError as error:
            log.error("a fresh process could not be started; the former one stays", kind=type(error).__name__)
            return
        try:
            await fresh.ready()
        except (TimeoutError, ConnectionError):
            log.error("a fresh process did not become ready; the former one stays", kind=self.recipe.kind)
            await fresh.end(signal.SIGKILL, 5.0)
            return
        former, self.child = self.child, fresh  # ``run`` may have replaced the former one while this waited
        if former is not None:
            await former.end(signal.SIGTERM, patience_s)

    def health(self) -> str | None:
        """The URL of the health port of the process in this place, once that is known."""
        child = self.child
        if child is None or not child.health.done() or child.health.exception() is not None:
            return None
        return child.health.result()

    async def end(self, patience_s: float) -> None:
        """End the process in this place and start no other."""
        self._is_ending = True
        if self.child is not None:
            await self.child.end(signal.SIGINT, patience_s)
