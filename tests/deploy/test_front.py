"""The TLS front: Caddy's own word where it is installed, and what can be read without it."""

import re
import shutil
import subprocess

from kuuki.times import CONNECTION_IDLE_S
from tests.deploy.tools import ROOT, read

CADDYFILE = (ROOT / "deploy/front/Caddyfile").read_text()


def test_every_gateway_of_compose_is_behind_it_while_it_is_ready():
    gateways = [f"{name}:8080" for name in read("compose.yaml")["services"] if name.startswith("signal-")]
    (proxied,) = re.findall(r"reverse_proxy (.+) \{", CADDYFILE)
    assert proxied.split() == gateways
    assert re.search(r"health_uri /readyz\s+health_interval 1s", CADDYFILE)


def test_probes_and_numbers_are_not_for_the_world():
    """A gateway of the version before has its numbers at the port of people."""
    assert re.search(r"@inside path /metrics /healthz /readyz\n\s+respond @inside 404", CADDYFILE)
    assert "8081" not in "".join(re.findall(r"reverse_proxy .+", CADDYFILE)), "the gateways' health ports"


def test_who_opens_an_address_is_shown_its_certificate():
    """Browsers name no address (RFC 6066 section 3), and this container has another one than the machine."""
    assert re.search(r"^\tdefault_sni \{\$KUUKI_NAME\}$", CADDYFILE, re.MULTILINE)


def test_streams_are_not_buffered_and_addresses_are_not_kept():
    assert "flush_interval -1" in CADDYFILE
    assert "trusted_proxies" not in CADDYFILE, "X-Forwarded-For is set here, not believed"
    assert "admin off" in CADDYFILE
    assert "output" not in CADDYFILE, "no access log"
    assert "exclude http.log.error http.handlers.reverse_proxy" in CADDYFILE


def test_it_gives_up_idle_connections_before_kuuki_does():
    """A request that is sent into one that is being closed is a 502."""
    (keepalive,) = re.findall(r"transport http \{\s+keepalive (\d+)s\s+\}", CADDYFILE)
    assert 0 < int(keepalive) < CONNECTION_IDLE_S


def test_braces_are_balanced_and_ports_are_those_of_compose():
    bare = re.sub(r"#.*|\{\$\w+\}", "", CADDYFILE)
    assert bare.count("{") == bare.count("}")
    ports = read("compose.yaml")["services"]["front"]["ports"]
    assert ports == [f"80:{re.findall(r'http_port (.+)', bare)[0]}", f"443:{re.findall(r'https_port (.+)', bare)[0]}"]


def test_caddy_takes_it_where_it_is_installed(monkeypatch):
    """Not a Debian package that `make test` asks for: the checks above hold everywhere."""
    monkeypatch.setenv("KUUKI_NAME", "kuuki.example.org")
    if caddy := shutil.which("caddy"):
        command = [caddy, "validate", "--adapter", "caddyfile", "--config", str(ROOT / "deploy/front/Caddyfile")]
        subprocess.run(command, check=True, capture_output=True, timeout=30)
