"""What checks deployments: programs that must be there, and YAML as plain data."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
KUBERNETES = "1.34"
"""The version whose schemas manifests must fit, strictly. They need 1.30 (preStop.sleep)."""

_OVERLAYS = sorted(each.name for each in (ROOT / "k8s/overlays").iterdir() if each.name != "mine")  # an operator's own
OVERLAYS = ("k8s/base", *(f"k8s/overlays/{name}" for name in _OVERLAYS))
"""Every folder that is a whole kuuki."""

OF_OTHERS = {
    "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes",
    "kubelet_volume_stats_available_bytes",
    "kubelet_volume_stats_capacity_bytes",
    "certmanager_certificate_expiration_timestamp_seconds",
    "nginx_ingress_controller_ssl_expire_time_seconds",
}
"""What alerts look at that is node-exporter's, kubelet's, cert-manager's, ingress-nginx's."""

_FROM = {
    **dict.fromkeys(("promtool", "prometheus"), "prometheus"),
    **dict.fromkeys(("amtool", "prometheus-alertmanager"), "prometheus-alertmanager"),
    **dict.fromkeys(("turnserver", "turnutils_stunclient", "turnutils_uclient"), "coturn"),
}
"""The Debian package of a program."""


def tool(name: str) -> str:
    """Where a program is; a test without it fails, and says how to install it."""
    beside = BIN / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        package = _FROM.get(name)
        wanted = f"apt install {package}" if package else "pip install -r requirements/dev.txt"
        pytest.fail(f"{name} is missing: {wanted}")
    return found


def check(*command: str | Path, cwd: Path = ROOT) -> str:
    """Run a program that must agree; what it printed."""
    words = [str(part) for part in command]
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def read(path: str) -> Any:
    """A YAML file of the checkout with one document."""
    return yaml.safe_load((ROOT / path).read_text())


def kustomized(folder: str) -> list[dict[str, Any]]:
    """The manifests of a base or an overlay, as kubectl would apply them."""
    return list(yaml.safe_load_all(check(tool("kubectl"), "kustomize", ROOT / folder)))


def dashboard() -> dict[str, Any]:
    """Grafana's."""
    found: dict[str, Any] = json.loads((ROOT / "deploy/grafana/kuuki.json").read_text())
    return found


def rules() -> list[dict[str, Any]]:
    """All alerts."""
    groups = read("deploy/prometheus/rules/kuuki.yaml")["groups"]
    return [rule for group in groups for rule in group["rules"]]
