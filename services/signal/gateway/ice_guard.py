"""Stands before the ICE sockets of one peer: what of the network may reach it. Knows the stack's names, not its import.

Anybody may send a datagram to a gateway's port. Datagrams other than STUN are taken only from an address that passed an
authenticated connectivity check, so that a stranger's DTLS packet cannot end a join; RFC 7983 tells the two apart by
their first byte, and there is nothing else on a kuuki connection.
"""

from collections.abc import Callable
from typing import Any, Final

_STUN_HEADER_BYTES: Final = 20
_STUN_COOKIE: Final = b"\x21\x12\xa4\x42"  # RFC 8489 section 5
_STUN_LAST: Final = 3
_DTLS_FIRST, _DTLS_LAST = 20, 63
_ADDRESSES: Final = 16
"""Addresses that one client may be checked at: each costs requests that are repeated for 32 s."""
_WAITING: Final = 64
"""Datagrams that wait for DTLS; beyond that they are lost, as on any network."""

Address = tuple[str, int]
PacketDropped = Callable[[str], None]


class IceGuard:
    """The guard of one ICE connection. ``dropped`` is told why, for each datagram that goes no further."""

    def __init__(self, ice: Any, dropped: PacketDropped) -> None:
        self._ice = ice
        self._dropped = dropped
        self._pass_on, ice.data_received = ice.data_received, self.pass_on

    def receive(self, read: Callable[[], None], data: bytes, address: Address) -> None:
        """Have the stack ``read`` this datagram, or drop it. Never raises."""
        reason = self._fault_of(data, address)
        if reason is not None:
            self._dropped(reason)
            return
        try:
            read()
        except Exception:
            self._dropped("malformed_stun")

    def pass_on(self, data: bytes, component: int) -> None:
        """What the stack found not to be STUN, on its way to DTLS."""
        if not _DTLS_FIRST <= data[0] <= _DTLS_LAST:
            self._dropped("malformed_stun")
        else:
            self._pass_on(data, component)

    def _fault_of(self, data: bytes, address: Address) -> str | None:
        if not data:
            return "empty"
        if data[0] <= _STUN_LAST:
            return self._stun_fault(data, address)
        if not _DTLS_FIRST <= data[0] <= _DTLS_LAST:
            return "not_dtls"
        if not self._has_checked(address):
            return "unchecked_address"
        return "queue_full" if self._ice._queue.qsize() >= _WAITING else None

    def _stun_fault(self, data: bytes, address: Address) -> str | None:
        if len(data) < _STUN_HEADER_BYTES or data[4:8] != _STUN_COOKIE:
            return "malformed_stun"
        is_error = bool(data[0] & 0x01 and data[1] & 0x10)
        if is_error:  # a browser's offer makes us the controlled side: no role conflict to repair, and no 401 to heed
            return "stun_error"
        if len(self._ice._check_list) >= _ADDRESSES and not self._has_checked(address):
            return "addresses"
        return None

    def _has_checked(self, address: Address) -> bool:
        """Whether a pair with this address exists: all come from authenticated checks, none from offers."""
        return any(pair.remote_addr == address for pair in self._ice._check_list)
