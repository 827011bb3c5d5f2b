"""Prometheus and the autoscaler find pods as rendered: relabelling and the adapter's query, really evaluated."""

from collections.abc import Iterable
from typing import Any

import pytest
import yaml

from services.runtime.metrics import Metrics
from tests.deploy.cluster import Pod, of, pods_of, rendered
from tests.deploy.relabelling import Labels, relabel, scraped
from tests.deploy.tools import OVERLAYS, check, read, tool

FOLDERS = pytest.mark.parametrize("folder", OVERLAYS)
WATCHED = ("signal", "aggregator")
ADAPTER = read("deploy/prometheus/adapter.yaml")["rules"][0]


def job() -> dict[str, Any]:
    """The scrape job for Kubernetes."""
    (found,) = read("deploy/prometheus/kubernetes.yaml")["scrape_configs"]
    assert isinstance(found, dict)
    return found


def numbers_of(pod: Pod) -> str:
    """Where a pod of ours has its numbers: /metrics is where its probes go."""
    container = pod.spec["containers"][0]
    return f"{pod.address}:{pod.ports[container['livenessProbe']['httpGet']['port']][0]}"


def wanted(pods: Iterable[Pod]) -> list[tuple[str, Labels]]:
    """What rules, dashboard and adapter know: each process of kuuki once."""
    return [
        (
            numbers_of(pod),
            {"job": f"kuuki-{pod.workload}", "instance": pod.name, "pod": pod.name, "namespace": pod.namespace},
        )
        for pod in pods
        if pod.workload in WATCHED
    ]


@FOLDERS
def test_prometheus_reads_each_process_of_ours_once_and_nobody_else(folder):
    pods = pods_of(rendered(folder))
    assert len(wanted(pods)) == 4
    strangers = [Pod("other", "default", pods[0].labels, pods[0].spec), *(pod.ended() for pod in pods)]
    found = scraped([*pods, *strangers], job())
    assert sorted(found, key=str) == sorted(wanted(pods), key=str)


def test_relabelling_is_prometheus_s():
    """The engine itself, against what Prometheus documents."""
    labels = {"a": "x", "b": "y", "__meta_c": "z"}
    assert relabel(labels, [{"source_labels": ["a", "b"], "regex": "x", "action": "keep"}]) is None, "anchored"
    assert relabel(labels, [{"source_labels": ["a", "b"], "regex": "x;y", "action": "drop"}]) is None
    joined = {"source_labels": ["a", "b"], "regex": "(.);(.)", "target_label": "t", "replacement": "${2}-$1"}
    assert relabel(labels, [joined]) == {**labels, "t": "y-x"}
    assert relabel(labels, [{**joined, "regex": "no"}]) == labels
    assert relabel(labels, [{"source_labels": ["none"], "target_label": "a"}]) == {"b": "y", "__meta_c": "z"}
    assert relabel(labels, [{"regex": "__meta_(.+)", "action": "labelmap"}]) == {**labels, "c": "z"}
    assert relabel(labels, [{"regex": "a|b", "action": "labeldrop"}]) == {"__meta_c": "z"}
    with pytest.raises(ValueError, match="hashmod"):
        relabel(labels, [{"action": "hashmod"}])


# --- what the autoscaler asks


def scaler() -> dict[str, Any]:
    """The autoscaler of gateways."""
    found: dict[str, Any] = of(rendered("k8s/base"), "HorizontalPodAutoscaler")["signal"]["spec"]
    return found


def series(metric: str) -> list[str]:
    """This metric of every process as Prometheus keeps it, with what discovery adds to it."""
    samples = [one for family in Metrics().registry.collect() for one in family.samples if one.name == metric]
    assert samples, f"no process has {metric}"
    targets = [labels for _, labels in scraped(pods_of(rendered("k8s/base")), job())]
    assert targets, "no process is read"
    return [written(metric, {**sample.labels, **target}) for target in targets for sample in samples]


def written(metric: str, labels: Labels) -> str:
    return metric + "{" + ",".join(f'{name}="{value}"' for name, value in sorted(labels.items())) + "}"


def query(pods: Iterable[Pod]) -> str:
    """The adapter's query for these pods, as it fills its template in."""
    matchers = f'namespace="kuuki",pod=~"{"|".join(pod.name for pod in pods)}"'
    filled = {"<<.Series>>": ADAPTER["seriesQuery"].partition("{")[0], "<<.LabelMatchers>>": matchers}
    text = str(ADAPTER["metricsQuery"])
    for hole, value in {**filled, "<<.GroupBy>>": "pod"}.items():
        text = text.replace(hole, value)
    assert "<<" not in text
    return text


def test_the_autoscaler_hears_the_peers_of_each_gateway(tmp_path):
    """Prometheus itself is asked, by the adapter's query, about the pods that the autoscaler's target selects."""
    base = rendered("k8s/base")
    assert of(base, scaler()["scaleTargetRef"]["kind"]).keys() >= {scaler()["scaleTargetRef"]["name"]}
    metric = scaler()["metrics"][0]["pods"]["metric"]["name"]
    assert ADAPTER["name"]["as"] == metric
    assert ADAPTER["resources"]["overrides"] == {each: {"resource": each} for each in ("namespace", "pod")}
    kept = series(metric)
    pods = [pod for pod in pods_of(base) if pod.workload == scaler()["scaleTargetRef"]["name"]]
    roles = len(kept) // 4
    answers = [{"labels": f'{{pod="{pod.name}"}}', "value": 7 * roles} for pod in pods]
    asked = [
        {"expr": query(pods), "eval_time": "1m", "exp_samples": answers},
        {"expr": f"count({ADAPTER['seriesQuery']})", "eval_time": "1m", "exp_samples": [{"value": len(kept)}]},
    ]
    given = [{"series": each, "values": "7x20"} for each in kept]
    tests = {"tests": [{"interval": "5s", "input_series": given, "promql_expr_test": asked}]}
    (tmp_path / "adapter.yaml").write_text(yaml.safe_dump(tests))
    check(tool("promtool"), "test", "rules", "adapter.yaml", cwd=tmp_path)


def test_what_is_handed_to_others_is_under_the_names_by_which_they_look():
    """The adapter's chart reads config.yaml of what rules.existing names; Grafana's sidecar goes by a label."""
    maps = of(rendered("k8s/observability"), "ConfigMap")
    assert yaml.safe_load(maps["kuuki-adapter"]["data"]["config.yaml"]) == read("deploy/prometheus/adapter.yaml")
    assert yaml.safe_load(maps["kuuki-scrape"]["data"]["kubernetes.yaml"]) == read("deploy/prometheus/kubernetes.yaml")
    assert maps["kuuki-dashboard"]["metadata"]["labels"]["grafana_dashboard"] == "1"
