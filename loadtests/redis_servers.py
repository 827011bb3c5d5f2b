"""Real Redis processes for benches and tests: one server, a cluster, sentinels. All listen on 127.0.0.1 alone.

Each has free ports and a folder of its own, and is a context manager that ends what it started.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from loadtests.ports import free_port

MISSING = "redis-server is missing: apt-get install redis-server"
_START_S = 30.0
_SLOTS = 16384


def wait_until(is_so: Callable[[], bool], what: str, timeout_s: float = _START_S) -> None:
    """Wait until it is so; a connection error counts as no. Raises TimeoutError."""
    until = time.monotonic() + timeout_s
    while True:
        try:
            if is_so():
                return
        except (redis.RedisError, OSError):
            pass
        if time.monotonic() > until:
            raise TimeoutError(f"{what}: not within {timeout_s} s")
        time.sleep(0.02)


class RedisServer:
    """One redis-server process on a port and in a folder that stay the same over ``kill`` and ``start``.

    ``aof``: None keeps nothing over a kill; "always" and "everysec" are values of appendfsync. ``options``: further
    lines of its configuration, e.g. ("maxmemory 10mb",).
    """

    def __init__(self, *, aof: str | None = None, options: tuple[str, ...] = (), mode: tuple[str, ...] = ()) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="kuuki-redis-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._mode = mode
        lines = [f"port {self.port}", "bind 127.0.0.1", f"dir {self.folder}", "logfile redis.log"]
        if not mode:
            lines += ['save ""', "enable-debug-command local", "repl-diskless-sync-delay 0"]
            lines += ["appendonly yes", f"appendfsync {aof}"] if aof else ["appendonly no"]
        self._file = self.folder / "redis.conf"
        self._file.write_text("\n".join([*lines, *options]) + "\n")

    @property
    def url(self) -> str:
        """Its URL, with database 0."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        """The process id. Raises RuntimeError if it was not started."""
        if self._process is None:
            raise RuntimeError("not started")
        return self._process.pid

    @property
    def client(self) -> redis.Redis:
        """A new blocking client; close it, or use it with ``with``."""
        client = redis.Redis(port=self.port, socket_timeout=15, socket_connect_timeout=5, retry=Retry(NoBackoff(), 0))
        for parsed in ("CLUSTER INFO", "CLUSTER MYID", "CLUSTER NODES", "CLUSTER REPLICATE"):
            client.response_callbacks.pop(parsed, None)  # the same bytes, whatever redis-py makes of them
        return client

    def start(self, *, wait: bool = True) -> None:
        """Start the process, with what its folder holds; wait until it answers."""
        if shutil.which("redis-server") is None:
            raise RuntimeError(MISSING)
        command = ["redis-server", str(self._file), *self._mode]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        if wait:
            self.wait()

    def wait(self) -> None:
        """Wait until it answers: what it had on disk is loaded by then."""

        def answers() -> bool:
            if self._process is not None and self._process.poll() is not None:
                raise RuntimeError(f"redis-server ended: {self._log()}")
            with self.client as client:
                try:
                    return bool(client.ping())
                except redis.AuthenticationError:  # it has a password, of the caller's
                    return True

        wait_until(answers, "redis-server answers")

    def _log(self) -> str:
        path = self.folder / "redis.log"
        return path.read_text()[-2000:] if path.exists() else "(no log)"

    def flush(self) -> None:
        """FLUSHALL."""
        with self.client as client:
            client.flushall()

    def stop(self) -> None:
        """SIGSTOP: it keeps its connections and does nothing."""
        os.kill(self.pid, signal.SIGSTOP)

    def cont(self) -> None:
        """SIGCONT: it goes on."""
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End it, whatever state it is in, and remove its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class RedisCluster:
    """``masters`` nodes that share the slots evenly, each with ``replicas`` of its own."""

    def __init__(self, *, masters: int = 3, replicas: int = 0, node_timeout_ms: int = 1000) -> None:
        self._count = masters
        self._replicas = replicas
        self._timeout_ms = node_timeout_ms
        self._stack = ExitStack()
        self.nodes: list[RedisServer] = []
        """The first ``masters`` began as masters; then the replicas, in the same order."""

    @property
    def url(self) -> str:
        """All masters that there were at the start."""
        return "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes[: self._count])

    def __enter__(self) -> Self:
        try:
            for _ in range(self._count * (1 + self._replicas)):
                options = self._options()
                self.nodes.append(self._stack.enter_context(RedisServer(options=options)))
            self._join()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def _options(self) -> tuple[str, ...]:
        return (
            "cluster-enabled yes",
            f"cluster-port {free_port()}",
            f"cluster-node-timeout {self._timeout_ms}",
            "cluster-allow-replica-migration no",
            "cluster-replica-validity-factor 0",
        )

    def _join(self) -> None:
        for number, node in enumerate(self.nodes):
            with node.client as client:
                client.execute_command("CLUSTER", "SET-CONFIG-EPOCH", str(number + 1))
                if number < self._count:
                    first, last = (_SLOTS * part // self._count for part in (number, number + 1))
                    client.execute_command("CLUSTER", "ADDSLOTSRANGE", str(first), str(last - 1))
        with self.nodes[0].client as client:
            for node in self.nodes[1:]:
                bus = self._cluster_port(node)
                client.execute_command("CLUSTER", "MEET", "127.0.0.1", str(node.port), str(bus))
        wait_until(self._all_known, "every node knows every other")
        for number, node in enumerate(self.nodes[self._count :]):
            with node.client as client:
                client.execute_command("CLUSTER", "REPLICATE", self.id_of(self.nodes[number % self._count]))
        wait_until(self._is_well, "the cluster is well")

    @staticmethod
    def _cluster_port(node: RedisServer) -> int:
        with node.client as client:
            return int(client.config_get("cluster-port")["cluster-port"])

    @staticmethod
    def id_of(node: RedisServer) -> str:
        """The node's id in the cluster."""
        with node.client as client:
            return _text(client.execute_command("CLUSTER", "MYID"))[0]

    def _all_known(self) -> bool:
        return all(self._fact(node, "cluster_known_nodes") == str(len(self.nodes)) for node in self.nodes)

    def _is_well(self) -> bool:
        def replicas_are_in_step() -> bool:
            for node in self.nodes[self._count :]:
                with node.client as client:
                    if client.info("replication").get("master_link_status") != "up":
                        return False
            return True

        return all(self._fact(node, "cluster_state") == "ok" for node in self.nodes) and replicas_are_in_step()

    @staticmethod
    def _fact(node: RedisServer, name: str) -> str:
        with node.client as client:
            facts = dict(line.split(":", 1) for line in _text(client.execute_command("CLUSTER", "INFO")))
        return facts[name]

    def owner(self, slot: int) -> RedisServer:
        """The node that says a slot is its own."""
        for node in self.nodes:
            if self._owner_at(node, slot) == self.id_of(node):
                return node
        raise LookupError(slot)

    def move(self, slot: int, to: RedisServer) -> None:
        """Give an empty slot to another master, as an operator's tool does; return when every node knows."""
        owner, source, target = self.owner(slot), self.id_of(self.owner(slot)), self.id_of(to)
        steps = [(to, "IMPORTING", source), (owner, "MIGRATING", target), (to, "NODE", target), (owner, "NODE", target)]
        for node, step, other in steps if to is not owner else []:
            with node.client as client:
                client.execute_command("CLUSTER", "SETSLOT", str(slot), step, other)
        wait_until(lambda: all(self._owner_at(node, slot) == target for node in self.nodes), "every node knows")

    @staticmethod
    def _owner_at(node: RedisServer, slot: int) -> str | None:
        with node.client as client:
            lines = [line.split() for line in _text(client.execute_command("CLUSTER", "NODES"))]
        holders = [words[0] for words in lines if any(_holds(each, slot) for each in words[8:] if each[0] != "[")]
        return holders[0] if holders else None

    def flush(self) -> None:
        """FLUSHALL on every master."""
        for node in self.nodes[: self._count]:
            with node.client as client:
                client.flushall()


