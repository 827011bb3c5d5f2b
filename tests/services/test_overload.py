"""More to do than there is time for: what is late is skipped, ages stay true, joins are refused, nobody is blamed."""

import asyncio
from collections import deque
from typing import Any

import pytest

from kuuki.errors import Overloaded, RoomUnknown
from kuuki.many.bulletins import Stamp, decode_mix, mixes_topic
from kuuki.mood.frames import Mix, State, decode_from_gateway, encode
from kuuki.mood.mixjson import serialize_mix
from kuuki.times import LATE_OVER_S, MIX_LATE_S, MIX_STALE_S, PARTIAL_EXPIRES_S, PEER_SILENT_S, TICK_S
from services.runtime.bus import InProcessBus, Subscriber
from services.runtime.metrics import Metrics
from services.runtime.rooms import RoomRecord
from services.signal.gateway.hall import Hall
from services.signal.gateway.mix_receiver import MixReceiver
from tests.bulletins import mix_message
from tests.services.fakes import FakeSeats, keep_alive, world, worlds
from tests.virtual import in_virtual_time, jump

SLACK_S = 0.05


def now():
    return asyncio.get_running_loop().time()


def stall(seconds, turns, at=None):
    """The loop stands still for so long, that many turns after a time (a tick): whatever is under way then, waits."""
    loop = asyncio.get_running_loop()

    def step(left):
        loop.call_soon(step, left - 1) if left else jump(seconds)

    loop.call_at(loop.time() if at is None else at, step, turns)


class Folds:
    """When each fold of a gateway was, and which of them each mix contains."""

    def __init__(self, hub):
        self._at, self._seqs = {}, {}
        fold, receive = hub.folding._fold, hub.halls._receiver._receive

        def folded(seq, now):
            self._at[seq] = now
            return fold(seq, now)

        def received(hall, folds, message):
            bulletin = decode_mix(message)
            own, _ = hub.halls._receiver._own(bulletin, folds)
            mix = decode_from_gateway(bulletin.frame)
            self._seqs[mix.term, mix.seq] = own
            receive(hall, folds, message)

        hub.folding._fold, hub.halls._receiver._receive = folded, received

    def age_s(self, mix, at):
        return at - self._at[self._seqs[mix.term, mix.seq]]


# --- what is sent, and how old it is


@pytest.mark.parametrize("turns", range(0, 12, 2))
@pytest.mark.parametrize("seconds", [0.3, 1.5, 3.0, 11.0])
def test_wherever_a_stall_hits_no_age_is_too_small_and_nothing_old_is_sent(turns, seconds):
    @in_virtual_time
    async def run():
        async with world() as here:
            folds = Folds(here.hub)
            peers = [await here.join() for _ in range(30)]
            watched = []
            hall = await here.hub.hall("room")
            hall.watchers.add(
                watch := lambda held: watched.append(serialize_mix(held.mix, round((now() - held.folded_at) * 1000)))
            )
            await keep_alive(*peers, seconds=2)
            stall(seconds, turns, at=(here.hub.readiness.ticked_at or 0.0) + TICK_S)
            stalled_at = now()
            await keep_alive(*peers, seconds=4)
            got = [(at, mix) for peer in peers for at, mix in peer.mixes]
            assert all(mix.age_ms / 1000 >= folds.age_s(mix, at) - SLACK_S for at, mix in got)
            assert all(folds.age_s(mix, at) <= MIX_LATE_S for at, mix in got)
            assert all(said["state"] == "stale" for said in watched if said["age_ms"] > MIX_STALE_S * 1000)
            hall.watchers.remove(watch)
            last = [at for at, mix in peers[0].mixes if mix.state is State.FEW or mix.body is not None]
            assert last[-1] - stalled_at > seconds, "it goes on"
            assert here.total("peers") == 30, "it was this process that was silent"

    run()


