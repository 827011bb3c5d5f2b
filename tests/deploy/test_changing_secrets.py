"""Passwords are changed one by one: what deploy/secrets.sh says to do is done to a real Redis and a real coturn."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import redis
from aioice.stun import TransactionFailed

from loadtests.redis_servers import RedisServer
from services.runtime.settings import Settings
from tests.deploy.test_secrets import NAME, OPEN, environment_of, is_relayed, relay
from tests.deploy.tools import ROOT

ADMIN = "docker compose exec redis sh /etc/kuuki/admin.sh"


@pytest.fixture
def made(tmp_path) -> Path:
    """A copy of deploy/ in which the script has run; its secrets."""
    folder: Path = tmp_path / "deploy"
    shutil.copytree(ROOT / "deploy", folder, ignore=shutil.ignore_patterns("secrets"))
    run(folder / "secrets", NAME)
    return folder / "secrets"


def run(made: Path, *arguments: str) -> list[str]:
    done = subprocess.run(
        [made.parent / "secrets.sh", *arguments], check=True, capture_output=True, text=True, timeout=30
    )
    return done.stdout.splitlines()


@pytest.fixture
def server(made):
    """A Redis whose users are those of the file."""
    with RedisServer(aof="always", options=(f"aclfile {made}/redis.acl",)) as server:
        yield server


def as_admin(made: Path, server: RedisServer, command: str, **options) -> subprocess.CompletedProcess[Any]:
    """A command that the script or the documentation says, with this Redis in place of the container's."""
    here = command.replace("docker compose exec -T redis", "docker compose exec redis")
    here = here.replace("docker compose exec redis sh /etc/kuuki", f"sh {made.parent}/redis")
    given = os.environ | {"SECRETS": str(made), "REDIS_PORT": str(server.port), "DATA": str(server.folder)}
    return subprocess.run(["sh", "-c", here], env=given, check=True, capture_output=True, timeout=30, **options)


def told(lines: list[str]) -> str:
    """The command that comes next."""
    (line,) = [line for line in lines if line.startswith("Next:")]
    return line.removeprefix("Next:").strip()


def password_of(made: Path, user: str) -> str:
    if user == "admin":
        return (made / "redis_admin_password").read_text().splitlines()[0]
    url = environment_of(made / f"{user}.env")["KUUKI_REDIS_URL"]
    found = re.search(rf"//{user}:(\w+)@", url)
    assert found is not None
    return found[1]


def is_accepted(server: RedisServer, user: str, password: str) -> bool:
    with redis.Redis(port=server.port, username=user, password=password) as client:
        try:
            return bool(client.ping())
        except redis.AuthenticationError:
            return False


@pytest.mark.redis
@pytest.mark.parametrize("user", ["signal", "aggregator", "admin"])
def test_a_user_of_redis_has_two_passwords_while_one_is_changed(made, server, user):
    which = "redis-admin" if user == "admin" else user
    former = password_of(made, user)
    others = {each: password_of(made, each) for each in ("signal", "aggregator", "admin") if each != user}
    with redis.Redis(port=server.port, username=user, password=former, single_connection_client=True) as held:
        held.ping()
        as_admin(made, server, told(run(made, "change", which)))
        newest = password_of(made, user)
        assert newest != former
        assert is_accepted(server, user, newest)
        assert is_accepted(server, user, former)
        server.kill()
        server.start()  # the file says the same
        assert is_accepted(server, user, newest)
        assert is_accepted(server, user, former)
    with redis.Redis(port=server.port, username=user, password=former, single_connection_client=True) as held:
        number = held.execute_command("CLIENT", "ID") if user == "admin" else held.ping()
        as_admin(made, server, told(run(made, "drop", which)))
        assert is_accepted(server, user, newest)
        assert not is_accepted(server, user, former)
        # whoever is connected stays
        assert (held.execute_command("CLIENT", "ID") if user == "admin" else held.ping()) == number
    server.kill()
    server.start()
    assert (is_accepted(server, user, newest), is_accepted(server, user, former)) == (True, False)
    for other, password in others.items():
        assert password_of(made, other) == password
        assert is_accepted(server, other, password)


