"""The attacker's process: ``python -m loadtests.strangers.attacker NAME``. At a lower priority than who is honest."""

import argparse
import asyncio
import os
import resource

from loadtests.strangers.attack import Target, tell
from loadtests.strangers.attacks import ATTACKS

_NICE = 5
_GRACE_S = 10.0


async def main(arguments: argparse.Namespace) -> None:
    """One attack, bounded in time whatever it does."""
    target = Target(arguments.url, arguments.room, arguments.seconds)
    try:
        async with asyncio.timeout(arguments.seconds + _GRACE_S):
            await ATTACKS[arguments.name].run(target)
    except TimeoutError:
        tell("overran")
    tell("end")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=list(ATTACKS))
    parser.add_argument("--url", required=True)
    parser.add_argument("--room", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    os.nice(_NICE)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(main(parser.parse_args()))
