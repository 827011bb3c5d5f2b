"""What `make` asks of a machine is asked first, and the answer says what was found and what to do."""

import os
import subprocess

import pytest

from tests.deploy.tools import ROOT
from tests.locks.wheels import pins


def make(*words, path=None):
    ours = ("MAKE", "MFLAGS", "PYTHON")  # what `make test` itself was asked for
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    inherited["PATH"] = f"{path}:{inherited['PATH']}" if path else inherited["PATH"]
    # The recipes put build/node first: a Node from `make node` is not what is tested here.
    call = ["make", "CURDIR=/nowhere", *words]
    return subprocess.run(call, cwd=ROOT, env=inherited, capture_output=True, text=True, timeout=60, check=False)


def program(folder, name, script):
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_this_machine_will_do():
    assert make(".needs").returncode == 0


@pytest.mark.parametrize(
    ("name", "script", "found", "advice"),
    [
        ("node", "[ $1 = --version ] && echo v18.20.4; exit 1", "v18.20.4", "make node"),
        ("node", "exit 127", "none", "apt install nodejs npm"),
        ("python3", "[ $1 = --version ] && echo Python 3.9.2; exit 1", "Python 3.9.2", "apt install python3"),
        ("python3", 'case "$2" in *ensurepip*) exit 1;; esac', "venv module", "apt install python3-venv"),
    ],
)
def test_what_is_too_old_or_missing_is_said_with_what_to_do(tmp_path, name, script, found, advice):
    program(tmp_path, name, script)
    done = make(".needs", path=tmp_path)
    assert done.returncode != 0
    assert found in done.stdout
    assert advice in done.stdout


@pytest.mark.parametrize(
    ("version", "will_do"),
    [("18.99.0", 0), ("20.18.9", 0), ("20.19.0", 1), ("21.9.0", 0), ("22.11.0", 0), ("22.12.0", 1), ("24.0.0", 1)],
)
def test_what_the_locked_tools_run_on_will_do(tmp_path, version, will_do):
    """A node whose version is another: the check itself runs. The bounds are vite's."""
    real = subprocess.run(["which", "node"], capture_output=True, text=True, check=True).stdout.strip()
    lie = f"Object.defineProperty(process.versions, 'node', {{value: '{version}'}})"
    program(tmp_path, "node", f'[ "$1" = -e ] && exec {real} -e "{lie}; $2"\necho v{version}')
    assert (make(".needs", path=tmp_path).returncode == 0) == bool(will_do)


def test_versions_are_checked_before_anything_is_made():
    planned = make("--dry-run", "--always-make", "setup").stdout
    assert (
        0
        <= planned.index("kuuki needs Python 3.11")
        < planned.index("kuuki needs Node")
        < planned.index("venv --clear")
    )


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.stem)
def test_what_two_locks_pin_is_of_one_version(lock):
    everything, pinned = pins(ROOT / "requirements/dev.txt"), pins(lock)
    shared = pinned.keys() & everything.keys()
    assert shared or lock.stem == "node"
    assert {name: pinned[name] for name in shared if not pinned[name] <= everything[name]} == {}
