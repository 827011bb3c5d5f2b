"""Programs of this machine: that they are there, and how they are run. One that fails ends the walk, in its words."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
BUILD: Final = ROOT / "build/containers"
_PACKAGES: Final = {
    "podman": "podman",
    "runc": "runc",
    "debootstrap": "debootstrap",
    "iptables": "iptables",
    "ip": "iproute2",
    "nsenter": "util-linux",
    "curl": "curl",
    "git": "git",
    "chromium": "chromium",
}
_LIBRARIES: Final = {"/usr/lib/podman/netavark": "netavark", "/usr/lib/podman/aardvark-dns": "aardvark-dns"}
_ENGINE: Final = """\
[engine]
runtime = "runc"
[containers]
default_ulimits = ["nofile=10000:10000", "nproc=4096:4096"]
"""
"""runc, because crun refuses hybrid control groups; limits, because podman's own are above what many machines allow."""


class Failed(Exception):
    """What did not go as it must, in words."""


def need_programs() -> None:
    """Raises Failed with the line that installs what is missing."""
    missing = [package for program, package in _PACKAGES.items() if shutil.which(program) is None]
    missing += [package for path, package in _LIBRARIES.items() if not Path(path).exists()]
    if missing:
        raise Failed(f"missing here: apt install {' '.join(missing)}")
    if os.geteuid() != 0:
        raise Failed("containers, networks and namespaces need root: sudo make containers")


def environment() -> dict[str, str]:
    """This process's, with an engine that starts on any machine."""
    path = BUILD / "containers.conf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_ENGINE)
    return {**os.environ, "CONTAINERS_CONF": str(path)}


def run(
    *command: str | Path,
    cwd: Path = ROOT,
    more: Mapping[str, str] | None = None,
    patience_s: float = 120,
    check: bool = True,
) -> str:
    """What it printed on standard output. Raises Failed if it fails (unless not ``check``) or takes too long."""
    words = [str(part) for part in command]
    try:
        done = subprocess.run(
            words,
            check=False,
            cwd=cwd,
            env={**environment(), **(more or {})},
            capture_output=True,
            text=True,
            timeout=patience_s,
        )
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{shown(words)}: nothing in {patience_s:.0f} s") from error
    if check and done.returncode != 0:
        raise Failed(f"{shown(words)}: exit status {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def shown(words: Sequence[str]) -> str:
    """A command as one reads it, shortened."""
    return " ".join(words)[:160]
