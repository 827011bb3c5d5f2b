"""Gateways and aggregators of two versions on one bus: replaced in whatever order, they lose no room for long."""

import asyncio
from contextlib import asynccontextmanager, contextmanager
from itertools import pairwise

import msgpack
import pytest

from kuuki.errors import BadMessage
from kuuki.many.bulletins import READER, decode_partials, partials_topic, shard_of
from kuuki.times import MIX_STALE_S, MIX_WAIT_S, READER_GONE_S, TICK_S
from services.aggregator import shard as shard_module
from services.aggregator.shard import Shard
from tests.services.fakes import FakeSeats, keep_alive, world, worlds
from tests.virtual import in_virtual_time

SHARD = shard_of("room")


def now():
    return asyncio.get_running_loop().time()


# --- version 1 as it was


def decode_partials_of_version_1(message, known):
    if msgpack.unpackb(message)[0] != 1:
        raise BadMessage("partials")
    return decode_partials(message, known)


def mix_of_version_1(message):
    """What a gateway of version 1 reads, or an error: four items, and nothing but stamps in the last."""
    version, room, frame, contains = msgpack.unpackb(message)
    assert (version, type(room), type(frame)) == (1, str, bytes)
    assert all(type(gateway) is str and type(seq) is int and seq >= 0 for gateway, seq in contains)
    return msgpack.packb([version, room, frame, [stamp for stamp in contains if stamp[0] != READER]])


@contextmanager
def old_aggregator():
    """It reads version 1 alone, and announces nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shard_module, "decode_partials", decode_partials_of_version_1)
        patch.setattr(shard_module, "encode_contents", msgpack.packb)
        yield


def make_old(gateway):
    """It is told what it would read: mixes without what is announced, so it writes what it wrote."""
    subscribe = gateway.line.subscribe

    async def subscribing(topic, receive, lost=None):
        if topic.startswith("kuuki.mixes"):
            return await subscribe(topic, lambda message: receive(mix_of_version_1(message)), lost)
        return await subscribe(topic, receive, lost)

    gateway.line.subscribe = subscribing


@pytest.fixture
def shards(monkeypatch):
    """Those of the aggregator that is made next, by their number."""
    made = {}

    class Seen(Shard):
        def __init__(self, number, *rest):
            super().__init__(number, *rest)
            made[number] = self

    monkeypatch.setattr("services.aggregator.app.Shard", Seen)
    return made


@asynccontextmanager
async def written(here):
    """(when, version) of each bulletin of partials."""
    seen = []
    heard = await here.bus.subscribe(partials_topic(SHARD), lambda message: seen.append((now(), message[1])))
    yield seen
    heard.close()


def longest_gap_s(peer, since):
    ats = [since, *[at for at, _ in peer.mixes if at > since], now()]
    return max(later - at for at, later in pairwise(ats))


# --- together


def test_an_aggregator_is_replaced_and_taken_back(shards):
    @in_virtual_time
    async def run():
        async with world() as here, written(here) as seen:
            with old_aggregator():
                peer = await here.join()
                await keep_alive(peer, seconds=3)
                assert {version for _, version in seen} == {1}
                replaced_at = now()
            shards[SHARD].forget()  # the new one has heard nothing yet
            await keep_alive(peer, seconds=3)
            assert longest_gap_s(peer, replaced_at) < 2 * TICK_S + MIX_WAIT_S + 0.05
            first = next(at for at, version in seen if version == 2)
            assert first - replaced_at < 3 * TICK_S
            assert {version for at, version in seen if at >= first} == {2}
            taken_back_at = now()
            with old_aggregator():
                shards[SHARD].forget()
                await keep_alive(peer, seconds=5)
                assert longest_gap_s(peer, taken_back_at) < READER_GONE_S + 2 * TICK_S + MIX_WAIT_S + 0.05 < MIX_STALE_S
                assert {version for at, version in seen if at > taken_back_at + READER_GONE_S + TICK_S} == {1}
                assert peer.mix.at_least == 1
                assert 1 <= here.value("bulletins_dropped_total", reason="partials") <= READER_GONE_S / TICK_S + 1
            await keep_alive(peer, seconds=1)
            assert seen[-1][1] == 2

    run()


@in_virtual_time
async def test_gateways_of_both_versions_are_mixed_together():
    async with worlds(2, FakeSeats()) as (old, new), written(old) as seen:
        make_old(old)
        peers = [await old.join(), await new.join()]
        await keep_alive(*peers, seconds=4)
        assert {version for _, version in seen[-4:]} == {1, 2}
        since = now()
        await keep_alive(*peers, seconds=2)
        for peer in peers:
            assert {mix.at_least for at, mix in peer.mixes if at > since} == {2}
            assert longest_gap_s(peer, since) < 2 * TICK_S
        assert old.value("bulletins_dropped_total", reason="partials") == 0
