"""The aggregator's shell in virtual time: leases, a bus that is slow or loses, and that everything is counted."""

import asyncio
import contextlib

import pytest
import uvloop
from structlog.testing import capture_logs

from kuuki.many.bulletins import (
    Policy,
    decode_mix,
    mixes_topic,
    partials_topic,
    shard_of,
)
from kuuki.many.veils import decode_veils, encode_veils, veils_topic
from kuuki.mood.frames import decode_from_gateway
from kuuki.mood.mix import Calibration, Partial, Sums
from kuuki.mood.privacy import Rule
from kuuki.mood.veil import VeilState
from kuuki.times import LIVE_HOLD_S, MIX_WAIT_S, TICK_S
from services.aggregator.app import Aggregator
from services.aggregator.mixer import Mixer
from services.runtime.bus import InProcessBus
from services.runtime.metrics import Metrics
from tests.bulletins import EXACT, all_counted, message_of, sums_of
from tests.virtual import in_virtual_time

ROOM = "room"
SHARD = shard_of(ROOM)


def of(people):
    return all_counted(Partial(people, (0,) * 4, sums_of(people, (0, 0, 0, 255, 0, 0, 0))), people)


class FakeLeases:
    """Terms as a test wants them."""

    def __init__(self):
        self.terms = {}
        self.heard = []

    def term(self, shard):
        return self.terms.get(shard)

    def heard_term(self, shard, term):
        self.heard.append((shard, term))

    async def run(self):
        raise NotImplementedError


class SlowBus(InProcessBus):
    """Takes ``delay_s`` for each publication of mixes, and then drops it if it ``is_away``."""

    delay_s = 0.0
    is_away = False

    async def publish_all(self, messages):
        await asyncio.sleep(self.delay_s)
        return not self.is_away and await super().publish_all(messages)


class World:
    def __init__(self):
        self.bus, self.leases, self.metrics = SlowBus(), FakeLeases(), Metrics()
        self.losts = {}
        self.offered = []
        self.aggregator = Aggregator(self.bus, self.leases, self.metrics, Calibration(), b"veil", self.offered.append)
        self.mixes = []

    def hear(self, message):
        bulletin = decode_mix(message)
        self.mixes.append((asyncio.get_running_loop().time(), decode_from_gateway(bulletin.frame)))

    async def tell(self, seq, people, gateway="g", *, rule=EXACT, term=0, **rooms):
        partials = {room: (Policy(rule), of(count)) for room, count in ({ROOM: people} | rooms).items()}
        message = message_of(gateway, seq, partials, term=term)
        await self.bus.publish(partials_topic(SHARD), message)

    def value(self, name, **labels):
        return self.metrics.registry.get_sample_value(f"kuuki_{name}", labels)

    def dropped(self, reason):
        return self.value("bulletins_dropped_total", reason=reason)


@contextlib.asynccontextmanager
async def world(*, term=7):
    """An aggregator that has listened for a second."""
    here = World()
    if term is not None:
        here.leases.terms[SHARD] = term
    subscribe = here.bus.subscribe

    async def subscribing(topic, receive, lost=None):
        here.losts[topic] = lost
        return await subscribe(topic, receive, lost)

    here.bus.subscribe = subscribing
    running = asyncio.create_task(here.aggregator.run())
    await asyncio.sleep(1.0)
    await here.bus.subscribe(mixes_topic(ROOM), here.hear)
    try:
        yield here
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert running.cancelled()
    assert len(asyncio.all_tasks()) == 1
    assert {topic for topic in here.bus._topics if "partials" in topic or "veils" in topic} == set()


@in_virtual_time
async def test_what_is_told_is_mixed_under_the_shards_term_and_offered_and_counted():
    async with world() as here:
        await here.tell(1, 3, term=5)
        await asyncio.sleep(0.01)
        ((_, mix),) = here.mixes
        assert (mix.term, mix.at_least) == (7, 3)
        assert [(each.room, each.mix) for each in here.offered] == [(ROOM, mix)]
        assert here.leases.heard == [(SHARD, 5)]
        assert here.value("partials_taken_total") == here.value("mixes_published_total") == 1
        assert here.value("round_seconds_count") == here.value("mix_seconds_count") == 1


@in_virtual_time
async def test_who_has_no_lease_publishes_nothing_and_is_ready_to():
    rule = Rule(min_group=2)
    async with world(term=None) as here:
        for seq in range(1, 8):
            await here.tell(seq, 5, rule=rule)
            await asyncio.sleep(TICK_S)
        assert TICK_S * 6 > LIVE_HOLD_S
        assert (here.mixes, here.offered, here.value("mixes_published_total")) == ([], [], 0)
        here.leases.terms[SHARD] = 8
        await here.tell(8, 5, rule=rule)
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        ((_, mix),) = here.mixes
        assert (mix.term, mix.at_least) == (8, 5), "its first mix is live"


