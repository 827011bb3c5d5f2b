"""How much of what was written to a reader has not left this machine."""

import asyncio
import fcntl
from struct import Struct
from typing import Final

from kuuki.times import TICK_S

_SIOCOUTQNSD: Final = 0x894B
"""Linux: bytes of a TCP socket's queue that were never sent (tcp(7), linux/sockios.h). Others answer with an error."""
_INT: Final = Struct("i")


def unsent_bytes(transport: asyncio.BaseTransport | None) -> int:
    """Bytes that wait in the transport or in its socket; 0 of one that is gone."""
    if not isinstance(transport, asyncio.WriteTransport) or transport.is_closing():
        return 0
    return transport.get_write_buffer_size() or _in_socket(transport)


def _in_socket(transport: asyncio.WriteTransport) -> int:
    try:
        said = fcntl.ioctl(transport.get_extra_info("socket").fileno(), _SIOCOUTQNSD, bytes(_INT.size))
    except (OSError, AttributeError):
        return 0
    return int(_INT.unpack(said)[0])


async def until_sent(transport: asyncio.BaseTransport | None, patience_s: float) -> None:
    """Until nothing waits any more. Raises TimeoutError."""
    async with asyncio.timeout(patience_s):
        while unsent_bytes(transport):  # noqa: ASYNC110 - the kernel tells nobody
            await asyncio.sleep(TICK_S / 2)
