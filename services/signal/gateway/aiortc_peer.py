"""Peers on aiortc: the only file of the services that knows it.

aiortc trusts its peers. What stands between it and the network here:

- it is given an SDP offer that we wrote ourselves, without candidates (kuuki/offers.py)
- datagrams are guarded: who may send what (ice_guard.py)
- what came waits for its turn, so that turns are short (intake.py); what goes out does not wait (sctp_outlet.py)
- SCTP is watched: work, streams, gaps and waiting messages are bounded, exceptions close the peer and are counted
  (sctp_watch.py, sctp.py)
- its addresses are ours: bound to loopback, loopback alone is offered
- its sockets, one for each address of each peer, are counted before they are opened (sockets.py): aioice leaves out in
  silence what it cannot bind, and would answer without a candidate
"""

import asyncio
import contextlib
import ipaddress
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import aioice.ice
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from typing_extensions import override

from kuuki.errors import CloseCode
from kuuki.handshakes import twice_until_open
from kuuki.limits import PEERS_PER_GATEWAY
from kuuki.offers import Offer, rewrite
from kuuki.times import SCTP_RTO_S
from services.signal.gateway.ice_guard import IceGuard, PacketDropped
from services.signal.gateway.intake import Intake
from services.signal.gateway.peer import OfferAnswerer, Peer, PeerEvents
from services.signal.gateway.sctp_outlet import Outlet
from services.signal.gateway.sctp_watch import RATE, SctpWatch, Watched
from services.signal.gateway.udp_sockets import Sockets

_AT_ONCE: Final = 4
"""How many answers are made at the same time. Each costs milliseconds of a core, so a hundred at once would make ticks
late. Each also waits for some turns of the event loop; with a few at once, another one works in these."""


class AiortcPeer(Peer, Watched):
    """One RTCPeerConnection with the one channel that its client opens. ``on_closed`` is called once, when it is."""

    def __init__(self, connection: RTCPeerConnection, events: PeerEvents, on_closed: Callable[[], None]) -> None:
        self._connection = connection
        self._on_closed = on_closed
        self._events = events
        self._channel: RTCDataChannel | None = None
        self._outlet: Outlet | None = None
        self._guard: IceGuard | None = None
        self._is_gone = False
        connection.on("connectionstatechange", self._on_state)
        connection.on("datachannel", self._on_channel)

    @override
    def send(self, data: bytes) -> bool:
        if self._is_gone or self._outlet is None:
            return False
        try:
            return self._outlet.send(data)
        except Exception:
            self.violate("sctp")
            return False

    @override
    async def close(self) -> None:
        self._is_gone = True
        guard, self._guard = self._guard, None
        if guard is not None:
            guard.let_go()
        try:
            with contextlib.suppress(Exception):  # what cannot even be closed must not take the gateway with it
                await self._connection.close()
                if guard is not None and guard.was_asked and not guard.has_begun:
                    _untangle(self._connection)
        finally:
            on_closed, self._on_closed = self._on_closed, _nothing
            on_closed()

    def guard(self, ice: Any, packet_dropped: PacketDropped, intake: Intake) -> None:
        """Have a guard stand before its ICE sockets."""
        self._guard = ice.kuuki_guard = IceGuard(ice, packet_dropped, self._events.checked, intake)

    def say_twice(self, transport: Any) -> None:
        """Have aiortc's ICE transport send each datagram twice until the channel is open (kuuki/handshakes.py)."""
        send = transport._send
        restore = partial(setattr, transport, "_send", send)
        transport._send = twice_until_open(send, lambda: self._channel is not None, restore)

    @override
    def is_own(self, stream_id: int) -> bool:
        return self._channel is not None and self._channel.id == stream_id

    @property
    @override
    def has_channel(self) -> bool:
        return self._channel is not None

    @override
    def receive(self, data: bytes) -> None:
        self._events.received(data)

    @override
    def drop(self, reason: str) -> None:
        self._events.dropped(reason)

    @override
    def violate(self, reason: str) -> None:
        self._events.violated(reason, CloseCode.FLOOD if reason == RATE else CloseCode.MALFORMED)

    def _on_channel(self, channel: RTCDataChannel) -> None:
        self._channel, self._outlet = channel, Outlet(self._connection.sctp, channel)
        if self._guard is not None:
            self._guard.opened()
        channel.on("close", self._on_gone)
        self._events.opened()

    def _on_state(self) -> None:
        if self._connection.connectionState in ("failed", "closed"):
            self._on_gone()

    def _on_gone(self) -> None:
        if not self._is_gone:
            self._is_gone = True
            self._events.closed()


