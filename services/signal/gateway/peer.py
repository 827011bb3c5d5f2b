"""The seam between the hub and a transport: one peer, one channel, bytes both ways."""

from typing import Protocol

from kuuki.offers import Offer


class PeerEvents(Protocol):
    """What a transport tells of one peer. Calls come on the event loop, and return at once."""

    def checked(self) -> None:
        """The client's first authenticated connectivity check came: it has the answer, and is really there. Before
        ``opened``, and not at all where there is no such check."""
        ...

    def opened(self) -> None:
        """The channel is open."""
        ...

    def received(self, data: bytes) -> None:
        """A binary message came."""
        ...

    def violated(self, reason: str) -> None:
        """The peer broke a limit of the transport (static reason) and must be closed."""
        ...

    def dropped(self, reason: str) -> None:
        """A message or packet was dropped before it became a frame (static reason)."""
        ...

    def closed(self) -> None:
        """The transport is gone."""
        ...


class Peer(Protocol):
    """One WebRTC endpoint."""

    def send(self, data: bytes) -> bool:
        """Send now, or answer False: not open, or it would have to wait. Nothing is kept to be sent later."""
        ...

    async def close(self) -> None:
        """Let go of everything; never raises, may be called twice."""
        ...


class PeerMaker(Protocol):
    """A transport."""

    async def answer(self, offer: Offer, events: PeerEvents) -> tuple[Peer, str]:
        """A peer for this offer and the SDP answer to it."""
        ...

    def waited_s(self, now: float) -> float:
        """How long, in seconds, the oldest of what has come from any open peer waits to be read."""
        ...
