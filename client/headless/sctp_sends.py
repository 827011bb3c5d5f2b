"""Datagrams that the stack sends when its transport is gone are lost, as on any network."""

from contextlib import suppress
from typing import Any


def drop_sends_when_closed(sctp: Any) -> None:
    """Have ``sctp``, aiortc's transport of that name, lose what it sends once what carries it is gone.

    Its timers send from tasks that nobody awaits: what they raise would be reported as a fault of this program.
    """
    send = sctp._send_chunk

    async def send_or_lose(chunk: Any) -> None:
        with suppress(ConnectionError):
            await send(chunk)

    sctp._send_chunk = send_or_lose
