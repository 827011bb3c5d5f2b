"""Prometheus metrics of every hop of a score, of what carries it, and of calls' signaling.

Base units; no label of a room, a person or an address. Labels take values that are known beforehand, and those begin at
0: a query finds them before the first event. docs/metrics.md is made from here (services/launch/metrics_page.py).
"""

import math
from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics

from kuuki.call.calling import ENDS
from kuuki.connections import ConnectionRefusal, CutReason
from kuuki.errors import CloseCode, DropReason
from kuuki.many.seats import Outcome
from kuuki.mood.room import Role
from kuuki.pending import Ended
from services.runtime.timeline import Refusal

Family = TypeVar("Family", Counter, Gauge, Histogram)

_SHORT_S: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_WAY_S: Final = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 1.0, 2.0)
_LONG_S: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)

_JOINS: Final = (
    "opened",
    *Ended,
    "overloaded",
    *(f"too_many_{what}" for what in ("peers", "pending_offers", "watchers", "rooms")),
    *(f"full_{what}" for what in ("files", "no_candidate")),
)
_OFFERS: Final = (
    "too_large",
    "not_utf8",
    "not_sdp",
    "line",
    "media",
    "no_media",
    "sctp_port",
    "candidate",
    "candidates",
    *(f"{no}{what}" for no in ("", "no_") for what in ("ice_ufrag", "ice_pwd", "fingerprint", "setup")),
)
_SCTP: Final = ("sctp", "sctp_bounds", "sctp_chunk", "sctp_chunks", "sctp_length", "sctp_rate", "channels")
_PACKETS: Final = (
    *("empty", "too_large", "rate", "malformed_stun", "stun_error", "addresses"),
    *("not_dtls", "unchecked_address", "queue_full", "records", "handshakes", "late"),
)
_BULLETINS: Final = (
    *("late", "implausible", "outbox_full", "no_lease", "too_large", "version", "not_msgpack"),
    *("partials", "mix", "notice"),
)
_PARTIALS: Final = ("replaced", "not_well", "silent", "failed")
_BUS: Final = ("away", "late", "full", "unconfirmed", "refused", "closed")

disable_created_metrics()  # type: ignore[no-untyped-call] # when each series began: a line more for each, and unused


class _Registry(CollectorRegistry):
    """Makes metrics. A family with a label begins with all the values that are known, at 0."""

    def counter(self, name: str, meaning: str, label: str = "", values: Iterable[str] = ()) -> Counter:
        return _begun(Counter(f"kuuki_{name}", meaning, [label] if label else [], registry=self), values)

    def gauge(self, name: str, meaning: str, label: str = "", values: Iterable[str] = ()) -> Gauge:
        return _begun(Gauge(f"kuuki_{name}", meaning, [label] if label else [], registry=self), values)

    def seconds(
        self, name: str, meaning: str, buckets: Sequence[float] = _SHORT_S, label: str = "", values: Iterable[str] = ()
    ) -> Histogram:
        labels = [label] if label else []
        return _begun(Histogram(f"kuuki_{name}_seconds", meaning, labels, registry=self, buckets=buckets), values)


def _begun(family: Family, values: Iterable[str]) -> Family:
    for value in values:
        family.labels(value)
    return family