@pytest.mark.redis
def test_a_folder_of_before_gets_an_administrator(made, server):
    acl, password = made / "redis.acl", made / "redis_admin_password"
    acl.chmod(0o644)
    former = password_of(made, "signal")
    lines = [line for line in acl.read_text().splitlines(keepends=True) if not line.startswith("user admin ")]
    acl.write_text(re.sub(r"user signal on #\w+", f"user signal on >{former}", "".join(lines)))  # as they stood there
    password.unlink()
    assert "up --detach redis" in told(run(made, "change", "redis-admin"))
    server.kill()
    server.start()
    assert as_admin(made, server, f"{ADMIN} ACL WHOAMI").stdout.strip() == b"admin"
    as_admin(made, server, told(run(made, "change", "signal")))
    as_admin(made, server, told(run(made, "drop", "signal")))
    server.kill()
    server.start()
    assert is_accepted(server, "signal", password_of(made, "signal"))
    assert not is_accepted(server, "signal", former)


def age(made: Path) -> None:
    """As the version before made the folder: passwords as such, fewer rights, no administrator, other quotas."""
    acl, turn = made / "redis.acl", made / "turn.conf"
    for path in (acl, turn):
        path.chmod(0o644)
    text = re.sub(r"user admin .*\n", "", acl.read_text()).replace(" ~kuuki:schema", "").replace(" +bgrewriteaof", "")
    for user in ("signal", "aggregator"):
        text = re.sub(rf"user {user} on #\w+", f"user {user} on >{password_of(made, user)}", text)
    acl.write_text(text + "user own on >mine ~* -@all +ping\n")
    former = turn.read_text().replace("user-quota=1200", "user-quota=12").replace("max-bps=500000\n", "")
    turn.write_text(former + "external-ip=192.0.2.1\ndenied-peer-ip=192.0.2.8-192.0.2.9\n")
    (made / "redis_admin_password").unlink()
    (made / "alertmanager.yaml").unlink()
    environment = made / "aggregator.env"
    environment.write_text(re.sub(r"KUUKI_VEIL_KEY=.*\n", "", environment.read_text()))


@pytest.mark.redis
def test_a_folder_of_before_gets_what_is_new_and_keeps_its_passwords(made):
    former = {user: password_of(made, user) for user in ("signal", "aggregator")}
    files = {path.name for path in made.iterdir()}
    secret = environment_of(made / "signal.env")["KUUKI_TURN_SECRET"]
    age(made)
    run(made, "update")
    assert {path.name for path in made.iterdir()} == files
    assert len(environment_of(made / "aggregator.env")["KUUKI_VEIL_KEY"]) >= 16
    with RedisServer(aof="always", options=(f"aclfile {made}/redis.acl",)) as server:
        assert is_accepted(server, "own", "mine")
        assert as_admin(made, server, f"{ADMIN} ACL WHOAMI").stdout.strip() == b"admin"
        for user, password in former.items():
            assert is_accepted(server, user, password)
        with redis.Redis(port=server.port, username="aggregator", password=former["aggregator"]) as aggregator:
            assert aggregator.set("kuuki:schema", "1 1")
            assert aggregator.bgrewriteaof()
    template, lines = (ROOT / "deploy/turn/turn.conf").read_text(), (made / "turn.conf").read_text()
    assert lines.startswith(template)
    assert set(lines.removeprefix(template).split()) == {
        "allowed-peer-ip=172.30.0.10-172.30.0.12",
        f"static-auth-secret={secret}",
        "external-ip=192.0.2.1",
        "denied-peer-ip=192.0.2.8-192.0.2.9",
    }


def test_a_folder_of_now_stays_as_it_is(made):
    before = {path.name: path.read_text() for path in made.iterdir()}
    run(made, "update")
    assert {path.name: path.read_text() for path in made.iterdir()} == before