@in_virtual_time
async def test_a_slow_bus_costs_rounds_and_blocks_nobody():
    async with world() as here:
        here.bus.delay_s = 5 * TICK_S
        for seq in range(1, 12):
            await here.tell(seq, seq)
            await asyncio.sleep(TICK_S)
        assert here.value("partials_taken_total") == 11
        assert len(here.mixes) == 2
        assert [mix.at_least for _, mix in here.mixes] == [1, 5], "the newest of those that waited"
        assert here.dropped("outbox_full") == 11 - 2 - 2, "one is on its way, one waits"


@in_virtual_time
async def test_what_the_bus_did_not_take_is_not_counted_as_published():
    async with world() as here:
        here.bus.is_away = True
        await here.tell(1, 1)
        await asyncio.sleep(0.01)
        assert (here.mixes, here.value("mixes_published_total")) == ([], 0)


@in_virtual_time
async def test_a_round_that_waited_until_its_lease_was_gone_is_dropped():
    for later in (None, 8):
        async with world() as here:
            here.bus.delay_s = 1.0
            await here.tell(1, 1)
            await asyncio.sleep(0.1)
            await here.tell(2, 2)
            await asyncio.sleep(0.1)
            here.leases.terms[SHARD] = later
            await asyncio.sleep(3.0)
            assert [mix.at_least for _, mix in here.mixes] == [1]
            assert here.dropped("no_lease") == 1


@in_virtual_time
async def test_after_a_loss_the_next_mix_waits_for_everybody():
    async with world() as here:
        await here.tell(1, 3, "g")
        await here.tell(1, 4, "h")
        await asyncio.sleep(1.5 * TICK_S)
        assert here.mixes[-1][1].at_least == 7
        here.losts[partials_topic(SHARD)]()
        began = asyncio.get_running_loop().time()
        before = len(here.mixes)
        await here.tell(2, 3, "g")
        await asyncio.sleep(TICK_S - 0.01)
        await here.tell(2, 4, "h")
        await asyncio.sleep(0.1)
        ((at, mix),) = here.mixes[before:]
        assert mix.at_least == 7, "no mix with one of two"
        assert at - began <= TICK_S + MIX_WAIT_S + 1e-9


@in_virtual_time
async def test_a_start_amid_a_show_waits_for_everybody_too():
    here = World()
    here.leases.terms[SHARD] = 7
    running = asyncio.create_task(here.aggregator.run())
    await here.bus.subscribe(mixes_topic(ROOM), here.hear)
    await asyncio.sleep(0.01)
    await here.tell(1, 3, "g")
    await asyncio.sleep(0.15)
    await here.tell(1, 4, "h")
    await asyncio.sleep(0.2)
    assert [mix.at_least for _, mix in here.mixes] == [7]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@in_virtual_time
async def test_a_loss_stops_a_timer_that_ran():
    async with world() as here:
        await here.tell(1, 3, "g")
        await asyncio.sleep(0.1)
        await here.tell(1, 4, "h")
        await asyncio.sleep(0.001)
        here.losts[partials_topic(SHARD)]()
        await asyncio.sleep(1.0)
        assert len(here.mixes) == 1


@in_virtual_time
async def test_what_is_not_used_is_counted_by_reason():
    async with world() as here:
        topic = partials_topic(SHARD)
        bad = Partial(1, (0,) * 4, Sums(1, (1, *[0] * 6), 1))
        rooms = {"a": (Policy(EXACT), of(1)), ROOM: (Policy(EXACT), bad)}
        for message in (b"x", message_of("g", 9, rooms, term=4)):
            await here.bus.publish(topic, message)
        for seq in (2, 2, 1):
            await here.tell(seq, 1)
        await asyncio.sleep(0.01)
        assert {reason: here.dropped(reason) for reason in ("partials", "implausible", "late")} == {
            "partials": 1,
            "implausible": 1,
            "late": 2,
        }
        assert here.leases.heard == []
        assert len(here.mixes) == 1


