"""What each exception is to whoever asked: by tables, in which nothing is left to chance."""

import importlib
import json
import pkgutil
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp import WSCloseCode

import kuuki
import services
from kuuki import errors
from kuuki.errors import BadMessage, BadOffer, CloseCode, KuukiError, NotRecorded, TooMany, Unavailable
from loadtests.fake_transport import FakeMaker
from services.launch.errors import BadRecord, CannotRender
from services.runtime.http import problem
from services.runtime.http.problem import ProblemError
from services.runtime.lifecycle import CannotStart
from services.runtime.metrics import Metrics
from services.runtime.redis import timeline
from services.runtime.redis.schema import RedisUnusable
from services.runtime.redis.timeline_scripts import DELETE, LOOK
from services.runtime.sqlite.schema import StoreUnusable
from services.runtime.sqlite.store import StoreFailed
from services.runtime.timeline import Refusal
from services.signal.calls import closing
from services.signal.calls.line_session import LineSession
from services.signal.http import problems
from services.signal.http.keys import METRICS
from services.signal.http.problems import ANSWERS, answer_to, kuuki_errors
from tests.patience import PATIENCE_S
from tests.services.harness import serving

PROTOCOL = Path(__file__).parents[2] / "docs" / "protocol.md"

pytestmark = pytest.mark.usefixtures("quiet")

INHERITED = {StoreFailed: Unavailable}
"""Kinds without an entry of their own that are meant to be answered as an ancestor is."""

NEVER_HERE = {CannotStart, RedisUnusable, StoreUnusable, CannotRender, BadRecord}
"""Kinds that end the process before it serves anybody, or a command that serves nobody."""


def kinds_of(*packages):
    """Every exception of kuuki's tree that a service knows."""
    for package in packages:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found, left = set(), [KuukiError]
    while left:
        kind = left.pop()
        found.add(kind)
        left += kind.__subclasses__()
    return {kind for kind in found if kind.__module__.partition(".")[0] in ("kuuki", "services")}


def test_every_kind_is_in_the_table_or_decided():
    assert kinds_of(kuuki, services) == ANSWERS.keys() | INHERITED.keys() | NEVER_HERE
    assert {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, KuukiError)} == {
        *ANSWERS
    }
    for kind, ancestor in INHERITED.items():
        assert answer_to(kind(Refusal.DISK)) is ANSWERS[ancestor]


def test_a_new_kind_is_a_fault_of_ours_until_somebody_decides():
    for root in (KuukiError, errors.Refused):
        new = type("New", (root,), {})
        assert answer_to(new()).status == 500
    assert answer_to(type("New", (errors.Malformed,), {})("reason")).status == 500
    assert answer_to(type("New", (TooMany,), {})("peers")).status == 429


def test_the_protocol_lists_every_error_by_status_and_name():
    listed = set()
    rows = re.findall(r"^\| ([45]\d\d(?:, \d{3})*) \| (`[^|]+`) \|", PROTOCOL.read_text(), re.MULTILINE)
    for statuses, names in rows:
        for status in statuses.split(", "):
            listed |= {(int(status), name) for name in re.findall(r"`([a-z_]+)(?:…)?`", names)}
    raised = {
        (int(status), name.removesuffix("{what}"))
        for path in Path(services.__file__).parent.rglob("*.py")
        for status, name in re.findall(r'ProblemError\((\d{3}), f?"([a-z_{}]+)"', path.read_text())
    }
    tables = {(entry.status, entry.error.removesuffix("{}")) for entry in ANSWERS.values()}
    by_status = {(status, error) for status, (error, _) in problem._SAID.items()}
    said = raised | tables | by_status
    assert len(raised) > 10
    assert said - listed == set()
    assert {name for _, name in listed} == {name for _, name in said}


@pytest.mark.parametrize("kind", ANSWERS)
def test_entries_are_fit_for_the_protocol(kind):
    entry = ANSWERS[kind]
    assert 400 <= entry.status < 600
    assert entry.error.replace("_", "").replace("{}", "").isalpha()
    assert (entry.retry_s is not None) == (entry.status in (429, 503))


class Log:
    """In place of a log."""

    def __init__(self):
        self.entries = []

    def error(self, event, **fields):
        self.entries.append({"event": event} | fields)


async def answer_of(error, metrics=None):
    """What the middleware makes of a handler that raises this: status, body, headers, whether it closes."""

    async def fail(_):
        raise error

    request: Any = SimpleNamespace(app={METRICS: metrics or Metrics()})
    with pytest.raises(ProblemError) as caught:
        await kuuki_errors(request, fail)
    answer = caught.value
    return answer.status, json.loads(answer.text or ""), answer.headers, answer.keep_alive is False


