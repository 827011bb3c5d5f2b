"""Two hosts on one machine: network namespaces joined by two cables (veth), one plugged in at a time."""

import itertools
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SERVER = "10.77.0.1"
_COUNT = itertools.count()
_SUDO = [] if os.geteuid() == 0 else ["sudo", "-n"]


def _ip(*words: str) -> None:
    done = subprocess.run([*_SUDO, "ip", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr} (needs root or sudo, and: apt install iproute2)"


@dataclass(frozen=True)
class Hosts:
    """``fixed`` has the address SERVER and both cables; ``moving`` one of them."""

    fixed: str
    moving: str

    def prefix(self, host: str) -> list[str]:
        """What stands before a command that runs on that host."""
        return [*_SUDO, "ip", "netns", "exec", host]

    def wrap(self, host: str, program: str, folder: Path) -> str:
        """A script that runs a program on that host."""
        script = folder / f"{host}.sh"
        script.write_text(f'#!/bin/sh\nexec {" ".join(self.prefix(host))} {program} "$@"\n')
        script.chmod(0o755)
        return str(script)

    def move(self) -> None:
        """The first cable is pulled and the second plugged in: another address, another way."""
        self.pull()
        self._plug("second", 2)

    def pull(self) -> None:
        """The first cable is pulled: nobody can say goodbye any more."""
        _ip("-n", self.moving, "link", "set", "first", "down")

    def _plug(self, cable: str, number: int) -> None:
        _ip("-n", self.moving, "addr", "add", f"10.77.{number}.2/24", "dev", cable)
        _ip("-n", self.moving, "link", "set", cable, "up")
        _ip("-n", self.moving, "route", "replace", "default", "via", f"10.77.{number}.1")


@contextmanager
def two_hosts() -> Iterator[Hosts]:
    """Made, and removed with all that runs in them ended by whoever started it."""
    mark = f"kuuki{os.getpid()}x{next(_COUNT)}"
    hosts = Hosts(f"{mark}f", f"{mark}m")
    try:
        for host in (hosts.fixed, hosts.moving):
            _ip("netns", "add", host)
            _ip("-n", host, "link", "set", "lo", "up")
        _ip("-n", hosts.fixed, "addr", "add", f"{SERVER}/32", "dev", "lo")
        for number, cable in enumerate(("first", "second"), 1):
            ends = ["netns", hosts.fixed, "type", "veth", "peer", "name", cable, "netns", hosts.moving]
            _ip("link", "add", cable, *ends)
            _ip("-n", hosts.fixed, "addr", "add", f"10.77.{number}.1/24", "dev", cable)
            _ip("-n", hosts.fixed, "link", "set", cable, "up")
        hosts._plug("first", 1)
        yield hosts
    finally:
        for host in (hosts.fixed, hosts.moving):
            with suppress(AssertionError):
                _ip("netns", "del", host)
