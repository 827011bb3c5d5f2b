"""The guard before ICE sockets, with a stack that is only a list."""

import asyncio
from struct import pack
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.signal.gateway.ice_guard import IceGuard
from services.signal.gateway.intake import Intake
from tests.virtual import in_virtual_time

KNOWN = ("192.0.2.1", 5000)
STRANGER = ("198.51.100.9", 4000)
CHECK = b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12)
ANSWER = b"\x01\x01" + CHECK[2:]
ERROR = b"\x01\x11" + CHECK[2:]


def record(kind, payload=bytes(20), length=None):
    return bytes([kind]) + b"\xfe\xfd" + bytes(8) + pack("!H", len(payload) if length is None else length) + payload


DTLS = record(23)
HANDSHAKE = record(22)
ALERT = record(21, bytes(2))


class Stack:
    """An ICE connection that has checked one address (or more), and its guard."""

    def __init__(self, addresses=1, waiting=0):
        pairs = [SimpleNamespace(remote_addr=(KNOWN[0], KNOWN[1] + number)) for number in range(addresses)]
        queue = asyncio.Queue()
        for _ in range(waiting):
            queue.put_nowait(DTLS)
        self.read, self.passed, self.dropped = [], [], []
        self.ice = SimpleNamespace(
            _check_list=pairs,
            _early_checks=[],
            _queue=queue,
            data_received=lambda data, component: self.passed.append(data),
            connect=self.begin,
        )
        self.now = 0.0
        self.checked, self.begun = 0, 0
        self.guard = IceGuard(self.ice, self.dropped.append, self.check, Intake(self.dropped.append), lambda: self.now)

    def check(self):
        self.checked += 1

    async def begin(self):
        self.begun += 1

    def take_early(self, data, address):
        """As the stack takes a check that is authentic, before ICE began."""
        self.guard.receive(lambda: self.ice._early_checks.append((data, address, None)), data, address)

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


async def test_ice_begins_with_the_first_authentic_check_which_is_told_once():
    stack = Stack(addresses=0)
    begin = asyncio.create_task(stack.ice.connect())
    await asyncio.sleep(0)
    assert stack.receive(CHECK, STRANGER) is None, "one that proved nothing"
    await asyncio.sleep(0)
    assert (stack.checked, stack.begun) == (0, 0)
    stack.take_early(CHECK, KNOWN)
    stack.take_early(CHECK, KNOWN)
    await begin
    assert (stack.checked, stack.begun) == (1, 1)


async def test_ice_that_is_let_go_never_begins():
    stack = Stack(addresses=0)
    begin = asyncio.create_task(stack.ice.connect())
    await asyncio.sleep(0)
    stack.guard.let_go()
    await asyncio.wait([begin])
    assert begin.cancelled()
    assert (stack.checked, stack.begun) == (0, 0)


def test_addresses_are_known_and_counted_before_ice_began():
    stack = Stack(addresses=0)
    for number in range(16):
        stack.take_early(CHECK, (KNOWN[0], number))
    assert stack.receive(CHECK, STRANGER) == "addresses"
    stack.dropped.clear()
    assert stack.receive(CHECK, (KNOWN[0], 3)) is None
    assert stack.receive(DTLS, (KNOWN[0], 3)) is None
    assert stack.receive(DTLS, STRANGER) == "unchecked_address"


def test_what_waits_for_dtls_is_bounded():
    assert Stack(waiting=63).receive(DTLS) is None
    assert Stack(waiting=64).receive(DTLS) == "queue_full"
    assert Stack(waiting=64).receive(CHECK) is None, "liveness is not what is lost"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (DTLS, None),
        (HANDSHAKE, None),
        (ALERT, None),
        (HANDSHAKE * 3 + record(20, b"\1") + HANDSHAKE, None),  # a client's flight with its certificate
        (HANDSHAKE + DTLS, None),
        (DTLS * 2, "records"),  # the second would wait in memory until the next datagram comes
        (record(23, b"") * 9, "records"),
        (DTLS + ALERT + DTLS, "records"),
        (ALERT * 40, "records"),
        (record(22, length=19), "records"),
        (record(22, length=21), "records"),
        (DTLS + b"\x17", "records"),
        (DTLS[:12], "records"),
        (HANDSHAKE + record(0), "records"),
        (record(40), "records"),
        (record(23, bytes(1487)), None),
        (record(23, bytes(1488)), "too_large"),
        (CHECK + bytes(1481), "too_large"),
    ],
)
def test_a_datagram_holds_what_the_stack_reads_of_it(data, reason):
    stack = Stack()
    assert stack.receive(data) == reason
    assert stack.read == ([data] if reason is None else [])


def test_handshakes_anew_are_few():
    stack = Stack()
    for _ in range(100):
        stack.receive(HANDSHAKE)
        stack.receive(DTLS)
    assert (stack.read.count(HANDSHAKE), stack.read.count(DTLS)) == (64, 100)
    assert set(stack.dropped) == {"handshakes"}
    stack.now = 5.0
    for data in [HANDSHAKE, ALERT, HANDSHAKE + DTLS] * 3:
        stack.receive(data)
    assert len(stack.read) == 164 + 5


@pytest.mark.parametrize("data", [DTLS, CHECK, ANSWER, b"\x16" * 30])
def test_a_clients_datagrams_are_so_many_and_a_strangers_cost_it_none(data):
    stack = Stack()
    for _ in range(2000):
        stack.receive(CHECK, STRANGER)
        stack.receive(DTLS, STRANGER)
    assert "rate" not in stack.dropped
    for _ in range(1000):
        stack.receive(data)
    assert "rate" not in stack.dropped
    assert stack.receive(data) == "rate"
    stack.now = 1.0
    for _ in range(401):
        stack.receive(data)
    assert stack.dropped.count("rate") == 2


def test_what_the_stack_cannot_read_is_counted():
    stack = Stack()
    attributes: dict[str, None] = {}
    stack.guard.receive(lambda: attributes["PRIORITY"], CHECK, KNOWN)
    assert stack.dropped == ["malformed_stun"]


@in_virtual_time
async def test_what_is_neither_stun_nor_dtls_does_not_reach_dtls():
    stack = Stack()
    stack.ice.data_received(CHECK, 1)
    stack.ice.data_received(DTLS, 1)
    assert (stack.passed, stack.dropped) == ([DTLS], ["malformed_stun"])


@given(st.binary(max_size=60), st.sampled_from([KNOWN, STRANGER]))
def test_any_datagram_is_read_or_counted_once(data, address):
    stack = Stack()
    stack.receive(data, address)
    assert len(stack.read) + len(stack.dropped) == 1
