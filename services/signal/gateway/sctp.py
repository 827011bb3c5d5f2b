"""SCTP packets of a client, looked at before the stack reads them (RFC 9260). Pure: bytes in, a reason or None out.

The stack believes the lengths and counts that a packet claims: a parameter of length 0 holds it for ever, a SACK with
gaps of 65,535 for seconds, a FORWARD TSN makes streams by the hundred. None of these comes from a client in good order.
"""

from collections.abc import Callable
from struct import Struct
from typing import Final

_HEADER_BYTES: Final = 12
_CHUNK: Final = Struct("!BBH")
_PAIR: Final = Struct("!HH")
_SACK: Final = Struct("!LLHH")
_CHUNKS: Final = 64
_PARAMETERS: Final = 32
_GAP_SPAN: Final = 4096
"""How many TSNs the gaps of a SACK may cover: far more than are ever in flight to one client."""
_SKIPPED_STREAMS: Final = 4

Rule = Callable[[bytes], bool]


def fault_of(packet: bytes) -> str | None:
    """Why the stack must not read this packet (static), or None if it may."""
    at = _HEADER_BYTES
    for _ in range(_CHUNKS):
        if at + _CHUNK.size > len(packet):
            return None
        kind, _, length = _CHUNK.unpack_from(packet, at)
        if length < _CHUNK.size or at + length > len(packet):
            return "sctp_length"
        rule = _RULES.get(kind)
        if rule is not None and not rule(packet[at + _CHUNK.size : at + length]):
            return "sctp_chunk"
        at += length + -length % 4
    return "sctp_chunks"


def _is_data(body: bytes) -> bool:
    return len(body) > 12


def _is_parameters(body: bytes) -> bool:
    at = 0
    for _ in range(_PARAMETERS):
        if at + _PAIR.size > len(body):
            return True
        _, length = _PAIR.unpack_from(body, at)
        if length < _PAIR.size or at + length > len(body):
            return False
        at += length + -length % 4
    return False


def _is_init(body: bytes) -> bool:
    return len(body) >= 16 and _is_parameters(body[16:])


def _is_sack(body: bytes) -> bool:
    if len(body) < _SACK.size:
        return False
    *_, gaps, duplicates = _SACK.unpack_from(body)
    if len(body) < _SACK.size + 4 * (gaps + duplicates):
        return False
    spans = [_PAIR.unpack_from(body, _SACK.size + 4 * number) for number in range(gaps)]
    return all(0 < first <= last for first, last in spans) and sum(last - first for first, last in spans) <= _GAP_SPAN


def _is_forward_tsn(body: bytes) -> bool:
    return len(body) >= 4 and len(body) % 4 == 0 and len(body) <= 4 + 4 * _SKIPPED_STREAMS


def _is_cumulative(body: bytes) -> bool:
    return len(body) >= 4


_RULES: Final[dict[int, Rule]] = {
    0: _is_data,
    1: _is_init,
    2: _is_init,
    3: _is_sack,
    4: _is_parameters,  # HEARTBEAT
    5: _is_parameters,  # HEARTBEAT ACK
    6: _is_parameters,  # ABORT
    7: _is_cumulative,  # SHUTDOWN
    9: _is_parameters,  # ERROR
    130: _is_parameters,  # RE-CONFIG
    192: _is_forward_tsn,
}
