"""Stand-ins for images that nobody can pull here: Debian's own packages, under the names that kuuki's files ask for."""

import os
import re
import tempfile
from pathlib import Path
from typing import Final

import yaml

from tests.containers.machine import BUILD, ROOT, Failed, run

_BASE: Final = "kuuki-standin-base"
_INCLUDE: Final = (
    "python3", "python3-venv", "python3-pip", "ca-certificates", "wget",
    "redis-server", "coturn", "caddy", "prometheus", "prometheus-alertmanager", "prometheus-node-exporter",
)  # fmt: skip
_TARGETS: Final = ("node-exporter", "alertmanager", "prometheus", "python", "node", "caddy", "redis", "coturn")
"""The first that is part of an image's name."""
_PIP: Final = Path("/etc/pip.conf")
_NOT_IN_DEBIAN: Final = ("grafana",)
_ARGUMENT: Final = re.compile(r"^ARG \w+_IMAGE=(\S+)", re.MULTILINE)


def names() -> dict[str, str]:
    """Target of standins.Containerfile → the image that kuuki's files name. Raises Failed if one has no stand-in."""
    asked = {
        name
        for file in ("deploy/Containerfile", "deploy/front/Containerfile")
        for name in _ARGUMENT.findall((ROOT / file).read_text())
    }
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"].values()
    asked |= {service["image"] for service in services if "build" not in service}
    found = {_target(name): name for name in asked if not any(part in name for part in _NOT_IN_DEBIAN)}
    if None in found:
        raise Failed(f"no stand-in for {found[None]}: add one to tests/containers/standins.Containerfile")
    return {str(target): name for target, name in found.items()}


def _target(image: str) -> str | None:
    return next((target for target in _TARGETS if target in image), None)


def make_base() -> None:
    """The one root file system behind all of them, made once (two minutes)."""
    made = run("podman", "images", "--filter", f"label=holds={'+'.join(_INCLUDE)}", "--format", "{{.Repository}}")
    if _BASE in made:
        return
    with tempfile.TemporaryDirectory(prefix="kuuki-root-", dir=BUILD) as folder:
        root = Path(folder) / "root"
        included = f"--include={','.join(_INCLUDE)}"
        run("debootstrap", "--variant=minbase", included, "bookworm", root, *_mirror(), patience_s=900)
        run(
            "sh",
            "-c",
            f"tar -C {root} -c . | podman import --change 'LABEL holds={'+'.join(_INCLUDE)}' - {_BASE}:latest",
            patience_s=300,
        )


def make_all() -> dict[str, str]:
    """Every stand-in, under its name. What is made already is found again by its layers."""
    make_base()
    made = names()
    for target, name in made.items():
        file = ROOT / "tests/containers/standins.Containerfile"
        build(file, ROOT / "requirements", "--target", target, "--tag", name)
    return made


def build(file: Path, context: Path, *options: str, patience_s: float = 900) -> None:
    """podman build, with this machine's client settings and certificates lent to it: none gets into the image."""
    lent = [word for volume in client_settings() for word in ("--volume", volume)]
    command = ("podman", "build", "--quiet", "--format", "docker", "--network", "host", *lent, *options)
    run(*command, "--file", file, context, patience_s=patience_s)


def client_settings() -> list[str]:
    """Volumes with what pip and npm are told on this machine. ``KUUKI_BUILD_VOLUMES``: more of them, by spaces."""
    home = Path.home()
    own = [file for file in (home / ".config/pip/pip.conf", home / ".pip/pip.conf") if file.exists()]
    found = [file for file in (_PIP, *own) if file.exists()]
    folders = {Path(path) for file in found for path in re.findall(r"(?:file://|[=\s])(/[^\s,]+)", file.read_text())}
    # A simple index beside the archives that it leads to.
    folders = {folder.parent if folder.name == "simple" else folder for folder in folders}
    lent = [f"{path}:{path}:ro" for path in folders if path.is_dir()]
    lent += [f"{_PIP}:{_PIP}:ro"] if _PIP.exists() else []
    lent += [f"{file}:/etc/xdg/pip/pip.conf:ro" for file in own[:1]]
    if Path("/etc/ssl/certs").is_dir():
        lent.append("/etc/ssl/certs:/etc/ssl/certs:ro")
    return [*lent, f"{_npmrc()}:/usr/local/etc/npmrc:ro", *os.environ.get("KUUKI_BUILD_VOLUMES", "").split()]


def _npmrc() -> Path:
    """npm's settings; a file of certificates that Node is told of here by a variable is said in them."""
    own, copy = Path.home() / ".npmrc", BUILD / "npmrc"
    text = own.read_text() if own.exists() else ""
    certificates = os.environ.get("NODE_EXTRA_CA_CERTS", "")
    if certificates.startswith("/etc/ssl/certs/"):
        text += f"\ncafile={certificates}\n"
    copy.write_text(text)
    copy.chmod(0o600)
    return copy


def _mirror() -> list[str]:
    """Where this machine's own Debian packages come from, if it has any."""
    sources = [*Path("/etc/apt/sources.list.d").glob("*"), Path("/etc/apt/sources.list")]
    lines = [line for source in sources if source.is_file() for line in source.read_text().splitlines()]
    found = [words[1] for words in map(str.split, lines) if words[:1] in (["URIs:"], ["deb"]) and len(words) > 1]
    return [url for url in found if "debian" in url and "security" not in url][:1]
