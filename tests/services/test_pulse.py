"""The pulse: lag, readiness and the bus, seen ten times a second."""

import asyncio
import contextlib

from services.runtime.metrics import Metrics
from services.runtime.pulse import PULSE_S, pulse
from tests.virtual import in_virtual_time


async def feel(seconds, is_ready, is_bus_well):
    metrics = Metrics()
    feeling = asyncio.create_task(pulse(metrics, is_ready, is_bus_well))
    await asyncio.sleep(seconds)
    feeling.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await feeling
    return metrics.registry


@in_virtual_time
async def test_it_is_felt_ten_times_a_second():
    registry = await feel(10 * PULSE_S + 0.01, lambda: True, lambda: False)
    assert registry.get_sample_value("kuuki_event_loop_lag_seconds_count") == 10
    assert registry.get_sample_value("kuuki_event_loop_lag_seconds_sum") < 0.001
    assert registry.get_sample_value("kuuki_ready") == 1
    assert registry.get_sample_value("kuuki_bus_well") == 0


@in_virtual_time
async def test_it_follows_what_changes():
    said = iter([True, False, True, False])
    registry = await feel(4 * PULSE_S + 0.01, lambda: next(said), lambda: True)
    assert registry.get_sample_value("kuuki_ready") == 0
    assert registry.get_sample_value("kuuki_bus_well") == 1


async def test_a_loop_that_was_held_up_is_seen():
    metrics = Metrics()
    feeling = asyncio.create_task(pulse(metrics, lambda: True, lambda: True))
    await asyncio.sleep(0)
    busy_until = asyncio.get_running_loop().time() + PULSE_S + 0.15
    while asyncio.get_running_loop().time() < busy_until:
        pass
    await asyncio.sleep(0.01)
    feeling.cancel()
    assert (metrics.registry.get_sample_value("kuuki_event_loop_lag_seconds_sum") or 0.0) >= 0.14