@pytest.mark.parametrize("which", ["signal", "aggregator", "turn"])
def test_nothing_is_dropped_for_a_password_that_is_not_to_be_found(made, which):
    """Else the empty one would be good, or none."""
    path = made / ("aggregator.env" if which == "aggregator" else "signal.env")
    text = path.read_text().replace(f"://{which}:", "://another:")
    path.write_text(re.sub(r"KUUKI_TURN_SECRET=.*\n", "", text))
    assert_refused(made, "drop", which)


@pytest.mark.redis
def test_what_containers_hold_is_changed_in_place_and_closed_to_others(made):
    held = {path: path.stat() for path in made.iterdir()}
    for which in ("signal", "aggregator", "redis-admin", "turn"):
        run(made, "change", which)
        run(made, "drop", which)
    for which in ("admin-token", "code-key", "veil-key", "grafana"):
        run(made, "change", which)
    assert {path: path.stat().st_ino for path in made.iterdir()} == {path: stat_.st_ino for path, stat_ in held.items()}
    assert [path.stat().st_mode for path in held] == [stat_.st_mode for stat_ in held.values()]
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("which", "file", "name"),
    [
        ("admin-token", "signal.env", "KUUKI_ADMIN_TOKEN"),
        ("code-key", "signal.env", "KUUKI_CODE_KEY"),
        ("veil-key", "aggregator.env", "KUUKI_VEIL_KEY"),
        ("grafana", "grafana_password", None),
    ],
)
def test_what_has_no_second_is_replaced_alone(made, which, file, name):
    before = {path.name: path.read_text() for path in made.iterdir()}
    run(made, "change", which)
    changed = {path.name for path in made.iterdir() if path.read_text() != before[path.name]}
    assert changed == {file}
    given = environment_of(made / file) if name else {}
    Settings.model_validate({key.removeprefix("KUUKI_").lower(): value for key, value in given.items()})
    former = dict(line.split("=", 1) for line in before[file].splitlines()) if name else {}
    assert {key for key in given if given[key] != former[key]} == ({name} if name else set())
    assert_refused(made, "drop", which)


def assert_refused(made: Path, *arguments: str) -> None:
    before = {path.name: path.read_text() for path in made.iterdir()}
    done = subprocess.run([made.parent / "secrets.sh", *arguments], capture_output=True, timeout=30, check=False)
    assert done.returncode != 0
    assert done.stderr
    assert {path.name: path.read_text() for path in made.iterdir()} == before


@pytest.mark.parametrize("arguments", [(NAME,), ("change",), ("change", "front"), ("drop", "everything"), ()])
def test_what_it_does_not_know_changes_nothing(made, arguments):
    assert_refused(made, *arguments)


async def test_the_relay_takes_both_secrets_while_one_is_changed(made, tmp_path):
    def secret() -> str:
        return environment_of(made / "signal.env")["KUUKI_TURN_SECRET"]

    former = secret()
    run(made, "change", "turn")
    newest = secret()
    with relay(made, tmp_path) as port:
        assert await is_relayed(port, former, OPEN[:1]) == [True]
        assert await is_relayed(port, newest, OPEN[:1]) == [True]
    run(made, "drop", "turn")
    with relay(made, tmp_path) as port:
        assert await is_relayed(port, newest, OPEN[:1]) == [True]
        with pytest.raises(TransactionFailed):
            await is_relayed(port, former, OPEN[:1])


def test_the_administrators_password_is_on_no_command_line(made, tmp_path):
    """What redis-cli is given."""
    spy = tmp_path / "bin" / "redis-cli"
    spy.parent.mkdir()
    spy.write_text('#!/bin/sh\necho "$*:$REDISCLI_AUTH" >>"$0.said"\n')
    spy.chmod(0o755)
    given = os.environ | {"SECRETS": str(made), "PATH": f"{spy.parent}:{os.environ['PATH']}"}
    subprocess.run(["sh", made.parent / "redis/admin.sh", "ACL", "LIST"], env=given, check=True, timeout=30)
    password = password_of(made, "admin")
    said = Path(f"{spy}.said").read_text().splitlines()
    assert said == [f"-p 6379 --user admin PING:{password}", f"-p 6379 --user admin ACL LIST:{password}"]
