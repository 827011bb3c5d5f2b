"""deploy/secrets.sh: real Redis, coturn and kuuki take what it makes, and it gives each no more than it needs."""

import asyncio
import os
import re
import shutil
import stat
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import pytest
from aioice.stun import Class, Message, Method, TransactionFailed
from aioice.turn import TurnClientUdpProtocol

from loadtests.ports import free_ports
from services.runtime.settings import Settings
from services.signal.http.turn import credentials
from tests.deploy.tools import ROOT, tool
from tests.patience import PATIENCE_S

NAME = "kuuki.example.org"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A copy of deploy/ in which the script has run."""
    folder: Path = tmp_path_factory.mktemp("made") / "deploy"
    shutil.copytree(ROOT / "deploy", folder, ignore=shutil.ignore_patterns("secrets"))
    subprocess.run([folder / "secrets.sh", NAME], check=True, capture_output=True, timeout=30)
    return folder / "secrets"


def environment_of(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def test_it_makes_what_compose_asks_for_and_closes_the_folder(made):
    named = set(re.findall(r"deploy/secrets/([\w.]+)", (ROOT / "compose.yaml").read_text()))
    assert {path.name for path in made.iterdir()} == named
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert not re.search(r"@[A-Z]+@|>", (made / "redis.acl").read_text()), "hashes alone, and all of them"


def test_it_does_not_make_them_twice(made):
    again = subprocess.run([made.parent / "secrets.sh", NAME], capture_output=True, text=True, timeout=30, check=False)
    assert again.returncode == 1
    assert "there already" in again.stderr


def test_nobody_commits_them():
    ignored = subprocess.run(["git", "check-ignore", "-q", "deploy/secrets/signal.env"], cwd=ROOT, check=False)
    assert ignored.returncode == 0


def test_variables_are_settings_and_fit_together(made, monkeypatch):
    for name in [name for name in os.environ if name.startswith("KUUKI_")]:
        monkeypatch.delenv(name)
    for file in ("signal.env", "aggregator.env"):
        given = environment_of(made / file)
        assert set(given) <= {f"KUUKI_{name.upper()}" for name in Settings.model_fields}
        said = {name.removeprefix("KUUKI_").lower(): value for name, value in given.items()}
        settings = Settings.model_validate(said)
        assert settings.redis_url is not None
    assert set(environment_of(made / "aggregator.env")) == {"KUUKI_REDIS_URL", "KUUKI_VEIL_KEY"}
    assert "KUUKI_VEIL_KEY" not in environment_of(made / "signal.env")
    assert environment_of(made / "front.env") == {"KUUKI_NAME": NAME}


# --- kuuki


async def walk(url: str, token: str, *healths: str) -> None:
    admin = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as http:
        await until(lambda: all_ready(http, *healths))
        wish = {"purpose": "performance", "record": True}
        async with http.post(f"{url}/rooms", json=wish, headers=admin) as answer:
            made = await answer.json()
            assert answer.status == 201, made
        room = f"{url}/rooms/{made['room']}"
        async with http.get(f"{room}/mix", headers=admin) as answer:
            assert answer.status == 200, await answer.text()
        await until(lambda: metric(http, healths[1], "kuuki_shards_held", 64))
        await until(lambda: metric(http, healths[1], "kuuki_mixes_published_total", 1))
        await until(lambda: metric(http, healths[1], "kuuki_redis_memory_bytes", 1))
        await until(lambda: metric(http, healths[1], "kuuki_redis_files_well", 1))
        async with http.get(f"{room}/timeline", headers=admin) as answer:
            assert answer.status == 200, await answer.text()
        async with http.delete(room, headers=admin) as answer:
            assert answer.status == 204


async def all_ready(http: aiohttp.ClientSession, *healths: str) -> bool:
    for health in healths:
        async with http.get(f"{health}/readyz") as answer:
            if answer.status != 200:
                return False
    return True


async def metric(http: aiohttp.ClientSession, health: str, name: str, least: float) -> bool:
    async with http.get(f"{health}/metrics") as answer:
        found = re.search(rf"^{name} (\S+)$", await answer.text(), re.MULTILINE)
    return found is not None and float(found[1]) >= least


async def until(is_so) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await is_so():  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.1)


# --- coturn


@contextmanager
def relay(made: Path, folder: Path, user_quota: int | None = None) -> Iterator[int]:
    """coturn with the very file, but for its port, perhaps a smaller quota, and on loopback; its port."""
    port, *relayed = free_ports(100)
    lines = (made / "turn.conf").read_text().replace("listening-port=3478", f"listening-port={port}").splitlines()
    lines += [f"min-port={relayed[0]}", f"max-port={relayed[-1]}"]
    moved = [re.sub(r"=/tmp/", f"={folder}/", line) for line in lines]
    if user_quota is not None:
        moved = [re.sub(r"^user-quota=\d+$", f"user-quota={user_quota}", line) for line in moved]
        assert f"user-quota={user_quota}" in moved
    (folder / "turn.conf").write_text("\n".join([*moved, "listening-ip=127.0.0.1", "relay-ip=127.0.0.1"]) + "\n")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([tool("turnserver"), "-c", f"{folder}/turn.conf"], stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not is_up(port):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, (folder / "log").read_text()
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def is_up(port: int) -> bool:
    """Whether it answers as compose.yaml asks it to."""
    command = [tool("turnutils_stunclient"), "-p", str(port), "127.0.0.1"]
    try:
        return subprocess.run(command, capture_output=True, timeout=0.5, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


@asynccontextmanager
async def allocated(
    port: int, secret: str, address: str | None = "192.0.2.7", ttl_s: float = 600
) -> AsyncIterator[TurnClientUdpProtocol]:
    """An allocation with a credential that kuuki gives that address; raises TransactionFailed if it is refused."""
    name, password = credentials(secret, address, time.time(), ttl_s)
    client = TurnClientUdpProtocol(("127.0.0.1", port), name, password, 600, 500)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: client, remote_addr=("127.0.0.1", port))
    try:
        await client.connect()
        yield client
    finally:
        transport.close()


def code_of(failure: TransactionFailed) -> int:
    return int(failure.response.attributes["ERROR-CODE"][0])


async def is_relayed(port: int, secret: str, peers: list[str]) -> list[bool]:
    """Which of these addresses the relay lets somebody send to who has a credential of kuuki's."""
    async with allocated(port, secret) as client:
        return [await is_bound(client, number, peer) for number, peer in enumerate(peers, 0x4000)]


