"""Several gateways on one bus, in virtual time: hand-overs, removals by another gateway, moving, a bus that is away."""

import asyncio

import pytest

from kuuki.errors import CloseCode, Unavailable
from kuuki.many.notices import ALL_GATEWAYS, gateway_of, gateway_topic
from kuuki.mood.frames import Beat, Presence, State, Tap
from kuuki.mood.room import Role
from kuuki.times import (
    BEAT_S,
    MOVE_S,
    PARTIAL_EXPIRES_S,
    SEAT_EXPIRES_S,
    SEAT_LEFT_S,
    SEAT_OWED_S,
    SEAT_REPEAT_S,
    TICK_S,
    UNEVEN_S,
)
from services.signal.gateway import pending
from services.signal.gateway.hall import End
from tests.services.fakes import FakeSeats, keep_alive, worlds
from tests.virtual import in_virtual_time

SOON = 2 * TICK_S


def now():
    return asyncio.get_running_loop().time()


async def sit(here, seat=None):
    """An open peer that has said something, and its seat secret."""
    peer, joined = await here.offer(seat=seat)
    peer.events.opened()
    peer.score()
    return peer, joined.seat_secret


def people(watcher, since=0.0):
    """How many were counted in each mix since then."""
    return [mix.at_least if mix.state is State.LIVE else 0 for at, mix in watcher.mixes if at >= since]


@in_virtual_time
async def test_a_seat_goes_from_one_gateway_to_another_and_is_never_counted_twice():
    seats = FakeSeats()
    async with worlds(2, seats) as (one, other):
        watcher = await one.join(role=Role.STAGE)
        old, seat = await sit(one)
        await keep_alive(old, seconds=1)
        assert people(watcher)[-1] == 1
        came_at = now()
        new, _ = await sit(other, seat)
        await keep_alive(old, new, seconds=2)
        assert old.told is CloseCode.SEAT_TAKEN
        assert max(people(watcher, came_at)) == 1
        assert people(watcher, came_at).count(0) <= 1, "out for a tick at most"
        assert people(watcher)[-1] == 1
        assert other.value("handovers_total", outcome="answered") == 1
        assert one.value("handovers_total", outcome="new") == 1
        assert seats.asked == 3, "a claim each, and one word that it is settled"
        assert other.value("seats_waiting") == 0


@in_virtual_time
async def test_the_store_is_asked_when_a_channel_opens_and_at_no_tick():
    seats = FakeSeats()
    async with worlds(2, seats) as (one, _):
        peers = [(await sit(one))[0] for _ in range(10)]
        await one.join(role=Role.STAGE)
        await keep_alive(*peers, seconds=3)
        assert seats.asked == 10
        before = one.line.sent
        await keep_alive(*peers, seconds=2)
        few = one.line.sent - before
        peers += [(await sit(one))[0] for _ in range(90)]
        await keep_alive(*peers, seconds=1)
        before = one.line.sent
        await keep_alive(*peers, seconds=2)
        assert one.line.sent - before == few, "what is published does not grow with people"


@in_virtual_time
async def test_a_gateway_that_was_killed_holds_nobody_up_for_long():
    async with worlds(2, FakeSeats()) as (one, other):
        watcher, (old, seat) = await other.join(role=Role.STAGE), await sit(one)
        await keep_alive(old, seconds=1)
        one.line.cut()  # as a process that is gone: nothing goes out, and nothing is answered
        await asyncio.sleep(1.5)
        came_at = now()
        new, _ = await sit(other, seat)
        while people(watcher)[-1] == 0:
            await keep_alive(new, seconds=TICK_S)
        assert now() - came_at <= SEAT_LEFT_S + PARTIAL_EXPIRES_S - 2 * TICK_S, "sooner than it would expire"
        assert max(people(watcher)) == 1
        assert other.value("handovers_total", outcome="absent") == 1
        one.line.mend()
        await keep_alive(old, new, seconds=2)
        assert max(people(watcher)) == 1
        assert old.told is CloseCode.SEAT_TAKEN


