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


# --- version 2 as it was


def decode_partials_of_version_2(message, known):
    if msgpack.unpackb(message)[0] != 2:
        raise BadMessage("partials")
    return decode_partials(message, known)


def mix_of_version_1(message):
    """What a gateway of then reads, or an error: four items, a frame of eight, and nothing but stamps in the last. It
    is told of an aggregator of then."""
    version, room, frame, contains = msgpack.unpackb(message)
    assert (version, type(room)) == (1, str)
    assert len(msgpack.unpackb(frame)) == 10
    assert msgpack.unpackb(frame)[0] == 1
    assert all(type(gateway) is str and type(seq) is int and seq >= 0 for gateway, seq in contains)
    return msgpack.packb([version, room, frame, [*contains[:-1], (READER, 2)]])


@contextmanager
def old_aggregator():
    """It reads version 2 and not 3, and announces that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shard_module, "decode_partials", decode_partials_of_version_2)
        patch.setattr(shard_module, "encode_contents", lambda stamps: msgpack.packb((*stamps, (READER, 2))))
        yield


def make_old(gateway):
    """It is told what it would read, and writes what it wrote."""
    subscribe, publish_all = gateway.line.subscribe, gateway.line.publish_all

    async def subscribing(topic, receive, lost=None):
        if topic.startswith("kuuki.mixes"):
            return await subscribe(topic, lambda message: receive(mix_of_version_1(message)), lost)
        return await subscribe(topic, receive, lost)

    async def publishing_all(messages):
        return await publish_all([each for each in messages if "partials" not in each[0] or each[1][1] == 2])

    gateway.line.subscribe, gateway.line.publish_all = subscribing, publishing_all


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
                assert {version for at, version in seen[-5:]} == {2}, "only what it reads, once that is known"
                replaced_at = now()
            shards[SHARD].forget()  # the new one has heard nothing yet
            await keep_alive(peer, seconds=3)
            assert longest_gap_s(peer, replaced_at) < 2 * TICK_S + MIX_WAIT_S + 0.05
            first = next(at for at, version in seen if at > replaced_at and version == 3)
            assert first - replaced_at < 3 * TICK_S
            assert {version for at, version in seen if at > first} == {3}
            taken_back_at, dropped = now(), here.value("bulletins_dropped_total", reason="partials")
            with old_aggregator():
                shards[SHARD].forget()
                await keep_alive(peer, seconds=5)
                assert longest_gap_s(peer, taken_back_at) < READER_GONE_S + 2 * TICK_S + MIX_WAIT_S + 0.05 < MIX_STALE_S
                assert {version for at, version in seen if at > taken_back_at + READER_GONE_S + 2 * TICK_S} == {2}
                assert peer.mix.at_least == 1
                dropped = here.value("bulletins_dropped_total", reason="partials") - dropped
                assert 1 <= dropped <= READER_GONE_S / TICK_S + 2
            await keep_alive(peer, seconds=1)
            assert seen[-1][1] == 3

    run()


@in_virtual_time
async def test_gateways_of_both_versions_are_mixed_together():
    async with worlds(2, FakeSeats()) as (old, new), written(old) as seen:
        make_old(old)
        peers = [await old.join(), await new.join()]
        await keep_alive(*peers, seconds=4)
        assert {version for _, version in seen[-4:]} == {2, 3}
        since = now()
        await keep_alive(*peers, seconds=2)
        for peer in peers:
            assert {mix.at_least for at, mix in peer.mixes if at > since} == {2}
            assert longest_gap_s(peer, since) < 2 * TICK_S
        assert old.value("bulletins_dropped_total", reason="partials") == 0
