"""Event streams: how many there may be at this gateway, in all and for each address."""

import contextlib
from collections.abc import Iterator

from kuuki.admission import Quota
from kuuki.errors import TooMany
from kuuki.limits import WATCHERS_PER_ADDRESS
from services.runtime.metrics import Metrics
from services.signal.gateway.readiness import Readiness


class Watching:
    """Admits those who watch a room without a peer. ``watchers``: how many there may be in all."""

    def __init__(self, watchers: int, readiness: Readiness, metrics: Metrics) -> None:
        self._quota = Quota(watchers, WATCHERS_PER_ADDRESS)
        self._readiness = readiness
        self._metrics = metrics

    @contextlib.contextmanager
    def by(self, address: str | None) -> Iterator[None]:
        """For as long as an event stream of that address is open; raises TooMany or Unavailable if it may not be."""
        self._readiness.refuse_if_going_away()
        if not self._quota.admit(address):
            raise TooMany("watchers")
        self._metrics.watchers.inc()
        try:
            yield
        finally:
            self._metrics.watchers.dec()
            self._quota.release(address)
