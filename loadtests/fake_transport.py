"""A transport whose peers are only lists: for tests in virtual time, and for benches with a thousand people.

It stands behind the gateway's seam (services/signal/gateway/peer.py) where WebRTC stands otherwise.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from typing_extensions import override

from kuuki.errors import CloseCode
from kuuki.mood.frames import Beat, Frame, Mix, Presence, Score, decode_from_gateway, encode
from kuuki.offers import Offer
from services.signal.gateway.peer import OfferAnswerer, Peer, PeerEvents

OFFER: Final = Offer("abcd", "p" * 22, "sha-256 " + ":".join(["AB"] * 32), "actpass", "0", 5000)
HAPPY: Final = (0, 0, 0, 255, 0, 0, 0)
"""The weights of a score that is nothing but happy."""


class FakePeer(Peer):
    """A peer that keeps what it is sent, with the time; while not ``accepts`` its buffer is full."""

    def __init__(self, events: PeerEvents) -> None:
        self.events = events
        self.accepts = True
        self.closed = 0
        """How often it was closed."""
        self.heard: list[tuple[float, Beat | Mix]] = []
        """What the gateway sent, each with the loop's time in seconds."""
        self._seq = 0

    @override
    def send(self, data: bytes) -> bool:
        if not self.accepts or self.closed:
            return False
        self.heard.append((asyncio.get_running_loop().time(), decode_from_gateway(data)))
        return True

    @override
    async def close(self) -> None:
        self.closed += 1

    def next_seq(self) -> int:
        """The seq of the next frame that the client says."""
        self._seq += 1
        return self._seq

    def say(self, frame: Frame) -> None:
        """The client sends this frame."""
        self.events.received(encode(frame))

    def score(self, weights: tuple[int, ...] = HAPPY, sure: int = 255) -> None:
        """The client sends a score; ``sure`` is 0..255."""
        self.say(Score(self.next_seq(), weights, sure))

    def be(self, presence: Presence, answer: int = 0) -> None:
        """The client sends a beat."""
        self.say(Beat(self.next_seq(), presence, answer))

    @property
    def beats(self) -> list[tuple[float, Beat]]:
        """The beats among what it heard."""
        return [(at, frame) for at, frame in self.heard if isinstance(frame, Beat)]

    @property
    def mixes(self) -> list[tuple[float, Mix]]:
        """The mixes among what it heard."""
        return [(at, frame) for at, frame in self.heard if isinstance(frame, Mix)]

    @property
    def mix(self) -> Mix:
        """The last mix that it heard."""
        return self.mixes[-1][1]

    @property
    def told(self) -> CloseCode | None:
        """Why it was closed, if it was told."""
        return next((CloseCode(beat.code) for _, beat in self.beats if beat.presence is Presence.BYE), None)


@dataclass
class FakeMaker(OfferAnswerer):
    """Makes FakePeers: after ``delay_s`` seconds each, or raises ``fault`` instead of it."""

    delay_s: float = 0.0
    fault: Exception | None = None
    peers: list[FakePeer] = field(default_factory=list)
    answered: dict[str, FakePeer] = field(default_factory=dict)
    """Each peer by the SDP answer that it gave."""
    waits_s: float = 0.0
    """For how long what came waits to be read, in seconds."""

    @override
    def waited_s(self, now: float) -> float:
        return self.waits_s

    @override
    async def answer(self, offer: Offer, events: PeerEvents) -> tuple[FakePeer, str]:
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        if self.fault is not None:
            raise self.fault
        peer = FakePeer(events)
        self.peers.append(peer)
        sdp = f"v=0\r\no=- {len(self.peers)} 1 IN IP4 0.0.0.0\r\n"
        self.answered[sdp] = peer
        return peer, sdp
