"""Who is there when: some come late, some leave before the end. Pure, and the same for the same seed."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from random import Random

from client.headless.crowd.cues import CueSheet, Stream


@dataclass(frozen=True, slots=True)
class Attendance:
    """When one person is there: from ``comes`` to ``goes``, in seconds of the sheet, each time that it is played."""

    comes: float = 0.0
    goes: float = math.inf

    def visits(self, repeat_s: float | None) -> Iterator[tuple[float, float]]:
        """When this one comes and goes, in seconds after the show's start; without end if the sheet repeats."""
        for turn in count() if repeat_s and math.isfinite(self.goes) else range(1):
            begins = turn * (repeat_s or 0.0)
            yield begins + self.comes, begins + self.goes


def attendances(sheet: CueSheet, seed: int, people: int) -> list[Attendance]:
    """Each person's, by index. Who came late stays to the end, and goes before the sheet begins again."""
    dice = [Random(f"attendance {seed} {index}") for index in range(people)]  # noqa: S311 - a simulation
    order = sorted(range(people), key=[one.random() for one in dice].__getitem__)
    found = [Attendance()] * people
    for index, comes in zip(order, _times(sheet.late, people, dice, order), strict=False):
        found[index] = Attendance(comes, _after_the_end(sheet, dice[index]))
    order.reverse()
    for index, goes in zip(order, _times(sheet.leavers, people, dice, order), strict=False):
        found[index] = Attendance(goes=goes)
    return found


def _times(stream: Stream | None, people: int, dice: list[Random], order: list[int]) -> list[float]:
    """When each of the first in this order comes, or goes: as many as are the stream's share of all."""
    if stream is None:
        return []
    lasts_s = stream.ends - stream.begins
    return [stream.begins + lasts_s * dice[index].random() for index in order[: int(stream.share * people)]]


def _after_the_end(sheet: CueSheet, dice: Random) -> float:
    """Somewhere between the last cue and the next beginning."""
    if sheet.repeat_s is None:
        return math.inf
    ends_s = min(sheet.ends_s, sheet.repeat_s)
    return ends_s + (sheet.repeat_s - ends_s) * dice.random()
