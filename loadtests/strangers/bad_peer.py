"""A joined peer whose SCTP is driven by hand: what it sends is not what its stack would."""

import time
from types import TracebackType
from typing import Any, Final

import aiohttp

from client.headless.connection import Connection
from client.headless.errors import CannotJoin, TryLater
from client.headless.place import Place
from client.headless.signaling import join
from kuuki.errors import BadFrame
from kuuki.mood.frames import Beat, Presence, decode_from_gateway
from kuuki.mood.room import Role
from loadtests.strangers.attack import Target, tell

_SILENT_S: Final = 2.0
"""A gateway says something five times a second: after this long without a word it is gone, or stands still."""


class _Bundle:
    """Chunks as the stack takes one: it only asks for the bytes."""

    def __init__(self, chunks: bytes) -> None:
        self._chunks = chunks

    def __bytes__(self) -> bytes:
        return self._chunks


class BadPeer:
    """To enter with ``async with``: it joins then, if it is let (``is_in``)."""

    def __init__(self, target: Target) -> None:
        self._place = Place(target.url, target.room)
        self.is_in = False
        self._cut_at: float | None = None
        self._heard_at = time.monotonic()
        self._requests = 1_000
        self._has_begun = False

    async def __aenter__(self) -> "BadPeer":
        self._connection = Connection([], "127.0.0.1", self._hear, self._cut)
        async with aiohttp.ClientSession() as http:
            try:
                offer = await self._connection.offer()
                answer = await join(http, self._place, Role.AUDIENCE, offer, None)
                await self._connection.accept(answer.sdp)
                self.is_in = True
            except (CannotJoin, TryLater) as error:
                tell("not in", why=type(error).__name__)
        peer: Any = self._connection._peer
        self._sctp: Any = peer.sctp
        self._tsn = self._sctp._local_tsn
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.close()

    def _hear(self, data: bytes) -> None:
        self._heard_at = time.monotonic()
        try:
            frame = decode_from_gateway(data)
        except BadFrame:
            return
        if isinstance(frame, Beat) and frame.presence is Presence.BYE:
            self._cut()

    def _cut(self) -> None:
        self._cut_at = self._cut_at or time.monotonic()

    # --- what its packets are made of

    @property
    def stream(self) -> int:
        """The stream of its data channel."""
        return int(self._connection._channel.id or 0)

    @property
    def received_tsn(self) -> int:
        """The newest TSN that it has received."""
        return int(self._sctp._last_received_tsn or 0)

    def next_tsn(self) -> int:
        """The TSN of its next DATA chunk."""
        tsn, self._tsn = self._tsn, (self._tsn + 1) % 2**32
        return int(tsn)

    def next_request(self) -> int:
        """The number of its next RE-CONFIG request."""
        self._requests += 1
        return self._requests

    def first(self, flag: int) -> int:
        """The flag the first time, and 0 from then on."""
        flag, self._has_begun = 0 if self._has_begun else flag, True
        return flag

    # --- what becomes of it

    async def send(self, chunks: bytes) -> None:
        """One packet with these chunks."""
        try:
            await self._sctp._send_chunk(_Bundle(chunks))
        except ConnectionError:
            self._cut()

    @property
    def is_cut(self) -> bool:
        """Whether the gateway has said goodbye, or has closed the transport."""
        if self._sctp.transport.state in ("closed", "failed"):
            self._cut()
        return self._cut_at is not None

    def tell_end(self, number: int) -> None:
        """How it ended; who has heard nothing for long was cut when it last heard."""
        silent_at = self._heard_at if time.monotonic() - self._heard_at > _SILENT_S else None
        at = self._cut_at or silent_at
        if at is not None:
            tell("cut", number=number, since_s=round(time.monotonic() - at, 3))
