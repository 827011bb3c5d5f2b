"""The recorder: the newest published mix of each recorded room, once a second, to the timeline."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from kuuki.errors import NotRecorded, Unavailable
from kuuki.limits import APPENDS
from kuuki.mood.frames import Mix
from kuuki.times import ROW_S, ROW_STALE_S
from services.aggregator.mixer import RoomMix
from services.runtime.log import where_of
from services.runtime.metrics import Metrics
from services.runtime.ticker import ticks
from services.runtime.timeline import Refusal, Row, Timeline

_MEANT: Final = "off"
"""The reason of a timeline that is switched off. Such a refusal is no failure: it is counted and not logged."""

log = structlog.get_logger(__name__)


class Recorder:
    """Records what this aggregator publishes. A second that cannot be recorded is lost: the next is as good."""

    def __init__(self, timeline: Timeline, metrics: Metrics, clock: Callable[[], float] | None = None) -> None:
        self._timeline = timeline
        self._metrics = metrics
        self._clock = clock or asyncio.get_running_loop().time
        self._newest: dict[str, tuple[float, Mix]] = {}
        self._appending: set[asyncio.Task[None]] = set()
        self._refused: str | None = None

    def observe(self, room_mix: RoomMix) -> None:
        """A mix was published: keep it if its room is recorded. Most are replaced before their second is over."""
        if room_mix.is_recorded:
            self._newest[room_mix.room] = (self._clock(), room_mix.mix)

    async def run(self) -> None:
        """Record once a second until cancelled. An append that waits to be durable holds up no other."""
        try:
            async for _ in ticks(ROW_S):
                self._record()
        finally:
            for task in self._appending:
                task.cancel()
            await asyncio.gather(*self._appending, return_exceptions=True)

    def _record(self) -> None:
        published, self._newest = self._newest, {}
        if not published:
            return
        oldest = self._clock() - ROW_STALE_S
        rows = [Row(room, mix) for room, (published_at, mix) in published.items() if published_at >= oldest]
        self._refuse("late", len(published) - len(rows))  # this process was stopped: that second is over
        if len(self._appending) >= APPENDS:
            self._refuse("backlog", len(rows))
        elif rows:
            task = asyncio.create_task(self._append(rows))
            self._appending.add(task)
            task.add_done_callback(self._appending.discard)

    async def _append(self, rows: list[Row]) -> None:
        began = self._clock()
        try:
            written = await self._timeline.append(rows)
        except NotRecorded as refusal:
            self._refuse(refusal.reason, len(rows))
        except Unavailable:
            self._refuse(Refusal.UNAVAILABLE, len(rows))
        except Exception as error:
            log.error("rows could not be recorded", kind=type(error).__name__, where=where_of(error))
            self._refuse(Refusal.UNAVAILABLE, len(rows))
        else:
            self._metrics.record_seconds.observe(self._clock() - began)
            self._metrics.rows_recorded.inc(written)
            self._tell(None)

    def _refuse(self, reason: str, rows: int) -> None:
        if rows:
            self._metrics.rows_refused.labels(reason).inc(rows)
            self._tell(reason)

    def _tell(self, reason: str | None) -> None:
        """Log when recording stops and when it goes on, and not every second between."""
        if reason is not None and self._refused is None and reason != _MEANT:
            log.warning("nothing is recorded", reason=str(reason))
        elif reason is None and self._refused is not None:
            log.info("what is published is recorded again")
        self._refused = None if reason == _MEANT else reason
