"""TLS, and users of Redis who may do little."""

import datetime
import ipaddress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from structlog.testing import capture_logs

from kuuki.errors import Unavailable
from loadtests.ports import free_port
from loadtests.redis_groups import RedisCluster, RedisSentinels
from loadtests.redis_servers import RedisServer
from services.runtime.redis.client import RedisClient
from tests.patience import until
from tests.services.redis_buses import Process, processes, settled

pytestmark = [pytest.mark.redis, pytest.mark.usefixtures("quiet")]


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that is its own authority, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "redis")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
    traditional, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, traditional, plain))
    return folder / "cert.pem", folder / "key.pem"


async def test_tls_with_a_certificate_of_the_operators_own(tmp_path: Path):
    cert, key = write_certificate(tmp_path)
    port = free_port()
    options = (f"tls-port {port}", f"tls-cert-file {cert}", f"tls-key-file {key}", f"tls-ca-cert-file {cert}")
    with RedisServer(options=(*options, "tls-auth-clients yes")) as server:
        url = f"rediss://127.0.0.1:{port}?ca={cert}&cert={cert}&key={key}"
        async with processes(url, 2) as (one, other):
            heard: list[bytes] = []
            await one.bus.subscribe("a", heard.append)
            for message in (b"1", b"x" * 500_000):
                await other.bus.publish("a", message)
            await settled(other, one)
            assert heard == [b"1", b"x" * 500_000]
            assert await one.redis_client.ask("PING")
            server.kill()
            await until(lambda: not one.bus.is_well)
            server.start()
            await until(lambda: one.bus.is_well)
        stranger = RedisClient(f"rediss://127.0.0.1:{port}?cert={cert}&key={key}")  # trusts whom the system trusts
        with pytest.raises(Unavailable), capture_logs() as said:
            await stranger.ask("PING")
        assert [each["kind"] for each in said] == ["certificate"]
        await stranger.close()


@pytest.mark.parametrize("group", [RedisSentinels, RedisCluster], ids=["sentinels", "a cluster"])
async def test_several_servers_speak_tls_with_one_another_and_with_us(group, tmp_path: Path):
    cert, key = write_certificate(tmp_path)
    files = (f"tls-cert-file {cert}", f"tls-key-file {key}", f"tls-ca-cert-file {cert}", "tls-auth-clients no")
    with group(tls=files) as servers:
        async with processes(f"{servers.url}?ca={cert}", 2) as (one, other):
            topics = [f"topic-{number}" for number in range(12)]  # in a cluster, on all of its nodes
            heard: list[bytes] = []
            for topic in topics:
                await one.bus.subscribe(topic, heard.append)
            for topic in topics:
                await other.bus.publish(topic, topic.encode())
            await settled(other, one)
            assert sorted(heard) == sorted(topic.encode() for topic in topics)
            for topic in topics:
                assert await one.redis_client.ask("SET", topic, "1")
        stranger = RedisClient(servers.url)  # trusts whom the system trusts
        with pytest.raises(Unavailable), capture_logs():
            await stranger.ask("GET", "topic-1")
        await stranger.close()


async def test_a_user_with_few_rights_has_a_bus():
    """Without CLIENT and ROLE it works; what a former connection left is not ended then."""
    with RedisServer() as server:
        with server.client as client:
            rights = ["resetchannels", "&kuuki.*", "-@all", "+@pubsub", "+hello", "+auth", "+ping"]
            client.execute_command("ACL", "SETUSER", "bus", "on", ">secret", *rights)
        async with processes(f"redis://bus:secret@127.0.0.1:{server.port}", 2) as (one, other):
            heard: list[bytes] = []
            await one.bus.subscribe("kuuki.a", heard.append)
            await other.bus.publish("kuuki.a", b"1")
            await settled(other, one)
            assert heard == [b"1"]
            await other.bus.publish("another's", b"1")
            await settled(other)
            assert other.count("messages_dropped_total", reason="refused") == 1
            with pytest.raises(Unavailable):
                await other.bus.publish_counted("another's", b"1")
            one.bus._nodes.connections[0]._cut()
            await until(lambda: one.bus.is_well)


async def test_certificates_that_are_not_there_are_said_at_once(tmp_path: Path):
    with pytest.raises(OSError, match="No such file"):
        Process(f"rediss://127.0.0.1?ca={tmp_path}/none.pem")
