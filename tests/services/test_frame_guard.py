"""The guard before a WebSocket's reader: frames in order pass as they came, however they are cut; the rest ends it."""

import asyncio
from struct import pack
from types import SimpleNamespace

import pytest
from aiohttp import WSCloseCode, WSMsgType
from hypothesis import given
from hypothesis import strategies as st

from kuuki.errors import CloseCode
from kuuki.limits import MESSAGE_FRAGMENTS, MESSAGES_BURST, MESSAGES_PER_S
from services.signal.calls.frame_guard import FrameGuard
from tests.virtual import in_virtual_time

TEXT, CONTINUATION, PING, CLOSE = 0x1, 0x0, 0x9, 0x8


def frame(opcode=TEXT, payload=b"", *, fin=True, masked=True):
    first, bit = opcode | fin << 7, masked << 7
    if len(payload) < 126:
        head = pack("!BB", first, bit | len(payload))
    elif len(payload) < 65536:
        head = pack("!BBH", first, bit | 126, len(payload))
    else:
        head = pack("!BBQ", first, bit | 127, len(payload))
    return head + (bytes(4) if masked else b"") + payload


class Guarded:
    """A guard before lists."""

    def __init__(self):
        self.passed, self.told = [], []
        reader = SimpleNamespace(feed_data=self.take, feed_eof=lambda: self.passed.append(None))
        queue = SimpleNamespace(feed_data=lambda message, size: self.told.append(message))
        self.guard = FrameGuard(reader, queue, asyncio.get_running_loop().time())

    def take(self, data):
        self.passed.append(data)
        return False, b""

    def feed(self, *datas):
        for data in datas:
            assert self.guard.feed_data(data) == (False, b"")
        return self

    @property
    def fault(self):
        assert all(message.type is WSMsgType.ERROR for message in self.told)
        assert len(self.told) <= 1
        return self.told[0].data.code if self.told else None


payloads = st.binary(max_size=10) | st.sampled_from([bytes(125), bytes(126), bytes(65535), bytes(70_000)])


@given(st.lists(payloads, max_size=5), st.lists(st.integers(0, 1000), max_size=20))
def test_frames_in_order_pass_as_they_came_however_they_are_cut(payloads, cuts):
    data = b"".join(frame(TEXT, payload) for payload in payloads)

    @in_virtual_time
    async def check():
        pieces, at = [], 0
        for cut in cuts:
            pieces.append(data[at : at + cut])
            at += cut
        pieces.append(data[at:])
        guarded = Guarded().feed(*pieces)
        assert guarded.fault is None
        assert guarded.passed == pieces
        guarded.feed(frame(PING, b"?", masked=False)[:2])
        assert guarded.fault == WSCloseCode.PROTOCOL_ERROR, "it knows where a frame begins"

    check()


@pytest.mark.parametrize("opcode", [TEXT, CONTINUATION, PING, CLOSE, 0x2, 0xA, 0x5])
@pytest.mark.parametrize("payload", [b"", b"{}", bytes(300)])
@in_virtual_time
async def test_a_frame_without_a_mask_ends_it_and_nothing_more_passes(opcode, payload):
    guarded = Guarded().feed(frame(), frame(opcode, payload, masked=False), frame())
    assert guarded.fault == WSCloseCode.PROTOCOL_ERROR
    assert guarded.passed == [frame()]


@in_virtual_time
async def test_a_header_that_comes_byte_by_byte_is_understood():
    for length in (5, 200, 70_000):
        guarded = Guarded().feed(*(bytes([byte]) for byte in frame(TEXT, bytes(length))[:20]))
        guarded.feed(frame(TEXT, bytes(length))[20:], frame(masked=False))
        assert guarded.fault == WSCloseCode.PROTOCOL_ERROR
        assert len(b"".join(guarded.passed)) == len(frame(TEXT, bytes(length)))


@pytest.mark.parametrize("payload", [b"", b"x"])
@in_virtual_time
async def test_a_message_has_so_many_fragments(payload):
    begun = frame(TEXT, payload, fin=False)
    more = frame(CONTINUATION, payload, fin=False)
    guarded = Guarded()
    for _ in range(5):
        guarded.feed(begun, *[more] * (MESSAGE_FRAGMENTS - 1), frame(PING), frame(CONTINUATION))
        await asyncio.sleep(60)
    assert guarded.fault is None
    guarded.feed(begun, *[more] * (MESSAGE_FRAGMENTS - 1), frame(PING))
    assert guarded.fault is None
    guarded.feed(more)
    assert guarded.fault == WSCloseCode.PROTOCOL_ERROR


@pytest.mark.parametrize("opcode", [TEXT, PING, 0xA, 0x2])
@in_virtual_time
async def test_every_frame_costs(opcode):
    guarded = Guarded()
    for _ in range(1000):
        guarded.feed(frame(opcode))
        await asyncio.sleep(1 / MESSAGES_PER_S)
    guarded.feed(*[frame(opcode)] * (MESSAGES_BURST - 1))
    assert guarded.fault is None
    guarded.feed(frame(opcode) * 2)
    assert guarded.fault == CloseCode.FLOOD
    assert len(guarded.passed) == 1000 + MESSAGES_BURST - 1


@in_virtual_time
async def test_the_end_passes():
    guarded = Guarded()
    guarded.guard.feed_eof()
    assert guarded.passed == [None]


@given(st.binary(max_size=300))
def test_any_bytes_pass_or_end_it(data):
    @in_virtual_time
    async def check():
        guarded = Guarded().feed(data)
        assert (guarded.fault is None) == (guarded.passed == [data])

    check()