async def is_bound(client: TurnClientUdpProtocol, number: int, peer: str) -> bool:
    try:
        await client.channel_bind(number, (peer, 9))
    except TransactionFailed as failure:
        if code_of(failure) != 403:
            raise
        return False
    return True


OPEN = ["172.30.0.11", "172.30.0.12", "172.30.0.10", "198.41.0.4"]
CLOSED = [
    "172.30.0.13",
    "172.30.0.2",
    "127.0.0.1",
    "10.0.0.1",
    "100.64.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "224.0.0.1",
]


async def test_the_relay_reaches_the_gateways_and_nothing_else_of_ours(made, tmp_path):
    secret = environment_of(made / "signal.env")["KUUKI_TURN_SECRET"]
    with relay(made, tmp_path) as port:
        assert await is_relayed(port, secret, OPEN + CLOSED) == [True] * len(OPEN) + [False] * len(CLOSED)
        with pytest.raises(TransactionFailed):
            await is_relayed(port, "another secret", OPEN)
    said = (tmp_path / "log").read_text()
    assert not re.search(r"bad configuration|unrecognized|config error", said, re.IGNORECASE), said


async def test_the_relays_quota_is_for_an_address_however_many_credentials_it_gets(made, tmp_path):
    secret = environment_of(made / "signal.env")["KUUKI_TURN_SECRET"]
    with relay(made, tmp_path, user_quota=3) as port:
        async with AsyncExitStack() as held:
            for number in range(3):
                await held.enter_async_context(allocated(port, secret, ttl_s=600 + number))
            with pytest.raises(TransactionFailed) as refused:
                await held.enter_async_context(allocated(port, secret, ttl_s=700))
            assert code_of(refused.value) == 486
            await held.enter_async_context(allocated(port, secret, "192.0.2.8"))


async def test_an_allocation_outlives_its_credentials_and_new_ones_are_refused(made, tmp_path):
    """So docs/calls.md says, and that it is the quota that bounds what a host may keep."""
    secret = environment_of(made / "signal.env")["KUUKI_TURN_SECRET"]
    refused: list[int] = []

    async def is_expired() -> bool:
        try:
            await held.enter_async_context(allocated(port, secret, ttl_s=expires_at - time.time()))
            return False
        except TransactionFailed as failure:
            refused.append(code_of(failure))
            return True

    with relay(made, tmp_path) as port:
        expires_at = time.time() + 2
        # Each that is given is held: the relay knows an allocation for a while after it is deleted, and whoever got
        # its port next would be refused for that (437).
        async with AsyncExitStack() as held:
            client = await held.enter_async_context(allocated(port, secret, ttl_s=2))
            await until(is_expired)
            assert refused == [401]
            refresh = Message(message_method=Method.REFRESH, message_class=Class.REQUEST)
            refresh.attributes["LIFETIME"] = 3600
            answer, _ = await client.request_with_retry(refresh)
            assert answer.attributes["LIFETIME"] == 600
            assert await is_bound(client, 0x4000, OPEN[0])
