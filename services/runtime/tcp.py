"""TCP's own means to notice that the other side is gone (tcp(7), RFC 5482). One that a system lacks is left out."""

import socket
from typing import Final

from kuuki.times import UNACKED_S

_PROBES: Final = 3


def end_when_unheard(connection: socket.socket) -> None:
    """Have the kernel end this connection when for UNACKED_S nothing that was sent, or no probe, is acknowledged."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_USER_TIMEOUT", round(UNACKED_S * 1000)),
        ("TCP_KEEPIDLE", round(UNACKED_S / 2)),
        ("TCP_KEEPINTVL", max(1, round(UNACKED_S / 2 / _PROBES))),
        ("TCP_KEEPCNT", _PROBES),
    ):
        if (option := getattr(socket, name, None)) is not None:
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
