"""One connection of a call: sound and picture both ways, and the call's channel.

Media that come are decoded, counted and let go.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import candidate_from_sdp

from client.headless.addresses import only
from client.headless.call.descriptions import fit, fragment_in, is_worth_trying
from client.headless.call.shows import Tracks
from client.headless.sctp_sends import drop_sends_when_closed
from kuuki.call.checking import fingerprint_in, normal_fingerprint
from kuuki.call.frames import CHANNEL_ID

_BACKLOG_BYTES: Final = 256
"""With more than this unsent nothing is said at all."""

_CANDIDATES: Final = 40


class BadDescription(Exception):
    """A partner's description that aiortc cannot take, or that it must not."""


@dataclass(slots=True)
class MediaCounts:
    """Decoded pictures and received packets of sound, and how many of each were sent."""

    video_frames: int = 0
    audio_packets: int = 0
    sent_video_frames: int = 0
    sent_audio_packets: int = 0

    def __add__(self, other: "MediaCounts") -> "MediaCounts":
        return MediaCounts(
            self.video_frames + other.video_frames,
            self.audio_packets + other.audio_packets,
            self.sent_video_frames + other.sent_video_frames,
            self.sent_audio_packets + other.sent_audio_packets,
        )


@dataclass(frozen=True, slots=True)
class Way:
    """How to connect: by which servers, and from which address alone (None: all that this machine has)."""

    servers: Sequence[RTCIceServer] = ()
    address: str | None = None


class CallConnection:
    """``on_open`` is called when the channel is open, ``on_message`` with each of its messages; both return at once."""

    def __init__(
        self, way: Way, tracks: Tracks, on_open: Callable[[], None], on_message: Callable[[bytes], None]
    ) -> None:
        configuration = RTCConfiguration(iceServers=list(way.servers), bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        self._peer = RTCPeerConnection(configuration)
        self._peer.on("track", self._hear_track)
        self._address = way.address
        self._own = tracks
        self._on_open, self._on_message = on_open, on_message
        self._channel: Any = None
        self._sinks: list[asyncio.Task[None]] = []
        self._frames = {"audio": 0, "video": 0}
        self._candidates = 0
        self._is_over = False

    # --- descriptions

    @property
    def fingerprints(self) -> tuple[str, str] | None:
        """Own and partner's, as the descriptions name them; None before both are known."""
        sdps = [one.sdp for one in (self._peer.localDescription, self._peer.remoteDescription) if one is not None]
        own, partner = (fingerprint_in(sdp) for sdp in sdps) if len(sdps) == 2 else (None, None)
        return (own, partner) if own and partner else None

    @property
    def waits_for_answer(self) -> bool:
        """Whether an offer is out."""
        return self._peer.signalingState == "have-local-offer"

    @property
    def local_sdp(self) -> str:
        """What was offered or answered last."""
        return str(self._peer.localDescription.sdp)

    def restarts(self, sdp: str) -> bool:
        """Whether an offer asks for an ICE restart, which aiortc cannot do."""
        before = self._peer.remoteDescription
        return before is not None and fragment_in(before.sdp) != fragment_in(sdp)

    async def offer(self) -> str:
        """The SDP offer, its candidates gathered."""
        for kind, track in self._own.by_kind.items():
            self._peer.addTransceiver(track or kind, "sendrecv")
        self._open_channel()
        with only(self._address):
            await self._peer.setLocalDescription(await self._peer.createOffer())
        return self.local_sdp

    async def answer(self, offer: str) -> str:
        """The SDP answer to an offer. Raises BadDescription."""
        await self._take("offer", offer)
        if self._channel is None:  # only now: before, aiortc would give it a transport of its own
            self._open_channel()
        taken: list[RTCRtpTransceiver] = []
        for transceiver in self._peer.getTransceivers():
            transceiver.direction = "sendrecv"
            if transceiver.kind not in {one.kind for one in taken}:
                transceiver.sender.replaceTrack(self._own.by_kind[transceiver.kind])
            taken.append(transceiver)
        with only(self._address):
            await self._peer.setLocalDescription(await self._peer.createAnswer())
        return self.local_sdp

    async def take_answer(self, answer: str) -> None:
        """The partner's answer. Raises BadDescription."""
        await self._take("answer", answer)

    async def add_candidate(self, candidate: dict[str, Any]) -> None:
        """A candidate as RTCIceCandidate.toJSON gives it. What is not worth trying is passed over."""
        text = str(candidate.get("candidate", "")).removeprefix("candidate:")
        self._candidates += 1
        if self._candidates > _CANDIDATES or not is_worth_trying(text) or self._peer.remoteDescription is None:
            return
        parsed = candidate_from_sdp(text)
        parsed.sdpMid, parsed.sdpMLineIndex = candidate.get("sdpMid"), candidate.get("sdpMLineIndex")
        with suppress(ValueError):  # of no section, or of a connection that has ended
            await self._peer.addIceCandidate(parsed)

    async def _take(self, kind: str, sdp: str) -> None:
        before = self._peer.remoteDescription
        try:
            if before is not None and _certificate_in(before.sdp) != _certificate_in(sdp):
                raise ValueError("fingerprint")  # the transport is held to the first; so are the words
            await self._peer.setRemoteDescription(RTCSessionDescription(fit(sdp), kind))
        except Exception as error:  # aiortc raises whatever its parser stumbles over
            raise BadDescription from error

    # --- the channel

    def send(self, data: bytes) -> bool:
        """Send now; False if it is not open or too much is still unsent."""
        if self._channel is None or self._channel.readyState != "open":
            return False
        if self._channel.bufferedAmount > _BACKLOG_BYTES:
            return False
        self._channel.send(data)
        return True

    def _open_channel(self) -> None:
        self._channel = self._peer.createDataChannel(
            "kuuki", ordered=False, maxRetransmits=0, negotiated=True, id=CHANNEL_ID
        )
        drop_sends_when_closed(self._peer.sctp)
        self._channel.on("open", self._opened)
        self._channel.on("message", self._hear)

    def _opened(self) -> None:
        if not self._is_over:
            self._on_open()

    def _hear(self, message: bytes | str) -> None:
        if isinstance(message, bytes) and not self._is_over:
            self._on_message(message)

    # --- media

    async def counts(self) -> MediaCounts:
        """What came and what went so far."""
        packets = 0
        for transceiver in self._peer.getTransceivers():
            if transceiver.kind == "audio":
                for report in (await transceiver.receiver.getStats()).values():
                    packets += report.packetsReceived if report.type == "inbound-rtp" else 0
        sent_video, sent_audio = (0 if track is None else track.sent for track in (self._own.video, self._own.audio))
        return MediaCounts(self._frames["video"], packets, sent_video, sent_audio)

    def _hear_track(self, track: MediaStreamTrack) -> None:
        if not self._is_over:
            self._sinks.append(asyncio.create_task(self._sink(track)))

    async def _sink(self, track: MediaStreamTrack) -> None:
        with suppress(MediaStreamError):
            while True:
                await track.recv()
                self._frames[track.kind] += 1

    async def close(self) -> None:
        """Let go of everything. May be called twice."""
        self._is_over = True
        for sink in self._sinks:
            sink.cancel()
        await asyncio.gather(*self._sinks, return_exceptions=True)
        self._own.stop()
        await self._peer.close()


def _certificate_in(sdp: str) -> str | None:
    found = fingerprint_in(sdp)
    return None if found is None else normal_fingerprint(found)
