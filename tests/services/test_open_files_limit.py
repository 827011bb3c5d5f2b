"""The limit of open files is raised as far as the machine lets it, and where it does not, what there is must do."""

import resource
import subprocess
import sys

import pytest

from kuuki.limits import FILES
from services.runtime import open_files

INFINITY = resource.RLIM_INFINITY


class Machine:
    """``most``: what it really allows, whatever its hard limit says."""

    RLIMIT_NOFILE, RLIM_INFINITY = resource.RLIMIT_NOFILE, INFINITY

    def __init__(self, soft, hard, most):
        self.soft, self.hard, self.most = soft, hard, most

    def getrlimit(self, _):
        return self.soft, self.hard

    def setrlimit(self, _, limits):
        soft, hard = limits
        if self.most is None:
            raise OSError("not permitted")
        if soft > self.most or hard != self.hard:
            raise ValueError("current limit exceeds maximum limit")
        self.soft = soft


@pytest.mark.parametrize(
    ("soft", "hard", "most", "raised"),
    [
        (1024, 4096, 4096, 4096),
        (1024, 1024, 1024, 1024),
        (1024, 1_073_741_816, 1_073_741_816, FILES),
        (256, INFINITY, 2**63, FILES),  # Linux
        (256, INFINITY, 245_760, 65_536),  # macOS: kern.maxfilesperproc
        (256, INFINITY, 10_240, 10_240),  # macOS: OPEN_MAX
        (256, INFINITY, None, 256),
        (20_000, INFINITY, None, 20_000),
        (2 * FILES, INFINITY, 2**63, FILES),
        (INFINITY, INFINITY, 2**63, FILES),
    ],
)
def test_soft_is_raised_to_hard_or_to_what_the_machine_takes(soft, hard, most, raised, monkeypatch):
    machine = Machine(soft, hard, most)
    monkeypatch.setattr(open_files, "resource", machine)
    assert open_files.raise_open_files() == raised
    assert machine.hard == hard
    assert machine.soft == (soft if soft in (INFINITY, 2 * FILES) else raised)


def test_really_and_children_inherit_it():
    child = "import resource as r; print(r.getrlimit(r.RLIMIT_NOFILE))"
    code = (
        "import subprocess, sys; from services.runtime.open_files import raise_open_files; print(raise_open_files());"
        f"sys.stdout.flush(); subprocess.run([sys.executable, '-c', {child!r}])"
    )
    command = ["sh", "-c", 'ulimit -Sn 100; ulimit -Hn 200; exec "$@"', "sh", sys.executable, "-c", code]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")
    assert said[:2] == ["200", "(200, 200)"]
