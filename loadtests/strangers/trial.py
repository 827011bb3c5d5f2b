"""One attack beside honest people: what it cost them, how soon it was over, and whether that is allowed."""

import asyncio
import contextlib
import json
import re
import time
from dataclasses import asdict, dataclass, field
from math import inf
from typing import Any, Final

from loadtests.faults.processes import Process
from loadtests.strangers.attack import CUT_S, Attack
from loadtests.strangers.ground import Ground, ground

COST_S: Final = 0.1
"""What an attack may add to the p99 of the age of what honest people see."""

IN_S: Final = 10.0
"""Seconds after which honest newcomers must be in."""

_PATIENCE_S: Final = 20.0
_SETTLE_S: Final = 1.0
_COMING_S: Final = 5.0
"""Newcomers' process is there by then; the attack goes on for as long as they come."""

_BEGAN: Final = re.compile('"began"')


@dataclass
class Result:
    """What was measured. Ages and times in seconds; ``cut_*``: since it was struck, None if it never was."""

    attack: str
    words: str
    quiet_p99_s: float
    beside_p99_s: float
    beside_max_s: float
    server_cores: float
    struck: int = 0
    cut: int = 0
    through: int = 0
    cut_first_s: float | None = None
    cut_all_s: float | None = None
    answers: dict[str, int] = field(default_factory=dict)
    newcomers: int = 0
    newcomers_in: int = 0
    newcomers_last_s: float | None = None
    newcomers_refused: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def row(self) -> str:
        """The row of this attack in the table."""
        newcomers = f"{self.newcomers_in} of {self.newcomers}, the last after {_s(self.newcomers_last_s)}"
        cells = [
            f"**{self.attack}**: {self.words}",
            f"{1000 * self.quiet_p99_s:.0f} → {1000 * self.beside_p99_s:.0f} ms (worst {1000 * self.beside_max_s:.0f})",
            f"{_s(self.cut_first_s)} / {_s(self.cut_all_s)} ({self.cut} of {self.struck})" if self.struck else "–",
            f"{self.server_cores:.2f}",
            newcomers if self.newcomers else "–",
            "**not met**: " + "; ".join(self.broken) if self.broken else "met",
        ]
        return "| " + " | ".join(cells) + " |"

    @property
    def facts(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return asdict(self)


HEAD: Final = (
    "| attack | p99 age of what honest people see, quiet → beside it | cut or refused after, first / all "
    "| server, cores | honest newcomers | |\n|---|---|---|---|---|---|"
)


def _s(seconds: float | None) -> str:
    return "never" if seconds is None else f"{seconds:.2f} s"


def p99(values: list[float]) -> float:
    """The 99th percentile; infinite where there is nothing."""
    return sorted(values)[min(len(values) - 1, int(0.99 * len(values)))] if values else inf


async def trial(attack: Attack, people: int, quiet_s: float, seconds: float) -> Result:
    """A quiet while, then the attack, and newcomers beside it, who come as soon as it has begun."""
    async with ground(attack, people) as here:
        await asyncio.sleep(_SETTLE_S)
        quiet_from = time.monotonic()
        await asyncio.sleep(quiet_s)
        quiet_s = p99(here.ages_s(quiet_from, time.monotonic()))
        attack_s = max(seconds, IN_S + _COMING_S) if attack.newcomers else seconds
        attacker = await here.start("attacker", attack.name, "--seconds", str(attack_s))
        await attacker.line(_BEGAN)
        began, cpu_s = time.monotonic(), here.server.cpu_s()
        newcomers = await _newcomers(here, attack)
        await _ended(attacker, attack_s)
        over, is_alive = time.monotonic(), here.server.is_alive
        cores = (here.server.cpu_s() - cpu_s) / (over - began) if is_alive else 0.0
        ages = here.ages_s(began, over)
        result = Result(attack.name, attack.words, quiet_s, p99(ages), max(ages, default=inf), round(cores, 2))
        _read_attacker(result, _events(attacker))
        _read_newcomers(result, newcomers)
        _judge(result, attack, is_alive)
        return result


async def _newcomers(here: Ground, attack: Attack) -> list[dict[str, Any]]:
    """What became of them."""
    if not attack.newcomers:
        return []
    process = await here.start("newcomers", *attack.newcomers, "--within", str(IN_S))
    await _ended(process, IN_S)
    return _events(process)


async def _ended(process: Process, seconds: float) -> None:
    """Wait until it ends by itself. It is ended if it does not in time."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.process.wait(), seconds + _PATIENCE_S)
    await process.end()


def _events(process: Process) -> list[dict[str, Any]]:
    return [json.loads(line) for _, line in process.lines]


def _read_attacker(result: Result, events: list[dict[str, Any]]) -> None:
    """Everything struck, and what became of it; what was struck a moment before the end may have no answer yet."""
    end_at = max((event["at"] for event in events), default=0.0)
    struck = {event["number"]: event["at"] for event in events if event["event"] == "struck"}
    over: dict[int, float] = {}
    for event in events:
        if event["event"] in ("cut", "refused"):
            over.setdefault(
                event["number"], max(0.0, event["at"] - event.get("since_s", 0.0) - struck[event["number"]])
            )
            answer = event.get("answer") or event["event"]
            result.answers[answer] = result.answers.get(answer, 0) + 1
    counted = {number for number, at in struck.items() if number in over or end_at - at > CUT_S}
    result.struck, result.cut = len(counted), len(over)
    result.through = sum(event["event"] == "through" for event in events)
    result.cut_first_s = round(min(over.values()), 3) if over else None
    result.cut_all_s = round(max(over.values()), 3) if over and len(over) == len(counted) else None


def _read_newcomers(result: Result, events: list[dict[str, Any]]) -> None:
    took = [event["took_s"] for event in events if event["event"] == "in"]
    result.newcomers = sum(event["event"] in ("in", "out") for event in events)
    result.newcomers_in = len(took)
    result.newcomers_last_s = max(took) if took and len(took) == result.newcomers else None
    result.newcomers_refused = sum(event.get("refused", 0) for event in events)


def _judge(result: Result, attack: Attack, is_alive: bool) -> None:
    """What must hold, whatever is attacked; many who join at once may cost each other something."""
    cost_s = result.beside_p99_s - result.quiet_p99_s
    claims = {
        "the server has ended": is_alive,
        f"p99 age + {1000 * cost_s:.0f} ms": attack.is_peaceful or cost_s <= COST_S,
        "nothing was struck": attack.is_peaceful or result.struck > 0,
        f"not all cut in {CUT_S:g} s": attack.must != "all" or _within(result.cut_all_s),
        f"none refused in {CUT_S:g} s": attack.must != "some" or _within(result.cut_first_s),
        f"newcomers not in after {IN_S:g} s": not attack.newcomers or result.newcomers_in == result.newcomers > 0,
    }
    result.broken = [what for what, holds in claims.items() if not holds]


def _within(took_s: float | None) -> bool:
    return took_s is not None and took_s <= CUT_S
