"""What names something else finds it, as rendered: Services, budgets, spreads, probes, Ingress, volumes."""

import re
from collections.abc import Iterator

import pytest

from tests.deploy.cluster import WORKLOADS, Manifest, Pod, matches, of, pods_of, rendered
from tests.deploy.tools import OVERLAYS

FOLDERS = pytest.mark.parametrize("folder", OVERLAYS)


def workloads(pods: list[Pod], selector: Manifest) -> set[str]:
    """Whose pods a selector takes."""
    return {pod.workload for pod in pods if matches(selector, pod.labels)}


@FOLDERS
def test_a_service_leads_to_its_own_pods_and_to_a_port_that_they_have(folder):
    pods = pods_of(rendered(folder))
    for name, service in of(rendered(folder), "Service").items():
        if name == "nobody":
            assert "selector" not in service["spec"]
            continue
        assert workloads(pods, {"matchLabels": service["spec"]["selector"]}) == {name}
        for port in service["spec"]["ports"]:
            behind = next(pod for pod in pods if pod.workload == name)
            assert behind.ports[port["targetPort"]][1] == port.get("protocol", "TCP")


@FOLDERS
def test_what_is_about_pods_is_about_pods_that_are_there(folder):
    manifests = rendered(folder)
    pods = pods_of(manifests)
    for name, budget in of(manifests, "PodDisruptionBudget").items():
        assert workloads(pods, budget["spec"]["selector"]) == {name}
    for name, workload in of(manifests, *WORKLOADS).items():
        assert workloads(pods, workload["spec"]["selector"]) == {name}, "no two share pods"
        for spread in workload["spec"]["template"]["spec"].get("topologySpreadConstraints", ()):
            assert workloads(pods, spread["labelSelector"]) == {name}
    for name, policy in of(manifests, "NetworkPolicy").items():
        everybody = {pod.workload for pod in pods}
        selected = workloads(pods, policy["spec"]["podSelector"])
        assert selected == (everybody if name in ("nobody", "dns") else {name})


@FOLDERS
def test_a_probe_goes_to_a_port_and_a_mount_to_a_volume(folder):
    for pod in pods_of(rendered(folder)):
        volumes = {each["name"] for each in pod.spec.get("volumes", ())} | claims(folder, pod)
        for container in pod.spec["containers"]:
            assert {each["name"] for each in container.get("volumeMounts", ())} <= volumes
            for port in probed(container):
                assert pod.ports[port][1] == "TCP"


def claims(folder: str, pod: Pod) -> set[str]:
    workload = of(rendered(folder), *WORKLOADS)[pod.workload]
    return {each["metadata"]["name"] for each in workload["spec"].get("volumeClaimTemplates", ())}


def probed(container: Manifest) -> Iterator[str]:
    for name in ("startupProbe", "livenessProbe", "readinessProbe"):
        probe = container.get(name, {})
        for kind in ("httpGet", "tcpSocket"):
            if kind in probe:
                yield probe[kind]["port"]


@FOLDERS
def test_an_account_that_a_pod_has_is_there(folder):
    accounts = of(rendered(folder), "ServiceAccount")
    named = {pod.spec["serviceAccountName"] for pod in pods_of(rendered(folder)) if "serviceAccountName" in pod.spec}
    assert named == set(accounts)


@FOLDERS
def test_the_ingress_leads_to_services_and_ports_that_are_there(folder):
    services = of(rendered(folder), "Service")
    for ingress in of(rendered(folder), "Ingress").values():
        (rule,) = ingress["spec"]["rules"]
        assert [name for one in ingress["spec"]["tls"] for name in one["hosts"]] == [rule["host"]]
        for path in rule["http"]["paths"]:
            leads = path["backend"]["service"]
            assert leads["port"]["name"] in {port["name"] for port in services[leads["name"]]["spec"]["ports"]}


@FOLDERS
def test_every_pod_and_every_object_says_what_it_belongs_to(folder):
    for pod in pods_of(rendered(folder)):
        assert pod.labels["app.kubernetes.io/part-of"] == "kuuki"
        assert pod.labels["app.kubernetes.io/name"] == pod.workload


@FOLDERS
def test_selectors_and_claims_stay_as_they_were_first_applied(folder):
    """Neither can be changed later: with another label here, the API server would refuse the next version."""
    for name, workload in of(rendered(folder), *WORKLOADS).items():
        assert workload["spec"]["selector"] == {"matchLabels": {"app.kubernetes.io/name": name}}
        for claim in workload["spec"].get("volumeClaimTemplates", ()):
            assert "labels" not in claim["metadata"]


@FOLDERS
def test_an_image_has_a_version_and_ours_is_one(folder):
    images = {container["image"] for pod in pods_of(rendered(folder)) for container in pod.spec["containers"]}
    assert all(re.fullmatch(r"[\w./-]+:v?\d[\w.-]*|[\w./-]*kuuki:local", image) for image in images), images
    assert len({image for image in images if re.search(r"\bkuuki:", image)}) == 1