@in_virtual_time
async def test_when_the_store_has_forgotten_every_gateway_is_asked():
    seats = FakeSeats()
    async with worlds(3, seats) as (one, other, _):
        watcher, (old, seat) = await other.join(role=Role.STAGE), await sit(one)
        await keep_alive(old, seconds=1)
        seats.seats.clear()
        came_at = now()
        new, _ = await sit(other, seat)
        await keep_alive(old, new, seconds=SEAT_EXPIRES_S + 1)
        assert old.told is CloseCode.SEAT_TAKEN
        assert max(people(watcher, came_at)) == 1
        assert people(watcher)[-1] == 1
        assert other.value("handovers_total", outcome="expired") == 1


@in_virtual_time
async def test_who_has_a_seat_counts_it_until_the_newer_peer_says_something():
    seats = FakeSeats()
    async with worlds(2, seats) as (one, other):
        watcher, (old, seat) = await other.join(role=Role.STAGE), await sit(one)
        await keep_alive(old, seconds=1)
        new, _ = await other.offer(seat=seat)
        new.events.opened()
        new.be(Presence.SENSING)
        await keep_alive(old, seconds=TICK_S)
        assert (old.told, seats.asked) == (None, 1)
        await asyncio.sleep(SOON)
        assert seats.asked == 3, "but not for ever"
        paused, _ = await other.offer(seat="s" * 16)
        paused.events.opened()
        paused.be(Presence.PAUSED)
        await asyncio.sleep(0)
        assert seats.asked == 4
        await keep_alive(new, paused, seconds=1, score=False)
        assert watcher.mix.coverage == 0.0


@in_virtual_time
async def test_while_the_store_is_away_joins_succeed_and_are_counted_later():
    seats = FakeSeats(is_away=True)
    async with worlds(2, seats) as (one, other):
        watcher, (new, _) = await one.join(role=Role.STAGE), await sit(other)
        new.say(Tap(new.next_seq(), (3, 0, 0, 0)))
        await keep_alive(new, seconds=5)
        assert new.beats[-1][1].presence is Presence.SENSING
        assert (new.beats[-1][1].taps, max(people(watcher)), watcher.mix.coverage) == (3, 0, 0.0)
        assert other.value("seats_waiting") == 1
        assert seats.asked <= 16
        seats.is_away = False
        await keep_alive(new, seconds=1)
        assert people(watcher)[-1] == 1
        assert watcher.mix.body.taps == (0.0,) * 4


@in_virtual_time
async def test_a_peer_that_goes_while_the_store_is_away_is_forgotten():
    seats = FakeSeats(is_away=True)
    async with worlds(2, seats) as (one, _):
        gone, _ = await sit(one)
        gone.events.closed()
        await asyncio.sleep(2)
        asked = seats.asked
        await asyncio.sleep(2)
        assert seats.asked == asked
        assert one.value("seats_waiting") == 0


@in_virtual_time
async def test_a_gateway_whose_bus_is_not_well_is_silent_and_not_ready_and_nothing_waits():
    async with worlds(2, FakeSeats()) as (one, other):
        watcher, (peer, _) = await other.join(role=Role.STAGE), await sit(one)
        await keep_alive(peer, seconds=1)
        assert one.hub.is_ready(now())
        one.line.is_well = False
        await keep_alive(peer, seconds=PARTIAL_EXPIRES_S + 1)
        assert not one.hub.is_ready(now())
        assert people(watcher)[-1] == 0
        assert one.value("partials_dropped_total", reason="not_well") == pytest.approx(10, abs=1)
        beats = len(peer.beats)
        await keep_alive(peer, seconds=2)
        assert len(peer.beats) - beats == pytest.approx(2 / BEAT_S, abs=1), "its clients are served"
        one.line.is_well = True
        await keep_alive(peer, seconds=SOON)
        assert people(watcher)[-1] == 1


