"""Who reaches whom under NetworkPolicies, as Kubernetes says they are meant.

https://kubernetes.io/docs/concepts/services-networking/network-policies/: a pod that no policy selects for a direction
may everything in it; one that is selected, what the rules of all of these together allow. A connection needs both ends'
leave; its answers need nobody's. An ipBlock is about who is no pod, as the page advises. Pods on the node's network are
no pods to policies.
"""

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address, ip_network
from typing import Any

from tests.deploy.cluster import Manifest, Pod, matches, of

Place = Pod | str
"""One end: a pod, or the address of somebody who is none."""


def reaches(policies: Sequence[Manifest], source: Place, target: Place, port: int | str, protocol: str = "TCP") -> bool:
    """Whether a connection comes about. A port's name is the target's."""
    number = _number(target, port, protocol) if isinstance(port, str) else port
    if number is None:
        return False
    going = _leave(policies, source, target, target, (number, protocol), "Egress")
    return going and _leave(policies, target, source, target, (number, protocol), "Ingress")


def _number(target: Place, name: str, protocol: str) -> int | None:
    number, spoken = target.ports.get(name, (None, None)) if isinstance(target, Pod) else (None, None)
    return number if spoken == protocol else None


def _leave(
    policies: Sequence[Manifest], whose: Place, other: Place, target: Place, port: tuple[int, str], direction: str
) -> bool:
    if isinstance(whose, str) or whose.on_the_node:
        return True
    applying = [each for each in _selecting(policies, whose) if direction in _types(each)]
    rules = [rule for each in applying for rule in each["spec"].get(direction.lower()) or ()]
    peers = "to" if direction == "Egress" else "from"
    return not applying or any(
        _opens(rule, target, *port) and _names(rule.get(peers), other, whose.namespace) for rule in rules
    )


def _selecting(policies: Sequence[Manifest], pod: Pod) -> Iterator[Manifest]:
    for each in of(policies, "NetworkPolicy").values():
        if each["metadata"]["namespace"] == pod.namespace and matches(each["spec"]["podSelector"], pod.labels):
            yield each


def _types(policy: Manifest) -> Sequence[str]:
    types: Sequence[str] = policy["spec"].get("policyTypes") or (
        ["Ingress", "Egress"] if policy["spec"].get("egress") else ["Ingress"]
    )
    return types


def _opens(rule: Mapping[str, Any], target: Place, number: int, protocol: str) -> bool:
    ports = rule.get("ports")
    return not ports or any(_is(port, target, number, protocol) for port in ports)


def _is(port: Mapping[str, Any], target: Place, number: int, protocol: str) -> bool:
    if port.get("protocol", "TCP") != protocol:
        return False
    first = port.get("port", number)
    if isinstance(first, str):
        first = _number(target, first, protocol)
    return first is not None and first <= number <= port.get("endPort", first)


def _names(peers: Sequence[Mapping[str, Any]] | None, other: Place, namespace: str) -> bool:
    return not peers or any(_is_peer(peer, other, namespace) for peer in peers)


def _is_peer(peer: Mapping[str, Any], other: Place, namespace: str) -> bool:
    if "ipBlock" in peer:
        address = ip_address(_address(other)) if isinstance(other, str) or other.on_the_node else None
        block = peer["ipBlock"]
        outside = [ip_network(each) for each in block.get("except", ())]
        return address is not None and address in ip_network(block["cidr"]) and not any(address in n for n in outside)
    if isinstance(other, str) or other.on_the_node:
        return False
    its_space = {"kubernetes.io/metadata.name": other.namespace}
    same = (
        matches(peer["namespaceSelector"], its_space) if "namespaceSelector" in peer else other.namespace == namespace
    )
    return same and matches(peer.get("podSelector", {}), other.labels)


def _address(other: Place) -> str:
    return other if isinstance(other, str) else "10.0.0.1"
