"""Pending offers at the hub, in virtual time: a room's opening, and offers that nobody comes for."""

import asyncio
import contextlib

import pytest

from kuuki.errors import CloseCode, TooMany, Unavailable
from kuuki.limits import JOINS_BURST, JOINS_PER_S, JOINS_WAITING, PENDING_PER_GATEWAY
from kuuki.mood.frames import State
from kuuki.times import JOIN_WAIT_S, OFFER_CHECKED_S, OFFER_SURE_S, PENDING_OFFER_S, TICK_S
from services.signal.gateway import composition, joins, pending
from tests.services.fakes import keep_alive, world
from tests.virtual import in_virtual_time, jump

SOON = 2 * TICK_S
VENUE = "203.0.113.7"


def now():
    return asyncio.get_running_loop().time()


async def join(here, address=VENUE, seat=None, rtt_s=0.1):
    """An honest join over a network with that round trip: its peer, and when its channel was open."""
    peer, _ = await here.offer(seat=seat, address=address)
    await asyncio.sleep(rtt_s)
    peer.events.checked()
    await asyncio.sleep(4 * rtt_s)
    assert peer.closed == 0
    peer.events.opened()
    return peer, now()


async def join_all(here, count, **more):
    """So many at once: how long until the last was in. Raises what the first was told that was no answer."""
    began = now()
    ends = await asyncio.gather(*(join(here, **more) for _ in range(count)))
    return max(at for _, at in ends) - began


@contextlib.asynccontextmanager
async def ghosts(here, per_s, addresses=(VENUE,)):
    """So many offers a second that nobody comes for, meanwhile."""
    sent = []

    async def one(address):
        with contextlib.suppress(TooMany, Unavailable):
            await here.offer(address=address)

    async def send():
        while True:
            for address in addresses:
                sent.append(asyncio.create_task(one(address)))
                await asyncio.sleep(1 / per_s)

    sender = asyncio.create_task(send())
    try:
        yield sent
    finally:
        sender.cancel()
        for task in sent:
            task.cancel()
        await asyncio.gather(sender, *sent, return_exceptions=True)


# --- a room's opening


@in_virtual_time
async def test_a_venue_is_in_within_ten_seconds_and_nobody_is_told_to_come_again():
    async with world() as here:
        assert await join_all(here, 100) < 3.0
        assert await join_all(here, 30) < 1.5
        assert here.value("peers", role="audience") == 130
        assert here.value("joins_total", outcome="opened") == here.total("joins_total") == 130


@pytest.mark.parametrize("per_s", [0.5, 5, 40])
@in_virtual_time
async def test_ghosts_of_the_same_address_keep_no_venue_out(per_s):
    async with world() as here, ghosts(here, per_s):
        await asyncio.sleep(15)
        assert await join_all(here, 100) < 6.0
        assert here.value("peers", role="audience") == 100


@in_virtual_time
async def test_a_venue_with_a_bad_network_is_in_too():
    async with world() as here:
        assert await join_all(here, 150, rtt_s=1.0) < 10.0


@in_virtual_time
async def test_a_venue_whose_network_changed_is_back_and_everyone_counts_once():
    async with world() as here:
        joins = await asyncio.gather(*(here.offer(seat=f"{number:016}", address=VENUE) for number in range(150)))
        olds = here.maker.peers[:]
        assert len(joins) == len(olds) == 150
        for peer in olds:
            peer.events.checked()
            peer.events.opened()
        await keep_alive(*olds, seconds=1)
        began = now()
        backs = await asyncio.gather(*(join(here, "198.51.100.1", f"{number:016}") for number in range(150)))
        assert now() - began < 4.0
        news = [peer for peer, _ in backs]
        await keep_alive(*news, seconds=1)
        assert {peer.told for peer in olds} == {CloseCode.SEAT_TAKEN}
        assert (news[0].mix.state, news[0].mix.coverage) == (State.LIVE, 1.0)
        assert here.value("peers", role="audience") == 150


# --- the turn