def _text(found: bytes) -> list[str]:
    return found.decode().splitlines()


def _holds(part: str, slot: int) -> bool:
    first, _, last = part.partition("-")
    return int(first) <= slot <= int(last or first)


class RedisSentinels:
    """A master, its replicas, and sentinels that watch them. ``service`` is "kuuki"; a quorum of sentinels decides."""

    service = "kuuki"

    def __init__(self, *, replicas: int = 1, sentinels: int = 3, down_after_ms: int = 1000) -> None:
        self._stack = ExitStack()
        self._replicas = replicas
        self._sentinels = sentinels
        self._down_after_ms = down_after_ms
        self.master: RedisServer
        """The server that began as master."""
        self.replicas: list[RedisServer] = []
        self.sentinels: list[RedisServer] = []

    @property
    def url(self) -> str:
        """The URL that names all sentinels, and the service."""
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        return f"redis+sentinel://{hosts}/{self.service}"

    def __enter__(self) -> Self:
        try:
            self._begin()
        except BaseException:
            self._stack.close()
            raise
        return self

    def _begin(self) -> None:
        self.master = self._stack.enter_context(RedisServer())
        for _ in range(self._replicas):
            options = (f"replicaof 127.0.0.1 {self.master.port}",)
            self.replicas.append(self._stack.enter_context(RedisServer(options=options)))
        quorum = self._sentinels // 2 + 1
        watched = (
            f"sentinel monitor {self.service} 127.0.0.1 {self.master.port} {quorum}",
            f"sentinel down-after-milliseconds {self.service} {self._down_after_ms}",
            f"sentinel failover-timeout {self.service} 5000",
        )
        for _ in range(self._sentinels):
            sentinel = RedisServer(options=watched, mode=("--sentinel",))
            self.sentinels.append(self._stack.enter_context(sentinel))
        wait_until(self._all_known, "every sentinel knows the others and the replicas")

    def _all_known(self) -> bool:
        return all(self._knows_all(sentinel) for sentinel in self.sentinels)

    def _knows_all(self, sentinel: RedisServer) -> bool:
        with sentinel.client as client:
            state = client.sentinel_master(self.service)
        others = int(state["num-other-sentinels"])
        return others == self._sentinels - 1 and int(state["num-slaves"]) == self._replicas

    def flush(self) -> None:
        """FLUSHALL on the master."""
        with self.current().client as client:
            client.flushall()

    def current(self) -> RedisServer:
        """The server that the first sentinel calls master now."""
        with self.sentinels[0].client as client:
            found = client.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.service)
        port = int(found[1])
        return next(server for server in (self.master, *self.replicas) if server.port == port)

    def __exit__(self, *exc: object) -> None:
        self._stack.close()
