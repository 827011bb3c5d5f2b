"""The locked wheels, and an empty newer version of each: what an index looks like when a year has gone by."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

NEWER = "9999.0"
"""A version above all locked ones."""
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def normal(name: str) -> str:
    """A distribution's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


Versions = dict[str, set[str]]
"""By normal name, or by place."""


def pins(lock: Path) -> Versions:
    """What a lock file pins: versions by normal name (several, where Pythons or platforms differ)."""
    found: Versions = {}
    for name, version in _PIN.findall(lock.read_text()):
        found.setdefault(normal(name), set()).add(version)
    return found


def download(lock: Path, to: Path) -> None:
    """The lock's archives for this machine, from the index that is set up here. Raises CalledProcessError."""
    call = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--only-binary=:all:", "--require-hashes"]
    subprocess.run([*call, f"--requirement={lock}", f"--dest={to}"], check=True)


def held(folder: Path) -> Versions:
    """What wheels a folder holds."""
    parts = [path.name.split("-")[:2] for path in folder.glob("*.whl")]
    return {normal(name): {version} for name, version in parts}


def installed(python: Path) -> Versions:
    """What an environment holds."""
    said = subprocess.run([python, "-m", "pip", "list", "--format=json"], capture_output=True, check=True)
    return {normal(each["name"]): {each["version"]} for each in json.loads(said.stdout)}


def download_pip(version: str, to: Path) -> None:
    """pip itself; "" is the newest. Raises CalledProcessError."""
    wanted = f"pip=={version}" if version else "pip"
    subprocess.run([sys.executable, "-m", "pip", "download", "-qq", "--no-deps", wanted, f"--dest={to}"], check=True)


def add_newer(folder: Path) -> list[str]:
    """Beside each wheel an empty one of version NEWER that asks for nothing; the names."""
    names = sorted({path.name.split("-")[0] for path in folder.glob("*.whl")})
    for name in names:
        _empty(name, folder / f"{name}-{NEWER}-py3-none-any.whl")
    return names


def _empty(name: str, path: Path) -> None:
    about = f"{name}-{NEWER}.dist-info"
    files = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {NEWER}\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: kuuki\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "".join(f"{about}/{file},,\n" for file in ("METADATA", "WHEEL", "RECORD")),
    }
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in files.items():
            wheel.writestr(f"{about}/{file}", text)
