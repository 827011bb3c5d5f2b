"""Locust itself against a real `kuuki serve`: its own people, channels and calls; its exit code; and that it goes."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

from loadtests.ports import free_port
from loadtests.server import start
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.network, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
LOCUST = [sys.executable, "-m", "locust", "-f", str(ROOT / "loadtests/load/locustfile.py")]
RELAXED = ["--max-join-ms=-1", "--max-wait-ms=-1", "--max-age-ms=-1"]  # the machine's speed is nobody's defect


@pytest.fixture
def server():
    server = start()
    yield server
    server.stop()


def ended(run):
    """Its exit code and what it wrote; with all of its workers gone."""
    said, _ = run.communicate(timeout=2 * PATIENCE_S)
    with pytest.raises(ProcessLookupError):
        os.killpg(run.pid, 0)
    return run.returncode, said


RUNS = []


@pytest.fixture(autouse=True)
def _none_stays():
    """Of a test that failed."""
    yield
    while RUNS:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(RUNS.pop().pid, signal.SIGKILL)


def locust(*options, url, is_headless=True):
    port = str(free_port())
    here = ["--host", url, "--master-bind-host", "127.0.0.1", "--master-bind-port", port, "--master-port", port]
    command = [*LOCUST, *(["--headless"] if is_headless else []), *here, *options]
    out = subprocess.PIPE
    run = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=out, stderr=subprocess.STDOUT, text=True)
    RUNS.append(run)
    return RUNS[-1]


def gauge(server, name):
    with urllib.request.urlopen(f"{server.health}/metrics", timeout=PATIENCE_S) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.partition("{")[0].split(" ")[0] == name)


def assert_left(server, room):
    """Nobody is there, and the room was closed."""
    until(lambda: gauge(server, "kuuki_peers") == 0)
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(f"{server.url}/rooms/{room}", timeout=PATIENCE_S)
    assert raised.value.code == 404
    raised.value.close()


def until(holds):
    by = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < by
        time.sleep(0.1)


def test_two_workers_play_one_crowd_whose_truth_is_known_and_leave_nothing(server, tmp_path):
    summary = tmp_path / "summary.json"
    size = ["--users", "8", "--spawn-rate", "8", "--run-time", "16s", "--processes", "2"]
    code, said = ended(locust(*size, *RELAXED, "--summary", str(summary), "Audience", "Stage", url=server.url))
    found = json.loads(summary.read_text())
    assert code == 0, said
    assert "kuuki load: passed" in said
    assert found["failures"] == []
    assert found["truth_judged"] > 0
    assert found["truth_error_max"] <= 0.001
    assert found["rows_ms"]["join: in all"]["count"] == 8
    assert {"score → mix", "mix: age when sent", "join: channel open"} <= found["rows_ms"].keys()
    assert_left(server, found["room"])


def test_callers_hear_each_other_s_expression_and_come_by_steps(server, tmp_path):
    summary = tmp_path / "summary.json"
    none = [*RELAXED, "--max-error=-1"]
    size = ["--users", "2", "--shape", "step", "--step-users", "1", "--step-s", "3", "--run-time", "10s"]
    code, said = ended(locust(*size, *none, "--summary", str(summary), "Caller", url=server.url))
    rows = json.loads(summary.read_text())["rows_ms"]
    assert code == 0, said
    assert rows["call: line open"]["count"] == 4, "one user is two lines; the second came with the second step"
    assert rows["call: both hear"]["count"] >= 1
    assert rows["call: expression → partner"]["count"] >= 5


def test_a_run_that_is_interrupted_says_bye_and_is_judged(server, tmp_path):
    summary = tmp_path / "summary.json"
    size = ["--users", "3", "--spawn-rate", "3", "--processes", "1"]
    run = locust(*size, *RELAXED, "--summary", str(summary), "Audience", url=server.url)
    until(lambda: gauge(server, "kuuki_peers") == 3)
    run.send_signal(signal.SIGINT)
    code, said = ended(run)
    assert code == 1, said
    assert "FAIL  truth: no mix could be judged" in said
    assert_left(server, json.loads(summary.read_text())["room"])


def test_make_load_that_is_interrupted_leaves_no_process(tmp_path):
    command = [sys.executable, "-m", "loadtests.load", "--users", "2", "--seconds", "60", "--out", str(tmp_path)]
    health = free_port()
    surroundings = {**os.environ, "KUUKI_HEALTH_PORT": str(health)}
    nowhere, pipe = subprocess.DEVNULL, subprocess.PIPE
    run = subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=nowhere, stderr=pipe, text=True)
    assert "http://127.0.0.1:" in run.stderr.readline(), "it serves by now"
    server = SimpleNamespace(health=f"http://127.0.0.1:{health}")
    until(lambda: gauge(server, "kuuki_peers") == 2)
    family = children(run.pid)
    run.send_signal(signal.SIGINT)
    assert run.wait(2 * PATIENCE_S) == 130
    assert len(family) >= 4, "a server, Locust's master, two workers"
    assert not any(Path(f"/proc/{pid}").exists() for pid in family)
    run.stderr.close()


def test_from_the_web_ui_one_run_after_the_other_each_in_a_room_of_its_own(server, tmp_path):
    web, summary = free_port(), tmp_path / "summary.json"
    here = ["--web-host", "127.0.0.1", "--web-port", str(web), "--class-picker"]
    run = locust(*here, *RELAXED, "--summary", str(summary), url=server.url, is_headless=False)

    def ask(path, **form):
        data = urllib.parse.urlencode(form, doseq=True).encode() if form else None
        with urllib.request.urlopen(f"http://127.0.0.1:{web}{path}", data, timeout=PATIENCE_S) as answer:
            return answer.read().decode()

    until(lambda: is_there(ask))
    assert "max_wait_ms" in ask("/"), "our options are in its form"
    for users in (2, 3):
        size = {"user_count": users, "spawn_rate": 5, "host": server.url, "user_classes": ["Audience"]}
        assert json.loads(ask("/swarm", **size, max_error="-1"))["success"]
        until(lambda: gauge(server, "kuuki_peers") == users)  # noqa: B023 - asked at once
        until(lambda: counts(ask).get("join: in all") == users)  # noqa: B023 - as above
        until(lambda: "score → mix" in counts(ask))
        ask("/stop", now="yes")
        until(lambda: gauge(server, "kuuki_peers") == 0)
        until(lambda: gauge(server, "kuuki_rooms_open") == 0)
    run.send_signal(signal.SIGTERM)
    code, said = ended(run)
    assert code == 0, said
    assert "Traceback" not in said
    assert json.loads(summary.read_text())["rows_ms"]["join: in all"]["count"] == 3


def is_there(ask):
    try:
        return bool(ask("/"))
    except OSError:
        return False


def counts(ask):
    """How often what happened, by its name."""
    return {row["name"]: row["num_requests"] for row in json.loads(ask("/stats/requests"))["stats"]}


def children(pid):
    """Those of a process, theirs and so on."""
    own = [
        int(stat.parent.name)
        for stat in Path("/proc").glob("[0-9]*/stat")
        if int(stat.read_text().rpartition(")")[2].split()[1]) == pid
    ]
    return own + [grandchild for child in own for grandchild in children(child)]


def test_where_nobody_serves_it_says_so_and_ends():
    code, said = ended(locust("--run-time", "30s", "Audience", url="http://127.0.0.1:9"))
    assert code == 1
    assert "cannot be reached" in said
    assert "Traceback" not in said


def test_what_is_no_room_is_a_mistake_of_who_asked(server):
    code, said = ended(locust("--run-time", "30s", "--room", "no room!", "Audience", url=server.url))
    assert code == 2
    assert "is no room id" in said
    assert "Traceback" not in said
