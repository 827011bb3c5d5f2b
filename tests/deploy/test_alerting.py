"""Alerts reach somebody: what deploy/secrets.sh makes of alertmanager.yaml, by Alertmanager's own word and deed."""

import json
import os
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import pytest
import yaml

from loadtests.ports import free_port
from tests.deploy.tools import ROOT, check, read, rules, tool
from tests.patience import PATIENCE_S

TEMPLATE = ROOT / "deploy/alertmanager/alertmanager.yaml"
WEBHOOK = "https://alerts.example.org/hook?room=1&key=a|b"


def made(folder: Path, **environment: str) -> tuple[Path, str]:
    """What the script makes of it, and what it says."""
    shutil.copytree(ROOT / "deploy", folder / "deploy", ignore=shutil.ignore_patterns("secrets"))
    done = subprocess.run(
        [folder / "deploy/secrets.sh", "kuuki.example.org"],
        env={"PATH": os.environ["PATH"], **environment},
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    )
    return folder / "deploy/secrets/alertmanager.yaml", done.stdout


def receiver(file: Path) -> dict[str, Any]:
    (one,) = yaml.safe_load(file.read_text())["receivers"]
    assert isinstance(one, dict)
    return one


def test_a_webhook_that_is_given_is_called(tmp_path):
    file, said = made(tmp_path, ALERTS=WEBHOOK)
    assert receiver(file) == {"name": "somebody", "webhook_configs": [{"url": WEBHOOK}]}
    assert "reach nobody" not in said


def test_without_one_it_is_said_that_alerts_reach_nobody(tmp_path):
    file, said = made(tmp_path)
    assert file.read_text() == TEMPLATE.read_text()
    assert receiver(file) == {"name": "somebody"}
    assert "Alerts reach nobody yet" in said


EXAMPLES = re.findall(r"^    # (\w+_configs: .+)$", TEMPLATE.read_text(), re.MULTILINE)


def test_there_are_examples():
    assert [each.partition("_")[0] for each in EXAMPLES] == ["webhook", "slack", "email"]


@pytest.mark.parametrize("example", [None, *EXAMPLES])
def test_it_is_one_whichever_line_is_filled_in(example, tmp_path):
    text = TEMPLATE.read_text()
    if example is not None:
        text = text.replace(f"# {example}", example).replace("@ALERTS@", "https://alerts.example.org")
    (tmp_path / "alertmanager.yaml").write_text(text)
    check(tool("amtool"), "check-config", tmp_path / "alertmanager.yaml")


def test_every_alert_has_a_receiver():
    for rule in rules():
        labels = [f"alertname={rule['alert']}", f"severity={rule['labels']['severity']}"]
        command = ("config", "routes", "test", f"--config.file={TEMPLATE}", *labels)
        assert check(tool("amtool"), *command).split() == ["somebody"]


def test_only_alerts_that_there_are_hold_others_back():
    matchers = [each for rule in read(str(TEMPLATE))["inhibit_rules"] for ends in rule.values() for each in ends]
    named = {name for matcher in matchers for name in re.findall(r"Kuuki\w+", matcher)}
    assert named <= {rule["alert"] for rule in rules()}
    assert len(named) > 4


# --- a real one


def arguments(folder: Path, port: int) -> list[str]:
    """As compose.yaml starts it, but for where things are."""
    command = read("compose.yaml")["services"]["alertmanager"]["command"]
    places = {"/run/secrets/": f"{folder}/", "=/alertmanager": f"={folder}/state"}
    words = [word.replace(before, after) for word in command for before, after in places.items() if before in word]
    rest = [word for word in command if not any(before in word for before in places)]
    return [*words, *rest, f"--web.listen-address=127.0.0.1:{port}"]


@contextmanager
def listening() -> Iterator[tuple[str, "Queue[dict[str, Any]]"]]:
    """Somebody who is told: their webhook, and what they heard."""
    heard: Queue[dict[str, Any]] = Queue()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", heard
        server.shutdown()


@contextmanager
def alertmanager(file: Path, folder: Path) -> Iterator[str]:
    port = free_port()
    shutil.copy(file, folder / "alertmanager.yaml")
    with (folder / "log").open("w") as log:
        command = [tool("prometheus-alertmanager"), *arguments(folder, port)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + PATIENCE_S
        while not is_ready(url):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/-/ready", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def fire(url: str, *names: str) -> None:
    alerts = [{"labels": {"alertname": name, "severity": "critical"}} for name in names]
    ask = urllib.request.Request(
        f"{url}/api/v2/alerts", json.dumps(alerts).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(ask, timeout=5) as answer:
        assert answer.status == 200


def rehearsal(url: str) -> list[str]:
    """What docs/operations.md says to do before an event."""
    words: str
    (words,) = re.findall(r"exec alertmanager amtool (.+)`", (ROOT / "docs/operations.md").read_text())
    return words.replace("http://127.0.0.1:9093", url).split()


@pytest.mark.slow
def test_somebody_is_told_and_not_of_what_only_follows(tmp_path):
    with listening() as (hook, heard):
        file, _ = made(tmp_path, ALERTS=hook)
        with alertmanager(file, tmp_path) as url:
            fire(url, "KuukiRedisAway")
            fire(url, "KuukiRoomsStale", "KuukiRecordRefused")
            check(tool("amtool"), *rehearsal(url))
            told = [heard.get(timeout=PATIENCE_S + 10) for _ in range(3)]
            names = {alert["labels"]["alertname"] for each in told for alert in each["alerts"]}
    assert names == {"KuukiRedisAway", "KuukiRecordRefused", "Rehearsal"}
    assert heard.empty()


def test_prometheus_hands_them_to_it():
    target = read("deploy/prometheus/prometheus.yaml")["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"]
    assert target == ["alertmanager:9093"]
    assert "alertmanager" in read("compose.yaml")["services"]