class Metrics:
    """All metrics of a process, on a registry of their own (tests make many)."""

    def __init__(self) -> None:
        registry = self.registry = _Registry()
        self._process(registry)
        self._joining(registry)
        self._frames(registry)
        self._folding(registry)
        self._mixing(registry)
        self._fan_out(registry)
        self._bus(registry)
        self._shards(registry)
        self._record(registry)
        self._calling(registry)
        self._standing_on(registry)

    def _process(self, registry: _Registry) -> None:
        ProcessCollector(registry=registry)
        self.ready = registry.gauge("ready", "1 while /readyz says yes.")
        self.overloaded = registry.gauge("overloaded", "1 while ticks are late and joins are refused for that.")
        self.loop_lag_seconds = registry.seconds("event_loop_lag", "How late a timer of the event loop fires.")
        self.ticks_late = registry.counter(
            "ticks_late", "Ticks later than half a tick.", "loop", ["aggregator", "gateway"]
        )

        self._connecting(registry)

    def _connecting(self, registry: _Registry) -> None:
        self.http_connections = registry.gauge("http_connections", "TCP connections of HTTP held, idle ones too.")
        self.http_connections_refused = registry.counter(
            "http_connections_refused",
            "TCP connections of HTTP that were not taken, by reason.",
            "reason",
            [*ConnectionRefusal, "files"],
        )
        self.http_connections_cut = registry.counter(
            "http_connections_cut",
            "TCP connections of HTTP that were closed to make room, or were too slow, by reason.",
            "reason",
            [*CutReason, "handshake"],
        )

    def _joining(self, registry: _Registry) -> None:
        codes = ["left", *(code.name.lower() for code in CloseCode)]
        self.joins = registry.counter("joins", "Joins by outcome.", "outcome", _JOINS)
        self.joins_from_inside = registry.counter(
            "joins_from_inside", "Joins that private addresses ask for: people near, or a proxy that hides theirs."
        )
        self.join_seconds = registry.seconds(
            "join",
            "From an offer to its answer, to the open channel, and until the seat counts.",
            _LONG_S,
            "stage",
            ["answered", "opened", "counted"],
        )
        self.offers_refused = registry.counter("offers_refused", "Offers refused, by reason.", "reason", _OFFERS)
        self.pending_offers = registry.gauge("pending_offers", "Joins whose channel is not open yet.")
        self.connections = registry.gauge("connections", "Transport connections held, pending ones too.")
        self.peers = registry.gauge("peers", "Open peers by role.", "role", Role)
        self.peers_closed = registry.counter("peers_closed", "Peers closed, by close code.", "code", codes)
        self.moves = registry.counter("moves", "Clients that were asked to move to another gateway.")
        self.handovers = registry.counter(
            "handovers", "Seats that came to be counted here: why that was right.", "outcome", Outcome
        )
        self.handover_seconds = registry.seconds("handover", "From the open channel until the seat counts.", _LONG_S)

    def _frames(self, registry: _Registry) -> None:
        reasons = (*DropReason, *_SCTP)
        self.frames = registry.counter("frames_received", "Frames taken, by kind.", "kind", ["score", "tap", "beat"])
        self.frames_dropped = registry.counter("frames_dropped", "Frames dropped, by reason.", "reason", reasons)
        self.packets_dropped = registry.counter("packets_dropped", "Datagrams dropped, by reason.", "reason", _PACKETS)

    def _folding(self, registry: _Registry) -> None:
        self.rooms_open = registry.gauge("rooms_open", "Rooms that this gateway folds.")
        self.seats_waiting = registry.gauge("seats_waiting", "Seats here that another gateway may still count.")
        self.people_folded = registry.gauge("people_folded", "People whose score is in this gateway's newest partials.")
        self.fold_seconds = registry.seconds("fold", "Time to fold all rooms in a tick.")
        self.partials_dropped = registry.counter(
            "partials_dropped", "Ticks whose partials were not published, by reason.", "reason", _PARTIALS
        )
        self.partials_published = registry.counter("partials_published", "Bulletins of partials handed to the bus.")

    def _mixing(self, registry: _Registry) -> None:
        self.partials_taken = registry.counter("partials_taken", "Bulletins of partials that a mixer took.")
        self.bulletins_dropped = registry.counter(
            "bulletins_dropped", "Bus messages that were not used, by reason.", "reason", _BULLETINS
        )
        self.gateways = registry.gauge("gateways", "Gateways with a live partial in a shard that is held here.")
        self.round_seconds = registry.seconds("round", "From the first bulletin of a shard's round to its mixes.")
        self.mix_seconds = registry.seconds("mix", "Time to mix all rooms of a shard.")
        self.people_counted = registry.gauge("people_counted", "People in the newest mixes of the shards held here.")
        self.mixes_published = registry.counter("mixes_published", "Mixes published by the aggregator.")

    def _fan_out(self, registry: _Registry) -> None:
        self.mixes_taken = registry.counter("mixes_taken", "Mixes that a gateway took from the bus.")
        self.fold_to_mix_seconds = registry.seconds("fold_to_mix", "From a fold to the mix with it.")
        self.score_to_mix_seconds = registry.seconds(
            "score_to_mix",
            "From a tick's first score of a room until the mix with it is handed to its last peer.",
            _WAY_S,
        )
        self.rooms_stale = registry.gauge("rooms_stale", "Rooms with people here whose newest mix is older than 2 s.")
        self.mixes_sent = registry.counter("mixes_sent", "Mix frames handed to peers.")
        self.mixes_skipped = registry.counter("mixes_skipped", "Mixes that a slow peer skipped.")
        self.mixes_late = registry.counter(
            "mixes_late", "Mixes that were not sent because their fold was older than 1 s when a peer's turn came."
        )
        self.watchers = registry.gauge("watchers", "Event streams open.")

    def _bus(self, registry: _Registry) -> None:
        self.bus_well = registry.gauge("bus_well", "1 while this process hears its own beat over the bus.")
        self.bus_messages_published = registry.counter("bus_messages_published", "Messages handed to Redis.")
        self.bus_messages_dropped = registry.counter(
            "bus_messages_dropped", "Messages that were not, or not surely, handed on.", "reason", _BUS
        )
        self.bus_messages_received = registry.counter(
            "bus_messages_received", "Messages of topics that this process hears."
        )
        self.bus_reconnects = registry.counter("bus_reconnects", "Connections to Redis that were lost.")
        self.bus_beat_seconds = registry.seconds("bus_beat", "Round trip of a process's own beat.")

    def _shards(self, registry: _Registry) -> None:
        self.shards_held = registry.gauge("shards_held", "Shards of 64 whose mixes this aggregator publishes.")
        self.shards_taken = registry.counter("shards_taken", "Leases of shards taken.")
        self.shards_lost = registry.counter("shards_lost", "Leases of shards given back or lost.")

    def _record(self, registry: _Registry) -> None:
        refusals = ("off", "late", "backlog", *Refusal)
        self.rows_recorded = registry.counter("rows_recorded", "Rows of records that are durable.")
        self.rows_refused = registry.counter(
            "rows_refused", "Rows that should be in a record and are not, by reason.", "reason", refusals
        )
        self.record_seconds = registry.seconds("record", "From handing rows to the store until they are durable.")

    def _calling(self, registry: _Registry) -> None:
        self.lines = registry.gauge("lines", "Lines held, those whose page is reloading too.")
        self.calls = registry.counter("calls", "Calls that are over, as the caller saw it.", "outcome", sorted(ENDS))
        self.call_messages = registry.counter(
            "call_messages", "Signaling messages of pages, by type.", "type", ["hello"]
        )
        self.call_messages_dropped = registry.counter(
            "call_messages_dropped",
            "Signaling messages dropped, by reason.",
            "reason",
            ["backlog", "too_large", "broken"],
        )
        self.call_lookups = registry.counter(
            "call_lookups", "Codes looked up, by result.", "result", ["found", "missed", "limited"]
        )

    def _standing_on(self, registry: _Registry) -> None:
        """NaN, which no alert takes for a number, where this process does not look or is told nothing."""
        self.redis_memory_bytes = registry.gauge(
            "redis_memory_bytes", "Memory that Redis uses; of a cluster, its fullest node with shards of kuuki's."
        )
        self.redis_memory_limit_bytes = registry.gauge(
            "redis_memory_limit_bytes", "The most that it may: maxmemory, or without one its machine's memory."
        )
        self.redis_files_well = registry.gauge(
            "redis_files_well", "1 while Redis fails at none of its files: writing them, rewriting them."
        )
        self.certificate_left = registry.gauge(
            "certificate_left_ratio",
            "Share of the lifetime of the certificate that people are shown that is left; 0: none is shown.",
        )
        for gauge in (
            self.redis_memory_bytes,
            self.redis_memory_limit_bytes,
            self.redis_files_well,
            self.certificate_left,
        ):
            gauge.set(math.nan)
