"""The world outside: a network on which this machine has one address, and a visitor who can reach that and no more."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.containers.machine import BUILD, run

_NETWORK: Final = "kuuki-world"
_VISITOR: Final = "kuuki-visitor"
HOST: Final = "10.231.0.1"
"""This machine, as the world sees it: what stands in DNS."""
_INSIDE: Final = "172.30.0.0/24"


@dataclass(frozen=True)
class Visitor:
    """``pid``: of a process whose network is the visitor's."""

    pid: int

    @property
    def prefix(self) -> list[str]:
        """What stands before a command of the visitor's."""
        return ["nsenter", f"--net=/proc/{self.pid}/ns/net", "--"]

    def wrap(self, program: str) -> str:
        """A script that runs a program of this machine as the visitor."""
        script = BUILD / f"as-visitor-{Path(program).name}"
        script.write_text(f'#!/bin/sh\nexec {" ".join(self.prefix)} {shutil.which(program)} "$@"\n')
        script.chmod(0o755)
        return str(script)


@contextmanager
def world() -> Iterator[Visitor]:
    """Made, and removed. The visitor has no way to the containers but by the ports that are published."""
    remove()
    run("podman", "network", "create", "--subnet", "10.231.0.0/24", "--gateway", HOST, _NETWORK)
    try:
        run(
            "podman",
            "run",
            "--detach",
            "--name",
            _VISITOR,
            "--network",
            _NETWORK,
            "kuuki-standin-base",
            "sleep",
            "7200",
        )
        visitor = Visitor(int(run("podman", "inspect", "--format", "{{.State.Pid}}", _VISITOR)))
        run(*visitor.prefix, "ip", "route", "add", "blackhole", _INSIDE)
        yield visitor
    finally:
        remove()


def remove() -> None:
    """What an earlier walk left, too."""
    run("podman", "rm", "--force", "--time", "0", _VISITOR, check=False)
    run("podman", "network", "rm", "--force", _NETWORK, check=False)
