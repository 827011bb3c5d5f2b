"""Manifests: each overlay builds, fits the schemas strictly, and is what a careful operator would let in."""

import json
from typing import Any

import pytest

from services.runtime.settings import Settings
from tests.deploy.tools import KUBERNETES, OVERLAYS, ROOT, check, kustomized, read, tool

FOLDERS = [*OVERLAYS, "k8s/observability"]
WORKLOADS = ("Deployment", "StatefulSet")


@pytest.fixture(scope="module")
def built() -> dict[str, list[dict[str, Any]]]:
    return {folder: kustomized(folder) for folder in FOLDERS}


def of_kind(manifests, *kinds):
    return {each["metadata"]["name"]: each for each in manifests if each["kind"] in kinds}


def pods(manifests):
    """(name, pod) of every workload."""
    return [(name, each["spec"]["template"]["spec"]) for name, each in of_kind(manifests, *WORKLOADS).items()]


@pytest.mark.parametrize("folder", FOLDERS)
def test_it_fits_the_schemas(folder, tmp_path):
    path = tmp_path / "all.yaml"
    path.write_text(check(tool("kubectl"), "kustomize", ROOT / folder))
    check(tool("kubernetes-validate"), "--strict", "-k", KUBERNETES, path)


@pytest.mark.parametrize("folder", FOLDERS)
def test_everything_is_in_one_namespace(folder, built):
    spaces = {each["metadata"].get("namespace") for each in built[folder] if each["kind"] != "Namespace"}
    assert spaces == {"monitoring" if folder.endswith("observability") else "kuuki"}


@pytest.mark.parametrize("folder", OVERLAYS)
def test_pods_may_do_little(folder, built):
    for name, pod in pods(built[folder]):
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in pod["containers"]:
            locked = container["securityContext"]
            assert locked["readOnlyRootFilesystem"] is True
            assert locked["allowPrivilegeEscalation"] is False
            assert locked["capabilities"]["drop"] == ["ALL"]
            assert set(locked["capabilities"].get("add", ())) <= {"NET_BIND_SERVICE"}
            assert container["resources"]["limits"]["memory"]
            assert ":" in container["image"]
            assert not container["image"].endswith(":latest")


@pytest.mark.parametrize("folder", OVERLAYS)
def test_pods_are_looked_after(folder, built):
    for name, pod in pods(built[folder]):
        for container in pod["containers"]:
            assert {"livenessProbe", "readinessProbe"} <= container.keys(), name
            probe = container["livenessProbe"].get("httpGet", {}).get("path", "/healthz")
            assert probe == "/healthz", "a gateway without Redis is not ready, and must live"


@pytest.mark.parametrize("folder", OVERLAYS)
def test_probes_and_prometheus_ask_the_health_port_and_nothing_else_leads_there(folder, built):
    for name in ("signal", "aggregator"):
        (container,) = dict(pods(built[folder]))[name]["containers"]
        probes = [container[each]["httpGet"]["port"] for each in ("startupProbe", "livenessProbe", "readinessProbe")]
        assert probes == ["health"] * 3
        ports = {port["name"]: str(port["containerPort"]) for port in container["ports"]}
        assert container["args"][container["args"].index("--health-port") + 1] == ports["health"]
    services = of_kind(built[folder], "Service").values()
    assert "health" not in {port.get("targetPort") for each in services for port in each["spec"]["ports"]}
    kept = read("deploy/prometheus/kubernetes.yaml")["scrape_configs"][0]["relabel_configs"][0]
    assert kept["regex"] == "kuuki;health"


