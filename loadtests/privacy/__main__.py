"""``make privacy``: the attacks on the published mix, and its price; a JSON line for each, the tables into docs/mix.md.

The exit status is 1 where something is beyond its limit: of the prior and some points; with ``--beside-room`` of the
greater of the prior and what the room alone tells. ``--quick``: few trials, to see that it runs; writes nothing.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from multiprocessing import Pool
from typing import Any

from loadtests.privacy.plan import TRIALS, Found, do, set_veil, works
from loadtests.privacy.table import Figure, Line, tables, write


def _say(row: dict[str, Any]) -> None:
    print(json.dumps(row), flush=True)


def _run(trials: int, processes: int, veil: dict[str, float]) -> Found:
    todo, began = works(trials), time.monotonic()
    found: dict[int, Found] = {}
    with Pool(processes, set_veil, (veil,)) as pool:
        for number, its in pool.imap_unordered(do, enumerate(todo)):
            found[number] = its
            rows: list[Line | Figure] = [*its[0], *its[1]]
            for row in rows:
                _say(row.json)
            _say({"done": len(found), "of": len(todo), "seconds": round(time.monotonic() - began)})
    ordered = [found[number] for number in sorted(found)]
    return [line for lines, _ in ordered for line in lines], [each for _, figures in ordered for each in figures]


def _sorted(found: Found) -> Found:
    """What belongs together stands together, the smallest room first."""
    lines, figures = found
    kinds = list(dict.fromkeys(line.attack for line in lines))
    whats = list(dict.fromkeys(figure.what for figure in figures))
    return (
        sorted(lines, key=lambda line: (kinds.index(line.attack), line.people)),
        sorted(figures, key=lambda figure: (whats.index(figure.what), figure.people)),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if all limits hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="300 trials; nothing is written")
    parser.add_argument("--trials", type=int, default=TRIALS)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--veil", type=float, help="another VEIL, to explore; nothing is written")
    parser.add_argument("--fresh", type=float, help="another FRESH, to explore; nothing is written")
    parser.add_argument("--beside-room", action="store_true", help="judge what an event tells beyond the room")
    options = parser.parse_args(arguments)
    veil = {name: value for name, value in (("VEIL", options.veil), ("FRESH", options.fresh)) if value is not None}
    found = _sorted(_run(300 if options.quick else options.trials, options.processes, veil))
    text = tables(*found)
    print(text)
    if not (options.quick or veil or options.trials != TRIALS):
        write(text)
    rows: list[Line | Figure] = [*found[0], *found[1]]
    beyond = [row.json for row in rows if not (row.holds_beside_room if options.beside_room else row.holds)]
    _say({"holds": not beyond, "beyond": beyond})
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
