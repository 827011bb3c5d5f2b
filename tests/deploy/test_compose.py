"""compose.yaml: by the specification's schema, and by what a careful operator looks for."""

import ipaddress
import re

import pytest

from services.runtime.settings import Settings
from tests.deploy.tools import ROOT, check, read, rules, tool

FILES = ("compose.yaml", "deploy/compose.direct.yaml")
SERVICES = read("compose.yaml")["services"]
EACH = pytest.mark.parametrize("name", SERVICES)
AGGREGATORS = ("aggregator-1", "aggregator-2")
OURS = ("signal-1", "signal-2", *AGGREGATORS)


@pytest.mark.parametrize("file", FILES)
def test_it_is_as_the_specification_says(file):
    check(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", file)


@EACH
def test_it_may_do_little(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert int(service["user"].partition(":")[0]) > 0
    assert service["cap_drop"] == ["ALL"]
    assert set(service.get("cap_add", ())) <= {"NET_BIND_SERVICE"}
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@EACH
def test_it_is_looked_after(name):
    service = SERVICES[name]
    assert service["healthcheck"]["test"][0] == "CMD", "no shell is needed"
    assert service["restart"] == "unless-stopped"
    assert service["logging"]["options"]["max-size"]


@EACH
def test_its_image_has_a_version_or_is_built_here(name):
    service = SERVICES[name]
    if "build" in service:
        assert (ROOT / service["build"]["dockerfile"]).is_file()
    else:
        assert re.fullmatch(r"[a-z/-]+:v?\d+\.\d+\.\d+(-\w+)?", service["image"])


@EACH
def test_every_file_that_it_mounts_is_there(name):
    for volume in SERVICES[name].get("volumes", ()):
        source = volume.split(":")[0]
        assert not source.startswith("./") or (ROOT / source).exists()
        assert not source.startswith("./") or volume.endswith(":ro")


def test_every_variable_is_one_of_kuukis_settings():
    known = {f"KUUKI_{name.upper()}" for name in Settings.model_fields}
    for name in OURS:
        assert set(SERVICES[name].get("environment", {})) <= known
    direct = read("deploy/compose.direct.yaml")["services"]
    assert all(set(service["environment"]) <= known for service in direct.values())
    Settings(
        **{name.removeprefix("KUUKI_").lower(): value for name, value in SERVICES["signal-1"]["environment"].items()}
    )


def test_only_what_the_world_needs_is_open_to_it():
    opened = {name: service.get("ports", []) for name, service in SERVICES.items() if service.get("ports")}
    assert opened.pop("grafana") == ["127.0.0.1:3000:3000"]
    assert opened.pop("alertmanager") == ["127.0.0.1:9093:9093"]
    assert opened == {"front": ["80:8080", "443:8443"], "turn": ["3478:3478/udp", "3478:3478/tcp"]}


def test_a_gateway_has_time_to_move_its_clients():
    for name in ("signal-1", "signal-2"):
        drain_s = float(SERVICES[name]["environment"]["KUUKI_DRAIN_S"])
        assert float(SERVICES[name]["stop_grace_period"].removesuffix("s")) >= drain_s + 10


def test_addresses_agree_with_who_is_trusted():
    network = ipaddress.ip_network(read("compose.yaml")["networks"]["inside"]["ipam"]["config"][0]["subnet"])
    fixed = {
        name: ipaddress.IPv4Address(service["networks"]["inside"]["ipv4_address"])
        for name, service in SERVICES.items()
        if "ipv4_address" in (service["networks"]["inside"] if isinstance(service["networks"], dict) else {})
    }
    assert set(fixed) == {"front", "signal-1", "signal-2", "turn"}
    assert all(address in network for address in fixed.values())
    trusted = Settings(trusted_proxies=SERVICES["signal-1"]["environment"]["KUUKI_TRUSTED_PROXIES"]).proxies
    assert [name for name, address in fixed.items() if any(address in each for each in trusted)] == ["front"]
    first, last = re.findall(r"GATEWAYS:-([\d.]+)-([\d.]+)", (ROOT / "deploy/secrets.sh").read_text())[0]
    reached = [name for name, at in fixed.items() if ipaddress.IPv4Address(first) <= at <= ipaddress.IPv4Address(last)]
    assert sorted(reached) == ["signal-1", "signal-2", "turn"]


def test_prometheus_reads_every_process_of_ours():
    jobs = {job["job_name"]: job for job in read("deploy/prometheus/prometheus.yaml")["scrape_configs"]}
    targets = jobs["kuuki-signal"]["static_configs"][0]["targets"]
    assert targets == ["signal-1:8081", "signal-2:8081"]
    assert jobs["kuuki-aggregator"]["dns_sd_configs"][0]["names"] == ["aggregator"]
    assert jobs["kuuki-aggregator"]["dns_sd_configs"][0]["port"] == 8081
    assert "KUUKI_HEALTH_PORT=8081" in (ROOT / "deploy/Containerfile").read_text()
    for name in OURS:
        assert SERVICES[name]["environment"]["KUUKI_HEALTH_HOST"] == "0.0.0.0", "Prometheus is in another container"
        assert "http://127.0.0.1:8081/" in SERVICES[name]["healthcheck"]["test"][-1]
    for name in AGGREGATORS:
        assert SERVICES[name]["networks"]["inside"]["aliases"] == ["aggregator"]


def test_no_service_is_several_containers():
    """Those of one service are replaced together: two aggregators at once left rooms without a mix for 16 s."""
    assert [name for name, service in SERVICES.items() if "deploy" in service or "scale" in service] == []


def test_disks_are_watched_under_the_names_that_the_alert_knows():
    """node-exporter has the volumes of Redis and Prometheus and nothing of the machine; it writes to neither."""
    mounted = [volume.split(":") for volume in SERVICES["disks"]["volumes"]]
    assert mounted == [[name, f"/watched/{name}", "ro"] for name in ("redis", "prometheus")]
    assert all(any(each.startswith(f"{name}:") for each in SERVICES[name]["volumes"]) for name, *_ in mounted)
    assert SERVICES["disks"]["depends_on"] == ["redis", "prometheus"], "a new volume is given to who has it first"
    (rule,) = [each for each in rules() if each["alert"] == "KuukiDiskNearlyFull"]
    assert 'mountpoint=~"/watched/.+"' in rule["expr"]
    jobs = {job["job_name"]: job for job in read("deploy/prometheus/prometheus.yaml")["scrape_configs"]}
    assert jobs["disks"]["static_configs"] == [{"targets": ["disks:9100"]}]


def test_gateways_know_the_front_whose_certificate_they_watch():
    host, _, port = SERVICES["signal-1"]["environment"]["KUUKI_FRONT"].partition(":")
    assert [each.split(":")[1] for each in SERVICES[host]["ports"] if each.startswith("443:")] == [port]
    assert SERVICES["signal-2"]["environment"] == SERVICES["signal-1"]["environment"]
