"""Several real Redis servers for benches and tests: a cluster, or a master with sentinels. On 127.0.0.1 alone.

Each is a context manager that ends what it started.
"""

from contextlib import ExitStack
from typing import Self

from loadtests.ports import free_port
from loadtests.redis_servers import RedisServer, wait_until

_SLOTS = 16384


class RedisCluster:
    """``masters`` nodes that share the slots evenly, each with ``replicas`` of its own.

    ``options``: further lines of each node's configuration. ``tls``: those of its TLS, by which nodes speak then.
    """

    def __init__(
        self,
        *,
        masters: int = 3,
        replicas: int = 0,
        node_timeout_ms: int = 1000,
        options: tuple[str, ...] = (),
        tls: tuple[str, ...] = (),
    ) -> None:
        self._count = masters
        self._replicas = replicas
        self._timeout_ms = node_timeout_ms
        self._further = options
        self._tls = (*tls, "tls-cluster yes", "tls-replication yes") if tls else ()
        self._stack = ExitStack()
        self.nodes: list[RedisServer] = []
        """The first ``masters`` began as masters; then the replicas, in the same order."""

    @property
    def url(self) -> str:
        """All masters that there were at the start."""
        hosts = ",".join(f"127.0.0.1:{node.others_port}" for node in self.nodes[: self._count])
        return f"{'rediss' if self._tls else 'redis'}+cluster://{hosts}"

    def __enter__(self) -> Self:
        try:
            for _ in range(self._count * (1 + self._replicas)):
                options = self._options()
                self.nodes.append(self._stack.enter_context(RedisServer(options=options, tls=self._tls)))
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
            *self._further,
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
                client.execute_command("CLUSTER", "MEET", "127.0.0.1", str(node.others_port), str(bus))
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
    """A master, its replicas, and sentinels that watch them. ``service`` is "kuuki"; a quorum of sentinels decides.

    ``tls``: the lines of all servers' TLS, by which they speak then. ``options``: further lines of the configuration of
    master and replicas, ``sentinel_options`` of the sentinels.
    """

    service = "kuuki"

    def __init__(
        self,
        *,
        replicas: int = 1,
        sentinels: int = 3,
        down_after_ms: int = 1000,
        tls: tuple[str, ...] = (),
        options: tuple[str, ...] = (),
        sentinel_options: tuple[str, ...] = (),
    ) -> None:
        self._stack = ExitStack()
        self._replicas = replicas
        self._sentinels = sentinels
        self._down_after_ms = down_after_ms
        self._tls = (*tls, "tls-replication yes") if tls else ()
        self._further = options
        self._sentinels_further = sentinel_options
        self.master: RedisServer
        """The server that began as master."""
        self.replicas: list[RedisServer] = []
        self.sentinels: list[RedisServer] = []

    @property
    def url(self) -> str:
        """The URL that names all sentinels, and the service."""
        hosts = ",".join(f"127.0.0.1:{sentinel.others_port}" for sentinel in self.sentinels)
        return f"{'rediss' if self._tls else 'redis'}+sentinel://{hosts}/{self.service}"

    def __enter__(self) -> Self:
        try:
            self._begin()
        except BaseException:
            self._stack.close()
            raise
        return self

    def _begin(self) -> None:
        self.master = self._stack.enter_context(RedisServer(options=self._further, tls=self._tls))
        for _ in range(self._replicas):
            options = (f"replicaof 127.0.0.1 {self.master.others_port}", *self._further)
            self.replicas.append(self._stack.enter_context(RedisServer(options=options, tls=self._tls)))
        quorum = self._sentinels // 2 + 1
        watched = (
            f"sentinel monitor {self.service} 127.0.0.1 {self.master.others_port} {quorum}",
            f"sentinel down-after-milliseconds {self.service} {self._down_after_ms}",
            f"sentinel failover-timeout {self.service} 5000",
            *self._sentinels_further,
        )
        for _ in range(self._sentinels):
            sentinel = RedisServer(options=watched, mode=("--sentinel",), tls=self._tls)
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
        return next(server for server in (self.master, *self.replicas) if server.others_port == port)

    def __exit__(self, *exc: object) -> None:
        self._stack.close()