@pytest.mark.parametrize("kind", [errors.Malformed, errors.BadFrame, BadMessage])
async def test_what_our_own_store_or_bus_broke_is_not_the_clients_fault(kind, monkeypatch):
    log = Log()
    monkeypatch.setattr(problems, "log", log)
    status, body, _, _ = await answer_of(kind("integer"))
    assert (status, body["error"]) == (500, "internal")
    assert "integer" not in body["message"]
    assert log.entries == [{"event": "a request failed unexpectedly", "kind": kind.__name__}]


async def test_what_was_not_kept_is_tried_again_later():
    status, body, headers, _ = await answer_of(NotRecorded(Refusal.DISK))
    assert (status, body["error"], headers["Retry-After"]) == (503, "not_kept", "10")
    assert "disk" in body["message"]


async def test_who_is_to_try_again_does_not_come_back_on_this_connection():
    for error in (Unavailable("going_away"), StoreFailed(Refusal.DISK)):
        status, body, headers, closes = await answer_of(error)
        assert (status, body["error"], headers["Retry-After"], closes) == (503, "unavailable", "1", True)


@pytest.mark.parametrize("what", ["peers", "pending_offers", "watchers", "rooms"])
async def test_who_is_one_too_many_here_may_get_to_another_gateway(what):
    """Behind one port there are many (--workers, a balancer of connections): this connection leads only to this one."""
    status, body, headers, closes = await answer_of(TooMany(what))
    assert (status, body["error"], headers["Retry-After"], closes) == (429, f"too_many_{what}", "1", True)


async def test_what_is_refused_is_counted_by_its_reason():
    metrics = Metrics()
    assert (await answer_of(TooMany("peers"), metrics))[1]["error"] == "too_many_peers"
    assert (await answer_of(BadOffer("setup"), metrics))[0] == 400
    count = metrics.registry.get_sample_value
    assert count("kuuki_joins_total", {"outcome": "too_many_peers"}) == 1
    assert count("kuuki_offers_refused_total", {"reason": "setup"}) == 1


class HangingRedis:
    """A client of a Redis whose disk hangs: it does what it is told, and syncs nothing."""

    async def run(self, script, keys, arguments):
        return {LOOK: [b"", b"a run", b"", b"1", b"0"], DELETE: [b"", b"a run"]}.get(script, 1)


async def test_a_record_that_is_not_deleted_for_sure_is_503(monkeypatch):
    """What Redis deleted may come back after a power cut."""
    monkeypatch.setattr(timeline, "AOF_SYNC_S", 0.01)
    monkeypatch.setattr(timeline, "STORE_S", 0.01)
    link: Any = HangingRedis()
    hanging = timeline.RedisTimeline(link)
    async with serving(maker=lambda *_: FakeMaker(), timeline=hanging) as running, aiohttp.ClientSession() as http:
        room = (await (await http.post(f"{running.url}/rooms")).json())["room"]
        async with http.delete(f"{running.url}/rooms/{room}/timeline") as answer:
            assert (answer.status, (await answer.json())["error"]) == (503, "not_kept")
            assert answer.headers["Retry-After"] == "10"


# --- on a WebSocket


@pytest.mark.parametrize(
    ("error", "code", "is_logged"),
    [
        (Unavailable("bus"), CloseCode.FULL, False),
        (StoreFailed(Refusal.DISK), CloseCode.FULL, False),
        (TooMany("lines"), CloseCode.FULL, False),
        (KuukiError("x"), WSCloseCode.INTERNAL_ERROR, True),
        (ZeroDivisionError("a secret"), WSCloseCode.INTERNAL_ERROR, True),
    ],
)
async def test_what_fails_on_a_socket_closes_it_with_a_code(monkeypatch, error, code, is_logged):
    log = Log()
    monkeypatch.setattr(closing, "log", log)

    async def fail(*_):
        raise error

    async with serving(maker=lambda *_: FakeMaker()) as running, aiohttp.ClientSession() as http:
        socket = await http.ws_connect(f"{running.url}/calls")
        await socket.send_json({"type": "hello", "version": 1, "name": "Aki", "language": "en"})
        assert (await socket.receive_json(timeout=PATIENCE_S))["type"] == "welcome"
        monkeypatch.setattr(LineSession, "connect", fail)
        await socket.send_json({"type": "hello", "version": 1, "name": "Ben", "language": "en"})
        frame = await socket.receive(timeout=PATIENCE_S)
        while frame.type is aiohttp.WSMsgType.TEXT:
            frame = await socket.receive(timeout=PATIENCE_S)
        assert frame.type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == code
        await socket.close()
    assert bool(log.entries) == is_logged
    assert "secret" not in str(log.entries)
