"""What was written on a connection, whether it has reached the other machine, and how to take back what has not."""

import asyncio
import contextlib
import fcntl
import socket
import struct
import sys
import termios
from typing import Final

_RST: Final = struct.pack("ii", 1, 0)
"""SO_LINGER of 0 s: closing resets the connection, and the kernel throws away what it had not sent."""
_RECORD_BYTES: Final = 16_384
_RECORD_OVERHEAD_BYTES: Final = 29
"""TLS sends what is written in records of at most the first, and adds at most the second to each."""


class Written:
    """The outgoing side of a connection, plain or in TLS, on a TCP or a UNIX socket."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._overhead = _RECORD_OVERHEAD_BYTES if transport.get_extra_info("ssl_object") is not None else 0
        self._end = 0

    def write(self, data: bytes) -> int:
        """Write without waiting; the end of it, which ``has_unsent`` takes: in bytes since the connection began."""
        self._end += len(data) + self._overhead * (1 + len(data) // _RECORD_BYTES)
        self._transport.write(data)
        return self._end

    def has_unsent(self, end: int) -> bool:
        """Whether something of what was written up to ``end`` has not reached the other machine."""
        # That the kernel took bytes does not say that they were sent: when the network is cut it keeps them and
        # delivers them when the network is back, seconds or minutes late. TIOCOUTQ (tcp(7)) says how many bytes of this
        # socket the other machine has not acknowledged. With what asyncio still buffers, that is all that has not
        # arrived; if it is more than was written after ``end``, something before ``end`` is among it. TLS makes records
        # of what is written; their overhead is counted at its most, so a connection on which all arrived is never cut
        # by mistake.
        raw = self._transport.get_extra_info("socket")
        try:
            outside = int.from_bytes(fcntl.ioctl(raw.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)
        except (OSError, ValueError):  # a socket that is closed has no number
            return True
        return self._transport.get_write_buffer_size() + outside > self._end - end

    def cut(self) -> None:
        """Close the connection now, and throw away all that has not been sent."""
        raw = self._transport.get_extra_info("socket")
        with contextlib.suppress(OSError, AttributeError):  # a UNIX socket does not linger
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
        self._transport.abort()
