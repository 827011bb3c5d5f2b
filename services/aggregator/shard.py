"""One shard: bulletins in, a mixer, one timer, a turn when it is due, rounds out."""

import asyncio
from collections.abc import Callable
from math import inf
from typing import Final

from kuuki.errors import BadMessage
from kuuki.many.bulletins import decode_partials, join_mix, mixes_topic, pack_stamps
from kuuki.many.partials import total
from kuuki.mood.frames import encode
from kuuki.mood.mix import Calibration
from kuuki.times import TICK_S
from services.aggregator.mixer import Mixer, RoomMix, is_plausible
from services.aggregator.outbox import Outbox
from services.aggregator.turns import Turns
from services.runtime.leases import Leases
from services.runtime.metrics import Metrics

Offer = Callable[[RoomMix], None]
"""Called with each mix that is published; quick, synchronous."""

_LATE_S: Final = TICK_S / 2
"""As of gateways' ticks."""


class Shard:
    """Mixes one shard's partials, and publishes the mixes while its lease is held."""

    def __init__(
        self,
        number: int,
        leases: Leases,
        turns: Turns,
        outbox: Outbox,
        offer: Offer,
        metrics: Metrics,
        calibration: Calibration,
    ) -> None:
        self.number = number
        self._leases = leases
        self._turns = turns
        self._outbox = outbox
        self._offer = offer
        self._metrics = metrics
        self._mixer = Mixer(calibration)
        self._timer: asyncio.Handle | None = None
        self._timer_at: float | None = None
        self._waits_since: float | None = None
        self._people = 0

    def listen(self) -> None:
        """From now on everything is heard, and nothing before was."""
        self._mixer.listen(_now())

    def receive(self, message: bytes, sent_after: float = inf) -> None:
        """A bulletin of partials from the bus, published no earlier than ``sent_after``."""
        now = _now()
        try:
            bulletin = decode_partials(message, self._mixer.roster)
        except BadMessage as error:
            return self._drop(error.reason)
        if not is_plausible(total(bulletin.rows)):  # each room alone: the mixer
            return self._drop("implausible")
        if bulletin.term:
            self._leases.heard_term(self.number, bulletin.term)
        if not self._mixer.take(bulletin, now, sent_after):
            return self._drop("late")
        self._metrics.partials_taken.inc()
        return self._plan(now)

    def _drop(self, reason: str) -> None:
        self._metrics.bulletins_dropped.labels(reason).inc()

    def _plan(self, now: float) -> None:
        if self._waits_since is not None:
            return  # what came meanwhile will be in it
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
        self._turns.ask(self._take_turn)

    def _take_turn(self) -> None:
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
        contains, packed = None, b""
        for room_mix in self._mixer.mixes(term, now):
            people += room_mix.sensing
            if room_mix.contains is not contains:
                contains, packed = room_mix.contains, pack_stamps(room_mix.contains)
            messages.append((mixes_topic(room_mix.room), join_mix(room_mix.room, encode(room_mix.mix), packed)))
            self._offer(room_mix)
        if self._mixer.left_out:
            self._metrics.bulletins_dropped.labels("implausible").inc(self._mixer.left_out)
        self._people = people
        if messages:
            self._outbox.put(self.number, term, messages)

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
        """Stop the timer, and wait for no turn."""
        self._turns.leave(self._take_turn)
        self._waits_since = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer, self._timer_at = None, None


def _now() -> float:
    return asyncio.get_running_loop().time()
