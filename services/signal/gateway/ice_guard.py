"""Stands before the ICE sockets of one peer: what of the network may reach it. Knows the stack's names, not its import.

Anybody may send a datagram to a gateway's port. Datagrams other than STUN are taken only from an address that passed an
authenticated connectivity check, so that a stranger's DTLS packet cannot end a join; RFC 7983 tells the two apart by
their first byte, and there is nothing else on a kuuki connection.

A client's own datagrams are bounded in size, in what they hold and in number. What is over a bound is dropped, as any
network drops datagrams, and the peer is not closed: the datagrams may be another's, who forged the client's address. A
client that floods by authentic packets is closed by sctp_watch.py, at far fewer of them.

ICE begins with the first check that is authentic. Until then there is nothing for it to do, but the stack would look
fifty times a second for something, for each of the many offers whose client never comes.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

from kuuki.admission import Bucket
from services.signal.gateway.dtls import Contents, contents_of
from services.signal.gateway.intake import Intake

_STUN_HEADER_BYTES: Final = 20
_STUN_COOKIE: Final = b"\x21\x12\xa4\x42"  # RFC 8489 section 5
_STUN_LAST: Final = 3
_DTLS_FIRST, _DTLS_LAST = 20, 63
_COMPONENT: Final = 1  # there is no RTCP beside a data channel (RFC 8445 section 13)
_ADDRESSES: Final = 16
"""Addresses that one client may be checked at: each costs requests that are repeated for 32 s."""
_WAITING: Final = 64
"""Datagrams that wait for DTLS to begin; beyond that they are lost, as on any network. Once it reads, they wait for
their turn in the intake."""
_DATAGRAM_BYTES: Final = 1500
"""The stack reads so much of a datagram. WebRTC keeps below 1,280."""
_DATAGRAMS_PER_S: Final = 400.0
_DATAGRAMS_BURST: Final = 1000
"""Datagrams from a client's addresses. In good order there are less than 50 a second."""
_HANDSHAKES_PER_S: Final = 1.0
_HANDSHAKES_BURST: Final = 64
"""Datagrams with other records than a message. A join takes 5, each said twice, and again each second while they are
lost. To begin a handshake anew costs 0.7 ms, and no client needs it."""

Address = tuple[str, int]
PacketDropped = Callable[[str], None]


class IceGuard:
    """The guard of one ICE connection. ``dropped`` is told why, for each datagram that goes no further; ``checked``
    once, of the first authenticated connectivity check."""

    def __init__(
        self,
        ice: Any,
        dropped: PacketDropped,
        checked: Callable[[], None],
        intake: Intake,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ice = ice
        self._clock = clock
        self._datagrams_left = Bucket.full(_DATAGRAMS_PER_S, _DATAGRAMS_BURST, clock())
        self._handshakes_left = Bucket.full(_HANDSHAKES_PER_S, _HANDSHAKES_BURST, clock())
        self._dropped = dropped
        self._checked = checked
        self._may_begin = asyncio.Event()
        self._is_let_go = False
        self.was_asked = self.has_begun = False
        self._pass_on, ice.data_received = ice.data_received, self.pass_on
        self._inbox = intake.inbox(lambda data: self._pass_on(data, _COMPONENT))
        self._begin, ice.connect = ice.connect, self.connect

    def opened(self) -> None:
        """The channel is open: from now on only fresh datagrams are read."""
        self._inbox.is_open = True

    async def connect(self) -> None:
        """The stack's ``connect``, put off until the first check."""
        self.was_asked = True
        await self._may_begin.wait()
        if self._is_let_go:
            raise asyncio.CancelledError  # the one end after which the stack does not set up DTLS nevertheless
        self.has_begun = True
        await self._begin()

    def let_go(self) -> None:
        """The connection is about to be closed: if ICE has not begun, it does not begin any more."""
        self._is_let_go = True
        self._may_begin.set()
        self._inbox.close()

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
        if not self._may_begin.is_set() and self._ice._early_checks:
            self._may_begin.set()
            self._checked()

    def pass_on(self, data: bytes, component: int) -> None:
        """Pass on to DTLS what the stack found not to be STUN, if it can be DTLS."""
        if not _DTLS_FIRST <= data[0] <= _DTLS_LAST:
            self._dropped("malformed_stun")
        else:
            self._inbox.put(data)

    def _fault_of(self, data: bytes, address: Address) -> str | None:
        if not data:
            return "empty"
        if len(data) > _DATAGRAM_BYTES:
            return "too_large"
        is_known = self._has_checked(address)
        if is_known and not self._datagrams_left.consume(self._clock()):
            return "rate"
        if data[0] <= _STUN_LAST:
            return self._stun_fault(data, is_known)
        if not _DTLS_FIRST <= data[0] <= _DTLS_LAST:
            return "not_dtls"
        return self._dtls_fault(data) if is_known else "unchecked_address"

    def _dtls_fault(self, data: bytes) -> str | None:
        if self._ice._queue.qsize() >= _WAITING:
            return "queue_full"
        contents = contents_of(data)
        if contents is None:
            return "records"
        if contents is Contents.HANDSHAKE and not self._handshakes_left.consume(self._clock()):
            return "handshakes"
        return None

    def _stun_fault(self, data: bytes, is_known: bool) -> str | None:
        if len(data) < _STUN_HEADER_BYTES or data[4:8] != _STUN_COOKIE:
            return "malformed_stun"
        is_error = bool(data[0] & 0x01 and data[1] & 0x10)
        if is_error:  # a browser's offer makes us the controlled side: no role conflict to repair, and no 401 to heed
            return "stun_error"
        if len(self._ice._check_list) + len(self._ice._early_checks) >= _ADDRESSES and not is_known:
            return "addresses"
        return None

    def _has_checked(self, address: Address) -> bool:
        """Whether a check from this address was authenticated: pairs come from such checks alone, none from offers.
        Those that came before ICE began have no pair for a moment."""
        early = any(check[1] == address for check in self._ice._early_checks)
        return early or any(pair.remote_addr == address for pair in self._ice._check_list)
