"""What Prometheus makes of pods: the targets that its discovery finds, and relabelling, as far as our files use it.

https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config and #pod. Its expressions are
RE2's; ours mean the same to Python.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.deploy.cluster import Pod

Labels = dict[str, str]


def relabel(labels: Mapping[str, str], rules: Iterable[Mapping[str, Any]]) -> Labels | None:
    """The labels after these rules; None for what is dropped. ValueError for an action that is not known here."""
    kept: Labels | None = dict(labels)
    for rule in rules:
        if kept is None:
            return None
        kept = _apply(kept, rule)
    return kept


def _apply(labels: Labels, rule: Mapping[str, Any]) -> Labels | None:
    regex = re.compile(str(rule.get("regex", "(.*)")))
    value = rule.get("separator", ";").join(labels.get(name, "") for name in rule.get("source_labels", ()))
    found = regex.fullmatch(value)
    action = rule.get("action", "replace")
    if action in ("keep", "drop"):
        return labels if (found is not None) == (action == "keep") else None
    if action == "replace":
        return labels if found is None else _replaced(labels, rule, found)
    if action == "labelmap":
        mapped = {_expanded(rule, match): labels[name] for name in labels if (match := regex.fullmatch(name))}
        return labels | mapped
    if action == "labeldrop":
        return {name: text for name, text in labels.items() if not regex.fullmatch(name)}
    raise ValueError(f"not known here: {action}")


def _replaced(labels: Labels, rule: Mapping[str, Any], found: re.Match[str]) -> Labels:
    written = labels | {rule["target_label"]: _expanded(rule, found)}
    return {name: text for name, text in written.items() if text}


def _expanded(rule: Mapping[str, Any], found: re.Match[str]) -> str:
    template = re.sub(r"\$(?:\{(\w+)\}|(\w+))", r"\\g<\1\2>", str(rule.get("replacement", "$1")))
    return found.expand(template)


def discovered(pod: Pod) -> Iterator[Labels]:
    """The targets of a pod (role ``pod``): one for each declared port, one for a container without any."""
    for container in pod.spec["containers"]:
        for port in container.get("ports") or [{}]:
            number = port.get("containerPort")
            yield {
                "__address__": f"{pod.address}:{number}" if number else pod.address,
                "__scheme__": "http",
                "__metrics_path__": "/metrics",
                **_meta(pod, container["name"]),
                "__meta_kubernetes_pod_container_port_name": port.get("name", ""),
                "__meta_kubernetes_pod_container_port_number": str(number or ""),
                "__meta_kubernetes_pod_container_port_protocol": port.get("protocol", "TCP"),
            }


def _meta(pod: Pod, container: str) -> Labels:
    meta = {
        "namespace": pod.namespace,
        "pod_name": pod.name,
        "pod_ip": pod.address,
        "pod_phase": pod.phase,
        "pod_ready": "true",
        "pod_container_name": container,
        "pod_container_init": "false",
    }
    for name, value in pod.labels.items():
        plain = re.sub(r"\W", "_", name)
        meta |= {f"pod_label_{plain}": value, f"pod_labelpresent_{plain}": "true"}
    return {f"__meta_kubernetes_{name}": value for name, value in meta.items()}


def scraped(pods: Iterable[Pod], job: Mapping[str, Any]) -> list[tuple[str, Labels]]:
    """(address, labels) of each target that a job scrapes."""
    spaces = job["kubernetes_sd_configs"][0].get("namespaces", {}).get("names")
    found = []
    for pod in pods:
        for target in discovered(pod) if not spaces or pod.namespace in spaces else ():
            labels = relabel({"job": job["job_name"], **target}, job["relabel_configs"])
            if labels is not None:
                shown = {name: value for name, value in labels.items() if not name.startswith("__")}
                found.append((labels["__address__"], {"instance": labels["__address__"], **shown}))
    return found
