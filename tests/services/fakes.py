"""A hub with its aggregator on one loop, over a transport that is only a list: for tests in virtual time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from kuuki.errors import Unavailable
from kuuki.many.notices import ALL_GATEWAYS
from kuuki.mood.frames import Presence
from kuuki.mood.mix import Calibration
from kuuki.mood.privacy import Privacy, Rule
from kuuki.mood.room import Role
from loadtests.fake_transport import OFFER, FakeMaker, FakePeer
from loadtests.rooms_in_memory import InProcessRooms
from services.aggregator.app import Aggregator
from services.runtime.bus import InProcessBus, Lost, Receive, Subscription
from services.runtime.leases import SoleLeases
from services.runtime.metrics import Metrics
from services.runtime.rooms import RoomRecord
from services.runtime.seats import SeatClaim, SoleSeats
from services.signal.gateway.composition import Shared, make_hub
from services.signal.gateway.hub import Hub
from services.signal.gateway.joins import Joined


@dataclass
class FakeSeats:
    """The seats that several hubs share; ``is_away`` while it does not answer. ``asked`` counts questions."""

    is_away: bool = False
    seats: dict[str, tuple[int, frozenset[str]]] = field(default_factory=dict)
    asked: int = 0

    async def claim(self, seat: str, gateway: str, above: int, is_shown: bool) -> SeatClaim:
        self.asked += 1
        if self.is_away:
            raise Unavailable("away")
        epoch, formers = self.seats.get(seat, (0, frozenset("*" if is_shown else "")))
        epoch = max(round(asyncio.get_running_loop().time() * 1000), epoch, above) + 1
        self.seats[seat] = epoch, formers | {gateway}
        return SeatClaim(epoch, None if "*" in formers else formers)

    async def settle(self, seat: str, gateway: str, epoch: int) -> None:
        self.asked += 1
        if self.is_away:
            raise Unavailable("away")
        if self.seats[seat][0] == epoch:
            self.seats[seat] = epoch, frozenset([gateway])


@dataclass
class FakeLine:
    """One process's end of a bus: it may be out of step, slow, or fail to publish.

    ``sent`` counts messages but those to all gateways: loads have a beat of their own.
    """

    bus: InProcessBus
    is_well: bool = True
    is_cut: bool = False
    fails: bool = False
    delay_s: float = 0.0
    sent: int = 0
    losts: list[Lost] = field(default_factory=list)

    @property
    def heard_until(self) -> float:
        return self.bus.heard_until

    async def publish(self, topic: str, message: bytes) -> bool:
        return await self.publish_all([(topic, message)])

    async def publish_all(self, messages: Sequence[tuple[str, bytes]]) -> bool:
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        if self.fails or self.is_cut:
            return False
        self.sent += sum(topic != ALL_GATEWAYS for topic, _ in messages)
        return await self.bus.publish_all(messages)

    async def confirm(self) -> bool:
        return not self.is_cut

    async def subscribe(self, topic: str, receive: Receive, lost: Lost | None = None) -> Subscription:
        if lost is not None:
            self.losts.append(lost)
        return await self.bus.subscribe(topic, lambda message: None if self.is_cut else receive(message), lost)

    def cut(self) -> None:
        """Nothing comes and nothing goes."""
        self.is_cut, self.is_well = True, False

    def mend(self) -> None:
        """It hears again; whoever asked is told that something may be missing."""
        self.is_cut, self.is_well = False, True
        for lost in self.losts:
            lost()

    async def close(self) -> None:
        """Nothing of its own."""


@dataclass
class World:
    """One gateway with its aggregator, and a room called ``room`` whose mixes are exact."""

    hub: Hub
    rooms: InProcessRooms
    bus: InProcessBus
    maker: FakeMaker
    metrics: Metrics
    line: FakeLine | None = None
    running: asyncio.Task[None] | None = None

    async def add_room(self, room: str, rule: Rule | None = None) -> RoomRecord:
        record = RoomRecord(room, rule=rule or Rule(Privacy.EXACT))
        await self.rooms.add(record)
        return record

    async def offer(
        self, room: str = "room", role: Role = Role.AUDIENCE, seat: str | None = None, address: str | None = None
    ) -> tuple[FakePeer, Joined]:
        """A join whose channel is not open yet."""
        joined = await self.hub.join(room, role, seat, OFFER, address)
        return self.maker.answered.pop(joined.answer), joined

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
    async with worlds(1, SoleSeats()) as (here,):
        yield here


@contextlib.asynccontextmanager
async def worlds(count: int, seats: FakeSeats | SoleSeats) -> AsyncIterator[list[World]]:
    """Gateways on one bus, with one aggregator and one store of seats. One that was killed is left out at the end."""
    bus, rooms = InProcessBus(), InProcessRooms()
    here = [_gateway(bus, rooms, seats) for _ in range(count)]
    aggregator = asyncio.create_task(Aggregator(bus, SoleLeases(), here[0].metrics, Calibration(), b"veil").run())
    await here[0].add_room("room")
    await asyncio.sleep(0)
    try:
        yield here
    finally:
        parts = [*(each.running for each in here if each.running), aggregator]
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
    assert all(part.cancelled() for part in parts)
    for each in here:
        assert_nothing_left(each)
    assert bus._topics == {}
    assert len(asyncio.all_tasks()) == 1


def _gateway(bus: InProcessBus, rooms: InProcessRooms, seats: FakeSeats | SoleSeats) -> World:
    metrics, maker, line = Metrics(), FakeMaker(), FakeLine(bus)
    hub = make_hub(line, rooms, maker, metrics, Shared(seats, b"key"), asyncio.get_running_loop().time)
    return World(hub, rooms, bus, maker, metrics, line, asyncio.create_task(hub.run()))


def assert_nothing_left(here: World) -> None:
    """No peer, task, quota or hall; every gauge at 0."""
    assert [peer.closed for peer in here.maker.peers] == [1] * len(here.maker.peers)
    assert (here.hub.halls, here.hub.departures._leaving, len(here.hub.pending)) == ({}, [], 0)
    gauges = ("connections", "peers", "pending_offers", "rooms_open", "watchers")
    assert {name: here.total(name) for name in gauges} == dict.fromkeys(gauges, 0.0)


async def keep_alive(*peers: FakePeer, seconds: float, score: bool = True) -> None:
    """Have these peers say every 200 ms that they are here."""
    for _ in range(round(seconds / 0.2)):
        for peer in peers:
            if score:
                peer.score()
            else:
                peer.be(Presence.WATCHING)
        await asyncio.sleep(0.2)
