"""The pods that a cluster would make of manifests, and what selects them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from tests.deploy.tools import kustomized

Manifest = dict[str, Any]
WORKLOADS = ("Deployment", "StatefulSet")


@dataclass(frozen=True)
class Pod:
    """One pod: where it is and what it carries. ``spec`` is as rendered."""

    name: str
    namespace: str
    labels: Mapping[str, str]
    spec: Manifest = field(default_factory=lambda: {"containers": []})
    address: str = "10.244.0.1"
    phase: str = "Running"
    workload: str = ""

    @property
    def ports(self) -> dict[str, tuple[int, str]]:
        """(number, protocol) of each port that has a name."""
        declared = [port for container in self.spec["containers"] for port in container.get("ports", ())]
        return {port["name"]: (port["containerPort"], port.get("protocol", "TCP")) for port in declared}

    @property
    def on_the_node(self) -> bool:
        """Whether it is on the node's own network, where policies do not reach."""
        return bool(self.spec.get("hostNetwork"))

    def ended(self) -> "Pod":
        """The same one, evicted: its object stays for a while."""
        return replace(self, name=f"{self.name}-ended", phase="Failed")


@cache
def rendered(folder: str) -> Sequence[Manifest]:
    """What kubectl would apply of a folder. Nobody changes it."""
    return kustomized(folder)


def of(manifests: Sequence[Manifest], *kinds: str) -> dict[str, Manifest]:
    """Those of a kind, by name."""
    return {each["metadata"]["name"]: each for each in manifests if each["kind"] in kinds}


def pods_of(manifests: Sequence[Manifest]) -> list[Pod]:
    """Two pods of each workload (one where it says one), named and labelled as its template says."""
    return list(_pods(manifests))


def _pods(manifests: Sequence[Manifest]) -> Iterator[Pod]:
    for number, (name, each) in enumerate(of(manifests, *WORKLOADS).items()):
        template = each["spec"]["template"]
        assert matches(each["spec"]["selector"], template["metadata"]["labels"]), "or the API server refuses it"
        for copy in range(min(2, each["spec"].get("replicas", 2))):
            yield Pod(
                name=f"{name}-{copy}",
                namespace=each["metadata"]["namespace"],
                labels=template["metadata"]["labels"],
                spec=template["spec"],
                address=f"10.244.{number}.{copy + 10}",
                workload=name,
            )


def matches(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether a label selector takes these labels. An empty one takes all."""
    exact = all(labels.get(name) == value for name, value in selector.get("matchLabels", {}).items())
    return exact and all(_holds(each, labels) for each in selector.get("matchExpressions", ()))


def _holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, operator, values = expression["key"], expression["operator"], expression.get("values", ())
    return {
        "In": labels.get(key) in values,
        "NotIn": labels.get(key) not in values,
        "Exists": key in labels,
        "DoesNotExist": key not in labels,
    }[operator]
