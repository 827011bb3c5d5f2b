"""The intake: so much in a turn of the event loop, each peer in its turn, the newest of each."""

import asyncio

from kuuki.limits import DATAGRAMS_PER_TURN, DATAGRAMS_WAITING, DATAGRAMS_WAITING_OPEN
from kuuki.times import DATAGRAM_LATE_S
from services.signal.gateway.intake import Intake
from tests.virtual import in_virtual_time, jump


class Peers:
    """Some peers of one intake; ``read`` is what was read of each, ``order`` of whom."""

    def __init__(self, count, is_open=True):
        self.dropped, self.order = [], []
        self.intake = Intake(self.dropped.append)
        self.read = [[] for _ in range(count)]
        self.inboxes = [self.intake.inbox(self._reader(index)) for index in range(count)]
        for inbox in self.inboxes:
            inbox.is_open = is_open

    def _reader(self, index):
        def read(data):
            self.read[index].append(int(data))
            self.order.append(index)

        return read

    def say(self, number):
        for inbox in self.inboxes:
            inbox.put(str(number).encode())


async def turn():
    await asyncio.sleep(0)


@in_virtual_time
async def test_what_has_room_in_a_turn_is_read_at_once_and_nothing_waits():
    peers = Peers(2)
    for number in range(100):
        peers.say(number)
        assert [each[-1] for each in peers.read] == [number, number]
        assert peers.intake.waited_s(now()) == 0
        await turn()
        await turn()
    assert peers.dropped == []


@in_virtual_time
async def test_no_turn_reads_more_than_its_share_whatever_comes():
    peers = Peers(5 * DATAGRAMS_PER_TURN)
    peers.say(0)
    read = [len(peers.order)]
    while len(peers.order) < len(peers.inboxes):
        peers.inboxes[0].put(b"1")  # one that never stops is no reason to forget the others
        await turn()
        read.append(len(peers.order))
    assert max(after - before for before, after in zip([0, *read], read, strict=False)) <= DATAGRAMS_PER_TURN
    assert read[0] == DATAGRAMS_PER_TURN
    assert all(each[0] == 0 for each in peers.read)


@in_virtual_time
async def test_peers_take_turns():
    peers = Peers(2 * DATAGRAMS_PER_TURN)
    for number in range(3):
        peers.say(number)
    for _ in range(8):
        await turn()
    rest = peers.order[DATAGRAMS_PER_TURN:]
    assert sorted(rest[: len(peers.inboxes)]) == list(range(len(peers.inboxes))), "each once before any a second time"
    assert all(each == [0, 1, 2] for each in peers.read)


@in_virtual_time
async def test_when_too_much_waits_the_oldest_goes_and_the_newest_is_read():
    peers = Peers(DATAGRAMS_PER_TURN + 1)
    for number in range(64):  # what a socket held while this process stood still for nine seconds
        peers.say(number)
    while peers.intake.waited_s(now() + 1):
        await turn()
    last = list(range(64 - DATAGRAMS_WAITING_OPEN, 64))
    assert all(each in ([0, *last], last) for each in peers.read)
    assert sum(map(len, peers.read)) + len(peers.dropped) == 64 * len(peers.inboxes)
    assert set(peers.dropped) == {"late"}


@in_virtual_time
async def test_of_an_open_peer_nothing_is_read_that_waited_for_long():
    peers = Peers(DATAGRAMS_PER_TURN + 1)
    peers.say(0)
    peers.say(1)
    assert peers.intake.waited_s(now() + 1) == 1
    jump(DATAGRAM_LATE_S + 0.01)
    peers.say(2)
    while peers.intake.waited_s(now() + 1):
        await turn()
    assert all(each in ([0, 2], [2]) for each in peers.read)


@in_virtual_time
async def test_a_handshake_is_read_whole_and_in_order():
    peers = Peers(DATAGRAMS_PER_TURN + 1, is_open=False)
    for number in range(DATAGRAMS_WAITING):
        peers.say(number)
    jump(DATAGRAM_LATE_S + 0.01)
    assert peers.intake.waited_s(now()) == 0, "joins are no reason to call those who are here late"
    while any(map(len, peers.inboxes)):
        await turn()
    assert all(each == list(range(DATAGRAMS_WAITING)) for each in peers.read)
    assert peers.dropped == []


def now():
    return asyncio.get_running_loop().time()
