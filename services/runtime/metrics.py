"""Prometheus metrics of every hop of a score, and of calls' signaling: base units, no room or person label."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SHORT_S = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


class Metrics:
    """All metrics of a process, on a registry of their own (tests make many)."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self.joins = Counter("kuuki_joins", "Joins by outcome.", ["outcome"], registry=registry)
        self.offers_refused = Counter(
            "kuuki_offers_refused", "Offers refused, by reason.", ["reason"], registry=registry
        )
        self.pending_offers = Gauge("kuuki_pending_offers", "Joins whose channel is not open yet.", registry=registry)
        self.peers = Gauge("kuuki_peers", "Open peers by role.", ["role"], registry=registry)
        self.peers_closed = Counter("kuuki_peers_closed", "Peers closed, by close code.", ["code"], registry=registry)
        self.connections = Gauge(
            "kuuki_connections", "Transport connections held, pending ones too.", registry=registry
        )
        self.frames = Counter("kuuki_frames_received", "Frames taken, by kind.", ["kind"], registry=registry)
        self.frames_dropped = Counter(
            "kuuki_frames_dropped", "Frames dropped, by reason.", ["reason"], registry=registry
        )
        self.packets_dropped = Counter(
            "kuuki_packets_dropped", "Datagrams dropped, by reason.", ["reason"], registry=registry
        )
        self.mixes_sent = Counter("kuuki_mixes_sent", "Mix frames handed to peers.", registry=registry)
        self.mixes_skipped = Counter("kuuki_mixes_skipped", "Mixes that a slow peer skipped.", registry=registry)
        self.ticks_late = Counter("kuuki_ticks_late", "Ticks later than half a tick.", ["loop"], registry=registry)
        self.fold_seconds = Histogram(
            "kuuki_fold_seconds", "Time to fold all rooms in a tick.", registry=registry, buckets=_SHORT_S
        )
        self.fold_to_mix_seconds = Histogram(
            "kuuki_fold_to_mix_seconds", "From a fold to the mix with it.", registry=registry, buckets=_SHORT_S
        )
        self.mixes_published = Counter("kuuki_mixes_published", "Mixes published by the aggregator.", registry=registry)
        self.bulletins_dropped = Counter(
            "kuuki_bulletins_dropped", "Bus messages dropped, by reason.", ["reason"], registry=registry
        )
        self.bus_messages_published = Counter(
            "kuuki_bus_messages_published", "Messages handed to Redis.", registry=registry
        )
        self.bus_messages_dropped = Counter(
            "kuuki_bus_messages_dropped",
            "Messages that were not, or not surely, handed on.",
            ["reason"],
            registry=registry,
        )
        self.bus_messages_received = Counter(
            "kuuki_bus_messages_received", "Messages of topics that this process hears.", registry=registry
        )
        self.bus_reconnects = Counter("kuuki_bus_reconnects", "Connections to Redis that were lost.", registry=registry)
        self.bus_beat_seconds = Histogram(
            "kuuki_bus_beat_seconds", "Round trip of a process's own beat.", registry=registry, buckets=_SHORT_S
        )
        self.rooms_open = Gauge("kuuki_rooms_open", "Rooms that this gateway folds.", registry=registry)
        self.watchers = Gauge("kuuki_watchers", "Event streams open.", registry=registry)
        self.lines = Gauge("kuuki_lines", "Lines held, those whose page is reloading too.", registry=registry)
        self.calls = Counter(
            "kuuki_calls", "Calls that are over, as the caller saw it.", ["outcome"], registry=registry
        )
        self.call_messages = Counter(
            "kuuki_call_messages", "Signaling messages of pages, by type.", ["type"], registry=registry
        )
        self.call_messages_dropped = Counter(
            "kuuki_call_messages_dropped", "Signaling messages dropped, by reason.", ["reason"], registry=registry
        )
        self.call_lookups = Counter("kuuki_call_lookups", "Codes looked up, by result.", ["result"], registry=registry)
