"""``make faults``: inject faults and write docs/reliability.md's table. ``python -m loadtests.faults [number …]``.

With ``--write`` and numbers only their rows are written, and all others stay.
"""

import argparse
import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from loadtests.faults import long_faults, network_faults, process_faults, redis_faults, tab_faults, veil_faults
from loadtests.faults.outcome import Outcome, table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- faults -->", "<!-- /faults -->"
_ROW = re.compile(r"^\| (\d+) \|.*$", re.MULTILINE)
FAULTS: dict[int, Callable[[], Awaitable[Outcome]]] = {
    1: redis_faults.redis_killed,
    2: redis_faults.redis_stopped,
    3: redis_faults.redis_black_hole,
    4: redis_faults.flushed,
    5: redis_faults.failover,
    6: process_faults.gateway_killed,
    7: process_faults.gateway_drained,
    8: process_faults.aggregator_killed,
    9: process_faults.aggregator_frozen,
    10: long_faults.rolling_restart,
    11: process_faults.client_killed,
    12: network_faults.other_address,
    13: tab_faults.two_tabs,
    14: network_faults.lossy_5,
    15: network_faults.lossy_10,
    16: network_faults.lossy_20,
    17: network_faults.bottleneck,
    18: process_faults.clocks_wrong,
    19: process_faults.slow_dashboard,
    20: tab_faults.disk_full,
    21: long_faults.churn,
    22: process_faults.gateway_added,
    23: long_faults.redis_long_away,
    24: veil_faults.veil_holds,
}


async def run(numbers: list[int]) -> list[tuple[int, Outcome]]:
    """Inject these faults, one after the other."""
    outcomes = []
    for number in numbers:
        print(f"[{number}] {FAULTS[number].__doc__}", file=sys.stderr, flush=True)
        try:
            outcome = await FAULTS[number]()
        except Exception as error:
            outcome = Outcome(f"{FAULTS[number].__name__.replace('_', ' ')}")
            outcome.equals("ran to its end", f"{type(error).__name__}: {error}", "yes")
        print(table([(number, outcome)]).splitlines()[-1], file=sys.stderr, flush=True)
        outcomes.append((number, outcome))
    return outcomes


def write(outcomes: list[tuple[int, Outcome]]) -> None:
    """Put the rows of these outcomes into the page, each in its place."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    former, _, after = rest.partition(END)
    rows = {int(found[1]): found[0] for found in _ROW.finditer(former)}
    head, rule, *new = table(outcomes).splitlines()
    rows |= {number: row for (number, _), row in zip(outcomes, new, strict=True)}
    lines = [head, rule, *(rows[number] for number in sorted(rows))]
    PAGE.write_text("\n".join([f"{before}{BEGIN}", *lines, f"{END}{after}"]))


def main() -> int:
    """Run, print the table, and write it into the page if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("numbers", type=int, nargs="*", metavar="number")
    parser.add_argument("--write", action="store_true", help="write the table into docs/reliability.md")
    arguments = parser.parse_args()
    outcomes = asyncio.run(run(arguments.numbers or sorted(FAULTS)))
    print(table(outcomes))
    if arguments.write:
        write(outcomes)
    return 0 if all(outcome.holds for _, outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