@in_virtual_time
async def test_a_gateway_that_may_have_missed_something_is_silent_until_it_was_told_again():
    async with worlds(2, FakeSeats()) as (one, other):
        watcher, (old, seat) = await other.join(role=Role.STAGE), await sit(one)
        await keep_alive(old, seconds=1)
        one.line.cut()
        new, _ = await sit(other, seat)
        await keep_alive(old, new, seconds=0.5)
        one.line.mend()
        await keep_alive(old, new, seconds=2)
        assert old.told is CloseCode.SEAT_TAKEN
        assert max(people(watcher)) == 1
        assert people(watcher)[-1] == 1
        silent = one.value("partials_dropped_total", reason="silent")
        assert silent >= SEAT_REPEAT_S / TICK_S - 1


@in_virtual_time
async def test_no_tick_waits_for_a_slow_bus():
    async with worlds(1, FakeSeats()) as (one,):
        peer, _ = await sit(one)
        await keep_alive(peer, seconds=1)
        one.line.delay_s = 0.5
        beats, sent = len(peer.beats), one.line.sent
        await keep_alive(peer, seconds=4)
        assert len(peer.beats) - beats == pytest.approx(4 / BEAT_S, abs=1)
        assert one.value("ticks_late_total", loop="gateway") == 0
        assert one.line.sent - sent == pytest.approx(8, abs=1), "one publication at a time"
        assert one.value("partials_dropped_total", reason="replaced") == pytest.approx(12, abs=2)
        assert people(peer)[-1] == 1


@in_virtual_time
async def test_publications_that_fail_are_counted_and_nobody_is_told_that_a_seat_is_free():
    async with worlds(2, FakeSeats()) as (one, other):
        watcher, (old, seat) = await other.join(role=Role.STAGE), await sit(one)
        await keep_alive(old, seconds=1)
        one.line.fails = True
        new, _ = await sit(other, seat)
        await keep_alive(new, seconds=0.8)
        assert max(people(watcher)) == 1
        assert other.value("seats_waiting") == 1
        assert one.value("partials_dropped_total", reason="failed") >= 3
        one.line.fails = False
        await keep_alive(new, seconds=1)
        assert (people(watcher)[-1], max(people(watcher))) == (1, 1)


@in_virtual_time
async def test_a_shard_that_became_empty_is_told_so_until_that_has_arrived():
    async with worlds(2, FakeSeats()) as (one, other):
        watcher, (peer, _) = await other.join(role=Role.STAGE), await sit(one)
        await keep_alive(peer, seconds=1)
        one.line.fails = True
        peer.be(Presence.BYE)
        await asyncio.sleep(0.5)
        one.line.fails = False
        await asyncio.sleep(SOON)
        assert people(watcher)[-1] == 0, "sooner than its partial expires"


@in_virtual_time
async def test_the_same_gateway_takes_its_own_seat_over_without_a_gap():
    async with worlds(2, FakeSeats()) as (one, other):
        watcher, (old, seat) = await other.join(role=Role.STAGE), await sit(one)
        await keep_alive(old, seconds=1)
        came_at = now()
        new, _ = await sit(one, seat)
        assert old.told is CloseCode.SEAT_TAKEN
        await keep_alive(new, seconds=1)
        assert set(people(watcher, came_at)) == {1}


@in_virtual_time
async def test_delete_that_reaches_another_gateway_takes_its_participant_out():
    async with worlds(2, FakeSeats()) as (one, other):
        peer, joined = await one.offer()
        peer.events.opened()
        await keep_alive(peer, seconds=1)
        assert gateway_of(joined.participant) == one.hub.gateway
        deleted_at = now()
        for participant in ("unknown", "gggggggg.unknown", f"{one.hub.gateway}.unknown"):
            await other.hub.remove("room", participant, CloseCode.REMOVED)
        await other.hub.remove("other", joined.participant, CloseCode.REMOVED)
        await asyncio.sleep(SOON)
        assert peer.told is None
        await other.hub.remove("room", joined.participant, CloseCode.REMOVED)
        await asyncio.sleep(SOON)
        assert peer.told is CloseCode.REMOVED
        assert now() - deleted_at <= 1.0
        other.line.fails = True
        with pytest.raises(Unavailable):
            await other.hub.remove("room", joined.participant, CloseCode.REMOVED)


