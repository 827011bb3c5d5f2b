"""The dashboard: every query of it finds something in what a real Prometheus read from a real kuuki."""

import json
import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from loadtests import server
from loadtests.ports import free_port
from tests.deploy.promql import selectors
from tests.deploy.tools import OF_OTHERS, dashboard, rules, tool
from tests.patience import PATIENCE_S

PANELS = [panel for panel in dashboard()["panels"] if panel["type"] != "row"]
QUERIES = sorted({target["expr"] for panel in PANELS for target in panel["targets"]})
SELECTORS = sorted(
    {one for rule in rules() for one in selectors(rule["expr"]) if one.partition("{")[0] not in OF_OTHERS}
)

Ask = Callable[[str], list[dict[str, Any]]]


@contextmanager
def prometheus(folder: Path, target: str) -> Iterator[Ask]:
    """A real one that reads the target each 0.3 s, under the names of both kinds of process."""
    jobs = [
        {"job_name": name, "static_configs": [{"targets": [target]}]} for name in ("kuuki-signal", "kuuki-aggregator")
    ]
    times = {"scrape_interval": "300ms", "scrape_timeout": "300ms"}
    (folder / "prometheus.yaml").write_text(yaml.safe_dump({"global": times, "scrape_configs": jobs}))
    port = free_port()
    command = [tool("prometheus"), f"--config.file={folder}/prometheus.yaml", f"--storage.tsdb.path={folder}/data"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*command, f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
    try:

        def ask(query: str) -> list[dict[str, Any]]:
            question = urllib.parse.urlencode({"query": query})
            with urllib.request.urlopen(
                f"http://127.0.0.1:{port}/api/v1/query?{question}", timeout=PATIENCE_S
            ) as answer:
                found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
            return found

        wait_for(ask, folder / "log")
        yield ask
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def wait_for(ask: Ask, log: Path) -> None:
    """Until it has read three times: a rate needs two."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            if len(ask("count_over_time(kuuki_ready[1m]) >= 3")) == 2:
                return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.1)
    raise AssertionError(f"prometheus read nothing: {log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def ask(tmp_path_factory) -> Iterator[Ask]:
    running = server.start()
    try:
        with prometheus(tmp_path_factory.mktemp("prometheus"), running.health.partition("//")[2]) as asked:
            yield asked
    finally:
        running.stop()


@pytest.mark.network
@pytest.mark.parametrize("query", QUERIES)
def test_a_query_of_the_dashboard_finds_something(ask, query):
    assert ask(query.replace("$__rate_interval", "1m"))


@pytest.mark.network
@pytest.mark.parametrize("selector", SELECTORS)
def test_what_an_alert_looks_at_is_found(ask, selector):
    assert ask(selector)


@pytest.mark.network
def test_no_room_and_no_person_is_named(ask):
    labels = {name for series in ask('{__name__=~"kuuki_.+"}') for name in series["metric"]}
    allowed = {"__name__", "job", "instance", "le", "reason", "outcome", "kind", "role", "code", "stage", "loop"}
    assert labels <= allowed | {"type", "result"}


def test_it_is_readable():
    for panel in PANELS:
        assert panel["title"]
        assert panel["description"], panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert 1 <= len(panel["targets"]) <= 4
        if panel["type"] == "timeseries":
            assert all(target["legendFormat"] for target in panel["targets"]), panel["title"]
    assert len({panel["id"] for panel in dashboard()["panels"]}) == len(dashboard()["panels"])


def test_panels_do_not_overlap():
    taken = set()
    for panel in dashboard()["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells


def test_every_drop_is_shown():
    text = json.dumps(dashboard())
    for name in ("frames", "packets", "bulletins", "partials", "bus_messages", "call_messages"):
        assert re.search(rf"kuuki_{name}_dropped_total", text), name
