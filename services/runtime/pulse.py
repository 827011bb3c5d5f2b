"""The pulse of a process: how late its event loop runs, whether it is ready, and whether it is in step with the bus."""

from collections.abc import Callable
from typing import Final

from services.runtime.metrics import Metrics
from services.runtime.ticker import ticks

PULSE_S: Final = 0.1
"""Between two looks: ten a second cost nothing, and half a tick of lag is seen."""


async def pulse(metrics: Metrics, is_ready: Callable[[], bool], is_bus_well: Callable[[], bool]) -> None:
    """Measure until cancelled. Whoever composes a process runs it there."""
    async for late_s in ticks(PULSE_S):
        metrics.loop_lag_seconds.observe(max(0.0, late_s))
        metrics.ready.set(is_ready())
        metrics.bus_well.set(is_bus_well())
