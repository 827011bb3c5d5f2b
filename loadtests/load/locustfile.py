"""``python -m locust -f loadtests/load/locustfile.py``, from the checkout's root: docs/load.md."""

import logging
from typing import Any

from locust import events, runners
from locust.env import Environment
from locust.runners import MasterRunner, Runner, WorkerRunner

from loadtests.load.conductor import Conductor
from loadtests.load.interrupting import hear_interrupts
from loadtests.load.options import add_options
from loadtests.load.player import Player
from loadtests.load.shaping import shape
from loadtests.load.users import Audience, Caller, Stage

__all__ = ["Audience", "Caller", "Stage"]

for _name in ("aioice", "aiortc"):  # a line for each candidate, where Locust logs from INFO on
    logging.getLogger(_name).setLevel(logging.WARNING)

runners.HEARTBEAT_LIVENESS = 15
"""Seconds of silence after which a worker is missing; with the last one missing the run is over. After Locust's own 3 a
busy machine would end the run that is to show how kuuki fares on it. There is no setting for it."""

events.init_command_line_parser.add_listener(add_options)


def _wire(environment: Environment, runner: Runner, **_: Any) -> None:
    """Give each process its half: the master conducts, a worker plays, and a process alone does both."""
    hear_interrupts()
    if isinstance(runner, WorkerRunner):
        Player(environment, runner)
        return
    shape(environment)
    Conductor(environment, runner, None if isinstance(runner, MasterRunner) else Player(environment, runner))


events.init.add_listener(_wire)
