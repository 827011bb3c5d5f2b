"""k8s/components/prometheus-operator: the same alerts, and the same targets by the operator's words."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.cluster import Manifest, Pod, matches, of, pods_of, rendered
from tests.deploy.relabelling import scraped
from tests.deploy.test_rendered_numbers import wanted
from tests.deploy.tools import OVERLAYS, ROOT, check, kustomized, read, tool

COMPONENT = ROOT / "k8s/components/prometheus-operator"


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> list[Manifest]:
    """The example with the component, as its comment says."""
    folder = tmp_path_factory.mktemp("overlay")
    wish = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [os.path.relpath(ROOT / "k8s/overlays/example", folder)],
        "components": [os.path.relpath(COMPONENT, folder)],
        "labels": [{"pairs": {"release": "kube-prometheus-stack"}}],
        "namespace": "kuuki",
    }
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(wish))
    return kustomized(os.path.relpath(folder, ROOT))


def test_the_example_names_it():
    (line,) = [each for each in example().splitlines() if "components/prometheus-operator" in each]
    path = line.partition("- ")[2]
    assert (ROOT / "k8s/overlays/example" / path).resolve() == COMPONENT


def example() -> str:
    return (ROOT / "k8s/overlays/example/kustomization.yaml").read_text()


def test_its_rules_are_the_rules(built, tmp_path):
    (rule,) = of(built, "PrometheusRule").values()
    assert rule["spec"] == read("deploy/prometheus/rules/kuuki.yaml")
    assert rule["metadata"]["labels"]["release"] == "kube-prometheus-stack"
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(rule["spec"]))
    check(tool("promtool"), "check", "rules", tmp_path / "rules.yaml")


def test_they_are_current(tmp_path):
    check(COMPONENT / "generate.sh", tmp_path / "rules.yaml")
    made = (tmp_path / "rules.yaml").read_text()
    assert made == (COMPONENT / "rules.yaml").read_text(), "run `make generate`"


def job_of(monitor: Manifest) -> dict[str, Any]:
    """The scrape job that the operator makes of a PodMonitor: its own rules, then the monitor's.

    https://github.com/prometheus-operator/prometheus-operator, pkg/prometheus/promcfg.go, generatePodMonitorConfig: the
    port by its name, what has ended dropped, then namespace, container and pod, a job's name, the endpoint.
    """
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    meta = "__meta_kubernetes_"
    port = {"source_labels": [f"{meta}pod_container_port_name"], "regex": endpoint["port"], "action": "keep"}
    ended = {"source_labels": [f"{meta}pod_phase"], "regex": "(Failed|Succeeded)", "action": "drop"}
    named = {"namespace": f"{meta}namespace", "container": f"{meta}pod_container_name", "pod": f"{meta}pod_name"}
    labels = [{"source_labels": [source], "target_label": target} for target, source in named.items()]
    name = f"{monitor['metadata']['namespace']}/{monitor['metadata']['name']}"
    fixed = [{"target_label": target, "replacement": text} for target, text in {"job": name, "endpoint": "x"}.items()]
    words = {"sourceLabels": "source_labels", "targetLabel": "target_label"}
    own = [{words.get(key, key): value for key, value in rule.items()} for rule in endpoint["relabelings"]]
    discovery = [{"namespaces": {"names": [monitor["metadata"]["namespace"]]}}]
    rules = [ended, port, *labels, *fixed, *own]
    return {"job_name": f"podMonitor/{name}/0", "kubernetes_sd_configs": discovery, "relabel_configs": rules}


@pytest.mark.parametrize("folder", OVERLAYS)
def test_it_reads_the_same_processes_under_the_same_names(folder, built):
    (monitor,) = of(built, "PodMonitor").values()
    pods = pods_of(rendered(folder))
    everybody = [*pods, *(pod.ended() for pod in pods), Pod("other", "default", pods[0].labels, pods[0].spec)]
    selected = [pod for pod in everybody if matches(monitor["spec"]["selector"], pod.labels)]
    names = ("job", "instance", "pod", "namespace")
    found = [(address, {name: has[name] for name in names}) for address, has in scraped(selected, job_of(monitor))]
    assert sorted(found, key=str) == sorted(wanted(pods), key=str)


def test_it_asks_as_often(built):
    (endpoint,) = of(built, "PodMonitor")["kuuki"]["spec"]["podMetricsEndpoints"]
    (job,) = read("deploy/prometheus/kubernetes.yaml")["scrape_configs"]
    assert (endpoint["interval"], endpoint["scrapeTimeout"]) == (job["scrape_interval"], job["scrape_timeout"])


def test_make_generate_makes_it():
    assert str(COMPONENT.relative_to(ROOT) / "generate.sh") in Path(ROOT / "Makefile").read_text()
