"""Metrics: named as Prometheus asks, each one fed, each one told of in docs/metrics.md."""

import ast
import re

import pytest
from prometheus_client.metrics import MetricWrapperBase

from kuuki.errors import DropReason
from services.launch import metrics_page
from services.runtime.metrics import Metrics
from tests.deploy.tools import ROOT

FAMILIES = [family for family in Metrics().registry.collect() if family.name.startswith("kuuki_")]
LABELS = {"reason", "outcome", "kind", "role", "code", "stage", "loop", "type", "result"}
EACH = pytest.mark.parametrize("family", FAMILIES, ids=[family.name for family in FAMILIES])


@EACH
def test_it_is_named_as_prometheus_asks(family):
    assert re.fullmatch(r"kuuki_[a-z]+(_[a-z]+)*", family.name)
    assert not re.search(r"_(ms|us|kb|mb|minutes|percent|total|count)$", family.name)
    assert family.name.endswith("_seconds") == (family.type == "histogram")
    assert family.documentation.endswith(".")


@EACH
def test_its_labels_are_of_a_known_few(family):
    assert {name for sample in family.samples for name in sample.labels} - {"le"} <= LABELS


@EACH
def test_it_is_there_before_anything_happened(family):
    assert family.samples


def test_every_reason_of_a_dropped_frame_is_there_at_0():
    registry = Metrics().registry
    for reason in DropReason:
        assert registry.get_sample_value("kuuki_frames_dropped_total", {"reason": reason}) == 0


def is_metrics(node: ast.expr) -> bool:
    """Whether this is somebody's Metrics: ``metrics``, ``self._metrics``, ``app[METRICS]``."""
    text = ast.unparse(node)
    return text.rpartition(".")[2] in {"metrics", "_metrics"} or text.endswith("[METRICS]")


def test_every_metric_is_fed_by_somebody():
    """A metric that nobody touches says 0 for ever, and looks like peace."""
    named = {name for name, value in vars(Metrics()).items() if isinstance(value, MetricWrapperBase)}
    touched: set[str] = set()
    for path in (ROOT / "services").rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text()))
        touched |= {node.attr for node in nodes if isinstance(node, ast.Attribute) and is_metrics(node.value)}
    assert named - touched == set()


def test_the_page_of_metrics_is_current(capsys):
    assert metrics_page.main(["--check"]) == 0, "run `make generate`"


def test_a_page_that_is_not_current_is_noticed_and_made_anew(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(metrics_page, "TARGET", tmp_path / "metrics.md")
    assert metrics_page.main(["--check"]) == 1
    assert "make generate" in capsys.readouterr().err
    assert metrics_page.main([]) == 0
    assert metrics_page.main(["--check"]) == 0
    assert "| `kuuki_joins_total` | counter | `outcome`: evicted, expired," in (tmp_path / "metrics.md").read_text()
