"""``make strangers``: each attack of a stranger beside 20 honest people; the last line is one JSON object.

The server, the honest people, the attacker and the newcomers are processes of their own on 127.0.0.1, fresh for each
attack. ``python -m loadtests.strangers [attack …]`` runs only these. Exit code 1: an attack cost honest people more
than it may, was not cut in time, or kept newcomers out.
"""

import argparse
import asyncio
import json
import sys

from loadtests.strangers.attacks import ATTACKS
from loadtests.strangers.trial import HEAD, Result, trial


async def run(arguments: argparse.Namespace) -> list[Result]:
    """One attack after the other; their rows as they come."""
    print(HEAD, flush=True)
    results = []
    for name in arguments.attacks or ATTACKS:
        result = await trial(ATTACKS[name], arguments.people, arguments.quiet, arguments.seconds)
        print(result.row, flush=True)
        results.append(result)
    return results


def main() -> int:
    """Run, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("attacks", nargs="*", metavar="attack", help=f"of: {', '.join(ATTACKS)}; all without one")
    parser.add_argument("--people", type=int, default=20, help="honest people")
    parser.add_argument("--quiet", type=float, default=5.0, metavar="SECONDS", help="before each attack")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each attack")
    arguments = parser.parse_args()
    if unknown := set(arguments.attacks) - set(ATTACKS):
        parser.error(f"no such attack: {', '.join(sorted(unknown))}")
    results = asyncio.run(run(arguments))
    print(json.dumps({"strangers": [result.facts for result in results], "met": not any(r.broken for r in results)}))
    return 1 if any(result.broken for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
