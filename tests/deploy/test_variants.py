"""What docs/deploy.md says to change in a copy of the example: it builds, and does what is said."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.cluster import Manifest, of, pods_of
from tests.deploy.policies import reaches
from tests.deploy.tools import KUBERNETES, OVERLAYS, ROOT, check, kustomized, tool

EXAMPLE = ROOT / "k8s/overlays/example"
PAGE = (ROOT / "docs/deploy.md").read_text()
REDIS = "../../components/redis"
TURN = "../../components/turn"


def copied(folder: Path, change: dict[str, Any]) -> list[Manifest]:
    """A copy of the example with other keys, rendered. Patches are added to those that are there."""
    wish = yaml.safe_load((EXAMPLE / "kustomization.yaml").read_text())
    wish |= {**change, "patches": [*wish["patches"], *change.get("patches", [])]}
    for key in ("resources", "components"):
        wish[key] = [os.path.relpath((EXAMPLE / path).resolve(), folder) for path in wish[key]]
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(wish))
    return kustomized(os.path.relpath(folder, ROOT))


def test_a_redis_elsewhere_is_reached(tmp_path):
    (snippet,) = re.findall(r"^```yaml\n(patches:.+?)^```", PAGE, re.MULTILINE | re.DOTALL)
    made = copied(tmp_path, {"components": [TURN], **yaml.safe_load(snippet)})
    assert {pod.workload for pod in pods_of(made)} == {"signal", "aggregator", "turn"}
    for pod in pods_of(made):
        assert reaches(made, pod, "10.1.2.3", 6379) is (pod.workload != "turn")
        assert not reaches(made, pod, "10.1.3.3", 6379)
        assert not reaches(made, pod, "10.1.2.3", 6380)


def test_the_relays_overlay_is_the_example_without_redis(tmp_path):
    made = copied(tmp_path, {"components": [TURN]})
    theirs = kustomized("k8s/overlays/relay-through-turn")
    assert {(each["kind"], each["metadata"]["name"]) for each in made if each["kind"] != "ConfigMap"} == {
        (each["kind"], each["metadata"]["name"]) for each in theirs if each["kind"] != "ConfigMap"
    }


@pytest.mark.parametrize("base", [name for name in OVERLAYS if name.endswith(("base", "host-network"))])
def test_another_base_may_take_its_place(base, tmp_path):
    made = copied(tmp_path, {"resources": [os.path.relpath(ROOT / base, EXAMPLE)], "components": [REDIS]})
    path = tmp_path / "all.yaml"
    path.write_text(yaml.safe_dump_all(made))
    check(tool("kubernetes-validate"), "--strict", "-k", KUBERNETES, path)
    (image,) = {
        container["image"] for pod in pods_of(made) for container in pod.spec["containers"] if pod.workload != "redis"
    }
    assert image == "registry.example.org/kuuki:0.1.0"
    (host,) = [rule["host"] for rule in of(made, "Ingress")["kuuki"]["spec"]["rules"]]
    assert host == "kuuki.example.org"


def test_cert_manager_is_one_line(tmp_path):
    text = (EXAMPLE / "kustomization.yaml").read_text()
    (line,) = re.findall(r"# - (\{op: add, path: /metadata/annotations/cert-manager.+\})", text)
    patch = {"target": {"kind": "Ingress", "name": "kuuki"}, "patch": f"- {line}"}
    made = copied(tmp_path, {"patches": [patch]})
    annotations = of(made, "Ingress")["kuuki"]["metadata"]["annotations"]
    assert annotations["cert-manager.io/cluster-issuer"] == "letsencrypt"
    assert annotations["nginx.ingress.kubernetes.io/proxy-buffering"] == "off"
