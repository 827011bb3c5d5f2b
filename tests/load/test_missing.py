"""What the master makes of workers that go: nothing passes without their people."""

from types import SimpleNamespace
from typing import Any

import pytest

from client.headless.crowd.rooms import Opened
from client.headless.place import Place
from loadtests.load import wire

with pytest.MonkeyPatch.context() as patch:
    patch.setenv("LOCUST_SKIP_MONKEY_PATCH", "yes")  # else it would make this process, with all of its tests, gevent's
    from locust.env import Environment

    from loadtests.load import conductor as conductor_module
    from loadtests.load.conductor import Conductor

OPENED = Opened(Place("http://127.0.0.1:1", "room"), Place("http://127.0.0.1:1", "room"), True, True)


class Runner:
    """A master's runner with workers by name, who answer when they are told to leave if they ``answer``."""

    def __init__(self):
        self.there, self.sent, self.listeners, self.answer = ["a", "b"], [], {}, True

    def register_message(self, kind, listener):
        self.listeners[kind] = listener

    def send_message(self, kind, data, worker):
        self.sent.append((kind, worker, data and data.get("place")))
        if kind == wire.LEAVE and self.answer:
            self.listeners[kind](environment=None, msg=SimpleNamespace(node_id=worker, data=None))


@pytest.fixture
def world(monkeypatch):
    """A conductor whose room is made up."""
    runner: Any = Runner()
    monkeypatch.setattr(conductor_module, "HERE", SimpleNamespace(bridge=SimpleNamespace(run=lambda _: OPENED)))
    monkeypatch.setattr(conductor_module, "_LEAVE_S", 0.0)
    monkeypatch.setattr(Conductor, "_workers", lambda _: [SimpleNamespace(id=worker) for worker in runner.there])
    environment = Environment()
    conductor = Conductor(environment, runner, None)
    environment.events.test_start.fire(environment=environment)
    return SimpleNamespace(runner=runner, environment=environment, broken=lambda: conductor._reporting.broken)


def test_each_worker_has_a_place_and_one_that_comes_late_has_people_of_its_own(world):
    world.environment.events.worker_connect.fire(client_id="a")  # it says again that it is there
    world.environment.events.worker_connect.fire(client_id="late")
    assert world.runner.sent == [(wire.PLAN, "a", 0), (wire.PLAN, "b", 1), (wire.PLAN, "late", 2000)]


def test_all_are_told_to_leave_before_locust_stops_them(world):
    world.environment.events.test_stopping.fire(environment=world.environment)
    assert {sent[:2] for sent in world.runner.sent[2:]} == {(wire.LEAVE, "a"), (wire.LEAVE, "b")}
    assert world.broken() == []
    world.environment.events.worker_connect.fire(client_id="too late")
    assert len(world.runner.sent) == 4


def test_a_run_that_lost_a_worker_does_not_pass(world):
    world.runner.there.remove("b")
    world.environment.events.test_stopping.fire(environment=world.environment)
    assert world.broken() == ["workers that went missing, with their people's figures: 1"]


def test_a_run_whose_worker_does_not_answer_does_not_pass(world):
    world.runner.answer = False
    world.environment.events.test_stopping.fire(environment=world.environment)
    assert world.broken() == ["workers that did not say that all have left: 2"]
