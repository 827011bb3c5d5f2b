"""The watch on an association, with a stack that is only a list: what it lets through, and what ends the peer."""

import asyncio
from struct import pack
from types import SimpleNamespace

import pytest

from services.signal.gateway.sctp import weigh
from services.signal.gateway.sctp_watch import SctpWatch
from tests.virtual import in_virtual_time

HEARTBEAT = bytes(12) + b"\x04\x00\x00\x08\x00\x01\x00\x04"


class Stack:
    """A transport with the methods that are watched; ``fault`` is what they raise."""

    def __init__(self):
        self.calls = []
        self.fault = None
        self._inbound_streams = {}
        self._sack_misordered = set()
        for name in ("_handle_data", "_send_chunk", "_receive_data_chunk", "_receive_forward_tsn_chunk"):
            setattr(self, name, self.method(name))
        self._data_channel_receive = self.method("_data_channel_receive")

    def method(self, name):
        async def call(*arguments):
            self.calls.append(name)
            if self.fault is not None:
                raise self.fault

        return call


class Peer:
    """The watched peer, whose channel has stream 1."""

    def __init__(self):
        self.has_channel = True
        self.told = []

    def is_own(self, stream_id):
        return stream_id == 1

    def receive(self, data):
        self.told.append(data)

    def drop(self, reason):
        self.told.append(reason)

    def violate(self, reason):
        self.told.append(reason)


def watched():
    stack, peer = Stack(), Peer()
    SctpWatch(stack, peer)
    return stack, peer


@in_virtual_time
async def test_after_a_violation_nothing_comes_through_and_it_is_told_once():
    stack, peer = watched()
    await stack._handle_data(HEARTBEAT)
    for _ in range(3):
        await stack._handle_data(HEARTBEAT[:-1] + b"\0")
        await stack._handle_data(HEARTBEAT)
        await stack._data_channel_receive(1, 53, b"a frame")
    assert stack.calls == ["_handle_data"]
    assert peer.told == ["sctp_chunk"]


@in_virtual_time
async def test_what_the_stack_raises_ends_the_peer_but_a_lost_transport_is_the_stacks():
    stack, peer = watched()
    stack.fault = ConnectionError()
    with pytest.raises(ConnectionError):
        await stack._handle_data(HEARTBEAT)
    assert peer.told == []
    stack.fault = AssertionError()
    await stack._handle_data(HEARTBEAT)
    assert peer.told == ["sctp"]


@pytest.mark.parametrize("fault", [ConnectionError, OSError, RuntimeError])
@in_virtual_time
async def test_sending_on_a_lost_transport_raises_nothing(fault):
    """Timers of the stack send from tasks that nobody awaits."""
    stack, peer = watched()
    stack.fault = fault()
    await stack._send_chunk(object())
    assert stack.calls == ["_send_chunk"]
    assert peer.told == []


def packet(*chunks):
    return bytes(12) + b"".join(
        pack("!BBH", kind, 3, 4 + len(body)) + body + bytes(-len(body) % 4) for kind, body in chunks
    )


SCORE = (0, pack("!LHHL", 1, 0, 0, 53) + bytes(19))
SACK = (3, pack("!LLHH", 1, 2, 0, 0))
TORN_SACK = (3, pack("!LLHH", 1, 2, 20, 20) + b"".join(pack("!HH", 3 * n, 3 * n + 1) for n in range(1, 21)) + bytes(80))
SKIP = (192, pack("!LHH", 1, 0, 1))


async def send(stack, a_second, seconds, *packets):
    for number in range(int(a_second * seconds)):
        await stack._handle_data(packets[number % len(packets)])
        await asyncio.sleep(1 / a_second)


@pytest.mark.parametrize(
    ("a_second", "packets"),
    [
        (40, [packet(SCORE), packet(SACK)]),
        (100, [packet(SCORE)]),
        (100, [packet(SACK)]),
        (40, [packet(TORN_SACK, SKIP), packet(SCORE)]),  # the worst of networks, and a client that fills it
        (40, [packet(SACK, SKIP, SCORE, SCORE)]),
        (10, [packet(SACK, SKIP, *[SCORE] * 20)]),  # it kept back, and said all at once
        (20, [HEARTBEAT]),
    ],
)
@in_virtual_time
async def test_what_clients_in_good_order_send_is_never_too_much(a_second, packets):
    stack, peer = watched()
    for _ in range(350):
        await stack._handle_data(packet(SCORE))  # a network held them back
    await send(stack, a_second, 60, *packets)
    assert peer.told == []


