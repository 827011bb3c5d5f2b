"""NetworkPolicies as rendered, evaluated: what must get through does, at both ends, and nothing else."""

import pytest

from tests.deploy.cluster import Pod, pods_of, rendered
from tests.deploy.policies import Place, reaches
from tests.deploy.tools import OVERLAYS

FOLDERS = pytest.mark.parametrize("folder", OVERLAYS)
HAVE_REDIS = [f"k8s/overlays/{name}" for name in ("example", "local")]
HAVE_TURN = [*HAVE_REDIS, "k8s/overlays/relay-through-turn"]
WITH_REDIS = pytest.mark.parametrize("folder", HAVE_REDIS)
WITH_TURN = pytest.mark.parametrize("folder", HAVE_TURN)
TURN_PORT = 3478
RELAYED = (49152, 65535)
DNS = Pod("coredns", "kube-system", {"k8s-app": "kube-dns"})
NODE_LOCAL_DNS = "169.254.20.10"
METADATA = "169.254.169.254"
CLIENT = "198.41.0.4"
INGRESS = Pod("controller", "ingress-nginx", {"app.kubernetes.io/name": "ingress-nginx"})
PROMETHEUS = Pod("prometheus", "monitoring", {"app.kubernetes.io/name": "prometheus"})
NEIGHBOUR = Pod("neighbour", "kuuki", {"app.kubernetes.io/name": "neighbour"})
STRANGER = Pod("stranger", "default", {"app.kubernetes.io/name": "signal"})


def one(folder: str, workload: str) -> Pod:
    """The first pod of a workload."""
    return next(pod for pod in pods_of(rendered(folder)) if pod.workload == workload)


def health_of(pod: Pod) -> str:
    """The port of a process's probes and numbers."""
    return str(pod.spec["containers"][0]["livenessProbe"]["httpGet"]["port"])


def data_ports(pod: Pod) -> list[int]:
    """First and last UDP port of a gateway's peers."""
    (sysctl,) = pod.spec["securityContext"]["sysctls"]
    return [int(port) for port in sysctl["value"].split()]


@FOLDERS
def test_who_is_where(folder):
    have = {pod.workload for pod in pods_of(rendered(folder))}
    redis, turn = {"redis"} if folder in HAVE_REDIS else set(), {"turn"} if folder in HAVE_TURN else set()
    assert have == {"signal", "aggregator"} | redis | turn


@FOLDERS
def test_everybody_finds_names(folder):
    for pod in pods_of(rendered(folder)):
        for protocol in ("UDP", "TCP"):
            assert reaches(rendered(folder), pod, DNS, 53, protocol)
            assert reaches(rendered(folder), pod, NODE_LOCAL_DNS, 53, protocol)


@FOLDERS
def test_people_reach_the_pages_through_the_ingress_alone(folder):
    signal = one(folder, "signal")
    assert reaches(rendered(folder), INGRESS, signal, "http")
    assert not reaches(rendered(folder), NEIGHBOUR, signal, "http")
    for other in (CLIENT, STRANGER):
        assert reaches(rendered(folder), other, signal, "http") is signal.on_the_node, "a firewall's work, there"


@FOLDERS
@pytest.mark.parametrize("workload", ["signal", "aggregator"])
def test_prometheus_reads_numbers(folder, workload):
    pod = one(folder, workload)
    assert reaches(rendered(folder), PROMETHEUS, pod, health_of(pod))
    assert not reaches(rendered(folder), NEIGHBOUR, pod, health_of(pod))
    for other in (CLIENT, STRANGER):
        assert reaches(rendered(folder), other, pod, health_of(pod)) is pod.on_the_node


@WITH_REDIS
@pytest.mark.parametrize("workload", ["signal", "aggregator"])
def test_kuuki_reaches_redis_and_nobody_else_does(folder, workload):
    manifests, redis = rendered(folder), one(folder, "redis")
    assert reaches(manifests, one(folder, workload), redis, "redis")
    assert reaches(manifests, one(folder, workload), redis, 6379)
    assert not reaches(manifests, one(folder, workload), redis, 16379)
    for other in (INGRESS, PROMETHEUS, NEIGHBOUR, STRANGER, CLIENT, one(folder, "turn")):
        assert not reaches(manifests, other, redis, 6379)


@WITH_REDIS
def test_redis_speaks_with_nobody(folder):
    redis = one(folder, "redis")
    for other, port in ((CLIENT, 443), (METADATA, 80), (one(folder, "signal"), "http"), (STRANGER, 443)):
        assert not reaches(rendered(folder), redis, other, port)


