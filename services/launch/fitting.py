"""What fits into this process: its limit of open files is raised, and what then fits is said if it is little."""

import structlog

from kuuki.capacity import Capacity
from kuuki.limits import PEERS_PER_GATEWAY
from services.runtime.open_files import raise_open_files
from services.runtime.settings import Settings
from services.signal.app import addresses_per_peer

log = structlog.get_logger(__name__)


def capacity_of_gateway(settings: Settings) -> Capacity:
    """What a gateway may hold, with all that is beside it in its process."""
    files = raise_open_files()
    capacity = Capacity.of(files, addresses_per_peer(settings))
    if not capacity.is_whole:
        log.warning(
            "the limit of open files allows few: raise the hard one (ulimit -Hn, LimitNOFILE)",
            open_files=files,
            peers=capacity.peers,
            of=PEERS_PER_GATEWAY,
            connections=capacity.connections.in_all,
        )
    return capacity


def capacity_without_peers() -> Capacity:
    """What a process may hold that has the port for probes alone."""
    return Capacity.of(raise_open_files())
