"""A worker's half: opens the venue by the master's plan, tells it of the truth, closes the venue when told to."""

import logging
import time
from typing import Any, Final

import gevent
from locust.env import Environment
from locust.rpc.protocol import Message
from locust.runners import Runner, WorkerRunner

from loadtests.load import wire
from loadtests.load.clocks import Clocks
from loadtests.load.here import HERE
from loadtests.load.shares import EDGE_S
from loadtests.load.venue import Plan

_ASKS: Final = 10
_ASKS_EVERY_S: Final = 0.05


class Player:
    """The half of a worker, or of the only process."""

    def __init__(self, environment: Environment, runner: Runner) -> None:
        self._environment = environment
        self._runner = runner
        self._clocks = Clocks()
        if isinstance(runner, WorkerRunner):
            runner.register_message(wire.PLAN, self._take_plan, concurrent=True)
            runner.register_message(wire.LEAVE, self._take_leave, concurrent=True)
            runner.register_message(wire.CLOCK, self._take_time)
            environment.events.report_to_master.add_listener(self._report)
            environment.events.quitting.add_listener(self._quit)

    def play(self, plan: Plan) -> None:
        """Open the venue."""
        HERE.open(self._environment, plan, lambda: self._clocks.offset)

    def leave(self) -> dict[str, Any] | None:
        """Close the venue; the last report of the truth."""
        return HERE.close(self._environment)

    def _take_plan(self, environment: Environment, msg: Message, **_: Any) -> None:
        self._clocks = Clocks()
        for _ask in range(_ASKS):
            self._runner.send_message(wire.CLOCK, {"asked": time.monotonic()})
            gevent.sleep(_ASKS_EVERY_S)
        if self._clocks.rtt > EDGE_S:
            text = "The master's clock is known to %.3f s at best: the truth of this run may be judged wrongly."
            logging.getLogger(__name__).warning(text, self._clocks.rtt)
        self.play(Plan(**msg.data))

    def _take_time(self, environment: Environment, msg: Message, **_: Any) -> None:
        """Times are of CLOCK_MONOTONIC, as the loop's are."""
        self._clocks.answered(msg.data["asked"], msg.data["here"], time.monotonic())

    def _take_leave(self, environment: Environment, msg: Message, **_: Any) -> None:
        self._runner.send_message(wire.LEAVE, self.leave())

    def _report(self, client_id: str, data: dict[str, Any], **_: Any) -> None:
        data[wire.REPORT] = HERE.report()

    def _quit(self, **_: Any) -> None:
        self.leave()
        HERE.bridge.stop()
