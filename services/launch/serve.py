"""``kuuki serve``: signal, aggregator and an in-process bus, all in one process."""

import asyncio
import contextlib
import signal
import sys
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog
import uvloop

from kuuki.mix import Calibration
from kuuki.privacy import Privacy, Rule
from services.aggregator.app import Aggregator
from services.aggregator.lease import SoleLease
from services.launch.demo import demo_crowd
from services.launch.listening import listening
from services.launch.welcome import welcome
from services.runtime import log as logs
from services.runtime.bus import InProcessBus
from services.runtime.exchange import InProcessExchange
from services.runtime.metrics import Metrics
from services.runtime.rooms import InProcessRooms, RoomRecord
from services.runtime.settings import Settings
from services.signal.app import make_maker, make_switchboard
from services.signal.gateway.hub import Hub
from services.signal.http.ice import ice_servers
from services.signal.http.rooms import links_of

log = structlog.get_logger(__name__)

DEMO_ROOM = "demo"


def serve(settings: Settings, demo_people: int = 0) -> int:
    """Serve until SIGINT or SIGTERM; the exit status. ``demo_people``: a room whose crowd is already reacting."""
    if problem := _problem(settings, demo_people):
        print(f"kuuki serve: {problem}", file=sys.stderr)
        return 2
    logs.set_up(settings.log)
    try:
        return uvloop.run(_serve(settings, demo_people))
    except OSError as error:
        print(f"kuuki serve: cannot bind {settings.host}:{settings.port}: {error.strerror}", file=sys.stderr)
        return 1


def _problem(settings: Settings, demo_people: int) -> str | None:
    """What is wrong with the settings, in words that say what to do."""
    if not settings.open_to_all and settings.admin_token is None:
        return (
            "beyond loopback, rooms need protection: set KUUKI_ADMIN_TOKEN (16 characters or more); "
            "it is what POST /rooms will ask for."
        )
    if demo_people and not settings.open_to_all:
        return "--demo is for trying kuuki on this machine: leave out --host and --public-url."
    if (settings.tls_cert is None) != (settings.tls_key is None):
        return "--tls-cert and --tls-key go together."
    for path in (settings.tls_cert, settings.tls_key):
        if path is not None and not path.is_file():
            return f"there is no file {path}."
    try:
        ice_servers(settings, time.time())
    except ValueError as error:
        return str(error)
    return None


async def _serve(settings: Settings, demo_people: int) -> int:
    asyncio.get_running_loop().set_exception_handler(_say_unseen)
    metrics, bus, rooms = Metrics(), InProcessBus(), InProcessRooms()
    hub = Hub(bus, rooms, make_maker(settings, metrics), metrics)
    switchboard = make_switchboard(settings, InProcessExchange(), metrics)
    aggregator = Aggregator(bus, SoleLease(), metrics, Calibration())
    stop = _stop_event()
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(_running(aggregator.run))
        await stack.enter_async_context(_running(hub.run))
        await stack.enter_async_context(_running(switchboard.run))
        origin, local = await stack.enter_async_context(listening(settings, rooms, hub, switchboard, metrics))
        links = None
        if demo_people:
            record = RoomRecord(DEMO_ROOM, rule=Rule(Privacy.STANDARD), language="en", is_kept=True)
            await rooms.add(record)
            links = links_of(record, origin, settings)
            await stack.enter_async_context(demo_crowd(local, record, demo_people))
        welcome(origin, links, settings)
        await stop.wait()
        print("Going away: telling everyone.", file=sys.stderr)
    return 0


def _say_unseen(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An exception that nobody caught: its kind and place, not its text, which may hold an address."""
    error = context.get("exception")
    frames = traceback.extract_tb(error.__traceback__) if error else []
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
    log.error("an exception was not caught", kind=type(error).__name__, where=where)


def _stop_event() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


@contextlib.asynccontextmanager
async def _running(work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Work in the background; if it dies, the process must not go on as if it lived."""
    task = asyncio.ensure_future(work())
    task.add_done_callback(_die_if_failed)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _die_if_failed(task: "asyncio.Future[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a part of kuuki failed; stopping", exc_info=task.exception())
        signal.raise_signal(signal.SIGTERM)