@pytest.mark.parametrize(
    ("a_second", "attack"),
    [
        (200, packet(SCORE)),
        (200, packet(SACK)),
        (60, HEARTBEAT),
        (60, packet((7, bytes(4)))),
        (60, packet((130, b""))),
        (60, packet((10, b"cookie"))),
        (60, packet((77, b""))),
        (36, packet((3, pack("!LLHHHH", 1, 2, 1, 0, 1, 512)))),
        (10, packet(*[(3, pack("!LLHHHH", 1, 2, 1, 0, 1, 100))] * 12)),
        (10, packet(*[SCORE] * 50)),
        (10, packet(*[SKIP] * 25)),
        (10, packet(*[(4, b"")] * 9)),
        (50, packet((4, pack("!HH", 1, 1000) + bytes(996)))),
    ],
)
@in_virtual_time
async def test_work_a_second_is_bounded_whatever_it_is_made_of(a_second, attack):
    stack, peer = watched()
    _, work = weigh(attack)
    await send(stack, a_second, 60, attack)
    assert peer.told == ["sctp_rate"]
    assert len(stack.calls) * work <= 1200 + 60 * 400


@in_virtual_time
async def test_messages_go_where_they_belong():
    stack, peer = watched()
    receive = stack._data_channel_receive
    await receive(1, 53, b"a frame")
    await receive(3, 53, b"on another stream")
    await receive(1, 51, b"text")
    await receive(1, 50, b"\x02")
    assert peer.told == [b"a frame", "not_binary", "not_binary"]
    assert stack.calls == ["_data_channel_receive"]
    await receive(3, 50, b"\x03a second channel")
    assert peer.told[-1] == "channels"


def data(stream, payload=b"x"):
    return SimpleNamespace(stream_id=stream, user_data=payload)


@pytest.mark.parametrize(
    ("streams", "gaps", "chunk", "reason"),
    [
        (3, 0, data(9), None),
        (4, 0, data(9), "sctp_bounds"),
        (4, 0, data(0), None),
        (1, 64, data(0), None),
        (1, 65, data(0), "sctp_bounds"),
        (1, 0, data(0, bytes(4096)), None),
        (1, 0, data(0, bytes(4097)), "sctp_bounds"),
    ],
)
@in_virtual_time
async def test_streams_gaps_and_messages_that_wait_are_bounded(streams, gaps, chunk, reason):
    stack, peer = watched()
    stack._inbound_streams = {number: SimpleNamespace(reassembly=[]) for number in range(streams)}
    stack._sack_misordered = set(range(gaps))
    await stack._receive_data_chunk(chunk)
    assert peer.told == ([] if reason is None else [reason])
    assert stack.calls == (["_receive_data_chunk"] if reason is None else [])


@in_virtual_time
async def test_messages_that_wait_count_by_bytes_and_by_number():
    stack, peer = watched()
    stack._inbound_streams = {0: SimpleNamespace(reassembly=[data(0, bytes(2000)), data(0, bytes(2000))])}
    await stack._receive_data_chunk(data(0, bytes(96)))
    assert peer.told == ["sctp_bounds"]
    stack, peer = watched()
    stack._inbound_streams = {0: SimpleNamespace(reassembly=[data(0)] * 63)}
    await stack._receive_data_chunk(data(0))
    assert peer.told == []
    stack._inbound_streams[0].reassembly.append(data(0))
    await stack._receive_data_chunk(data(0))
    assert peer.told == ["sctp_bounds"]


@in_virtual_time
async def test_skipping_makes_no_more_streams_than_data_does():
    stack, peer = watched()
    stack._inbound_streams = {0: None, 1: None}
    await stack._receive_forward_tsn_chunk(SimpleNamespace(streams=[(1, 0), (2, 0), (3, 0)]))
    assert peer.told == []
    await stack._receive_forward_tsn_chunk(SimpleNamespace(streams=[(2, 0), (3, 0), (4, 0)]))
    assert peer.told == ["sctp_bounds"]
