"""``make capacity``: what a person costs a gateway on this machine, and how many people a core carries.

The server has one core for itself and the crowd the other. A crowd of twice the size follows until the crowd's own core
is at its end. Carried is what takes four fifths of a core, at the price a person has in the largest crowd that was
served in time: the price falls with the number, so it is cautious.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from loadtests.server import KUUKI, Server, cpu_s_of, start

_SHARE: Final = 0.8
_IN_TIME_MS: Final = 500.0
_JOINING_S: Final = 15.0
_CROWDS: Final = (50, 100, 200, 400)
_ROOT: Final = Path(__file__).parents[2]
BEGIN: Final = "<!-- capacity -->\n"
END: Final = "<!-- /capacity -->"


@dataclass(frozen=True, slots=True)
class Price:
    """Of one crowd. ``ms``: core milliseconds of the server a person and second, joins not included."""

    people: int
    ms: float
    p99_ms: float
    crowd_cores: float

    @property
    def is_in_time(self) -> bool:
        """Whether people were served as they should; a crowd without a core left for itself says nothing of that."""
        return self.p99_ms <= _IN_TIME_MS

    @property
    def row(self) -> str:
        """Of the table in docs/bench.md."""
        return f"| {self.people} | {self.ms:.2f} ms | {self.people * self.ms / 1000:.2f} | {self.p99_ms:.0f} ms |"


def carried(prices: Iterable[Price]) -> int:
    """People a core carries, in fifties; ValueError if no crowd was served in time."""
    served = [price for price in prices if price.is_in_time]
    if not served:
        raise ValueError("not even the smallest crowd was served in time: is this machine busy?")
    return int(_SHARE * 1000 / max(served, key=lambda price: price.people).ms) // 50 * 50


def measure(people: int, seconds: float) -> Price:
    """One crowd against one fresh server, each on a core of its own."""
    server = start(before=("taskset", "--cpu-list", "0"))
    try:
        return _price(server, people, seconds)
    finally:
        server.stop()


def _price(server: Server, people: int, seconds: float) -> Price:
    command = ["taskset", "--cpu-list", "1", *KUUKI, "crowd", "--url", server.url, "--people", str(people)]
    command += ["--seconds", str(seconds + _JOINING_S), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as crowd:
        time.sleep(_JOINING_S)
        before, theirs, began = server.cpu_s(), cpu_s_of(crowd.pid), time.monotonic()
        time.sleep(seconds)
        took = time.monotonic() - began
        cost, theirs = server.cpu_s() - before, cpu_s_of(crowd.pid) - theirs
        said, _ = crowd.communicate(timeout=120)
    summary: dict[str, Any] = json.loads(said.splitlines()[-1])
    return Price(people, cost / people / took * 1000, summary["end_to_end_p99_ms"], theirs / took)


def write(people: int, prices: list[Price]) -> None:
    """Into kuuki/limits.py and docs/bench.md; the other places follow by ``make generate``."""
    limits = _ROOT / "kuuki/limits.py"
    limits.write_text(re.sub(r"(?m)^(PEOPLE_PER_CORE: Final = )\d+", rf"\g<1>{people}", limits.read_text()))
    page = _ROOT / "docs/bench.md"
    before, _, rest = page.read_text().partition(BEGIN)
    head = "| people | a person and second | cores | end to end, p99 |\n|---|---|---|---|\n"
    table = head + "".join(f"{price.row}\n" for price in prices)
    page.write_text(f"{before}{BEGIN}{table}{END}{rest.partition(END)[2]}")


def main() -> None:
    """Measure, print, and with ``--write`` write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    prices = []
    for people in _CROWDS:
        prices.append(measure(people, arguments.seconds))
        print(f"{prices[-1]} of {people}", file=sys.stderr)
    people = carried(prices)
    if arguments.write:
        write(people, prices)
    print(f"{people} people a core")


if __name__ == "__main__":
    main()