@pytest.mark.parametrize("folder", OVERLAYS)
def test_a_gateway_has_time_to_move_its_clients(folder, built):
    signal = dict(pods(built[folder]))["signal"]
    settings = of_kind(built[folder], "ConfigMap")
    drain_s = next(
        float(each["data"]["KUUKI_DRAIN_S"]) for each in settings.values() if "KUUKI_DRAIN_S" in each["data"]
    )
    pause_s = signal["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert signal["terminationGracePeriodSeconds"] >= pause_s + drain_s + 10


@pytest.mark.parametrize("folder", OVERLAYS)
def test_every_variable_is_one_of_kuukis_settings(folder, built):
    known = {f"KUUKI_{name.upper()}" for name in Settings.model_fields} | {"REDIS_CA"}  # of deploy/redis/admin.sh
    named = {
        variable["name"]
        for _, pod in pods(built[folder])
        for container in pod["containers"]
        for variable in container.get("env", ())
    }
    maps = of_kind(built[folder], "ConfigMap").values()
    named |= {key for each in maps for key in each["data"] if key.startswith("KUUKI_")}
    assert named
    assert named <= known


@pytest.mark.parametrize("folder", OVERLAYS)
def test_what_is_referred_to_is_there_or_made_by_the_operator(folder, built):
    text = json.dumps(built[folder])
    maps = set(of_kind(built[folder], "ConfigMap"))
    for _, pod in pods(built[folder]):
        for container in pod["containers"]:
            for source in container.get("envFrom", ()):
                assert source.get("configMapRef", {}).get("name") in {*maps, None}
                assert source.get("secretRef", {}).get("name") in {"signal", "aggregator", None}
        for volume in pod.get("volumes", ()):
            assert volume.get("configMap", {}).get("name") in {*maps, None}
            assert volume.get("secret", {}).get("secretName") in {"redis", "redis-tls", "turn", None}
    assert '"kind": "Secret"' not in text


def test_two_of_each_and_one_may_go_at_a_time(built):
    base = built["k8s/base"]
    budgets = of_kind(base, "PodDisruptionBudget")
    assert {name: each["spec"]["maxUnavailable"] for name, each in budgets.items()} == {"signal": 1, "aggregator": 1}
    assert of_kind(base, "Deployment")["aggregator"]["spec"]["replicas"] == 2
    scaler = of_kind(base, "HorizontalPodAutoscaler")["signal"]["spec"]
    assert scaler["minReplicas"] == 2
    assert "replicas" not in of_kind(base, "Deployment")["signal"]["spec"], "the autoscaler says how many"
    for name in ("signal", "aggregator"):
        assert of_kind(base, "Deployment")[name]["spec"]["template"]["spec"]["topologySpreadConstraints"]


def test_the_autoscaler_asks_for_what_the_adapter_makes(built):
    metric = of_kind(built["k8s/base"], "HorizontalPodAutoscaler")["signal"]["spec"]["metrics"][0]["pods"]["metric"][
        "name"
    ]
    assert [rule["name"]["as"] for rule in read("deploy/prometheus/adapter.yaml")["rules"]] == [metric]


def in_namespace(name):
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def ingress_of(manifests, name):
    return of_kind(manifests, "NetworkPolicy")[name]["spec"]["ingress"]


def test_nobody_speaks_with_anybody_but_as_is_needed(built):
    policies = of_kind(built["k8s/base"], "NetworkPolicy")
    assert policies["nobody"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    http, health, data = ingress_of(built["k8s/base"], "signal")
    assert http == {"from": [in_namespace("ingress-nginx")], "ports": [{"port": "http"}]}
    assert health == {"from": [in_namespace("monitoring")], "ports": [{"port": "health"}]}
    ports = data["ports"][0]
    sysctl = dict(pods(built["k8s/base"]))["signal"]["securityContext"]["sysctls"][0]
    assert sysctl == {"name": "net.ipv4.ip_local_port_range", "value": f"{ports['port']} {ports['endPort']}"}
    (watched,) = ingress_of(built["k8s/base"], "aggregator")
    assert watched == health
    (ours,) = ingress_of(built["k8s/overlays/local"], "redis")
    assert ours["from"][0]["podSelector"]["matchExpressions"][0]["values"] == ["signal", "aggregator"]


def test_through_the_relay_nobody_else_reaches_a_gateway(built):
    for folder in ("k8s/overlays/relay-through-turn", "k8s/overlays/local"):
        http, health, data = ingress_of(built[folder], "signal")
        assert [each["ports"] for each in (http, health)] == [[{"port": "http"}], [{"port": "health"}]]
        assert data["from"] == [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "turn"}}}]


def test_on_the_nodes_network_there_is_no_sysctl_and_one_place(built):
    signal = of_kind(built["k8s/overlays/host-network"], "Deployment")["signal"]["spec"]
    pod = signal["template"]["spec"]
    assert pod["hostNetwork"] is True
    assert "sysctls" not in pod["securityContext"]
    assert signal["strategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}
    container = pod["containers"][0]
    assert {port["name"]: port["hostPort"] for port in container["ports"]} == {"http": 8080, "health": 8081}
    assert "--health-host" not in container["args"], "an option would override the node's address"


def test_probes_and_numbers_are_not_for_the_world(built):
    rule = of_kind(built["k8s/base"], "Ingress")["kuuki"]["spec"]["rules"][0]
    leads = {path["path"]: path["backend"]["service"]["name"] for path in rule["http"]["paths"]}
    assert leads == {"/": "signal", "/metrics": "nobody", "/healthz": "nobody", "/readyz": "nobody"}
    assert "selector" not in of_kind(built["k8s/base"], "Service")["nobody"]["spec"]


def test_redis_on_kubernetes_is_the_same_as_elsewhere(built):
    maps = of_kind(built["k8s/overlays/local"], "ConfigMap")
    text = next(each["data"]["redis.conf"] for name, each in maps.items() if name.startswith("redis"))
    assert text == (ROOT / "deploy/redis/redis.conf").read_text()
