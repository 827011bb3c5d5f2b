"""The certificate that people are shown: its life, by asking for it as they do."""

import asyncio
import contextlib
import datetime
import math
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kuuki.times import CERTIFICATE_CHECK_S, CERTIFICATE_S
from loadtests.faults.processes import KUUKI, Process
from services.launch.listening import watches
from services.launch.sockets import bind
from services.runtime.certificate import CertificateWatch, life_left
from services.runtime.metrics import Metrics
from services.runtime.settings import Settings
from tests.patience import until
from tests.services.harness import serving
from tests.services.loops import serving_tls
from tests.virtual import in_virtual_time

NOW = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)


def certificate(begin_days: float, end_days: float) -> bytes:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(NOW + datetime.timedelta(days=begin_days))
    signed = made.not_valid_after(NOW + datetime.timedelta(days=end_days)).sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(
    ("begin", "end", "left"), [(0, 90, 1), (-45, 45, 0.5), (-60, 30, 1 / 3), (-0.25, 0.25, 0.5), (-99, -9, -0.1)]
)
def test_its_life_is_a_share_of_its_own(begin, end, left):
    assert life_left(certificate(begin, end), NOW) == pytest.approx(left)


def test_what_is_no_certificate_has_no_life():
    with pytest.raises(ValueError, match="asn1"):
        life_left(b"garbage", NOW)


VERSION = b"\xa0\x03\x02\x01"


def of_no_version() -> bytes:
    """Version 6, which there is not; OpenSSL shows it as any other."""
    return certificate(0, 90).replace(VERSION + b"\x02", VERSION + b"\x05", 1)


def test_one_of_no_version_has_no_life():
    with pytest.raises(ValueError, match="version"):
        life_left(of_no_version(), NOW)


def left_of(metrics):
    return metrics.registry.get_sample_value("kuuki_certificate_left_ratio")


@contextlib.asynccontextmanager
async def front(context: ssl.SSLContext | None, names: list[str | None]):
    """What ends TLS on loopback; which names it was asked for."""
    if context is not None:
        context.sni_callback = lambda _, name, __: names.append(name)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_it_is_that_of_the_name_that_people_open():
    metrics, names = Metrics(), []
    async with front(serving_tls(), names) as port:
        await CertificateWatch(("127.0.0.1", port), "https://mood.example.org/x", metrics).look()
    assert names == ["mood.example.org"]
    assert 0.99 < left_of(metrics) <= 1


@pytest.mark.parametrize("context", [None, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)], ids=["no TLS", "no certificate"])
async def test_who_shows_none_has_none_left(context):
    metrics = Metrics()
    async with front(context, []) as port:
        await CertificateWatch(("127.0.0.1", port), None, metrics).look()
    assert left_of(metrics) == 0
    await CertificateWatch(("127.0.0.1", port), None, metrics).look()
    assert left_of(metrics) == 0, "nor has who is away"


@in_virtual_time
async def test_who_never_answers_is_not_waited_for(monkeypatch):
    metrics, times = Metrics(), []

    async def never(*_, **__):
        times.append(asyncio.get_running_loop().time())
        await asyncio.get_running_loop().create_future()

    monkeypatch.setattr(asyncio, "open_connection", never)
    watching = asyncio.create_task(CertificateWatch(("front", 8443), None, metrics).run())
    await asyncio.sleep(CERTIFICATE_S + CERTIFICATE_CHECK_S + 1)
    watching.cancel()
    assert left_of(metrics) == 0
    assert len(times) == 2


async def test_a_process_looks_at_its_front_or_at_itself_or_at_nothing():
    listener = await bind("127.0.0.1", 0)
    with listener:
        assert watches(Settings(), listener, Metrics()) == []
        own = watches(Settings(tls="self-signed"), listener, Metrics())
        named = watches(Settings(front="[::1]:8443", tls="self-signed"), listener, Metrics())
        assert [watch._front for watch in (*own, *named)] == [("127.0.0.1", listener.getsockname()[1]), ("::1", 8443)]


@pytest.mark.parametrize("front", ["front", "front:", ":8443", "https://front:8443", "::1:8443", "a@b:1"])
def test_a_front_is_a_host_and_a_port(front):
    with pytest.raises(ValueError, match="front"):
        Settings(front=front)


@pytest.mark.network
async def test_kuuki_that_ends_tls_itself_knows_its_own():
    metrics = Metrics()
    async with serving(tls=serving_tls()) as kuuki:
        port = int(kuuki.url.rpartition(":")[2])
        await CertificateWatch(("127.0.0.1", port), None, metrics).look()
    assert 0.99 < left_of(metrics) <= 1


def test_nobody_who_does_not_look_says_a_number():
    assert math.isnan(left_of(Metrics()))


@pytest.mark.network
@pytest.mark.redis
@pytest.mark.parametrize("command", ["serve", "signal"])
async def test_a_process_asks_the_front_that_it_is_told_of(command, clean_redis, tmp_path):
    names: list[str | None] = []
    async with front(serving_tls(), names) as port:
        environment = {
            "KUUKI_FRONT": f"127.0.0.1:{port}",
            "KUUKI_PUBLIC_URL": "https://mood.example.org",
            "KUUKI_ADMIN_TOKEN": "x" * 16,
            "KUUKI_REDIS_URL": clean_redis.url,
        }
        process = await Process.start([*KUUKI, command, "--port", "0"], tmp_path / "log", environment)
        try:
            await until(lambda: names)
        finally:
            await process.end()
    assert names == ["mood.example.org"]
