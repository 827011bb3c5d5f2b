"""Processes of a stand: gateways, aggregators and people, each with its pid, its lines and its end."""

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loadtests.server import cpu_s_of

KUUKI = (sys.executable, "-m", "services.launch")
_HEALTH = re.compile(r"health (http://[^\s,]+)")
_SERVES = re.compile(r"serves at (http://[^\s,]+)")
_START_S = 30.0


@dataclass(eq=False)
class Process:
    """One process of ours. ``lines``: what it printed, with the time of each; ``said``: what it wrote to its log."""

    process: asyncio.subprocess.Process
    log: Path
    lines: list[tuple[float, str]] = field(default_factory=list)
    _reading: "asyncio.Task[None] | None" = None
    _grew: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    async def start(
        cls, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None, before: Sequence[str] = ()
    ) -> "Process":
        """Start it; its standard error goes to ``log``. ``before``: what stands before it (faketime, ip netns)."""
        with log.open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                *before,
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **(environment or {})},
                limit=2**20,
            )
        here = cls(process, log)
        here._reading = asyncio.ensure_future(here._read())
        return here

    async def _read(self) -> None:
        if self.process.stdout is not None:
            async for line in self.process.stdout:
                self.lines.append((time.monotonic(), line.decode().rstrip()))
                self._grew.set()
        self._grew.set()

    async def line(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Wait for the first line it prints that matches this; the match."""
        async with asyncio.timeout(_START_S):
            while True:
                for _, line in list(self.lines):
                    if match := pattern.search(line):
                        return match
                if self._reading is not None and self._reading.done():
                    raise RuntimeError(f"a process ended before it served: {self.log.read_text()[-2000:]}")
                self._grew.clear()
                await self._grew.wait()

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal, if it still lives."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    async def end(self, how: signal.Signals = signal.SIGKILL, patience_s: float = 10.0) -> None:
        """Have it end, and wait for that. It is killed if it does not end in time."""
        self.tell(signal.SIGCONT)
        self.tell(how)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), patience_s)
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        if self._reading is not None:
            await self._reading

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self.process.returncode is None

    def rss_bytes(self) -> int:
        """Resident memory, in bytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def cpu_s(self) -> float:
        """User and system time so far, in seconds."""
        return cpu_s_of(self.process.pid)


@dataclass(eq=False)
class Part:
    """A gateway or an aggregator: its process, its own URL (of a gateway: where it serves) and its health's."""

    kind: str
    process: Process
    url: str
    health: str


async def start_part(
    kind: str, folder: Path, environment: Mapping[str, str], before: Sequence[str] = (), options: Sequence[str] = ()
) -> Part:
    """``kuuki signal`` or ``kuuki aggregator`` on free ports, once it says where."""
    log = folder / f"{kind}-{time.monotonic_ns()}.log"
    process = await Process.start([*KUUKI, kind, *options], log, {"KUUKI_PORT": "0", **environment}, before)
    health = (await process.line(_HEALTH))[1]
    url = (await process.line(_SERVES))[1] if kind == "signal" else health
    return Part(kind, process, url, health)


@dataclass(eq=False)
class People:
    """A process of participants, and what they told so far."""

    process: Process
    people: int

    @property
    def told(self) -> list[dict[str, Any]]:
        """All events so far."""
        return [json.loads(line) for _, line in self.process.lines]

    def events(self, event: str, since: float = 0.0) -> list[dict[str, Any]]:
        """The events of this kind since that moment (monotonic seconds)."""
        return [each for each in self.told if each["event"] == event and each["at"] >= since]

    async def finish(self) -> dict[str, Any]:
        """Have them say how many of their seconds were fresh, and leave."""
        if self.process.process.stdin is not None:
            self.process.process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.process.wait(), 20)
        await self.process.end()
        return next(iter(self.events("seconds")), {"all": 0, "stale": 0})


async def start_people(
    url: str, room: str, people: int, folder: Path, seed: int = 1, options: Sequence[str] = ()
) -> People:
    """That many participants in a process of their own; they join while it runs. ``options``: of people.py."""
    place = ["--url", url, "--room", room, "--people", str(people), "--seed", str(seed)]
    command = [sys.executable, "-m", "loadtests.faults.people", *place, *options]
    log = folder / f"people-{time.monotonic_ns()}.log"
    return People(await Process.start(command, log), people)
