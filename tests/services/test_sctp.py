"""SCTP packets: what is in order passes, what would hold the stack does not, and whatever passes is little work."""

from struct import pack

import pytest
from aiortc import rtcsctptransport as stack
from google_crc32c import value as crc32c
from hypothesis import given
from hypothesis import strategies as st

from services.signal.gateway.sctp import PACKET_WORK, weigh


def packet(*chunks, flags=3):
    """A packet with a right checksum of (type, body) chunks."""
    body = b"".join(pack("!BBH", kind, flags, 4 + len(data)) + data + bytes(-len(data) % 4) for kind, data in chunks)
    header = pack("!HHL", 5000, 5000, 1)
    return header + pack("<L", crc32c(header + bytes(4) + body)) + body


def fault_of(packet):
    return weigh(packet)[0]


def sack(*gaps, claimed=None, duplicates=0):
    return pack("!LLHH", 1, 2, len(gaps) if claimed is None else claimed, duplicates) + b"".join(
        pack("!HH", *gap) for gap in gaps
    )


DATA = pack("!LHHL", 1, 0, 0, 53) + b"score"
INIT = pack("!LLHHL", 1, 2, 3, 4, 5)
PARAMETER = pack("!HH", 7, 6) + b"ab\0\0"


@pytest.mark.parametrize(
    "chunks",
    [
        [(0, DATA)],
        [(0, DATA), (3, sack((2, 3), (5, 5)))],
        [(1, INIT + PARAMETER + pack("!HH", 8, 4))],
        [(2, INIT)],
        [(3, sack())],
        [(3, sack(duplicates=1) + pack("!L", 9))],
        [(4, PARAMETER), (5, PARAMETER), (6, b""), (9, PARAMETER)],
        [(7, pack("!L", 1)), (8, b""), (14, b"")],
        [(10, b"cookie"), (11, b"")],
        [(130, pack("!HHLLLH", 13, 18, 1, 2, 3, 0) + b"\0\0")],
        [(192, pack("!LHH", 1, 0, 1))],
        [(250, b"unknown")],
    ],
)
def test_what_is_in_order_passes(chunks):
    assert fault_of(packet(*chunks)) is None
    stack.parse_packet(packet(*chunks))


@pytest.mark.parametrize(
    ("reason", "chunks"),
    [
        ("sctp_chunk", [(4, pack("!HH", 1, 0))]),  # would be read for ever
        ("sctp_chunk", [(4, pack("!HH", 1, 3))]),
        ("sctp_chunk", [(1, INIT + pack("!HH", 1, 0))]),
        ("sctp_chunk", [(130, PARAMETER + pack("!HH", 13, 0))]),
        ("sctp_chunk", [(4, pack("!HH", 1, 9) + b"abc")]),
        ("sctp_chunk", [(4, PARAMETER * 40)]),
        ("sctp_chunk", [(3, sack((1, 65535)))]),  # would be counted for seconds
        ("sctp_chunk", [(3, sack(*[(1, 200)] * 3))]),  # would be counted again and again
        ("sctp_chunk", [(3, sack(*[(9, 9)] * 513))]),
        ("sctp_chunk", [(3, sack((1, 513)))]),
        ("sctp_chunk", [(3, sack((600, 600)))]),  # nobody has so much in flight
        ("sctp_chunk", [(130, PARAMETER * 3)]),  # each would be answered
        ("sctp_chunk", [(3, sack((3, 2)))]),
        ("sctp_chunk", [(3, sack((0, 0)))]),
        ("sctp_chunk", [(3, sack(claimed=65535))]),
        ("sctp_chunk", [(3, b"short")]),
        ("sctp_chunk", [(192, pack("!L", 1) + pack("!HH", 7, 7) * 5)]),
        ("sctp_chunk", [(192, b"abc")]),
        ("sctp_chunk", [(7, b"")]),
        ("sctp_chunk", [(0, DATA[:12])]),
        ("sctp_chunk", [(0, b"")]),
        ("sctp_chunk", [(1, INIT[:15])]),
        ("sctp_chunk", [(11, b""), (0, b"")]),
        ("sctp_chunks", [(11, b"")] * 65),
        ("sctp_chunks", [(3, sack((1, 150)))] * 55),
        ("sctp_chunks", [(3, sack(duplicates=1) + bytes(4))] * 60),
        ("sctp_chunks", [(4, PARAMETER)] * 20),
        ("sctp_chunks", [(7, pack("!L", 1))] * 20),
        ("sctp_chunks", [(10, b"cookie")] * 20),
        ("sctp_chunks", [(130, PARAMETER)] * 20),
        ("sctp_chunks", [(192, pack("!L", 1))] * 60),
        ("sctp_chunks", [(77, b"")] * 20),  # also of a kind that nobody knows
        ("sctp_chunks", [(0, DATA)] * 80),
        ("sctp_chunks", [(4, PARAMETER + pack("!HH", 1, 8000) + bytes(7996))]),  # would be echoed
    ],
)
def test_what_would_hold_or_mislead_the_stack_does_not_pass(reason, chunks):
    assert fault_of(packet(*chunks)) == reason


