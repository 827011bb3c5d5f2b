"""The images: what goes in is there, is enough, and nothing else. They are built by `make containers`."""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.containers import standins
from tests.deploy.tools import ROOT

CONTAINERFILE = (ROOT / "deploy/Containerfile").read_text()
FRONT = (ROOT / "deploy/front/Containerfile").read_text()
LAST = CONTAINERFILE.rpartition("\nFROM ")[2]


def copied(stage: str) -> list[str]:
    """What a stage copies from the checkout."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", stage, re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


def is_ignored(path: str) -> bool:
    """Whether .dockerignore keeps this file out: the last pattern that fits it, or a folder it is in, decides."""
    ignored = False
    parents = [path, *(str(parent) for parent in Path(path).parents if str(parent) != ".")]
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        pattern = line.removeprefix("!").removeprefix("**/")
        fits = any(fnmatch.fnmatch(each if "**/" not in line else Path(each).name, pattern) for each in parents)
        ignored = not line.startswith("!") if fits else ignored
    return ignored


@pytest.mark.parametrize("source", sorted({*copied(CONTAINERFILE), *copied(FRONT)}))
def test_what_is_copied_is_there_and_not_kept_out(source):
    path = ROOT / source
    assert path.exists()
    tracked = subprocess.run(["git", "ls-files", source], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [each for each in tracked.splitlines() if is_ignored(each)] == []


@pytest.mark.parametrize(
    "path",
    [
        ".git/config",
        "deploy/secrets/signal.env",
        "client/web/dist/index.html",
        "client/web/node_modules/lit/index.js",
        "kuuki/__pycache__/mix.pyc",
        ".venv/bin/python",
        "build/models/manifest.json",
    ],
)
def test_secrets_and_what_was_built_here_are_kept_out(path):
    assert is_ignored(path)


def test_packages_come_by_their_hashes_and_nothing_is_resolved():
    steps = [step for step in CONTAINERFILE.replace("\\\n", "").splitlines() if " install " in step or " ci" in step]
    assert len(steps) == 3
    for step in steps[:2]:
        assert {"--no-deps", "--only-binary=:all:", "--require-hashes"} <= set(step.split())
        assert step.endswith("check")
    assert steps[2].endswith("npm ci")


def test_base_images_have_a_version_and_may_be_given_a_digest():
    assert len(re.findall(r"^ARG \w+_IMAGE=\S+:\d+\.\d+\.\d+-\S+$", CONTAINERFILE + "\n" + FRONT, re.MULTILINE)) == 3
    froms = re.findall(r"^FROM (\S+)", CONTAINERFILE + "\n" + FRONT, re.MULTILINE)
    assert all(re.fullmatch(r"\$\{\w+_IMAGE\}", image) for image in froms)


@pytest.mark.parametrize("file", [CONTAINERFILE, FRONT])
def test_it_runs_as_nobody_in_particular_and_without_a_shell(file):
    last = file.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\d+):(\d+)$", last, re.MULTILINE)[-1] == ("10001", "10001")
    for word in ("CMD", "ENTRYPOINT"):
        assert re.findall(rf"^(?:HEALTHCHECK .*)?{word} (.)", last, re.MULTILINE)[-1] == "["


def test_what_the_image_holds_is_enough(tmp_path):
    """The command runs from a copy of exactly these folders, as the image runs it, and serves."""
    for source in copied(LAST):
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, tmp_path / source)
    environment = dict(re.findall(r"\b(PYTHON\w+|KUUKI_\w+)=(\S+)", LAST.partition("COPY")[0]))
    assert environment["PYTHONSAFEPATH"] == "1"
    environment |= {"PYTHONPATH": str(tmp_path), "PATH": os.environ["PATH"]}
    script = (
        "import services, kuuki, client.headless.crowd, services.launch.serve, services.signal.app as app\n"
        "from client.headless.crowd.faces import readings_of\n"
        "assert len(readings_of()) == 1997\n"
        "from services.runtime.settings import Settings\n"
        "from models.licences import of_environment\n"
        "assert any(part.name == 'kuuki' for part in of_environment())\n"
        "settings = Settings()\n"
        "print(services.__file__, settings.host, settings.port, settings.store_path, app.WEB)"
    )
    said = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert said.stdout.split() == [
        f"{tmp_path}/services/__init__.py",
        "0.0.0.0",
        "8080",
        "None",
        f"{tmp_path}/client/web/dist",
    ]
    assert "client/web/dist" in LAST


def test_every_image_has_a_stand_in_for_machines_that_can_pull_none():
    """``make containers`` builds and starts all of compose.yaml: whoever adds a service adds its stand-in."""
    named = standins.names()
    known = set(
        re.findall(
            r"^FROM .* AS ([\w-]+)$", (ROOT / "tests/containers/standins.Containerfile").read_text(), re.MULTILINE
        )
    )
    assert set(named) <= known
    assert {"python", "node", "caddy", "redis", "coturn", "prometheus"} <= set(named)
