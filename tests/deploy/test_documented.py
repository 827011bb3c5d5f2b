"""The commands of docs/deploy.md for Kubernetes start kuuki: what they make is whole and fits together."""

import base64
import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography import x509

from services.runtime.settings import Settings
from tests.deploy.cluster import Manifest, Pod, matches, of, pods_of
from tests.deploy.documented import Call, blocks, done
from tests.deploy.tools import OVERLAYS, ROOT

PAGE, SECTION = "docs/deploy.md", "Kubernetes"
OTHERS = {
    "kuuki.example.org": "mood.example.net",
    "turn.mood.example.net": "relay.example.net",
    "registry.example.org/kuuki": "registry.example.net:5000/stage/kuuki",
    "TAG=0.1.0": "TAG=2.3.4",
    "PODS=10.244": "PODS=10.42",
}
"""What somebody says in place of the page's names; in this order."""

KINDS = {"hpa": "HorizontalPodAutoscaler", "deployment": "Deployment", "service": "Service", "ingress": "Ingress"}


ELSEWHERE = {"as it stands": {}, "with other names": OTHERS}
AT_HOME = "at home"
"""The last block: kind, on one's own machine."""

Doing = Callable[[str], list[Call]]


@pytest.fixture(scope="module")
def doing(tmp_path_factory) -> Doing:
    @cache
    def calls_of(how: str) -> list[Call]:
        *remote, home = blocks(PAGE, SECTION)
        folder = tmp_path_factory.mktemp("documented")
        return done(home, folder, {}) if how == AT_HOME else done("\n".join(remote), folder, ELSEWHERE[how])

    return calls_of


@pytest.fixture(params=ELSEWHERE)
def calls(request, doing: Callable[[str], list[Call]]) -> list[Call]:
    """What the blocks call that are for a cluster."""
    return doing(request.param)


@pytest.fixture(params=[*ELSEWHERE, AT_HOME])
def applied(request, doing) -> list[Manifest]:
    """All objects that the commands hand to a cluster."""
    return objects(doing(request.param))


def objects(calls: Iterable[Call]) -> list[Manifest]:
    return [each for call in calls for each in call.made]


def secrets(manifests: Sequence[Manifest]) -> dict[str, dict[str, str]]:
    """Secrets by name: what stands in them."""
    found = of(manifests, "Secret")
    return {
        name: {key: base64.b64decode(text).decode() for key, text in each["data"].items()}
        for name, each in found.items()
    }


def referred(pod: Pod) -> Iterator[tuple[str, str, str]]:
    """(kind, name, key) of each Secret and ConfigMap that a pod needs; the key is empty where any will do."""
    for container in pod.spec["containers"]:
        for source in container.get("envFrom", ()):
            for kind, named in source.items():
                yield kind.removesuffix("Ref"), named["name"], ""
        for variable in container.get("env", ()):
            for kind, named in variable.get("valueFrom", {}).items():
                if kind.endswith("KeyRef"):
                    yield kind.removesuffix("KeyRef"), named["name"], named["key"]
        for volume in pod.spec.get("volumes", ()):
            yield from files(container, volume)


def files(container: Manifest, volume: Manifest) -> Iterator[tuple[str, str, str]]:
    """A volume of a Secret or a ConfigMap, with each file in it that the command or a file of ours names."""
    kind = next((kind for kind in ("secret", "configMap") if kind in volume), None)
    if kind is None:
        return
    name = volume[kind].get("secretName") or volume[kind]["name"]
    for mount in container["volumeMounts"]:
        if mount["name"] == volume["name"]:
            words = [word for word in container.get("command", ()) if word.startswith(f"{mount['mountPath']}/")]
            yield kind, name, ""
            yield from ((kind, name, word.rpartition("/")[2]) for word in words)


def test_what_pods_need_is_made(applied):
    there = {"secret": secrets(applied), "configMap": {n: each["data"] for n, each in of(applied, "ConfigMap").items()}}
    pods = pods_of(applied)
    assert {pod.workload for pod in pods} == {"signal", "aggregator", "redis", "turn"}
    for kind, name, key in (each for pod in pods for each in referred(pod)):
        assert name in there[kind], f"nobody makes the {kind} {name}"
        assert not key or key in there[kind][name]
    (conf,) = [each["redis.conf"] for each in there["configMap"].values() if "redis.conf" in each]
    path = re.findall(r"^aclfile /run/secrets/(.+)$", conf, re.MULTILINE)[0]
    assert path in there["secret"]["redis"]


def test_nothing_is_put_into_a_namespace_before_it_is_there(applied):
    spaces = {"monitoring", "ingress-nginx"}
    for each in applied:
        if each["kind"] == "Namespace":
            spaces.add(each["metadata"]["name"])
        else:
            assert each["metadata"]["namespace"] in spaces, each["metadata"]["name"]


def test_the_certificate_that_the_ingress_names_is_made(calls):
    (ingress,) = of(objects(calls), "Ingress").values()
    for each in ingress["spec"]["tls"]:
        assert {"tls.crt", "tls.key"} <= secrets(objects(calls))[each["secretName"]].keys()


