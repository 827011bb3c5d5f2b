"""``python -m tests.containers [--write]``: 0 if every step of the walk went as it must, 1 with the reason if not."""

import asyncio
import sys
import time
from pathlib import Path

import pytest

from tests.containers import site, standins, world
from tests.containers.machine import BUILD, ROOT, Failed, need_programs, run
from tests.containers.site import Compose
from tests.containers.visits import browser
from tests.containers.walk import Walk, take
from tests.containers.world import Visitor

DOC = ROOT / "docs/deploy.md"
BEGIN, END = "<!-- containers -->\n", "<!-- /containers -->"


class Report:
    """Rows of a table, told as they come."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self._at = time.monotonic()

    def __call__(self, step: str, seen: str) -> None:
        """A step is done."""
        now = time.monotonic()
        print(f"[containers] {step} ({now - self._at:.0f} s): {seen}", flush=True)
        self.rows.append(f"| {step} | {seen} | {now - self._at:.0f} s |")
        self._at = now

    def table(self) -> str:
        """In Markdown."""
        return "\n".join(["| step | seen | took |", "|---|---|---|", *self.rows]) + "\n"


def prepare(report: Report) -> dict[str, str]:
    """Images and secrets; what ``signal.env`` holds."""
    stood = standins.make_all()
    report("Stand-ins", f"Debian's own packages under {len(stood)} names")
    site.copy()
    site.make_images()
    sizes = run("podman", "images", "--format", "{{.Repository}}:{{.Tag}} {{.Size}}").splitlines()
    built = [
        line.removeprefix("localhost/") for line in sizes if line.startswith("localhost/kuuki") and site.OLDER in line
    ]
    report("Images built by kuuki's Containerfiles", ", ".join(sorted(built)))
    site.write_differences()
    return site.make_secrets()


async def walk_through(compose: Compose, visitor: Visitor, secrets: dict[str, str], report: Report) -> None:
    """compose.yaml up, and all steps."""
    compose.up()
    names = [name for service in compose.services for name in compose.containers(service)]
    expected = len([name for name in compose.services if name not in site.NOT_HERE])
    if len(names) != expected:
        raise Failed(f"{len(names)} containers run, not {expected}: {names}")
    took = site.wait_healthy(names)
    report("All of compose.yaml up", f"{len(names)} containers healthy by their own checks after {took:.0f} s")
    async with browser(visitor) as chromium:
        await take(Walk(compose, visitor, chromium, secrets["KUUKI_ADMIN_TOKEN"]), report)


def main(program: Path, *, write: bool) -> int:
    """The exit status."""
    report = Report()
    try:
        need_programs()
        BUILD.mkdir(parents=True, exist_ok=True)
        secrets = prepare(report)
        compose = Compose(program)
        compose.down()
        try:
            with world.world() as visitor:
                asyncio.run(walk_through(compose, visitor, secrets, report))
        finally:
            site.keep_logs()
            compose.down()
    except (Failed, pytest.fail.Exception) as error:
        print(f"[containers] FAILED: {error}", file=sys.stderr)
        return 1
    if write:
        text = DOC.read_text()
        before, _, rest = text.partition(BEGIN)
        DOC.write_text(f"{before}{BEGIN}{report.table()}{END}{rest.partition(END)[2]}")
    print(f"[containers] all {len(report.rows)} steps as they must")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), write="--write" in sys.argv))
