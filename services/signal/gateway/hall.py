"""One room at this gateway: its seats, its members, its newest mix and who else watches it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from kuuki.frames import Mix
from kuuki.room import Room
from kuuki.times import WATCH_S
from services.runtime.bus import Subscription
from services.runtime.metrics import Metrics
from services.runtime.rooms import RoomRecord
from services.signal.gateway.fanout import FanOut
from services.signal.gateway.member import Member


@dataclass(frozen=True, slots=True)
class Held:
    """The newest mix of a room as this gateway holds it; ``folded_at`` is this process's time of the fold in it."""

    mix: Mix
    frame: bytes
    folded_at: float


Watcher = Callable[[Held | None], None]
"""Called with each newer mix, and with None when the room closes."""


@dataclass(slots=True, eq=False)
class Hall:
    """A room's peers and watchers here. It stands as long as someone is in it or lately looked in."""

    record: RoomRecord
    fan_out: FanOut
    room: Room = field(default_factory=Room)
    members: dict[str, Member] = field(default_factory=dict)
    sitting: dict[str, Member] = field(default_factory=dict)
    watchers: set[Watcher] = field(default_factory=set)
    watched_until: float = 0.0
    held: Held | None = None
    newer: asyncio.Event = field(default_factory=asyncio.Event)
    subscription: Subscription | None = None

    @classmethod
    def of(cls, record: RoomRecord, metrics: Metrics) -> "Hall":
        """An empty hall that counts what it sends."""

        def sent(member: Member, went: bool) -> None:
            member.skipped = 0 if went else member.skipped + 1
            (metrics.mixes_sent if went else metrics.mixes_skipped).inc()

        return cls(record, FanOut(sent))

    @property
    def room_id(self) -> str:
        """The room's id."""
        return self.record.room

    def is_needed(self, now: float) -> bool:
        """Whether anyone is here, or looked in within WATCH_S."""
        return bool(self.members or self.watchers) or now < self.watched_until

    def look_in(self, now: float) -> None:
        """Someone without a peer reads the mix."""
        self.watched_until = now + WATCH_S

    def sit(self, member: Member, now: float) -> Member | None:
        """A member takes its seat; the one who sat there before, if any."""
        former = self.sitting.get(member.seat_id)
        self.sitting[member.seat_id] = member
        self.room.sit(member.seat_id, member.role, now)
        return former

    def stand_up(self, member: Member) -> None:
        """A member's seat is empty at once, unless a newer peer has taken it over."""
        if self.sitting.get(member.seat_id) is member:
            del self.sitting[member.seat_id]
            self.room.leave(member.seat_id)

    def show(self, held: Held) -> None:
        """A newer mix: to the members, the watchers and whoever waits."""
        self.held = held
        self.fan_out.start(held.frame, held.folded_at, self.members.values())
        for watcher in list(self.watchers):
            watcher(held)
        self.newer.set()
        self.newer = asyncio.Event()

    def close_watchers(self) -> None:
        """The room is closed: the watchers are told."""
        for watcher in list(self.watchers):
            watcher(None)
        self.watchers.clear()
        self.watched_until = 0.0

    def close(self) -> None:
        """Let go of the bus and the timer."""
        self.fan_out.stop()
        if self.subscription is not None:
            self.subscription.close()
            self.subscription = None
