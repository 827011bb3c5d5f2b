"""The guard before ICE sockets, with a stack that is only a list."""

import asyncio
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.signal.gateway.ice_guard import IceGuard

KNOWN = ("192.0.2.1", 5000)
STRANGER = ("198.51.100.9", 4000)
CHECK = b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12)
ANSWER = b"\x01\x01" + CHECK[2:]
ERROR = b"\x01\x11" + CHECK[2:]
DTLS = b"\x16\xfe\xfd" + bytes(20)


class Stack:
    """An ICE connection that has checked one address (or more), and its guard."""

    def __init__(self, addresses=1, waiting=0):
        pairs = [SimpleNamespace(remote_addr=(KNOWN[0], KNOWN[1] + number)) for number in range(addresses)]
        queue = asyncio.Queue()
        for _ in range(waiting):
            queue.put_nowait(DTLS)
        self.read, self.passed, self.dropped = [], [], []
        self.ice = SimpleNamespace(
            _check_list=pairs, _queue=queue, data_received=lambda data, component: self.passed.append(data)
        )
        self.guard = IceGuard(self.ice, self.dropped.append)

    def receive(self, data, address=KNOWN):
        self.guard.receive(lambda: self.read.append(data), data, address)
        return self.dropped[-1] if self.dropped else None


@pytest.mark.parametrize(
    ("data", "address", "reason"),
    [
        (DTLS, KNOWN, None),
        (DTLS, STRANGER, "unchecked_address"),
        (DTLS, (KNOWN[0], 9), "unchecked_address"),
        (CHECK, KNOWN, None),
        (CHECK, STRANGER, None),
        (ANSWER, KNOWN, None),
        (ERROR, KNOWN, "stun_error"),
        (CHECK[:19], KNOWN, "malformed_stun"),
        (CHECK[:4] + bytes(16), KNOWN, "malformed_stun"),
        (b"", KNOWN, "empty"),
        (b"\x80" + bytes(40), KNOWN, "not_dtls"),
        (b"\x04" * 40, KNOWN, "not_dtls"),
        (b"\x13" * 40, KNOWN, "not_dtls"),
        (b"\x40" * 40, KNOWN, "not_dtls"),
    ],
)
def test_who_may_send_what(data, address, reason):
    stack = Stack()
    assert stack.receive(data, address) == reason
    assert stack.read == ([data] if reason is None else [])


def test_a_client_is_checked_at_so_many_addresses_and_no_more():
    assert Stack(addresses=15).receive(CHECK, STRANGER) is None
    assert Stack(addresses=16).receive(CHECK, STRANGER) == "addresses"
    assert Stack(addresses=16).receive(CHECK, KNOWN) is None


def test_what_waits_for_dtls_is_bounded():
    assert Stack(waiting=63).receive(DTLS) is None
    assert Stack(waiting=64).receive(DTLS) == "queue_full"
    assert Stack(waiting=64).receive(CHECK) is None, "liveness is not what is lost"


def test_what_the_stack_cannot_read_is_counted():
    stack = Stack()
    stack.guard.receive(lambda: {}["PRIORITY"], CHECK, KNOWN)
    assert stack.dropped == ["malformed_stun"]


def test_what_is_neither_stun_nor_dtls_does_not_reach_dtls():
    stack = Stack()
    stack.ice.data_received(CHECK, 1)
    stack.ice.data_received(DTLS, 1)
    assert (stack.passed, stack.dropped) == ([DTLS], ["malformed_stun"])


@given(st.binary(max_size=60), st.sampled_from([KNOWN, STRANGER]))
def test_any_datagram_is_read_or_counted_once(data, address):
    stack = Stack()
    stack.receive(data, address)
    assert len(stack.read) + len(stack.dropped) == 1