@FOLDERS
def test_nobody_asks_the_cloud_who_this_machine_is(folder):
    for pod in pods_of(rendered(folder)):
        if not pod.on_the_node:
            assert not reaches(rendered(folder), pod, METADATA, 80)
            assert not reaches(rendered(folder), pod, CLIENT, 443), "nothing here asks the world"


@FOLDERS
def test_clients_reach_a_gateway_by_udp_the_one_way_or_the_other(folder):
    signal, manifests = one(folder, "signal"), rendered(folder)
    if signal.on_the_node:
        assert reaches(manifests, CLIENT, signal, 40000, "UDP")
        return
    through_relay = folder in HAVE_TURN
    for port in data_ports(signal):
        assert reaches(manifests, CLIENT, signal, port, "UDP") is not through_relay
        assert not reaches(manifests, CLIENT, signal, port, "TCP")
    assert not reaches(manifests, CLIENT, signal, data_ports(signal)[1] + 1, "UDP")
    if not through_relay:
        assert reaches(manifests, signal, CLIENT, 1024, "UDP")
        assert reaches(manifests, signal, CLIENT, 65535, "UDP")


@WITH_TURN
def test_the_relay_carries_between_clients_and_gateways(folder):
    manifests, turn, signal = rendered(folder), one(folder, "turn"), one(folder, "signal")
    for name, protocol in (("turn-udp", "UDP"), ("turn-tcp", "TCP")):
        assert turn.ports[name] == (TURN_PORT, protocol)
        assert reaches(manifests, CLIENT, turn, name, protocol)
    for port in data_ports(signal):
        assert reaches(manifests, turn, signal, port, "UDP")
    for port in RELAYED:
        assert reaches(manifests, signal, turn, port, "UDP")
        assert reaches(manifests, turn, turn, port, "UDP"), "a call whose two ends both come through it"
        assert reaches(manifests, turn, CLIENT, port, "UDP")


@WITH_TURN
def test_the_relay_is_no_way_in(folder):
    manifests, turn = rendered(folder), one(folder, "turn")
    inside: list[tuple[Place, int, str]] = [
        (one(folder, "signal"), 8080, "TCP"),
        (one(folder, "aggregator"), 8080, "TCP"),
        (DNS, 9153, "UDP"),
        (STRANGER, 40000, "UDP"),
        (METADATA, 1024, "UDP"),
        ("10.0.0.1", 40000, "UDP"),
    ]
    for target, port, protocol in inside:
        assert not reaches(manifests, turn, target, port, protocol)


def policy(spec: dict[str, object]) -> dict[str, object]:
    return {"kind": "NetworkPolicy", "metadata": {"name": "p", "namespace": "kuuki"}, "spec": spec}


@pytest.mark.parametrize(
    ("spec", "source", "port", "expected"),
    [
        ({"podSelector": {}}, STRANGER, 80, False),
        ({"podSelector": {"matchLabels": {"a": "b"}}}, STRANGER, 80, True),
        ({"podSelector": {}, "ingress": [{}]}, STRANGER, 80, True),
        ({"podSelector": {}, "policyTypes": ["Egress"]}, STRANGER, 80, True),
        ({"podSelector": {}, "ingress": [{"from": [{"podSelector": {}}]}]}, STRANGER, 80, False),
        ({"podSelector": {}, "ingress": [{"from": [{"namespaceSelector": {}}]}]}, STRANGER, 80, True),
        ({"podSelector": {}, "ingress": [{"ports": [{"port": 79, "endPort": 81}]}]}, STRANGER, 81, True),
        ({"podSelector": {}, "ingress": [{"ports": [{"port": 79, "endPort": 81}]}]}, STRANGER, 82, False),
        ({"podSelector": {}, "ingress": [{"ports": [{"port": 80, "protocol": "UDP"}]}]}, STRANGER, 80, False),
        ({"podSelector": {}, "ingress": [{"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]}, CLIENT, 80, True),
        (
            {
                "podSelector": {},
                "ingress": [{"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["198.0.0.0/8"]}}]}],
            },
            CLIENT,
            80,
            False,
        ),
    ],
)
def test_policies_mean_what_kubernetes_says(spec, source, port, expected):
    """The evaluator itself."""
    assert reaches([policy(spec)], source, NEIGHBOUR, port) is expected
