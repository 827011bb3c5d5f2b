"""One RTCPeerConnection with its one channel. The hot path (``send``, ``on_message``) makes no task of its own."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription

from client.headless.addresses import only
from client.headless.errors import CannotJoin, TryLater
from client.headless.gathering import leave_nothing, use
from client.headless.losing import lose_when_gone
from kuuki.handshakes import twice_until_open
from kuuki.limits import BUFFERED_BYTES, FRAME_BYTES
from kuuki.times import PENDING_OFFER_S, SCTP_RTO_S

Hear = Callable[[bytes], None]


class Connection:
    """A connection that is being made, is open, or is closed.

    ``on_message`` is called with each binary message, ``on_closed`` once when the transport is gone. Both return at
    once. ``known``: servers that an answer named a moment ago; with none, ways are looked for once this offer is
    answered.
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
        lose_when_gone(sctp)
        leave_nothing(sctp.transport.transport.iceGatherer)
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
        """The SDP offer, without candidates: a gateway reads none. Raises TryLater (see ``accept``)."""
        offer = self._offer = await self._peer.createOffer()
        if self._known:
            await self._gather(self._known, is_answered=False)
        return str(offer.sdp)

    async def accept(
        self, answer: str, patience_s: float = PENDING_OFFER_S, ice_servers: Sequence[RTCIceServer] = ()
    ) -> None:
        """Take the gateway's answer, look for ways by these servers, and wait until the channel is open.

        Raises CannotJoin, or TryLater, also while the machine is between two networks.
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
        use(ice_servers, sctp.transport.transport.iceGatherer, is_answered)
        offer, self._offer = self._offer, None
        try:
            with only(self._address):
                await self._peer.setLocalDescription(offer)
        except OSError as error:
            raise TryLater(f"This machine's network is not ready ({error.strerror}).", problem="no_network") from error

    @property
    def is_clear(self) -> bool:
        """Whether everything given to send has left, but for one frame (an answer of this very moment)."""
        return self._channel.bufferedAmount <= FRAME_BYTES

    def send(self, data: bytes) -> bool:
        """Send now; False if it is not open or too much is still unsent."""
        if self._channel.readyState != "open" or self._channel.bufferedAmount > BUFFERED_BYTES:
            return False
        self._channel.send(data)
        return True

    async def close(self) -> None:
        """Let go of everything. May be called twice."""
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