@pytest.mark.parametrize("flags", [0, 1, 2, 4, 5, 6])
def test_data_comes_whole(flags):
    assert fault_of(packet((0, DATA), flags=flags)) == "sctp_chunk"


@pytest.mark.parametrize("flags", [3, 7, 11, 15])
def test_unordered_or_not_and_at_once_or_not_is_the_clients_choice(flags):
    assert fault_of(packet((0, DATA), flags=flags)) is None


FULL = [(3, sack((2, 9), (12, 40), duplicates=20) + bytes(80)), (192, pack("!LHH", 1, 0, 1)), *[(0, DATA)] * 30]


@pytest.mark.parametrize(
    ("work", "chunks"),
    [
        (2, []),
        (3, [(0, DATA)]),
        (4, [(3, sack())]),
        (4 + 16, [(3, sack((1, 512)))]),
        (4 + 2 + 2, [(3, sack(*[(3 * n, 3 * n + 1) for n in range(1, 33)]))]),
        (10, [(4, PARAMETER)]),
        (10, [(77, b"")]),
        (10 + 3, [(77, bytes(200))]),
        (2 + 2 + 1 + 1 + 2 + 30, FULL),  # all that a client in good order may have kept back
        (2 + 8 + 1, [(10, b"cookie"), (0, DATA)]),
    ],
)
def test_a_packet_weighs_what_it_costs(work, chunks):
    assert weigh(packet(*chunks)) == (None, work)


@pytest.mark.parametrize("length", [0, 3, 9, 65535])
def test_a_chunk_that_lies_about_its_length_does_not_pass(length):
    assert fault_of(bytes(12) + pack("!BBH", 11, 0, length) + b"abcd") == "sctp_length"


kinds = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 130, 192, 77])
words = st.lists(st.sampled_from([0, 1, 4, 5, 8, 0xFFFF]), max_size=24).map(lambda they: pack(f"!{len(they)}H", *they))


@given(st.lists(st.tuples(kinds, words | st.binary(max_size=40)), min_size=1, max_size=4))
def test_whatever_passes_is_little_work_for_the_stack(chunks):
    built = packet(*chunks)
    fault, work = weigh(built)
    if fault is None:
        assert work <= PACKET_WORK
        _, _, _, read = stack.parse_packet(built)
        for chunk in read:
            if isinstance(chunk, stack.SackChunk):
                assert sum(last - first for first, last in chunk.gaps) <= 512


@given(st.binary(max_size=1500))
def test_any_bytes_pass_or_have_a_static_reason(data):
    assert fault_of(data) in (None, "sctp_length", "sctp_chunk", "sctp_chunks")
