"""A hub with its aggregator on one loop, and a transport that is only a list: for tests in virtual time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from kuuki.errors import CloseCode
from kuuki.frames import Beat, Frame, Mix, Presence, Score, decode_from_gateway, encode
from kuuki.mix import Calibration
from kuuki.offers import Offer
from kuuki.privacy import Privacy, Rule
from kuuki.room import Role
from services.aggregator.app import Aggregator
from services.runtime.bus import InProcessBus
from services.runtime.leases import SoleLeases
from services.runtime.metrics import Metrics
from services.runtime.rooms import InProcessRooms, RoomRecord
from services.signal.gateway.hub import Hub, Joined
from services.signal.gateway.peer import PeerEvents

OFFER = Offer("abcd", "p" * 22, "sha-256 " + ":".join(["AB"] * 32), "actpass", "0", 5000)
HAPPY = (0, 0, 0, 255, 0, 0, 0)


class FakePeer:
    """A peer that keeps what it is sent, with the time; while not ``accepts`` its buffer is full."""

    def __init__(self, events: PeerEvents) -> None:
        self.events = events
        self.accepts = True
        self.closed = 0
        self.heard: list[tuple[float, Beat | Mix]] = []
        self._seq = 0

    def send(self, data: bytes) -> bool:
        if not self.accepts or self.closed:
            return False
        self.heard.append((asyncio.get_running_loop().time(), decode_from_gateway(data)))
        return True

    async def close(self) -> None:
        self.closed += 1

    def next_seq(self) -> int:
        self._seq += 1
        return self._seq

    def say(self, frame: Frame) -> None:
        self.events.received(encode(frame))

    def score(self, weights: tuple[int, ...] = HAPPY, sure: int = 255) -> None:
        self.say(Score(self.next_seq(), weights, sure))

    def be(self, presence: Presence, answer: int = 0) -> None:
        self.say(Beat(self.next_seq(), presence, answer))

    @property
    def beats(self) -> list[tuple[float, Beat]]:
        return [(at, frame) for at, frame in self.heard if isinstance(frame, Beat)]

    @property
    def mixes(self) -> list[tuple[float, Mix]]:
        return [(at, frame) for at, frame in self.heard if isinstance(frame, Mix)]

    @property
    def mix(self) -> Mix:
        return self.mixes[-1][1]

    @property
    def told(self) -> CloseCode | None:
        """Why it was closed, if it was told."""
        return next((CloseCode(beat.code) for _, beat in self.beats if beat.presence is Presence.BYE), None)


@dataclass
class FakeMaker:
    """Makes FakePeers; ``delay_s`` before each answer, or the ``fault`` instead of it."""

    delay_s: float = 0.0
    fault: Exception | None = None
    peers: list[FakePeer] = field(default_factory=list)

    async def answer(self, offer: Offer, events: PeerEvents) -> tuple[FakePeer, str]:
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        if self.fault is not None:
            raise self.fault
        peer = FakePeer(events)
        self.peers.append(peer)
        return peer, "v=0\r\n"


@dataclass
class World:
    """One gateway with its aggregator, and a room called ``room`` whose mixes are exact."""

    hub: Hub
    rooms: InProcessRooms
    bus: InProcessBus
    maker: FakeMaker
    metrics: Metrics

    async def add_room(self, room: str, rule: Rule | None = None) -> RoomRecord:
        record = RoomRecord(room, rule=rule or Rule(Privacy.EXACT))
        await self.rooms.add(record)
        return record

    async def offer(
        self, room: str = "room", role: Role = Role.AUDIENCE, seat: str | None = None, address: str | None = None
    ) -> tuple[FakePeer, Joined]:
        """A join whose channel is not open yet."""
        joined = await self.hub.join(room, role, seat, OFFER, address)
        return self.maker.peers[-1], joined

    async def join(self, room: str = "room", role: Role = Role.AUDIENCE, seat: str | None = None) -> FakePeer:
        peer, _ = await self.offer(room, role, seat)
        peer.events.opened()
        return peer

    def value(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(f"kuuki_{name}", labels) or 0.0

    def total(self, name: str) -> float:
        """The sum over all labels of a metric."""
        samples = (sample for metric in self.metrics.registry.collect() for sample in metric.samples)
        return sum(sample.value for sample in samples if sample.name == f"kuuki_{name}")


@contextlib.asynccontextmanager
async def world() -> AsyncIterator[World]:
    """A World that runs; at its end everybody is told, and nothing may be left."""
    metrics, bus, rooms, maker = Metrics(), InProcessBus(), InProcessRooms(), FakeMaker()
    hub = Hub(bus, rooms, maker, metrics, wall=asyncio.get_running_loop().time)
    aggregator = Aggregator(bus, SoleLeases(), metrics, Calibration())
    here = World(hub, rooms, bus, maker, metrics)
    await here.add_room("room")
    parts = [asyncio.create_task(aggregator.run()), asyncio.create_task(hub.run())]
    await asyncio.sleep(0)
    try:
        yield here
    finally:
        for part in reversed(parts):
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
    assert all(part.cancelled() for part in parts)
    assert_nothing_left(here)
    assert bus._topics == {}


def assert_nothing_left(here: World) -> None:
    """No peer, task, quota or hall; every gauge at 0."""
    assert [peer.closed for peer in here.maker.peers] == [1] * len(here.maker.peers)
    assert (here.hub._halls, here.hub._leaving, len(here.hub._pending)) == ({}, [], 0)
    gauges = ("connections", "peers", "pending_offers", "rooms_open", "watchers")
    assert {name: here.total(name) for name in gauges} == dict.fromkeys(gauges, 0.0)
    assert len(asyncio.all_tasks()) == 1


async def keep_alive(*peers: FakePeer, seconds: float, score: bool = True) -> None:
    """Have these peers say every 200 ms that they are here."""
    for _ in range(round(seconds / 0.2)):
        for peer in peers:
            if score:
                peer.score()
            else:
                peer.be(Presence.WATCHING)
        await asyncio.sleep(0.2)
