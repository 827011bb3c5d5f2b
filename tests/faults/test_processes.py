"""The short form of faults between processes: few people, real processes, a real Redis.

Judged is what holds on any machine: nobody counted twice, nothing run backwards, everybody back. How soon is measured
by `make faults`, on a machine that does nothing else.
"""

import pytest

from loadtests.faults import process_faults, redis_faults, tab_faults

pytestmark = pytest.mark.network


async def test_redis_is_killed_and_comes_back():
    assert not (await redis_faults.redis_killed(6)).broken


async def test_redis_loses_everything_and_a_gateway_is_killed():
    assert not (await redis_faults.flushed(6)).broken


async def test_a_gateway_is_killed():
    assert not (await process_faults.gateway_killed(9)).broken


async def test_a_gateway_is_told_to_stop():
    assert not (await process_faults.gateway_drained(24)).broken


async def test_a_gateway_is_added():
    assert not (await process_faults.gateway_added(30)).broken


async def test_the_aggregator_that_publishes_is_killed():
    assert not (await process_faults.aggregator_killed(6)).broken


async def test_the_aggregator_that_publishes_is_frozen_and_goes_on():
    assert not (await process_faults.aggregator_frozen(6)).broken


async def test_clients_are_killed():
    assert not (await process_faults.client_killed(6)).broken


async def test_a_dashboard_does_not_read():
    assert not (await process_faults.slow_dashboard(4, 5.0)).broken


async def test_the_same_participant_in_two_tabs():
    assert not (await tab_faults.two_tabs()).broken