@in_virtual_time
async def test_a_fan_out_that_takes_too_long_skips_to_the_newest_and_sends_nothing_old():
    async with world() as here:
        folds, loop = Folds(here.hub), asyncio.get_running_loop()
        peers = [await here.join() for _ in range(100)]
        await keep_alive(*peers, seconds=1)
        began = now()
        for peer in peers:  # a send takes 6 ms: a core that has a third of what it needs
            peer.send = slowly(peer.send, 0.006)
        await keep_alive(*peers, seconds=10)
        got = [(at, mix) for peer in peers for at, mix in peer.mixes if at > began]
        assert max(folds.age_s(mix, at) for at, mix in got) <= MIX_LATE_S + 20 * 0.006, "a slice is under one stamp"
        rates = [sum(at > began for at, _ in peer.mixes) / (now() - began) for peer in peers]
        assert min(rates) > 0.5 * max(rates), "nobody is left out"
        assert loop.time() - began > 10
        for peer in peers:
            del peer.send


def slowly(send, seconds):
    def sending(data):
        jump(seconds)
        return send(data)

    return sending


@in_virtual_time
async def test_a_mix_that_was_long_under_way_is_sent_to_nobody_and_shown_as_stale():
    async with world() as here:
        peer = await here.join()
        await keep_alive(peer, seconds=2)
        deliver, late = InProcessBus._deliver, []
        wait: Any = lambda bus, ear, message: late.append((bus, ear, message))  # noqa: E731
        InProcessBus._deliver = wait
        before = len(peer.mixes)
        try:
            await keep_alive(peer, seconds=2.5)
        finally:
            InProcessBus._deliver = deliver
        hall = await here.hub.hall("room")
        for each in late:
            deliver(*each)
        assert len(peer.mixes) == before
        assert hall.is_stale(now())
        assert here.value("mixes_late_total") == 0
        await keep_alive(peer, seconds=1)
        assert not hall.is_stale(now())


# --- ages of what is not known to the moment


def newest(bus):
    metrics, mixed = Metrics(), []
    hall = Hall.of(RoomRecord("room"), metrics)
    taken = MixReceiver("me", bus, lambda *said: mixed.append(said), metrics)
    _, receive = taken.topic_of(hall, folds := deque(maxlen=64))
    return hall, folds, receive


def message(seq, *contains):
    frame = encode(Mix(1, seq, State.EMPTY, 0.0, at_most=0))
    return mix_message("room", frame, *contains)


@in_virtual_time
async def test_a_fold_that_is_not_remembered_was_before_those_that_are():
    hall, folds, receive = newest(InProcessBus())
    await asyncio.sleep(100)
    folds.extend((seq, now() - (100 - seq) * 0.05) for seq in range(36, 100))  # hastened ones: three seconds of them
    receive(message(1, Stamp("me", 5)))
    assert now() - hall.held.folded_at >= 64 * 0.05 - 0.001
    assert hall.is_stale(now()) is False, "nobody is here"
    assert serialize_mix(hall.held.mix, 3200)["state"] == "empty"


@in_virtual_time
async def test_a_mix_of_others_is_as_old_as_the_time_it_may_have_waited_for_this_process():
    bus = InProcessBus()
    hall, _, receive = newest(bus)
    await bus.subscribe(mixes_topic("room"), receive)
    await bus.publish(mixes_topic("room"), message(1, Stamp("another", 5)))
    jump(3.0)
    await asyncio.sleep(0)
    assert now() - hall.held.folded_at == pytest.approx(3.0)
    await bus.publish(mixes_topic("room"), message(2, Stamp("another", 6)))
    await asyncio.sleep(0)
    assert now() - hall.held.folded_at == pytest.approx(0.0)


# --- who is refused, and what is said of it


