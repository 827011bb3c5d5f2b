"""Leases in a real Redis: the script does what the model does, and aggregators share, hand over and take over."""

import asyncio
import contextlib
import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kuuki.errors import Unavailable
from kuuki.limits import SEQ_MAX
from kuuki.many.bulletins import SHARDS
from kuuki.many.leasing import Change, Lease, Poll, Store, belongs_to
from kuuki.times import LEASE_S, LEASE_TRUST_S
from loadtests.redis_servers import RedisServer
from services.runtime.leases import SoleLeases
from services.runtime.metrics import Metrics
from services.runtime.redis.client import RedisClient
from services.runtime.redis.leases import KEYS, POLL, RedisLeases, _arguments, _lease, _store
from tests.core.many.leasing_store import ModelStore
from tests.patience import PATIENCE_S, until
from tests.virtual import in_virtual_time

pytestmark = pytest.mark.redis

# --- the script and the model

names = st.sampled_from(["a", "b"])
leases = st.builds(Lease, st.integers(0, 3), names | st.just(""))
beats = st.integers(0, 3)
changes = st.builds(Change, st.integers(0, 2), leases | st.none(), beats | st.none(), leases)
polls = st.builds(
    Poll,
    names,
    beats,
    st.lists(changes, max_size=4).map(tuple),
    st.lists(st.tuples(names, beats), max_size=2).map(tuple),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(polls, max_size=12))
def test_the_script_does_what_the_model_does(clean_redis, asked):
    model = ModelStore()
    with clean_redis.client as client:
        client.flushall()
        for poll in asked:
            if model.beats.get(poll.name, 0) < 3:  # a believed beat of 0..3 is right now and then
                reply = client.eval(POLL.text, len(KEYS), *KEYS, *_arguments(poll))
                assert _store(reply) == model.run(poll)


def test_a_large_poll_fits(clean_redis):
    lease = Lease(SEQ_MAX, "a" * 32)
    poll = Poll("a" * 32, 0, tuple(Change(shard, None, None, lease) for shard in range(SHARDS)))
    with clean_redis.client as client:
        reply = client.eval(POLL.text, len(KEYS), *KEYS, *_arguments(poll))
    assert _store(reply) == Store(dict.fromkeys(range(SHARDS), lease), {"a" * 32: 1})


@pytest.mark.parametrize(
    "reply",
    [
        None,
        5,
        [],
        [[b"1"], []],
        [[b"64", b"1 a"], []],
        [[b"x", b"1 a"], []],
        [[b"1", b"a"], []],
        [[b"1", b"-1 a"], []],
        [[b"1", b"4294967296 a"], []],
        [[], [b"a", b"x"]],
        [[], [b"\xff", b"1"]],
        [[], [7, b"1"]],
    ],
)
def test_what_no_store_of_leases_answers_is_unavailable(reply):
    class Odd:
        async def run(self, script, keys, args):
            return reply

    metrics = Metrics()
    alone = RedisLeases(Odd(), "a", metrics)  # type: ignore[arg-type]

    async def ask():
        with pytest.raises(Unavailable):
            await alone._run(Poll("a", 0))

    asyncio.run(ask())


# --- processes


class Aggregators:
    """Some RedisLeases, each with a Redis client of its own, as processes have."""

    def __init__(self, url):
        self._url = url
        self._tasks = {}
        self.redis_clients = {}
        self.leases = {}
        self.metrics = {}

    def start(self, name):
        self.redis_clients[name], self.metrics[name] = RedisClient(self._url), Metrics()
        self.leases[name] = RedisLeases(self.redis_clients[name], name, self.metrics[name])
        self._tasks[name] = asyncio.create_task(self.leases[name].run())

    async def leave(self, name):
        self._tasks[name].cancel()
        await asyncio.gather(self._tasks[name], return_exceptions=True)
        del self.leases[name]

    async def kill(self, name):
        """What SIGKILL leaves: nothing is given back."""
        await self.redis_clients[name].close()
        await self.leave(name)

    def holders(self):
        return [{name for name, each in self.leases.items() if each.term(shard)} for shard in range(SHARDS)]

    def shares(self):
        return Counter(name for holders in self.holders() for name in holders)

    async def until(self, is_so):
        """Seconds that it took; at no time two hold a shard."""

        def is_so_and_no_two_hold_one():
            assert all(len(holders) <= 1 for holders in self.holders())
            return is_so()

        return await until(is_so_and_no_two_hold_one)

    async def until_held(self, *names):
        """Until each of these holds what belongs to it, and nobody else anything."""
        theirs = [{belongs_to(shard, frozenset(names))} for shard in range(SHARDS)]
        return await self.until(lambda: self.holders() == theirs)

    async def close(self):
        for name in list(self.leases):
            await self.leave(name)
        for redis_client in self.redis_clients.values():
            await redis_client.close()

    def value(self, who, metric, **labels):
        return self.metrics[who].registry.get_sample_value(f"kuuki_{metric}", labels)