@in_virtual_time
async def test_hostile_notices_on_the_bus_stop_nobody():
    async with worlds(1, FakeSeats()) as (one,):
        peer, _ = await sit(one)
        await asyncio.sleep(TICK_S)
        for topic in (gateway_topic(one.hub.gateway), ALL_GATEWAYS):
            for message in (b"", b"junk", b"\x93\x01\x01\xa0"):
                await one.bus.publish(topic, message)
        await keep_alive(peer, seconds=1)
        assert people(peer)[-1] == 1
        assert one.value("bulletins_dropped_total", reason="notice") >= 2


@in_virtual_time
async def test_who_comes_sees_the_state_at_once():
    async with worlds(1, FakeSeats()) as (one,):
        peer, _ = await sit(one)
        await keep_alive(peer, seconds=1.1)
        stage = await one.join(role=Role.STAGE)
        assert [mix.at_least for _, mix in stage.mixes] == [1]
        assert stage.mixes[0][1].age_ms <= 300
        one.line.is_well = False
        await keep_alive(peer, stage, seconds=6, score=False)
        late = await one.join(role=Role.STAGE)
        assert late.mixes == [], "what is stale is not shown"


@in_virtual_time
async def test_a_score_is_followed_to_the_last_peer_and_joins_to_being_counted():
    async with worlds(1, FakeSeats()) as (one,):
        peers = [(await sit(one))[0] for _ in range(50)]
        await keep_alive(*peers, seconds=2)
        assert one.value("score_to_mix_seconds_count") == pytest.approx(9, abs=2)
        assert 0 < one.value("score_to_mix_seconds_sum") / one.value("score_to_mix_seconds_count") <= TICK_S * 1.5
        stages = {stage: one.value("join_seconds_count", stage=stage) for stage in ("answered", "opened", "counted")}
        assert stages == dict.fromkeys(stages, 50)
        assert one.value("people_folded") == 50


# --- moving


async def move(peer, seat, other):
    """What a client does that was asked to move."""
    new, _ = await sit(other, seat)
    peer.events.closed()
    return new


@in_virtual_time
async def test_a_gateway_that_goes_away_moves_its_clients_first_and_serves_them_meanwhile():
    async with worlds(2, FakeSeats()) as (one, other):
        watcher = await other.join(role=Role.STAGE)
        seated = [await sit(one) for _ in range(40)]
        stage = await one.join(role=Role.STAGE)
        told = []
        one.hub.halls["room"].watchers.add(told.append)
        peers = [peer for peer, _ in seated]
        await keep_alive(*peers, seconds=1)
        began = now()
        draining = asyncio.create_task(one.hub.drain(8.0))
        await asyncio.sleep(0)
        assert not one.hub.is_ready(now())
        with pytest.raises(Unavailable):
            await one.offer()
        moved = []
        for _ in range(30):
            await keep_alive(*peers, *moved, seconds=TICK_S)
            asked = [pair for pair in seated if pair[0] in peers and pair[0].beats[-1][1].code]
            assert all(peer.beats[-1][1].presence is Presence.SENSING for peer, _ in asked)
            for peer, seat in asked:
                moved.append(await move(peer, seat, other))
                peers.remove(peer)
        assert len(moved) == 40
        assert people(watcher)[-1] == 40
        assert max(people(watcher)) == 40
        assert min(people(watcher, began)) >= 40 - 3 * (41 / 4) * TICK_S, "spread over half of the time"
        assert one.value("moves_total") == 41
        assert not told or End.GOING_AWAY not in told, "event streams stay to the end"
        assert [mix.seq for _, mix in stage.mixes] == sorted({mix.seq for _, mix in stage.mixes})
        stage.events.closed()
        await draining
        assert told[-1] is End.GOING_AWAY
        assert now() - began < 8
        assert [peer.told for peer, _ in seated] == [None] * 40


