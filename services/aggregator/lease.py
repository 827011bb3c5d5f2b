"""Who may publish: the holder of the lease, under its term.

A term only grows; receivers drop what comes under a lower one. In one process the sole aggregator always holds
the lease.
"""

import time
from typing import Protocol


class Lease(Protocol):
    """The right to publish mixes."""

    @property
    def term(self) -> int | None:
        """The term to publish under, or None while another holds the lease."""
        ...


class SoleLease:
    """The lease of the only aggregator.

    Its term is the time of its start, in unix seconds: a restarted process is ahead of the former one, so
    viewers that stay over the restart do not take its mixes for old. It orders mixes and changes nothing in them.
    """

    def __init__(self) -> None:
        self._term = int(time.time())

    @property
    def term(self) -> int | None:
        """See Lease."""
        return self._term
