"""The checkout as an operator has it: copied, with secrets of its own, its images built, compose.yaml up."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import yaml

from tests import checkout
from tests.containers.machine import BUILD, Failed, environment, run
from tests.containers.standins import build
from tests.containers.world import HOST

SITE: Final = BUILD / "site"
OLDER: Final = "walk-1"
NEWER: Final = "walk-2"
"""Tags of two images of kuuki: the one that runs, and the one that is rolled out over it."""
NOT_HERE: Final = ("grafana",)
"""Services without a stand-in: Debian has no Grafana."""
_READY_S: Final = 90.0


class Compose:
    """podman-compose in the copy. Everything of it is removed by ``down``."""

    def __init__(self, program: Path) -> None:
        self._program = program
        self.services: dict[str, Any] = yaml.safe_load((SITE / "compose.yaml").read_text())["services"]

    def __call__(self, *words: str, tag: str = OLDER, patience_s: float = 180) -> str:
        """A command of compose; ``tag`` is the image of kuuki that it is about."""
        files = ("-f", "compose.yaml", "-f", "walk.yaml")
        return run(self._program, *files, *words, cwd=SITE, more={"KUUKI_TAG": tag}, patience_s=patience_s)

    def up(self) -> None:
        """All services."""
        self("up", "--detach", "--no-build")

    def down(self) -> None:
        """Containers, networks, volumes: as if nothing had been."""
        # podman-compose leaves what it did not start in this form of the file.
        ours = run("podman", "ps", "--all", "--quiet", "--filter", "label=com.docker.compose.project=kuuki").split()
        run("podman", "rm", "--force", "--time", "0", *ours, check=False)
        run(self._program, "-f", "compose.yaml", "-f", "walk.yaml", "down", "--volumes", cwd=SITE, check=False)

    def containers(self, service: str) -> list[str]:
        """The names of those that run."""
        name = f"label=com.docker.compose.service={service}"
        return run("podman", "ps", "--filter", name, "--format", "{{.Names}}").split()

    def roll(self, service: str, tag: str) -> None:
        """Another image for it, and wait until it is ready: what docs/deploy.md says."""
        self("up", "--detach", "--no-build", "--no-deps", service, tag=tag)
        wait_healthy(self.containers(service))


def copy() -> None:
    """The checkout, anew."""
    shutil.rmtree(SITE, ignore_errors=True)
    checkout.copy(SITE)


def make_images() -> None:
    """kuuki's own, by its own Containerfiles: twice the same but for its version, and the front."""
    build(SITE / "deploy/Containerfile", SITE, "--tag", f"kuuki:{OLDER}", patience_s=1800)
    newer = SITE / "newer.Containerfile"
    newer.write_text(f"FROM kuuki:{OLDER}\nLABEL org.opencontainers.image.version={NEWER}\n")
    build(newer, SITE / "requirements", "--tag", f"kuuki:{NEWER}")
    for tag in (OLDER, NEWER):
        build(SITE / "deploy/front/Containerfile", SITE, "--tag", f"kuuki-front:{tag}")


def make_secrets() -> dict[str, str]:
    """As docs/deploy.md says; what ``signal.env`` holds."""
    run("deploy/secrets.sh", HOST, cwd=SITE)
    lines = (SITE / "deploy/secrets/signal.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def write_differences() -> None:
    """What is other than in compose.yaml: ports of one address instead of all, and who is not here."""
    services = yaml.safe_load((SITE / "compose.yaml").read_text())["services"]
    lines = ["services:"]
    for name, service in services.items():
        if name in NOT_HERE:
            lines.append(f"  {name}: !reset null")
        elif ports := [port for port in service.get("ports", ()) if not port.startswith("127.0.0.1")]:
            lines.append(f"  {name}:\n    ports: !override {json.dumps([f'{HOST}:{port}' for port in ports])}")
    (SITE / "walk.yaml").write_text("\n".join(lines) + "\n")


def wait_healthy(containers: Iterable[str]) -> float:
    """Until each container's own health check agrees (nobody runs them here: there is no systemd); the seconds."""
    began = time.monotonic()
    waiting = list(containers)
    if not waiting:
        raise Failed("no container runs")
    while waiting:
        waiting = [name for name in waiting if not _is_healthy(name)]
        if waiting and time.monotonic() - began > _READY_S:
            logs = run("podman", "logs", "--tail", "20", waiting[0], check=False)
            raise Failed(f"not healthy after {_READY_S:.0f} s: {', '.join(waiting)}\n{logs}")
        time.sleep(0.5 if waiting else 0)
    return time.monotonic() - began


def _is_healthy(container: str) -> bool:
    command = ["podman", "healthcheck", "run", container]
    return subprocess.run(command, capture_output=True, env=environment(), check=False).returncode == 0


def keep_logs() -> None:
    """What each container said, in build/containers/logs."""
    logs = BUILD / "logs"
    logs.mkdir(exist_ok=True)
    for name in run("podman", "ps", "--all", "--format", "{{.Names}}", check=False).split():
        with (logs / f"{name}.log").open("wb") as file:
            command = ["podman", "logs", name]
            subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, env=environment(), check=False)


def address_of(container: str) -> str:
    """Its address on the network inside."""
    form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    return run("podman", "inspect", "--format", form, container).strip()
