"""How many peers and connections fit into the open files of a process: each socket is one (RLIMIT_NOFILE)."""

from dataclasses import dataclass

from kuuki.connections import Caps
from kuuki.limits import (
    CONNECTION_FILES,
    CONNECTIONS,
    CONNECTIONS_PER_ADDRESS,
    FILES_RESERVED,
    HEALTH_CONNECTIONS,
    IDLE_CONNECTIONS,
    LINES,
    PEERS_PER_GATEWAY,
    WATCHERS_PER_GATEWAY,
)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What one process may hold at the same time.

    ``sockets``: UDP sockets of peers; ``peers``: how many peers those are enough for; ``watchers`` and ``lines``: event
    streams and calls' WebSockets, which leave room among the connections for whoever only asks something.
    """

    sockets: int
    peers: int
    connections: Caps
    watchers: int
    lines: int
    health: Caps

    @classmethod
    def of(cls, files: int, addresses: int = 1) -> "Capacity":
        """What fits into ``files`` open files when a peer has a socket at each of ``addresses`` addresses.

        FILES_RESERVED are kept for the process itself, but at most half. Of the rest peers get what a full gateway
        needs, but at most half; connections get what is left.
        """
        addresses = max(1, addresses)
        reserved = min(FILES_RESERVED, files // 2)
        free = files - reserved
        sockets = min(PEERS_PER_GATEWAY * addresses, free // 2)
        connections = max(1, min(CONNECTIONS, (free - sockets) // CONNECTION_FILES))
        return cls(
            sockets=sockets,
            peers=sockets // addresses,
            connections=_caps(connections),
            watchers=max(1, min(WATCHERS_PER_GATEWAY, connections // 4)),
            lines=max(1, min(LINES, connections * 2 // 3)),
            health=_health(reserved),
        )

    @property
    def is_whole(self) -> bool:
        """Whether as many peers fit as one gateway takes at all."""
        return self.peers >= PEERS_PER_GATEWAY


def _caps(connections: int) -> Caps:
    half = max(1, connections // 2)
    return Caps(connections, min(CONNECTIONS_PER_ADDRESS, half), min(IDLE_CONNECTIONS, half))


def _health(reserved: int) -> Caps:
    """The caps of the port for probes, out of the reserve; one address may have all of them."""
    connections = max(1, min(HEALTH_CONNECTIONS, reserved // 4))
    return Caps(connections, connections, max(1, connections // 2))