def _nothing() -> None:
    pass


def count_addresses(addresses: Sequence[str] | None) -> int:
    """How many addresses, and so sockets, a peer has that is offered these; None: all of the machine's."""
    return len(aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=True) if addresses is None else addresses)


class AiortcMaker(OfferAnswerer):
    """Makes AiortcPeers. ``addresses``: what to offer; None asks the machine. ``advertised`` replaces it in answers.

    ``sockets``: how many its peers may have open together.
    """

    def __init__(
        self,
        addresses: Sequence[str] | None,
        advertised: str | None,
        packet_dropped: PacketDropped,
        sockets: int = PEERS_PER_GATEWAY,
    ) -> None:
        self._addresses = addresses
        self._advertised = advertised
        self._sockets = Sockets(sockets)
        self._packet_dropped = packet_dropped
        self._intake = Intake(packet_dropped)
        self._answering = asyncio.Semaphore(_AT_ONCE)
        _guard_sockets()
        if addresses is not None:
            offered = list(addresses)
            aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: offered

    @override
    def waited_s(self, now: float) -> float:
        return self._intake.waited_s(now)

    @override
    async def answer(self, offer: Offer, events: PeerEvents) -> tuple[Peer, str]:
        async with self._answering:  # the peers that are here already are served between
            with self._sockets.named():
                return await self._make(offer, events)

    async def _make(self, offer: Offer, events: PeerEvents) -> tuple[Peer, str]:
        count = count_addresses(self._addresses)
        self._sockets.reserve(count)
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))  # none: the default is a third party's
        peer = AiortcPeer(connection, events, partial(self._sockets.release, count))
        try:
            return peer, await self._answer(offer, connection, peer)
        except BaseException:
            await peer.close()
            raise

    async def _answer(self, offer: Offer, connection: RTCPeerConnection, peer: AiortcPeer) -> str:
        await connection.setRemoteDescription(RTCSessionDescription(rewrite(offer), "offer"))
        self._guard(connection, peer)
        await connection.setLocalDescription(await connection.createAnswer())
        sdp: str = connection.localDescription.sdp
        if "\r\na=candidate:" not in sdp:
            raise self._sockets.full("no_candidate")
        return self._advertise(sdp)

    def _guard(self, connection: RTCPeerConnection, peer: AiortcPeer) -> None:
        """Before the first socket is open."""
        sctp: Any = connection.sctp
        sctp._rto = SCTP_RTO_S
        peer.say_twice(sctp.transport.transport)
        peer.guard(sctp.transport.transport._connection, self._packet_dropped, self._intake)
        SctpWatch(sctp, peer)

    def _advertise(self, sdp: str) -> str:
        if self._advertised is None:
            return sdp
        return "\r\n".join(_readdress(line, self._advertised) for line in sdp.split("\r\n"))


def _untangle(connection: RTCPeerConnection) -> None:
    """Break the references among the objects of a connection that is closed and never began.

    They are 140 objects that refer to each other, so only the garbage collector frees them. For a thousand offers
    whose clients never came, it would hold the event loop for a third of a second.
    """
    sctp: Any = connection.sctp
    dtls = sctp.transport
    for part in (connection, sctp, dtls, dtls.transport, dtls.transport.iceGatherer, dtls.transport._connection):
        part.__dict__.clear()


def _readdress(line: str, address: str) -> str:
    if not line.startswith("a=candidate:"):
        return line
    fields = line.split(" ")
    if ipaddress.ip_address(fields[4]).version == ipaddress.ip_address(address).version:
        fields[4] = address
    return " ".join(fields)


def _guard_sockets() -> None:
    """Have every STUN socket of this process ask its connection's guard, where there is one (the class is patched)."""
    protocol: Any = aioice.ice.StunProtocol
    if hasattr(protocol, "kuuki_inner"):
        return
    inner = protocol.kuuki_inner = protocol.datagram_received

    def datagram_received(self: Any, data: bytes, address: tuple[Any, ...]) -> None:
        guard: IceGuard | None = getattr(self.receiver, "kuuki_guard", None)
        if guard is None:
            inner(self, data, address)
        else:
            guard.receive(lambda: inner(self, data, address), data, (address[0], address[1]))

    protocol.datagram_received = datagram_received
