"""A real coturn on loopback with REST credentials (draft-uberti-behave-turn-rest)."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from loadtests.ports import free_ports
from tests.patience import PATIENCE_S

SECRET = "a-secret-of-coturn-and-kuuki"


@dataclass(frozen=True)
class Turn:
    """Where it listens, and the environment of a kuuki that uses it."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        return {"KUUKI_TURN": self.url, "KUUKI_TURN_SECRET": SECRET}


@contextmanager
def coturn() -> Iterator[Turn]:
    """Started, and stopped. It relays to loopback only here, where nobody else is."""
    program = shutil.which("turnserver")
    assert program, "coturn is missing: apt install coturn"
    port, *relayed = free_ports(100)
    options = {
        "listening-ip": "127.0.0.1",
        "relay-ip": "127.0.0.1",
        "listening-port": str(port),
        "realm": "kuuki.test",
        "static-auth-secret": SECRET,
        "min-port": str(relayed[0]),
        "max-port": str(relayed[-1]),
        "log-file": "stdout",
    }
    switches = [
        "use-auth-secret",
        "allow-loopback-peers",
        "no-cli",
        "no-tls",
        "no-dtls",
        "fingerprint",
        "no-multicast-peers",
    ]
    with tempfile.TemporaryDirectory() as folder:
        lines = [*(f"{name}={value}" for name, value in options.items()), *switches]
        lines += [f"userdb={folder}/turn.db", f"pidfile={folder}/turn.pid"]
        Path(folder, "turn.conf").write_text("\n".join(lines) + "\n")
        with Path(folder, "log").open("w+") as log:
            process = subprocess.Popen([program, "-c", f"{folder}/turn.conf"], stdout=log, stderr=log)
            try:
                _wait_until_up(process, port, Path(folder, "log"))
                yield Turn(f"turn:127.0.0.1:{port}?transport=udp")
            finally:
                process.terminate()
                process.wait(PATIENCE_S)


def _wait_until_up(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Until it answers a STUN binding request (RFC 5389)."""
    request = b"\x00\x01\x00\x00\x21\x12\xa4\x42" + b"kuuki-test-1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.2)
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and process.poll() is None:
            probe.sendto(request, ("127.0.0.1", port))
            try:
                probe.recv(2048)
            except (TimeoutError, ConnectionRefusedError):
                continue
            return
    raise AssertionError(f"coturn did not start: {log.read_text()[-2000:]}")