@contextlib.asynccontextmanager
async def aggregators(url):
    here = Aggregators(url)
    try:
        yield here
    finally:
        await here.close()


async def test_aggregators_share_take_over_and_give_back(clean_redis, quiet):
    async with aggregators(clean_redis.url) as here:
        here.start("a")
        assert await here.until_held("a") >= LEASE_S - 0.1
        assert here.value("a", "shards_held") == SHARDS
        here.start("b")
        await here.until_held("a", "b")
        assert here.value("a", "shards_lost_total") == here.shares()["b"] == here.value("b", "shards_taken_total")
        terms = [here.leases["a"].term(shard) for shard in range(SHARDS)]
        await here.leave("a")
        with clean_redis.client as client:
            left = [_lease(text) for text in client.hvals(KEYS[0])]
        assert "a" not in {lease.holder for lease in left}, "given back, not let lapse"
        await here.until_held("b")
        assert all(here.leases["b"].term(shard) > term for shard, term in enumerate(terms) if term)
        assert here.value("a", "shards_held") == 0
        with clean_redis.client as client:
            assert set(client.keys()) == {key.encode() for key in KEYS}
            assert set(client.hgetall(KEYS[1])) == {b"b"}


async def test_the_killed_are_followed_when_nobody_can_trust_them_any_more(clean_redis):
    async with aggregators(clean_redis.url) as here:
        here.start("a")
        here.start("b")
        await here.until_held("a", "b")
        here.leases["b"].heard_term(5, 2**31)
        await here.kill("a")
        assert await here.until_held("b") > LEASE_TRUST_S
        assert all(here.leases["b"].term(shard) for shard in range(SHARDS))


async def test_a_store_that_loses_all_stops_nobody(clean_redis, quiet):
    async with aggregators(clean_redis.url) as here:
        here.start("a")
        here.start("b")
        await here.until_held("a", "b")
        before = here.holders()
        with clean_redis.client as client:
            client.flushall()
            client.script_flush()
        for _ in range(60):
            await asyncio.sleep(0.05)
            assert here.holders() == before
        with clean_redis.client as client:
            assert client.hlen(KEYS[0]) == SHARDS


async def test_while_redis_is_away_leases_lapse_and_come_back():
    with RedisServer() as server:
        async with aggregators(server.url) as here:
            here.start("a")
            await here.until_held("a")
            server.stop()
            await here.until(lambda: not here.shares())
            await asyncio.sleep(1.0)
            assert here.value("a", "shards_held") == 0
            server.cont()
            await here.until_held("a")


async def test_leaving_while_redis_is_away_ends():
    with RedisServer() as server:
        async with aggregators(server.url) as here:
            here.start("a")
            await here.until_held("a")
            server.kill()
            async with asyncio.timeout(PATIENCE_S):
                await here.leave("a")


@in_virtual_time
async def test_the_sole_aggregator_holds_everything_under_the_time_of_its_start():
    before = int(time.time())
    sole = SoleLeases()
    running = asyncio.create_task(sole.run())
    sole.heard_term(3, 2**31)
    await asyncio.sleep(1000)
    assert {sole.term(shard) for shard in range(SHARDS)} <= {before, before + 1}
    assert not running.done()
    running.cancel()
