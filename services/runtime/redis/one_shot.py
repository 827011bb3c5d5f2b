"""Commands over a connection of their own: it is made, asked and closed."""

import asyncio
from typing import Any, Final

from typing_extensions import override

from services.runtime.redis.opening import open_connection, tls_context
from services.runtime.redis.resp_connection import RespConnection, RespEvents
from services.runtime.redis.url import Address, Target, Topology

ANSWER_S: Final = 0.5
"""How long an answer is waited for: of several sentinels one may be gone, and the others' answers do."""


class _NoEvents(RespEvents):
    """Ignores everything but the replies."""

    @override
    def trusts(self, connection: RespConnection) -> bool:
        return True

    @override
    def received(self, topic: bytes, message: bytes) -> None:
        pass

    @override
    def unsubscribed(self, topic: bytes) -> None:
        pass

    @override
    def closed(self, connection: RespConnection) -> None:
        pass


async def ask_once(target: Target, address: Address, *commands: tuple[str, ...]) -> list[Any]:
    """The replies to these commands, within BUS_OPEN_S + ANSWER_S. Raises OSError, TimeoutError or
    hiredis.ReplyError."""
    login = target.sentinel_login if target.topology is Topology.SENTINEL else target.login
    connection = await open_connection(_NoEvents(), address, login, tls_context(target.tls))
    try:
        async with asyncio.timeout(ANSWER_S):
            return [await connection.ask(*command) for command in commands]
    finally:
        connection.cut()
