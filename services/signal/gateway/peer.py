"""The seam between the hub and a transport: one peer, one channel, bytes both ways.

``Peer`` and ``PeerEvents`` are any transport's; ``OfferAnswerer`` is that of transports that begin with an SDP offer.
"""

from typing import Protocol

from kuuki.errors import CloseCode
from kuuki.offers import Offer


class PeerEvents(Protocol):
    """What a transport tells of one peer. Calls come on the event loop, and return at once."""

    def checked(self) -> None:
        """The client's first authenticated connectivity check came: it has the answer, and is really there. Before
        ``opened``, and not at all where there is no such check."""
        ...

    def opened(self) -> None:
        """The channel is open. Never before ``answer`` has returned: until then the peer has no owner, and what greets
        its client would be sent to nobody."""
        ...

    def received(self, data: bytes) -> None:
        """A binary message came."""
        ...

    def violated(self, reason: str, code: CloseCode) -> None:
        """The peer broke a limit of the transport and must be closed with this code. ``reason`` is static, and one of
        those that services/runtime/metrics.py lists."""
        ...

    def dropped(self, reason: str) -> None:
        """A message or packet was dropped before it became a frame; ``reason`` as above."""
        ...

    def closed(self) -> None:
        """The transport is gone."""
        ...


class Peer(Protocol):
    """One endpoint of a client's channel."""

    def send(self, data: bytes) -> bool:
        """Send now, or answer False: not open, or it would have to wait. Nothing is kept to be sent later.

        Two frames in one turn of the event loop must both go: a beat and the mix that greets. Whether a TCP socket
        would keep something, services/signal/http/unsent.py can tell.
        """
        ...

    async def close(self) -> None:
        """Let go of everything; never raises, may be called twice."""
        ...


class OfferAnswerer(Protocol):
    """A transport that begins with an SDP offer."""

    async def answer(self, offer: Offer, events: PeerEvents) -> tuple[Peer, str]:
        """A peer for this offer and the SDP answer to it."""
        ...

    def waited_s(self, now: float) -> float:
        """How long, in seconds, the oldest of what has come from any open peer waits to be read."""
        ...
