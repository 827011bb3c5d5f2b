"""How many peers and connections fit into this process: its limit of open files is raised as far as it goes.

Where that leaves less than a gateway usually holds, the log says so.
"""

import structlog

from kuuki.capacity import Capacity
from kuuki.limits import PEERS_PER_GATEWAY
from services.runtime.open_files import raise_open_files
from services.runtime.settings import Settings
from services.signal.app import addresses_per_peer

log = structlog.get_logger(__name__)


def capacity_of_gateway(settings: Settings) -> Capacity:
    """What a gateway may hold, beside everything else in its process that needs open files."""
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
    """What a process may hold whose only port is the health port."""
    return Capacity.of(raise_open_files())
