"""The hub with a transport that is only a list, in virtual time: every deadline, quota and goodbye."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from kuuki.errors import CloseCode, RoomUnknown, TooMany, Unavailable
from kuuki.limits import FRAMES_BURST, FRAMES_OVER_BURST, JOINS_BURST, SLOW_TICKS
from kuuki.many.bulletins import Policy, partials_topic, shard_of
from kuuki.many.membership import MemberState
from kuuki.mood.frames import Beat, Mix, Presence, Score, State, Tap, encode
from kuuki.mood.mix import Partial, Sums
from kuuki.mood.room import Role
from kuuki.times import PEER_SILENT_S, PENDING_OFFER_S, PRESENT_S, SCORE_STALE_S, TICK_S, WATCH_S
from loadtests.fake_transport import HAPPY
from services.signal.gateway.fanout import FanOut
from services.signal.gateway.hall import End
from services.signal.gateway.member import Member
from tests.bulletins import EXACT, message_of, mix_message
from tests.patience import cost
from tests.services.fakes import assert_nothing_left, keep_alive, world
from tests.virtual import in_virtual_time, jump

SOON = 2 * TICK_S


def now():
    return asyncio.get_running_loop().time()


# --- a score's way


@in_virtual_time
async def test_a_score_comes_back_as_a_mix_within_two_ticks():
    async with world() as here:
        peer, stage = await here.join(), await here.join(role=Role.STAGE)
        peer.score()
        await asyncio.sleep(SOON)
        for each in (peer, stage):
            assert (each.mix.state, each.mix.at_least, each.mix.coverage) == (State.LIVE, 1, 1.0)
            assert each.mix.body.weights[3] == 1.0
            assert each.mix.age_ms < 50


@in_virtual_time
async def test_mixes_come_five_times_a_second_and_never_backwards():
    async with world() as here:
        peer = await here.join()
        await keep_alive(peer, seconds=5)
        orders = [(mix.term, mix.seq) for _, mix in peer.mixes]
        assert 23 <= len(orders) <= 25
        assert orders == sorted(set(orders))


@in_virtual_time
async def test_what_is_not_newer_on_the_bus_is_dropped():
    async with world() as here:
        peer = await here.join()
        await keep_alive(peer, seconds=1)
        for order in ((0, 10**6), (peer.mix.term, 1)):
            await here.bus.publish("kuuki.mixes.room", _mix_bulletin(*order))
        for message in (b"", b"\xc1", _mix_bulletin(1, 1)[:-2]):
            await here.bus.publish("kuuki.mixes.room", message)
        before = len(peer.mixes)
        await asyncio.sleep(0)
        assert len(peer.mixes) == before
        assert here.value("bulletins_dropped_total", reason="late") == 2
        assert here.total("bulletins_dropped_total") == 5


def _mix_bulletin(term, seq):
    return mix_message("room", encode(Mix(term, seq, State.EMPTY, 0.0, at_most=0)))


@in_virtual_time
async def test_hostile_partials_on_the_bus_stop_nobody():
    async with world() as here:
        peer = await here.join()
        await keep_alive(peer, seconds=1)
        huge = Partial(1, (0,) * 4, Sums(1, (2**63,) * 7, 2**63))
        evil = message_of("evil", 1, {"room": (Policy(EXACT), huge)}, term=1)
        topic = partials_topic(shard_of("room"))
        for message in (b"", b"junk", evil):
            await here.bus.publish(topic, message)
        await keep_alive(peer, seconds=1)
        assert peer.mix.at_least == 1
        assert here.value("bulletins_dropped_total", reason="implausible") == 1
        assert here.value("bulletins_dropped_total", reason="not_msgpack") == 2


# --- pending offers


@in_virtual_time
async def test_a_transport_that_closes_before_it_opened_frees_the_quota_once():
    async with world() as here:
        first, _ = await here.offer(address="a")
        await here.offer(address="a")
        first.events.closed()
        first.events.closed()
        await asyncio.sleep(SOON)
        first.events.opened()
        assert len(here.hub.pending) == 1
        assert here.total("peers") == 0
        assert first.closed == 1


@in_virtual_time
async def test_an_answer_that_fails_leaves_nothing():
    async with world() as here:
        here.maker.fault = ValueError("a stack's")
        for _ in range(2 * JOINS_BURST):
            with pytest.raises(ValueError, match="a stack's"):
                await here.offer(address="a")
        assert len(here.hub.pending) == 0
        assert here.hub.halls["room"].members == {}


@in_virtual_time
async def test_a_client_that_vanishes_during_the_answer_leaves_nothing():
    async with world() as here:
        here.maker.delay_s = 1.0
        join = asyncio.create_task(here.offer(address="a"))
        await asyncio.sleep(0.5)
        assert len(here.hub.pending) == 1
        join.cancel()
        await asyncio.gather(join, return_exceptions=True)
        assert len(here.hub.pending) == 0
        assert here.hub.halls["room"].members == {}


@pytest.mark.parametrize("delay_s", [0.01, 1.0])
@in_virtual_time
async def test_a_room_that_closes_during_the_answer_closes_the_peer_too(delay_s):
    async with world() as here:
        await asyncio.sleep(TICK_S + 0.05)
        await here.offer(address="a")
        here.maker.delay_s = delay_s
        join = asyncio.create_task(here.offer(address="a"))
        await asyncio.sleep(delay_s / 2)
        await here.rooms.remove("room")
        with pytest.raises(RoomUnknown):
            await join
        await asyncio.sleep(SOON)
        assert [peer.closed for peer in here.maker.peers] == [1, 1]
        assert len(here.hub.pending) == here.total("connections") == 0


@in_virtual_time
async def test_an_answer_that_fails_after_its_room_closed_frees_only_its_own_quota():
    async with world() as here:
        await here.add_room("other")
        await here.offer("other", address="a")
        here.maker.delay_s, here.maker.fault = 1.0, ValueError()
        join = asyncio.create_task(here.offer(address="a"))
        await asyncio.sleep(0.1)
        await here.rooms.remove("room")
        await asyncio.gather(join, return_exceptions=True)
        assert len(here.hub.pending) == 1


@in_virtual_time
async def test_an_answer_that_takes_for_ever_is_given_up():
    async with world() as here:
        here.maker.delay_s = 2 * PENDING_OFFER_S
        with pytest.raises(Unavailable):
            await here.offer(address="a")
        await asyncio.sleep(0)
        assert here.maker.peers[0].closed == 1
        assert len(here.hub.pending) == here.total("connections") == 0


@in_virtual_time
async def test_there_is_no_joining_a_room_that_is_not():
    async with world() as here:
        with pytest.raises(RoomUnknown):
            await here.offer("nowhere")
        assert len(here.hub.pending) == 0
        assert here.hub.halls == {}


# --- seats


@in_virtual_time
async def test_a_newer_peer_takes_the_seat_and_is_counted_once():
    async with world() as here:
        old, joined = await here.offer()
        old.events.opened()
        await keep_alive(old, seconds=1)
        new, again = await here.offer(seat=joined.seat_secret)
        assert again.seat_secret == joined.seat_secret
        assert again.participant != joined.participant
        await keep_alive(old, seconds=1)
        assert old.told is None, "an offer alone takes nothing"
        new.events.opened()
        assert old.told is CloseCode.SEAT_TAKEN
        await keep_alive(new, seconds=1)
        assert {mix.at_least for _, mix in new.mixes if mix.state is State.LIVE} == {1}
        old.events.closed()
        old.score()
        await keep_alive(new, seconds=1)
        assert (new.mix.state, new.mix.at_least, new.mix.coverage) == (State.LIVE, 1, 1.0)
        assert old.closed == 1


@in_virtual_time
async def test_a_former_peers_score_is_forgotten_with_the_seat():
    async with world() as here:
        old, joined = await here.offer()
        old.events.opened()
        old.score()
        new, _ = await here.offer(seat=joined.seat_secret)
        new.events.opened()
        await asyncio.sleep(SOON)
        assert new.mix.state is State.FEW
        new.score()
        await asyncio.sleep(SOON)
        assert new.mix.at_least == 1


@in_virtual_time
async def test_a_seat_is_of_one_room_and_one_role():
    async with world() as here:
        await here.add_room("other")
        peers = [
            await here.join(seat="s" * 16),
            await here.join("other", seat="s" * 16),
            await here.join(role=Role.STAGE, seat="s" * 16),
            await here.join(role=Role.STAGE, seat="s" * 16),
            await here.join(role=Role.OVERLAY, seat="s" * 16),
        ]
        await keep_alive(*peers, seconds=1)
        assert [peer.told for peer in peers] == [None] * 5
        assert peers[0].mix.at_least == peers[1].mix.at_least == 1
        assert here.value("frames_dropped_total", reason="wrong_role") == 3 * 5


@in_virtual_time
async def test_a_seat_is_counted_only_while_its_member_is_seated():
    async with world() as here:
        looked = 0
        for number in range(60):
            peer, _ = await here.offer(seat=f"{number % 7:016}")
            if number % 5:
                peer.events.opened()
            if number % 3 == 0:
                peer.score()
            if number % 4 == 0:
                peer.be(Presence.BYE)
            for _ in range(4):
                hall = here.hub.halls["room"]
                for seat_id, seat in hall.room.seats.items():
                    looked += seat.is_counted
                    assert not seat.is_counted or hall.sitting[seat_id].membership.state is MemberState.SEATED
                await asyncio.sleep(0.1)
        assert looked > 100


# --- leaving


@in_virtual_time
async def test_a_pause_is_out_of_the_fold_by_the_next_tick_and_echoed():
    async with world() as here:
        peer, other = await here.join(), await here.join()
        await keep_alive(peer, other, seconds=1)
        paused_at = now()
        peer.be(Presence.PAUSED)
        await keep_alive(other, seconds=1)
        late = [mix for at, mix in other.mixes if at > paused_at + SOON]
        assert {(mix.at_least, mix.coverage) for mix in late} == {(1, 0.5)}
        echoed_at = next(at for at, beat in peer.beats if beat.presence is Presence.PAUSED)
        assert echoed_at - paused_at <= TICK_S + 0.001
        peer.score()
        await asyncio.sleep(SOON)
        assert other.mix.at_least == 2


@in_virtual_time
async def test_a_bye_is_out_at_once_and_closed():
    async with world() as here:
        peer, other = await here.join(), await here.join()
        await keep_alive(peer, other, seconds=1)
        peer.be(Presence.BYE)
        peer.score()
        await keep_alive(other, seconds=0.4)
        assert (other.mix.at_least, other.mix.coverage) == (1, 1.0)
        assert peer.closed == 1
        assert peer.told is None


@in_virtual_time
async def test_delete_takes_out_whoever_has_that_id_and_changes_nothing_else():
    async with world() as here:
        peer, joined = await here.offer()
        peer.events.opened()
        other = await here.join()
        await keep_alive(peer, other, seconds=1)
        for room, participant in (("room", "unknown"), ("nowhere", joined.participant), ("room", "")):
            await here.hub.remove(room, participant, CloseCode.REMOVED)
        assert peer.told is None
        await here.hub.remove("room", joined.participant, CloseCode.REMOVED)
        await here.hub.remove("room", joined.participant, CloseCode.REMOVED)
        await keep_alive(other, seconds=SOON)
        assert peer.told is CloseCode.REMOVED
        assert (other.mix.at_least, peer.closed) == (1, 1)
        assert here.value("peers_closed_total", code="removed") == 1


@in_virtual_time
async def test_a_closed_room_tells_everyone_and_is_gone():
    async with world() as here:
        peers = [await here.join(role=role) for role in Role]
        pending, _ = await here.offer()
        told = []
        hall = here.hub.halls["room"]
        hall.watchers.add(told.append)
        await keep_alive(peers[0], seconds=1)
        await here.rooms.remove("room")
        assert told[-1] is End.CLOSED
        await asyncio.sleep(SOON)
        assert [peer.told for peer in peers] == [CloseCode.ROOM_CLOSED] * 3
        assert [peer.closed for peer in (*peers, pending)] == [1] * 4
        assert here.hub.halls == {}
        with pytest.raises(RoomUnknown):
            await here.offer()


async def cost_of_closing_s(people):
    """CPU seconds of closing a room of so many."""
    async with world() as here:
        for _ in range(people):
            await here.join()
        with cost() as cost_s:
            await here.rooms.remove("room")
            await asyncio.sleep(SOON)
            took_s = cost_s()
        assert here.total("peers") == 0
    return took_s


@in_virtual_time
async def test_closing_a_full_room_costs_each_what_it_costs_in_a_small_one():
    small_s = min([await cost_of_closing_s(100) for _ in range(3)])
    assert await cost_of_closing_s(1000) < 3 * 10 * small_s


@in_virtual_time
async def test_going_away_tells_everyone_takes_no_more_and_ends():
    async with world() as here:
        peer, pending = await here.join(), (await here.offer())[0]
        await keep_alive(peer, seconds=1)
        assert here.hub.is_ready(now())
        here.hub.turn_away()
        assert not here.hub.is_ready(now())
        with pytest.raises(Unavailable):
            await here.offer()
        with pytest.raises(Unavailable), here.hub.watching(None):
            pass
    assert peer.told is CloseCode.GOING_AWAY
    assert pending.told is None


# --- deadlines


@in_virtual_time
async def test_a_silent_peer_stops_counting_stops_being_present_and_is_closed():
    async with world() as here:
        peer, other = await here.join(), await here.join()
        await keep_alive(peer, other, seconds=1)
        silent_at = now() - TICK_S
        await keep_alive(other, seconds=12)
        states = [(round(at - silent_at, 1), mix.at_least, mix.coverage) for at, mix in other.mixes if at >= silent_at]
        assert {people for after, people, _ in states if after <= SCORE_STALE_S} == {2}
        assert {people for after, people, _ in states if after > SCORE_STALE_S + SOON} == {1}
        assert {coverage for after, _, coverage in states if SCORE_STALE_S + SOON < after < PRESENT_S} == {0.5}
        assert {coverage for after, _, coverage in states if after > PRESENT_S + SOON} == {1.0}
        closed_at = next(at for at, beat in peer.beats if beat.presence is Presence.BYE)
        assert peer.told is CloseCode.SILENT
        assert PEER_SILENT_S < closed_at - silent_at <= PEER_SILENT_S + SOON
        assert peer.closed == 1


@in_virtual_time
async def test_a_peer_that_only_answers_beats_stays():
    async with world() as here:
        peer = await here.join()
        await keep_alive(peer, seconds=2 * PEER_SILENT_S, score=False)
        assert (peer.told, peer.mix.state, peer.mix.coverage) == (None, State.FEW, 0.0)


@in_virtual_time
async def test_a_slow_peer_skips_mixes_and_is_closed_and_only_it():
    async with world() as here:
        slow, other = await here.join(), await here.join()
        await keep_alive(slow, other, seconds=1)
        slow.accepts = False
        before = len(other.mixes)
        await keep_alive(slow, other, seconds=5)
        slow.accepts = True
        await keep_alive(slow, other, seconds=1)
        assert slow.told is None, "it caught up in time"
        assert slow.mix == other.mix
        slow.accepts = False
        await keep_alive(slow, other, seconds=SLOW_TICKS * TICK_S + 1)
        assert here.value("peers_closed_total", code="slow") == 1
        assert slow.closed == 1
        assert len(other.mixes) - before == pytest.approx((7 + SLOW_TICKS * TICK_S) / TICK_S, abs=2)
        assert here.value("mixes_skipped_total") > SLOW_TICKS


@in_virtual_time
async def test_who_missed_a_mix_comes_first_in_the_next():
    sent = []
    fan_out = FanOut(lambda member, went: sent.append(member.participant), print, print)

    class Deaf:
        def send(self, data):
            return True

    deaf: Any = Deaf()
    members = [Member(str(number), "", Role.AUDIENCE, 0.0, None, peer=deaf) for number in range(50)]
    for member in members:
        member.membership.opened(0.0)
    frame = encode(Mix(1, 1, State.EMPTY, 0.0, at_most=0))
    fan_out.start({1: frame}, 0.0, members)
    assert len(sent) == 20
    fan_out.start({1: frame}, 0.0, members)
    assert sent[20:40] == [str(number) for number in range(20, 40)]
    await asyncio.sleep(0.1)
    assert sorted(map(int, sent[20:])) == list(range(50))
    fan_out.stop()


# --- what is not the protocol


def flood(peer, frames):
    for _ in range(frames):
        peer.say(Score(peer.next_seq(), HAPPY, 255))


@in_virtual_time
async def test_a_flood_is_closed_and_a_burst_is_not():
    async with world() as here:
        peer, other = await here.join(), await here.join()
        flood(peer, FRAMES_BURST + FRAMES_OVER_BURST)
        assert peer.told is None
        assert here.value("frames_dropped_total", reason="over_rate") == FRAMES_OVER_BURST
        flood(peer, 1)
        assert peer.told is CloseCode.FLOOD
        flood(peer, 10_000)
        assert here.value("frames_dropped_total", reason="over_rate") == FRAMES_OVER_BURST + 1
        await keep_alive(other, seconds=SOON)
        assert (peer.closed, other.mix.at_least) == (1, 1)


@in_virtual_time
async def test_twenty_malformed_frames_close_a_peer_however_slowly():
    async with world() as here:
        peer = await here.join()
        for number in range(20):
            assert peer.told is None, number
            peer.events.received((b"", b"\xff", b"\0" * 65, encode(Mix(1, 1, State.EMPTY, 0.0)))[number % 4])
            peer.score()
            await asyncio.sleep(1)
        assert peer.told is CloseCode.MALFORMED
        reasons = {
            reason: here.value("frames_dropped_total", reason=reason)
            for reason in ("malformed", "too_large", "wrong_kind")
        }
        assert reasons == {"malformed": 10, "too_large": 5, "wrong_kind": 5}


@in_virtual_time
async def test_messages_that_are_no_frames_count_as_malformed_and_against_the_rate():
    async with world() as here:
        few, many = await here.join(), await here.join()
        for _ in range(19):
            few.events.dropped("not_binary")
        assert few.told is None
        few.events.dropped("not_binary")
        assert few.told is CloseCode.MALFORMED
        flood(many, FRAMES_BURST)
        for _ in range(FRAMES_OVER_BURST + 1):
            many.events.dropped("not_binary")
        assert many.told is CloseCode.FLOOD


@pytest.mark.parametrize(("reason", "code"), [("sctp_bounds", CloseCode.MALFORMED), ("sctp_rate", CloseCode.FLOOD)])
@in_virtual_time
async def test_a_broken_limit_of_the_transport_closes_the_peer(reason, code):
    async with world() as here:
        peer, pending = await here.join(), (await here.offer())[0]
        for each in (peer, pending):
            each.events.violated(reason, code)
        await asyncio.sleep(SOON)
        assert (peer.told, pending.told) == (code, None)
        assert (peer.closed, pending.closed) == (1, 1)
        assert here.value("frames_dropped_total", reason=reason) == 2


@in_virtual_time
async def test_old_and_forged_seqs_change_nothing():
    async with world() as here:
        peer = await here.join()
        peer.say(Score(7, HAPPY, 255))
        for frame in (Score(7, (255, *HAPPY[1:3], 0, 0, 0, 0), 255), Score(1, HAPPY, 0), Beat(6, Presence.PAUSED)):
            peer.say(frame)
        await asyncio.sleep(SOON)
        assert (peer.mix.at_least, peer.mix.body.weights[3]) == (1, 1.0)
        assert here.value("frames_dropped_total", reason="late") == 3
        peer.say(Score(2**32 - 1, HAPPY, 255))
        peer.say(Beat(2**32 - 1, Presence.PAUSED))
        await asyncio.sleep(1)
        assert peer.beats[-1][1].answer == 2**32 - 1
        assert peer.mix.at_least == 1


# --- beats


@in_virtual_time
async def test_beats_come_twice_a_second_and_measure_the_round_trip():
    async with world() as here:
        peer = await here.join()
        assert len(peer.beats) == 1, "one at once"
        for _ in range(50):
            before = len(peer.beats)
            await asyncio.sleep(0.1)
            for _, beat in peer.beats[before:]:
                asyncio.get_running_loop().call_later(0.03, peer.be, Presence.WATCHING, beat.seq)
        ats = [at for at, _ in peer.beats]
        assert len(ats) == pytest.approx(11, abs=1)
        assert max(later - earlier for earlier, later in pairwise(ats)) <= 0.6 + 0.001
        assert [beat.seq for _, beat in peer.beats] == list(range(1, len(ats) + 1))
        assert 30 <= peer.beats[-1][1].rtt_ms <= 131


@in_virtual_time
async def test_a_beat_comes_by_the_next_tick_after_a_tap_and_says_the_sum():
    async with world() as here:
        peer = await here.join()
        await asyncio.sleep(1.05)
        tapped_at = now()
        peer.say(Tap(peer.next_seq(), (1, 0, 2, 0)))
        await asyncio.sleep(TICK_S)
        at, beat = peer.beats[-1]
        assert beat.taps == 3
        assert at - tapped_at <= TICK_S
        peer.say(Tap(peer.next_seq(), (2**32 - 1,) * 4))
        await asyncio.sleep(TICK_S)
        assert peer.beats[-1][1].taps == 4 * (2**32 - 1) % 2**32


# --- halls


@in_virtual_time
async def test_a_hall_stands_while_it_is_used_and_no_longer():
    async with world() as here:
        peer = await here.join()
        await keep_alive(peer, seconds=2 * WATCH_S)
        assert "room" in here.hub.halls
        peer.be(Presence.BYE)
        await asyncio.sleep(SOON)
        assert here.hub.halls == {}
        hall = await here.hub.hall("room")
        await asyncio.sleep(WATCH_S - 0.3)
        assert hall.held is not None
        await asyncio.sleep(0.3 + SOON)
        assert here.hub.halls == {}
        assert "kuuki.mixes.room" not in here.bus._topics


@in_virtual_time
async def test_a_hall_whose_subscription_failed_is_made_anew():
    async with world() as here:
        await asyncio.sleep(TICK_S)  # the hub hears what it must
        subscribe = here.bus.subscribe

        async def fail(topic, receive, lost=None):
            raise ConnectionError

        here.bus.subscribe = fail
        with pytest.raises(ConnectionError):
            await here.offer(address="a")
        here.bus.subscribe = subscribe
        peer = await here.join()
        await keep_alive(peer, seconds=1)
        assert peer.mix.at_least == 1
        assert len(here.hub.pending) == 0


async def slow_down(bus, seconds):
    """Later subscriptions take so long; the hub hears already what it must."""
    await asyncio.sleep(TICK_S)
    subscribe = bus.subscribe

    async def slowly(topic, receive, lost=None):
        await asyncio.sleep(seconds)
        return await subscribe(topic, receive, lost)

    bus.subscribe = slowly


@in_virtual_time
async def test_who_gives_up_while_a_hall_is_made_leaves_it_to_the_others():
    async with world() as here:
        await slow_down(here.bus, 0.1)
        first = asyncio.create_task(here.join())
        await asyncio.sleep(0.05)
        second = asyncio.create_task(here.join())
        await asyncio.sleep(0)
        first.cancel()
        peer = await second
        assert first.cancelled()
        await keep_alive(peer, seconds=1)
        assert peer.mix.at_least == 1
        assert len(here.hub.pending) == 0


@in_virtual_time
async def test_a_room_that_is_closed_while_its_hall_is_made_leaves_nothing():
    async with world() as here:
        await slow_down(here.bus, 0.45)
        join = asyncio.create_task(here.join())
        await asyncio.sleep(0.05)
        await here.rooms.remove("room")
        with pytest.raises(RoomUnknown):
            await join
        await asyncio.sleep(SOON)
        assert here.hub.halls == {}
        assert "kuuki.mixes.room" not in here.bus._topics


@in_virtual_time
async def test_a_gateway_that_ends_while_a_hall_is_made_leaves_nothing():
    async with world() as here:
        await slow_down(here.bus, 0.4)
        join = asyncio.create_task(here.join())
        await asyncio.sleep(0.05)
        here.running.cancel()
        with pytest.raises(Unavailable):
            await join


@in_virtual_time
async def test_a_room_in_use_is_not_swept_however_old():
    async with world() as here:
        peer = await here.join()
        await here.add_room("forgotten")
        long_ago = asyncio.get_running_loop().time() - 25 * 3600
        here.rooms._used_at = dict.fromkeys(("room", "forgotten"), long_ago)
        await keep_alive(peer, seconds=1)
        await here.add_room("new")
        assert (await here.rooms.get("room")).room == "room"
        with pytest.raises(RoomUnknown):
            await here.rooms.get("forgotten")


@in_virtual_time
async def test_after_a_busy_hour_nothing_is_left():
    async with world() as here:
        for number in range(200):
            here.maker.fault = ValueError() if number % 7 == 0 else None
            try:
                peer, joined = await here.offer(role=list(Role)[number % 3], address=str(number % 3))
            except (ValueError, TooMany):
                continue
            if number % 6 == 4:
                peer.events.violated("sctp", CloseCode.MALFORMED)
            if number % 6:
                peer.events.opened()
            if number % 6 == 1:
                peer.score()
                peer.events.closed()
            elif number % 6 == 2:
                peer.be(Presence.BYE)
            elif number % 6 == 3:
                await here.hub.remove("room", joined.participant, CloseCode.REMOVED)
            await asyncio.sleep(0.3)
        await asyncio.sleep(60)
        assert here.hub.halls == {}
        here.maker.fault = None
        assert_nothing_left(here)
        await here.offer()
        with pytest.raises(AssertionError):
            assert_nothing_left(here)  # it can fail


@in_virtual_time
async def test_a_tick_that_fell_behind_is_counted_and_left_out():
    async with world() as here:
        peer = await here.join()
        await keep_alive(peer, seconds=1)
        await asyncio.sleep(0.1)
        before = len(peer.mixes)
        jump(1.0)
        await asyncio.sleep(0.01)
        assert here.value("ticks_late_total", loop="gateway") == 1
        assert len(peer.mixes) - before == 1
