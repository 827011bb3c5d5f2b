"""DTLS datagrams of a client, looked at before the stack reads them (RFC 6347 section 4.1). Pure.

The stack reads one message for each datagram that comes. If a datagram holds more, the rest waits in its memory,
without a bound; nobody in good order sends two, for each packet of SCTP is a datagram of its own.
"""

from enum import Enum
from typing import Final

_HEADER_BYTES: Final = 13
_KINDS: Final = range(20, 26)
"""Kinds of DTLS 1.2. The unified header of 1.3 is none of them: the stack does not speak it."""
_APPLICATION: Final = 23
_RECORDS: Final = 32
"""Records of one datagram: a whole flight of a handshake is ten."""


class Contents(Enum):
    """What a datagram is for."""

    APPLICATION = 1
    """One message, alone."""
    HANDSHAKE = 2
    """Anything else: a handshake, an alert, with at most one message after it."""


def contents_of(datagram: bytes) -> Contents | None:
    """What it is for; None if its records do not fill it, or are too many, or are not one of DTLS 1.2."""
    kinds: list[int] = []
    at = 0
    while at < len(datagram) and len(kinds) < _RECORDS:
        if at + _HEADER_BYTES > len(datagram) or datagram[at] not in _KINDS:
            return None
        kinds.append(datagram[at])
        at += _HEADER_BYTES + int.from_bytes(datagram[at + 11 : at + _HEADER_BYTES])
    if at != len(datagram) or kinds.count(_APPLICATION) > 1:
        return None
    return Contents.APPLICATION if kinds == [_APPLICATION] else Contents.HANDSHAKE
