"""What every test shares: Hypothesis takes the same examples each run; ``--hypothesis-profile=wild`` looks further."""

import gc

import pytest
from hypothesis import HealthCheck, settings

from tests.stalls import RERUNS, Witness

_SLOW_IS_NO_DEFECT = [HealthCheck.too_slow]
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=_SLOW_IS_NO_DEFECT)
settings.register_profile(
    "wild", deadline=None, max_examples=2000, derandomize=False, suppress_health_check=_SLOW_IS_NO_DEFECT
)
settings.load_profile("steady")

_witness = Witness()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A failure on a machine that stood still is no verdict (tests/stalls.py)."""
    for item in items:
        item.add_marker(pytest.mark.flaky(reruns=RERUNS, condition=_witness.saw_a_stall))


def pytest_collection_finish() -> None:
    """Thousands of tests are kept to the end: the collector need not go through them again and again."""
    gc.collect()
    gc.freeze()
    _witness.start()


def pytest_runtest_setup() -> None:
    """Each attempt is judged for itself."""
    _witness.forget()
