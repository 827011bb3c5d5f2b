"""The place of a child: one process stands in it, whatever happens while it is replaced."""

import asyncio
import signal
import sys

from services.launch import children
from services.launch.children import Place, Recipe
from services.launch.running import Stop, running
from tests.patience import PATIENCE_S, until

SLEEPER = Recipe("sleeper", [sys.executable, "-c", "import sys; sys.stdin.read()"], {})


async def test_one_that_dies_while_it_is_replaced_leaves_one_process_that_is_looked_after(monkeypatch):
    started, may_be_ready = [], asyncio.Event()
    start = children.Child.start

    async def noted(recipe):
        started.append(await start(recipe))
        return started[-1]

    async def ready(child):
        await may_be_ready.wait()

    monkeypatch.setattr(children.Child, "start", noted)
    monkeypatch.setattr(children.Child, "ready", ready)
    monkeypatch.setattr("random.uniform", lambda least, most: 0.0)
    place = Place(SLEEPER)
    async with running(place.run, Stop()):
        await until(lambda: place.child is not None)
        replacing = asyncio.create_task(place.replace(PATIENCE_S))
        await until(lambda: len(started) == 2)
        started[0].process.send_signal(signal.SIGKILL)
        await until(lambda: len(started) == 3 and place.child is started[2])
        may_be_ready.set()
        await replacing
        living = [child for child in started if child.process.returncode is None]
        assert living == [place.child], "nobody looks after a process without a place"
        living[0].process.send_signal(signal.SIGKILL)
        await until(lambda: len(started) == 4 and place.child is started[3])
        await place.end(PATIENCE_S)