@pytest.mark.parametrize("count", [76, 148, 149, 150, 222])
@in_virtual_time
async def test_all_are_asked_in_half_of_the_time_however_many_they_are(count, monkeypatch):
    monkeypatch.setattr(pending, "JOINS_BURST", count)  # all at one moment: before the other gateway is asked to help
    async with worlds(2, FakeSeats()) as (one, _):
        peers = [(await sit(one))[0] for _ in range(count)]
        draining = asyncio.create_task(one.hub.drain(30.0))
        await keep_alive(*peers, seconds=15.0 + SOON)
        assert one.value("moves_total") == count
        draining.cancel()


@in_virtual_time
async def test_who_does_not_move_is_told_goodbye():
    async with worlds(2, FakeSeats()) as (one, _):
        peer, _ = await sit(one)
        await keep_alive(peer, seconds=1)
        began = now()
        draining = asyncio.create_task(one.hub.drain())
        while not draining.done():
            await keep_alive(peer, seconds=TICK_S)
        assert peer.told is CloseCode.GOING_AWAY
        goodbye_at = next(at for at, beat in peer.beats if beat.presence is Presence.BYE)
        assert goodbye_at - began == pytest.approx(MOVE_S, abs=SOON)
        requests = [beat for _, beat in peer.beats if beat.code and beat.presence is not Presence.BYE]
        assert len(requests) == pytest.approx(MOVE_S / BEAT_S, abs=2), "each beat repeats it"
        assert isinstance(requests[0], Beat)


@in_virtual_time
async def test_draining_ends_at_its_deadline_whoever_is_left():
    async with worlds(2, FakeSeats()) as (one, _):
        peer, _ = await sit(one)
        pending, _ = await one.offer()
        began = now()
        draining = asyncio.create_task(one.hub.drain(2.0))
        while not draining.done():
            await keep_alive(peer, seconds=TICK_S)
        assert now() - began == pytest.approx(2.0, abs=SOON)
        assert peer.told is CloseCode.GOING_AWAY
        assert pending.told is None


@in_virtual_time
async def test_an_empty_gateway_goes_at_once():
    async with worlds(2, FakeSeats()) as (one, _):
        await asyncio.sleep(1)
        began = now()
        await one.hub.drain()
        assert now() == began


# --- evening out


async def evening(here, seated, seconds):
    """Time goes by, and whoever is asked to move comes in turn to the gateways, until one takes it."""
    turn, began = 0, now()
    moved = set()
    while now() - began < seconds:
        await keep_alive(*[peer for peer, _ in seated], seconds=TICK_S)
        for number, (peer, seat) in enumerate(seated):
            if peer in moved or not any(beat.code and beat.presence is not Presence.BYE for _, beat in peer.beats):
                continue
            turn += 1
            try:
                seated[number] = await sit(here[turn % len(here)], seat)
            except Unavailable:
                continue
            moved.add(peer)
            await asyncio.sleep(0.01)
            peer.events.closed()
    return len(moved)


def audience(here):
    return here.value("peers", role="audience")


@in_virtual_time
async def test_an_empty_gateway_is_given_its_share_and_nobody_is_lost():
    async with worlds(3, FakeSeats()) as here:
        watcher = await here[2].join(role=Role.STAGE)
        seated = [await sit(here[number % 2]) for number in range(90)]
        began = now() + 1
        moved = await evening(here, seated, 20.0)
        assert [audience(each) for each in here] == pytest.approx([30] * 3, abs=5)
        assert 25 <= moved <= 80, "few move twice"
        assert max(people(watcher)) == people(watcher)[-1] == 90
        assert min(people(watcher, began)) >= 90 - 2 * 15 * TICK_S * 2, "two who ask, for two ticks"
        settled = sum(each.value("moves_total") for each in here)
        await evening(here, seated, 10.0)
        assert sum(each.value("moves_total") for each in here) == settled, "then it is quiet"
        assert [peer.told for peer, _ in seated] == [None] * 90


