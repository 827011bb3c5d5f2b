"""What aiortc's SCTP sends after its transport has closed is dropped, as a network would drop it."""

from contextlib import suppress
from typing import Any


def drop_sends_when_closed(sctp: Any) -> None:
    """Have ``sctp``, an RTCSctpTransport, drop what it sends once the transport below it is closed.

    Its timers send from tasks that no one awaits, and asyncio would report their ConnectionErrors as faults of this
    program.
    """
    send = sctp._send_chunk

    async def send_or_drop(chunk: Any) -> None:
        with suppress(ConnectionError):
            await send(chunk)

    sctp._send_chunk = send_or_drop
