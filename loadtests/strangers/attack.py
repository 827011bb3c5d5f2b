"""What an attack is, and what the attacker's process tells of it, one JSON object a line.

``at`` is the machine's monotonic clock, so that lines of several processes compare. Each thing that an attacker does
has a number: a connection, a request, a peer. It is *struck* when its first hostile byte goes out; then it is *cut*
(closed by the server), *refused* (answered with an error), or gets *through* (all of it was taken).
"""

import json
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Final, Literal
from urllib.parse import urlsplit

Must = Literal["all", "some", "none"]
"""Which of the things that an attacker does must be cut or refused within CUT_S."""

CUT_S: Final = 1.0


@dataclass
class Target:
    """A server under attack, for so many seconds."""

    url: str
    room: str
    seconds: float
    _numbers: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """The attack begins now: all is ready."""
        self.ends_at = time.monotonic() + self.seconds
        tell("began")

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 80

    @property
    def left_s(self) -> float:
        """How long the attack still goes on."""
        return self.ends_at - time.monotonic()

    def strike(self) -> int:
        """Note that something hostile is sent now; its number."""
        number = next(self._numbers)
        tell("struck", number=number)
        return number


def tell(event: str, **facts: object) -> None:
    """Print one event as a line of JSON."""
    sys.stdout.write(json.dumps({"at": round(time.monotonic(), 4), "event": event, **facts}) + "\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Attack:
    """One attack. ``newcomers``: what honest newcomers try meanwhile, as options of newcomers.py.

    ``files``: the server's limit of open files, if not the machine's. ``is_peaceful``: nothing is struck.
    """

    name: str
    words: str
    run: Callable[[Target], Awaitable[None]]
    must: Must = "all"
    newcomers: tuple[str, ...] = ()
    files: int | None = None
    is_peaceful: bool = False