def test_the_image_is_the_one_that_was_pushed(calls):
    built = [call.words[call.words.index("--tag") + 1] for call in calls if call.words[0] == "build"]
    pushed = [call.words[1] for call in calls if call.words[0] == "push"]
    assert built == pushed
    registry = built[0].partition("/")[0]
    assert "." in registry, "no registry that a node could fetch from"
    assert images(objects(calls)) == set(built)


def test_the_image_at_home_is_the_one_that_was_loaded(doing):
    at_home = doing(AT_HOME)
    assert {call.words[2] for call in at_home if call.words[:2] == ["load", "docker-image"]} == images(objects(at_home))


def images(manifests: Sequence[Manifest]) -> set[str]:
    ours = [pod for pod in pods_of(manifests) if pod.workload in ("signal", "aggregator")]
    return {container["image"] for pod in ours for container in pod.spec["containers"]}


def test_names_and_addresses_fit_together(calls):
    made, manifests = secrets(objects(calls)), objects(calls)
    (rule,) = of(manifests, "Ingress")["kuuki"]["spec"]["rules"]
    assert urlsplit(made["signal"]["KUUKI_PUBLIC_URL"]).hostname == rule["host"]
    relays = {url.split(":")[1] for url in made["signal"]["KUUKI_TURN"].split(",")}
    assert len(relays) == 1
    assert relays.isdisjoint({rule["host"]}), "the relay has a balancer of its own"
    (given,) = [each["data"] for name, each in of(manifests, "ConfigMap").items() if re.match(r"kuuki-\w{10}$", name)]
    settings = Settings.model_validate(as_settings({**given, **made["signal"]}))
    first, last = re.findall(r"^allowed-peer-ip=([\d.]+)-([\d.]+)$", made["turn"]["turn.conf"], re.MULTILINE)[0]
    (pods,) = ipaddress.summarize_address_range(ipaddress.IPv4Address(first), ipaddress.IPv4Address(last))
    assert pods in settings.proxies, "the ingress controller is a pod"


def as_settings(environment: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix("KUUKI_").lower(): value for name, value in environment.items()}


def test_redis_is_where_the_secrets_say(applied):
    for name in ("signal", "aggregator"):
        url = urlsplit(secrets(applied)[name]["KUUKI_REDIS_URL"])
        service = of(applied, "Service")[str(url.hostname)]
        behind = [pod for pod in pods_of(applied) if matches({"matchLabels": service["spec"]["selector"]}, pod.labels)]
        assert {pod.workload for pod in behind} == {"redis"}
        assert url.port in {port["port"] for port in service["spec"]["ports"]}


def test_what_goes_to_redis_is_encrypted_and_its_certificate_trusted(applied):
    """The certificate is for the name by which pods come, and is where the URL says that it is; the key is Redis's."""
    made = secrets(applied)
    tls = made["redis-tls"]
    assert tls["ca.crt"] == tls["tls.crt"]
    names = x509.load_pem_x509_certificate(tls["tls.crt"].encode()).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    for name in ("signal", "aggregator"):
        url = urlsplit(made[name]["KUUKI_REDIS_URL"])
        assert url.scheme == "rediss"
        assert url.hostname in names.value.get_values_for_type(x509.DNSName)
        ((_, path),) = parse_qsl(url.query)
        for pod in (pod for pod in pods_of(applied) if pod.workload == name):
            (mount,) = pod.spec["containers"][0]["volumeMounts"]
            (volume,) = [each for each in pod.spec["volumes"] if each["name"] == mount["name"]]
            assert volume["secret"] == {"secretName": "redis-tls", "items": [{"key": "ca.crt", "path": "ca.crt"}]}
            assert path == f"{mount['mountPath']}/ca.crt"


@pytest.mark.parametrize("how", [*ELSEWHERE, AT_HOME])
def test_what_is_asked_about_is_there(how, doing):
    for call in doing(how):
        if call.program == "kubectl" and call.words[:2] == ["-n", "kuuki"] and not call.made:
            for kind, name in named(call.words[2:]):
                assert name in of(objects(doing(how)), KINDS[kind]), call.words


def named(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The objects that a command is about: ``deployment/signal``, ``hpa signal``."""
    pairs = [word.partition("/")[::2] for word in words if "/" in word]
    found = [*pairs, *pairwise(words)]
    known = [(kind, name) for kind, name in found if kind in KINDS]
    assert known, words
    yield from known


def test_a_patch_changes_what_is_there(calls):
    patches = [call.words for call in calls if "patch" in call.words and call.words[1] == "kuuki"]
    scaler = of(objects(calls), "HorizontalPodAutoscaler")["signal"]["spec"]
    wanted = [json.loads(words[words.index("--patch") + 1])["spec"] for words in patches]
    assert all(each.keys() == {"minReplicas"} for each in wanted)
    more, back = (each["minReplicas"] for each in wanted)
    assert scaler["minReplicas"] == back < more < scaler["maxReplicas"]


def test_every_overlay_is_told_of():
    text = (ROOT / PAGE).read_text()
    assert [name for name in OVERLAYS if name != "k8s/base" and f"| `{name.rpartition('/')[2]}` |" not in text] == []
