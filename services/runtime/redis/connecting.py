"""How a node of the bus is reached: where it may be, one address after the other, until one takes the connection."""

import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import hiredis
import structlog

from services.runtime.metrics import Metrics
from services.runtime.redis.opening import ConnectionIdentity, establish, open_connection
from services.runtime.redis.resp_connection import RespConnection, RespEvents
from services.runtime.redis.url import Address, Login

log = structlog.get_logger(__name__)

Locate = Callable[[], Awaitable[Sequence[Address]]]
"""Says where a node may be now, the likeliest address first; none if that is not known."""


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """What all connections of one bus share. ``is_sharded``: use the commands of sharded pub/sub (a cluster's)."""

    login: Login
    tls: ssl.SSLContext | None
    is_sharded: bool
    metrics: Metrics


class Connector:
    """Opens connections to one node, and logs when the node is lost and found again."""

    def __init__(self, options: ConnectionOptions, locate: Locate) -> None:
        self._options = options
        self._locate = locate
        self._former: ConnectionIdentity | None = None
        self._is_away = False

    async def open(self, events: RespEvents) -> RespConnection | None:
        """A connection to the node, after what Redis still had of the one before was ended; None if there is none now.

        Takes what ``locate`` takes, and 2 × BUS_OPEN_S at most for each address. Raises what ``locate`` raises.
        """
        kind = "nobody knows where it is"
        for address in await self._locate():
            try:
                return await self._open_at(address, events)
            except hiredis.ReplyError as refusal:
                kind = str(refusal).partition(" ")[0]
            except Exception as error:  # whatever it is, it is tried again
                kind = type(error).__name__
        self.log_away(kind)
        return None

    async def _open_at(self, address: Address, events: RespEvents) -> RespConnection:
        options = self._options
        connection = await open_connection(events, address, options.login, options.tls, is_sharded=options.is_sharded)
        self._former = await establish(connection, address, self._former) or self._former
        return connection

    def log_away(self, kind: str) -> None:
        """The node cannot be reached, or was lost. Only the first of an outage's many failures is logged."""
        if not self._is_away:
            log.warning("the bus is without Redis", kind=kind)
        self._is_away = True

    def log_back(self) -> None:
        """The node is reached."""
        if self._is_away:
            log.info("the bus has Redis again")
        self._is_away = False
