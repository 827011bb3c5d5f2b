"""Handover under everything that may happen: a small world of gateways, a bus, a store and mixers, in steps of time.

Its bus keeps what a bus promises and no more: each topic has one order, a message has its place within PUBLISH_S or
never, each subscriber hears it later by a lag of its own, and who may have missed something is told. In no mixer is a
participant counted twice, ever; and when faults end, everyone who is connected is counted again soon.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from kuuki.limits import FORMERS
from kuuki.many.handover import ALL, Handover
from kuuki.many.notices import Claimed
from kuuki.many.seats import Ask, Count, Hold, Settle, Tell, Yield
from kuuki.times import (
    BUS_BEAT_S,
    BUS_DEAF_S,
    PARTIAL_EXPIRES_S,
    PUBLISH_S,
    SEAT_EXPIRES_S,
    TICK_S,
)

STEP_S = 0.05
ROOM = "room"
STORE_S = 0.6
BACK_S = SEAT_EXPIRES_S + 1.0


def steps(seconds):
    return round(seconds / STEP_S)


class Store:
    """What the script of services/runtime/redis/seats.py does."""

    def __init__(self):
        self.seats = {}
        self.clock_ms = 1_000_000

    def claim(self, seat, gateway, above, is_shown):
        epoch, formers = self.seats.get(seat, (0, {ALL} if is_shown else set()))
        if len(formers) > FORMERS:
            formers = {ALL}
        epoch = max(self.clock_ms, epoch + 1, above + 1)
        self.seats[seat] = epoch, formers | {gateway}
        return epoch, None if ALL in formers else frozenset(formers)

    def settle(self, seat, gateway, epoch):
        if self.seats.get(seat, (0,))[0] == epoch:
            self.seats[seat] = epoch, {gateway}


@dataclass
class Subscriber:
    """Hears the bus from ``cursor`` on, ``lag`` late; its own beats tell it until when it has heard."""

    cursor: int
    lag: float = 0.0
    heard_until: float = 0.0
    beat_at: float = 0.0
    cut_until: float | None = None
    is_frozen: bool = False


@dataclass
class Gateway(Subscriber):
    id: str = ""
    phase: int = 0
    handover: Any = None
    peers: dict[str, Any] = field(default_factory=dict)  # seat -> counted
    seq: int = 0
    folds: dict[int, Any] = field(default_factory=dict)  # seq -> folded_at
    publication: tuple[Any, ...] | None = None  # (placed at step, fold, partial, fails)
    is_slow: bool = False
    fails: bool = False
    inbox: list[Any] = field(default_factory=list)  # (at step, call)


@dataclass
class Mixer(Subscriber):
    held: dict[str, Any] = field(default_factory=dict)  # gateway -> (seq, seats, heard_at)

    def live(self, now):
        return {g: each for g, each in self.held.items() if now - each[2] <= PARTIAL_EXPIRES_S}


class World:
    """Time goes by steps; ``bus`` is one log of (placed at, topic, message)."""

    def __init__(self):
        self.step = 0
        self.bus = []
        self.later = []  # (step, call): what is under way
        self.store = Store()
        self.store_is = "well"
        self.gateways = {}
        self.killed = 0
        self.mixers = [Mixer(0), Mixer(0)]
        self.counts = []
        for _ in range(3):
            self.add()

    @property
    def now(self):
        return self.step * STEP_S

    def add(self):
        number = len(self.gateways) + self.killed
        name = f"gateway{number}"
        self.gateways[name] = Gateway(
            len(self.bus), id=name, phase=number % 2, handover=Handover(name), heard_until=self.now
        )

    # --- the bus

    def place(self, topic, message):
        self.bus.append((self.now, topic, message))

    def publish(self, gateway, topic, message, placed=lambda: None):
        """Have a message placed in time, or never."""
        if gateway.fails:
            return
        usual = 2 if topic == "partials" else 1
        delay = steps(PUBLISH_S) if gateway.is_slow else usual

        def arrive():
            self.place(topic, message)
            if gateway.id in self.gateways:
                gateway.inbox.append(placed)

        self.after(delay, arrive)

    def after(self, delay, call):
        if delay == 0:
            call()
        else:
            self.later.append((self.step + delay, call))

    def hear(self, subscriber, receive):
        if subscriber.cut_until is not None:
            if self.now < subscriber.cut_until:
                return
            subscriber.cut_until = None
            subscriber.cursor = len(self.bus)
            receive("lost", None)
        while subscriber.cursor < len(self.bus):
            placed_at, topic, message = self.bus[subscriber.cursor]
            if placed_at + subscriber.lag > self.now:
                return
            subscriber.cursor += 1
            if topic == ("beat", id(subscriber)):
                subscriber.heard_until = message
            else:
                receive(topic, message)

    def beat(self, subscriber):
        if self.now >= subscriber.beat_at and subscriber.cut_until is None:
            subscriber.beat_at = self.now + BUS_BEAT_S
            self.place(("beat", id(subscriber)), self.now)

    # --- gateways

    def do(self, gateway, effects):
        for effect in effects:
            if isinstance(effect, Ask):
                self.ask(gateway, effect)
            elif isinstance(effect, Tell):
                self.tell(gateway, effect, self.now)
            elif isinstance(effect, Count):
                assert effect.seat in gateway.peers
                gateway.peers[effect.seat] = True
                self.counts.append(effect.outcome)
            elif isinstance(effect, Hold):
                gateway.peers[effect.seat] = False
            elif isinstance(effect, Yield):
                gateway.peers.pop(effect.seat)
            elif self.store_is == "well":
                assert isinstance(effect, Settle)
                self.store.settle(effect.seat, gateway.id, effect.epoch)

    def tell(self, gateway, effect, sent_at):
        def placed():
            if isinstance(effect.notice, Claimed):
                gateway.handover.told(effect.gateway, effect.notice, sent_at, self.now)

        self.publish(gateway, ("notices", effect.gateway), effect.notice, placed)

    def ask(self, gateway, ask):
        kind = self.store_is

        def execute():
            answer = None
            if kind in ("well", "slow", "lost answers"):
                answer = self.store.claim(ask.seat, gateway.id, ask.above, ask.is_shown)
            if kind in ("lost answers", "down"):
                answer = None
            self.after(steps(STORE_S / 2) if kind == "slow" else 0, lambda: gateway.inbox.append(lambda: reply(answer)))

        def reply(answer):
            if answer is None:
                gateway.handover.failed(ask.seat, ask.number, self.now)
            else:
                self.do(gateway, gateway.handover.answered(ask.seat, ask.number, *answer, self.now))

        self.after(0 if kind == "well" else steps(STORE_S / 2), execute)

    def receive(self, gateway, topic, message):
        handover = gateway.handover
        if topic == "lost":
            handover.lost(self.now)
        elif topic == ("notices", gateway.id):
            self.do(gateway, handover.heard(message, self.now))
        elif topic == ("notices", ALL):
            self.do(gateway, handover.heard(message, self.now, by_all=True))
        elif topic == "mix":
            folded_at = gateway.folds.get(message.get(gateway.id), float("-inf"))
            handover.mixed(ROOM, frozenset(message), folded_at, self.now)

    def tick(self, gateway):
        self.do(gateway, gateway.handover.tick(self.now))
        is_well = self.now - gateway.heard_until <= BUS_DEAF_S
        if not is_well or not gateway.handover.may_publish(gateway.heard_until) or gateway.publication:
            return
        gateway.seq += 1
        gateway.folds[gateway.seq] = self.now
        fold = gateway.handover.fold()
        seats = frozenset(seat for seat, is_counted in gateway.peers.items() if is_counted)
        if gateway.fails:
            return
        gateway.publication = (fold,)

        def placed():
            gateway.publication = None
            self.do(gateway, gateway.handover.published(fold))

        self.publish(gateway, "partials", (gateway.id, gateway.seq, seats), placed)

    # --- mixers

    def mix(self, mixer, topic, message):
        if topic == "lost":
            mixer.held.clear()
        elif topic == "partials":
            gateway, seq, seats = message
            if gateway not in mixer.held or mixer.held[gateway][0] < seq:
                mixer.held[gateway] = seq, seats, min(self.now, mixer.heard_until)

    def people(self, mixer):
        return Counter(seat for _, seats, _ in mixer.live(self.now).values() for seat in seats)

    # --- time

    def advance(self, count):
        for _ in range(count):
            self.step += 1
            self.one()

    def one(self):
        due = [call for step, call in self.later if step <= self.step]
        self.later = [(step, call) for step, call in self.later if step > self.step]
        for call in due:
            call()
        for gateway in list(self.gateways.values()):
            if not gateway.is_frozen:
                self.run(gateway)
        for mixer in self.mixers:
            self.run_mixer(mixer)

    def run(self, gateway):
        def receive(topic, message):
            self.receive(gateway, topic, message)

        calls, gateway.inbox = gateway.inbox, []
        for call in calls:
            call()
        self.beat(gateway)
        if self.step % 2:  # what comes first after a freeze, the clock or the bus, is open
            self.hear(gateway, receive)
        if (self.step + gateway.phase) % steps(TICK_S) == 0:
            self.tick(gateway)
        self.hear(gateway, receive)

    def run_mixer(self, mixer):
        self.beat(mixer)
        self.hear(mixer, lambda topic, message: self.mix(mixer, topic, message))
        twice = [seat for seat, count in self.people(mixer).items() if count > 1]
        assert twice == [], f"counted twice at {self.now:.2f}"
        if self.step % steps(TICK_S) == 0:
            self.place("mix", {name: seq for name, (seq, _, _) in mixer.live(self.now).items()})

    # --- people

    def open(self, seat, name, is_shown=True):
        gateway = self.gateways[name]
        gateway.peers.setdefault(seat, False)
        self.do(gateway, gateway.handover.opened(seat, ROOM, self.now, is_shown=is_shown))

    def close(self, seat, name):
        gateway = self.gateways[name]
        if gateway.peers.pop(seat, None) is not None:
            gateway.handover.closed(seat)

    def kill(self, name):
        del self.gateways[name]
        self.killed += 1

    def heal(self):
        self.store_is = "well"
        for each in [*self.gateways.values(), *self.mixers]:
            each.lag, each.is_frozen = 0.0, False
            each.cut_until = each.cut_until and min(each.cut_until, self.now)
        for gateway in self.gateways.values():
            gateway.is_slow = gateway.fails = False
        self.advance(steps(STORE_S))  # the last answer that fails is under way

    def connected(self):
        return {seat for gateway in self.gateways.values() for seat in gateway.peers}

    def assert_all_back(self):
        self.heal()
        self.advance(steps(BACK_S))
        for mixer in self.mixers:
            assert set(self.people(mixer)) == self.connected()
        for gateway in self.gateways.values():
            assert gateway.handover.uncounted == 0
            assert gateway.handover.counted == len(gateway.peers)


SEATS = [digit * 32 for digit in "ab"]
LAGS = st.sampled_from([0.0, 0.1, 0.3, BUS_DEAF_S - 2 * STEP_S, 2.0])
SHORT = st.integers(0, 14)
NUMBER = st.integers(0, 2)


class Evening(RuleBasedStateMachine):
    """What may happen to two participants at three gateways. Every rule ends with a while in which it takes effect."""

    @initialize(lags=st.tuples(*[LAGS] * 5), slow=st.tuples(*[st.booleans()] * 3))
    def begin(self, lags, slow):
        self.world = World()
        self.shown = set()
        for each, lag in zip(self.subscribers, lags, strict=True):
            each.lag = lag
        for gateway, is_slow in zip(self.world.gateways.values(), slow, strict=True):
            gateway.is_slow = is_slow
        self.world.advance(steps(1.0))

    @property
    def subscribers(self):
        return [*(self.world.gateways[name] for name in sorted(self.world.gateways)), *self.world.mixers]

    def gateway(self, number):
        return self.subscribers[number]

    @rule(seat=st.sampled_from(SEATS), number=NUMBER, leaves=st.booleans(), after=SHORT)
    def join(self, seat, number, leaves, after):
        """A new tab, a reload, another network: the older peers go at once, or stay until they are told."""
        if self.gateway(number).is_frozen:
            return
        for name in self.world.gateways if leaves else ():
            self.world.close(seat, name)
        self.world.open(seat, self.gateway(number).id, is_shown=seat in self.shown)
        self.shown.add(seat)
        self.world.advance(after)

    @rule(number=NUMBER, after=SHORT)
    def come_back(self, number, after):
        self.join(SEATS[0], number, False, after)

    @rule(number=NUMBER, next_=NUMBER, after=SHORT)
    def come_back_twice(self, number, next_, after):
        self.join(SEATS[0], number, False, 1)
        self.join(SEATS[0], next_, False, after)

    @rule(seconds=st.sampled_from([0.5, 1.0, 2.5]))
    def wait(self, seconds):
        self.world.advance(steps(seconds))

    @rule(seat=st.sampled_from(SEATS), number=NUMBER, after=SHORT)
    def leave(self, seat, number, after):
        self.world.close(seat, self.gateway(number).id)
        self.world.advance(after)

    @rule(number=NUMBER, next_=NUMBER, after=st.integers(0, 60))
    def kill(self, number, next_, after):
        """A gateway dies; who was there comes back by another."""
        seats = list(self.gateway(number).peers)
        self.world.kill(self.gateway(number).id)
        self.world.add()
        self.world.advance(steps(1.5))
        for seat in seats:
            self.join(seat, next_, False, 0)
        self.world.advance(after)

    @rule(number=NUMBER, next_=NUMBER, lag=LAGS, is_slow=st.booleans(), after=st.integers(0, 16))
    def flee(self, number, next_, lag, is_slow, after):
        """A gateway that is not at its best is left by those who were there, and dies a moment later."""
        gateway = self.gateway(number)
        gateway.lag, gateway.is_slow = lag, is_slow
        self.world.advance(4)
        for seat in list(gateway.peers):
            self.join(seat, next_, False, 0)
        self.world.advance(after)
        self.world.kill(gateway.id)
        self.world.add()
        self.world.advance(steps(SEAT_EXPIRES_S))

    @rule(number=NUMBER, next_=NUMBER, after=st.integers(0, 60))
    def freeze(self, number, next_, after):
        """A gateway stands still for a while; some of those who were there come back by another, some stay."""
        gateway = self.gateway(number)
        gateway.is_frozen = True
        self.world.advance(1)
        for seat in list(gateway.peers):
            self.join(seat, next_, False, 0)
        self.world.advance(after)
        gateway.is_frozen = False
        self.world.advance(4)

    @rule(
        number=st.integers(0, 4),
        seconds=st.sampled_from([0.1, 0.3, 0.7, 1.5, 3.0]),
        seat=st.sampled_from(SEATS),
        next_=NUMBER,
    )
    def cut(self, number, seconds, seat, next_):
        """A connection to the bus is lost, and whatever was on it; meanwhile somebody comes back by another gateway."""
        self.subscribers[number].cut_until = self.world.now + seconds
        self.join(seat, next_, False, steps(seconds) + 8)

    @rule(number=st.integers(0, 4), lag=LAGS)
    def lag(self, number, lag):
        self.subscribers[number].lag = lag

    @rule(number=NUMBER, how=st.sampled_from(["well", "slow", "fails"]), after=SHORT)
    def publishing(self, number, how, after):
        gateway = self.gateway(number)
        gateway.is_slow, gateway.fails = how == "slow", how == "fails"
        self.world.advance(after)

    @rule(how=st.sampled_from(["well", "slow", "down", "lost answers"]))
    def store(self, how):
        self.world.store_is = how

    @rule(clock_ms=st.sampled_from([0, 2_000_000]))
    def store_loses_everything(self, clock_ms):
        self.world.store.seats.clear()
        self.world.store.clock_ms = clock_ms

    @rule()
    def heals(self):
        self.world.assert_all_back()

    def teardown(self):
        if hasattr(self, "world"):
            self.world.assert_all_back()


TestEvening = pytest.mark.slow(Evening.TestCase)  # it explores; plain tests cover
TestEvening.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
