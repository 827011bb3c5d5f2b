"""Seats in a real Redis."""

import asyncio
import contextlib
import time

import pytest

from kuuki.errors import Unavailable
from kuuki.limits import FORMERS
from kuuki.times import SEAT_TTL_S
from loadtests.redis_servers import RedisServer, wait_until
from services.runtime.redis.client import RedisClient
from services.runtime.redis.seats import RedisSeats
from services.runtime.seats import SoleSeats

pytestmark = pytest.mark.redis

SEAT = "0123456789abcdef" * 2


@contextlib.asynccontextmanager
async def seats_at(url):
    redis_client = RedisClient(url)
    try:
        yield RedisSeats(redis_client)
    finally:
        await redis_client.close()


async def test_a_new_seat_is_nobodys_and_epochs_grow(clean_redis):
    async with seats_at(clean_redis.url) as seats:
        first = await seats.claim(SEAT, "gateway1", 0, False)
        assert first.formers == frozenset()
        assert first.epoch == pytest.approx(time.time() * 1000, abs=5000)
        second = await seats.claim(SEAT, "gateway2", 0, True)
        assert second.formers == {"gateway1"}
        assert second.epoch > first.epoch
        above = second.epoch + 10**9
        third = await seats.claim(SEAT, "gateway2", above, True)
        assert third.epoch == above + 1
        assert (await seats.claim(SEAT, "gateway2", 0, True)).epoch == above + 2


async def test_all_who_may_count_a_seat_are_told_until_it_is_settled(clean_redis):
    async with seats_at(clean_redis.url) as seats:
        await seats.claim(SEAT, "gateway1", 0, False)
        stale = await seats.claim(SEAT, "gateway2", 0, True)
        claim = await seats.claim(SEAT, "gateway3", 0, True)
        assert claim.formers == {"gateway1", "gateway2"}
        await seats.settle(SEAT, "gateway2", stale.epoch)
        assert (await seats.claim(SEAT, "gateway3", 0, True)).formers == {"gateway1", "gateway2", "gateway3"}
        last = await seats.claim(SEAT, "gateway3", 0, True)
        await seats.settle(SEAT, "gateway3", last.epoch)
        assert (await seats.claim(SEAT, "gateway4", 0, True)).formers == {"gateway3"}
        await seats.settle("f" * 32, "gateway3", 1)
        with clean_redis.client as client:
            assert client.keys() == [f"kuuki:seat:{SEAT}".encode()]


async def test_a_seat_that_was_shown_and_is_not_known_may_be_anybodys_until_it_is_settled(clean_redis):
    async with seats_at(clean_redis.url) as seats:
        claim = await seats.claim(SEAT, "gateway1", 0, True)
        assert claim.formers is None
        claim = await seats.claim(SEAT, "gateway2", 0, True)
        assert claim.formers is None
        await seats.settle(SEAT, "gateway2", claim.epoch)
        clean_redis.flush()
        assert (await seats.claim(SEAT, "gateway1", 0, True)).formers is None


async def test_more_formers_than_are_kept_are_anybody(clean_redis):
    async with seats_at(clean_redis.url) as seats:
        for number in range(FORMERS):
            claim = await seats.claim(SEAT, f"gateway{number}", 0, False)
            assert claim.formers is not None
        assert len((await seats.claim(SEAT, "gateway8", 0, True)).formers) == FORMERS
        assert (await seats.claim(SEAT, "gateway9", 0, True)).formers is None


async def test_what_is_kept_goes_by_itself(clean_redis):
    async with seats_at(clean_redis.url) as seats:
        await seats.claim(SEAT, "gateway1", 0, False)
        with clean_redis.client as client:
            assert SEAT_TTL_S / 2 <= client.ttl(f"kuuki:seat:{SEAT}") <= SEAT_TTL_S


async def test_what_an_earlier_run_of_the_server_wrote_is_not_believed():
    with RedisServer(aof="always") as server:
        async with seats_at(server.url) as seats:
            before = await seats.claim(SEAT, "gateway1", 0, False)
            server.kill()
            server.start()
            after = None
            while after is None:
                with contextlib.suppress(Unavailable):
                    after = await seats.claim(SEAT, "gateway2", 0, True)
                await asyncio.sleep(0.05)
            assert after.formers is None
            assert after.epoch > before.epoch
            await seats.settle(SEAT, "gateway2", after.epoch)
            assert (await seats.claim(SEAT, "gateway1", 0, True)).formers == {"gateway2"}


async def test_what_a_former_master_held_is_not_believed_when_it_is_the_master_again():
    with RedisServer() as server, RedisServer() as other, server.client as first, other.client as second:
        async with seats_at(server.url) as seats, seats_at(other.url) as seats_there:
            before = await seats.claim(SEAT, "gateway1", 0, False)
            second.replicaof("127.0.0.1", server.port)
            wait_until(lambda: second.exists(f"kuuki:seat:{SEAT}"), "the replica has it")
            second.replicaof("NO", "ONE")
            assert (await seats_there.claim(SEAT, "gateway2", 0, True)).formers is None
            second.flushall()  # what the former master gets is of before that claim, as if it had been lost
            second.replicaof("127.0.0.1", server.port)
            wait_until(lambda: second.exists(f"kuuki:seat:{SEAT}"), "it is as it was")
            second.replicaof("NO", "ONE")
            first.replicaof("127.0.0.1", other.port)
            wait_until(lambda: first.info("replication")["master_link_status"] == "up", "the former master follows")
            first.replicaof("NO", "ONE")
            after = await seats.claim(SEAT, "gateway3", 0, True)
            assert after.formers is None, "gateway2 may still count it"
            assert after.epoch > before.epoch


async def test_a_user_that_may_not_ask_for_the_run_is_served_without(clean_redis):
    with clean_redis.client as client:
        client.acl_setuser("few", enabled=True, nopass=True, keys=["*"], categories=["+@all"], commands=["-info"])
        try:
            async with seats_at(clean_redis.url.replace("//", "//few:any@")) as seats:
                await seats.claim(SEAT, "gateway1", 0, False)
                assert (await seats.claim(SEAT, "gateway2", 0, True)).formers == {"gateway1"}
        finally:
            client.acl_deluser("few")


async def test_a_cluster_keeps_seats_too(redis_cluster):
    async with seats_at(redis_cluster.url) as seats:
        for number in range(20):
            seat = f"{number:032x}"
            await seats.claim(seat, "gateway1", 0, False)
            assert (await seats.claim(seat, "gateway2", 0, True)).formers == {"gateway1"}


async def test_away_is_unavailable():
    with RedisServer() as server:
        async with seats_at(server.url) as seats:
            await seats.claim(SEAT, "gateway1", 0, False)
            server.kill()
            with pytest.raises(Unavailable):
                await seats.claim(SEAT, "gateway1", 0, False)
            with pytest.raises(Unavailable):
                await seats.settle(SEAT, "gateway1", 1)


async def test_the_seats_of_one_process_are_always_its_own():
    seats = SoleSeats()
    first = await seats.claim(SEAT, "gateway1", 0, True)
    second = await seats.claim(SEAT, "gateway1", 7, True)
    await seats.settle(SEAT, "gateway1", second.epoch)
    assert (first.formers, second.formers) == (frozenset(), frozenset())
    assert second.epoch > max(first.epoch, 7)
