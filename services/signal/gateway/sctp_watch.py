"""Stands between one client's SCTP and its peer. Knows the stack's names, not its import.

It bounds what the client may cost, and turns each exception of the stack into a violation that closes the peer.
"""

import asyncio
from typing import Any, Final, Protocol

from kuuki.admission import Bucket
from services.signal.gateway.sctp import weigh

RATE: Final = "sctp_rate"
"""The reason of a client that makes more work than it may, however well-formed. All others are about what it sent."""

_STREAMS: Final = 4
_MISORDERED: Final = 64
_WAITING_BYTES: Final = 4096
_EACH_BYTES: Final = 64
"""Messages that wait for their turn in one stream, and what each costs besides its bytes: sixty of the smallest."""
_WORK_PER_S: Final = 400.0
_WORK_BURST: Final = 1200
"""Work (see sctp.py) that one client may make. In good order there are less than 40 packets a second, and half of this
even when every frame is lost, skipped and acknowledged; at once as much as 400 packets that a network held back."""
_DCEP, _BINARY = 50, 53  # RFC 8831 section 8
_CHANNEL_OPEN: Final = b"\x03"  # RFC 8832 section 5.1


class Watched(Protocol):
    """What the watch asks of its peer, and tells it."""

    def is_own(self, stream_id: int) -> bool:
        """Whether this is the stream of the one channel."""
        ...

    @property
    def has_channel(self) -> bool:
        """Whether the client has opened its channel."""
        ...

    def receive(self, data: bytes) -> None:
        """A binary message on the channel."""
        ...

    def drop(self, reason: str) -> None:
        """A message that is no frame."""
        ...

    def violate(self, reason: str) -> None:
        """A broken limit: the peer must be closed."""
        ...


class SctpWatch:
    """Watches one association; ``sctp`` is the stack's transport. After a violation it lets nothing through."""

    def __init__(self, sctp: Any, peer: Watched) -> None:
        self._sctp = sctp
        self._peer = peer
        self._is_deaf = False
        self._work_left = Bucket.full(_WORK_PER_S, _WORK_BURST, asyncio.get_running_loop().time())
        self._handle_data, sctp._handle_data = sctp._handle_data, self.handle_data
        self._send_chunk, sctp._send_chunk = sctp._send_chunk, self.send_chunk
        self._receive_chunk, sctp._receive_data_chunk = sctp._receive_data_chunk, self.receive_chunk
        self._skip, sctp._receive_forward_tsn_chunk = sctp._receive_forward_tsn_chunk, self.skip
        self._receive_message, sctp._data_channel_receive = sctp._data_channel_receive, self.receive_message

    async def handle_data(self, data: bytes) -> None:
        """A packet came: the stack handles it, or it breaks a limit."""
        if self._is_deaf:
            return
        fault, work = weigh(data)
        if fault is not None:
            self._violate(fault)
        elif not self._work_left.consume(asyncio.get_running_loop().time(), work):
            self._violate(RATE)
        else:
            await self._handle(data)

    async def _handle(self, data: bytes) -> None:
        try:
            await self._handle_data(data)
        except ConnectionError:
            raise  # the transport ended; the stack knows what to do
        except Exception:
            self._violate("sctp")

    async def send_chunk(self, chunk: Any) -> None:
        """Send a chunk, and lose it if that fails.

        The stack's timers send from tasks that nobody awaits, also when the transport is gone: what they raise would
        end in the event loop's exception handler.
        """
        try:
            await self._send_chunk(chunk)
        except Exception:
            self._is_deaf = True

    async def receive_chunk(self, chunk: Any) -> None:
        """A DATA chunk came."""
        if self._is_over_bounds(chunk):
            self._violate("sctp_bounds")
        else:
            await self._receive_chunk(chunk)

    async def skip(self, chunk: Any) -> None:
        """A FORWARD TSN chunk came: the client gives up messages, each in a stream of its own perhaps."""
        streams = self._sctp._inbound_streams
        if len(streams.keys() | {stream_id for stream_id, _ in chunk.streams}) > _STREAMS:
            self._violate("sctp_bounds")
        else:
            await self._skip(chunk)

    async def receive_message(self, stream_id: int, protocol: int, data: bytes) -> None:
        """A whole message came: a frame, or what opens the channel."""
        if self._is_deaf:
            return
        if protocol == _BINARY and self._peer.is_own(stream_id):
            self._peer.receive(data)
        elif protocol != _DCEP:
            self._peer.drop("not_binary")
        elif self._peer.has_channel and data[:1] == _CHANNEL_OPEN:
            self._violate("channels")
        else:
            await self._receive_message(stream_id, protocol, data)

    def _is_over_bounds(self, chunk: Any) -> bool:
        streams = self._sctp._inbound_streams
        if chunk.stream_id not in streams and len(streams) >= _STREAMS:
            return True
        if len(self._sctp._sack_misordered) > _MISORDERED:
            return True
        stream = streams.get(chunk.stream_id)
        waiting = sum(len(one.user_data) + _EACH_BYTES for one in stream.reassembly) if stream else 0
        return waiting + len(chunk.user_data) > _WAITING_BYTES

    def _violate(self, reason: str) -> None:
        if not self._is_deaf:
            self._is_deaf = True
            self._peer.violate(reason)
