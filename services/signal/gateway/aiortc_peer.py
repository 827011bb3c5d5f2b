"""Peers on aiortc: the only file of the services that knows it.

aiortc trusts its peers. What stands between it and the network here:

- it is given an SDP offer that we wrote ourselves, without candidates (kuuki/offers.py)
- datagrams other than STUN are taken only from an address that passed an authenticated connectivity check,
  so a stranger's DTLS packet cannot end a join (RFC 7983 tells the packets apart by their first byte)
- SCTP is watched: streams, gaps and unfinished messages are bounded, exceptions close the peer and are counted
- its addresses are ours: bound to loopback, loopback alone is offered
"""

import ipaddress
from collections.abc import Callable, Sequence
from typing import Any, Final

import aioice.ice
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from aiortc.rtcsctptransport import RTCSctpTransport

from kuuki.limits import BUFFERED_BYTES
from kuuki.offers import Offer, rewrite
from services.signal.gateway.peer import Peer, PeerEvents

_STREAMS: Final = 4
_MISORDERED: Final = 64
_UNFINISHED_BYTES: Final = 4096
_DCEP, _BINARY = 50, 53  # RFC 8831 section 8
_CHANNEL_OPEN = b"\x03"  # RFC 8832 section 5.1

PacketDropped = Callable[[str], None]


class AiortcPeer:
    """One RTCPeerConnection with the one channel that its client opens."""

    def __init__(self, connection: RTCPeerConnection, events: PeerEvents) -> None:
        self._connection = connection
        self.events = events
        self._channel: RTCDataChannel | None = None
        self._is_closed = False
        connection.on("connectionstatechange", self._on_state)
        connection.on("datachannel", self._on_channel)

    def send(self, data: bytes) -> bool:
        """See Peer."""
        channel = self._channel
        if channel is None or channel.readyState != "open" or channel.bufferedAmount > BUFFERED_BYTES:
            return False
        channel.send(data)
        return True

    async def close(self) -> None:
        """See Peer."""
        self._is_closed = True
        await self._connection.close()

    def is_own(self, stream_id: int) -> bool:
        """Whether this is the stream of the one channel."""
        return self._channel is not None and self._channel.id == stream_id

    @property
    def has_channel(self) -> bool:
        """Whether the client has opened its channel."""
        return self._channel is not None

    def violate(self, reason: str) -> None:
        """Report a broken limit, once."""
        if not self._is_closed:
            self._is_closed = True
            self.events.violated(reason)

    def _on_channel(self, channel: RTCDataChannel) -> None:
        self._channel = channel
        channel.on("close", self.events.closed)
        self.events.opened()

    def _on_state(self) -> None:
        if self._connection.connectionState in ("failed", "closed"):
            self.events.closed()


class _SctpWatch:
    """Stands between SCTP and its peer: bounds, and no exception but ours."""

    def __init__(self, sctp: RTCSctpTransport, peer: AiortcPeer) -> None:
        self._sctp = sctp
        self._peer = peer
        watched: Any = sctp
        self._handle_data, watched._handle_data = watched._handle_data, self.handle_data
        self._receive_chunk, watched._receive_data_chunk = watched._receive_data_chunk, self.receive_chunk
        self._receive_message, watched._data_channel_receive = watched._data_channel_receive, self.receive_message

    async def handle_data(self, data: bytes) -> None:
        try:
            await self._handle_data(data)
        except ConnectionError:
            raise
        except Exception:
            self._peer.violate("sctp")

    async def receive_chunk(self, chunk: Any) -> None:
        if _is_over_bounds(self._sctp, chunk):
            self._peer.violate("sctp_bounds")
        else:
            await self._receive_chunk(chunk)

    async def receive_message(self, stream_id: int, protocol: int, data: bytes) -> None:
        if protocol == _BINARY and self._peer.is_own(stream_id):
            self._peer.events.received(data)
        elif protocol != _DCEP:
            self._peer.events.dropped("not_binary")
        elif self._peer.has_channel and data[:1] == _CHANNEL_OPEN:
            self._peer.violate("channels")
        else:
            await self._receive_message(stream_id, protocol, data)


def _is_over_bounds(sctp: RTCSctpTransport, chunk: Any) -> bool:
    streams = sctp._inbound_streams
    if chunk.stream_id not in streams and len(streams) >= _STREAMS:
        return True
    if len(sctp._sack_misordered) > _MISORDERED:
        return True
    stream = streams.get(chunk.stream_id)
    unfinished = sum(len(part.user_data) for part in stream.reassembly) if stream else 0
    return unfinished + len(chunk.user_data) > _UNFINISHED_BYTES


class AiortcMaker:
    """Makes AiortcPeers. ``addresses``: what to offer; None asks the machine. ``advertised`` replaces it in answers."""

    def __init__(self, addresses: Sequence[str] | None, advertised: str | None, packet_dropped: PacketDropped) -> None:
        self._advertised = advertised
        _guard_ice(packet_dropped)
        if addresses is not None:
            offered = list(addresses)
            aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: offered

    async def answer(self, offer: Offer, events: PeerEvents) -> tuple[Peer, str]:
        """See PeerMaker."""
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))  # none: the default is a third party's
        peer = AiortcPeer(connection, events)
        try:
            await connection.setRemoteDescription(RTCSessionDescription(rewrite(offer), "offer"))
            if connection.sctp is not None:
                _SctpWatch(connection.sctp, peer)
            await connection.setLocalDescription(await connection.createAnswer())
        except BaseException:
            await peer.close()
            raise
        return peer, self._advertise(connection.localDescription.sdp)

    def _advertise(self, sdp: str) -> str:
        if self._advertised is None:
            return sdp
        return "\r\n".join(_readdress(line, self._advertised) for line in sdp.split("\r\n"))


def _readdress(line: str, address: str) -> str:
    if not line.startswith("a=candidate:"):
        return line
    fields = line.split(" ")
    if ipaddress.ip_address(fields[4]).version == ipaddress.ip_address(address).version:
        fields[4] = address
    return " ".join(fields)


def _guard_ice(packet_dropped: PacketDropped) -> None:
    """Put the guard before every STUN socket of this process (once: the class is patched)."""
    protocol: Any = aioice.ice.StunProtocol
    inner = getattr(protocol, "kuuki_inner", protocol.datagram_received)
    protocol.kuuki_inner = inner

    def datagram_received(self: Any, data: bytes, address: tuple[Any, ...]) -> None:
        is_stun = bool(data) and data[0] <= 3
        if not is_stun and not _has_checked(self.receiver, (address[0], address[1])):
            packet_dropped("unchecked_address")
            return
        try:
            inner(self, data, address)
        except Exception:
            packet_dropped("malformed_stun")

    protocol.datagram_received = datagram_received


def _has_checked(connection: Any, address: tuple[str, int]) -> bool:
    """Whether a pair with this address exists: all come from authenticated checks, offers' candidates are dropped."""
    return any(pair.remote_addr == address for pair in connection._check_list)
