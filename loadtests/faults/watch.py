"""What viewers see: the room's mixes by event stream from every gateway, with the time of each."""

import asyncio
import contextlib
import json
import math
import time
from dataclasses import dataclass, field
from itertools import pairwise

import aiohttp

_AGAIN_S = 0.05
_GAP_S = 0.7
"""Seconds without a mix after which a room is not steady."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One mix at one viewer. ``at``: monotonic seconds; ``people``: who counts (of an exact room, a number; else the
    least of its bucket); ``draw``: of the veil's noise; ``smiling``: as it is shown, if it is."""

    at: float
    viewer: str
    term: int
    seq: int
    people: int
    state: str
    age_ms: int
    draw: int = 0
    smiling: float | None = None


@dataclass
class Watch:
    """All that was seen so far, by all viewers."""

    room: str
    seen: list[Seen] = field(default_factory=list)

    async def follow(self, http: aiohttp.ClientSession, viewer: str, url: str) -> None:
        """Watch by this gateway for ever; a stream that ends is opened again."""
        while True:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                await self._stream(http, viewer, url)
            await asyncio.sleep(_AGAIN_S)

    async def _stream(self, http: aiohttp.ClientSession, viewer: str, url: str) -> None:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=1.0, sock_read=20.0)
        headers = {"Accept": "text/event-stream"}
        async with http.get(f"{url}/rooms/{self.room}/mix", headers=headers, timeout=timeout) as answer:
            async for line in answer.content:
                if answer.status == 200 and line.startswith(b"data: {"):
                    self._note(viewer, json.loads(line[6:]))

    def _note(self, viewer: str, mix: dict[str, object]) -> None:
        if "term" in mix:
            people = mix.get("people")
            count = people.get("at_least", 0) if isinstance(people, dict) else 0
            order = int(str(mix["term"])), int(str(mix["seq"]))
            age_ms, draw = int(str(mix["age_ms"])), int(str(mix["draw"]))
            smiling = float(str(mix["smiling"])) if "smiling" in mix else None
            self.seen.append(Seen(time.monotonic(), viewer, *order, count, str(mix["state"]), age_ms, draw, smiling))

    def since(self, at: float, viewer: str | None = None) -> list[Seen]:
        """What that viewer, or any, has seen since that moment."""
        return [each for each in self.seen if each.at >= at and viewer in (None, each.viewer)]

    def most(self, since: float = 0.0) -> int:
        """The greatest count in any mix."""
        return max((each.people for each in self.since(since)), default=0)

    def least(self, since: float) -> int:
        """The smallest count in any mix."""
        return min((each.people for each in self.since(since)), default=0)

    def least_for(self, seconds: float, since: float) -> int:
        """The smallest count that was not exceeded for so long: who was out for a tick is not in it.

        Of the mixes seen from then on; while none comes, nobody is known to be lost.
        """
        seen = self.since(since)
        begins = [each.at for each in seen if each.at + seconds <= seen[-1].at]
        spans = ([each.people for each in seen if at <= each.at <= at + seconds] for at in begins)
        return min(map(max, spans), default=self.most(since))

    def ran_backwards(self) -> int:
        """How many mixes were not newer than the one before, at one viewer (a repetition after a reconnect is none)."""
        newest: dict[str, tuple[int, int]] = {}
        count = 0
        for each in self.seen:
            order = (each.term, each.seq)
            count += order < newest.get(each.viewer, (0, 0))
            newest[each.viewer] = max(order, newest.get(each.viewer, (0, 0)))
        return count

    def drawn(self, since: float) -> list[float]:
        """When a mix of another draw than the one before came first to any viewer."""
        newest = sorted({(each.term, each.seq, each.draw): each for each in reversed(self.since(since))}.items())
        return [later.at for (_, before), (_, later) in pairwise(newest) if later.draw != before.draw]

    def longest_gap(self, since: float, until: float) -> float:
        """The longest time, in seconds, that any viewer was without a mix."""
        by_viewer: dict[str, list[float]] = {}
        for each in self.seen:
            if since <= each.at <= until:
                by_viewer.setdefault(each.viewer, [since]).append(each.at)
        gaps = [later - at for ats in by_viewer.values() for at, later in pairwise([*ats, until])]
        return max(gaps, default=math.inf)

    def recounted(self, people: int, hit: int, since: float) -> list[float]:
        """For each of those hit the seconds until so many were counted for good; infinite for who is missing still.

        Who of them came back when cannot be told from outside, but how many had by then can.
        """
        seconds = [math.inf] * hit
        back = hit
        for each in reversed(self.since(since)):
            back = min(back, hit - (people - each.people))
            if back <= 0:
                break
            seconds[:back] = [each.at - since] * back
        return seconds

    async def until(self, people: int, timeout_s: float, steady_s: float = 0.0, since: float | None = None) -> float:
        """Seconds until every mix (for ``steady_s``) counts that many; TimeoutError."""
        began = time.monotonic() if since is None else since
        deadline = time.monotonic() + timeout_s
        while (now := time.monotonic()) < deadline:
            first = self._steady_from(people, began, now)
            if first is not None and now - first >= steady_s:
                return first - began
            await asyncio.sleep(0.05)
        seen = [each.people for each in self.since(began)][-5:]
        raise TimeoutError(f"not {people} people within {timeout_s:g} s; the last mixes counted {seen}")

    def _steady_from(self, people: int, since: float, now: float) -> float | None:
        """From when on every mix counted that many, and none was missed; None if it is not so now."""
        first: float | None = None
        last = since
        for each in self.since(since):
            if each.people != people:
                first = None
            elif first is None or each.at - last > _GAP_S:
                first = each.at
            last = each.at
        return first if now - last <= _GAP_S else None


def at_share(ordered: list[float], share: float) -> float:
    """The value that this share of the values does not exceed; infinite where there are none."""
    return ordered[math.ceil(share * len(ordered)) - 1] if ordered else math.inf