@in_virtual_time
async def test_while_ticks_are_late_joins_are_refused_and_taken_again_three_seconds_after():
    async with world() as here:
        peer = await here.join()
        await keep_alive(peer, seconds=1)
        assert not here.hub.is_late
        for _ in range(10):
            await keep_alive(peer, seconds=TICK_S)
            stall(0.3, 0)
        await keep_alive(peer, seconds=TICK_S)
        assert (here.hub.is_late, here.value("overloaded")) == (True, 1.0)
        assert here.hub.is_ready(now()), "or a balancer would empty one gateway after the other"
        assert here.hub.is_ready(now() + 3), "also while the next tick is late"
        here.line.is_well = False  # it hears itself late
        assert here.hub.is_ready(now())
        here.line.is_well = True
        with pytest.raises(Overloaded):
            await here.offer()
        assert here.value("pending_offers") == 0
        before = len(peer.mixes)
        await keep_alive(peer, seconds=LATE_OVER_S - 1)
        assert here.hub.is_late
        assert len(peer.mixes) - before > 8, "who is here is served"
        await keep_alive(peer, seconds=2)
        assert (here.hub.is_late, here.value("overloaded")) == (False, 0.0)
        await here.join()
        here.line.is_well = False
        assert not here.hub.is_ready(now()), "in time and deaf is something else"


@in_virtual_time
async def test_what_waits_makes_it_late_although_its_timers_are_in_time():
    async with world() as here:
        peer = await here.join()
        here.maker.waits_s = TICK_S
        await keep_alive(peer, seconds=2)
        assert here.hub.is_late
        here.maker.waits_s = 0.0
        await keep_alive(peer, seconds=LATE_OVER_S + 2)
        assert not here.hub.is_late


@in_virtual_time
async def test_members_who_wait_for_a_mix_make_it_late():
    async with world() as here:
        peers = [await here.join() for _ in range(100)]
        for peer in peers:
            peer.send = slowly(peer.send, 0.004)
        await keep_alive(*peers, seconds=3)
        assert here.hub.is_late
        for peer in peers:
            del peer.send


@in_virtual_time
async def test_a_room_that_is_unknown_costs_a_late_gateway_nothing():
    async with world() as here:
        with pytest.raises(RoomUnknown):
            await here.offer("nowhere")
        here.maker.waits_s = 1.0
        await asyncio.sleep(1)
        with pytest.raises(Overloaded):
            await here.offer("nowhere")


@in_virtual_time
async def test_nobody_is_asked_to_move_to_a_gateway_that_is_late():
    async with worlds(2, FakeSeats()) as (one, other):
        peers = [await one.join() for _ in range(40)]
        other.maker.waits_s = 1.0
        await keep_alive(*peers, seconds=8)
        assert other.hub.is_late
        assert one.value("moves_total") == 0
        other.maker.waits_s = 0.0
        await keep_alive(*peers, seconds=LATE_OVER_S + 8)
        assert one.value("moves_total") > 0


@in_virtual_time
async def test_a_process_that_stood_still_blames_nobody_but_the_dead_are_closed_nevertheless():
    async with world() as here:
        alive, dead = await here.join(), await here.join()
        pending, _ = await here.offer()
        await keep_alive(alive, dead, seconds=1)
        silent_at = now()
        stall(30.0, 0)
        await keep_alive(alive, seconds=1)
        assert (alive.told, dead.told, pending.closed) == (None, None, 0)
        await keep_alive(alive, seconds=PEER_SILENT_S + 1)
        assert (alive.told, dead.closed, pending.closed) == (None, 1, 1)
        assert now() - silent_at > 30


# --- what is mixed and recorded


@in_virtual_time
async def test_a_partial_that_waited_for_a_second_is_in_no_mix_and_in_no_record():
    async with world() as here:
        peer = await here.join()
        await keep_alive(peer, seconds=2)
        deliver, waited = Subscriber.deliver, []

        def late(subscriber, message):
            if not waited:
                waited.append(here.value("mixes_published_total"))
                jump(PARTIAL_EXPIRES_S + 0.01)
            deliver(subscriber, message)

        Subscriber.deliver = late
        try:
            await asyncio.sleep(0.9 * TICK_S)
        finally:
            Subscriber.deliver = deliver
        assert here.value("mixes_published_total") == waited[0]
        await keep_alive(peer, seconds=1)
        assert here.value("mixes_published_total") > waited[0]