@in_virtual_time
async def test_who_can_go_nowhere_else_stays_and_is_left_alone():
    async with worlds(2, FakeSeats()) as (one, other):
        seated = [await sit(one) for _ in range(50)]
        peers = [peer for peer, _ in seated]
        await keep_alive(*peers, seconds=9.4)
        asked = [pair for pair in seated if any(beat.code for _, beat in pair[0].beats)]
        assert len(asked) == 25
        for peer, seat in asked:
            with pytest.raises(Unavailable):
                await one.offer(seat=seat)
            assert peer.told is None
        await keep_alive(*peers, seconds=MOVE_S)
        back = [await sit(one, seat) for _, seat in asked]
        stay = [peer for peer in peers if peer not in [each for each, _ in asked]]
        await keep_alive(*stay, *[peer for peer, _ in back], seconds=MOVE_S)
        assert {peer.told for peer in stay} == {None}
        assert not any(beat.code for peer, _ in back for _, beat in peer.beats), "not asked again"
        assert audience(one) == 50
        assert audience(other) == 0


@in_virtual_time
async def test_who_came_back_and_comes_once_more_is_left_alone_too():
    async with worlds(2, FakeSeats()) as (one, _):
        seated = [await sit(one) for _ in range(30)]
        await evening([one], seated, 60.0)
        asked = one.value("moves_total")
        assert asked == 30
        seated[:5] = [await sit(one, seat) for _, seat in seated[:5]]  # another network, say
        await evening([one], seated, 30.0)
        assert one.value("moves_total") == asked


@in_virtual_time
async def test_who_was_asked_and_lost_its_channel_is_taken_back():
    async with worlds(2, FakeSeats()) as (one, _):
        seated = [await sit(one) for _ in range(50)]
        await keep_alive(*[peer for peer, _ in seated], seconds=8)
        lost, seat = next(pair for pair in seated if any(beat.code for _, beat in pair[0].beats))
        await keep_alive(*[peer for peer, _ in seated if peer is not lost], seconds=2)
        await sit(one, seat)
        assert lost.told is CloseCode.SEAT_TAKEN


@in_virtual_time
async def test_a_gateway_that_goes_away_also_moves_those_who_were_asked_before():
    async with worlds(2, FakeSeats()) as (one, _):
        seated = [await sit(one) for _ in range(50)]
        peers = [peer for peer, _ in seated]
        await keep_alive(*peers, seconds=8)
        draining = asyncio.create_task(one.hub.drain(40.0))
        while not draining.done():
            await keep_alive(*peers, seconds=TICK_S)
        assert {peer.told for peer in peers} == {CloseCode.GOING_AWAY}


@in_virtual_time
async def test_who_comes_from_a_gateway_that_was_killed_is_not_asked_while_that_could_be_missed():
    async with worlds(3, FakeSeats()) as (killed, one, _):
        seated = [await sit(killed) for _ in range(30)]
        await keep_alive(*[peer for peer, _ in seated], seconds=1)
        killed.line.cut()
        await asyncio.sleep(1.5)
        peers = [(await sit(one, seat))[0] for _, seat in seated]
        await keep_alive(*peers, seconds=SEAT_OWED_S / 2)
        assert one.hub.seating.handover.counted == 30
        assert one.value("moves_total") == 0
        await keep_alive(*peers, seconds=SEAT_OWED_S / 2 + UNEVEN_S)
        assert one.value("moves_total") > 0
        killed.line.mend()
