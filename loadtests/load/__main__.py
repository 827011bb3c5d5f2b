"""``make load``: Locust against a server of its own, on 127.0.0.1; the exit code is the verdict.

With ``--overload N`` the server has a share of one core only, beside busy loops, and N times as many people come as
fit there (``--fits``). Then one thing is judged: that nothing older than a second is sent.
"""

import argparse
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final, NoReturn

from loadtests.load.verdict import NO_LIMIT
from loadtests.ports import free_port
from loadtests.server import Server, start

ROOT: Final = Path(__file__).parents[2]
USERS_MAX: Final = 400
OVERLOAD_S_MAX: Final = 120
BUSY: Final = 7
"""Busy loops on the server's core: it has an eighth of it, when all want it. So few people are too many then that those
who play them are not what is too slow."""

_GOES_S: Final = 60.0
_UNLIMITED: Final = ("failures", "join-ms", "wait-ms", "error")


def main() -> int:
    """Run; 0 if it passed, 1 if not, 2 if it was asked wrongly."""
    asked, rest = _parser().parse_known_args()
    signal.signal(signal.SIGTERM, _interrupt)
    with ExitStack() as stack:
        try:
            server = _serve(stack, is_squeezed=asked.overload > 0)
            code = _locust([*_command(asked, server.url), *rest], _others() if asked.overload else None)
            used = resource.getrusage(resource.RUSAGE_CHILDREN)  # of those that have ended: Locust's
            print(f"CPU: server {server.cpu_s():.1f} s, Locust {used.ru_utime + used.ru_stime:.1f} s", file=sys.stderr)
            return code
        except KeyboardInterrupt:
            return 130
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # what follows has deadlines


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__, epilog="The rest is for Locust.")
    parser.add_argument("--users", type=_some, default=100)
    parser.add_argument("--seconds", type=_some, default=60)
    parser.add_argument("--workers", type=int, default=2, help="processes of users; 0: one for all")
    parser.add_argument("--rate", type=float, default=10.0, help="users that come, a second")
    parser.add_argument("--overload", type=_times, default=0.0)
    parser.add_argument("--out", type=Path, default=ROOT / "build/load", help="a folder for Locust's reports")
    parser.add_argument("--fits", type=_some, default=30, help="people whom an eighth of a core serves in time")
    return parser


def _some(text: str) -> int:
    """A whole number from 1 on: of 0 seconds Locust makes for ever."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def _times(text: str) -> float:
    if not 0 <= (times := float(text)) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no number of times")
    return times


def _command(asked: argparse.Namespace, url: str) -> list[str]:
    users, seconds = asked.users, asked.seconds
    limits = []
    if asked.overload:
        users, seconds = min(USERS_MAX, round(asked.fits * asked.overload)), min(OVERLOAD_S_MAX, seconds)
        limits = [f"--max-{what}={NO_LIMIT:g}" for what in _UNLIMITED]
    print(f"{users} users for {seconds} s in {max(1, asked.workers)} processes; {url} serves …", file=sys.stderr)
    port = str(free_port())
    workers = ["--processes", str(asked.workers), "--master-bind-host", "127.0.0.1"] if asked.workers else []
    workers += ["--master-bind-port", port, "--master-port", port] if asked.workers else []
    run = ["--headless", "--only-summary", "--loglevel", "WARNING", "--host", url]
    size = ["--users", str(users), "--spawn-rate", f"{asked.rate:g}", "--run-time", f"{seconds}s"]
    files = [f"--html={asked.out / 'load.html'}", f"--summary={asked.out / 'load.json'}"]
    locustfile = str(Path(__file__).with_name("locustfile.py"))
    return [sys.executable, "-m", "locust", "-f", locustfile, *run, *size, *workers, *files, *limits]


def _serve(stack: ExitStack, *, is_squeezed: bool) -> Server:
    if not is_squeezed:
        server = start()
        stack.callback(server.stop)
        return server
    with _on({_first()}):
        server = start()
        stack.callback(server.stop)
        for _ in range(BUSY):
            busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            stack.callback(busy.wait)
            stack.callback(busy.kill)
    return server


def _first() -> int:
    return min(os.sched_getaffinity(0))


def _others() -> set[int]:
    """The cores that are not the server's."""
    return os.sched_getaffinity(0) - {_first()} or sys.exit("make load OVERLOAD=… needs two cores: one is the server's")


@contextmanager
def _on(cores: set[int] | None) -> Iterator[None]:
    """What is started in the block runs on these cores; None: on any."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _locust(command: list[str], cores: set[int] | None) -> int:
    """Its exit code. It is a process group of its own: Ctrl-C is for its master, which tells the others."""
    with _on(cores):
        locust = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        return locust.wait()
    finally:
        if locust.poll() is None:
            locust.terminate()
            with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                locust.wait(_GOES_S)
        with suppress(ProcessLookupError):
            os.killpg(locust.pid, signal.SIGKILL)  # a worker whose master is gone
        locust.wait()


def _interrupt(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
