"""How much of what was written to a reader has not left this machine."""

import asyncio
import fcntl
import select
from struct import Struct
from typing import Final

from kuuki.times import TICK_S

_SIOCOUTQNSD: Final = 0x894B
"""Linux: bytes of a TCP socket's queue that were never sent (tcp(7), linux/sockios.h). Others answer with an error."""
_INT: Final = Struct("i")


def unsent_bytes(transport: asyncio.Transport | None) -> int:
    """Bytes that wait in the transport or in its socket, as far as they can be seen; 0 if the transport is gone.

    Under TLS, what waits between the two is not in it; ``has_room`` tells of that.
    """
    if transport is None or transport.is_closing():
        return 0
    return transport.get_write_buffer_size() or _in_socket(transport)


def has_room(transport: asyncio.Transport | None) -> bool:
    """Whether the socket would take more now; true if the transport is gone.

    Below TLS there is a second transport, which cannot be seen from here and which buffers 64 kB before it says so. It
    buffers only when the socket is full, and the kernel calls a full socket writable (POLLOUT) again only when a third
    of it is free. So where the socket is writable, the lower transport holds at most what it has not yet written since
    it was told so.
    """
    if transport is None or transport.is_closing():
        return True
    asked = select.poll()
    try:
        asked.register(transport.get_extra_info("socket").fileno(), select.POLLOUT)
    except (OSError, ValueError, AttributeError):
        return True
    return bool(asked.poll(0))


def _in_socket(transport: asyncio.Transport) -> int:
    try:
        said = fcntl.ioctl(transport.get_extra_info("socket").fileno(), _SIOCOUTQNSD, bytes(_INT.size))
    except (OSError, ValueError, AttributeError):
        return 0
    return int(_INT.unpack(said)[0])


async def until_sent(transport: asyncio.Transport | None) -> None:
    """Wait until nothing is unsent any more: for ever, if the reader takes nothing."""
    await asyncio.sleep(0)  # uvloop hands what was written to the socket at the end of the loop's turn
    while unsent_bytes(transport) or not has_room(transport):  # noqa: ASYNC110 - the kernel has no event for it
        await asyncio.sleep(TICK_S / 2)
