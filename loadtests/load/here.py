"""One process's part of a test: the bridge, the venue, and the events on their way to Locust."""

from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Final

import gevent
from gevent.event import Event as Flag
from locust.env import Environment

from loadtests.load.bridge import Bridge
from loadtests.load.events import Event
from loadtests.load.venue import Plan, Venue

_DRAIN_S: Final = 0.1


class Here:
    """The only one of this process. Events of the venue wait in a deque, which any thread may use, for Locust."""

    def __init__(self) -> None:
        self.bridge = Bridge()
        self._told: deque[Event] = deque()
        self._venue: Venue | None = None
        self._is_open = Flag()
        self._draining: gevent.Greenlet | None = None

    def live(self, life: Callable[[Venue], Coroutine[Any, Any, None]]) -> None:
        """Wait for the venue, then for a life there to end."""
        self._is_open.wait()
        venue = self._venue
        if venue is not None:
            self.bridge.run(lambda: life(venue))

    def open(self, environment: Environment, plan: Plan, offset: Callable[[], float]) -> None:
        """A venue for this plan."""
        self._venue = self.bridge.run(lambda: self._enter(plan, offset))
        self._draining = self._draining or gevent.spawn(self._drain, environment)
        self._is_open.set()

    async def _enter(self, plan: Plan, offset: Callable[[], float]) -> Venue:
        return await Venue(plan, offset, self._told.append).__aenter__()

    def report(self) -> dict[str, Any] | None:
        """What has come to be known of the crowd's truth since the last report."""
        return None if self._venue is None else self.bridge.call(self._venue.report)

    def close(self, environment: Environment) -> dict[str, Any] | None:
        """Have everybody leave; the last report of the truth."""
        venue = self._venue
        if venue is None:
            return None
        self._is_open.clear()
        self.bridge.run(venue.leave)
        report = self.report()
        self._venue = None
        self.bridge.run(venue.__aexit__)
        self._fire(environment)
        return report

    def _drain(self, environment: Environment) -> None:
        while True:
            gevent.sleep(_DRAIN_S)
            self._fire(environment)

    def _fire(self, environment: Environment) -> None:
        while self._told:
            event = self._told.popleft()
            environment.events.request.fire(
                request_type=event.kind,
                name=str(event.name),
                response_time=event.ms,
                response_length=0,
                exception=event.problem,
                context={},
            )


HERE: Final = Here()
