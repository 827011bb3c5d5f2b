"""Redis with TLS, as Kubernetes runs it: with the certificate of deploy/secrets.sh, a real server and a real client."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from loadtests.ports import free_port
from loadtests.redis_servers import wait_until
from services.runtime.redis.client import RedisClient
from tests.deploy.cluster import Manifest, of, rendered
from tests.deploy.test_secrets import environment_of
from tests.deploy.tools import ROOT

_MOUNTS = {
    "/run/redis-tls/tls.crt": "redis.crt",
    "/run/redis-tls/tls.key": "redis.key",
    "/run/redis-tls/ca.crt": "redis.crt",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """What the script makes for a Redis with TLS."""
    folder: Path = tmp_path_factory.mktemp("made") / "deploy"
    shutil.copytree(ROOT / "deploy", folder, ignore=shutil.ignore_patterns("secrets"))
    given = os.environ | {"REDIS_TLS": "redis"}
    run = [str(folder / "secrets.sh"), "kuuki.example.org"]
    subprocess.run(run, check=True, capture_output=True, timeout=30, env=given)
    return folder / "secrets"


def container() -> Manifest:
    """Redis's, as rendered."""
    template = of(rendered("k8s/overlays/example"), "StatefulSet")["redis"]["spec"]["template"]
    found: Manifest = template["spec"]["containers"][0]
    return found


@pytest.fixture(scope="module")
def port(made, tmp_path_factory) -> Iterator[int]:
    """Its command is run with the files that its Secrets have; the port."""
    folder, port = tmp_path_factory.mktemp("redis"), free_port()
    conf = (ROOT / "deploy/redis/redis.conf").read_text()
    (folder / "redis.conf").write_text(conf.replace("/run/secrets", str(made)).replace("dir /data", f"dir {folder}"))
    places = {"/etc/kuuki/redis.conf": f"{folder}/redis.conf", "6379": str(port)}
    places |= {path: str(made / name) for path, name in _MOUNTS.items()}
    command = [places.get(word, word) for word in container()["command"]]
    with subprocess.Popen([*command, "--bind", "127.0.0.1"], stdout=subprocess.DEVNULL) as server:
        try:
            wait_until(lambda: "PONG" in probe(made, port), "Redis answers its probe")
            yield port
        finally:
            server.kill()


def probe(made: Path, port: int) -> str:
    command = container()["readinessProbe"]["exec"]["command"]
    words = [str(made / _MOUNTS[word]) if word in _MOUNTS else word for word in command]
    done = subprocess.run(
        [words[0], "-p", str(port), *words[1:]], capture_output=True, text=True, timeout=30, check=False
    )
    return done.stdout


@pytest.mark.redis
def test_its_probes_and_its_administrator_reach_it(made, port):
    assert container()["livenessProbe"]["exec"] == container()["readinessProbe"]["exec"]
    (environment,) = container()["env"]
    assert environment == {"name": "REDIS_CA", "value": "/run/redis-tls/ca.crt"}
    given = {"SECRETS": str(made), "REDIS_PORT": str(port), "REDIS_CA": str(made / "redis.crt")}
    said = subprocess.run(
        ["sh", made.parent / "redis/admin.sh", "ACL", "WHOAMI"],
        env=os.environ | given,
        check=True,
        capture_output=True,
        timeout=30,
    )
    assert said.stdout.strip() == b"admin"


@pytest.mark.redis
@pytest.mark.parametrize("user", ["signal", "aggregator"])
async def test_kuuki_reaches_it_by_its_url(made, port, user):
    """In place of the Service's name stands another that the certificate has."""
    url = environment_of(made / f"{user}.env")["KUUKI_REDIS_URL"]
    here = url.replace("@redis:6379", f"@localhost:{port}").replace("/run/redis-ca/ca.crt", str(made / "redis.crt"))
    assert here.count("localhost") == 1
    redis_client = RedisClient(here)
    assert not redis_client.target.is_plain_beyond_this_host
    assert await redis_client.ask("SET", "kuuki:schema", "1 1")
    await redis_client.close()


def test_a_folder_of_before_gets_a_certificate_and_keeps_its_passwords(made, tmp_path):
    """Once: what is made again would be trusted by nobody."""
    folder = tmp_path / "deploy"
    shutil.copytree(made.parent, folder)
    urls = {}
    for user in ("signal", "aggregator"):
        path = folder / "secrets" / f"{user}.env"
        urls[user] = environment_of(path)["KUUKI_REDIS_URL"]
        path.write_text(path.read_text().replace("rediss://", "redis://").replace("?ca=/run/redis-ca/ca.crt", ""))
    for name in ("redis.crt", "redis.key"):
        (folder / "secrets" / name).unlink()
    certificates = []
    for _ in range(2):
        given = os.environ | {"REDIS_TLS": "redis"}
        subprocess.run([folder / "secrets.sh", "update"], check=True, capture_output=True, timeout=30, env=given)
        certificates.append((folder / "secrets/redis.crt").read_text())
        for user, url in urls.items():
            assert environment_of(folder / "secrets" / f"{user}.env")["KUUKI_REDIS_URL"] == url
    assert certificates[0] == certificates[1] != (made / "redis.crt").read_text()


def test_the_certificate_is_for_redis_alone_and_its_key_is_closed(made):
    text = subprocess.run(
        ["openssl", "x509", "-in", made / "redis.crt", "-noout", "-text"], check=True, capture_output=True, text=True
    ).stdout
    assert "DNS:redis, DNS:localhost" in text
    assert "CA:TRUE, pathlen:0" in text
    years = re.findall(r"Not (?:Before|After) ?: .* (\d{4}) GMT", text)
    assert int(years[1]) - int(years[0]) == 10
    assert (made / "redis.key").stat().st_mode & 0o77 == 0


@pytest.mark.parametrize("user", ["signal", "aggregator"])
def test_a_password_is_changed_and_nothing_else_of_the_url(made, user):
    def url() -> str:
        return environment_of(made / f"{user}.env")["KUUKI_REDIS_URL"]

    before = urlsplit(url())
    for words in (("change", user), ("drop", user)):
        subprocess.run([made.parent / "secrets.sh", *words], check=True, capture_output=True, timeout=30)
    after = urlsplit(url())
    assert after.password != before.password
    assert after._replace(netloc="") == before._replace(netloc="")
    assert (after.username, after.hostname, after.port, after.query) == (user, "redis", 6379, "ca=/run/redis-ca/ca.crt")
