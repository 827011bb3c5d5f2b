"""One shard: bulletins in, a mixer, one timer, a place in the run queue when mixes are due, rounds out."""

import asyncio
from collections.abc import Callable
from math import inf
from typing import Final

from kuuki.errors import BadMessage
from kuuki.many.bulletins import decode_partials, encode_contents, encode_mix, mixes_topic
from kuuki.many.partials import sum_partials
from kuuki.many.veils import decode_veils, encode_veils, veils_topic
from kuuki.mood.frames import LATEST, VERSION, encode
from kuuki.mood.mix import Calibration
from kuuki.times import TICK_S
from services.aggregator.mixer import Mixer, RoomMix
from services.aggregator.outbox import Outbox
from services.aggregator.runqueue import RunQueue
from services.runtime.leases import Leases
from services.runtime.metrics import Metrics

OnMix = Callable[[RoomMix], None]
"""Called on the event loop with each mix that goes to the outbox; must return at once."""

_LATE_S: Final = TICK_S / 2
"""Mixes that go out this much after they were due count as late, as gateways' ticks do."""


class Shard:
    """Mixes one shard's partials, and publishes the mixes while its lease is held."""

    def __init__(
        self,
        number: int,
        leases: Leases,
        queue: RunQueue,
        outbox: Outbox,
        on_mix: OnMix,
        metrics: Metrics,
        calibration: Calibration,
        veil_key: bytes,
    ) -> None:
        self.number = number
        self._leases = leases
        self._queue = queue
        self._outbox = outbox
        self._on_mix = on_mix
        self._metrics = metrics
        self._mixer = Mixer(calibration, veil_key)
        self._timer: asyncio.Handle | None = None
        self._timer_at: float | None = None
        self._waits_since: float | None = None
        self._people = 0

    def listen(self) -> None:
        """From now on every bulletin of this shard is heard; those before were not."""
        self._mixer.listen(_now())

    def receive(self, message: bytes, sent_after: float = inf) -> None:
        """A bulletin of partials from the bus, published no earlier than ``sent_after``."""
        now = _now()
        try:
            bulletin = decode_partials(message, self._mixer.roster)
        except BadMessage as error:
            return self._drop(error.reason)
        # A bulletin that lies costs its gateway alone: summed with others' it would take their rooms with it. Sums over
        # its rooms may hide a room that lies, so the mixer looks at each room again, where all of it comes together.
        if not sum_partials(bulletin.encoded).is_plausible:
            return self._drop("implausible")
        if bulletin.term:
            self._leases.heard_term(self.number, bulletin.term)
        if bulletin.steps is None and self._mixer.has(bulletin.stamp):
            return None
        if not self._mixer.accept(bulletin, now, sent_after):
            return self._drop("late")
        self._metrics.partials_taken.inc()
        return self._plan(now)

    def receive_veils(self, message: bytes) -> None:
        """Where veils stand, as an aggregator says that publishes. Who publishes itself knows better."""
        try:
            term, veils = decode_veils(message)
        except BadMessage as error:
            return self._drop(error.reason)
        if self._leases.term(self.number) is None:
            self._leases.heard_term(self.number, term)
            self._mixer.publications.adopt(veils)
        return None

    def _drop(self, reason: str) -> None:
        self._metrics.bulletins_dropped.labels(reason).inc()

    def _plan(self, now: float) -> None:
        if self._waits_since is not None:
            return  # it waits in the run queue already, and mixes the newest when it runs
        due_at = self._mixer.due_at(now)
        if due_at is None:
            return
        if due_at <= now:
            self.close()
            self._wait(now)
        elif self._timer_at != due_at:
            self.close()
            self._timer, self._timer_at = asyncio.get_running_loop().call_at(due_at, self._fire, due_at), due_at

    def _fire(self, due_at: float) -> None:
        self._timer, self._timer_at = None, None
        self._wait(due_at)

    def _wait(self, since: float) -> None:
        self._waits_since = since
        self._queue.add(self._run)

    def _run(self) -> None:
        now, since = _now(), self._waits_since
        self._waits_since = None
        if since is not None and now - since > _LATE_S:
            self._metrics.ticks_late.labels("aggregator").inc()
        self._send(now)

    def _send(self, now: float) -> None:
        if (began_at := self._mixer.began_at) is not None:
            self._metrics.round_seconds.observe(now - began_at)
        term = self._leases.term(self.number)
        if term is None:
            self._mixer.follow(now)
            return
        with self._metrics.mix_seconds.time():
            self._mix(term, now)

    def _mix(self, term: int, now: float) -> None:
        people, messages = 0, []
        contains, contents = None, b""
        for room_mix in self._mixer.mixes(term, now):
            people += room_mix.sensing
            if room_mix.contains is not contains:  # one tuple for all rooms of a roster
                contains, contents = room_mix.contains, encode_contents(room_mix.contains)
            frame = encode(room_mix.mix, VERSION if room_mix.step is None else LATEST)
            bulletin = encode_mix(room_mix.room, frame, contents, room_mix.step)
            messages.append((mixes_topic(room_mix.room), bulletin))
            self._on_mix(room_mix)
        if self._mixer.left_out:
            self._metrics.bulletins_dropped.labels("implausible").inc(self._mixer.left_out)
        self._people = people
        mixes = len(messages)
        if veils := self._mixer.publications.veils(now):
            messages.append((veils_topic(self.number), encode_veils(term, veils)))
        if messages and self._outbox.put(self.number, term, messages, mixes):
            self._mixer.publications.say_veils_again()

    def forget(self) -> None:
        """The bus may have lost messages of this shard."""
        self.close()
        self._mixer.forget()

    def holds(self, now: float) -> tuple[set[str], int]:
        """Gateways and people in the newest mixes that went out from here, while the lease is held."""
        gateways = set(self._mixer.gateways(now))
        if self._leases.term(self.number) is None or not gateways:
            return set(), 0
        return gateways, self._people

    def close(self) -> None:
        """Stop the timer, and leave the run queue."""
        self._queue.remove(self._run)
        self._waits_since = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer, self._timer_at = None, None


def _now() -> float:
    return asyncio.get_running_loop().time()