@in_virtual_time
async def test_gateways_and_people_are_those_of_held_shards():
    async with world() as here:
        for seq in range(1, 11):
            await here.tell(seq, 3, "g")
            await here.tell(seq, 4, "h", other=5)
            await asyncio.sleep(TICK_S)
        assert (here.value("gateways"), here.value("people_counted")) == (2, 12)
        here.leases.terms.clear()
        await asyncio.sleep(1.1)
        assert (here.value("gateways"), here.value("people_counted")) == (0, 0)
        here.leases.terms[SHARD] = 9
        await asyncio.sleep(1.1)
        assert (here.value("gateways"), here.value("people_counted")) == (0, 0), "everybody has expired"


def test_a_round_that_is_due_within_the_loops_millisecond_is_mixed_too(monkeypatch):
    """uvloop counts in milliseconds; what is due in the current one has a handle of another kind."""
    monkeypatch.setattr(Mixer, "due_at", lambda self, now: now + 0.0001)

    async def tell_two():
        async with world() as here:
            await here.tell(1, 1)
            await here.tell(2, 2)
            await asyncio.sleep(0.1)
            assert [mix.at_least for _, mix in here.mixes] == [2]

    with capture_logs() as said, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(tell_two())
    assert said == []


@in_virtual_time
async def test_a_shard_that_waits_in_the_run_queue_mixes_the_newest_once_and_says_that_it_was_late():
    async with world() as here:
        shard = here.aggregator._shards[SHARD]
        due, queue = [], shard._queue
        shard._queue = type("Busy", (), {"add": due.append, "remove": queue.remove})()
        for seq in range(1, 4):
            await here.tell(seq, seq)
            await asyncio.sleep(TICK_S)
        assert here.mixes == []
        (run,) = due
        run()
        await asyncio.sleep(0.01)
        assert [mix.at_least for _, mix in here.mixes] == [3]
        assert here.value("ticks_late_total", loop="aggregator") == 1
        shard._queue = queue
        await here.tell(4, 4)
        await asyncio.sleep(0.01)
        assert [mix.at_least for _, mix in here.mixes] == [3, 4]
        assert here.value("ticks_late_total", loop="aggregator") == 1, "it was in time"


# --- veils


async def shown_by(here, seqs):
    """Five people, until they are shown; the last mix."""
    for seq in seqs:
        await here.tell(seq, 5, rule=Rule(min_group=2))
        await asyncio.sleep(TICK_S)
    return here.mixes[-1][1]


@in_virtual_time
async def test_whoever_publishes_says_where_its_veils_stand_and_counts_that_as_no_mix():
    async with world() as here:
        said = []
        heard = await here.bus.subscribe(veils_topic(SHARD), said.append)
        await shown_by(here, range(1, 10))
        heard.close()
        ((term, veils), *others) = map(decode_veils, said)
        assert (term, list(veils), others) == (7, [ROOM], [])
        assert here.value("mixes_published_total") == len(here.mixes) == 9


@in_virtual_time
async def test_whoever_follows_takes_over_where_the_other_veils_stand_and_a_publisher_does_not():
    off = (0.1, 0.1, 0.1, -0.6, 0.1, 0.1, 0.1, 0.0)
    for term, expected in ((None, 0.4), (7, 1.0)):
        async with world(term=term) as here:
            for seq in range(1, 9):
                await here.tell(seq, 5, rule=Rule(min_group=2))
                await asyncio.sleep(TICK_S)
            veil = VeilState(5, 5, 77, off, 0.001, False)
            await here.bus.publish(veils_topic(SHARD), encode_veils(6, {ROOM: veil, "other": veil}))
            await asyncio.sleep(0.01)
            here.leases.terms[SHARD] = 7
            mix = await shown_by(here, range(9, 10))
            assert mix.body.weights[3] == pytest.approx(expected, abs=0.3)
            assert (mix.draw == 77) is (term is None)
            assert here.leases.heard == ([(SHARD, 6)] if term is None else [])


@in_virtual_time
async def test_what_are_no_veils_is_counted_and_dropped():
    async with world() as here:
        await here.bus.publish(veils_topic(SHARD), b"junk")
        await asyncio.sleep(0.01)
        assert here.dropped("not_msgpack") == 1


@in_virtual_time
async def test_a_round_that_was_replaced_costs_no_veil():
    async with world() as here:
        await shown_by(here, range(1, 9))
        said = []
        heard = await here.bus.subscribe(veils_topic(SHARD), said.append)
        here.bus.delay_s = 0.5
        for seq in range(9, 14):
            await here.tell(seq, 5, rule=Rule(min_group=2))
            await asyncio.sleep(TICK_S)
        assert here.dropped("outbox_full") > 0
        here.bus.delay_s = 0.0
        await asyncio.sleep(1.0)
        await shown_by(here, range(14, 16))
        heard.close()
        assert said, "long before all are said again"
