"""The commands of a page, done: with a kubectl that makes everything and applies nothing, and without Docker."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.tools import ROOT, tool

_KUBECTL = """#!{python}
import json, pathlib, subprocess, sys
words, made = sys.argv[1:], ""
def real(*words):
    return subprocess.run(["{kubectl}", *words], check=True, stdout=subprocess.PIPE, text=True).stdout
if "create" in words:
    made = real(*words, "--dry-run=client", "-o", "yaml")
elif "apply" in words and "-k" in words:
    made = real("kustomize", words[words.index("-k") + 1])
elif "apply" in words:
    made = pathlib.Path(words[words.index("-f") + 1]).read_text()
with open("{journal}", "a") as journal:
    journal.write(json.dumps(["kubectl", words, made]) + "\\n")
"""
_OTHER = """#!{python}
import json, pathlib, sys
with open("{journal}", "a") as journal:
    journal.write(json.dumps([pathlib.Path(sys.argv[0]).name, sys.argv[1:], ""]) + "\\n")
"""
_SECTION = r"^## {title}\n(.+?)(?=^## |\Z)"
_BLOCK = re.compile(r"^```sh\n(.+?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Call:
    """One command, and the objects that it hands to the cluster."""

    program: str
    words: Sequence[str]
    made: Sequence[dict[str, Any]]


def blocks(page: str, title: str) -> list[str]:
    """The shell blocks of a section."""
    section = re.search(_SECTION.format(title=re.escape(title)), (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)
    assert section is not None
    return _BLOCK.findall(section[1])


def done(commands: str, folder: Path, said: Mapping[str, str]) -> list[Call]:
    """Do these commands in a copy of what they need; what they called, in order. ``said``: in the first line, where
    readers say what is theirs, this in place of that."""
    for name in ("deploy", "k8s"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("secrets", "mine"))
    journal, programs = folder / "journal", folder / "programs"
    programs.mkdir()
    for program, text in {"kubectl": _KUBECTL, "docker": _OTHER, "kind": _OTHER}.items():
        (programs / program).write_text(text.format(python=sys.executable, kubectl=tool("kubectl"), journal=journal))
        (programs / program).chmod(0o755)
    first, rest = commands.split("\n", 1)
    for before, after in said.items():
        assert before in first
        first = first.replace(before, after)
    _certificate(folder)
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(folder), "KUBECONFIG": "/dev/null"}
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"{first}\n{rest}"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    calls = [json.loads(line) for line in journal.read_text().splitlines()]
    return [Call(program, words, list(yaml.safe_load_all(made)) if made else []) for program, words, made in calls]


def _certificate(folder: Path) -> None:
    """What whoever has a certificate has."""
    named = ["-subj", "/CN=kuuki", "-keyout", "privkey.pem", "-out", "fullchain.pem"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *named]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