@in_virtual_time
async def test_offers_are_answered_at_a_rate_whoever_sends_them():
    async with world() as here, ghosts(here, 500, [str(number) for number in range(40)]):
        await asyncio.sleep(4)
        assert len(here.maker.peers) <= JOINS_BURST + 4 * JOINS_PER_S + 1
        assert len(here.hub.pending) <= JOINS_BURST + OFFER_CHECKED_S * JOINS_PER_S + JOINS_PER_S * SOON


@in_virtual_time
async def test_a_flood_from_forty_addresses_delays_another_by_a_turn_of_each():
    async with world() as here, ghosts(here, 500, [str(number) for number in range(40)]):
        await asyncio.sleep(8)
        assert await join_all(here, 1) < 0.5 + 42 / JOINS_PER_S
        assert await join_all(here, 4) < 0.5 + 4 * 42 / JOINS_PER_S


@in_virtual_time
async def test_who_floods_is_refused_at_once():
    async with world() as here, ghosts(here, 500) as sent:
        await asyncio.sleep(2)
        began = now()
        with pytest.raises(TooMany):
            await here.offer(address=VENUE)
        assert now() == began
        assert sum(task.done() for task in sent) > 500
        await join(here, "elsewhere")


@in_virtual_time
async def test_nobody_waits_longer_for_a_turn_than_a_page_can_bear(monkeypatch):
    monkeypatch.setattr(pending, "JOINS_PER_S", 0.9)
    monkeypatch.setattr(pending, "JOINS_BURST", 1)
    async with world() as here:
        began = now()
        told = await asyncio.gather(*(here.offer(address=VENUE) for _ in range(10)), return_exceptions=True)
        assert now() - began == pytest.approx(JOIN_WAIT_S)
        assert sum(isinstance(each, TooMany) for each in told) == 10 - (1 + int(0.9 * JOIN_WAIT_S))
        assert len(here.hub.pending._lanes) == 0
        await here.offer(address=VENUE)


@in_virtual_time
async def test_who_gives_up_waiting_leaves_its_turn_to_the_next(monkeypatch):
    monkeypatch.setattr(pending, "JOINS_PER_S", 1.0)
    monkeypatch.setattr(pending, "JOINS_BURST", 1)
    async with world() as here:
        await here.offer(address=VENUE)
        began = now()
        gone, stays = (asyncio.create_task(here.offer(address=VENUE)) for _ in range(2))
        await asyncio.sleep(0.5)
        gone.cancel()
        await stays
        assert now() - began == pytest.approx(1.0)
        assert len(here.maker.peers) == 2


@in_virtual_time
async def test_who_waits_when_the_gateway_goes_away_is_sent_elsewhere_at_once():
    async with world() as here:
        waiting = [asyncio.create_task(here.offer(address=VENUE)) for _ in range(JOINS_WAITING)]
        await asyncio.sleep(0.5)
        began = now()
        here.hub.turn_away()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert now() == began
        faults = [task.exception() for task in waiting if task.exception() is not None]
        assert len(faults) > JOINS_WAITING - JOINS_BURST - JOINS_PER_S
        assert {type(fault) for fault in faults} == {Unavailable}


@in_virtual_time
async def test_what_was_so_before_it_waited_is_asked_again(monkeypatch):
    monkeypatch.setattr(joins, "PEERS_PER_GATEWAY", JOINS_BURST + 1)
    async with world() as here:
        told = await asyncio.gather(
            *(here.offer(address=VENUE) for _ in range(JOINS_BURST + 3)), return_exceptions=True
        )
        assert [each.reason for each in told if isinstance(each, TooMany)] == ["peers"] * 2
        assert len(here.hub.pending) == JOINS_BURST + 1


# --- the deadlines


@in_virtual_time
async def test_an_offer_that_nobody_comes_for_is_closed_and_counted():
    async with world() as here:
        ghost, _ = await here.offer(address=VENUE)
        stuck, _ = await here.offer(address=VENUE)
        stuck.events.checked()
        await asyncio.sleep(OFFER_CHECKED_S)
        assert (ghost.closed, len(here.hub.pending)) == (0, 2)
        await asyncio.sleep(SOON)
        assert (ghost.closed, stuck.closed, len(here.hub.pending)) == (1, 0, 1)
        assert here.value("joins_total", outcome="unchecked") == here.total("joins_total") == 1
        await asyncio.sleep(PENDING_OFFER_S - OFFER_CHECKED_S)
        assert (stuck.closed, len(here.hub.pending), here.total("connections")) == (1, 0, 0)
        assert here.value("joins_total", outcome="expired") == 1


