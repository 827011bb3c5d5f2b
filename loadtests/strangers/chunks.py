"""SCTP packets of one joined peer: each chunk is allowed, all of them bundled are an attack (RFC 9260)."""

import asyncio
from collections.abc import Awaitable, Callable
from struct import pack
from typing import Final

from loadtests.strangers.attack import Attack, Target
from loadtests.strangers.bad_peer import BadPeer

_PACKETS_PER_S: Final = 36
_CHUNKS: Final = 55
_AGAIN_S: Final = 1.0
_BINARY: Final = 53
_UNORDERED, _BEGIN = 4, 2

Packet = Callable[[BadPeer], bytes]


def _chunk(kind: int, body: bytes, flags: int = 0) -> bytes:
    return pack("!BBH", kind, flags, 4 + len(body)) + body + bytes(-len(body) % 4)


def _sacks(peer: BadPeer) -> bytes:
    """Each acknowledges what came, and then 4,096 that were never sent."""
    return _chunk(3, pack("!LLHHHH", peer.received_tsn, 131_072, 1, 0, 2, 4_097)) * _CHUNKS


def _fragments(peer: BadPeer) -> bytes:
    """One message, a byte a chunk, without an end."""
    return b"".join(
        _chunk(0, pack("!LHHL", peer.next_tsn(), peer.stream, 0, _BINARY) + b"x", _UNORDERED | peer.first(_BEGIN))
        for _ in range(_CHUNKS)
    )


def _heartbeats(peer: BadPeer) -> bytes:
    """Each wants an answer."""
    return _chunk(4, pack("!HH", 1, 4)) * _CHUNKS


def _reconfigs(peer: BadPeer) -> bytes:
    """Each resets nothing, and wants an answer (RFC 6525 section 4.1)."""
    return b"".join(
        _chunk(130, pack("!HHLLL", 13, 16, peer.next_request(), 0, peer.received_tsn)) for _ in range(_CHUNKS)
    )


def _shutdowns(peer: BadPeer) -> bytes:
    """Each wants an answer, and a timer."""
    return _chunk(7, pack("!L", peer.received_tsn)) * _CHUNKS


def _peer_with(packet: Packet) -> Callable[[Target], Awaitable[None]]:
    async def run(target: Target) -> None:
        while target.left_s > 0:
            async with BadPeer(target) as peer:
                await _strike(target, peer, packet)
            await asyncio.sleep(_AGAIN_S)  # it comes back

    return run


async def _strike(target: Target, peer: BadPeer, packet: Packet) -> None:
    if not peer.is_in:
        return
    loop = asyncio.get_running_loop()
    number, due = target.strike(), loop.time()
    while target.left_s > 0 and not peer.is_cut:
        await peer.send(packet(peer))
        due = max(due, loop.time() - 0.5) + 1 / _PACKETS_PER_S
        await asyncio.sleep(max(0.0, due - loop.time()))
    peer.tell_end(number)


def _attack(name: str, words: str, packet: Packet) -> Attack:
    return Attack(name, f"one joined peer, 36 packets a second of {words}", _peer_with(packet))


SACKS = _attack("sacks", "55 SACKs with a gap of 4,096", _sacks)
BYTES = _attack("bytes", "55 DATA chunks of one byte, one message", _fragments)
HEARTBEATS = _attack("heartbeats", "55 HEARTBEATs", _heartbeats)
RECONFIGS = _attack("reconfigs", "55 RE-CONFIGs", _reconfigs)
SHUTDOWNS = _attack("shutdowns", "55 SHUTDOWNs", _shutdowns)
