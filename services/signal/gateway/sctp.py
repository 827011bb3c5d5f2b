"""SCTP packets of a client, looked at before the stack reads them (RFC 9260). Pure: bytes in, a judgement out.

The stack believes the lengths and counts that a packet claims: a parameter of length 0 holds it for ever, a SACK with
gaps of 65,535 for seconds, a FORWARD TSN makes streams by the hundred. None of these comes from a client in good order.

What is in order costs too, and a packet may hold sixty chunks. So each packet is weighed: its work is what reading and
answering it costs, whatever is in it, in units of a small DATA chunk (some 10 µs). A packet's work is capped here, and
an association's work a second in sctp_watch.py.
"""

from collections.abc import Callable
from struct import Struct
from typing import Final

_HEADER_BYTES: Final = 12
_CHUNK: Final = Struct("!BBH")
_PAIR: Final = Struct("!HH")
_SACK: Final = Struct("!LLHH")
_DATA, _SACKS, _RE_CONFIG, _FORWARD_TSN = 0, 3, 130, 192
_WHOLE: Final = 0b11
"""The flags B and E of a DATA chunk: a frame is so small that no client has to send it in pieces."""
_CHUNKS: Final = 64
_PARAMETERS: Final = 32
_RE_CONFIGS: Final = 2
"""Parameters of a RE-CONFIG (RFC 6525 section 3.1). The stack answers each."""
_GAP_REACH: Final = 512
"""How far beyond the cumulative TSN a SACK may reach, and how many TSNs its gaps may cover: a minute's frames to one
client, which are never in flight at once. It also bounds what the stack keeps for a client that never
acknowledges the oldest."""
_SKIPPED_STREAMS: Final = 4

PACKET_WORK: Final = 100
"""Most that one packet may cost. A full packet of the smallest DATA chunks with a SACK and a FORWARD TSN is 70."""
_EACH_PACKET: Final = 2
_EACH_CHUNK: Final = {_DATA: 1, _SACKS: 2, _FORWARD_TSN: 2}
_EACH_OTHER: Final = 8
"""All others, unknown ones too: they come a few times in an association's life, and most of them are answered."""
_BYTES: Final = 64
_TSNS: Final = 32
"""So many bytes of a chunk, and so many TSNs that a SACK covers, are a unit more."""

Rule = Callable[[int, bytes], bool]


def weigh(packet: bytes) -> tuple[str | None, int]:
    """Why the stack must not read this packet (static), or None if it may; and its work."""
    at, work = _HEADER_BYTES, _EACH_PACKET
    for _ in range(_CHUNKS):
        if at + _CHUNK.size > len(packet):
            return None, work
        kind, flags, length = _CHUNK.unpack_from(packet, at)
        if length < _CHUNK.size or at + length > len(packet):
            return "sctp_length", work
        body = packet[at + _CHUNK.size : at + length]
        if kind in _RULES and not _RULES[kind](flags, body):
            return "sctp_chunk", work
        work += _work_of(kind, body)
        if work > PACKET_WORK:
            break
        at += length + -length % 4
    return "sctp_chunks", work


def _work_of(kind: int, body: bytes) -> int:
    covered = _covered(_spans_of(body)) if kind == _SACKS else 0
    return _EACH_CHUNK.get(kind, _EACH_OTHER) + len(body) // _BYTES + covered // _TSNS


def _is_data(flags: int, body: bytes) -> bool:
    return flags & _WHOLE == _WHOLE and len(body) > 12


def _is_parameters(_: int, body: bytes) -> bool:
    return _parameters_in(body) is not None


def _parameters_in(body: bytes) -> int | None:
    """How many there are; None if one lies, or if they are too many."""
    at = 0
    for number in range(_PARAMETERS):
        if at + _PAIR.size > len(body):
            return number
        _, length = _PAIR.unpack_from(body, at)
        if length < _PAIR.size or at + length > len(body):
            return None
        at += length + -length % 4
    return None


def _is_re_config(_: int, body: bytes) -> bool:
    parameters = _parameters_in(body)
    return parameters is not None and parameters <= _RE_CONFIGS


def _is_init(flags: int, body: bytes) -> bool:
    return len(body) >= 16 and _is_parameters(flags, body[16:])


def _is_sack(_: int, body: bytes) -> bool:
    if len(body) < _SACK.size:
        return False
    _, _, gaps, duplicates = _SACK.unpack_from(body)
    if len(body) < _SACK.size + 4 * (gaps + duplicates):
        return False
    spans = _spans_of(body)
    return all(0 < first <= last <= _GAP_REACH for first, last in spans) and _covered(spans) <= _GAP_REACH


def _spans_of(body: bytes) -> list[tuple[int, int]]:
    gaps: int = _SACK.unpack_from(body)[2]
    return list(_PAIR.iter_unpack(body[_SACK.size : _SACK.size + 4 * gaps]))


def _covered(spans: list[tuple[int, int]]) -> int:
    return sum(last - first + 1 for first, last in spans)


def _is_forward_tsn(_: int, body: bytes) -> bool:
    return len(body) >= 4 and len(body) % 4 == 0 and len(body) <= 4 + 4 * _SKIPPED_STREAMS


def _is_cumulative(_: int, body: bytes) -> bool:
    return len(body) >= 4


_RULES: Final[dict[int, Rule]] = {
    _DATA: _is_data,
    1: _is_init,
    2: _is_init,
    _SACKS: _is_sack,
    4: _is_parameters,  # HEARTBEAT
    5: _is_parameters,  # HEARTBEAT ACK
    6: _is_parameters,  # ABORT
    7: _is_cumulative,  # SHUTDOWN
    9: _is_parameters,  # ERROR
    _RE_CONFIG: _is_re_config,
    _FORWARD_TSN: _is_forward_tsn,
}
