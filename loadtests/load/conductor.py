"""The master's half (or the only process's): the room, who plays which part, and the truth from all of them."""

import sys
import time
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, Final, TypeGuard

import aiohttp
import gevent
from gevent.event import Event as Flag
from locust.env import Environment
from locust.rpc.protocol import Message
from locust.runners import MasterRunner, Runner

from client.headless.crowd.rooms import Opened, open_room
from client.headless.errors import AskedWrongly, CannotJoin, TryLater
from loadtests.load import wire
from loadtests.load.here import HERE
from loadtests.load.options import room_wanted
from loadtests.load.player import Player
from loadtests.load.reporting import Reporting
from loadtests.load.shares import Truths
from loadtests.load.venue import Plan

_LEAVE_S: Final = 30.0
_LATE: Final = 1000
"""A worker that comes while the show goes on plays people from this turn of everybody else's on."""


class Conductor:
    """The master's half. ``player``: the worker's half in this same process, where there are no workers."""

    def __init__(self, environment: Environment, runner: Runner, player: Player | None) -> None:
        self._environment = environment
        self._runner = runner
        self._player = player
        self._stack = AsyncExitStack()
        self._truths = Truths(is_exact=False, is_alone=False)
        self._plan: Plan | None = None
        self._late = 0
        self._staying: set[str] = set()
        self._all_left = Flag()
        self._reporting = Reporting(environment)
        events = environment.events
        events.test_start.add_listener(self._begin)
        events.test_stopping.add_listener(self._end)
        events.worker_connect.add_listener(self._connected)
        events.worker_report.add_listener(self._reported)
        events.quitting.add_listener(self._quit)
        if player is None:
            runner.register_message(wire.CLOCK, self._tell_time)
            runner.register_message(wire.LEAVE, self._left)

    # --- the beginning

    def _begin(self, environment: Environment, **_: Any) -> None:
        try:
            opened = HERE.bridge.run(self._open)
        except (AskedWrongly, CannotJoin, TryLater) as error:
            print(f"kuuki load: {error}", file=sys.stderr, flush=True)
            self._reporting.gave_up(2 if isinstance(error, AskedWrongly) else 1)
            gevent.spawn(self._runner.quit if environment.web_ui is None else self._runner.stop)
            return
        workers = [] if self._player else [worker.id for worker in self._workers()]
        self._truths = self._reporting.truths = Truths(is_exact=opened.is_exact, is_alone=opened.is_alone)
        self._reporting.room, self._reporting.broken = opened.place.room, []
        self._plan, self._late = self._plan_of(opened, max(1, len(workers))), 0
        if self._player is not None:
            self._truths.expect("local")
            self._player.play(self._plan)
        for place, worker in enumerate(workers):
            self._send_plan(worker, place)

    async def _open(self) -> Opened:
        http = await self._stack.enter_async_context(aiohttp.ClientSession())
        url, room, wanted, token = room_wanted(self._environment.host or "", self._environment.parsed_options)
        return await self._stack.enter_async_context(open_room(http, url, room, wanted=wanted, admin_token=token))

    def _plan_of(self, opened: Opened, places: int) -> Plan:
        options = self._environment.parsed_options
        return Plan(
            base=opened.place.base,
            room=opened.place.room,
            key=opened.place.key,
            stage_key=opened.stage.key,
            has_stills=opened.is_exact,
            seed=1 if options is None else options.seed,
            began=time.monotonic(),
            place=0,
            places=places,
        )

    def _workers(self) -> Iterable[Any]:
        runner = self._runner
        return [*runner.clients.ready, *runner.clients.spawning, *runner.clients.running] if _is_master(runner) else []

    def _connected(self, client_id: str, **_: Any) -> None:
        """A worker that comes late takes part too; one that says twice that it is there has its plan already."""
        if self._plan is not None and client_id not in self._staying:
            self._send_plan(client_id, self._plan.places * _LATE + self._late)
            self._late += 1

    def _send_plan(self, worker: str, place: int) -> None:
        if self._plan is not None:
            self._truths.expect(worker)
            self._staying.add(worker)
            self._runner.send_message(wire.PLAN, replace(self._plan, place=place).as_dict(), worker)

    # --- meanwhile

    def _tell_time(self, environment: Environment, msg: Message, **_: Any) -> None:
        self._runner.send_message(wire.CLOCK, {**msg.data, "here": time.monotonic()}, msg.node_id)

    def _reported(self, client_id: str, data: dict[str, Any], **_: Any) -> None:
        if data.get(wire.REPORT) is not None and client_id in self._staying:
            self._truths.take(client_id, data[wire.REPORT])

    # --- the end

    def _end(self, **_: Any) -> None:
        """Everybody leaves before Locust stops anything: nobody is cut off, and no figure comes too late."""
        if self._plan is None:
            return
        self._plan = None
        if self._player is not None:
            self._take_last("local", self._player.leave())
        else:
            self._ask_to_leave()
        HERE.bridge.run(self._stack.aclose)

    def _ask_to_leave(self) -> None:
        there = {worker.id for worker in self._workers()}
        if missing := len(self._staying - there):
            self._reporting.broken.append(f"workers that went missing, with their people's figures: {missing}")
        self._staying &= there
        self._all_left.clear()
        for worker in tuple(self._staying):
            self._runner.send_message(wire.LEAVE, None, worker)
        if self._staying and not self._all_left.wait(_LEAVE_S):
            self._reporting.broken.append(f"workers that did not say that all have left: {len(self._staying)}")
        self._staying.clear()

    def _left(self, environment: Environment, msg: Message, **_: Any) -> None:
        self._take_last(msg.node_id, msg.data)
        self._staying.discard(msg.node_id)
        if not self._staying:
            self._all_left.set()

    def _take_last(self, worker: str, report: dict[str, Any] | None) -> None:
        if report is not None:
            self._truths.take(worker, report)

    def _quit(self, **_: Any) -> None:
        self._runner.stop()  # if it is not stopped yet, it was Ctrl-C
        self._reporting.judge()
        HERE.bridge.stop()


def _is_master(runner: Runner) -> TypeGuard[MasterRunner]:
    return isinstance(runner, MasterRunner)
