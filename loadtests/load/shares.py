"""The truth of a crowd whose people are in several processes. Pure; times are of the master's clock, in seconds.

``kuuki crowd`` knows everybody, and judges a mix when nothing has changed for a second. Here each worker knows its own
people. It keeps the *spans* in which nothing of theirs changed, with their exact integer sums, and the mixes that came
in those; all of it goes to the master. A mix is judged when it came in a span of every worker: then the sum of the
sums is what it must say. So it is the same judgement by the same rules, later.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final

from typing_extensions import override

from client.headless.crowd.truth import Sums, error_of, mean, said_by
from kuuki.mood.frames import Mix

EDGE_S: Final = 0.1
"""Before a span's end nothing is judged for so long: clocks of two workers may differ by it."""

_KEPT: Final = 20_000
"""Mixes that wait for the other workers' spans: some minutes; more, and a worker is gone."""


@dataclass(frozen=True, slots=True)
class Span:
    """From its ``start`` (what changed before is in every mix by then) to its ``end``, nothing has changed."""

    start: float
    end: float
    sums: tuple[int, ...]
    sensing: int


@dataclass(frozen=True, slots=True)
class Heard:
    """One mix, as so many people of one worker received it, the first at ``at``, the last at ``until``."""

    at: float
    until: float
    times: int
    at_least: int | None
    said: tuple[float, ...] | None


class Share(Sums):
    """One worker's people. ``offset``: what added to a time of this process's clock makes it the master's."""

    def __init__(self, offset: Callable[[], float] = lambda: 0.0) -> None:
        super().__init__()
        self._offset = offset
        self._spans: list[Span] = []
        self._heard: dict[tuple[int, int], Heard] = {}

    @override
    def hear(self, mix: Mix, now: float) -> None:
        if now < self.settles_at:
            return
        key = (mix.term, mix.seq)
        before = self._heard.get(key)
        at = now + self._offset()
        if before is None:
            self._heard[key] = Heard(at, at, 1, mix.at_least, said_by(mix))
        else:
            self._heard[key] = Heard(before.at, at, before.times + 1, before.at_least, before.said)

    def _unsettle(self, now: float, until: float) -> None:
        if self.settles_at < now:
            self._spans.append(self._span(now))
        super()._unsettle(now, until)

    def _span(self, now: float) -> Span:
        offset = self._offset()
        return Span(self.settles_at + offset, now + offset, self.sums, self.sensing)

    def report(self, now: float) -> dict[str, Any]:
        """What has come to be known since the last report, for ``Truths.take``; simple enough for any wire."""
        spans, self._spans = self._spans, []
        if self.settles_at < now:
            spans.append(self._span(now))  # it goes on; the next report has more of it
        heard, self._heard = self._heard, {}
        return {
            "until": now + self._offset(),
            "spans": [[span.start, span.end, list(span.sums), span.sensing] for span in spans],
            "heard": [[one.at, one.until, one.times, one.at_least, one.said] for one in heard.values()],
        }


@dataclass
class _Worker:
    """What one worker has reported, and up to when."""

    until: float = -inf
    spans: list[Span] = field(default_factory=list)

    def covers(self, heard: Heard) -> Span | None:
        """The span in which all of them heard it."""
        return next((one for one in self.spans if one.start <= heard.at and heard.until <= one.end - EDGE_S), None)


class Truths:
    """All workers' shares, at the master, and the worst and the mean error of a mix against all of them.

    ``is_exact``, ``is_alone``: as for ``Truth``. ``judged`` counts each mix as often as people received it.
    """

    def __init__(self, *, is_exact: bool, is_alone: bool) -> None:
        self.is_exact = is_exact
        self._is_alone = is_alone
        self._workers: dict[str, _Worker] = {}
        self._heard: deque[Heard] = deque(maxlen=_KEPT)
        self._error_sum = self._error_max = 0.0
        self.judged = 0

    @property
    def error_max(self) -> float | None:
        """The largest error of a label's weight, 0..1; None when no mix could be judged."""
        return self._error_max if self.judged else None

    @property
    def error_mean(self) -> float | None:
        """The mean of each received mix's largest error."""
        return self._error_sum / self.judged if self.judged else None

    def expect(self, worker: str) -> None:
        """That worker has a share: without its word nothing is judged."""
        self._workers.setdefault(worker, _Worker())

    def take(self, worker: str, report: dict[str, Any]) -> None:
        """A worker's report; whoever sends one is expected from then on."""
        self.expect(worker)
        here = self._workers[worker]
        here.until = report["until"]
        here.spans += [Span(start, end, tuple(sums), sensing) for start, end, sums, sensing in report["spans"]]
        if self.is_exact:
            self._heard.extend(Heard(*one) for one in report["heard"])
        self._judge(min(each.until for each in self._workers.values()) - EDGE_S)

    def _judge(self, known_until: float) -> None:
        waiting = list(self._heard)
        self._heard.clear()
        for heard in waiting:
            if heard.until <= known_until:
                self._judge_one(heard)
            else:
                self._heard.append(heard)
        for worker in self._workers.values():
            worker.spans = [span for span in worker.spans if span.end > known_until]

    def _judge_one(self, heard: Heard) -> None:
        spans = [span for worker in self._workers.values() if (span := worker.covers(heard)) is not None]
        if len(spans) < len(self._workers):
            return
        sensing = sum(span.sensing for span in spans)
        expected = mean([sum(sums) for sums in zip(*(span.sums for span in spans), strict=True)], sensing)
        if expected is None or (not self._is_alone and heard.at_least != sensing):
            return
        error = error_of(heard.said, expected)
        self.judged += heard.times
        self._error_sum += error * heard.times
        self._error_max = max(self._error_max, error)
