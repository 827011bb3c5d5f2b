"""A process's vital signs as metrics: event-loop lag, readiness, and whether it is in step with the bus."""

from collections.abc import Callable
from typing import Final

from services.runtime.metrics import Metrics
from services.runtime.ticker import ticks

PULSE_S: Final = 0.1
"""How often they are measured: ten times a second cost nothing, and show a lag of half a tick."""


async def pulse(metrics: Metrics, is_ready: Callable[[], bool], is_bus_well: Callable[[], bool]) -> None:
    """Measure every PULSE_S until cancelled."""
    async for late_s in ticks(PULSE_S):
        metrics.loop_lag_seconds.observe(max(0.0, late_s))
        metrics.ready.set(is_ready())
        metrics.bus_well.set(is_bus_well())
