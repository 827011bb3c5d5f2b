"""Questions to a Redis over a connection of their own."""

import asyncio
from typing import Any, Final

from services.runtime.redis.opening import open_wire, tls_context
from services.runtime.redis.url import Address, Form, Target
from services.runtime.redis.wire import Hears, Wire

ANSWER_S: Final = 0.5
"""Of several sentinels one may be gone: the others' answers are waited for so long."""


class _Deaf(Hears):
    """Who asks a question and hears nothing else."""

    def trusts(self, wire: Wire) -> bool:
        return True

    def hear(self, topic: bytes, message: bytes) -> None:
        pass

    def moved(self, topic: bytes) -> None:
        pass

    def gone(self, wire: Wire) -> None:
        pass


async def ask_once(target: Target, address: Address, *commands: tuple[str, ...]) -> list[Any]:
    """Connect, ask these, leave. Raises OSError, TimeoutError or hiredis.ReplyError."""
    login = target.sentinel_login if target.form is Form.SENTINEL else target.login
    wire = await open_wire(_Deaf(), address, login, tls_context(target.tls))
    try:
        async with asyncio.timeout(ANSWER_S):
            return [await wire.ask(*command) for command in commands]
    finally:
        wire.cut()
