"""One room at this gateway: its seats, its members, its newest mix and its watchers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from kuuki.mood.frames import Mix, encode, with_age
from kuuki.mood.mix import Partial
from kuuki.mood.privacy import Privacy
from kuuki.mood.room import Role, Room
from kuuki.times import MIX_LATE_S, MIX_STALE_S, WATCH_S
from services.runtime.bus import Subscription
from services.runtime.metrics import Metrics
from services.runtime.rooms import RoomRecord
from services.signal.gateway.fanout import FanOut
from services.signal.gateway.member import Member


@dataclass(frozen=True, slots=True)
class ReceivedMix:
    """The newest mix of a room as this gateway holds it; times are of this process.

    ``frames``: in each version that a client may read. ``folded_at``: of this gateway's fold in it. ``heard_at``: when
    it came. ``reads``: the newest version of bulletins of partials that its aggregator reads. ``step``: where the
    growth of the published set stands, if that said so.
    """

    mix: Mix
    frames: "MixFrames"
    folded_at: float
    heard_at: float
    reads: int
    step: int | None = None


class MixFrames(dict[int, bytes]):
    """A mix's frames by their version; one that nobody reads is not made."""

    def __init__(self, mix: Mix) -> None:
        super().__init__()
        self._mix = mix

    def __missing__(self, version: int) -> bytes:
        frame = self[version] = encode(self._mix, version)
        return frame


class End(Enum):
    """Why a watcher hears no more."""

    CLOSED = auto()
    """The room is closed."""
    GOING_AWAY = auto()
    """This gateway goes away: watch by another."""


Watcher = Callable[[ReceivedMix | End], None]
"""Called on the event loop with each newer mix, and with an End after the last."""


@dataclass(slots=True, eq=False)
class Hall:
    """A room's members and watchers at this gateway. It stands while there are any, and WATCH_S after a look at it.

    One score in each fold is followed on its way, for the metric of how long it takes. ``arrived_at``: when the first
    score since the last fold came. ``folded``: the seq of the fold that the followed score is in, and when the score
    had come; None when no score is under way.
    """

    record: RoomRecord
    fan_out: FanOut
    room: Room = field(default_factory=Room)
    members: dict[str, Member] = field(default_factory=dict)
    sitting: dict[str, Member] = field(default_factory=dict)
    watchers: set[Watcher] = field(default_factory=set)
    watched_until: float = 0.0
    held: ReceivedMix | None = None
    newer: asyncio.Event = field(default_factory=asyncio.Event)
    subscription: Subscription | None = None
    arrived_at: float | None = None
    folded: tuple[int, float] | None = None

    @classmethod
    def of(cls, record: RoomRecord, metrics: Metrics) -> "Hall":
        """An empty hall that counts what it sends."""

        def sent(member: Member, went: bool) -> None:
            member.skipped = 0 if went else member.skipped + 1
            (metrics.mixes_sent if went else metrics.mixes_skipped).inc()

        fan_out = FanOut(sent, metrics.score_to_mix_seconds.observe, metrics.mixes_late.inc)
        return cls(record, fan_out, Room(is_veiled=record.rule.privacy is not Privacy.EXACT))

    @property
    def room_id(self) -> str:
        """The room's id."""
        return self.record.room

    def is_needed(self, now: float) -> bool:
        """Whether anyone is here, or looked in within WATCH_S."""
        return bool(self.members or self.watchers) or now < self.watched_until

    def is_stale(self, now: float) -> bool:
        """Whether people are here and what they see is old."""
        return bool(self.members) and (self.held is None or now - self.held.folded_at > MIX_STALE_S)

    def look_in(self, now: float) -> None:
        """A page without a peer has read the mix: the hall stands for WATCH_S more."""
        self.watched_until = now + WATCH_S

    def sit(self, member: Member, now: float) -> Member | None:
        """A member takes its seat; the member that sat there before, if any."""
        former = self.sitting.get(member.seat_id)
        self.sitting[member.seat_id] = member
        is_counted = member.role is not Role.AUDIENCE
        self.room.sit(member.seat_id, member.role, now, number=member.number, is_counted=is_counted)
        return former

    def stand_up(self, member: Member) -> None:
        """A member's seat is empty at once, unless a newer peer has taken it over."""
        if self.sitting.get(member.seat_id) is member:
            del self.sitting[member.seat_id]
            self.room.leave(member.seat_id)

    def score_arrived(self, member: Member, now: float) -> None:
        """A score was taken: follow it on its way if it is counted and none is followed in this fold yet."""
        if self.arrived_at is None and self.room.seats[member.seat_id].is_counted:
            self.arrived_at = now

    def fold(self, seq: int, now: float) -> Partial:
        """The partial of the fold with this seq."""
        if self.folded is None and self.arrived_at is not None:
            self.folded = seq, self.arrived_at
        self.arrived_at = None
        return self.room.fold(now)

    def followed(self, seq: int) -> float | None:
        """When the followed score had come that a mix with this gateway's fold ``seq`` is the first to show, if any."""
        if self.folded is None or self.folded[0] > seq:
            return None
        (_, arrived_at), self.folded = self.folded, None
        return arrived_at

    def greet(self, member: Member, now: float) -> None:
        """Send a member that has just come the newest mix at once, if it is fresh enough to be sent."""
        if member.peer is not None and self.held is not None and now - self.held.folded_at <= MIX_LATE_S:
            frame = self.held.frames[member.reads]
            member.peer.send(with_age(frame, round((now - self.held.folded_at) * 1000)))

    def show(self, held: ReceivedMix, arrived_at: float | None = None) -> None:
        """A newer mix came: it goes to the members, to the watchers, and to requests that wait for one (``newer``).
        ``arrived_at``: as ``followed`` says."""
        self.held = held
        if held.step is not None:
            self.room.grow(held.step, held.heard_at)
        self.fan_out.start(held.frames, held.folded_at, self.members.values(), arrived_at)
        for watcher in list(self.watchers):
            watcher(held)
        self.newer.set()
        self.newer = asyncio.Event()

    def close_watchers(self, end: End) -> None:
        """Tell the watchers that no more mixes come, and why."""
        for watcher in list(self.watchers):
            watcher(end)
        self.watchers.clear()
        self.watched_until = 0.0

    def close(self) -> None:
        """Stop sending, and end the subscription."""
        self.fan_out.stop()
        if self.subscription is not None:
            self.subscription.close()
            self.subscription = None
