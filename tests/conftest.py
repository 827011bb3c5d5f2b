"""What every test shares: Hypothesis takes the same examples each run; ``--hypothesis-profile=wild`` looks further."""

import faulthandler
import gc
import socket
from collections.abc import Generator
from typing import Any

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key
from hypothesis import HealthCheck, settings

from tests.slots import Slots
from tests.stalls import RERUNS, Witness

_SLOW_IS_NO_DEFECT = [HealthCheck.too_slow]
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=_SLOW_IS_NO_DEFECT)
settings.register_profile(
    "wild", deadline=None, max_examples=2000, derandomize=False, suppress_health_check=_SLOW_IS_NO_DEFECT
)
settings.load_profile("steady")

_witness = Witness()
_browsers = Slots("browser", 2)
_COVERING = ("core", "golden")
"""The folders of tests that have to reach every branch of the core by themselves. They run first, and only they are
watched: it makes what they do several times as slow. What explores for long (``slow``) is left to the others."""


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """A worker tells what it has run by two small writes in a row: Nagle's rule made each test wait 40 ms for them."""
    if hasattr(config, "workerinput"):
        rerunning: Any = config
        rerunning.failures_db.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # pytest-rerunfailures'


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A failure on a machine that stood still is no verdict (tests/stalls.py)."""
    for item in items if not config.option.usepdb else ():
        item.add_marker(pytest.mark.flaky(reruns=RERUNS, condition=_witness.saw_a_stall))
    for item in items:
        if item.path.relative_to(config.rootpath).parts[1] in _COVERING and not item.get_closest_marker("slow"):
            item.add_marker("covers")
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    """First what takes long, or all wait for it; browsers before all, so that one worker is at them from the start."""
    return 0 if item.get_closest_marker("browser") else 1 if item.get_closest_marker("slow") else 2


def pytest_collection_finish() -> None:
    """Thousands of tests are kept to the end: the collector need not go through them again and again."""
    gc.collect()
    gc.freeze()
    _witness.start()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Each attempt is judged for itself, says what it measured itself, and may take as long as the first."""
    if item.get_closest_marker("browser"):
        faulthandler.cancel_dump_traceback_later()  # to wait is no hanging
        _browsers.take()
    _witness.forget()
    item.user_properties.clear()
    timeout_s = float(item.config.getini("faulthandler_timeout"))
    if not item.config.option.usepdb:
        faulthandler.dump_traceback_later(timeout_s, exit=True, file=item.config.stash[fault_handler_stderr_fd_key])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None, None, None]:
    """The next browser may come when this one's is closed."""
    try:
        return (yield)
    finally:
        _browsers.give()
