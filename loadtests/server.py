"""A ``kuuki serve`` of our own, on a free port of 127.0.0.1: for benches and for tests."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

KUUKI = [sys.executable, "-m", "services.launch"]
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_s_of(pid: int) -> float:
    """User and system time of a process so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


@dataclass(frozen=True)
class Server:
    """A ``kuuki serve`` of our own."""

    process: "subprocess.Popen[str]"
    url: str
    errors: IO[str]

    @property
    def health(self) -> str:
        """The URL of its health port, which it tells before it serves."""
        match = re.search(r"health (http://\S+)", Path(self.errors.name).read_text())
        if match is None:
            raise RuntimeError("kuuki serve told of no health port")
        return match[1]

    def cpu_s(self) -> float:
        """User and system time of the process so far, in seconds."""
        return cpu_s_of(self.process.pid)

    def rss_bytes(self) -> int:
        """Resident memory, in bytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def stop(self) -> str:
        """End it and wait; what it wrote to standard error."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        said = Path(self.errors.name).read_text()
        self.errors.close()
        return said


def start(*options: str, before: Sequence[str] = (), environment: Mapping[str, str] | None = None) -> Server:
    """A server on a free port, once it says where. ``before``: what stands before the command (``ip netns exec``)."""
    errors = tempfile.NamedTemporaryFile("w+", prefix="kuuki-", suffix=".log")  # noqa: SIM115 - closed by stop
    command = [*before, *KUUKI, "serve", "--port", "0", *options]
    surroundings = {**os.environ, **(environment or {})}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=surroundings)
    if process.stdout is None:
        raise RuntimeError("no pipe from kuuki serve")
    for line in process.stdout:
        if match := re.search(r"https?://\S+", line):
            return Server(process, match[0], errors)
    raise RuntimeError(f"kuuki serve ended before it served: {Path(errors.name).read_text()}")