@in_virtual_time
async def test_a_process_that_stood_still_blames_nobody():
    async with world() as here:
        await asyncio.sleep(1)
        peer, _ = await here.offer(address=VENUE)
        jump(60.0)
        await asyncio.sleep(SOON)
        assert peer.closed == 0
        peer.events.checked()
        peer.events.opened()
        await asyncio.sleep(OFFER_CHECKED_S + SOON)
        assert (peer.closed, here.value("peers", role="audience")) == (0, 1)


@in_virtual_time
async def test_what_a_transport_tells_of_a_peer_that_is_gone_or_open_changes_nothing():
    async with world() as here:
        peer, _ = await here.offer(address=VENUE)
        peer.events.opened()
        peer.events.checked()
        gone, _ = await here.offer(address=VENUE)
        gone.events.closed()
        gone.events.checked()
        assert len(here.hub.pending) == 0
        await asyncio.sleep(OFFER_CHECKED_S + SOON)
        assert (peer.closed, gone.closed) == (0, 1)


# --- the place


@in_virtual_time
async def test_when_all_places_are_taken_the_oldest_ghost_goes_and_nobody_who_comes(monkeypatch):
    monkeypatch.setattr(composition, "PENDING_PER_GATEWAY", 5)
    async with world() as here:
        slow, _ = await here.offer(address="elsewhere")
        haunting = [(await here.offer(address=VENUE))[0] for _ in range(3)]
        checked, _ = await here.offer(address=VENUE)
        checked.events.checked()
        with pytest.raises(TooMany):
            await here.offer(address=VENUE)
        await asyncio.sleep(OFFER_SURE_S + SOON)
        await here.offer(address="elsewhere")
        await asyncio.sleep(SOON)
        assert [peer.closed for peer in (slow, *haunting, checked)] == [0, 1, 0, 0, 0]
        assert here.value("joins_total", outcome="evicted") == 1
        for peer in (slow, checked):
            peer.events.checked()
            peer.events.opened()
        assert here.value("peers", role="audience") == 2


@in_virtual_time
async def test_ghosts_that_prove_to_be_there_and_stop_keep_nobody_out():
    async with world() as here:

        async def stop_half_way(number):
            peer, _ = await here.offer(address=str(number % 4))
            peer.events.checked()

        for number in range(10 * round(JOINS_PER_S)):
            await stop_half_way(number)
        assert len(here.hub.pending) == PENDING_PER_GATEWAY
        assert await join_all(here, 100) < 3.0


@in_virtual_time
async def test_a_participants_newer_offer_takes_the_place_of_its_older_one():
    async with world() as here:
        await here.add_room("other")
        seat = "s" * 16
        opened, _ = await here.offer(seat=seat, address=VENUE)
        opened.events.opened()
        older, _ = await here.offer(seat=seat, address=VENUE)
        others = [(await here.offer("other", seat=seat))[0], (await here.offer(seat="t" * 16))[0]]
        newer, _ = await here.offer(seat=seat, address="elsewhere")
        await asyncio.sleep(SOON)
        assert [peer.closed for peer in (opened, older, *others, newer)] == [0, 1, 0, 0, 0]
        assert here.value("joins_total", outcome="replaced") == 1
        assert len(here.hub.pending) == 3
        newer.events.opened()
        assert opened.told is CloseCode.SEAT_TAKEN


@in_virtual_time
async def test_an_older_offer_that_is_still_being_answered_is_given_up_for_the_newer():
    async with world() as here:
        here.maker.delay_s = 1.0
        older = asyncio.create_task(here.offer(seat="s" * 16))
        await asyncio.sleep(0.5)
        newer, _ = await here.offer(seat="s" * 16)
        with pytest.raises(Unavailable):
            await older
        newer.events.opened()
        await asyncio.sleep(SOON)
        assert sorted(peer.closed for peer in here.maker.peers) == [0, 1]
        assert newer.closed == 0
