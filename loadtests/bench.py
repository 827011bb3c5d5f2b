"""``make bench``: 100 people at 5 Hz on this machine; the last line is one JSON object.

The server and the crowd are processes of their own on 127.0.0.1. CPU seconds are of the server process alone.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_KUUKI = [sys.executable, "-m", "services.launch"]
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A ``kuuki serve`` of our own."""

    process: "subprocess.Popen[str]"
    url: str

    def cpu_s(self) -> float:
        """User and system time of the process so far, in seconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S

    def rss_bytes(self) -> int:
        """Resident memory, in bytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def stop(self) -> None:
        """End it and wait."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=15)


def start() -> Server:
    """A server on a free port, once it says where."""
    process = subprocess.Popen(
        [*_KUUKI, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    if process.stdout is None:
        raise RuntimeError("no pipe from kuuki serve")
    for line in process.stdout:
        if match := re.search(r"http://\S+", line):
            return Server(process, match[0])
    raise RuntimeError("kuuki serve ended before it served")


def crowd(server: Server, people: int, seconds: float) -> dict[str, Any]:
    """Run a crowd against the server; its summary."""
    command = [*_KUUKI, "crowd", "--url", server.url, "--people", str(people), "--seconds", str(seconds), "--json"]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=seconds + 120)
    summary: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return summary


def measure(people: int, seconds: float) -> dict[str, Any]:
    """One crowd against one fresh server."""
    server = start()
    try:
        cpu_before, began = server.cpu_s(), time.monotonic()
        summary = crowd(server, people, seconds)
        cpu_s, took_s = server.cpu_s() - cpu_before, time.monotonic() - began
        memory = server.rss_bytes()
    finally:
        server.stop()
    per_client = cpu_s / (people * seconds) * 1e6
    return summary | {
        "seconds": seconds,
        "server_cpu_cores": round(cpu_s / took_s, 3),
        "server_cpu_us_per_client_second": round(per_client),
        "server_rss_bytes": memory,
    }


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=30)
    arguments = parser.parse_args()
    print(f"{arguments.people} people for {arguments.seconds:g} s on 127.0.0.1 …", file=sys.stderr)
    print(json.dumps(measure(arguments.people, arguments.seconds)))


if __name__ == "__main__":
    main()
