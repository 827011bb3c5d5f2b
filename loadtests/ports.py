"""Ports for the servers that tests start: each worker has a share of its own, and the kernel gives none of them away.

A port from ``bind(("127.0.0.1", 0))`` that is closed again, or whose server is killed and comes back, may meanwhile be
the near end of any connection on the machine, or be found by another worker.
"""

import os
import socket

FIRST, LAST = 10_000, 32_000
"""Below where the kernel takes its own (net.ipv4.ip_local_port_range begins at 32,768)."""
SHARE = 1_000


def share_of(worker: str) -> range:
    """The ports of a worker of pytest-xdist ("gw3"; "" where there are none). More than fit share with others."""
    number = int(worker.removeprefix("gw") or 0)
    first = FIRST + number * SHARE % (LAST - FIRST)
    return range(first, first + SHARE)


class Share:
    """Hands out ports in turn, each again only when all others had theirs."""

    def __init__(self, ports: range, start: int = 0) -> None:
        self._ports = ports
        self._at = start % len(ports)

    def take(self, count: int) -> range:
        """So many in a row that nobody has now. Raises RuntimeError if there are none."""
        for _ in range(2 * len(self._ports)):
            if self._at + count > len(self._ports):
                self._at = 0
            found = self._ports[self._at : self._at + count]
            self._at += count
            if len(found) == count and _are_free(found):
                return found
        raise RuntimeError(f"no {count} free ports in a row in {self._ports}")


_mine = Share(share_of(os.environ.get("PYTEST_XDIST_WORKER", "")), os.getpid())  # two runs begin elsewhere


def free_ports(count: int) -> range:
    """So many ports in a row on 127.0.0.1, for TCP and UDP, that nobody has now."""
    return _mine.take(count)


def free_port() -> int:
    """A port on 127.0.0.1, for TCP and UDP, that nobody has now."""
    return free_ports(1)[0]


def _are_free(ports: range) -> bool:
    return all(_is_free(port, kind) for port in ports for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM))


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
