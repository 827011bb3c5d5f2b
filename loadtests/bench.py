"""``make bench``: 100 people at 5 Hz on this machine; the last line is one JSON object.

The server and the crowd are processes of their own on 127.0.0.1. CPU seconds are of the server process alone.
"""

import argparse
import json
import subprocess
import sys
import time
from typing import Any

from loadtests.server import KUUKI, Server, start


def crowd(server: Server, people: int, seconds: float) -> dict[str, Any]:
    """Run a crowd against the server; its summary."""
    command = [*KUUKI, "crowd", "--url", server.url, "--people", str(people), "--seconds", str(seconds), "--json"]
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
