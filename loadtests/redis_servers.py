"""A real Redis server for benches and tests, on 127.0.0.1 alone. Clusters and sentinels: redis_groups.py.

It has a free port and a folder of its own, and is a context manager that ends what it started.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from loadtests.ports import free_port

MISSING = "redis-server is missing: apt-get install redis-server"
_START_S = 30.0


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
    lines of its configuration, e.g. ("maxmemory 10mb",). ``tls``: those of its TLS, e.g. ("tls-cert-file …",); it then
    has a ``tls_port`` beside the plain one.
    """

    def __init__(
        self,
        *,
        aof: str | None = None,
        options: tuple[str, ...] = (),
        mode: tuple[str, ...] = (),
        tls: tuple[str, ...] = (),
    ) -> None:
        self.port = free_port()
        self.tls_port = free_port() if tls else None
        self.folder = Path(tempfile.mkdtemp(prefix="kuuki-redis-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._mode = mode
        lines = [f"port {self.port}", "bind 127.0.0.1", f"dir {self.folder}", "logfile redis.log"]
        if self.tls_port is not None:
            lines += [f"tls-port {self.tls_port}", *tls]
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
    def others_port(self) -> int:
        """The port by which other servers and TLS's clients come: that with TLS where it has one."""
        return self.port if self.tls_port is None else self.tls_port

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
