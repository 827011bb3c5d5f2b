"""One RTCPeerConnection with its one data channel. Sending and receiving make no tasks, so that a crowd is cheap."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription

from client.headless.addresses import only
from client.headless.errors import CannotJoin, TryLater
from client.headless.gathering import release_on_close, use_ice_servers
from client.headless.sctp_sends import drop_sends_when_closed
from kuuki.handshakes import twice_until_open
from kuuki.limits import BUFFERED_BYTES, FRAME_BYTES
from kuuki.times import PENDING_OFFER_S, SCTP_RTO_S

Hear = Callable[[bytes], None]


class Connection:
    """A connection that is being made, is open, or is closed.

    ``on_message`` is called with each binary message, ``on_closed`` once when the transport is gone, both on the event
    loop; they must return at once. ``known``: STUN and TURN servers that an earlier answer named; with none, candidates
    are gathered only when this offer is answered. ``address``: the only address to offer, or None for all.
    """

    def __init__(
        self, known: Sequence[RTCIceServer], address: str | None, on_message: Hear, on_closed: Callable[[], None]
    ) -> None:
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._known = known
        self._offer: RTCSessionDescription | None = None
        self._address = address
        self._on_message = on_message
        self._on_closed = on_closed
        self._opened = asyncio.Event()
        self._is_gone = False
        self._channel = self._peer.createDataChannel("kuuki", ordered=False, maxRetransmits=0)
        sctp: Any = self._peer.sctp
        sctp._rto = SCTP_RTO_S
        drop_sends_when_closed(sctp)
        release_on_close(sctp.transport.transport.iceGatherer)
        self._say_twice(sctp.transport.transport)
        self._channel.on("open", self._opened.set)
        self._channel.on("message", self._hear)
        self._channel.on("close", self._gone)
        self._peer.on("connectionstatechange", self._state_changed)

    def _say_twice(self, transport: Any) -> None:
        """Have aiortc's ICE transport send each datagram twice until the channel is open (kuuki/handshakes.py)."""
        send = transport._send
        restore = partial(setattr, transport, "_send", send)
        transport._send = twice_until_open(send, self._opened.is_set, restore)

    async def offer(self) -> str:
        """The SDP offer, without candidates, as a gateway reads none. Raises TryLater if the network is not ready."""
        offer = self._offer = await self._peer.createOffer()
        if self._known:
            await self._gather(self._known, is_answered=False)
        return str(offer.sdp)

    async def accept(
        self, answer: str, patience_s: float = PENDING_OFFER_S, ice_servers: Sequence[RTCIceServer] = ()
    ) -> None:
        """Apply the gateway's answer, gather candidates by these servers, and wait ``patience_s`` for the open channel.

        Raises CannotJoin for an answer that is none, and TryLater if no channel opens or the network is not ready.
        After either, and after cancelling, the connection must be closed.
        """
        if self._offer is not None:
            await self._gather(ice_servers, is_answered=True)
        try:
            await self._peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        except ValueError as error:
            raise CannotJoin("The gateway's answer is not one for a data channel.", "bad_answer") from error
        try:
            async with asyncio.timeout(patience_s):
                await self._opened.wait()
        except TimeoutError as error:
            raise TryLater(
                "The room answers, but no channel opens: UDP to the gateway seems to be blocked. "
                "Try another network, or set KUUKI_ICE_SERVERS to a TURN server.",
                problem="no_channel",
            ) from error
        if self._is_gone:
            raise TryLater("The gateway closed the connection while it was being made.", problem="closed_while_joining")

    async def _gather(self, ice_servers: Sequence[RTCIceServer], is_answered: bool) -> None:
        sctp: Any = self._peer.sctp
        use_ice_servers(ice_servers, sctp.transport.transport.iceGatherer, is_answered)
        offer, self._offer = self._offer, None
        try:
            with only(self._address):
                await self._peer.setLocalDescription(offer)
        except OSError as error:
            raise TryLater(f"This machine's network is not ready ({error.strerror}).", problem="no_network") from error

    @property
    def is_clear(self) -> bool:
        """Whether at most one frame waits to be sent (an answer to a beat may have been queued this moment)."""
        return self._channel.bufferedAmount <= FRAME_BYTES

    def send(self, data: bytes) -> bool:
        """Send now, at most once and in no order; False if it is not open or more than BUFFERED_BYTES are unsent."""
        if self._channel.readyState != "open" or self._channel.bufferedAmount > BUFFERED_BYTES:
            return False
        self._channel.send(data)
        return True

    async def close(self) -> None:
        """Close the channel, the transport and their tasks. May be called twice."""
        self._is_gone = True
        await self._peer.close()

    def _hear(self, message: bytes | str) -> None:
        if isinstance(message, bytes):
            self._on_message(message)

    def _state_changed(self) -> None:
        if self._peer.connectionState in ("failed", "closed"):
            self._gone()

    def _gone(self) -> None:
        if not self._is_gone:
            self._is_gone = True
            self._opened.set()
            self._on_closed()
